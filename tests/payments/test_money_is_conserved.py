"""Random interleavings of payer, redirect, notices, queries, files and refunds: money is always conserved."""

from __future__ import annotations

import importlib.util
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gov_connect.errors import GovConnectError, OutsideSystemError
from gov_connect.mocks import vnpay
from gov_connect.mocks.vnpay._messages import signed_query
from gov_connect.model import Money, PaymentState, RefundState
from gov_connect.payments import Alarm, Resolution, StatementRow, compare, feed
from gov_connect.payments.states import PROOFS

if TYPE_CHECKING:
    from collections.abc import Iterator

_spec = importlib.util.spec_from_file_location("vnpay_desk", Path(__file__).with_name("vnpay_desk.py"))
assert _spec is not None
assert _spec.loader is not None
kit: Any = sys.modules.setdefault("vnpay_desk", importlib.util.module_from_spec(_spec))
_spec.loader.exec_module(kit)

PRICES = {"A": 25_000, "B": 40_000}
NAMES = st.sampled_from(sorted(PRICES))
SAID = {"24": "02", "11": "02", "51": "02", "07": "07", "99": "04"}
"""vnp_ResponseCode and vnp_TransactionStatus: given up, expired, refused, held, reversed."""
CLOSED = {PaymentState.FAILED, PaymentState.CANCELLED, PaymentState.EXPIRED}


def told(news: list[PaymentState]) -> PaymentState:
    """Where the news of one order lead, said in another way than the table does."""
    if PaymentState.PAID in news:
        return PaymentState.PAID
    state = PaymentState.PENDING
    for item in news:
        held = state is PaymentState.REVIEW
        if (
            item is PaymentState.REVIEW
            or (held and item is PaymentState.FAILED)
            or (not held and state not in CLOSED and item is not PaymentState.CREATED)
        ):
            state = item
    return state


