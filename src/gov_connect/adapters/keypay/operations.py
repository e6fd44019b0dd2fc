"""Operations of KeyPay v3: build a request, read an answer; no I/O."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, ClassVar

from gov_connect.adapters import bill_details
from gov_connect.adapters.gateway import LARGEST_NOTICE, GatewayNotice, JudgedNotice, NoticeAnswer, Notifies, Verdict
from gov_connect.adapters.keypay import wire
from gov_connect.adapters.reading import answer_object, code_text, folded, is_zero, not_own_form, texts
from gov_connect.errors import InvalidInput, Refused, UnexpectedReply
from gov_connect.model import Money, PaymentLink, PaymentOrder, PaymentResult, PaymentState
from gov_connect.runtime import Effect, F, Flow, Grade, Reply, Request, operation
from gov_connect.transport import Unreadable, as_object, parse_json
from gov_connect.transport.write import json_body

if TYPE_CHECKING:
    from gov_connect.settings import KeypaySettings


class KeyPay(Notifies[F]):
    """KeyPay, version 3.0. It cannot be asked here, and gives no money back by wire: the requests are known
    (`wire.DETAIL_FIELDS`, `wire.REFUND_FIELDS`), their answers are not public.
    """

    system: ClassVar[str] = wire.SYSTEM

    @operation(
        wire="PAY", generation=wire.VERSION, effect=Effect.WRITE, grade=Grade.CONFIRMED, section="payment.md §1.8"
    )
    def open(self, order: PaymentOrder, *, agency_name: str = "") -> Flow[PaymentLink]:
        """Open a transaction and get the address where the payer pays; the same order is the same message.

        Raises:
            Refused: KeyPay said no.
            OutcomeUnknown: it was sent, and the answer has neither a no nor an address.
        """
        settings = self._settings
        message: dict[str, Any] = {
            "client_id": settings.client_id,
            "transaction_id": order.reference,
            "trans_amount": str(order.amount.dong),
            "addition_fee": "0",
            "command": "PAY",
            "version": wire.VERSION,
            "description": f"THANH TOAN HO SO {order.dossier}",
            "locale": "vn",
            "country_code": "vi",
            "currency_code": "VND",
            "environment": settings.environment,
            "return_url": settings.return_url,
            "bill_info": bill_details.receipt(order, settings, agency=str(self.acting.agency), agency_name=agency_name),
        }
        message["check_sum"] = wire.check_sum(message, wire.CREATE_FIELDS, settings.request_key.get_secret_value())
        reply: Reply = yield Request(
            system=self.system,
            url=settings.base_url.rstrip("/") + settings.create_path,
            headers=wire.HEADERS,
            body=json_body(message),
            label="PAY",
        )
        answer = answer_object(reply, self.system)
        code = code_text(answer.get("error"))
        if code and not is_zero(code):
            raise Refused(system=self.system, status=reply.status, raw_code=code, raw=texts(answer.get("msg")))
        try:
            address = _address(answer)
            if not code and not address:
                raise not_own_form(reply, self.system, "no_error_code", answer)
            return PaymentLink(reference=order.reference, url=address)
        except InvalidInput as error:
            raise UnexpectedReply(system=self.system, reason="no_address", status=reply.status) from error

    @operation(
        wire="callback", generation=wire.VERSION, effect=Effect.READ, grade=Grade.SEEN, section="payment.md §1.8"
    )
    def read_notice(self, body: bytes) -> Flow[GatewayNotice]:
        """Read a callback; nothing is sent. Its hash is always verified, with the callback key, or that of
        requests where pay-later callbacks are expected.

        That hash does not cover the status, by the wire's own rule: take callbacks from KeyPay's addresses
        only, and reconcile daily.
        """
        yield from ()
        if len(body) > LARGEST_NOTICE:
            return KeyPayNotice(None, "too_long", genuine=False)
        return self._notice(body)

    def _notice(self, body: bytes) -> KeyPayNotice:
        try:
            fields = as_object(parse_json(body))
        except Unreadable:
            fields = None
        if not fields:
            return KeyPayNotice(None, "not_json", genuine=False)
        settings = self._settings
        keys = [settings.callback_key] + ([settings.request_key] if settings.pay_later else [])
        # Every key is tried: the time taken tells nothing about which one fits.
        if not max([wire.genuine(fields, key.get_secret_value()) for key in keys]):
            return KeyPayNotice(None, "bad_hash", genuine=False)
        if fields.get("client_id") != settings.client_id:
            return KeyPayNotice(None, "another_partner")
        status = code_text(fields.get("status"))
        # The hash does not cover the status (§1.8): one that is missing says nothing at all.
        if not status:
            return KeyPayNotice(None, "missing_field")
        digits = code_text(fields.get("trans_amount"))
        try:
            return KeyPayNotice(
                PaymentResult(
                    reference=code_text(fields.get("transaction_id")),
                    state=PaymentState.PAID if is_zero(status) else PaymentState.FAILED,
                    amount=Money(int(digits)) if re.fullmatch(r"[0-9]{1,12}", digits) else None,
                    transaction=code_text(fields.get("transaction_code")),
                    raw_code=status,
                )
            )
        except InvalidInput:
            return KeyPayNotice(None, "malformed_result")

    @property
    def _settings(self) -> KeypaySettings:
        settings: KeypaySettings = self.context.settings
        return settings


def _address(answer: dict[str, Any]) -> str:
    """Where the payer pays, in either shape of the answer; "" for none."""
    inner = folded(as_object(answer.get("data")) or {}) or {}
    places: tuple[object, ...] = (
        answer.get("paymenturl"),
        *(inner.get(name) for name in ("paymenturl", "urlpay", "qrcodelink")),
    )
    return next((text for text in [texts(place) for place in places] if text), "")


class KeyPayNotice(JudgedNotice):
    """A callback as it arrived, and what was made of it."""

    __slots__ = ()

    def answer_to(self, verdict: Verdict) -> NoticeAnswer:
        """`{"return_code": 0}` for what is in the records, -1 with the reason as a word for the rest."""
        answer = {"return_code": 0 if verdict.accepted else -1, "return_msg": verdict.value}
        return NoticeAnswer(body=json.dumps(answer).encode())

    def __repr__(self) -> str:
        return f"<KeyPayNotice {self.reason or 'genuine'}>"
