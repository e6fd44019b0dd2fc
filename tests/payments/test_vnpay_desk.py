"""VNPAY from the order to the refund, against the mock with its hosted page."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.adapters.vnpay import mapping
from gov_connect.adapters.vnpay import wire as vnpay_wire
from gov_connect.errors import GovConnectError, KeyConflict, NotSupported, OutcomeUnknown, Unreachable
from gov_connect.mocks import MockReply, vnpay
from gov_connect.mocks.faults import Fault
from gov_connect.mocks.vnpay._messages import signed_query
from gov_connect.model import Money, NewsSource, PaymentResult, PaymentState, RefundResult, RefundState
from gov_connect.payments import Alarm

if TYPE_CHECKING:
    from collections.abc import Iterator

_spec = importlib.util.spec_from_file_location("vnpay_desk", Path(__file__).with_name("vnpay_desk.py"))
assert _spec is not None
assert _spec.loader is not None
kit: Any = sys.modules.setdefault("vnpay_desk", importlib.util.module_from_spec(_spec))
_spec.loader.exec_module(kit)

PAID, CANCELLED, EXPIRED, FAILED = (PaymentState(name) for name in ("paid", "cancelled", "expired", "failed"))


@pytest.fixture
def desk() -> Iterator[Any]:
    """An agency whose order is open at VNPAY, and whose payer has the page before them."""
    made = kit.make_desk()
    with made.gov:
        made.link = made.payments.create(kit.make_order())
        assert made.visit(made.link.url).status == 200
        yield made


def code_of(reply: Any) -> str:
    return str(json.loads(reply.body)["RspCode"])


def ipn(**changes: str) -> bytes:
    """A genuine notice about the order, with some fields changed before it is signed."""
    fields = {
        "vnp_Amount": "2500000",
        "vnp_OrderInfo": "Thanh toan",
        "vnp_ResponseCode": "00",
        "vnp_TmnCode": vnpay.TMN_CODE,
        "vnp_TransactionNo": "14000001",
        "vnp_TransactionStatus": "00",
        "vnp_TxnRef": "HS0001",
    }
    return signed_query(fields | changes, vnpay.HASH_SECRET).encode()


def test_the_page_is_one_that_vnpay_accepts(desk: Any) -> None:
    """The same order again gives the same address, and the page shows the amount."""
    assert desk.payments.create(kit.make_order()) == desk.link
    assert "25.000 đồng" in desk.visit(desk.link.url).body.decode()
    assert desk.visit(desk.link.url.replace("2500000", "2500100")).status == 400


@pytest.mark.parametrize(
    ("action", "state"), [("pay", PAID), ("close", PAID), ("cancel", CANCELLED), ("fail", FAILED), ("late", PAID)]
)
def test_a_click_reaches_the_records_by_notice(action: str, state: PaymentState, desk: Any) -> None:
    """Pay, pay and close the tab, cancel, be refused, pay late: 00 and then 02 for the very same result."""
    desk.visit(desk.link.url, action)
    (reply,) = desk.carry_notices()
    assert (code_of(reply), reply.state, desk.state()) == ("00", state, state)
    again = desk.payments.receive(desk.mock.return_query("HS0001").encode())
    assert (code_of(again), again.accepted, again.state) == ("02", True, state)
    desk.clock.advance(kit.minutes(60))
    assert desk.carry_notices() == []


def test_the_browser_moves_nothing_and_makes_us_ask(desk: Any) -> None:
    """What comes back with the payer is shown; the query that follows is what counts."""
    back = desk.visit(desk.link.url, "pay")
    query = back.headers["location"].partition("?")[2].encode()
    assert desk.payments.returned(query) is PaymentState.PENDING
    assert desk.payments.returned(query.replace(b"vnp_ResponseCode=00", b"vnp_ResponseCode=24")) is None
    assert desk.state() is PaymentState.PENDING
    assert desk.payments.poll().settled == {"HS0001": PAID}
    assert desk.sources() == [(NewsSource.QUERY, PAID)]


def test_notices_come_back_on_the_schedule_of_vnpay(desk: Any) -> None:
    """Ten calls, five minutes apart, unless 00 or 02 ends them."""
    desk.visit(desk.link.url, "pay")
    calls = 0
    for _ in range(15):
        for notice in desk.mock.due_notices():
            calls += 1
            assert not desk.mock.answered(notice, 500, b"")
        desk.clock.advance(kit.minutes(5))
    assert calls == 10


def test_a_notice_that_is_lost_or_doubled_is_harmless(desk: Any) -> None:
    """The next call brings it; a double is answered 00 and 02."""
    desk.mock.faults.script("IPN", [Fault.ERROR_BEFORE, Fault.DUPLICATE])
    desk.visit(desk.link.url, "pay")
    assert desk.carry_notices() == []
    desk.clock.advance(kit.minutes(5))
    assert [code_of(reply) for reply in desk.carry_notices()] == ["00", "02"]


@pytest.mark.parametrize(
    ("body", "code", "reason"),
    [
        (ipn()[:-1] + b"0", "97", "bad_hash"),
        (b"", "97", "bad_hash"),
        (b"x" * 1_000_000, "97", "too_long"),
        (ipn() + b"&vnp_Amount=1", "97", "duplicate_key"),
        (ipn(vnp_TxnRef="HS9999"), "01", "unknown_order"),
        (ipn(vnp_TxnRef="HS9999", vnp_Amount="1"), "01", "unknown_order"),
        (ipn(vnp_TxnRef="a|b"), "01", "unknown_order"),
        (ipn(vnp_Amount="2500100"), "04", "another_amount"),
        (ipn(vnp_Amount="-2500000"), "04", "another_amount"),
        (ipn(vnp_Amount="2500001"), "04", "another_amount"),
        (ipn(vnp_Amount="9" * 30), "04", "another_amount"),
        (ipn(vnp_Amount=""), "04", "another_amount"),
        (ipn(vnp_ResponseCode=""), "99", "missing_field"),
        (ipn(vnp_TmnCode="OTHER001"), "99", "another_partner"),
    ],
)
def test_the_exact_answer_to_a_wrong_notice(body: bytes, code: str, reason: str, desk: Any) -> None:
    """97 before 01 before 04; the state is unchanged, and the audit has it once however often it comes."""
    for _ in range(2):
        reply = desk.payments.receive(body)
        assert (code_of(reply), reply.accepted, reply.reason, reply.status) == (code, False, reason, 200)
    assert desk.state() is PaymentState.PENDING
    assert [(item.reason, item.times) for item in desk.payments.book.rejects()] == [(reason, 2)]
    assert desk.payments.book.news("HS0001") == []


def test_02_is_only_for_the_very_same_result(desk: Any) -> None:
    """A failure after a payment is written down, rings, and is answered 00: it is not what is stored."""
    assert code_of(desk.payments.receive(ipn())) == "00"
    other = desk.payments.receive(ipn(vnp_ResponseCode="24", vnp_TransactionStatus="02", vnp_TransactionNo="0"))
    assert (code_of(other), other.state, other.alarm) == ("00", PAID, Alarm.CONTRADICTED)
    assert code_of(desk.payments.receive(ipn())) == "02"


def test_a_late_payment_rings_until_a_person_decides(desk: Any) -> None:
    """It is paid, whatever was there before, and the alarm is settled once."""
    desk.visit(desk.link.url, "cancel")
    desk.carry_notices()
    desk.visit(desk.link.url, "pay")
    (reply,) = desk.carry_notices()
    assert (code_of(reply), reply.state, reply.alarm) == ("00", PAID, Alarm.LATE_PAID)
    (alarm,) = desk.payments.book.alarms()
    assert desk.payments.book.settle(alarm, "re-attached")
    assert not desk.payments.book.settle(alarm, "refunded")
    assert desk.payments.book.alarms() == []


def test_a_second_transaction_is_money_to_give_back(desk: Any) -> None:
    """Two payments of one order: both are counted, one of them rings."""
    desk.payments.receive(ipn())
    second = desk.payments.receive(ipn(vnp_TransactionNo="14000002"))
    assert (code_of(second), second.alarm) == ("00", Alarm.PAID_TWICE)
    assert desk.payments.book.received("HS0001") == Money(50_000)


def test_one_transaction_pays_one_order(desk: Any) -> None:
    """The same number for another order is refused, and kept for a person."""
    desk.payments.create(kit.make_order("HS0002"))
    desk.payments.receive(ipn())
    reply = desk.payments.receive(ipn(vnp_TxnRef="HS0002"))
    assert (code_of(reply), reply.reason) == ("99", "transaction_used")
    assert desk.state("HS0002") is PaymentState.PENDING


def test_money_that_is_held_waits_for_a_person(desk: Any) -> None:
    """07 is neither paid nor failed; it may still become either."""
    reply = desk.payments.receive(ipn(vnp_ResponseCode="07", vnp_TransactionStatus="07"))
    assert (reply.state, reply.alarm) == (PaymentState.REVIEW, Alarm.HELD)
    assert desk.payments.receive(ipn()).state is PAID


def test_the_poller_asks_ever_more_rarely_and_then_stops(desk: Any) -> None:
    """Twenty questions about money that is held, then an alarm; a payment is still found by notice."""
    desk.payments.receive(ipn(vnp_ResponseCode="07", vnp_TransactionStatus="07"))
    asked = 0
    for _ in range(24 * 5 * 3):
        report = desk.payments.poll()
        asked += report.open + len(report.given_up)
        desk.clock.advance(kit.minutes(20))
    assert asked == 20
    assert [alarm.alarm for alarm in desk.payments.book.alarms()] == [Alarm.HELD, Alarm.UNRESOLVED]
    assert desk.payments.receive(ipn()).state is PAID


def test_the_poller_survives_an_outage(desk: Any) -> None:
    """Nothing is lost while VNPAY is down, and no question is counted that was never asked."""
    desk.visit(desk.link.url, "pay")
    desk.clock.advance(kit.minutes(6))
    desk.down = True
    assert desk.payments.poll().failed == {"HS0001": "network.unreachable"}
    desk.down = False
    desk.clock.advance(kit.minutes(1))
    assert desk.payments.poll().settled == {"HS0001": PAID}


def test_a_page_that_nobody_opened_is_pending_and_then_expired(desk: Any) -> None:
    """VNPAY knows an order from the moment its page is opened; 91 is no failure while it can still be."""
    desk.payments.create(kit.make_order("HS0003"))
    for _ in range(2):
        assert desk.payments.status("HS0003") is PaymentState.PENDING
        desk.clock.advance(kit.minutes(16))
    assert desk.payments.status("HS0003") is EXPIRED


def test_a_page_that_was_left_alone_has_expired_a_day_later(desk: Any) -> None:
    """Opened and never finished: the poller closes it, and money that still arrives is accepted."""
    polls = 0
    while desk.state() is PaymentState.PENDING:
        polls += bool(desk.payments.poll().open)
        desk.clock.advance(kit.minutes(5))
    assert (desk.state(), polls) == (EXPIRED, 9)
    assert desk.clock.now() - kit.START < kit.timedelta(days=1, hours=7)
    assert desk.payments.receive(ipn()).alarm is Alarm.LATE_PAID


def test_the_poller_says_when_it_wants_to_run(desk: Any) -> None:
    """Over all gateways that can be asked; two workers at once ask once, and a dead one's questions come back."""
    poller, second = desk.gov.payment_poller(), desk.gov.payment_poller()
    assert poller.due() == kit.START + kit.timedelta(minutes=5)
    desk.visit(desk.link.url, "pay")
    desk.clock.advance(kit.minutes(5))
    taken = desk.payments.book.polls.take(10)
    assert taken == ["HS0001"]
    assert desk.gov.run(second.poll_once())["vnpay"].settled == {}
    desk.clock.advance(kit.minutes(2))
    assert desk.gov.run(poller.poll_once())["vnpay"].settled == {"HS0001": PAID}
    assert poller.due() is None


