"""A registration -> the leaves of an e-form: the way back, for prefilled forms and for proofs by round trip."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from gov_connect.errors import NotSupported
from gov_connect.forms.decoding import encode
from gov_connect.forms.tables import Tables
from gov_connect.model import VIETNAM, Address, BirthRegistration, FormText, Value
from gov_connect.model.registrants import Identified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gov_connect.forms.tables import Generation
    from gov_connect.model import Registration

_OWN: Final = frozenset({"dossier", "bundle", "unit", "received_at", "abandoned"})
"""What belongs to the dossier and not to the form."""
_REGISTRY: Final = "registry"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenForm:
    """A filled-in form.

    Attributes:
        leaves: leaf -> what stands in it.
        uncarried: places of the model for which this generation has no leaf.
    """

    leaves: dict[str, FormText] = field(repr=False)
    uncarried: tuple[str, ...]


def write_form(registration: Registration, generation: str, *, tables: Tables | None = None) -> WrittenForm:
    """Fill in the form of a generation.

    Raises:
        NotSupported: the event has no form of that generation at that time.
    """
    tables = tables or Tables.default()
    day = registration.received_at.astimezone(VIETNAM).date()
    kinds = [made for made in tables.generations(registration.event, day) if made.name == generation]
    if not kinds:
        raise NotSupported("support.form", event=f"{registration.event}/{generation}")
    kind = kinds[0]
    leaves: dict[str, FormText] = {}
    uncarried: list[str] = []
    for path, value in _values(registration, kind):
        names = kind.fields.get(path)
        if names is None:
            uncarried.append(path)
        else:
            leaves[names[0]] = FormText(encode(path, value, kind.event, tables.written))
    return WrittenForm(leaves=leaves, uncarried=tuple(uncarried))


def _values(registration: Registration, kind: Generation) -> Iterator[tuple[str, Any]]:
    yield "chosen_unit", registration.unit
    if isinstance(registration, BirthRegistration):
        yield "known_parents", _known_parents(registration)
    for path, value in _members("", registration, kind):
        if path in {"died_on", "died_at"} and ("died" in kind.fields or "died_hour" in kind.fields):
            continue
        yield path, value
    if "died" in kind.fields or "died_hour" in kind.fields:
        yield from _moment(registration, kind)


def _moment(registration: Any, kind: Generation) -> Iterator[tuple[str, str]]:
    day = "/".join(reversed(registration.died_on.iso.split("-")))
    if "died" in kind.fields:
        yield "died", f"{day} {registration.died_at}".strip()
        return
    yield "died_on", day
    if registration.died_at:
        hour, _, minute = registration.died_at.partition(":")
        yield "died_hour", hour
        yield "died_minute", minute


def _members(prefix: str, value: Value, kind: Generation) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Address):
        yield from _address(prefix, value, kind)
        return
    skipped = set(_OWN)
    if isinstance(value, Identified) and kind.name == _REGISTRY:
        paper, number = value.paper
        skipped |= {"id_kind", "id_number"}
        if number:
            yield f"{prefix}id_kind", paper
            yield f"{prefix}id_number", number
    for name in type(value).model_fields:
        inner = getattr(value, name)
        if name in skipped or inner is None or inner == "":
            continue
        if isinstance(inner, Value):
            yield from _members(f"{prefix}{name}.", inner, kind)
        else:
            yield f"{prefix}{name}", inner


def _address(prefix: str, place: Address, kind: Generation) -> Iterator[tuple[str, str]]:
    """Codes and words where the form has room for both, else the whole place in words."""
    coded = f"{prefix}commune" in kind.fields
    detail = "" if place.detail is None else place.detail.reveal()
    words = detail if coded else ", ".join(filter(None, (detail, place.names)))
    parts = {"detail": words, "country": place.country if place.abroad or coded else ""}
    if coded:
        parts |= {name: getattr(place, name) for name in ("province", "district", "commune", "names")}
    yield from ((prefix + name, text) for name, text in parts.items() if text)


def _known_parents(birth: BirthRegistration) -> str:
    if birth.abandoned:
        return "abandoned"
    if birth.mother is not None:
        return "mother" if birth.father is None else "both"
    return "neither" if birth.father is None else "father"
