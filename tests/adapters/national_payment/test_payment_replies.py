"""Answers and notices of the payment platform; paid is concluded from one combination only."""

from __future__ import annotations

import json

import pytest

from gov_connect.adapters.national_payment import wire as payment_wire
from gov_connect.errors import (
    AuthenticationFailed,
    GovConnectError,
    OutsideSystemError,
    Refused,
    UnexpectedReply,
)
from gov_connect.model import PaymentState
from gov_connect.payments.states import Alarm

URL = "https://pay.example/p/1"
SECRET = "KHOA-BI-MAT-THU-NGHIEM-01"
DIRECT = {"MaLoi": "00", "MoTaLoi": "Thành công", "UrlThanhToan": URL}


@pytest.mark.parametrize(
    "answer",
    [
        DIRECT,
        {**DIRECT, "MaLoi": 0},
        {"maLoi": " 00 ", "urlthanhtoan": f" {URL} "},
        {"error_code": "0", "message": json.dumps(DIRECT)},
        {"error_code": 0, "message": DIRECT},
        {"Error_Code": "00", "Message": json.dumps({**DIRECT, "MaLoi": 0})},
        {"error_code": "0", "message": json.dumps({"UrlThanhToan": URL, "MaThamChieu": "x"})},
        {"error_code": 0, "message": "Thành công", "data": DIRECT},
        {"data": DIRECT},
        {"error_code": 0, "result": [DIRECT]},
        {"error_code": 0, "message": json.dumps(json.dumps([DIRECT]))},
        {"error_code": "00", "UrlThanhToan": URL},
        {**DIRECT, "error_code": 0},
        json.dumps(DIRECT),
    ],
)
def test_the_address_is_found_in_both_shapes_and_their_mixtures(gov, wire, order, answer):
    """Direct, wrapped as text or as object."""
    wire.say(answer)
    assert gov.national_payment.open(order).url == URL


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"MaLoi": "99", "MoTaLoi": "BÍ MẬT"}, "99"),
        ({"MaLoi": 7, "UrlThanhToan": URL}, "7"),
        ({"error_code": "-1", "message": "BÍ MẬT"}, "-1"),
        ({"error_code": -1, "message": json.dumps(DIRECT)}, "-1"),
        ({"error_code": 0, "message": json.dumps({"MaLoi": "99", "MoTaLoi": "BÍ MẬT"})}, "99"),
        ({"error_code": "5", "message": json.dumps({"MaLoi": "99"})}, "99"),
        ({**DIRECT, "error_code": "-1"}, "-1"),
        ((400, {"MaLoi": "99"}), "99"),
        ((404, b"<html/>"), ""),
    ],
)
def test_a_no_of_either_layer_is_a_refusal(gov, wire, order, answer, code, shown):
    """A failing wrapper outweighs a cheerful content."""
    wire.say(answer)
    with pytest.raises(Refused) as caught:
        gov.national_payment.open(order)
    assert caught.value.raw_code == code
    assert "BÍ MẬT" not in shown(caught.value)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({}, UnexpectedReply),
        (b"", UnexpectedReply),
        (b"<html/>", UnexpectedReply),
        ({"error_code": 0, "message": "Thành công"}, UnexpectedReply),
        ({"error_code": True, "message": DIRECT["MoTaLoi"]}, UnexpectedReply),
        ({"MaLoi": "00"}, UnexpectedReply),
        ({**DIRECT, "UrlThanhToan": "javascript:alert(1)"}, UnexpectedReply),
        ({**DIRECT, "UrlThanhToan": 7}, UnexpectedReply),
        ((500, DIRECT), UnexpectedReply),
        ((401, b""), AuthenticationFailed),
    ],
)
def test_anything_else_is_a_typed_error(gov, wire, order, answer, kind):
    """No address is ever made up."""
    wire.always = answer
    with pytest.raises(kind) as caught:
        gov.national_payment.open(order)
    assert (caught.value.system, len(caught.value.correlation_id)) == ("national_payment", 32)


def test_an_unreadable_answer_is_asked_for_once_more_with_the_same_bytes(gov, wire, order):
    """The same message gives the same address."""
    wire.say(b"<html/>", DIRECT)
    assert gov.national_payment.open(order).url == URL
    assert wire.sent[0].body == wire.sent[1].body


