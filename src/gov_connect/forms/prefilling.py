"""Prefill: a citizen on record -> the fields of a form, each with where it comes from, and the differences.

What the citizen typed is never overwritten: an empty leaf is filled, a leaf that says something else is a
difference for the officer, who may accept the record's value by name of the leaf.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

from gov_connect.forms.tables import Tables
from gov_connect.model import CivilEvent, FormText, PartialDate
from gov_connect.reference import CHANGED_ON, Units

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from gov_connect.model import Citizen, Personal, PlaceRecord

_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_VIETNAM: Final = "VN"
_BEFORE: Final = CHANGED_ON.replace(month=6, day=30)
_PARTS: Final = ("name", "citizen_id", "born", "ethnicity", "nationality", "residence.detail")


@cache
def person_leaves(event: CivilEvent, generation: str = "legacy") -> Mapping[str, tuple[str, ...]]:
    """The leaves of a form that the record of a citizen can fill: dotted place -> leaves, the first one is filled.

    Raises:
        NotSupported: no e-form of that event is known.
    """
    kinds = {made.name: made.fields for made in Tables.default().table(event).generations}
    return {
        path.removesuffix(".detail"): leaves
        for path, leaves in kinds.get(generation, {}).items()
        if path.partition(".")[2] in _PARTS
    }


class Provenance(StrEnum):
    """Where the value of a field comes from."""

    TYPED = "typed"
    """The citizen typed it; the record says nothing of it."""
    DATABASE = "database"
    """The leaf was empty; it is filled from the record."""
    AGREES = "agrees"
    """Typed, and the record says the same, as far as it is known."""
    DIFFERS = "differs"
    """Typed, and the record says something else: for the officer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefilledField:
    """One field of a form. Every value hides itself.

    Attributes:
        path: place in the model, e.g. `mother.born`.
        leaf: name in the form.
        typed: what the citizen wrote; None when the leaf was empty.
        on_record: what the database has, as the form writes it; None when it says nothing.
    """

    path: str
    leaf: str
    typed: FormText | None
    on_record: FormText | None
    provenance: Provenance

    @property
    def value(self) -> FormText | None:
        """What stands in the form now."""
        return self.on_record if self.provenance is Provenance.DATABASE else self.typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefill:
    """A form with provenance.

    Attributes:
        fields: those about which the form or the record says something.
        unclear: places that the record gives by codes of which several readings are possible.
    """

    fields: tuple[PrefilledField, ...]
    unclear: tuple[str, ...] = ()

    @property
    def differences(self) -> tuple[PrefilledField, ...]:
        """What the officer has to decide."""
        return tuple(field for field in self.fields if field.provenance is Provenance.DIFFERS)

    def accept(self, *leaves: str) -> Prefill:
        """The record's value for these leaves, by the officer's decision.

        Raises:
            KeyError: a leaf that is no difference.
        """
        differing = {field.leaf for field in self.differences}
        for leaf in leaves:
            if leaf not in differing:
                raise KeyError(leaf)
        decided = tuple(
            replace(field, provenance=Provenance.DATABASE) if field.leaf in leaves else field for field in self.fields
        )
        return replace(self, fields=decided)

    def form(self, typed: Mapping[str, Personal]) -> dict[str, FormText]:
        """The whole form: every leaf that was typed, with the filled and accepted ones."""
        whole = {leaf: FormText(value.reveal()) for leaf, value in typed.items()}
        filled = {field.leaf: field.value for field in self.fields if field.provenance is Provenance.DATABASE}
        return whole | {leaf: value for leaf, value in filled.items() if value is not None}


