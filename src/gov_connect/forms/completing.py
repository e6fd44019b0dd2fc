"""What a form says between its lines: names in parts, dates in pieces, blocks that a choice has cleared.

Every value that no leaf of its own said is recorded with where it was taken from; nothing that was typed is
overwritten (civil_registry.md §4.5).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from gov_connect.errors import Problem
from gov_connect.forms import places
from gov_connect.forms.dates_in_words import contradicts
from gov_connect.forms.decoding import read_date
from gov_connect.model import CivilEvent, PartialDate

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from gov_connect.model import Applicant

_PEOPLE: Final = {
    CivilEvent.BIRTH: ("child", "mother", "father", "requester"),
    CivilEvent.DEATH: ("deceased", "requester"),
    CivilEvent.MARRIAGE: ("husband", "wife"),
    CivilEvent.MARITAL_STATUS: ("person", "requester"),
    CivilEvent.EXTRACT: ("person", "requester"),
    CivilEvent.RECOGNITION: ("recogniser", "recognised", "requester"),
    CivilEvent.CORRECTION: ("person", "requester"),
}
_ADDRESSES: Final = ("residence", "birth_place", "native_place")
_WHO: Final = ("name", "citizen_id", "id_number", "born")
"""What makes a block speak of somebody; the rest may be defaults of an empty block."""
_CLOCK: Final = (
    r"(?P<hour>[0-9]{1,2})\s*(?:[:hg.]|giờ)\s*(?P<minute>[0-9]{1,2})?(?:\s*(?:phút|p|:[0-9]{2}(?:\.[0-9]+)?))?"
)
_TIME: Final = re.compile(_CLOCK)
_MOMENT: Final = re.compile(rf"(?P<day>.*?[0-9])[T ,]+{_CLOCK}")
_TWELVE, _NINE = re.compile(r"[0-9]{12}"), re.compile(r"[0-9]{9}")
_FATHER: Final = frozenset({"cha", "bố", "ba", "cha đẻ", "bố đẻ"})
_MOTHER: Final = frozenset({"mẹ", "má", "mẹ đẻ"})
_LATE_DAYS: Final = 60
"""Luật Hộ tịch Đ15: a birth is registered within 60 days."""


@dataclass(slots=True, kw_only=True)
class Draft:
    """A registration while it is read: values by dotted place.

    Attributes:
        dropped: places whose leaf said nothing of anybody: listed as unmapped.
        needed: what is asked for besides the rules of the value objects.
    """

    values: dict[str, Any] = field(repr=False)
    event: CivilEvent
    on: date
    unit: str
    applicant: Applicant | None = None
    derived: dict[str, str] = field(default_factory=dict[str, str])
    dropped: set[str] = field(default_factory=set[str])
    doubts: list[Problem] = field(default_factory=list[Problem])
    problems: list[Problem] = field(default_factory=list[Problem])
    needed: list[Problem] = field(default_factory=list[Problem])

    def derive(self, path: str, value: object, source: str) -> None:
        """Fill an empty place, and say from where."""
        if value is not None and path not in self.values:
            self.values[path] = value
            self.derived[path] = source

    def has(self, person: str) -> bool:
        """Whether a block speaks of somebody."""
        return any(f"{person}.{what}" in self.values for what in _WHO)


def complete(draft: Draft) -> None:
    """Bring the values of a form into the model's own shape."""
    for person in _PEOPLE[draft.event]:
        _name(draft, person)
        _born(draft, person)
        _nation(draft, person)
        _papers(draft, person)
    for step in _STEPS.get(draft.event, ()):
        step(draft)
    _copies(draft)
    _requester(draft)
    _unit(draft)
    blocks = {path.rpartition(".")[0] for path in draft.values}
    for person in _PEOPLE[draft.event]:
        _addresses(draft, person, blocks)


