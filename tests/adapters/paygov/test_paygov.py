"""PayGov: the vector, the requests, callbacks that are checked elsewhere, and the receipt."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from gov_connect.adapters.gateway import Asks, Refunds, Verdict
from gov_connect.adapters.paygov import PayGov, checksum
from gov_connect.errors import NotSupported, OutcomeUnknown, OutsideSystemError, Refused
from gov_connect.model import Bill, Money, PaymentOrder, PaymentResult, PaymentState

SETTINGS = {
    "PAYGOV__BASE_URL": "https://lgsp.example",
    "PAYGOV__PARTNER_CODE": "PAYGOV-DEMO",
    "PAYGOV__ACCESS_KEY": "ACCESSDEMO",
    "PAYGOV__SECRET_KEY": "SECRETDEMO",
    "PAYGOV__TOKEN": "TOKEN",
    "PAYGOV__RETURN_URL": "https://motcua.example/return",
}


def test_the_hash_is_that_of_the_vector() -> None:
    """Plain concatenation, the secret first."""
    message = {
        "accessKey": "ACCESSDEMO",
        "partnerCode": "PAYGOV-DEMO",
        "orderId": "000.00.00.H99-H99.99-250610-0001-01",
        "requestCode": "10241749540605000",
        "amount": 25000,
    }
    assert checksum(message, "SECRETDEMO") == "a6a8f6caa262b4cea5d6ce9a9c68a9de28f9fe50b51e85877b3d50e3660fce73"


def test_a_payment_is_opened(make_gov: Any, wire: Any, order: PaymentOrder) -> None:
    """The token travels in both headers, the amount as a number."""
    paygov = make_gov(**SETTINGS).system(PayGov)
    wire.say({"data": {"url": "https://paygov.example/1"}}, {"data": {}})
    assert paygov.open(order).url == "https://paygov.example/1"
    sent, headers = wire.message(), wire.sent[0].headers
    assert sent["checksum"] == checksum(sent, "SECRETDEMO")
    assert (sent["amount"], headers["Authorization"], headers["lgspaccesstoken"]) == (6000, "Bearer TOKEN", "TOKEN")
    with pytest.raises(OutcomeUnknown):
        paygov.open(order)
    wire.say({"error_code": "FAILED"})
    with pytest.raises(Refused):
        paygov.open(order)


CALLBACK = {
    "amount": 6000,
    "orderId": "gc0001",
    "orderInfo": "Thanh toan ho so",
    "requestCode": "gc0001",
    "transactionNo": "PG1",
    "payDate": "20260105080500",
    "paygate": "x",
    "errorCode": "00",
    "type": "1",
    "transactionCode": "TC1",
    "checksum": "0" * 64,
}
CHECKED = {**SETTINGS, "PAYGOV__CHECK_PATH": "/PayGov/CheckSumUrlReturn"}


def body(**changes: Any) -> bytes:
    return json.dumps({name: value for name, value in {**CALLBACK, **changes}.items() if value is not ...}).encode()


def test_a_service_code_travels_where_it_is_set(make_gov: Any, wire: Any, order: PaymentOrder) -> None:
    """Some units have one; it is not under the hash."""
    wire.say({"data": {"url": "https://paygov.example/1"}})
    make_gov(**SETTINGS, PAYGOV__SERVICE_CODE="S1").system(PayGov).open(order)
    assert wire.message()["serviceCode"] == "S1"
    assert wire.message()["checksum"] == checksum(wire.message(), "SECRETDEMO")


def test_a_callback_is_checked_by_the_provincial_platform(make_gov: Any, wire: Any) -> None:
    """It is passed on as it came, and believed only after SUCCESSFUL."""
    paygov = make_gov(**CHECKED).system(PayGov)
    wire.say({"error_code": "SUCCESSFUL"}, {"error_code": "SIGNATURE_WRONG"}, {"errorCode": "successful"})
    paid = paygov.read_notice(body())
    assert (paid.result.state, paid.result.amount, paid.result.transaction) == (PaymentState.PAID, Money(6000), "TC1")
    assert (wire.sent[0].url, wire.sent[0].body) == ("https://lgsp.example/PayGov/CheckSumUrlReturn", body())
    for _ in range(2):
        wrong = paygov.read_notice(body())
        assert (wrong.result, wrong.genuine, wrong.reason) == (None, False, "bad_hash")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not_json"),
        (b"[]", "not_json"),
        (b"x" * 100_000, "too_long"),
        (body(checksum=...), "bad_hash"),
        (body(checksum=""), "bad_hash"),
        (body(errorCode=...), "missing_field"),
        (body(orderId="a b"), "malformed_result"),
    ],
)
def test_a_callback_that_is_not_believed(make_gov: Any, wire: Any, content: bytes, reason: str) -> None:
    """Nothing is asked for what cannot be one; its repr shows nothing of it."""
    wire.always = {"error_code": "SUCCESSFUL"}
    notice = make_gov(**CHECKED).system(PayGov).read_notice(content)
    assert (notice.result, notice.reason, repr(notice)) == (None, reason, f"<PayGovNotice {reason}>")
    assert bool(wire.sent) == notice.genuine


@pytest.mark.parametrize(
    ("changes", "state", "amount"),
    [
        ({"errorCode": "05"}, PaymentState.FAILED, 6000),
        ({"errorCode": "0"}, PaymentState.PAID, 6000),
        ({"errorCode": 0}, PaymentState.PAID, 6000),
        ({"errorCode": "000"}, PaymentState.PAID, 6000),
        ({"amount": "6000"}, PaymentState.PAID, 6000),
        ({"amount": "-6000"}, PaymentState.PAID, None),
        ({"amount": 6000.5}, PaymentState.PAID, None),
        ({"transactionCode": ...}, PaymentState.PAID, 6000),
    ],
)
def test_callbacks_in_other_shapes(make_gov: Any, wire: Any, changes: Any, state: Any, amount: int | None) -> None:
    """An amount that is none stays none, so that no order takes it."""
    wire.always = {"error_code": "SUCCESSFUL"}
    result = make_gov(**CHECKED).system(PayGov).read_notice(body(**changes)).result
    assert (result.state, result.amount) == (state, None if amount is None else Money(amount))


def test_without_the_check_nothing_is_believed(make_gov: Any, wire: Any) -> None:
    """The rule for the hash of a callback is not public."""
    notice = make_gov(**SETTINGS).system(PayGov).read_notice(body())
    assert (notice.genuine, notice.reason, wire.sent) == (False, "not_checkable", [])


def test_the_three_answers(make_gov: Any, wire: Any) -> None:
    """In PayGov's own words."""
    wire.always = {"error_code": "SUCCESSFUL"}
    notice = make_gov(**CHECKED).system(PayGov).read_notice(body())
    said = {verdict: json.loads(notice.answer_to(verdict).body)["error_code"] for verdict in Verdict}
    assert said[Verdict.APPLIED] == said[Verdict.REPEATED] == "SUCCESSFUL"
    assert said[Verdict.NOT_GENUINE] == "SIGNATURE_WRONG"
    assert said[Verdict.ANOTHER_AMOUNT] == said[Verdict.UNKNOWN_ORDER] == said[Verdict.REJECTED] == "FAILED"


