"""The national platform's receipts, its look-up, and payments that began at the portal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.errors import GovConnectError, InvalidInput, Refused, UnexpectedReply
from gov_connect.model import Bill, NewsSource, PaymentResult, PaymentState
from gov_connect.payments import Alarm

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.client import GovConnect
    from gov_connect.model import PaymentOrder

PAID = PaymentState.PAID
INIT = {"MaLoi": "00", "UrlThanhToan": "https://pay.example/1"}


def send(gov: GovConnect, message: dict[str, Any]) -> Any:
    return gov.payments.receive(json.dumps(message).encode())


def asked(gov: GovConnect, dossier: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(gov.payments.look_up(json.dumps({"MaHoSo": dossier}).encode()))
    return answer


def test_the_platform_gives_a_receipt_after_the_payment(
    gov: GovConnect, order: PaymentOrder, at_the_page: Callable[[str, str], None]
) -> None:
    """Not before the payment; after it, the address of a document."""
    link = gov.payments.create(order)
    for reference, code in (("gc0001", "payment.not_paid"), ("gc9999", "payment.unknown_order")):
        with pytest.raises(GovConnectError) as caught:
            gov.payments.receipt(reference)
        assert caught.value.code == code
    at_the_page(link.url, "pay")
    assert gov.payments.status("gc0001") is PAID
    assert gov.payments.receipt("gc0001").url.endswith(".pdf")


@pytest.mark.parametrize(
    "answer",
    [
        {"MaLoi": "00", "UrlBienLai": "https://pay.example/1.pdf"},
        {"error_code": "0", "message": json.dumps({"MaLoi": "00", "UrlBienLai": "https://pay.example/1.pdf"})},
        {"error_code": 0, "message": json.dumps({"UrlBienLai": "https://pay.example/1.pdf"})},
    ],
    ids=["direct", "wrapper", "wrapper without code"],
)
def test_both_shapes_of_an_address(
    answer: dict[str, Any], answering: Callable[..., GovConnect], order: PaymentOrder
) -> None:
    """Some systems answer through a wrapper."""
    with answering(answer) as gov:
        paid = PaymentResult(reference="gc0001", state=PAID)
        assert gov.national_payment.bill(order, paid=paid) == Bill(url="https://pay.example/1.pdf")


def test_a_document_is_taken_as_it_is(order: PaymentOrder) -> None:
    """Other systems send the PDF itself; its bytes are in no repr."""
    from gov_connect.adapters.national_payment import bills  # noqa: PLC0415 - inside of the adapter
    from gov_connect.runtime import Reply  # noqa: PLC0415

    bill = bills.read(Reply(status=200, body=b"%PDF-1.4 " + order.payer.name.reveal().encode()))
    assert bill.pdf.startswith(b"%PDF")
    assert "PDF" not in repr(bill)
    with pytest.raises(UnexpectedReply):
        bills.read(Reply(status=500, body=b"%PDF-1.4"))
    with pytest.raises(UnexpectedReply):
        bills.read(Reply(status=200, body=json.dumps({"MaLoi": "00", "UrlBienLai": "nowhere"}).encode()))
    with pytest.raises(InvalidInput):
        Bill()


def test_the_time_of_confirm_is_tried_before_that_of_init(
    answering: Callable[..., GovConnect], order: PaymentOrder
) -> None:
    """A refusal of the one leads to the other; the first refusal is what is told."""
    refused = {"MaLoi": "99", "MoTaLoi": "chưa có"}
    ready = {"MaLoi": "00", "UrlBienLai": "https://pay.example/1.pdf"}
    paid = PaymentResult(reference="gc0001", state=PAID, raw_time="20260105080500")
    with answering(refused, ready) as gov:
        assert gov.national_payment.bill(order, paid=paid).url
    with answering(refused, refused) as gov, pytest.raises(Refused):
        gov.national_payment.bill(order, paid=paid)


def test_get_bill_is_hashed_as_the_vector() -> None:
    """QUERY's fields under another name."""
    from gov_connect.adapters.national_payment import wire  # noqa: PLC0415 - inside of the adapter

    message = {
        "LoaiBanTin": "GET_BILL",
        "PhienBan": "1.0.6",
        "MaDoiTac": "DT-DEMO-01",
        "MaThamChieu": "dvcH99992025010203",
        "ThoiGianGD": "20250610143005",
    }
    digest = wire.digest(message, wire.QUERY_FIELDS, "KHOA-BI-MAT-THU-NGHIEM-01")
    assert digest == "c7316817ff508262461759bdfce6e2bee5ffb7b54f3d5eadfd8231b590ba7823"