@pytest.mark.parametrize("code", ["00", 0, "0", "99", "05", "", None])
@pytest.mark.parametrize("state", ["1", 1, 1.0, " 1 ", "2", "3", "4", 4, "9", "", None, True, "x"])
def test_paid_is_concluded_from_00_and_1_alone(gov, wire, order, code, state):
    """Every other pair is pending, or failed by state 4."""
    wire.always = {"MaLoi": code, "TrangThaiGD": state, "SoTien": 25_000}
    if not code and code != 0:
        with pytest.raises(UnexpectedReply):
            gov.national_payment.query(order)
        return
    result = gov.national_payment.query(order)
    good, number = str(code) in {"00", "0"}, str(state).strip().removesuffix(".0")
    expected = PaymentState.PENDING
    if number == "4":
        expected = PaymentState.FAILED
    elif number == "1" and good:
        expected = PaymentState.PAID
    assert result.state is expected


@pytest.mark.parametrize(
    ("written", "dong"),
    [
        (25_000, 25_000),
        ("25000", 25_000),
        (" 25000 ", 25_000),
        (25_000.0, 25_000),
        ("25000.0", 25_000),
        ("25000.00", 25_000),
        (0, 0),
        (None, None),
        ("", None),
    ],
)
def test_amounts_are_read_in_any_plain_type(gov, wire, order, written, dong):
    """Number, digits, decimals of nothing; absent is absent."""
    wire.say({"MaLoi": "00", "TrangThaiGD": "3", "SoTien": written})
    amount = gov.national_payment.query(order).amount
    assert (amount and amount.dong) == (dong or amount)
    assert (amount is None) is (dong is None)


@pytest.mark.parametrize(
    "written", ["25.000", "25,000", "25 000", "25000đ", -1, "-1", 25_000.5, True, [25_000], "1e4", 10**13, "２５０００"]
)
def test_an_amount_without_plain_meaning_is_refused(gov, wire, order, written):
    """25.000 may be twenty-five."""
    wire.always = {"MaLoi": "00", "TrangThaiGD": "1", "SoTien": written}
    with pytest.raises(UnexpectedReply, match="bad_amount"):
        gov.national_payment.query(order)


@pytest.mark.parametrize(
    "answer",
    [
        {"MaLoi": "00", "TrangThaiGD": "1", "MaThamChieu": "khac"},
        {"MaLoi": "00", "TrangThaiGD": "1", "MaGiaoDich": "x" * 101},
        {"MaLoi": "9" * 30},
    ],
)
def test_a_result_of_another_order_or_without_bounds_is_refused(gov, wire, order, answer):
    """An answer that speaks of another order proves nothing."""
    wire.always = answer
    with pytest.raises(UnexpectedReply):
        gov.national_payment.query(order)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"MaTienTe": "USD"}, "another_currency"),
        ({"MaDoiTac": "DT-OTHER"}, "another_partner"),
        ({"MaThamChieu": "khac"}, "another_reference"),
        ({"SoTien": None}, "missing_field"),
    ],
)
def test_a_payment_in_another_currency_or_of_another_partner_pays_nothing(gov, wire, order, other, reason):
    """Reference, partner, currency and amount are the order's own, by query too (§1.10); a person is told."""
    wire.say(DIRECT)
    gov.payments.create(order)
    wire.always = {"MaLoi": "00", "TrangThaiGD": "1", "SoTien": 25_000, "MaDoiTac": "DT-DEMO-01", "MaTienTe": "VND"}
    wire.always |= other
    with pytest.raises(UnexpectedReply, match=reason):
        gov.payments.status(order.reference)
    assert gov.payments.book.get(order.reference).state is PaymentState.PENDING
    assert [news.alarm for news in gov.payments.book.alarms()] == [Alarm.UNRESOLVED]


def test_another_amount_rings_once(gov, wire, order):
    """However often it is asked; the order stays open."""
    wire.say(DIRECT)
    gov.payments.create(order)
    wire.always = {"MaLoi": "00", "TrangThaiGD": "1", "SoTien": 2_500}
    for _ in range(2):
        with pytest.raises(GovConnectError, match=r"payment\.amount_differs"):
            gov.payments.status(order.reference)
    assert [news.alarm for news in gov.payments.book.alarms()] == [Alarm.UNRESOLVED]


