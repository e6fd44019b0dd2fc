"""`gov.payments`: one face over the gateway and the order book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from gov_connect.adapters.gateway import GatewayNotice, LookedUp, Notifies, Verdict
from gov_connect.model import NewsSource, PaymentLink, PaymentOrder, PaymentState
from gov_connect.payments.issuing import Receipts
from gov_connect.payments.post_payment import PostPayment
from gov_connect.payments.records import Heard
from gov_connect.runtime import Blocking, Effect, F, Flow, Grade, Inner, operation

if TYPE_CHECKING:
    from gov_connect.payments.records import StoredOrder
    from gov_connect.payments.states import Alarm


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReply:
    """What to answer the gateway: for the platform always with HTTP 200 once the notice was judged (§1.10).

    Attributes:
        body: JSON to send back.
        accepted: whether the notice was believed and applied.
        reason: why it was not, as a short stable word.
        reference: of the order, when accepted.
        state: of the order after it, when accepted.
        status: HTTP status of the answer.
        content_type: of the answer.
        verdict: the same in the words of the port; a repetition is answered like the first time.
        alarm: what a person must look at because of it.
    """

    body: bytes = field(repr=False)
    accepted: bool
    reason: str = ""
    reference: str = ""
    state: PaymentState | None = None
    status: int = 200
    content_type: str = "application/json; charset=utf-8"
    verdict: Verdict = field(default=Verdict.REJECTED, compare=False)
    alarm: Alarm | None = field(default=None, compare=False)


class Payments(PostPayment[F]):
    """Orders, their links, notices and their true state."""

    system: ClassVar[str] = "payments"

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
        return (yield from self._linked(stored))

    @property
    def receipts(self) -> Receipts[F]:
        """Receipts that the agency itself issues; `receipt` is the gateway's own."""
        return Receipts(self.context, book=self._book, desk=self._desk(), paid_through=self._gateway.system)

    def _linked(self, stored: StoredOrder) -> Flow[PaymentLink]:
        if stored.link is not None:
            return stored.link
        link = yield from self._gateway.open(stored.order, agency_name=self._agency_name)
        yield Blocking(lambda: self._book.linked(stored.order.reference, link))
        return link

    @operation(wire="INIT", generation="1.0.6", effect=Effect.WRITE, grade=Grade.CONFIRMED, section="payment.md §1.3")
    def renew(self, reference: str) -> Flow[PaymentLink]:
        """Where the payer can pay now: the open attempt's link, or that of a new attempt once it has closed.

        Each attempt has a reference of its own, made once and stored; money that still arrives for an older
        one is accepted, and rings (`Alarm.LATE_PAID`, or `PAID_TWICE` when another attempt was paid).

        Raises:
            GovConnectError: `payment.unknown_order`; `payment.already_paid`.
        """
        stored: StoredOrder = yield Blocking(lambda: self._book.renew(reference))
        return (yield from self._linked(stored))

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
                speaks of another amount than the order; that rings, as another currency or partner does.
        """
        return (yield from self._ask(reference))

    @operation(
        wire="CONFIRM",
        generation="1.0.6",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="payment.md §1.3, §1.10",
    )
    def receive(self, body: bytes, headers: Mapping[str, str] | None = None) -> Flow[NoticeReply]:
        """Judge a notice: hash, partner, currency, reference and amount must be the order's own.

        Twice the same is harmless; what is not believed is kept apart and changes nothing.
        Money-dependent steps still ask `status`, the platform's hash being no signature (§0.2).

        Args:
            body: as it arrived; the undecoded query string where the gateway notifies by GET.
            headers: not looked at by any gateway of this package.

        Raises:
            NotSupported: this gateway sends no notices.
        """
        del headers
        gateway: Notifies[Inner] = self._capable(Notifies[Any])
        notice = yield from gateway.read_notice(body)
        heard: Heard = yield Blocking(lambda: self._judge(notice, body))
        return self._reply(notice, heard)

    @operation(
        wire="vnp_ReturnUrl",
        generation="1",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="payment.md §3.4",
    )
    def returned(self, query: bytes) -> Flow[PaymentState | None]:
        """Judge what the payer's browser brought back, for display only: the state by our own records.

        Nothing it says moves the order; None when it is not genuine or not of an order of ours.
        """
        gateway: Notifies[Inner] = self._capable(Notifies[Any])
        notice = yield from gateway.read_notice(query)
        result = notice.result
        if result is None:
            return None
        heard: Heard = yield Blocking(lambda: self._book.hear(result, NewsSource.REDIRECT))
        yield Blocking(lambda: self._book.polls.hurry(result.reference))
        return heard.state

    @operation(
        wire="dptracuuthanhtoanhs",
        generation="1.0.6",
        effect=Effect.READ,
        grade=Grade.SEEN,
        section="payment.md §1.7",
    )
    def look_up(self, body: bytes) -> Flow[bytes]:
        """Answer a gateway that asks what a dossier owes: its one order that still waits, or nothing.

        Raises:
            NotSupported: this gateway never asks.
        """
        gateway: LookedUp[Inner] = self._capable(LookedUp[Any])
        dossier = yield from gateway.read_look_up(body)
        orders: list[StoredOrder] = yield Blocking(lambda: self._owed(dossier) if dossier else [])
        waiting = [stored for stored in orders if stored.state in {PaymentState.CREATED, PaymentState.PENDING}]
        chosen = next(iter(waiting or orders), None)
        order = None if chosen is None else chosen.order
        return (yield from gateway.look_up_answer(order, due=bool(waiting), agency_name=self._agency_name))

    def _owed(self, dossier: str) -> list[StoredOrder]:
        """Orders of a dossier; one whose attempts all closed unpaid is opened anew, since it is still owed."""
        made: dict[str, StoredOrder] = {}
        for stored in self._book.of_dossier(dossier):
            reference = stored.order.reference
            if reference in made:
                continue
            attempts = self._book.attempts(reference)
            if all(one.state.closed for one in attempts):
                attempts.append(self._book.renew(reference))
            made.update({one.order.reference: one for one in attempts})
        return list(made.values())

    def _judge(self, notice: GatewayNotice, body: bytes) -> Heard:
        if notice.result is None:
            told_apart = Verdict.UNKNOWN_ORDER if notice.reason == Verdict.UNKNOWN_ORDER.value else Verdict.REJECTED
            verdict = told_apart if notice.genuine else Verdict.NOT_GENUINE
            heard = Heard(verdict=verdict, reason=notice.reason)
        else:
            heard = self._book.hear(notice.result, NewsSource.NOTICE, exact=True)
            if heard.verdict is Verdict.UNKNOWN_ORDER and notice.dossier and notice.result.transaction:
                heard = self._book.hear_of_dossier(notice.dossier, notice.result)
        if not heard.verdict.accepted:
            self._book.refuse(body, heard.reason or heard.verdict.value)
        return heard

    @staticmethod
    def _reply(notice: GatewayNotice, heard: Heard) -> NoticeReply:
        accepted = heard.verdict.accepted
        answer = notice.answer_to(heard.verdict)
        return NoticeReply(
            body=answer.body,
            accepted=accepted,
            reason="" if accepted else heard.reason or heard.verdict.value,
            reference=heard.reference if accepted else "",
            state=heard.state,
            status=answer.status,
            content_type=answer.content_type,
            verdict=heard.verdict,
            alarm=heard.alarm,
        )
