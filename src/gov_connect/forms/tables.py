"""The alias tables as data, read once: which leaf of which e-form generation carries what.

The files under `tables/` are dated and name their source; a new template is a change of a file. Vendors and
provinces add their own with `Tables.of`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from gov_connect.errors import NotSupported
from gov_connect.forms.leaves import fold
from gov_connect.model import CivilEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EVENTS: Final = (
    CivilEvent.BIRTH,
    CivilEvent.DEATH,
    CivilEvent.MARRIAGE,
    CivilEvent.MARITAL_STATUS,
    CivilEvent.EXTRACT,
    CivilEvent.RECOGNITION,
    CivilEvent.CORRECTION,
)
_MOST_DAYS: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One generation of the e-form of one event.

    Attributes:
        name: `legacy`, `bundle`, `portal` or `registry` (the registry's own names).
        fields: dotted place in the model -> leaves that may carry it, the first filled one counts.
        places: folded leaf -> the place it belongs to and its rank there.
        radios: folded leaf -> the place it holds where it is no mere choice between here and abroad.
        ignored: folded leaf -> why nothing of it is carried on.
        elsewhere: folded leaf -> for which other procedure it was filled in.
        marks: folded leaves by which the generation is known.
    """

    name: str
    event: CivilEvent
    valid_from: date
    valid_to: date
    fields: Mapping[str, tuple[str, ...]]
    places: Mapping[str, tuple[str, int]]
    radios: Mapping[str, str]
    ignored: Mapping[str, str]
    elsewhere: Mapping[str, str]
    marks: frozenset[str]

    def valid(self, on: date) -> bool:
        """Whether the generation is in use on a day."""
        return self.valid_from <= on <= self.valid_to


@dataclass(frozen=True, slots=True, kw_only=True)
class FormTable:
    """All generations of one event's form, and the official's words for its points."""

    event: CivilEvent
    source: str
    procedures: frozenset[str]
    wording: Mapping[str, str]
    generations: tuple[Generation, ...]


class Tables:
    """The tables of all events."""

    def __init__(self, tables: Iterable[FormTable], lists: Mapping[str, Mapping[str, str]]) -> None:
        self._tables = {table.event: table for table in tables}
        self.lists: Final = lists
        self.written: Final = {name: _backwards(codes) for name, codes in lists.items()}
        self._in_use: dict[tuple[CivilEvent | None, date], tuple[Generation, ...]] = {}
        self._by_procedure = {code: table.event for table in self._tables.values() for code in table.procedures}

    @classmethod
    def default(cls) -> Tables:
        """The tables that ship with the package."""
        return _default()

    @classmethod
    def of(cls, *texts: str) -> Tables:
        """The shipped tables with others in the place of theirs: TOML texts of the same shape.

        Raises:
            ValueError: a text is no such table.
        """
        shipped = cls.default()
        others = [_table(tomllib.loads(text)) for text in texts]
        return cls([*(shipped.table(event) for event in EVENTS), *others], shipped.lists)

    def table(self, event: CivilEvent) -> FormTable:
        """The table of an event.

        Raises:
            NotSupported: no e-form of it is known.
        """
        if event not in self._tables:
            raise NotSupported("support.form", event=str(event))
        return self._tables[event]

    def event_of(self, procedure: str) -> CivilEvent | None:
        """The event of a procedure by its code; None for a procedure that is no civil-status event."""
        return self._by_procedure.get(procedure)

    def generations(self, event: CivilEvent | None, on: date) -> tuple[Generation, ...]:
        """The generations in use on a day, of one event or of all."""
        found = self._in_use.get((event, on))
        if found is None:
            wanted = list(self._tables.values()) if event is None else [self.table(event)]
            found = tuple(made for table in wanted for made in table.generations if made.valid(on))
            if len(self._in_use) < _MOST_DAYS:
                self._in_use[event, on] = found
        return found


def _backwards(codes: Mapping[str, str]) -> Mapping[str, str]:
    made: dict[str, str] = {}
    for code, value in codes.items():
        made.setdefault(value, code)
    return made


def _table(data: Mapping[str, Any]) -> FormTable:
    event = CivilEvent(data["event"])
    return FormTable(
        event=event,
        source=data["source"],
        procedures=frozenset(data["procedures"]),
        wording=data["wording"],
        generations=tuple(_generation(event, row) for row in data["generations"]),
    )


def _generation(event: CivilEvent, row: Mapping[str, Any]) -> Generation:
    fields = {path: tuple(names) for path, names in row["fields"].items()}
    places: dict[str, tuple[str, int]] = {}
    for path, names in fields.items():
        for rank, name in enumerate(names):
            # A leaf that two places claim belongs to the first: the order of the file decides.
            places.setdefault(fold(name), (path, rank))
    return Generation(
        name=row["name"],
        event=event,
        valid_from=row.get("valid_from", date.min),
        valid_to=row.get("valid_to", date.max),
        fields=fields,
        places=places,
        radios={fold(name): path for name, path in row.get("radios", {}).items()},
        ignored={fold(name): why for name, why in row.get("ignored", {}).items()},
        elsewhere={fold(name): why for name, why in row.get("elsewhere", {}).items()},
        marks=frozenset(fold(name) for name in row["marks"]),
    )


@cache
def _default() -> Tables:
    folder = resources.files("gov_connect.forms") / "tables"
    read = [tomllib.loads((folder / f"{event}.toml").read_text(encoding="utf-8")) for event in EVENTS]
    lists = tomllib.loads((folder / "lists.toml").read_text(encoding="utf-8"))
    codes = {
        name: {key.casefold(): value for key, value in rows.items()} for name, rows in lists.items() if name != "as_of"
    }
    return Tables([_table(data) for data in read], codes)
