"""Operations of VNPAY: build a request, read an answer; no I/O."""

from __future__ import annotations

import hashlib
from datetime import time, timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from gov_connect.adapters.gateway import Asks, GatewayNotice, Notifies, Refunds
from gov_connect.adapters.vnpay import mapping, wire
from gov_connect.adapters.vnpay.notice import read_notice
from gov_connect.errors import Overloaded, Refused, UnexpectedReply
from gov_connect.model import (
    VIETNAM,
    PaymentLink,
    PaymentOrder,
    PaymentResult,
    PaymentState,
    Refund,
    RefundResult,
)
from gov_connect.runtime import Effect, F, Flow, Grade, Reply, Request, operation

if TYPE_CHECKING:
    from gov_connect.settings import VnpaySettings

_NOT_FOUND, _DUPLICATE, _OTHER = "91", "94", "99"
_NOT_FINISHED: Final = "01"
_CLOCKS_DIFFER: Final = timedelta(minutes=15)
"""After the time to pay, an order whose page nobody opened (91) cannot be opened any more."""
_BANKS_ANSWER: Final = timedelta(days=1)
"""And one that was opened and not finished (01) was given up; money that still arrives is late, and accepted."""
_REQUEST_ID: Final = 32
_LATEST: Final = time(23, 30)
"""Clocks differ; a repetition that lands on the next day would be a second refund."""


class Vnpay(Asks[F], Notifies[F], Refunds[F]):
    """VNPAY, version 2.1.0."""

    system: ClassVar[str] = wire.SYSTEM

    @operation(
        wire="vpcpay.html",
        generation=wire.VERSION,
        effect=Effect.WRITE,
        grade=Grade.CONFIRMED,
        section="payment.md §3.2, §3.3",
    )
    def open(self, order: PaymentOrder, *, agency_name: str = "") -> Flow[PaymentLink]:
        """The address where the payer pays; nothing is sent, and the same order gives the same address."""
        del agency_name
        yield from ()
        settings = self._settings
        page = settings.base_url.rstrip("/") + settings.pay_path
        url = mapping.pay_url(page, mapping.pay_fields(order, settings), self._secret)
        return PaymentLink(reference=order.reference, url=url)

    @operation(
        wire="querydr",
        generation=wire.VERSION,
        effect=Effect.READ,
        grade=Grade.SEEN,
        section="payment.md §3.5",
    )
    def query(self, order: PaymentOrder) -> Flow[PaymentResult]:
        """What became of an order, by VNPAY's own records; one that nobody opened yet is pending, and
        expired once its time is over.

        Raises:
            AuthenticationFailed: our code or hash was not accepted.
            Refused: the request was.
            UnexpectedReply: unreadable, or its hash is wrong, or it speaks of another order.
        """
        request = self._query(order)
        reply: Reply = yield request
        answer = wire.read_answer(reply, wire.QUERY_ANSWER_FIELDS, self._secret)
        code = str(answer["vnp_ResponseCode"])
        if code == _NOT_FOUND:
            state = PaymentState.EXPIRED if self._is_over(order, _CLOCKS_DIFFER) else PaymentState.PENDING
            return PaymentResult(reference=order.reference, state=state, raw_code=code)
        if code == _DUPLICATE:
            raise Overloaded(system=self.system, status=reply.status)
        if code != wire.SUCCESS:
            raise Refused(system=self.system, raw_code=code, raw=str(answer.get("vnp_Message", "")))
        if answer.get("vnp_TxnRef") != order.reference or answer.get("vnp_TmnCode") != self._settings.tmn_code:
            raise UnexpectedReply(system=self.system, reason="another_reference", status=reply.status)
        found = mapping.result(answer, code, str(answer.get("vnp_TransactionStatus") or ""))
        if mapping.is_of_refund(answer):
            # The latest transaction of the order gave money back: its "00" pays nothing, its number is no payment's.
            found = found.model_copy(update={"state": PaymentState.PENDING, "transaction": ""})
        if found.raw_state == _NOT_FINISHED and self._is_over(order, _BANKS_ANSWER):
            found = found.model_copy(update={"state": PaymentState.EXPIRED})
        if found.amount is None:
            raise UnexpectedReply(system=self.system, reason="bad_amount", status=reply.status)
        return found

    @operation(
        wire="IPN",
        generation=wire.VERSION,
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="payment.md §3.3, §3.4",
    )
    def read_notice(self, body: bytes) -> Flow[GatewayNotice]:
        """Read an IPN, or what the browser brought back: the query string, undecoded. Nothing is sent."""
        yield from ()
        return read_notice(body, tmn_code=self._settings.tmn_code, secret=self._secret)

    @operation(
        wire="refund",
        generation=wire.VERSION,
        effect=Effect.ASK_FIRST,
        grade=Grade.SEEN,
        section="payment.md §3.5",
    )
    def give_back(self, order: PaymentOrder, refund: Refund, *, paid: PaymentResult) -> Flow[RefundResult]:
        """Ask for money to be given back, whole or in part.

        The request id comes from the refund's key, so that VNPAY itself knows a repetition of the same
        day (94). It is not known after midnight; nothing here repeats it on its own.

        Raises:
            OutcomeUnknown: it was sent, and nobody can say whether it was taken up.
            UnexpectedReply: the answer cannot be trusted; the outcome is not known either.
        """
        settings = self._settings
        request_id = hashlib.sha256(f"{settings.tmn_code}|{refund.key}".encode()).hexdigest()[:_REQUEST_ID]
        message = mapping.refund(order, refund, settings, request_id, paid.transaction)
        reply: Reply = yield Request(
            system=self.system,
            url=self._api,
            headers=wire.HEADERS,
            body=wire.request_body(message, wire.REFUND_FIELDS, self._secret),
            label="refund",
        )
        answer = wire.read_answer(reply, wire.REFUND_ANSWER_FIELDS, self._secret)
        told = mapping.refund_result(answer)
        # A refusal may name nothing; whatever else is named must be ours.
        named = answer.get("vnp_TxnRef") or ("" if told.raw_code == wire.SUCCESS else order.reference)
        if named != order.reference:
            raise UnexpectedReply(system=self.system, reason="another_reference", status=reply.status)
        return told

    def _is_over(self, order: PaymentOrder, margin: timedelta) -> bool:
        until = order.created_at + timedelta(minutes=self._settings.minutes_to_pay)
        return self.context.clock.now() > until + margin

    def may_repeat(self, refund: Refund) -> bool:
        """Only on the day of the refund, well before midnight: then VNPAY knows the request id (94)."""
        now, asked = (at.astimezone(VIETNAM) for at in (self.context.clock.now(), refund.created_at))
        return now.date() == asked.date() and now.time() < _LATEST

    def _query(self, order: PaymentOrder) -> Request:
        """A query with a request id of its own: VNPAY refuses one that it has seen today."""
        context = self.context
        message = mapping.query(order, self._settings, context.ids.new()[:_REQUEST_ID], context.clock.now())
        return Request(
            system=self.system,
            url=self._api,
            headers=wire.HEADERS,
            body=wire.request_body(message, wire.QUERY_FIELDS, self._secret),
            repeatable=True,
            renew=lambda: self._query(order),
            label="querydr",
        )

    @property
    def _settings(self) -> VnpaySettings:
        settings: VnpaySettings = self.context.settings
        return settings

    @property
    def _secret(self) -> str:
        return self._settings.hash_secret.get_secret_value()

    @property
    def _api(self) -> str:
        return self._settings.base_url.rstrip("/") + self._settings.api_path