class Day(RuleBasedStateMachine):
    """One agency, one VNPAY, two orders with all their attempts, and everything that can happen in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = kit.make_desk()
        self.kept: list[Any] = []
        self.refunds: dict[str, Any] = {}
        self.links = {
            name: self.desk.payments.create(kit.make_order(name, price)).url for name, price in PRICES.items()
        }
        for url in self.links.values():
            self.desk.visit(url)
        self.was_paid: set[str] = set()

    def teardown(self) -> None:
        self.desk.gov.close()

    @rule(data=st.data(), action=st.sampled_from(["pay", "cancel", "fail", "late", "close", ""]))
    def the_payer_clicks(self, data: st.DataObject, action: str) -> None:
        self.desk.visit(self.links[data.draw(st.sampled_from(sorted(self.links)))], action)

    @rule(name=NAMES)
    def the_payer_wants_a_page_that_is_open(self, name: str) -> None:
        attempts = self._attempts(name)
        if PaymentState.PAID in attempts.values():
            with pytest.raises(GovConnectError, match=r"payment\.already_paid"):
                self.desk.payments.renew(name)
            return
        link = self.desk.payments.renew(name)
        assert (link.reference in attempts) == (list(attempts.values())[-1] not in CLOSED)
        self.links[link.reference] = link.url
        self.desk.visit(link.url)

    @rule(name=NAMES)
    def the_browser_comes_back(self, name: str) -> None:
        before = self.desk.state(name)
        self.desk.payments.returned(self.desk.mock.return_query(name).encode())
        assert self.desk.state(name) is before

    @rule(keep=st.booleans())
    def notices_are_sent(self, *, keep: bool) -> None:
        for notice in self.desk.mock.due_notices():
            self.kept.append(notice)
            if not keep:
                reply = self.desk.payments.receive(notice.query.encode())
                self.desk.mock.answered(notice, reply.status, reply.body)
                self._was_heard(notice)

    @rule(data=st.data())
    def an_old_notice_arrives_again(self, data: st.DataObject) -> None:
        if self.kept:
            notice = data.draw(st.sampled_from(self.kept))
            assert self.desk.payments.receive(notice.query.encode()).accepted
            self._was_heard(notice)

    def _was_heard(self, notice: Any) -> None:
        """A payment that was answered with 00 or 02 is in the books."""
        if "vnp_ResponseCode=00" in notice.query:
            assert self.desk.state(notice.reference) is PaymentState.PAID

    @rule(data=st.data(), story=st.lists(st.sampled_from([*sorted(SAID), "pay"]), min_size=1, max_size=4))
    def the_gateway_says_one_thing_after_the_other(self, data: st.DataObject, story: list[str]) -> None:
        """Given up, held, paid, refused: at any time, in any order, in contradiction to itself."""
        name = data.draw(st.sampled_from(sorted(self.links)))
        for said in story:
            if said == "pay":
                self.desk.mock.settle(name, "paid")
            fields = self.desk.mock._orders[name].told()
            if said != "pay":
                fields |= {"vnp_ResponseCode": said, "vnp_TransactionStatus": SAID[said]}
            assert self.desk.payments.receive(signed_query(fields, vnpay.HASH_SECRET).encode()).accepted
            assert said != "pay" or self.desk.state(name) is PaymentState.PAID

    @rule(data=st.data(), amount=st.integers(1, 99_999))
    def a_forged_notice_arrives(self, data: st.DataObject, amount: int) -> None:
        if self.kept:
            query = data.draw(st.sampled_from(self.kept)).query.replace("vnp_Amount=", f"vnp_Amount={amount}")
            assert not self.desk.payments.receive(query.encode()).accepted

    @rule(down=st.booleans())
    def the_worker_polls(self, *, down: bool) -> None:
        self.desk.down = down
        self.desk.payments.poll()
        self.desk.down = False

    @rule(minutes=st.sampled_from([1, 6, 20, 600, 1600]))
    def time_passes(self, minutes: int) -> None:
        self.desk.clock.advance(kit.minutes(minutes))

    @rule()
    def a_statement_comes(self) -> None:
        """And afterwards everything that is paid there is paid here."""
        assert feed(self.desk.payments.book, self._statement()) == {}
        assert compare(self._statement(), self.desk.payments.book.paid_orders()).agrees

    @rule(name=NAMES, key=st.sampled_from("abcd"), share=st.integers(1, 4), lost=st.booleans(), down=st.booleans())
    def an_officer_refunds(self, name: str, key: str, share: int, *, lost: bool, down: bool) -> None:
        made = kit.make_refund(f"{name}{key}", PRICES[name] * share // 4, name, created_at=self.desk.clock.now())
        refund = self.refunds.setdefault(made.key, made)
        with self._trouble(lost=lost, down=down):
            try:
                self.desk.payments.refund(refund)
            except (GovConnectError, OutsideSystemError) as error:
                if error.code in {"payment.not_paid", "payment.refund_too_large"}:
                    del self.refunds[made.key]

    @rule(data=st.data(), decision=st.sampled_from(Resolution), lost=st.booleans(), down=st.booleans())
    def an_officer_settles_an_alarm(self, data: st.DataObject, decision: Resolution, *, lost: bool, down: bool) -> None:
        alarms = self.desk.payments.book.alarms()
        if not alarms:
            return
        alarm = data.draw(st.sampled_from(alarms))
        with self._trouble(lost=lost, down=down):
            try:
                self.desk.payments.resolve(alarm, decision, officer="canbo01")
            except (GovConnectError, OutsideSystemError):
                assert alarm in self.desk.payments.book.alarms()
            else:
                assert alarm not in self.desk.payments.book.alarms()

    @contextmanager
    def _trouble(self, *, lost: bool, down: bool) -> Iterator[None]:
        self.desk.lose_answers, self.desk.down = lost, down
        yield
        self.desk.lose_answers = self.desk.down = False

    def _attempts(self, name: str) -> dict[str, PaymentState]:
        return {one.order.reference: one.state for one in self.desk.payments.book.attempts(name)}

    def _theirs(self) -> Any:
        return self.desk.mock.state()["orders"]

    def _statement(self) -> list[StatementRow]:
        return [
            StatementRow(reference=name, amount=Money(order["amount"]), transaction=self._number(name))
            for name, order in self._theirs().items()
            if order["status"] == "paid"
        ]

    def _number(self, name: str) -> str:
        return str(self.desk.mock._orders[name].number)

    def _rows(self, query: str) -> list[Any]:
        """Straight from the tables: opening sealed orders at every step would take most of the time."""
        with self.desk.gov._parts.database.transaction() as db:
            return list(db.exec_driver_sql(query).all())

    @invariant()
    def all_money_is_where_it_should_be(self) -> None:
        states = {name: PaymentState(state) for name, state in self._rows("SELECT reference, state FROM orders")}
        theirs = self._theirs()
        for name, state in states.items():
            news = self.desk.payments.book.news(name)
            assert state is told([item.state for item in news if item.source in PROOFS])
            if state is PaymentState.PAID:
                assert theirs[name]["status"] == "paid"
                assert len({item.transaction for item in news if item.state is PaymentState.PAID}) == 1
        self._paid_is_never_left({name for name, state in states.items() if state is PaymentState.PAID})
        self._no_more_goes_back_than_came(theirs)

    def _paid_is_never_left(self, paid: set[str]) -> None:
        """And money beyond what was owed rings: of several attempts that were paid, all but one had an alarm."""
        assert self.was_paid <= paid
        self.was_paid = paid
        chains = [[name for name in paid if name[0] == first] for first in PRICES]
        for chain in chains:
            told_of = [self.desk.payments.book.news(name) for name in chain]
            rung = [news for news in told_of if any(item.alarm is Alarm.PAID_TWICE for item in news)]
            assert len(rung) >= len(chain) - 1

    def _no_more_goes_back_than_came(self, theirs: Any) -> None:
        bound, sure = dict.fromkeys(self.links, 0), dict.fromkeys(self.links, 0)
        for name, state, amount in self._rows("SELECT reference, state, amount FROM refunds"):
            bound[name] += amount if state != RefundState.REJECTED else 0
            sure[name] += amount if state == RefundState.PROCESSING else 0
        for name in self.links:
            given = theirs.get(name, {"refunded": 0})["refunded"]
            assert sure[name] <= given <= bound[name] <= PRICES[name[0]]
            assert not bound[name] or name in self.was_paid


TestDay = Day.TestCase
# GOV_CONNECT_EXAMPLES=500 for a long campaign.
TestDay.settings = settings(max_examples=int(os.environ.get("GOV_CONNECT_EXAMPLES", "8")), stateful_step_count=30)
TestDay.__doc__ = "Money is conserved, whatever happens, in any order."
