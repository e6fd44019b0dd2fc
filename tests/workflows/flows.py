"""Requests of every kind over the offline systems, driven step by step without a worker."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select

from gov_connect._workflows import WorkflowRunner
from gov_connect.model import Applicant, DossierCode, InboundDossier, Officer, PersonName
from gov_connect.store.tables import EVENTS
from gov_connect.workflows import Application, CertificationRequest, Desk, Outcome

APPLICANT = Applicant(name=PersonName("NGUYỄN THỊ MẪU"), citizen_id="000000000012")
BIRTH_FORM: dict[str, str] = json.loads(
    (Path(__file__).parent.parent / "samples" / "forms" / "registry_birth.json").read_text("utf-8")
)
"""A birth at home in the registry's own field names."""


DEATH_FORM = {
    "loaiDangKy": "1",
    "soLuongBanSao": "1",
    "nktHoTen": "ĐỖ VĂN KHÔNG THẬT",
    "nktGioiTinh": "1",
    "nktNgaySinh": "1941",
    "nktDanToc": "Tày",
    "nktQuocTich": "Việt Nam",
    "nktLoaiCuTru": "1",
    "nktNoiCuTru": "Thôn Mẫu, xã Mẫu",
    "nktLoaiGiayToTuyThan": "4",
    "nktSoGiayToTuyThan": "000000000021",
    "nktNgayCapGiayToTuyThan": "01.02.2022",
    "nktNoiCapGiayToTuyThan": "Cục",
    "nktNgayChet": "15.11.2026",
    "nktGioPhutChet": "21:40",
    "nktNoiChet": "Tại nhà riêng",
    "nktNguyenNhanChet": "Già yếu",
    "gbtLoai": "6",
    "gbtSo": "01/UBND-GBT",
    "gbtNgay": "16.11.2026",
    "gbtCoQuanCap": "UBND xã Mẫu",
    "nycHoTen": "ĐỖ THỊ BỊA RA",
    "nycQuanHe": "Con",
    "nycLoaiGiayToTuyThan": "4",
    "nycSoGiayToTuyThan": "000000000022",
    "nycNgayCapGiayToTuyThan": "01.02.2022",
    "nycNoiCapGiayToTuyThan": "Cục",
    "nycNoiCuTru": "Thôn Mẫu, xã Mẫu",
}


def desk(**changes: Any) -> Desk:
    """A desk of the made-up commune."""
    facts: dict[str, Any] = {
        "unit_name": "UBND xã Mẫu",
        "unit_code": "99001",
        "area": "31:31",
        "officer": PersonName("Trần Văn Thử"),
        "files_url": "https://motcua.example/ket-qua",
        **changes,
    }
    return Desk(**facts)


