"""Random interleavings of payer, redirect, notices, queries, files and refunds: money is always conserved."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gov_connect.errors import GovConnectError, OutsideSystemError
from gov_connect.model import Money, PaymentState, RefundState
from gov_connect.payments import StatementRow, compare, feed

_spec = importlib.util.spec_from_file_location("vnpay_desk", Path(__file__).with_name("vnpay_desk.py"))
assert _spec is not None
assert _spec.loader is not None
kit: Any = sys.modules.setdefault("vnpay_desk", importlib.util.module_from_spec(_spec))
_spec.loader.exec_module(kit)

PRICES = {"A": 25_000, "B": 40_000}
NAMES = st.sampled_from(sorted(PRICES))


class Day(RuleBasedStateMachine):
    """One agency, one VNPAY, two orders, and everything that can happen to them in any order."""

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

    @rule(name=NAMES, action=st.sampled_from(["pay", "cancel", "fail", "late", "close", ""]))
    def the_payer_clicks(self, name: str, action: str) -> None:
        self.desk.visit(self.links[name], action)

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

    @rule(data=st.data())
    def an_old_notice_arrives_again(self, data: st.DataObject) -> None:
        if self.kept:
            notice = data.draw(st.sampled_from(self.kept))
            assert self.desk.payments.receive(notice.query.encode()).accepted

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

    @rule(minutes=st.sampled_from([1, 6, 20, 600]))
    def time_passes(self, minutes: int) -> None:
        self.desk.clock.advance(kit.minutes(minutes))

    @rule()
    def a_statement_comes(self) -> None:
        feed(self.desk.payments.book, self._statement())

    @rule(name=NAMES, key=st.sampled_from("abcd"), share=st.integers(1, 4), lost=st.booleans(), down=st.booleans())
    def an_officer_refunds(self, name: str, key: str, share: int, *, lost: bool, down: bool) -> None:
        made = kit.make_refund(f"{name}{key}", PRICES[name] * share // 4, name, created_at=self.desk.clock.now())
        refund = self.refunds.setdefault(made.key, made)
        self.desk.lose_answers, self.desk.down = lost, down
        try:
            self.desk.payments.refund(refund)
        except (GovConnectError, OutsideSystemError) as error:
            if error.code in {"payment.not_paid", "payment.refund_too_large"}:
                del self.refunds[made.key]
        self.desk.lose_answers = self.desk.down = False

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

    @invariant()
    def nothing_is_paid_that_was_not_paid_there(self) -> None:
        for name, price in PRICES.items():
            paid = self.desk.state(name) is PaymentState.PAID
            assert not paid or self._theirs()[name]["status"] == "paid"
            assert self.desk.payments.book.received(name) == Money(price if paid else 0)

    @invariant()
    def paid_is_never_left(self) -> None:
        now_paid = {name for name in PRICES if self.desk.state(name) is PaymentState.PAID}
        assert self.was_paid <= now_paid
        self.was_paid = now_paid

    @invariant()
    def no_more_goes_back_than_came(self) -> None:
        for name, price in PRICES.items():
            given = self._theirs()[name]["refunded"]
            stored = self.desk.payments.book.refunds.of(name)
            bound = sum(one.refund.amount.dong for one in stored if one.state is not RefundState.REJECTED)
            assert given <= bound <= price

    @invariant()
    def the_books_agree_once_the_statement_is_read(self) -> None:
        book = self.desk.payments.book
        report = compare(self._statement(), book.paid_orders())
        assert not report.unknown_there
        assert not report.amounts_differ
        waiting = [name for name, order in self._theirs().items() if order["status"] == "paid"]
        assert report.matched + len(report.unknown_here) == len(waiting)


TestDay = Day.TestCase
# GOV_CONNECT_EXAMPLES=500 for a long campaign.
TestDay.settings = settings(
    max_examples=int(os.environ.get("GOV_CONNECT_EXAMPLES", "12")), stateful_step_count=30, deadline=None
)
TestDay.__doc__ = "Money is conserved, whatever happens, in any order."