def paid(desk: Any) -> None:
    desk.visit(desk.link.url, "pay")
    desk.carry_notices()


def test_refunds_in_parts_never_exceed_what_was_paid(desk: Any) -> None:
    """10,000 and 15,000 of 25,000; one đồng more is refused before anything is sent."""
    paid(desk)
    assert desk.payments.refund(kit.make_refund("r1", 10_000)).state is RefundState.PROCESSING
    assert desk.payments.refund(kit.make_refund("r2", 15_000)).state is RefundState.PROCESSING
    with pytest.raises(GovConnectError) as caught:
        desk.payments.refund(kit.make_refund("r3", 1))
    assert (caught.value.code, caught.value.params["left"]) == ("payment.refund_too_large", 0)
    assert desk.mock.state()["orders"]["HS0001"]["refunded"] == 25_000


def test_the_same_key_is_the_same_refund(desk: Any) -> None:
    """Asked twice it is sent once; with another content it is a conflict."""
    paid(desk)
    first = desk.payments.refund(kit.make_refund("r1", 10_000))
    assert desk.payments.refund(kit.make_refund("r1", 10_000)).state is first.state
    assert desk.mock.state()["calls"]["refund"] == 1
    with pytest.raises(KeyConflict):
        desk.payments.refund(kit.make_refund("r1", 11_000))


