"""A stolen database file shows no citizen."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from gov_connect.delivery import Ledger
from gov_connect.model import (
    VIETNAM,
    AgencyCode,
    CitizenId,
    DossierCode,
    DossierStatus,
    FeeKind,
    FeeLine,
    Money,
    Payer,
    PaymentLink,
    PaymentOrder,
    PersonName,
    PlaceText,
    ProcedureCode,
)
from gov_connect.payments import OrderBook
from gov_connect.runtime import ManualClock
from gov_connect.store import Database, Vault

if TYPE_CHECKING:
    from pathlib import Path

AGENCY = AgencyCode("H99.201")
DOSSIER = DossierCode("H99.201-260105-0001")
NAME, NUMBER, PLACE, TOKEN = "MẪU THỊ THỬ", "000000000001", "Thôn Mẫu, xã Thử", "ma-bi-mat-cua-trang"
CANARIES = (NAME, "MẪU", "THỬ", NUMBER, PLACE, "Thôn", TOKEN)
MESSAGE = f'{{"hoTen":"{NAME}","soDinhDanh":"{NUMBER}","diaChi":"{PLACE}"}}'
ORDER = PaymentOrder(
    reference="gc0001",
    dossier=DOSSIER,
    procedure=ProcedureCode("2.000815"),
    amount=Money(6000),
    lines=(FeeLine(name="Phí chứng thực", amount=Money(6000), kind=FeeKind.FEE),),
    payer=Payer(name=PersonName(NAME), citizen_id=CitizenId(NUMBER), address=PlaceText(PLACE)),
    created_at=datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM),
)


def test_no_personal_value_stands_in_any_file(tmp_path: Path) -> None:
    """Inbox, events, results, steps and orders: neither the database nor its log can be read."""
    database, vault = Database(f"sqlite:///{tmp_path / 'records.db'}"), Vault(bytes(range(32)))
    clock = ManualClock(datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM))
    ledger = Ledger(database, vault, AGENCY, clock)
    ledger.receive(system="portal", key=str(DOSSIER), path="/addtthcKhuyenMai", body=MESSAGE)
    ledger.begin(system="portal", dossier=DOSSIER, key="1", operation="portal.put", payload=MESSAGE)
    ledger.finish(system="portal", key="1", result=MESSAGE)
    ledger.begin(system="portal", dossier=DOSSIER, key="2", operation="portal.put", payload=MESSAGE)
    ledger.fail(system="portal", key="2", error="network.timed_out", doubtful=True, tries=1)
    ledger.remember(DOSSIER, "citizen", MESSAGE)
    ledger.stand(
        DOSSIER, procedure=ProcedureCode("2.000815"), status=DossierStatus.PROCESSING, outcome="waiting_for_payment"
    )
    book = OrderBook(database, vault, agency=AGENCY, system="national_payment", clock=clock)
    book.open(ORDER)
    book.linked(ORDER.reference, PaymentLink(reference=ORDER.reference, url=f"https://pay.example/{TOKEN}"))

    for when in ("open", "closed"):
        files = list(tmp_path.iterdir())
        assert any(file.suffix == ".db-wal" for file in files) == (when == "open")
        content = b"".join(file.read_bytes() for file in files)
        assert str(DOSSIER).encode() in content
        for canary in CANARIES:
            assert canary.encode() not in content
            assert canary.encode("utf-16-le") not in content
            assert canary.encode("unicode_escape") not in content
        database.close()

    assert ledger.unhandled("portal")[0].body == MESSAGE
    assert ledger.recall(DOSSIER, "citizen") == MESSAGE
    stored = book.get(ORDER.reference)
    assert stored is not None
    assert stored.order == ORDER
    database.close()
