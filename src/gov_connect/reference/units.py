"""Administrative units since 2025-07-01 and before, in both directions (residents.md §7).

The same code may name a former and a present unit, and a former commune may have gone to several present
ones. So every question says which time it means, and gets all candidates; nothing is chosen here. The tables
are built and cross-checked by `tools/build_reference.py`.
"""

from __future__ import annotations

import csv
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CHANGED_ON: Final = date(2025, 7, 1)
"""First day of the 34 provinces and 3,321 communes, and the first without districts."""
_COMMUNE_DIGITS: Final = 5


class Level(StrEnum):
    """The levels; districts ended on `CHANGED_ON`."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit at one time.

    Attributes:
        code: two digits for a province, three for a district, five for a commune; text, zeros count.
        name: with its kind, e.g. `Phường Ba Đình`.
        parent: code of the unit it lay in: a province, or the district of a former commune.
        former: whether it ended with 2025-06-30.
    """

    level: Level
    code: str
    name: str
    parent: str = ""
    former: bool = False

    @property
    def valid_from(self) -> date | None:
        """First day; None for former units, whose beginnings the tables do not hold."""
        return None if self.former else CHANGED_ON

    @property
    def valid_to(self) -> date | None:
        """Last day; None for units in being."""
        return date(2025, 6, 30) if self.former else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A former unit and a present one that took it, or a part of it.

    Attributes:
        whole: False when other present units took parts of the former one too.
    """

    former: Unit
    current: Unit
    whole: bool


class Units:
    """The tables, indexed. `Units.default()` is shared and loads on first use."""

    def __init__(self, tables: Mapping[str, list[list[str]]]) -> None:
        self._now = _indexed(tables["provinces"], Level.PROVINCE) | _indexed(tables["communes"], Level.COMMUNE)
        former = [
            *_units(((code, name) for code, name, _ in tables["former_provinces"]), Level.PROVINCE, former=True),
            *_units(tables["former_districts"], Level.DISTRICT, former=True),
            *_units(tables["former_communes"], Level.COMMUNE, former=True),
        ]
        self._former = {unit.code: unit for unit in former}
        self._province_now = {code: now for code, _, now in tables["former_provinces"]}
        self._forward: dict[str, list[Change]] = defaultdict(list)
        self._backward: dict[str, list[Change]] = defaultdict(list)
        for old, new, extent in tables["changes"]:
            change = Change(former=self._former[old], current=self._now[new], whole=extent == "whole")
            self._forward[old].append(change)
            self._backward[new].append(change)
        for code, now in self._province_now.items():
            change = Change(former=self._former[code], current=self._now[now], whole=True)
            self._forward[code].append(change)
            self._backward[now].append(change)

    @cached_property
    def _by_name(self) -> Mapping[str, list[Unit]]:
        found: dict[str, list[Unit]] = defaultdict(list)
        for unit in (*self._now.values(), *self._former.values()):
            found[plain_unit_name(unit.name)].append(unit)
        return found

    @classmethod
    def default(cls) -> Units:
        """The tables that ship with the package."""
        return _default()

    def unit(self, code: str, *, on: date) -> Unit | None:
        """The unit of that code on that day; None when there was none."""
        return (self._former if on < CHANGED_ON else self._now).get(code)

    def former_province(self, code: str) -> Unit | None:
        """The former province of that two-digit code, as it stands in personal numbers after a zero."""
        unit = self._former.get(code)
        return unit if unit is not None and unit.level is Level.PROVINCE else None

    def units(self, level: Level, *, on: date, parent: str = "") -> tuple[Unit, ...]:
        """All units of a level on that day, those inside `parent` alone if it is given; by code."""
        there = self._former if on < CHANGED_ON else self._now
        return tuple(
            there[code] for code in sorted(there) if there[code].level is level and parent in {"", there[code].parent}
        )

    def now(self, former_code: str) -> tuple[Change, ...]:
        """Where a former province or commune went: one candidate, or several for a divided commune.

        () for an unknown code and for districts, which have no successor (island districts have one).
        """
        return tuple(self._forward.get(former_code, ()))

    def before(self, code: str) -> tuple[Change, ...]:
        """Of which former units a present province or commune was made, parts included."""
        return tuple(self._backward.get(code, ()))

    def province_of(self, unit: Unit) -> Unit:
        """The province a unit lies in, at the unit's own time."""
        there = self._former if unit.former else self._now
        while unit.level is not Level.PROVINCE:
            unit = there[unit.parent]
        return unit

    def find(self, name: str, *, on: date, within: str = "") -> tuple[Unit, ...]:
        """Units of that name on that day, all of them: names repeat even inside a province.

        The place of tone marks does not matter (hoà, hòa), and the kind may be left out. Names that differ
        by their marks count only when none is spelled like that (typed without marks).

        Args:
            name: e.g. `Phường Ba Đình` or `Ba Đình`.
            on: the day that is meant.
            within: code of the province, to narrow the search.
        """
        wanted = plain_unit_name(name)
        kinds = ("", *(kind + " " for kind in _KINDS))
        found = [
            unit
            for kind in kinds
            for unit in self._by_name.get(kind + wanted, ())
            if unit.former == (on < CHANGED_ON) and within in {"", self.province_of(unit).code}
        ]
        spelled = _spelled(name)
        exact = [unit for unit in found if _spelled(unit.name).endswith(spelled)]
        return tuple(exact or found)

    def area(self, commune: str) -> str | None:
        """A commune code as a place of the fee packs: `31:30`, province and former province.

        The tables of changes confuse communes of one name: Xã Kim Thành seems to take a Xã Hòa Bình of
        Hải Dương and one of Hải Phòng. A former province all of whose communes there share their names with
        communes of another former province of the same row is such a slip and does not count. Only the
        province where several former ones remain; None for an unknown code. For `FeeBook.with_communes`.
        """
        changes = self._changes_of(commune)
        if not changes:
            return None
        province = self.province_of(changes[0].current).code
        names: dict[str, set[str]] = defaultdict(set)
        for change in changes:
            names[self.province_of(change.former).code].add(change.former.name)
        former = [
            code for code, own in names.items() if not any(own < other for one, other in names.items() if one != code)
        ]
        return f"{province}:{former[0]}" if len(former) == 1 else province

    def present(self, commune: str) -> tuple[Unit, ...]:
        """The present communes that a present or former commune code means; () for an unknown code."""
        return tuple(dict.fromkeys(change.current for change in self._changes_of(commune)))

    def _changes_of(self, commune: str) -> tuple[Change, ...]:
        if len(commune) != _COMMUNE_DIGITS:
            return ()
        return self.before(commune) if commune in self._now else self.now(commune)