def test_what_a_dossier_owes(gov: GovConnect, order: PaymentOrder, notice: Callable[..., dict[str, Any]]) -> None:
    """Unknown, due with all that a receipt needs, and paid."""
    assert asked(gov, "H99.201-260105-0001") == {"error_code": -1, "message": []}
    gov.order_book.open(order)
    due = asked(gov, "H99.201-260105-0001")
    assert due["error_code"] == 1
    owed = due["message"]
    assert (owed["MaHoSo"], owed["transaction_id"], owed["client_id"]) == (
        "H99.201-260105-0001",
        "gc0001",
        "DT-DEMO-01",
    )
    assert owed["MaTraCuuTT"] == "H99.201-260105-000120260105080000"
    assert [line["SoTien"] for line in owed["DSKhoanNop"]] == ["6000"]
    send(gov, notice())
    assert asked(gov, "H99.201-260105-0001") == {"error_code": 0, "message": []}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"MaHoSo":["x"]}', b'{"MaHoSo":"\' OR 1=1"}'])
def test_a_look_up_that_asks_for_nothing(body: bytes, gov: GovConnect) -> None:
    """It is answered like an unknown dossier."""
    assert json.loads(gov.payments.look_up(body))["error_code"] == -1


BORN = {"MaThamChieu": "H99.201-260105-000120260105080000", "MaHoSo": "H99.201-260105-0001"}


@pytest.mark.parametrize("reference", [BORN["MaThamChieu"], "PP-77", "gc0001"])
def test_a_payment_that_began_at_the_portal(
    reference: str, gov: GovConnect, order: PaymentOrder, notice: Callable[..., dict[str, Any]]
) -> None:
    """Its reference is the platform's; the dossier, under the hash, says whose it is."""
    gov.order_book.open(order)
    message = notice(**{**BORN, "MaThamChieu": reference})
    reply = send(gov, message)
    assert (reply.accepted, reply.reference, reply.state) == (True, "gc0001", PAID)
    assert send(gov, message).accepted
    assert [(item.source, item.state) for item in gov.order_book.news("gc0001")] == [(NewsSource.NOTICE, PAID)]


@pytest.mark.parametrize(
    "changes",
    [
        {"MaThamChieu": "PP-77", "MaHoSo": "H99.201-260105-0002"},
        {"MaThamChieu": "PP-77", "ThongTinGiaoDich": "THANH TOAN HO SO KHAC"},
        {"SoTien": 7000},
        {"MaGiaoDich": ""},
        {"MaThamChieu": "PP-77", "MaHoSo": ...},
    ],
    ids=["another dossier", "not under the hash", "another amount", "no transaction", "no dossier"],
)
def test_a_dossier_alone_proves_nothing(
    changes: dict[str, Any], gov: GovConnect, order: PaymentOrder, notice: Callable[..., dict[str, Any]]
) -> None:
    """MaHoSo is outside the hash: it counts only where a hashed field names it too."""
    gov.order_book.open(order)
    assert not send(gov, notice(**{**BORN, **changes})).accepted
    stored = gov.order_book.get("gc0001")
    assert stored is not None
    assert stored.state is PaymentState.CREATED


def test_two_orders_of_one_amount_are_not_guessed(
    gov: GovConnect, order: PaymentOrder, notice: Callable[..., dict[str, Any]]
) -> None:
    """Which of the two was meant is for a person."""
    gov.order_book.open(order)
    gov.order_book.open(order.model_copy(update={"reference": "gc0002"}))
    reply = send(gov, notice(**BORN))
    assert (reply.accepted, reply.reason) == (False, "unknown_order")
    assert [item.reason for item in gov.order_book.rejects()] == ["unknown_order"]


def test_a_late_notice_of_the_platform_rings(
    gov: GovConnect, order: PaymentOrder, notice: Callable[..., dict[str, Any]]
) -> None:
    """Failed, and paid after all: the money counts, and a person hears of it."""
    gov.order_book.open(order)
    send(gov, notice(MaLoi="24", MaGiaoDich=""))
    assert send(gov, notice()).alarm is Alarm.LATE_PAID


def test_the_journal_is_bounded(gov: GovConnect, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood of forged notices is counted, not kept."""
    monkeypatch.setattr("gov_connect.payments.journal._KEPT_REJECTS", 3)
    for number in range(10):
        send(gov, {"MaLoi": str(number)})
    kept = gov.order_book.rejects()
    assert [item.reason for item in kept] == ["bad_hash", "bad_hash", "bad_hash", "overflow"]
    assert kept[-1].times == 7


def test_nothing_of_a_reject_is_readable_in_the_records(gov: GovConnect) -> None:
    """What arrived is sealed; a huge body is cut."""
    send(gov, {"HoTenNguoiNop": "MẪU THỊ THỬ " * 10_000})
    with gov._parts.database.transaction() as db:
        (row,) = db.exec_driver_sql("SELECT * FROM payment_rejects").all()
    assert "MẪU".encode() not in b"".join(cell for cell in row if isinstance(cell, bytes))
    assert max(len(cell) for cell in row if isinstance(cell, bytes)) < 9000