def _name(draft: Draft, person: str) -> None:
    """Whole or in three parts; a part that was given is never lost (§4.5 row 5)."""
    values = draft.values
    parts = {part: values.pop(f"{person}.parts.{part}", "") for part in ("family", "middle", "given")}
    said = [part for part in parts if parts[part]]
    if said:
        whole = " ".join(parts[part] for part in said)
        if f"{person}.name" not in values:
            if not parts["given"]:
                draft.problems.append(Problem(path=f"{person}.name", code="form.no_given_name"))
            values[f"{person}.name"] = whole
        named = " ".join(str(values[f"{person}.name"]).split())
        if named == " ".join(whole.split()) and parts["given"]:
            values[f"{person}.name"] = named
            values.update({f"{person}.parts.{part}": " ".join(parts[part].split()) for part in said})
        elif _plain(whole) != _plain(named):
            # Both stand in the form and differ: the whole name counts, the parts are shown to the officer.
            draft.dropped |= {f"{person}.parts.{part}" for part in said}
            draft.doubts.append(Problem(path=f"{person}.name", code="form.name_parts_differ"))
    name = str(values.get(f"{person}.name", "")).split()
    if len(name) == 1:
        draft.doubts.append(Problem(path=f"{person}.name", code="form.one_word_name"))


def _born(draft: Draft, person: str) -> None:
    pieces = [draft.values.pop(f"{person}.born.{part}", "") for part in ("year", "month", "day")]
    if any(pieces) and f"{person}.born" not in draft.values:
        year, month, day = pieces
        given = ".".join(piece for piece in (day, month, year) if piece)
        read = None if day and not month else read_date(given)
        draft.values[f"{person}.born"] = read or given


def _nation(draft: Draft, person: str) -> None:
    """Lists of ethnic groups conflict: a code that no list of ours has is asked for, never guessed (§2.7)."""
    for what in ("ethnicity", "nationality"):
        said = str(draft.values.get(f"{person}.{what}", ""))
        if said.isdecimal():
            draft.problems.append(Problem(path=f"{person}.{what}", code="value.not_in_list"))


def _papers(draft: Draft, person: str) -> None:
    """One number in two leaves, or in the wrong one of them (§4.5 row 6)."""
    values = draft.values
    citizen, number, kind = (f"{person}.{what}" for what in ("citizen_id", "id_number", "id_kind"))
    if values.get(kind) == "none":
        del values[kind]
    if _NINE.fullmatch(str(values.get(citizen, ""))) and values.get(number, values[citizen]) == values[citizen]:
        values[number] = values.pop(citizen)
        values.setdefault(kind, "old_card")
    card = values.get(kind, "id_card") == "id_card"
    if card and _TWELVE.fullmatch(str(values.get(number, ""))):
        if values.setdefault(citizen, values[number]) == values[number]:
            values.pop(number)
            values.pop(kind, None)
    elif card and number in values and kind in values and citizen not in values:
        # It says that it is a card: then it has to be a card's number.
        values[citizen] = values.pop(number)
        values.pop(kind)
    if number not in values and kind in values and values[kind] == "id_card":
        values.pop(kind)


def _parents(draft: Draft) -> None:
    """The block of a parent that a choice has cleared, or that was never filled in (§4.5 row 2)."""
    values = draft.values
    known = values.pop("known_parents", None)
    relation = _plain(str(values.get("requester.relation", "")))
    for parent, words in (("mother", _MOTHER), ("father", _FATHER)):
        if relation in words and not draft.has(parent) and known in {None, "both", parent}:
            for what in ("name", "citizen_id", "id_kind", "id_number", "parts.family", "parts.middle", "parts.given"):
                draft.derive(f"{parent}.{what}", values.get(f"requester.{what}"), "requester")
        if not draft.has(parent):
            defaults = [path for path in values if path.startswith(f"{parent}.")]
            draft.dropped.update(defaults)
            for path in defaults:
                del values[path]
            if known in {"both", parent}:
                draft.needed.append(Problem(path=f"{parent}.name", code="value.missing"))
                draft.doubts.append(Problem(path=parent, code="form.parent_missing"))
        elif known not in {None, "both", parent}:
            draft.doubts.append(Problem(path=parent, code="form.parent_not_expected"))
    if known == "abandoned" and not draft.has("mother") and not draft.has("father"):
        values["abandoned"] = True


