"""What this library does when it is itself the client under test: a little of every call."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from gov_connect.adapters.csc import Csc
from gov_connect.adapters.e_receipt import ViettelReceipts, VnptReceipts
from gov_connect.adapters.mysign import MySign
from gov_connect.adapters.national_portal import NationalPortal2026
from gov_connect.adapters.smartca import SmartCa
from gov_connect.adapters.vnpay import Vnpay
from gov_connect.contract_tests import samples
from gov_connect.errors import OutcomeUnknown
from gov_connect.mocks.faults import Fault
from gov_connect.model import CivilEvent, DossierCode, DossierStatus, Officer, Personal, ProcedureCode, Purpose
from gov_connect.model.bundles import BundleReport, BundleStatus
from gov_connect.runtime import Request, Timeouts

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.client import GovConnect
    from gov_connect.mocks.core import MockSystem
    from gov_connect.runtime import Carrier, Clock, Sync

    Scenario = Callable[[GovConnect, dict[str, str], Clock, Carrier], None]

_LOST: Final = (Fault.GATEWAY_502_AFTER,)
DOUBTFUL: Final[dict[str, tuple[str, tuple[Fault | None, ...]]]] = {
    "portal/2020": ("DongBoHoSoMC", _LOST),
    "portal/2026": ("dossier", _LOST),
    "civil_registry/G1": ("dangKyHoTich", _LOST),
    "civil_registry/G2": ("nhanHoSoDKHT", _LOST),
    "civil_registry/G3": ("dangKyHoSoMoi", _LOST),
    "bundle_platform/1": ("capNhatTrangThai", _LOST),
    "national_payment/1.0.6": ("INIT", _LOST),
    "vnpay/2.1.0": ("refund", _LOST),
    "vnpt_receipt/1": ("ImportAndPublishInv", _LOST),
    "viettel_receipt/1": ("createInvoice", _LOST),
    "lgsp/wso2": ("residents", (None, Fault.SESSION_LOST)),
    "smartca/sp769": ("sign", _LOST),
    "mysign/1.9": ("signHash", _LOST),
    "csc/1": ("signatures/signHash", _LOST),
}
"""The write whose first answer is lost behind a gateway; on the bus, the call before which all tokens run out."""
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


def _bundled(gov: GovConnect, known: dict[str, str], clock: Clock, carrier: Carrier) -> None:
    del carrier
    codes: list[DossierCode] = []
    for number in range(1, 5):
        birth = samples.birth_of(clock, _CODE.format(number), known["unit"], number)
        gov.civil_registry.submit(birth.model_copy(update={"bundle": f"G22.99.01-261120-{number:04d}"}))
        codes.append(birth.dossier)
    gov.civil_registry.bundle_results(CivilEvent.BIRTH, tuple(codes))


def _newer_registry(gov: GovConnect, known: dict[str, str], clock: Clock, carrier: Carrier) -> None:
    del carrier
    for number in (1, 2):
        birth = samples.birth_of(clock, _CODE.format(number), known["unit"], number)
        gov.civil_registry.submit(birth)
        gov.civil_registry.synchronise(birth.dossier)


def _bundle_platform(gov: GovConnect, known: dict[str, str], clock: Clock, carrier: Carrier) -> None:
    del known, carrier
    for news in gov.bundles.pending():
        sent: list[int] = []
        gov.bundles.fetch(news)
        gov.bundles.acknowledge(news.code)
        for status in (BundleStatus.RECEIVED, BundleStatus.ACCEPTED):
            told = BundleReport.model_validate(
                {
                    "procedure": news.procedure,
                    "bundle": news.code,
                    "dossier": _CODE.format(1),
                    "status": status,
                    "at": clock.now().replace(microsecond=0),
                    "officer": "Cán bộ Mẫu",
                }
            )
            gov.bundles.report(told, sent=tuple(sent))
            sent.append(int(status))


def _receipts(kind: type[VnptReceipts[Sync] | ViettelReceipts[Sync]]) -> Scenario:
    def act(gov: GovConnect, known: dict[str, str], clock: Clock, carrier: Carrier) -> None:
        del known, carrier
        service = gov.system(kind)
        for number in (1, 2):
            wanted = samples.receipt_of(clock, f"phi-{_CODE.format(number)}", _CODE.format(number), 15_000)
            try:
                issued = service.publish(wanted)
            except OutcomeUnknown:
                issued = service.publish(wanted)  # the same key: issued once whatever became of the first
            service.document(issued)
        service.cancel(issued, reason="Hoàn phí")

    return act


def _smartca(gov: GovConnect, known: dict[str, str], clock: Clock, carrier: Carrier) -> None:
    from gov_connect.contract_tests import signing  # noqa: PLC0415 - cryptography, only for signers

    del clock, carrier
    service, user = gov.system(SmartCa), Personal(known["signer"])
    (own,) = service.certificates(user)
    for number in (1, 2):
        asked = signing.pending(own, f"mau {number}", f"mau {number} phu luc")
        reference = service.start(user, own.reference, asked, transaction=f"kit-{number}")
        for _ in range(2):  # whoever holds the phone confirms between the two
            service.status(reference, len(asked))


def _mysign(gov: GovConnect, known: dict[str, str], clock: Clock, carrier: Carrier) -> None:
    from gov_connect.contract_tests import signing  # noqa: PLC0415 - cryptography, only for signers

    del clock, carrier
    service, user = gov.system(MySign), Personal(known["signer"])
    (own,) = service.certificates(user)
    for number in (1, 2):
        asked = signing.pending(own, f"mau {number}")
        with suppress(OutcomeUnknown):  # this wire cannot be asked what became of it
            transaction = service.start(user, own.reference, asked, description="Trích lục khai sinh")
            service.status(user, transaction)


def _csc(gov: GovConnect, known: dict[str, str], clock: Clock, carrier: Carrier) -> None:
    from gov_connect.contract_tests import signing  # noqa: PLC0415 - cryptography, only for signers

    del clock, carrier
    service = gov.system(Csc)
    for number in (1, 2):
        asked = signing.pending(service.certificates(), f"mau {number}")
        with suppress(OutcomeUnknown):  # nor this one
            service.sign(asked, pin=known["pin"])


SCENARIOS: Final[dict[str, Scenario]] = {
    "portal/2020": _portal,
    "portal/2026": _portal_2026,
    "residents/037": _residents,
    "civil_registry/G1": _registry,
    "national_payment/1.0.6": _national_payment,
    "vnpay/2.1.0": _vnpay,
    "civil_registry/G2": _bundled,
    "civil_registry/G3": _newer_registry,
    "bundle_platform/1": _bundle_platform,
    "vnpt_receipt/1": _receipts(VnptReceipts),
    "viettel_receipt/1": _receipts(ViettelReceipts),
    "lgsp/wso2": _residents,
    "xroad/r1": _residents,
    "smartca/sp769": _smartca,
    "mysign/1.9": _mysign,
    "csc/1": _csc,
}


def _file_a_dossier(mock: MockSystem) -> None:
    from gov_connect.mocks.bundle_platform import BundlePlatformMock  # noqa: PLC0415 - only for this wire

    if isinstance(mock, BundlePlatformMock):
        mock.file({"nksHoTen": "PHẠM THỬ MẪU"}, files={"giay-chung-sinh.pdf": b"%PDF-1.4\n"})


BEFORE: Final[dict[str, Callable[[MockSystem], None]]] = {"bundle_platform/1": _file_a_dossier}
"""What is there before a client comes."""