class Flows:
    """The workflows of a commune, run by hand: one `advance` at a time, on whatever driver."""

    def __init__(self, commune: Any, **changes: Any) -> None:
        self.commune = commune
        self.gov = commune.gov.acting(officer=Officer(code="cb-01"))
        self.gov.workflows.serve(desk(**changes))
        self.say = self.gov.workflows
        self._life: Any = None

    def advance(self, code: str, driver: Any = None, **options: Any) -> Any:
        """Run a request on, as a worker of a new process would."""
        with self.gov._parts.database.reading() as db:
            row = db.execute(select(EVENTS).where(EVENTS.c.dossier == str(code), EVENTS.c.lane == "flow")).one()
        application = Application.from_json(self.gov.delivery.queue.opened(row, "").payload)
        return (driver or self.gov._driver).run(self.life().advance(application, **options))

    def life(self) -> Any:
        """The life cycle of the desk; made once, since a new one costs time and holds nothing that lasts."""
        self._life = self._life or WorkflowRunner(self.gov._parts).life(str(self.gov._acting.agency))
        return self._life

    def pay(self, standing: Any) -> None:
        """The citizen pays what is waited for."""
        self.commune.mocks["national_payment"].pay(standing.link.reference)

    def through(self, code: str, driver: Any = None) -> Any:
        """Run to the end; everybody does at once what is waited for."""
        asked = {"accept": self.say.accept, "issue": self.say.issue, "hand_over": self.say.hand_over}
        for _ in range(9):
            standing = self.advance(code, driver)
            if standing.outcome is Outcome.WAITING_FOR_PAYMENT:
                self.pay(standing)
            elif standing.outcome is Outcome.WAITING_FOR_OFFICER and asked:
                asked.pop(next(iter(asked)))(DossierCode(code))
            else:
                return standing
        raise AssertionError(standing)

    def pushed(self, procedure: str, **changes: str) -> str:
        """A dossier that the portal pushed."""
        inbound = self.commune.submit(procedure, **changes)
        self.say.receive(inbound)
        return str(inbound.code)

    def certification(self) -> str:
        """Copies and signatures in one request."""
        request = CertificationRequest(applicant=APPLICANT, copies=({"pages": 5, "copies": 2},), signed_papers=1)
        return str(self.say.certification(request, key="phieu-1").records[0].dossier)

    def bundle(self, module: str = "KS", **fields: str) -> str:
        """A dossier that was filed at the bundle platform."""
        form = {**(BIRTH_FORM if module == "KS" else DEATH_FORM), **fields}
        procedure = "2.000986" if module == "KS" else "1.011733"
        self.national = self.commune.mocks["bundle_platform"].file(
            form, procedure=procedure, module=module, files={"gcs.pdf": b"%PDF-1.4\n"}
        )
        (taken,) = self.say.take_in_bundles()
        assert taken.outcome == "taken", taken
        return str(taken.dossier)

    def general(self) -> str:
        """A procedure of which the library knows nothing."""
        code = DossierCode(f"H99.201-261120-{next(_NUMBERS):04d}")
        # One that the portal knows and no declaration names.
        inbound = InboundDossier(code=code, procedure="1.004859", applicant=APPLICANT)
        self.say.begin(inbound, plan="general")
        return str(code)


_NUMBERS = count(9001)


BEGIN = {
    "birth": lambda flows: flows.pushed("1.001193", SoLuong="3"),
    "extracts": lambda flows: flows.pushed("2.000635"),
    "marital_status": lambda flows: flows.pushed("1.004873"),
    "copies": lambda flows: flows.pushed("2.000815"),
    "certification": lambda flows: flows.certification(),
    "birth_bundle": lambda flows: flows.bundle("KS"),
    "death_bundle": lambda flows: flows.bundle("KT"),
    "general": lambda flows: flows.general(),
}
FEES = {"birth": 24_000, "certification": 24_000, "birth_bundle": 16_000, "death_bundle": 8_000, "general": 0}


def agree(flows: Flows, code: str, kind: str) -> None:
    """Every system holds the request once, and all hold the same."""
    commune = flows.commune
    records = [record for record in flows.gov.ledger.records() if str(record.dossier).startswith("H99")]
    assert {record.outcome for record in records} == {"delivered"}
    portal = commune.state("portal")
    for record in records:
        shown = portal["dossiers"][str(record.dossier)]
        assert shown["status"] == str(record.status.value) == "10"
    assert portal["warnings"] == []
    registry, platform = commune.state("civil_registry"), commune.state("national_payment")
    assert not registry["duplicates"]
    registered = kind in {"birth", "birth_bundle", "death_bundle"}
    assert len(registry["registrations"]) + len(registry["interlinked"]) == registered
    assert platform["double_charges"] == []
    charged = [charge["amount"] for charges in platform["charges"].values() for charge in charges]
    assert len(charged) == len(platform["orders"]) <= 1
    if kind in FEES:
        assert sum(charged) == FEES[kind]
    assert len(flows.gov.order_book.of_dossier(code)) == len(charged)
    if kind.endswith("bundle"):
        assert commune.mocks["bundle_platform"].statuses(flows.national) == [1, 3, 7, 4, 5]
        assert flows.say.take_in_bundles() == []
    assert flows.say.refund_proposals() == []
