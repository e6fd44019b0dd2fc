"""A new attempt after one that closed unpaid: a reference of its own, made once; money never counts twice."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.errors import GovConnectError
from gov_connect.model import Money, PaymentResult, PaymentState, RefundState
from gov_connect.payments import Alarm, Resolution
from gov_connect.payments.attempts import next_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

_spec = importlib.util.spec_from_file_location("vnpay_desk", Path(__file__).with_name("vnpay_desk.py"))
assert _spec is not None
assert _spec.loader is not None
kit: Any = sys.modules.setdefault("vnpay_desk", importlib.util.module_from_spec(_spec))
_spec.loader.exec_module(kit)

PAID, EXPIRED = PaymentState.PAID, PaymentState.EXPIRED


@pytest.fixture
def desk() -> Iterator[Any]:
    """An agency whose order is open at VNPAY."""
    made = kit.make_desk()
    with made.gov:
        made.link = made.payments.create(kit.make_order())
        made.visit(made.link.url)
        yield made


def closed(desk: Any, reference: str = "HS0001", state: PaymentState = EXPIRED) -> None:
    desk.payments.book.apply(PaymentResult(reference=reference, state=state))


def states(desk: Any) -> dict[str, PaymentState]:
    return {one.order.reference: one.state for one in desk.payments.book.attempts("HS0001")}


@pytest.mark.parametrize("state", [EXPIRED, PaymentState.CANCELLED, PaymentState.FAILED])
def test_a_closed_order_is_opened_anew_once(state: PaymentState, desk: Any) -> None:
    """However often it is asked for, and from whichever attempt, it is one new reference until that closes too."""
    assert desk.payments.renew("HS0001") == desk.link
    closed(desk, state=state)
    desk.clock.advance(kit.minutes(30))
    second = desk.payments.renew("HS0001")
    assert second.reference == "HS0001-2"
    assert second == desk.payments.renew("HS0001") == desk.payments.renew("HS0001-2")
    assert desk.visit(second.url).status == 200
    closed(desk, "HS0001-2")
    assert desk.payments.renew("HS0001").reference == "HS0001-3"
    assert list(states(desk)) == ["HS0001", "HS0001-2", "HS0001-3"]
    again = desk.payments.book.get("HS0001-3").order
    assert (again.amount, again.lines, again.created_at) == (Money(25_000), kit.make_order().lines, desk.clock.now())


def test_money_that_is_there_is_not_asked_for_again(desk: Any) -> None:
    """Paid, or held by the gateway: no new attempt."""
    desk.payments.book.apply(PaymentResult(reference="HS0001", state=PaymentState.REVIEW))
    assert desk.payments.renew("HS0001").reference == "HS0001"
    desk.payments.book.apply(PaymentResult(reference="HS0001", state=PAID))
    with pytest.raises(GovConnectError) as caught:
        desk.payments.renew("HS0001")
    assert caught.value.code == "payment.already_paid"
    with pytest.raises(GovConnectError) as caught:
        desk.payments.renew("HS9999")
    assert caught.value.code == "payment.unknown_order"


def both_paid(desk: Any) -> str:
    """The first attempt expires, the second is paid, and the first one's money arrives after all."""
    closed(desk)
    second = desk.payments.renew("HS0001")
    desk.visit(second.url)
    desk.visit(second.url, "pay")
    desk.carry_notices()
    desk.visit(desk.link.url, "pay")
    (reply,) = desk.carry_notices()
    assert (reply.state, reply.alarm) == (PAID, Alarm.PAID_TWICE)
    return str(second.reference)


def test_a_late_payment_is_taken_by_the_dossier(desk: Any) -> None:
    """The open attempt is not paid: the late money counts, and a person has said so."""
    closed(desk)
    desk.payments.renew("HS0001")
    desk.visit(desk.link.url, "pay")
    (reply,) = desk.carry_notices()
    assert reply.alarm is Alarm.LATE_PAID
    (alarm,) = desk.payments.book.alarms()
    assert desk.payments.resolve(alarm, Resolution.REATTACH, officer="canbo01") is None
    assert desk.payments.book.alarms() == []
    with pytest.raises(GovConnectError):
        desk.payments.renew("HS0001")


def test_two_attempts_that_were_both_paid_are_one_too_many(desk: Any) -> None:
    """It cannot be re-attached; the refund is that of the late one, once, however often it is decided."""
    both_paid(desk)
    (alarm,) = desk.payments.book.alarms()
    assert alarm.reference == "HS0001"
    with pytest.raises(GovConnectError) as caught:
        desk.payments.resolve(alarm, Resolution.REATTACH, officer="canbo01")
    assert caught.value.code == "payment.already_paid"
    for _ in range(2):
        made = desk.payments.resolve(alarm, Resolution.REFUND, officer="canbo01")
        assert (made.state, made.refund.amount, made.refund.key) == (
            RefundState.PROCESSING,
            Money(25_000),
            f"alarm-{alarm.id}",
        )
        desk.clock.advance(kit.minutes(1))
    orders = desk.mock.state()["orders"]
    assert (orders["HS0001"]["refunded"], orders["HS0001-2"]["refunded"]) == (25_000, 0)
    assert desk.mock.state()["calls"]["refund"] == 1


def test_an_alarm_stays_open_while_its_refund_could_not_be_sent(desk: Any) -> None:
    """Deciding again sends it."""
    both_paid(desk)
    (alarm,) = desk.payments.book.alarms()
    desk.down = True
    with pytest.raises(GovConnectError):
        desk.payments.resolve(alarm, Resolution.REFUND, officer="canbo01")
    assert desk.payments.book.alarms() == [alarm]
    desk.down = False
    desk.clock.advance(kit.minutes(1))
    assert desk.payments.resolve(alarm, Resolution.REFUND, officer="canbo02").state is RefundState.PROCESSING
    assert desk.payments.book.alarms() == []


def test_the_transaction_that_goes_back_is_the_second(desk: Any) -> None:
    """One order, two transactions: VNPAY is told the number of the one that was too much."""
    sent: list[Any] = []
    real = desk.mock._refund
    desk.mock._refund = lambda message: (sent.append(message), real(message))[1]
    desk.visit(desk.link.url, "pay")
    desk.carry_notices()
    told = PaymentResult(reference="HS0001", state=PAID, amount=Money(25_000), transaction="14009999")
    desk.payments.book.apply(told)
    (alarm,) = desk.payments.book.alarms()
    desk.payments.resolve(alarm, Resolution.REFUND, officer="canbo01")
    assert [message["vnp_TransactionNo"] for message in sent] == ["14009999"]


def test_an_alarm_can_be_seen_to_in_another_way(desk: Any) -> None:
    """A person notes it, and nothing moves."""
    desk.payments.book.apply(PaymentResult(reference="HS0001", state=PaymentState.REVIEW))
    (alarm,) = desk.payments.book.alarms()
    with pytest.raises(GovConnectError) as caught:
        desk.payments.resolve(alarm, Resolution.REATTACH, officer="canbo01")
    assert caught.value.code == "payment.not_paid"
    assert desk.payments.resolve(alarm, Resolution.NOTED, officer="canbo01") is None
    assert desk.payments.book.alarms() == []


def test_references_stay_within_their_bounds() -> None:
    """A long one is shortened to a digest of itself."""
    assert next_reference("HS0001", 2) == "HS0001-2"
    long = next_reference("x" * 49, 2)
    assert (len(long), long[:2]) == (32, "gc")
    assert long != next_reference("x" * 49, 3)
