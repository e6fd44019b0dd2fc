"""The payment platform: hashes, one order per reference, notices, questions and receipts."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from typing import Any

import pytest

from gov_connect.mocks.core import MockReply, MockRequest
from gov_connect.mocks.faults import Fault
from gov_connect.mocks.national_payment import (
    CONFIRM_HASH_FIELDS,
    INIT_HASH_FIELDS,
    QUERY_HASH_FIELDS,
    SECRET,
    signature,
)

REFERENCE = "dvcH99992025010203"
DOSSIER = "H99.99-250610-0001"
INIT_HASH = "ea0fde67c0c8e4dee7ee05e075e5d94f78cab595863541d0e9fddabac8517cb1"


@pytest.fixture
def pay(make_payment: Any) -> Any:
    """Give a caller to a platform of plain settings."""
    return make_payment()


def body(reply: MockReply) -> dict[str, Any]:
    """Read a reply."""
    answer: dict[str, Any] = json.loads(reply.body)
    return answer


# -- hashes (§1.5)


@pytest.mark.parametrize(
    ("fields", "text", "digest"),
    [
        (
            INIT_HASH_FIELDS,
            (
                "INIT|1.0.6|DT-DEMO-01|dvcH99992025010203|25000|PAY|1|1|vi-VN|VND|PAYMENT|"
                "THANH TOAN HO SO H99.99-250610-0001|20250610143005|203.0.113.10"
            ),
            INIT_HASH,
        ),
        (
            QUERY_HASH_FIELDS,
            "QUERY|1.0.6|DT-DEMO-01|dvcH99992025010203|20250610143005",
            "14ada1f7dc121bc3f9f0d2971a956434abb1236ce743b4721435d000400d0dfe",
        ),
        (
            QUERY_HASH_FIELDS,
            "GET_BILL|1.0.6|DT-DEMO-01|dvcH99992025010203|20250610143005",
            "c7316817ff508262461759bdfce6e2bee5ffb7b54f3d5eadfd8231b590ba7823",
        ),
        (
            CONFIRM_HASH_FIELDS,
            (
                "CONFIRM|00|DT-DEMO-01|dvcH99992025010203|25000|VND|PP2506100000001|970436|20250610143112|"
                "THANH TOAN HO SO H99.99-250610-0001"
            ),
            "adcbf68f28094c16eea8d0760e38386d4e23c97f75fc4266131d1c244c25576e",
        ),
    ],
)
def test_hashes_are_those_of_the_vectors(fields: tuple[str, ...], text: str, digest: str) -> None:
    """The four vectors of the wire document."""
    message: dict[str, Any] = dict(zip(fields, text.split("|"), strict=True))
    assert signature(fields, message, SECRET) == digest
    if "SoTien" in message:  # CONFIRM carries the amount as a number
        assert signature(fields, message | {"SoTien": 25000}, SECRET) == digest


def test_missing_value_is_empty() -> None:
    """An absent or null value takes an empty place."""
    assert signature(("a", "b"), {"b": None}, "s") == signature(("a", "b"), {"a": "", "b": ""}, "s")


# -- INIT


@pytest.mark.parametrize("digest", [INIT_HASH, INIT_HASH.upper()])
def test_vector_is_accepted(pay: Any, digest: str) -> None:
    """The INIT of the vector is taken, its hash in either case, and answered with a URL."""
    answer = pay.init(MaXacThuc=digest)
    assert answer["MaLoi"] == "00"
    assert answer["UrlThanhToan"].startswith("https://national-payment.example/pay/")


def test_the_wrapper_carries_the_same_json_as_text(make_payment: Any) -> None:
    """Through the provincial wrapper the same JSON is text inside `message`; a refusal is free text."""
    pay = make_payment(init_shape="wrapper")
    answer = pay.init()
    assert answer["error_code"] == "0"
    assert json.loads(answer["message"])["MaThamChieu"] == REFERENCE
    refusal = pay.init(SoTien="1")
    assert refusal["error_code"] == "-1"
    assert "MaLoi" not in refusal


def test_the_same_order_gets_the_same_address(pay: Any) -> None:
    """The same body again gives the same URL and no second order."""
    assert pay.init() == pay.init()
    assert pay.system.order(REFERENCE).inits == 2
    assert len(pay.system.state()["orders"]) == 1


def test_another_order_under_a_reference_is_refused(pay: Any) -> None:
    """Another body under the same reference is refused with 99."""
    pay.init()
    assert pay.init(Ip="203.0.113.11")["MaLoi"] == "99"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"MaXacThuc": "0" * 64}, "MaXacThuc"),
        ({"MaDoiTac": "KHAC"}, "MaDoiTac"),
        ({"SoTien": 25000}, "kiểu"),
        ({"SoTien": "0"}, "SoTien"),
        ({"SoTien": "25.000"}, "SoTien"),
        ({"SoTien": "26000", "ThongTinBienLai": {}}, "MaDichVu"),
        ({"PhienBan": "1.0.5"}, "PhienBan"),
        ({"ThongTinGiaoDich": "THANH TOÁN"}, "ThongTinGiaoDich"),
        ({"ThongTinGiaoDich": "A|B"}, "ThongTinGiaoDich"),
        ({"ThoiGianGD": "20250610253005"}, "ThoiGianGD"),
        ({"ThoiGianGD": "2025-06-10 14:30"}, "ThoiGianGD"),
        ({"Ip": "::1"}, "Ip"),
        ({"MaThamChieu": "x" * 51}, "MaThamChieu"),
        ({"ThongTinBienLai": "x"}, "ThongTinBienLai"),
        ({"LoaiHinhThu": "1"}, "danh sách"),
    ],
)
def test_bad_init_is_named(pay: Any, change: dict[str, Any], named: str) -> None:
    """A wrong hash, partner, type, value or list of members is refused and named."""
    answer = pay.init(**change)
    assert answer["MaLoi"] == "99"
    assert named in answer["MoTaLoi"]


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("TenTTHC",), "", "TenTTHC"),
        (("TKThuHuong",), None, "TKThuHuong"),
        (("MaDichVu",), "3", "MaDichVu"),
        (("MaDichVu",), "1", "MaLoaiHinhThuPhat"),
        (("PhiLePhi", 0, "SoTien"), "24000", "PhiLePhi"),
        (("PhiLePhi", 0, "SoTien"), True, "PhiLePhi"),
        (("PhiLePhi", 0, "MaPhiLePhi"), "", "PhiLePhi"),
        (("DSKhoanNop",), [], "DSKhoanNop"),
        (("DSKhoanNop",), None, "DSKhoanNop"),
        (("DSKhoanNop", 0), "x", "DSKhoanNop"),
    ],
)
def test_the_receipt_block_adds_up(pay: Any, path: tuple[Any, ...], value: object, named: str) -> None:
    """The receipt block has its members, and three sums that agree (§1.4)."""
    pay.init(MaThamChieu="other")
    bill = copy.deepcopy(pay.system.order("other").message["ThongTinBienLai"])
    target = bill
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    answer = pay.init(ThongTinBienLai=bill)
    assert answer["MaLoi"] == "99"
    assert named in answer["MoTaLoi"]


def test_numbers_are_taken_in_the_receipt_block(pay: Any) -> None:
    """MaDichVu and SoTien of a fee are met as numbers too."""
    pay.init(MaThamChieu="other")
    bill = copy.deepcopy(pay.system.order("other").message["ThongTinBienLai"])
    bill["MaDichVu"] = 2
    bill["PhiLePhi"][0]["SoTien"] = 25000
    assert pay.init(ThongTinBienLai=bill)["MaLoi"] == "00"


def test_what_is_not_json_is_refused(pay: Any) -> None:
    """What is not JSON is refused; what is not said to be JSON is turned away."""
    request = {"method": "POST", "path": "/init", "body": b"x"}
    assert pay.system.handle(MockRequest(**request)).status == 415
    headers = {"content-type": "application/json"}
    assert body(pay.system.handle(MockRequest(**request, headers=headers)))["MaLoi"] == "99"


# -- paying and CONFIRM


def test_a_payment_gives_one_notice(pay: Any) -> None:
    """One payment gives one notice: number, hash in the order of CONFIRM, to the registered address."""
    pay.init()
    (notice,) = pay.system.pay(REFERENCE)
    message = json.loads(notice.body)
    assert notice.url == "http://agency.example/DvcPayment/Confirm"
    assert (message["SoTien"], message["MaLoi"], message["ThoiGianGD"]) == (25000, "00", "20260105080000")
    assert message["MaXacThuc"] == signature(CONFIRM_HASH_FIELDS, message, SECRET)
    assert pay.system.state()["charges"] == {DOSSIER: [{"reference": REFERENCE, "amount": 25000}]}


def test_notices_may_be_many_lost_or_wrong(pay: Any) -> None:
    """A payer pays once, whatever becomes of the notices; a wrong one still has a correct hash."""
    pay.init()
    assert pay.system.pay(REFERENCE, lost=True) == ()
    assert len(pay.system.pay(REFERENCE, notices=3)) == 3
    (wrong,) = pay.system.pay(REFERENCE, wrong_amount=True)
    message = json.loads(wrong.body)
    assert message["SoTien"] == 26000
    assert message["MaXacThuc"] == signature(CONFIRM_HASH_FIELDS, message, SECRET)
    assert pay.system.state()["orders"][REFERENCE]["notices"] == 4
    assert pay.system.state()["double_charges"] == []


def test_a_failed_order_can_no_longer_be_paid(pay: Any) -> None:
    """A failed order is told by another MaLoi, and can no longer be paid."""
    pay.init()
    (notice,) = pay.system.fail(REFERENCE)
    assert json.loads(notice.body)["MaLoi"] == "99"
    with pytest.raises(ValueError, match="failed"):
        pay.system.pay(REFERENCE)


def test_paid_order_cannot_fail(pay: Any) -> None:
    """What is paid stays paid."""
    pay.init()
    pay.system.pay(REFERENCE)
    with pytest.raises(ValueError, match="paid"):
        pay.system.fail(REFERENCE)


def test_an_unknown_reference_has_nothing_to_pay(pay: Any) -> None:
    """There is nothing to pay under an unknown reference."""
    with pytest.raises(KeyError):
        pay.system.pay("x")


def test_no_notice_without_an_address(pay: Any) -> None:
    """A partner that registered no address gets no notice."""
    pay.init()
    pay.system.notify_url = ""
    assert pay.system.pay(REFERENCE) == ()


def test_notices_are_lost_and_doubled_as_planned(pay: Any) -> None:
    """A planned ERROR_BEFORE loses a notice, a DUPLICATE sends it twice, others change nothing."""
    pay.init()
    pay.system.faults.script("CONFIRM", [Fault.ERROR_BEFORE, Fault.DUPLICATE, Fault.TIMEOUT_AFTER])
    assert [len(pay.system.pay(REFERENCE)) for _ in range(3)] == [0, 2, 1]


def test_two_references_for_one_dossier_are_seen(pay: Any) -> None:
    """Charging a dossier twice shows, over several references."""
    for reference in ("one", "two"):
        pay.init(MaThamChieu=reference)
        pay.system.pay(reference)
    assert pay.system.state()["double_charges"] == [DOSSIER]


@pytest.mark.parametrize(
    ("status", "answer", "taken"),
    [
        (200, {"MaLoi": "00"}, True),
        (200, {"MaLoi": "99"}, False),
        (500, {"MaLoi": "00"}, False),
        (0, None, False),
    ],
)
def test_only_00_ends_the_notices(pay: Any, status: int, answer: object, taken: bool) -> None:  # noqa: FBT001
    """Only 00 ends the notices."""
    pay.init()
    (notice,) = pay.system.pay(REFERENCE)
    assert pay.system.delivered(notice, status, json.dumps(answer).encode()) is taken
    assert pay.system.order(REFERENCE).answers == ["00" if taken else "99" if status == 200 else ""]


# -- QUERY and GET_BILL


def test_query_follows_the_order(pay: Any) -> None:
    """3 while it waits, 1 when paid, 4 when failed; the amount is a number."""
    pay.init()
    pay.init(MaThamChieu="other")
    answers = [body(pay.ask("QUERY"))]
    pay.system.pay(REFERENCE)
    pay.system.fail("other")
    answers += [body(pay.ask("QUERY")), body(pay.ask("QUERY", MaThamChieu="other"))]
    assert [a["TrangThaiGD"] for a in answers] == ["3", "1", "4"]
    assert {a["MaLoi"] for a in answers} == {"00"}
    assert answers[1]["SoTien"] == 25000


@pytest.mark.parametrize(
    "change",
    [
        {"MaThamChieu": "x"},
        {"ThoiGianGD": "20250610143006"},
        {"MaXacThuc": "x"},
        {"PhienBan": "2"},
        {"LoaiBanTin": "GET_BILL"},
        {"Ip": "203.0.113.10"},
        {"ThoiGianGD": None},
        {"MaThamChieu": None},
    ],
)
def test_a_query_that_is_wrong_anywhere_is_refused(pay: Any, change: dict[str, Any]) -> None:
    """An unknown reference, another time, a wrong hash or message is 99."""
    pay.init()
    assert body(pay.ask("QUERY", **change))["MaLoi"] == "99"


def test_a_receipt_is_linked_after_payment(pay: Any) -> None:
    """After payment there is a link to a receipt, by CONFIRM's time or INIT's."""
    pay.init()
    assert body(pay.ask("GET_BILL"))["MaLoi"] == "99"
    pay.system.pay(REFERENCE)
    for time in ("20250610143005", "20260105080000"):
        url = body(pay.ask("GET_BILL", ThoiGianGD=time))["UrlBienLai"]
    path = url.removeprefix("https://national-payment.example")
    assert pay.system.handle(MockRequest(method="GET", path=path)).body.startswith(b"%PDF")


def test_receipt_as_pdf_after_a_while(make_payment: Any, clock: Any) -> None:
    """The other shape is the PDF itself; it may not be ready at once."""
    pay = make_payment(bill_shape="pdf", bill_delay=timedelta(seconds=5))
    pay.init()
    pay.system.pay(REFERENCE)
    assert "sẵn sàng" in body(pay.ask("GET_BILL"))["MoTaLoi"]
    clock.advance(seconds=5)
    assert pay.ask("GET_BILL").body.startswith(b"%PDF")


def test_faults_count_by_dossier(pay: Any, rough: Any) -> None:
    """A question about a known reference counts as one about its dossier."""
    pay.init()
    pay.system.faults = rough
    replies = [pay.ask("QUERY").status for _ in range(100)]
    expected = [rough.choose(dossier=DOSSIER, operation="QUERY", attempt=n) for n in range(1, 101)]
    assert [status == 503 for status in replies] == [fault is Fault.ERROR_BEFORE for fault in expected]


# -- the page of the payer


def page_of(pay: Any) -> str:
    """Make an order and give the path of its page."""
    url: str = pay.init()["UrlThanhToan"]
    return url.removeprefix("https://national-payment.example")


@pytest.mark.parametrize(("action", "status"), [("pay", "paid"), ("cancel", "failed")])
def test_the_payment_page_decides_once(pay: Any, action: str, status: str) -> None:
    """The page has two buttons; pressing one decides and sends the notice, and then they are gone."""
    path = page_of(pay)
    shown = pay.system.handle(MockRequest(method="GET", path=path)).body.decode()
    assert "25.000 đồng" in shown
    assert "<button" in shown
    reply = pay.system.handle(MockRequest(method="POST", path=path, body=f"action={action}".encode()))
    assert len(reply.outgoing) == 1
    assert b"<button" not in reply.body
    assert pay.system.order(REFERENCE).status == status
    assert pay.system.handle(MockRequest(method="POST", path=path, body=b"action=pay")).outgoing == ()


def test_other_pages_are_not_there(pay: Any) -> None:
    """Other pages are not there."""
    for path in ("/", "/pay/x", "/bill/x.pdf", "/favicon.ico"):
        assert pay.system.handle(MockRequest(method="GET", path=path)).status == 404


def test_no_personal_data_is_shown(pay: Any) -> None:
    """Neither the state nor the repr of an order has the payer."""
    pay.init()
    shown = json.dumps(pay.system.state(), ensure_ascii=False) + repr(pay.system.order(REFERENCE))
    assert "MẪU THỊ THỬ" not in shown
    assert "000000000012" not in shown
