"""A form as the citizen filled it in -> a registration; nothing of it is lost in silence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from gov_connect.errors import InvalidInput, Problem
from gov_connect.forms.completing import Draft, complete
from gov_connect.forms.decoding import decode
from gov_connect.forms.gathering import gather, recognise
from gov_connect.forms.leaves import leaves, shown
from gov_connect.forms.tables import Tables
from gov_connect.model import VIETNAM, BirthRegistration, CivilEvent, DossierCode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from gov_connect.forms.tables import FormTable
    from gov_connect.model import Applicant, Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something the official has to ask for.

    Attributes:
        path: place in the model.
        wording: the words of the official form, in Vietnamese; "" where it has none.
        problem: what is wrong with it, for both languages.
    """

    path: str
    wording: str
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class FormReading:
    """What became of a form. It holds no value but the registration's own.

    Attributes:
        generation: `legacy`, `bundle`, `portal` or `registry`.
        found: the registration; None while something is missing or wrong.
        problems: everything that is missing or wrong, at once.
        mapped: place in the model -> leaf it was read from.
        derived: place in the model -> where it was taken from, when no leaf of its own said it.
        unmapped: leaves that nothing reads: reported, never dropped.
        ignored: leaves that only say which other leaf was shown.
        elsewhere: leaves for another procedure of the bundle (residence, insurance).
        doubts: what an officer should look at, without being wrong.
        needs: what to ask for, with the official's wording.
    """

    event: CivilEvent
    generation: str
    found: Registration | None = field(repr=False)
    problems: tuple[Problem, ...]
    mapped: Mapping[str, str]
    derived: Mapping[str, str]
    unmapped: tuple[str, ...]
    ignored: tuple[str, ...]
    elsewhere: tuple[str, ...]
    doubts: tuple[Problem, ...]
    needs: tuple[Need, ...]

    @property
    def registration(self) -> Registration:
        """The registration.

        Raises:
            InvalidInput: with every missing or wrong field at once.
        """
        if self.found is None:
            raise InvalidInput(_CLASS_NAMES[self.event], self.problems)
        return self.found


_CLASS_NAMES: Final = {
    CivilEvent.BIRTH: "BirthRegistration",
    CivilEvent.DEATH: "DeathRegistration",
    CivilEvent.MARRIAGE: "MarriageRegistration",
    CivilEvent.MARITAL_STATUS: "MaritalStatusRequest",
    CivilEvent.EXTRACT: "ExtractRequest",
    CivilEvent.RECOGNITION: "ParentChildRecognition",
    CivilEvent.CORRECTION: "CorrectionRequest",
}


def registration_class(event: CivilEvent) -> type[Registration]:
    """The class of an event's registrations that have an e-form."""
    if event is CivilEvent.BIRTH:
        return BirthRegistration
    from gov_connect.model import civil_status  # noqa: PLC0415 - the rarer events load on first use

    found: type[Registration] = getattr(civil_status, _CLASS_NAMES[event])
    return found


def read_form(
    form: object,
    *,
    dossier: DossierCode | str,
    unit: str,
    received_at: datetime,
    event: CivilEvent | None = None,
    generation: str = "",
    bundle: str = "",
    applicant: Applicant | None = None,
    tables: Tables | None = None,
) -> FormReading:
    """Read a form of any known generation.

    Args:
        form: its leaves, a JSON object, or JSON text; see `leaves`.
        dossier: the agency's own number.
        unit: the unit that received the dossier; what the citizen chose instead is reported (§4.5 row 10).
        received_at: decides which generations and which units are in use.
        event: None to tell it from the leaves.
        generation: "" to recognise it.
        bundle: national code of an interlinked dossier.
        applicant: who submitted the dossier: stands in where the form's read-only block came empty (§4.5 row 4).
        tables: other alias tables than the shipped ones.

    Raises:
        InvalidInput: the form is of no known generation, or no form at all.
    """
    tables = tables or Tables.default()
    filled = leaves(form)
    day = received_at.astimezone(VIETNAM).date() if received_at.tzinfo else received_at.date()
    kind = recognise(filled, tables, event=event, generation=generation, on=day)
    gathered = gather(filled, kind)
    values: dict[str, Any] = {
        path: decode(path, text, kind.event, tables.lists) for path, text in gathered.texts.items()
    }
    draft = Draft(values=values, event=kind.event, on=day, unit=unit, applicant=applicant)
    for path, others in gathered.differing.items():
        draft.doubts += [Problem(path=path, code="form.differs", params={"leaf": shown(leaf)}) for leaf in others]
    complete(draft)
    found, problems = _made(draft, {"dossier": dossier, "unit": unit, "received_at": received_at, "bundle": bundle})
    unread = [leaf for path in draft.dropped if (leaf := gathered.chosen.get(path))]
    return FormReading(
        event=kind.event,
        generation=kind.name,
        found=found,
        problems=problems,
        mapped={path: shown(leaf) for path, leaf in gathered.chosen.items() if path not in draft.dropped},
        derived=draft.derived,
        unmapped=_listed([*gathered.unmapped, *unread, *_flat(gathered.differing)]),
        ignored=_listed(gathered.ignored),
        elsewhere=_listed(gathered.elsewhere),
        doubts=tuple(draft.doubts),
        needs=_needs((*problems, *draft.needed), tables.table(kind.event)),
    )


def _made(draft: Draft, known: dict[str, Any]) -> tuple[Registration | None, tuple[Problem, ...]]:
    nested = known
    for path, value in draft.values.items():
        target = nested
        *parents, last = path.split(".")
        for parent in parents:
            target = target.setdefault(parent, {})
        target[last] = value
    try:
        made = registration_class(draft.event)(**nested)
    except InvalidInput as error:
        return None, (*error.problems, *draft.problems)
    return (None if draft.problems else made), tuple(draft.problems)


def _needs(problems: tuple[Problem, ...], table: FormTable) -> tuple[Need, ...]:
    seen: dict[str, Need] = {}
    for problem in problems:
        path = problem.path
        while path and path not in table.wording:
            path = path.rpartition(".")[0]
        seen.setdefault(problem.path, Need(path=problem.path, wording=table.wording.get(path, ""), problem=problem))
    return tuple(seen.values())


def _listed(names: list[str]) -> tuple[str, ...]:
    return tuple(sorted(shown(name) for name in names))


def _flat(groups: Mapping[str, list[str]]) -> list[str]:
    return [one for group in groups.values() for one in group]
