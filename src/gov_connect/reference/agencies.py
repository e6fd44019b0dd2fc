"""Agencies by their electronic identifier, in either form, with dates (national_portal.md §4.2).

No public list of names was found, so the table that comes along holds only what the wire document states. A host
adds its own: from a CSV file, or from what the portal lists (`gov-connect portal agencies`).

| column | meaning |
| --- | --- |
| `code` | identifier, old form or new; codes of neither form are kept as they are |
| `name` | |
| `level` | 1 ministry or province, 2 below it, ...; blank when not known |
| `parent` | identifier of the agency above, "" for none |
| `commune` | five digits of the commune it serves, "" for none |
| `valid_from`, `valid_to` | first and last day, ISO 8601; blank for open |

Only `code` and `name` are required; columns may stand in any order.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from gov_connect.errors import InvalidInput, Problem
from gov_connect.model import AgencyCode
from gov_connect.reference.separators import separator

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TypeAlias

    from gov_connect.model import Agency

    Key: TypeAlias = tuple[str, ...]

_COLUMNS: Final = ("code", "name", "level", "parent", "commune", "valid_from", "valid_to")
_REQUIRED: Final = frozenset({"code", "name"})
_COMMUNE: Final = re.compile(r"(?:[0-9]{5})?")
_LEVEL: Final = re.compile(r"[0-9]{0,2}")
_LONGEST: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyRecord:
    """One agency during one time; see the table above."""

    code: str
    name: str
    level: int | None = None
    parent: str = ""
    commune: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def exists_on(self, day: date) -> bool:
        """Whether the agency is there on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class Agencies:
    """A table of agencies, indexed. `Agencies.default()` is what the wire document states."""

    def __init__(self, records: Iterable[AgencyRecord]) -> None:
        self.records: Final = tuple(records)
        self._by_key: dict[Key, list[AgencyRecord]] = defaultdict(list)
        self._below: dict[Key, list[AgencyRecord]] = defaultdict(list)
        self._serving: dict[str, list[AgencyRecord]] = defaultdict(list)
        for record in self.records:
            self._by_key[_key(record.code)].append(record)
            if record.parent:
                self._below[_key(record.parent)].append(record)
            if record.commune:
                self._serving[record.commune].append(record)

    @classmethod
    def default(cls) -> Agencies:
        """The table that comes along."""
        return _default()

    @classmethod
    def from_csv(cls, text: str) -> Agencies:
        """A host's own table.

        Raises:
            InvalidInput: a wrong head or row; every problem at once, by line.
        """
        problems: list[Problem] = []
        found: list[AgencyRecord] = []
        reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=separator(text), strict=True)
        try:
            reader.fieldnames = _head(reader.fieldnames or ())
            for line, row in enumerate(reader, start=2):
                wrong = _wrong(row)
                problems += [Problem(path=f"{line}.{name}", code=code) for name, code in wrong]
                if not wrong:
                    found.append(_record(row))
        except csv.Error:
            problems.append(Problem(path=str(reader.line_num), code="value.invalid"))
        if problems:
            raise InvalidInput("Agencies", problems)
        return cls(found)

    @classmethod
    def of(cls, listed: Iterable[Agency]) -> Agencies:
        """What the portal lists: `Agencies.of(gov.portal.agencies())`."""
        return cls(AgencyRecord(code=item.code, name=item.name, level=item.level) for item in listed)

    def __add__(self, other: Agencies) -> Agencies:
        """Both tables together; the other's records come after."""
        return Agencies((*self.records, *other.records))

    def find(self, code: str, *, on: date | None = None) -> tuple[AgencyRecord, ...]:
        """Every record of an identifier, whatever form and zeros it is written with; on one day, if one is given."""
        return _there(self._by_key.get(_key(code), ()), on)

    def below(self, code: str, *, on: date | None = None) -> tuple[AgencyRecord, ...]:
        """The agencies directly below one."""
        return _there(self._below.get(_key(code), ()), on)

    def serving(self, commune: str, *, on: date | None = None) -> tuple[AgencyRecord, ...]:
        """The agencies that serve a commune: every one, since nothing says that there is one only."""
        return _there(self._serving.get(commune, ()), on)


def _head(names: Iterable[str]) -> list[str]:
    head = [name.strip() for name in names]
    if not _REQUIRED <= set(head) <= set(_COLUMNS) or len(set(head)) != len(head):
        raise InvalidInput("Agencies", [Problem(path="1", code="value.invalid")])
    return head


def _there(records: Iterable[AgencyRecord], on: date | None) -> tuple[AgencyRecord, ...]:
    return tuple(record for record in records if on is None or record.exists_on(on))


def _key(code: str) -> Key:
    """One key for both forms; a code of neither form is its own."""
    try:
        return AgencyCode(code).levels
    except InvalidInput:
        return (code.strip().casefold(),)


def _wrong(row: Mapping[str | None, str | None]) -> list[tuple[str, str]]:
    """What is wrong with a row, by column."""
    if None in row or None in row.values():
        return [("", "value.invalid")]
    cells = {str(name): (value or "").strip() for name, value in row.items()}
    found = [(name, "value.missing") for name in sorted(_REQUIRED) if not cells[name]]
    found += [(name, "value.too_long") for name, text in cells.items() if len(text) > _LONGEST]
    if not _LEVEL.fullmatch(cells.get("level", "")):
        found.append(("level", "value.not_whole_number"))
    if not _COMMUNE.fullmatch(cells.get("commune", "")):
        found.append(("commune", "value.digits_only"))
    for name in ("valid_from", "valid_to"):
        try:
            _day(cells.get(name, ""))
        except ValueError:
            found.append((name, "value.not_a_date"))
    return found


def _record(row: Mapping[str, str]) -> AgencyRecord:
    cells = {name: text.strip() for name, text in row.items()}
    level = cells.get("level", "")
    return AgencyRecord(
        code=cells["code"],
        name=cells["name"],
        level=int(level) if level else None,
        parent=cells.get("parent", ""),
        commune=cells.get("commune", ""),
        valid_from=_day(cells.get("valid_from", "")),
        valid_to=_day(cells.get("valid_to", "")),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def _default() -> Agencies:
    file = resources.files("gov_connect.reference") / "agencies.csv"
    return Agencies.from_csv(file.read_text(encoding="utf-8"))
