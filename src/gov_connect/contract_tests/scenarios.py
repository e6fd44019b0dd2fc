"""What this library does when it is itself the client under test: a little of every call."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from gov_connect.adapters.national_portal import NationalPortal2026
from gov_connect.adapters.vnpay import Vnpay
from gov_connect.contract_tests import samples
from gov_connect.errors import OutcomeUnknown
from gov_connect.model import DossierCode, DossierStatus, Officer, ProcedureCode, Purpose
from gov_connect.runtime import Request, Timeouts

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.client import GovConnect
    from gov_connect.runtime import Carrier, Clock

    Scenario = Callable[[GovConnect, dict[str, str], Clock, Carrier], None]

DOUBTFUL: Final = {
    "portal/2020": "DongBoHoSoMC",
    "portal/2026": "dossier",
    "civil_registry/G1": "dangKyHoTich",
    "national_payment/1.0.6": "INIT",
    "vnpay/2.1.0": "refund",
}
"""The write whose first answer is lost behind a gateway."""
_CODE: Final = "H99.201-261120-{:04d}"


def _acting(gov: GovConnect) -> GovConnect:
    purpose = Purpose(procedure=ProcedureCode("1.001193"), dossier=DossierCode(_CODE.format(1)))
    return gov.acting(officer=Officer(code="cb-01"), purpose=purpose)


def _portal(gov: GovConnect, known: dict[str, str], clock: Clock, carrier: Carrier) -> None:
    del carrier
    procedure = gov.portal.procedure(ProcedureCode(known["procedure"]))
    for number in (1, 2):
        dossier = samples.dossier_of(procedure, clock, _CODE.format(number), DossierStatus.ACCEPTED)
        gov.portal.put(dossier)
        gov.portal.put(dossier.model_copy(update={"status": DossierStatus.PROCESSING}))
        gov.portal.report(samples.steps_of(clock, str(dossier.code), 12))
        gov.portal.find(dossier.code)


def _portal_2026(gov: GovConnect, known: dict[str, str], clock: Clock, carrier: Carrier) -> None:
    del known, carrier
    newer, agency = gov.portal, gov.settings.agency
    assert isinstance(newer, NationalPortal2026)
    assert agency is not None
    for _ in range(2):
        dossier = samples.dossier_of(None, clock, str(newer.next_number(agency)), DossierStatus.NEW)
        with suppress(OutcomeUnknown):  # this wire has no look-up: an officer must decide
            newer.put(dossier)
    newer.upload("giay-to.pdf", b"%PDF-1.4\n")


def _residents(gov: GovConnect, known: dict[str, str], clock: Clock, carrier: Carrier) -> None:
    del clock, carrier
    asked = samples.query(known["person_number"], known["person_name"], known["person_born"])
    acting = _acting(gov)
    for _ in range(3):
        acting.residents.look_up(asked)
    acting.residents.verify(asked)


def _registry(gov: GovConnect, known: dict[str, str], clock: Clock, carrier: Carrier) -> None:
    del carrier
    for number in (1, 2):
        birth = samples.birth_of(clock, _CODE.format(number), known["unit"], number)
        gov.civil_registry.submit(birth)
        gov.civil_registry.status(birth.dossier, unit=birth.unit)
        gov.civil_registry.results(birth.dossier, unit=birth.unit)


def _national_payment(gov: GovConnect, known: dict[str, str], clock: Clock, carrier: Carrier) -> None:
    del known, carrier
    for number in (1, 2):
        order = samples.order_of(clock, f"kit{number}", _CODE.format(number), 25_000)
        gov.national_payment.open(order, agency_name="Ủy ban nhân dân xã Mẫu")
        gov.national_payment.query(order)


def _vnpay(gov: GovConnect, known: dict[str, str], clock: Clock, carrier: Carrier) -> None:
    del known
    gateway = gov.system(Vnpay)
    order = samples.order_of(clock, "kit1", _CODE.format(1), 25_000)
    page = gateway.open(order).url
    for method, body in (("GET", b""), ("POST", b"action=pay")):  # the payer's browser, not the client
        carrier.send(Request(system="vnpay", url=page, method=method, body=body), Timeouts())
    paid = gateway.query(order)
    with suppress(OutcomeUnknown):  # never repeated on its own
        gateway.give_back(order, samples.refund_of(clock, order, 10_000, "kit1-1"), paid=paid)
    gateway.query(order)


SCENARIOS: Final[dict[str, Scenario]] = {
    "portal/2020": _portal,
    "portal/2026": _portal_2026,
    "residents/037": _residents,
    "civil_registry/G1": _registry,
    "national_payment/1.0.6": _national_payment,
    "vnpay/2.1.0": _vnpay,
}