def test_a_lying_platform_is_no_proof_of_anything(make_gov: Any, wire: Any) -> None:
    """An answer that cannot be read is an error, so that PayGov calls again."""
    wire.always = (502, b"<html>")
    with pytest.raises(OutsideSystemError):
        make_gov(**CHECKED).system(PayGov).read_notice(body())


def test_a_receipt_is_asked_for_and_found_at_either_place(make_gov: Any, wire: Any, order: PaymentOrder) -> None:
    """Its hash covers twelve values without a separator; the address comes back at either place."""
    paid = PaymentResult(reference="gc0001", state=PaymentState.PAID, transaction="TC1")
    with pytest.raises(NotSupported):
        make_gov(**SETTINGS).system(PayGov).bill(order, paid=paid)
    paygov = make_gov(**SETTINGS, PAYGOV__RECEIPT_PATH="/PayGov/receipt", PAYGOV__BENEFICIARY_CODE="U1").system(PayGov)
    address = "https://paygov.example/1.pdf"
    wire.say({"transactionReceipt": address}, {"data": {"transactionReceipt": address}}, {"error_code": "FAILED"})
    assert paygov.bill(order, paid=paid) == paygov.bill(order, paid=paid) == Bill(url=address)
    sent = wire.message(0)
    assert json.loads(base64.b64decode(sent["paids"])) == ["TC1"]
    assert json.loads(base64.b64decode(sent["otherInfo"])) == {"beneficiaryUnitCode": "U1", "beneficiaryUnitName": ""}
    assert sent["decisionDate"] == "05-01-2026"
    names = (
        "partnerCode accessKey payerId payerName payerAddress payerDistrict payerProvince docCode procedureName paids "
        "otherInfo decisionDate"
    )
    text = "SECRETDEMO" + "".join(sent[name] for name in names.split())
    assert sent["checksum"] == hashlib.sha256(text.encode()).hexdigest()
    with pytest.raises(Refused):
        paygov.bill(order, paid=paid)


def test_it_cannot_be_asked() -> None:
    """Nor does it give money back by wire; a refund is paid out by hand and recorded."""
    assert not issubclass(PayGov, (Asks, Refunds))