_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_KINDS: Final = ("tinh", "thanh pho", "quan", "huyen", "thi xa", "xa", "phuong", "thi tran", "dac khu")


def plain_unit_name(name: str) -> str:
    """One spelling for all: lower case, no marks, single blanks; `Đ` is `d`."""
    apart = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    kept = "".join(char for char in apart if not unicodedata.combining(char))
    return " ".join(kept.replace("-", " ").split())


def _spelled(name: str) -> str:
    """The name with each word's tone at its end, so that `hoà` and `hòa` are one."""
    words = unicodedata.normalize("NFD", " ".join(name.casefold().replace("-", " ").split())).split()
    return " ".join(
        "".join(char for char in word if char not in _TONES) + "".join(char for char in word if char in _TONES)
        for word in words
    )


def _units(rows: Iterable[Iterable[str]], level: Level, *, former: bool) -> list[Unit]:
    made: list[Unit] = []
    for row in rows:
        code, name, *parent = row
        made.append(Unit(level=level, code=code, name=name, parent="".join(parent), former=former))
    return made


def _indexed(rows: list[list[str]], level: Level) -> dict[str, Unit]:
    return {unit.code: unit for unit in _units(rows, level, former=False)}


def table(name: str) -> list[list[str]]:
    """The rows of one table, without its head."""
    text = (resources.files("gov_connect.reference") / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.reader(text.splitlines()))[1:]


@cache
def _default() -> Units:
    names = ("provinces", "communes", "former_provinces", "former_districts", "former_communes", "changes")
    return Units({name: table(name) for name in names})