def _birth(draft: Draft) -> None:
    _parents(draft)
    values = draft.values
    words = values.pop("born_words", None)
    born = values.get("child.born")
    known = born if isinstance(born, PartialDate) else None
    if words and known is not None and contradicts(words, known):
        draft.doubts.append(Problem(path="child.born", code="form.words_differ"))
    day = None if known is None else known.full
    if day is not None and values.get("kind", "on_time") == "on_time" and (draft.on - day).days > _LATE_DAYS:
        draft.doubts.append(Problem(path="kind", code="form.late", params={"days": (draft.on - day).days}))
    if values.get("kind") in {"again", "foreign"} and not any(path.startswith("earlier.") for path in values):
        draft.needed.append(Problem(path="earlier", code="value.missing"))


def _death(draft: Draft) -> None:
    """One field for day and time, three fields, or two (§7 row 9)."""
    values = draft.values
    moment = values.pop("died", None)
    if moment is not None:
        match = _MOMENT.fullmatch(str(moment).strip())
        day = match["day"] if match else str(moment)
        values.setdefault("died_on", read_date(day) or day)
        if match:
            values.setdefault("died_at", str(moment)[match.start("hour") :])
    hour, minute = str(values.pop("died_hour", "")), str(values.pop("died_minute", ""))
    if hour and "died_at" not in values:
        values["died_at"] = hour if _TIME.fullmatch(hour) else f"{hour}:{minute or '00'}"
    said = _TIME.fullmatch(str(values.get("died_at", "")))
    if said:
        values["died_at"] = f"{said['hour'].zfill(2)}:{(said['minute'] or '00').zfill(2)}"
    if "died_at" not in values:
        draft.needed.append(Problem(path="died_at", code="value.missing"))
    if "proof.kind" not in values and any(path.startswith("proof.") for path in values):
        draft.needed.append(Problem(path="proof.kind", code="value.missing"))
    draft.doubts += places.complete(values, "place", draft.on)


def _copies(draft: Draft) -> None:
    wanted = draft.values.pop("copies_wanted", None)
    if wanted == "yes" and not draft.values.get("copies"):
        draft.needed.append(Problem(path="copies", code="value.missing"))
    if wanted == "no" and draft.values.get("copies"):
        draft.doubts.append(Problem(path="copies", code="form.copies_not_wanted"))


def _requester(draft: Draft) -> None:
    """The requester's block is read-only and filled from the account; it may come empty (§4.5 row 4)."""
    applicant = draft.applicant
    if "requester" not in _PEOPLE[draft.event] or applicant is None:
        return
    if not draft.has("requester") or _plain(str(draft.values.get("requester.name", ""))) == _plain(
        applicant.name.reveal()
    ):
        draft.derive("requester.name", applicant.name, "applicant")
        if "requester.id_number" not in draft.values:
            draft.derive("requester.citizen_id", applicant.citizen_id, "applicant")
            if applicant.citizen_id is None and applicant.old_id is not None:
                draft.derive("requester.id_number", applicant.old_id.reveal(), "applicant")
                draft.derive("requester.id_kind", "old_card", "applicant")
        draft.derive("requester.phone", applicant.phone, "applicant")
        draft.derive("requester.email", applicant.email, "applicant")


def _unit(draft: Draft) -> None:
    chosen = draft.values.pop("chosen_unit", None)
    if chosen is not None and str(chosen).zfill(5) != draft.unit:
        draft.doubts.append(Problem(path="unit", code="form.other_unit"))


def _addresses(draft: Draft, person: str, blocks: set[str]) -> None:
    for name in _ADDRESSES:
        path = f"{person}.{name}"
        if path in blocks:
            draft.doubts += places.complete(draft.values, path, _day_of(draft, path))
            if name == "residence" and f"{person}.residence_kind" not in draft.values and person != "requester":
                # Never turned into "permanent" in silence (§4.5 row 12).
                draft.needed.append(Problem(path=f"{path}_kind", code="value.missing"))


def _day_of(draft: Draft, path: str) -> date:
    """The day on which an address is meant: that of birth for the place of birth, else that of receipt."""
    born = draft.values.get("child.born") if path.endswith(".birth_place") else None
    return (born.full if isinstance(born, PartialDate) else None) or draft.on


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


_STEPS: Final[dict[CivilEvent, tuple[Callable[[Draft], None], ...]]] = {
    CivilEvent.BIRTH: (_birth,),
    CivilEvent.DEATH: (_death,),
}
