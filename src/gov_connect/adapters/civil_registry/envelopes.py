"""A registration -> the message of its generation (civil_registry.md §1.3, §1.6, §1.7)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from gov_connect.adapters.civil_registry import fields, wire
from gov_connect.adapters.civil_registry.styles import G1, G2, G3
from gov_connect.errors import NotSupported
from gov_connect.model import VIETNAM, BirthRegistration, CivilEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.adapters.civil_registry.styles import Style
    from gov_connect.model import Registration
    from gov_connect.settings import CivilRegistrySettings

Route: TypeAlias = Literal["G1", "G2", "G3"]
MODULES: Final[Mapping[tuple[Route, CivilEvent], str]] = {
    ("G1", CivilEvent.BIRTH): "KS",
    ("G1", CivilEvent.DEATH): "KT",
    ("G1", CivilEvent.MARRIAGE): "KH",
    ("G2", CivilEvent.BIRTH): "LTKS",
    ("G2", CivilEvent.DEATH): "LTKT",
    ("G2", CivilEvent.MARRIAGE): "LTKH",
    ("G3", CivilEvent.BIRTH): "KS",
    ("G3", CivilEvent.DEATH): "KT",
    ("G3", CivilEvent.MARRIAGE): "KH",
    ("G3", CivilEvent.EXTRACT): "BS",
}
"""Event codes that running clients send (§2.1). Others have to be set: they are not public."""
_MODEL_ONLY: Final = frozenset({CivilEvent.CORRECTION, CivilEvent.GUARDIANSHIP, CivilEvent.ADOPTION})
_STYLE_1, _STYLE_2 = G1(), G2()


def route_of(registration: Registration, settings: CivilRegistrySettings) -> Route:
    """Which generation carries a registration: a bundle's is G2, copies alone are G3, the rest as configured.

    Raises:
        NotSupported: how this event crosses the wire is not public.
    """
    event = registration.event
    if event in _MODEL_ONLY:
        raise NotSupported("support.civil_event", event=str(event))
    if event is CivilEvent.EXTRACT:
        return "G3"
    if registration.bundle:
        return "G2"
    return settings.generation


def module_of(event: CivilEvent, route: Route, settings: CivilRegistrySettings) -> str:
    """The event code.

    Raises:
        NotSupported: it is neither public nor set.
    """
    module = settings.modules.get(f"{route}.{event}") or settings.modules.get(event) or MODULES.get((route, event))
    if module is None:
        known = any(event is other for _, other in MODULES)
        raise NotSupported(
            "support.civil_route" if known else "support.civil_module", event=str(event), generation=route
        )
    return module


def style_of(route: Route, settings: CivilRegistrySettings) -> Style:
    """How values are written."""
    if route == "G3":
        return G3(settings.ethnic_codes, settings.country_codes)
    return _STYLE_1 if route == "G1" else _STYLE_2


def fields_of(registration: Registration, style: Style) -> dict[str, object]:
    """The fields of any event, by the registry's own names."""
    if isinstance(registration, BirthRegistration):
        return fields.birth(registration, style)
    from gov_connect.adapters.civil_registry import rarer  # noqa: PLC0415 - most agencies send births mostly

    return rarer.fields_of(registration, style)


def message(registration: Registration, route: Route, settings: CivilRegistrySettings) -> dict[str, object]:
    """The whole message but its files.

    Raises:
        NotSupported: the event has no place in that generation.
        InvalidInput: the settings give no code for a name that G3 wants coded.
    """
    module = module_of(registration.event, route, settings)
    filled = fields_of(registration, style_of(route, settings))
    received = registration.received_at.astimezone(VIETNAM)
    if route == "G1":
        return {
            "maDonVi": int(registration.unit),
            "module": module,
            "maHoSo": str(registration.dossier),
            "ngayTiepNhan": received.date().isoformat(),
            "data": wire.document(filled),
        }
    data = json.dumps(filled, ensure_ascii=False, separators=(",", ":"))
    if route == "G2":
        return {
            "maDonVi": registration.unit,
            "module": module,
            # Without a national code running clients repeat their own (§1.6).
            "maHoSoLT": registration.bundle or str(registration.dossier),
            "maHoSoMCDT": str(registration.dossier),
            "ngayTiepNhan": received.strftime("%d/%m/%Y %H:%M:%S"),
            "data": data,
        }
    return {
        "maHoSoMCDT": str(registration.dossier),
        "maHoSoLT": registration.bundle or module,
        "module": module,
        # The trailing blank is the wire's own (§1.7).
        "ngayTiepNhan": received.strftime("%d/%m/%Y "),
        "maDonVi": registration.unit,
        "data": data,
    }
