"""`gov.payments`: one face over the gateway and the order book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from gov_connect.errors import GovConnectError
from gov_connect.model import PaymentLink, PaymentOrder, PaymentResult, PaymentState
from gov_connect.runtime import Adapter, Blocking, Effect, F, Flow, Grade, operation

if TYPE_CHECKING:
    from gov_connect.adapters.national_payment import NationalPayment, Notice
    from gov_connect.payments.book import OrderBook, StoredOrder
    from gov_connect.runtime import Context, Inner


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReply:
    """What to answer the platform: always with HTTP 200 once the notice was judged (§1.10).

    Attributes:
        body: JSON to send back.
        accepted: whether the notice was believed and applied.
        reason: why it was not, as a short stable word.
        reference: of the order, when accepted.
        state: of the order after it, when accepted.
    """

    body: bytes = field(repr=False)
    accepted: bool
    reason: str = ""
    reference: str = ""
    state: PaymentState | None = None


class Payments(Adapter[F]):
    """Orders, their links, notices and their true state."""

    system: ClassVar[str] = "payments"

    def __init__(self, context: Context, *, gateway: NationalPayment[Inner], book: OrderBook, agency_name: str) -> None:
        super().__init__(context)
        self._gateway = gateway
        self._book = book
        self._agency_name = agency_name

    @operation(
        wire="INIT",
        generation="1.0.6",
        effect=Effect.WRITE,
        grade=Grade.CONFIRMED,
        section="payment.md §1.3",
    )
    def create(self, order: PaymentOrder) -> Flow[PaymentLink]:
        """Store the order, then open it at the gateway; the same order again gives the same link.

        Raises:
            KeyConflict: the reference stands for another order.
        """
        stored: StoredOrder = yield Blocking(lambda: self._book.open(order))
        if stored.link is not None:
            return stored.link
        link = yield from self._gateway.open(order, agency_name=self._agency_name)
        yield Blocking(lambda: self._book.linked(order.reference, link))
        return link

    @operation(
        wire="QUERY",
        generation="1.0.6",
        effect=Effect.READ,
        grade=Grade.SEEN,
        section="payment.md §1.3",
    )
    def status(self, reference: str) -> Flow[PaymentState]:
        """The state of an order by the gateway's own records, stored on the way.

        Raises:
            GovConnectError: `payment.unknown_order`, or `payment.amount_differs` when the gateway
                speaks of another amount than the order.
        """
        stored: StoredOrder | None = yield Blocking(lambda: self._book.get(reference))
        if stored is None:
            raise GovConnectError("payment.unknown_order")
        if stored.state is PaymentState.PAID:
            return stored.state
        result = yield from self._gateway.query(stored.order)
        if result.state is PaymentState.PAID and result.amount not in {None, stored.order.amount}:
            raise GovConnectError("payment.amount_differs")
        state: PaymentState = yield Blocking(lambda: self._book.apply(result))
        return state

    @operation(
        wire="CONFIRM",
        generation="1.0.6",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="payment.md §1.3, §1.10",
    )
    def receive(self, body: bytes, headers: Mapping[str, str] | None = None) -> Flow[NoticeReply]:
        """Judge a notice: hash, partner, currency, reference and amount must be the order's own.

        Twice the same is harmless. Money-dependent steps still ask `status`, the platform's hash being
        no signature (§0.2).
        """
        del headers
        notice = yield from self._gateway.read_notice(body)
        reason, state = notice.reason, None
        if notice.result is not None:
            result = notice.result
            reason, state = yield Blocking(lambda: self._judge(result))
        return self._reply(notice, reason, state)

    def _judge(self, result: PaymentResult) -> tuple[str, PaymentState | None]:
        stored = self._book.get(result.reference)
        if stored is None:
            return "unknown_order", None
        if result.amount != stored.order.amount:
            return "another_amount", None
        return "", self._book.apply(result)

    def _reply(self, notice: Notice, reason: str, state: PaymentState | None) -> NoticeReply:
        accepted = not reason
        reference = notice.result.reference if accepted and notice.result is not None else ""
        return NoticeReply(
            body=notice.answer(accepted=accepted),
            accepted=accepted,
            reason=reason,
            reference=reference,
            state=state,
        )