def notice(**changes):
    message = {
        "LoaiBanTin": "CONFIRM",
        "MaLoi": "00",
        "MaDoiTac": "DT-DEMO-01",
        "MaThamChieu": "dvcH99992025010203",
        "SoTien": 25000,
        "MaTienTe": "VND",
        "MaGiaoDich": "PP2506100000001",
        "MaNganHang": "970436",
        "ThoiGianGD": "20250610143112",
        "ThongTinGiaoDich": "THANH TOAN HO SO H99.99-250610-0001",
        **changes,
    }
    message.setdefault("MaXacThuc", payment_wire.digest(message, payment_wire.CONFIRM_FIELDS, SECRET))
    return message


def heard(gov, message):
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return gov.national_payment.read_notice(body)


def test_the_notice_of_the_vector_is_believed(gov):
    """Its hash is the fourth vector."""
    message = notice()
    found = heard(gov, message)
    assert message["MaXacThuc"] == "adcbf68f28094c16eea8d0760e38386d4e23c97f75fc4266131d1c244c25576e"
    assert (found.reason, found.result.state, found.result.amount.dong) == ("", PaymentState.PAID, 25_000)
    assert json.loads(found.answer(accepted=True)) == {
        "MaLoi": "00",
        "MoTaLoi": "Thành công",
        "MaDoiTac": "DT-DEMO-01",
        "MaThamChieu": "dvcH99992025010203",
        "ThoiGianGD": "20250610143112",
        "MaXacThuc": message["MaXacThuc"],
    }


@pytest.mark.parametrize(
    "message",
    [
        {**notice(), "MaXacThuc": notice()["MaXacThuc"].upper()},
        {**notice(), "UrlBienLai": "https://pay.example/b/1", "Token": None},
        {name[0].lower() + name[1:]: value for name, value in notice().items()},
        {**notice(), "SoTien": "25000"},
        b"\xef\xbb\xbf" + json.dumps(notice()).encode(),
    ],
)
def test_a_notice_is_believed_in_any_plain_dress(gov, message):
    """Capital hash, further fields, other key case, the amount as text."""
    assert heard(gov, message).result.state is PaymentState.PAID


def test_a_failed_payment_is_told_as_such(gov):
    """Any code but 00."""
    assert heard(gov, notice(MaLoi="05")).result.state is PaymentState.FAILED


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"", "not_json"),
        (b"[]", "not_json"),
        (b"{}", "not_json"),
        (b'{"MaLoi": "00", "MaLoi": "99"}', "not_json"),
        ({**notice(), "MaXacThuc": "0" * 64}, "bad_hash"),
        ({**notice(), "MaXacThuc": None}, "bad_hash"),
        ({**notice(), "MaXacThuc": "é" * 64}, "bad_hash"),
        ({**notice(), "SoTien": 2500}, "bad_hash"),
        ({**notice(), "MaThamChieu": "khac"}, "bad_hash"),
        (notice(ThongTinGiaoDich="A|B"), "bad_hash"),
        (notice(MaDoiTac="DT-KHAC"), "another_partner"),
        (notice(MaTienTe="USD"), "another_currency"),
        (notice(MaLoi=""), "missing_field"),
        (notice(MaLoi=None), "missing_field"),
        (notice(SoTien=-5), "bad_amount"),
        (notice(SoTien="25.000"), "bad_amount"),
        (notice(MaThamChieu=""), "malformed_result"),
        (notice(MaThamChieu="a b"), "malformed_result"),
    ],
)
def test_a_notice_that_must_not_be_believed_says_why(gov, message, reason):
    """It is answered 99 and carries no result; its repr shows nothing of it."""
    found = heard(gov, message)
    assert (found.result, found.reason, repr(found)) == (None, reason, f"<Notice {reason}>")
    assert json.loads(found.answer(accepted=False))["MaLoi"] == "99"


def test_an_answer_echoes_only_short_plain_fields(gov):
    """A hostile notice is not reflected."""
    found = heard(gov, {"MaThamChieu": {"a": 1}, "MaDoiTac": "x" * 9000, "MaXacThuc": "0"})
    answer = json.loads(found.answer(accepted=False))
    assert answer["MaThamChieu"] == ""
    assert len(answer["MaDoiTac"]) == 255


def test_no_error_names_the_payer(gov, wire, order, shown):
    """Not through an echo either."""
    wire.always = lambda request: (500, request.body)
    with pytest.raises(OutsideSystemError) as caught:
        gov.national_payment.open(order)
    assert "MẪU" not in shown(caught.value)