def prefill(
    form: Mapping[str, Personal],
    people: Mapping[str, Citizen],
    *,
    leaves: Mapping[str, tuple[str, ...]] | None = None,
) -> Prefill:
    """Compare and fill a form.

    Args:
        form: what the citizen typed, by leaf.
        people: citizens on record by their role in the form, e.g. `{"mother": citizen}`.
        leaves: dotted place in the model -> leaves that may carry it; None for those of the legacy birth form,
            see `person_leaves`.
    """
    leaves = person_leaves(CivilEvent.BIRTH) if leaves is None else leaves
    by_name = {leaf.strip().casefold(): leaf for leaf in form}
    fields: list[PrefilledField] = []
    unclear: list[str] = []
    for path, names in leaves.items():
        role, _, part = path.rpartition(".")
        citizen = people.get(role)
        if citizen is None or not names:
            continue
        texts = _on_record(citizen, part)
        if len(texts) > 1:
            unclear.append(path)
        found = next((by_name[name.casefold()] for name in names if name.casefold() in by_name), names[0])
        typed, record = form.get(found), texts[0] if len(texts) == 1 else ""
        field = _field(path, found, "" if typed is None else typed.reveal().strip(), record, part)
        if field is not None:
            fields.append(field)
    return Prefill(fields=tuple(fields), unclear=tuple(unclear))


def _field(path: str, leaf: str, typed: str, record: str, part: str) -> PrefilledField | None:
    if not typed and not record:
        return None
    if not record:
        provenance = Provenance.TYPED
    elif not typed:
        provenance = Provenance.DATABASE
    else:
        provenance = Provenance.AGREES if _same(part, typed, record) else Provenance.DIFFERS
    return PrefilledField(
        path=path,
        leaf=leaf,
        typed=FormText(typed) if typed else None,
        on_record=FormText(record) if record else None,
        provenance=provenance,
    )


def _on_record(citizen: Citizen, part: str) -> tuple[str, ...]:
    """What the record says of one part, as forms write it: () for nothing, several where it is unclear."""
    if part == "residence":
        place = citizen.permanent_address
        return () if place is None else places(place, None if citizen.as_of is None else citizen.as_of.date())
    number, born, ethnicity = citizen.citizen_id, citizen.born, citizen.ethnicity
    told = {
        "name": citizen.name.reveal(),
        "citizen_id": "" if number is None else number.reveal(),
        "born": "" if born is None else "/".join(reversed(born.iso.split("-"))),
        # A name only where the wire or the configured list gave one: raw codes conflict.
        "ethnicity": "" if ethnicity is None else ethnicity.name,
        "nationality": "Việt Nam" if citizen.nationality == _VIETNAM else "",
    }.get(part, "")
    return (told,) if told else ()


def places(record: PlaceRecord, as_of: date | None = None) -> tuple[str, ...]:
    """An address on record in words: every reading of its codes that is possible.

    A code may name a former or a present unit. A district, or the moment of the data, tells which; else
    both readings count where both exist.
    """
    detail = "" if record.detail is None else record.detail.reveal()
    days = [_BEFORE] if record.district else [CHANGED_ON, _BEFORE] if as_of is None else [as_of]
    made = [text for day in days if (text := _in_words(record, detail, day)) is not None]
    return tuple(dict.fromkeys(made))


def _in_words(record: PlaceRecord, detail: str, day: date) -> str | None:
    """The address by the units of `day`; None when a code was no unit of that day."""
    units = Units.default()
    names: list[str] = []
    for code in (record.commune or record.unit, record.district, record.province):
        unit = units.unit(code, on=day) if code else None
        if code and unit is None:
            return None
        if unit is not None:
            names.append(unit.name)
    commune = units.unit(record.commune, on=day) if record.commune else None
    if commune is not None and record.province and units.province_of(commune).code != record.province:
        return None
    return ", ".join(filter(None, [detail, *names])) or None


def _same(part: str, typed: str, record: str) -> bool:
    """Whether both say the same: dates as far as both are known, texts in any capitals and tone spelling."""
    if part == "born":
        one, other = PartialDate.read(typed), PartialDate.read(record)
        if one is None or other is None:
            return False
        return one.iso.startswith(other.iso) or other.iso.startswith(one.iso)
    return _spelled(typed) == _spelled(record)


def _spelled(text: str) -> str:
    """Small letters, single blanks, each word's tone at its end; marks count."""
    words: Iterable[str] = unicodedata.normalize("NFD", text.casefold().replace(",", " ")).split()
    return " ".join(
        "".join(char for char in word if char not in _TONES) + "".join(char for char in word if char in _TONES)
        for word in words
    )