def test_a_refund_of_what_is_not_paid_is_refused(desk: Any) -> None:
    """Nothing was received, so nothing can go back."""
    with pytest.raises(GovConnectError) as caught:
        desk.payments.refund(kit.make_refund("r1", 1000))
    assert caught.value.code == "payment.not_paid"
    with pytest.raises(GovConnectError) as caught:
        desk.payments.refund(kit.make_refund("r1", 1000, "HS9999"))
    assert caught.value.code == "payment.unknown_order"


def test_an_unknown_outcome_is_asked_again_only_while_vnpay_remembers(desk: Any) -> None:
    """The same day the request id protects from a second refund (94); the next day nothing does."""
    paid(desk)
    desk.lose_answers = True
    with pytest.raises(OutcomeUnknown):
        desk.payments.refund(kit.make_refund("r1", 10_000))
    desk.lose_answers = False
    assert desk.payments.book.refunds.get("r1").state is RefundState.SENT
    assert desk.payments.refund(kit.make_refund("r1", 10_000)).state is RefundState.PROCESSING
    assert desk.mock.state()["orders"]["HS0001"]["refunded"] == 10_000


def test_a_code_of_no_table_lets_no_second_refund_out(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no plain no (§3.5): the refund stays sent, and its money bound, whatever key the next one has."""
    paid(desk)
    said = RefundResult(state=mapping.refund_result({"vnp_ResponseCode": "98"}).state)
    monkeypatch.setattr(mapping, "refund_result", lambda _answer: said)
    assert desk.payments.refund(kit.make_refund("r1", 25_000)).state is RefundState.SENT
    with pytest.raises(GovConnectError, match=r"payment\.refund_too_large"):
        desk.payments.refund(kit.make_refund("r2", 25_000))
    assert desk.mock.state()["calls"]["refund"] == 1


def test_a_reason_without_letters_still_describes_the_refund(desk: Any) -> None:
    """vnp_OrderInfo is mandatory (§3.5)."""
    paid(desk)
    made = kit.make_refund("r1", 10_000).model_copy(update={"reason": "???"})
    order = desk.payments.book.get("HS0001").order
    settings = desk.gov.settings.need("vnpay")
    assert mapping.refund(order, made, settings, "R1", "1")["vnp_OrderInfo"] == "Hoan phi HS0001"


def test_after_midnight_a_person_must_decide(desk: Any) -> None:
    """A repetition could be a second refund, so it is not sent; what is found out is recorded by hand."""
    paid(desk)
    desk.lose_answers = True
    with pytest.raises(OutcomeUnknown):
        desk.payments.refund(kit.make_refund("r1", 10_000))
    desk.lose_answers = False
    desk.clock.advance(kit.minutes(60 * 24))
    with pytest.raises(GovConnectError) as caught:
        desk.payments.refund(kit.make_refund("r1", 10_000))
    assert caught.value.code == "payment.refund_unknown_outcome"
    assert desk.payments.refund_settled("r1", done=True, transaction="15000001") is RefundState.DONE
    assert desk.payments.refund_settled("r1", done=False) is RefundState.DONE
    assert desk.mock.state()["calls"]["refund"] == 1


def test_a_refund_that_was_never_sent_can_be_sent_later(desk: Any) -> None:
    """No connection means that nothing happened."""
    paid(desk)
    desk.down = True
    with pytest.raises(Unreachable):
        desk.payments.refund(kit.make_refund("r1", 10_000))
    desk.down = False
    desk.clock.advance(kit.minutes(1))
    assert desk.payments.refund(kit.make_refund("r1", 10_000)).state is RefundState.PROCESSING


def test_a_rejected_refund_frees_its_money(desk: Any) -> None:
    """It needs a new key, as the old one stays rejected."""
    paid(desk)
    desk.payments.refund(kit.make_refund("r1", 25_000))
    assert desk.payments.refund_settled("r1", done=False) is RefundState.REJECTED
    assert desk.payments.book.refunds.ask(kit.make_refund("r2", 25_000), received=Money(25_000)) is not None


def test_a_qr_code_and_the_counter_are_gateways_too(desk: Any) -> None:
    """They open without a call, an officer records the money, and what they cannot do is said."""
    by_code, by_hand = desk.gov.payments_through("vietqr"), desk.gov.payments_through("cash")
    assert "0806HS0001" in by_code.create(kit.make_order()).qr
    assert by_hand.create(kit.make_order()).counter
    assert by_hand.status("HS0001") is PaymentState.PENDING
    with pytest.raises(GovConnectError) as caught:
        by_hand.record("HS0001", amount=Money(24_999))
    assert caught.value.code == "payment.amount_differs"
    assert by_hand.record("HS0001", amount=Money(25_000)) is PAID
    assert by_code.record("HS0001", amount=Money(25_000), transaction="FT26005") is PAID
    assert by_hand.refund(kit.make_refund("r1", 5_000)).state is RefundState.REQUESTED
    for refused in (by_hand.poll, lambda: by_hand.receive(b""), lambda: by_hand.receipt("HS0001")):
        with pytest.raises(NotSupported) as unable:
            refused()
        assert unable.value.code == "payment.not_offered"


def test_the_daily_check_finds_what_differs(desk: Any) -> None:
    """Paid there and not here, paid here and not there; orders of other days are not asked for."""
    until = kit.START + kit.timedelta(days=1)
    assert desk.payments.reconcile(kit.START, until).agrees
    desk.visit(desk.link.url, "pay")
    report = desk.payments.reconcile(kit.START, until)
    assert [(one.reference, one.here, one.there) for one in report.unknown_here] == [("HS0001", None, 25_000)]
    assert desk.state() is PaymentState.PENDING
    desk.carry_notices()
    assert desk.payments.reconcile(kit.START, until).matched == 1
    desk.payments.create(kit.make_order("HS0002"))
    desk.payments.book.apply(PaymentResult(reference="HS0002", state=PAID, transaction="X1"))
    assert [one.reference for one in desk.payments.reconcile(kit.START, until).unknown_there] == ["HS0002"]
    calls = desk.mock.state()["calls"]["querydr"]
    assert desk.payments.reconcile(until, until + kit.timedelta(days=1)).matched == 0
    assert desk.mock.state()["calls"]["querydr"] == calls
    with pytest.raises(NotSupported):
        desk.gov.payments_through("cash").reconcile(kit.START, until)


@pytest.mark.parametrize(("kind", "state"), [("01", PAID), ("02", PaymentState.PENDING), ("03", PaymentState.PENDING)])
def test_money_given_back_at_the_gateway_pays_nothing(desk: Any, kind: str, state: PaymentState) -> None:
    """Asked about an order, VNPAY may tell of its latest transaction: the 00 of a refund is no payment."""
    order = kit.make_order()
    told = {
        **dict.fromkeys(vnpay_wire.QUERY_ANSWER_FIELDS, ""),
        "vnp_ResponseCode": "00",
        "vnp_TransactionStatus": "00",
        "vnp_TransactionType": kind,
        "vnp_TmnCode": kit.vnpay.TMN_CODE,
        "vnp_TxnRef": order.reference,
        "vnp_Amount": "2500000",
        "vnp_TransactionNo": "14000002",
    }
    text = vnpay_wire.joined(told, vnpay_wire.QUERY_ANSWER_FIELDS)
    told["vnp_SecureHash"] = vnpay_wire.sign(text, kit.vnpay.HASH_SECRET)
    desk.mock.handle = lambda _request: MockReply(status=200, body=json.dumps(told).encode())
    assert desk.payments.status(order.reference) is state


def test_an_adapter_that_is_no_gateway_is_refused(desk: Any) -> None:
    """Its name is known, and it takes no money."""
    with pytest.raises(NotSupported) as caught:
        desk.gov.payments_through("portal")
    assert caught.value.code == "payment.no_gateway"
