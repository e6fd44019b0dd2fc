"""What follows a payment: asking again, refunds, receipts of gateways, money at the counter."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar, cast, get_origin

from gov_connect.adapters.gateway import Asks, Bills, Gateway, Notifies, Refunds, Verdict
from gov_connect.errors import (
    AuthenticationFailed,
    GovConnectError,
    NotSupported,
    Overloaded,
    SystemPaused,
    UnexpectedReply,
    Unreachable,
)
from gov_connect.model import (
    Bill,
    Money,
    NewsSource,
    PaymentOrder,
    PaymentResult,
    PaymentState,
    Refund,
    RefundResult,
    RefundState,
)
from gov_connect.payments.journal import News
from gov_connect.payments.polls import PollReport
from gov_connect.payments.reconcile import Reconciliation, StatementRow, compare
from gov_connect.payments.refunds import StoredRefund
from gov_connect.payments.states import Alarm, Resolution
from gov_connect.runtime import Adapter, Blocking, Effect, F, Flow, Grade, Inner, operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.payments.book import OrderBook
    from gov_connect.payments.issuing import ReceiptDesk
    from gov_connect.payments.records import Heard, StoredOrder
    from gov_connect.runtime import Context

C = TypeVar("C", bound=Gateway[Any])
_LONGEST_DECISION = 200
_REASONS: Final[dict[Alarm | None, str]] = {
    Alarm.LATE_PAID: "Thanh toan sau khi da dong",
    Alarm.PAID_TWICE: "Thanh toan hai lan",
    Alarm.HELD: "Giao dich bi giu",
}
_NOT_OURS: Final = frozenset(
    {"another_reference", "another_partner", "another_currency", "bad_amount", "missing_field"}
)
"""Reasons of an answer that speaks of something else than the order (payment.md §1.10)."""
NOT_SENT = (Unreachable, SystemPaused, Overloaded, AuthenticationFailed)
"""After these a gateway has certainly done nothing."""


class PostPayment(Adapter[F]):
    """What `Payments` does with an order once it is opened."""

    system: ClassVar[str] = "payments"

    def __init__(
        self,
        context: Context,
        *,
        gateway: Gateway[Inner],
        book: OrderBook,
        agency_name: str,
        desk: Callable[[], ReceiptDesk],
    ) -> None:
        super().__init__(context)
        self._gateway = gateway
        self._book = book
        self._agency_name = agency_name
        self._desk = desk  # made when it is needed: a wrong receipt setting must not stop payments

    @property
    def sends_notices(self) -> bool:
        """Whether the gateway sends notices."""
        return isinstance(self._gateway, Notifies)

    @property
    def can_be_asked(self) -> bool:
        """Whether the gateway's own records can be asked, so that polling makes sense."""
        return isinstance(self._gateway, Asks)

    @property
    def book(self) -> OrderBook:
        """The records: orders, news, alarms, refunds."""
        return self._book

    @operation(wire="poll", effect=Effect.READ, grade=Grade.SEEN, section="payment.md §1.2")
    def poll(self, limit: int = 100) -> Flow[PollReport]:
        """Ask once for each order that is due, at most `limit` of them; for the worker, every minute or so.

        A gateway that is down costs nothing: the rest of the round is left for the next one.

        Raises:
            NotSupported: this gateway cannot be asked.
        """
        self._capable(Asks[Any])
        due: list[str] = yield Blocking(lambda: self._book.polls.take(limit))
        settled: dict[str, PaymentState] = {}
        failed: dict[str, str] = {}
        given_up: list[str] = []
        for place, reference in enumerate(due):
            try:
                state = yield from self._ask(reference)
            except (Unreachable, SystemPaused) as error:
                failed[reference] = error.code
                yield Blocking(partial(self._book.polls.given_back, due[place:]))
                break
            except GovConnectError as error:
                failed[reference] = error.code
                state = PaymentState.PENDING
            last = yield from self._asked(reference, final=state.final)
            if state.final:
                settled[reference] = state
            elif last:
                given_up.append(reference)
        left = len(due) - len(settled) - len(given_up)
        return PollReport(settled=settled, open=left, failed=failed, given_up=tuple(given_up))

    @operation(wire="reconcile", effect=Effect.READ, grade=Grade.SEEN, section="payment.md §8")
    def reconcile(self, since: datetime, until: datetime) -> Flow[Reconciliation]:
        """Ask the gateway for each order that was made in a time, and compare: the daily check where no file comes.

        Nothing is changed; a payment that only the gateway knows is found here for orders of ours alone.

        Args:
            since: the first moment.
            until: the first moment after it.

        Raises:
            NotSupported: this gateway cannot be asked: use its statement.
            OutsideSystemError: one question failed; a report with holes would mislead.
        """
        gateway: Asks[Inner] = self._capable(Asks[Any])
        own: list[StoredOrder] = yield Blocking(lambda: self._book.made_between(since, until))
        rows: list[StatementRow] = []
        for stored in own:
            told = yield from gateway.query(stored.order)
            if told.state is PaymentState.PAID:
                amount = stored.order.amount if told.amount is None else told.amount
                rows.append(StatementRow(reference=told.reference, amount=amount, transaction=told.transaction))
        return compare(rows, own)

    def _asked(self, reference: str, *, final: bool) -> Flow[bool]:
        last: bool = yield Blocking(lambda: self._book.polls.asked(reference))
        if last and not final:
            yield Blocking(lambda: self._book.unresolved(reference))
        return last

    @operation(wire="refund", effect=Effect.ASK_FIRST, grade=Grade.SEEN, section="payment.md §3.5, §1.9", looks_up=True)
    def refund(self, refund: Refund) -> Flow[StoredRefund]:
        """Give money back, whole or in part, once per key.

        Where the gateway has no refunds the refund stays requested: it is paid out by hand and recorded
        with `refund_settled`.

        Raises:
            KeyConflict: the key stands for another refund.
            GovConnectError: `payment.not_paid`, `payment.refund_too_large`; `payment.refund_unknown_outcome`:
                it was sent before, and sending it again could pay twice.
            OutcomeUnknown: it was sent, and nobody can say whether it was taken up.
        """
        return (yield from self._refund(refund))

    def _refund(self, refund: Refund) -> Flow[StoredRefund]:
        reference = refund.reference
        order: StoredOrder | None = yield Blocking(lambda: self._book.get(reference))
        paid: PaymentResult | None = yield Blocking(lambda: self._book.paid(reference))
        if order is None or paid is None:
            raise GovConnectError("payment.unknown_order" if order is None else "payment.not_paid")
        stored: StoredRefund = yield Blocking(
            lambda: self._book.refunds.ask(refund, received=self._book.received(reference))
        )
        if not isinstance(self._gateway, Refunds) or stored.state not in {RefundState.REQUESTED, RefundState.SENT}:
            return stored
        gateway: Refunds[Inner] = self._capable(Refunds[Any])
        first: bool = yield Blocking(lambda: self._book.refunds.sending(refund.key))
        if not first and not gateway.may_repeat(refund):
            raise GovConnectError("payment.refund_unknown_outcome")
        named = paid.model_copy(update={"transaction": refund.transaction}) if refund.transaction else paid
        return (yield from self._send(gateway, order.order, refund, named, first=first))

    @operation(wire="-", effect=Effect.ASK_FIRST, grade=Grade.GUESS, section="payment.md §8")
    def resolve(self, alarm: News, decision: Resolution, *, officer: str) -> Flow[StoredRefund | None]:
        """Settle an alarm of `book.alarms()`: the dossier takes the money, it goes back, or a person saw to it.

        Nothing is decided here. A refund is that of this one payment, under a key that comes from the alarm,
        so that deciding again after a crash is the same refund.

        Args:
            alarm: as the book gave it.
            decision: what a person decided.
            officer: account of that person.

        Raises:
            GovConnectError: `payment.already_paid`: another attempt paid the dossier, this money must go back;
                and what `refund` raises. The alarm stays open then.
        """
        made: StoredRefund | None = None
        if decision is Resolution.REATTACH:
            yield Blocking(lambda: self._needs_this_one(alarm))
        elif decision is Resolution.REFUND:
            refund: Refund = yield Blocking(lambda: self._refund_of(alarm, officer))
            made = yield from self._refund(refund)
        yield Blocking(lambda: self._book.settle(alarm, f"{decision} {officer}"[:_LONGEST_DECISION]))
        return made

    def _needs_this_one(self, alarm: News) -> None:
        paid = [one.order.reference for one in self._book.attempts(alarm.reference) if one.state is PaymentState.PAID]
        if not paid:
            raise GovConnectError("payment.not_paid")
        if paid != [alarm.reference] or alarm.alarm is Alarm.PAID_TWICE:
            raise GovConnectError("payment.already_paid")

    def _refund_of(self, alarm: News, officer: str) -> Refund:
        key = f"alarm-{alarm.id}"
        known, stored = self._book.refunds.get(key), self._book.get(alarm.reference)
        if known is not None:
            return known.refund
        if stored is None:
            raise GovConnectError("payment.unknown_order")
        return Refund(
            key=key,
            reference=alarm.reference,
            transaction=alarm.transaction,
            amount=stored.order.amount,
            reason=_REASONS.get(alarm.alarm, "Hoan tien"),
            officer=officer,
            created_at=self._book.now(),
        )

    def _send(
        self, gateway: Refunds[Inner], order: PaymentOrder, refund: Refund, paid: PaymentResult, *, first: bool
    ) -> Flow[StoredRefund]:
        try:
            result = yield from gateway.give_back(order, refund, paid=paid)
        except NOT_SENT:
            if first:
                yield Blocking(lambda: self._book.refunds.withdrawn(refund.key))
            raise
        state: RefundState = yield Blocking(lambda: self._book.refunds.apply(refund.key, result))
        return StoredRefund(refund=refund, state=state, transaction=result.transaction)

    @operation(wire="refund", effect=Effect.WRITE, grade=Grade.GUESS, section="payment.md §1.9")
    def refund_settled(self, key: str, *, done: bool, transaction: str = "") -> Flow[RefundState]:
        """Record by hand what became of a refund: paid out, or not at all.

        Raises:
            GovConnectError: `payment.unknown_refund`.
        """
        state = RefundState.DONE if done else RefundState.REJECTED
        result = RefundResult(state=state, transaction=transaction)
        stored: RefundState = yield Blocking(lambda: self._book.refunds.apply(key, result))
        return stored

    @operation(wire="GET_BILL", effect=Effect.READ, grade=Grade.CONFIRMED, section="payment.md §1.3")
    def receipt(self, reference: str) -> Flow[Bill]:
        """The gateway's own receipt of a paid order.

        Raises:
            GovConnectError: `payment.unknown_order`, `payment.not_paid`.
            NotSupported: this gateway issues none.
            Refused: it is not ready yet.
        """
        gateway: Bills[Inner] = self._capable(Bills[Any])
        stored: StoredOrder | None = yield Blocking(lambda: self._book.get(reference))
        paid: PaymentResult | None = yield Blocking(lambda: self._book.paid(reference))
        if stored is None or paid is None:
            raise GovConnectError("payment.unknown_order" if stored is None else "payment.not_paid")
        return (yield from gateway.bill(stored.order, paid=paid))

    @operation(wire="counter", effect=Effect.WRITE, grade=Grade.GUESS, section="payment.md §8")
    def record(self, reference: str, *, amount: Money, transaction: str = "") -> Flow[PaymentState]:
        """Record money that an officer took, or saw on the account; the acting officer stands for it.

        Args:
            reference: of the order.
            amount: what was counted; must be the order's to the đồng.
            transaction: number on the slip or the statement, where there is one.

        Raises:
            GovConnectError: `payment.unknown_order`, `payment.amount_differs`, `payment.transaction_used`.
        """
        told = PaymentResult(reference=reference, state=PaymentState.PAID, amount=amount, transaction=transaction)
        heard: Heard = yield Blocking(lambda: self._book.hear(told, NewsSource.COUNTER, exact=True))
        return _state_of(heard)

    def _ask(self, reference: str) -> Flow[PaymentState]:
        stored: StoredOrder | None = yield Blocking(self._book.getting(reference))
        if stored is None:
            raise GovConnectError("payment.unknown_order")
        if stored.state is PaymentState.PAID or not isinstance(self._gateway, Asks):
            return stored.state
        gateway: Asks[Inner] = self._capable(Asks[Any])
        try:
            result = yield from gateway.query(stored.order)
        except UnexpectedReply as error:
            if error.reason in _NOT_OURS:
                yield Blocking(lambda: self._book.unresolved(reference))
            raise
        heard: Heard | None = yield Blocking(self._book.heard(result, NewsSource.QUERY))
        if heard is None:
            heard = yield Blocking(lambda: self._book.hear(result, NewsSource.QUERY))
            assert heard is not None
        if heard.verdict is Verdict.ANOTHER_AMOUNT:
            yield Blocking(lambda: self._book.unresolved(reference))
        return _state_of(heard)

    def _capable(self, capability: type[C]) -> C:
        """The gateway, as one that can do this.

        Raises:
            NotSupported: it cannot.
        """
        kind = get_origin(capability) or capability
        if isinstance(self._gateway, kind):
            return cast("C", self._gateway)
        raise NotSupported("payment.not_offered", system=self._gateway.system, what=kind.__name__)


def _state_of(heard: Heard) -> PaymentState:
    if heard.state is not None:
        return heard.state
    codes = {Verdict.UNKNOWN_ORDER: "payment.unknown_order", Verdict.ANOTHER_AMOUNT: "payment.amount_differs"}
    raise GovConnectError(codes.get(heard.verdict, "payment.transaction_used"))
