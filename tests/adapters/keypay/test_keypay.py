"""KeyPay v3: the vectors, the request, and callbacks in every wrong shape."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from gov_connect.adapters.gateway import Verdict
from gov_connect.adapters.keypay import KeyPay, wire
from gov_connect.errors import InvalidInput, OutcomeUnknown, Refused
from gov_connect.model import (
    VIETNAM,
    DossierCode,
    FeeKind,
    FeeLine,
    Money,
    Payer,
    PaymentOrder,
    PaymentState,
    PersonName,
    ProcedureCode,
)

SETTINGS = {
    "KEYPAY__BASE_URL": "https://keypay.example",
    "KEYPAY__CLIENT_ID": "DEMO_CLIENT",
    "KEYPAY__REQUEST_KEY": "KEY-ONE-DEMO",
    "KEYPAY__CALLBACK_KEY": "KEY-TWO-DEMO",
    "KEYPAY__RETURN_URL": "https://motcua.example/return",
}
MESSAGE = {
    "addition_fee": "0",
    "client_id": "DEMO_CLIENT",
    "command": "PAY",
    "trans_amount": "25000",
    "transaction_id": "1024_0a1b2c3d4e5f607",
    "version": "3.0",
}
ORDER = PaymentOrder(
    reference="1024_0a1b2c3d4e5f607",
    dossier=DossierCode("H99.201-260105-0001"),
    procedure=ProcedureCode("1.001193"),
    amount=Money(25_000),
    lines=(FeeLine(name="Phí", amount=Money(25_000), kind=FeeKind.FEE),),
    payer=Payer(name=PersonName("MẪU THỊ THỬ")),
    created_at=datetime(2026, 1, 5, 8, tzinfo=VIETNAM),
)


@pytest.mark.parametrize(
    ("changes", "fields", "key", "digest"),
    [
        ({}, wire.CREATE_FIELDS, "ONE", "754d112f63404322a339493719611f7ab713038fc2549fa4f883a0adaf9a679d"),
        ({}, wire.CREATE_FIELDS, "TWO", "a8b45f22cfc89e65edcfa8e1ccb8f5a2402c1ad4f199b7e190fd62f7d5d4d924"),
        ({}, wire.DETAIL_FIELDS, "ONE", "59af477bb368658cd4ffdf189b92fab4c61853de3d4a96f8093e45238a4a9156"),
        (
            {"command": "REFUND", "amount": 25000, "reason": "rut ho so"},
            wire.REFUND_FIELDS,
            "ONE",
            "92fb79c4bd336cd29fafc76f7e555cff60448dee54fbc63d01c2e87f45d79fab",
        ),
    ],
    ids=["create", "callback", "detail", "refund"],
)
def test_hashes_are_those_of_the_vectors(
    changes: dict[str, Any], fields: tuple[str, ...], key: str, digest: str
) -> None:
    """Two keys, four orders."""
    assert wire.check_sum({**MESSAGE, **changes}, fields, f"KEY-{key}-DEMO") == digest


def test_a_pipe_is_refused() -> None:
    """With it two messages could share one hash."""
    with pytest.raises(InvalidInput):
        wire.check_sum({**MESSAGE, "client_id": "a|b"}, wire.CREATE_FIELDS, "k")


@pytest.fixture
def keypay(make_gov: Any) -> Any:
    return make_gov(**SETTINGS).system(KeyPay)


@pytest.mark.parametrize(
    "answer",
    [
        {"error": "0", "msg": "", "payment_url": "https://keypay.example/1"},
        {"error": 0, "data": {"url_pay": "https://keypay.example/1"}},
    ],
)
def test_a_payment_is_opened(keypay: Any, wire: Any, answer: dict[str, Any]) -> None:
    """Both shapes of the answer; the sum is signed with the first key."""
    wire.say(answer)
    assert keypay.open(ORDER).url == "https://keypay.example/1"
    sent = wire.message()
    assert sent["check_sum"] == "754d112f63404322a339493719611f7ab713038fc2549fa4f883a0adaf9a679d"
    assert sent["bill_info"]["DSKhoanNop"] == [{"NoiDung": "Phí", "SoTien": "25000"}]


def test_the_bill_is_the_platform_s_own_object(make_gov: Any, wire: Any) -> None:
    """bill_info is the object of §1.4, whole: the deciding body, the suffix, what only a fine has, a long name cut."""
    order = ORDER.model_copy(
        update={"procedure_name": "Ă" * 300, "payer": Payer(name=PersonName("MẪU THỊ THỬ"), old_id="000000012")}
    )
    gov = make_gov(**SETTINGS)
    wire.say({"error": "0", "payment_url": "https://keypay.example/1"})
    gov.system(KeyPay).open(order, agency_name="UBND xã Mẫu")
    bill = wire.message()["bill_info"]
    empty = {
        *("MaLoaiHinhThuPhat", "TenLoaiHinhThuPhat", "KhoBac", "NgayQD", "SoQD", "ThoiGianViPham", "DiaDiemViPham"),
        *("TenNguoiViPham", "TaiKhoanThuNSNN", "HuyenNguoiNop", "TinhNguoiNop", "DiaChiNguoiNop"),
    }
    assert {bill[name] for name in empty} == {""}
    assert (bill["MaCoQuanQD"], bill["TenCoQuanQD"]) == (bill["MaDonVi"], "UBND xã Mẫu")
    assert (bill["MaDVC"], bill["TenTTHC"], bill["SoCMNDNguoiNop"]) == ("1.001193.01", "Ă" * 200 + "...", "000000012")


def test_the_shape_with_a_qr_code(make_gov: Any, wire: Any) -> None:
    """The link behind the code leads to the page; the environment is a setting."""
    keypay = make_gov(**SETTINGS, KEYPAY__ENVIRONMENT="2").system(KeyPay)
    picture = "data:image/png;base64,AAAA"
    wire.say({"error": "0", "data": {"qrcode_pay": picture, "qrcode_link": "https://keypay.example/qr/1"}})
    assert keypay.open(ORDER).url == "https://keypay.example/qr/1"
    assert wire.message()["environment"] == "2"


def test_pay_later_callbacks_carry_the_other_key(make_gov: Any) -> None:
    """They are believed only where they are expected."""
    message = {**MESSAGE, "transaction_code": "KP1", "status": "0"}
    signed = {**message, "check_sum": wire_of(message)}
    body = json.dumps(signed).encode()
    assert make_gov(**SETTINGS).system(KeyPay).read_notice(body).reason == "bad_hash"
    later = make_gov(**SETTINGS, KEYPAY__PAY_LATER="true").system(KeyPay)
    assert later.read_notice(body).result.state is PaymentState.PAID
    assert later.read_notice(callback()).result.state is PaymentState.PAID
    assert later.read_notice(body.replace(b"25000", b"25001")).reason == "bad_hash"


def wire_of(message: dict[str, Any]) -> str:
    return wire.check_sum(message, wire.CREATE_FIELDS, "KEY-ONE-DEMO")


@pytest.mark.parametrize("answer", [{}, {"error": None}, b"<html/>", {"error": "0", "data": {}}, {"msg": "x"}])
def test_an_answer_without_a_no_is_no_refusal(keypay: Any, wire: Any, answer: Any) -> None:
    """It was sent, and the same order must not be opened under another reference."""
    wire.say(answer)
    with pytest.raises(OutcomeUnknown):
        keypay.open(ORDER)


def test_an_address_without_a_code_is_an_address(keypay: Any, wire: Any) -> None:
    """Where the payer pays is what was asked for."""
    wire.say({"payment_url": "https://keypay.example/1"})
    assert keypay.open(ORDER).url == "https://keypay.example/1"


def test_a_refusal_is_told_apart_from_nonsense(keypay: Any, wire: Any) -> None:
    """They are told apart, and an answer that is lost is not asked for again."""
    wire.say({"error": "7", "msg": "x"}, {"error": "0"}, (502, b"<html>"))
    with pytest.raises(Refused):
        keypay.open(ORDER)
    with pytest.raises(OutcomeUnknown):
        keypay.open(ORDER)
    with pytest.raises(OutcomeUnknown):
        keypay.open(ORDER)
    assert len(wire.sent) == 3


def callback(**changes: Any) -> bytes:
    message = {**MESSAGE, "transaction_code": "KP1", "status": "0", "payment_fee": 0, **changes}
    message = {name: value for name, value in message.items() if value is not ...}
    return json.dumps({"check_sum": wire.check_sum(message, wire.CREATE_FIELDS, "KEY-TWO-DEMO"), **message}).encode()


def test_a_callback_is_read(keypay: Any) -> None:
    """Status 0 is paid; numbers and digits are the same."""
    paid = keypay.read_notice(callback(trans_amount=25000, status=0))
    assert (paid.result.state, paid.result.amount, paid.result.transaction) == (PaymentState.PAID, Money(25_000), "KP1")
    assert keypay.read_notice(callback(status="5")).result.state is PaymentState.FAILED
    assert json.loads(paid.answer_to(Verdict.REPEATED).body)["return_code"] == 0
    assert json.loads(paid.answer_to(Verdict.ANOTHER_AMOUNT).body)["return_code"] == -1
    assert keypay.read_notice(callback(trans_amount="-1")).result.amount is None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_json"),
        (b"[]", "not_json"),
        (b" " * 100_000, "too_long"),
        (callback(check_sum="0"), "bad_hash"),
        (callback(check_sum=None), "bad_hash"),
        (callback().replace(b"25000", b"25001"), "bad_hash"),
        (callback().replace(b"DEMO_CLIENT", b"DEMO|CLIENT"), "bad_hash"),
        (callback(client_id="OTHER"), "another_partner"),
        (callback(status=...), "missing_field"),
        (callback(status=None), "missing_field"),
        (callback(transaction_id="a b"), "malformed_result"),
    ],
)
def test_a_callback_that_is_not_believed(keypay: Any, body: bytes, reason: str) -> None:
    """It carries no result, and its repr shows nothing of it."""
    notice = keypay.read_notice(body)
    assert (notice.result, notice.reason, repr(notice)) == (None, reason, f"<KeyPayNotice {reason}>")
