"""Operations of PayGov: build a request, read an answer; no I/O.

The rule for the hash of its callback is not public. Units have it checked by the provincial platform
(`CheckSumUrlReturn`); where that path is not set no callback is believed, and what was paid is recorded from a
statement, or by an officer. PayGov cannot be asked, and gives no money back, as far as is public.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, ClassVar, Final

from gov_connect.adapters.gateway import (
    LARGEST_NOTICE,
    Bills,
    GatewayNotice,
    JudgedNotice,
    NoticeAnswer,
    Notifies,
    Verdict,
)
from gov_connect.adapters.paygov import wire
from gov_connect.adapters.reading import answer_object, code_text, folded, is_zero, texts
from gov_connect.errors import InvalidInput, NotSupported, Refused, UnexpectedReply
from gov_connect.model import VIETNAM, Bill, Money, PaymentLink, PaymentOrder, PaymentResult, PaymentState
from gov_connect.runtime import Effect, F, Flow, Grade, Reply, Request, operation
from gov_connect.transport import Unreadable, as_object, parse_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.settings import PaygovSettings

ANSWERS: Final = {
    Verdict.APPLIED: wire.SUCCESSFUL,
    Verdict.REPEATED: wire.SUCCESSFUL,
    Verdict.NOT_GENUINE: wire.SIGNATURE_WRONG,
}


class PayGov(Notifies[F], Bills[F]):
    """PayGov: opens a payment, has callbacks checked, gives its receipt."""

    system: ClassVar[str] = wire.SYSTEM

    @operation(wire="paygate", effect=Effect.WRITE, grade=Grade.SEEN, section="payment.md §2")
    def open(self, order: PaymentOrder, *, agency_name: str = "") -> Flow[PaymentLink]:
        """Open a payment and get the address where the payer pays; the same order is the same message.

        orderId is the order's own reference. One client is seen to send `<agency>-<dossier>-01` (§2), under which
        all orders of a dossier would be one: a later attempt, or a supplement, could not be told from the first.

        Raises:
            Refused: PayGov said no, in the one word that is known (FAILED).
            OutcomeUnknown: it was sent, and the answer has neither a no nor an address.
        """
        del agency_name
        settings = self._settings
        message: dict[str, Any] = {
            "partnerCode": settings.partner_code,
            "accessKey": settings.access_key,
            "returnUrl": settings.return_url,
            "orderId": order.reference,
            "amount": order.amount.dong,
            "orderInfo": f"Thanh toan ho so {order.dossier}",
            "requestCode": order.reference,
            "ipAddress": settings.client_ip,
        }
        if settings.service_code:
            message["serviceCode"] = settings.service_code
        message["checksum"] = wire.checksum(message, settings.secret_key.get_secret_value())
        reply: Reply = yield self._request(settings.pay_path, wire.body(message), label="paygate")
        answer = answer_object(reply, self.system)
        inner = folded(as_object(answer.get("data")) or {}) or {}
        url = texts(inner.get("url")) or texts(answer.get("url"))
        if not url and _code(answer) == wire.FAILED:
            raise Refused(system=self.system, status=reply.status, raw_code=wire.FAILED)
        try:
            return PaymentLink(reference=order.reference, url=url)
        except InvalidInput as error:
            raise UnexpectedReply(system=self.system, reason="no_address", status=reply.status) from error

    @operation(wire="CheckSumUrlReturn", effect=Effect.READ, grade=Grade.SEEN, section="payment.md §2")
    def read_notice(self, body: bytes) -> Flow[GatewayNotice]:
        """Read a callback, and have the provincial platform check its hash.

        What is sent there is the callback as it came (GUESS: its own request is not public).
        """
        settings = self._settings
        if len(body) > LARGEST_NOTICE:
            return PayGovNotice(None, "too_long", genuine=False)
        try:
            fields = folded(as_object(parse_json(body)) or {})
        except Unreadable:
            fields = None
        if not fields or not code_text(fields.get("checksum")):
            return PayGovNotice(None, "not_json" if not fields else "bad_hash", genuine=False)
        if not settings.check_path:
            return PayGovNotice(None, "not_checkable", genuine=False)
        reply: Reply = yield self._request(settings.check_path, body, label="CheckSumUrlReturn", repeatable=True)
        answer = answer_object(reply, self.system)
        if code_text(answer.get("errorcode")) != wire.SUCCESSFUL:
            return PayGovNotice(None, "bad_hash", genuine=False)
        return _judged(fields)

    @operation(wire="receipt", effect=Effect.READ, grade=Grade.SEEN, section="payment.md §2")
    def bill(self, order: PaymentOrder, *, paid: PaymentResult) -> Flow[Bill]:
        """PayGov's receipt of a paid order, as the address of a document.

        Raises:
            NotSupported: the path of receipts is not set.
            Refused: it is not ready yet, or there is none.
        """
        settings, payer = self._settings, order.payer
        if not settings.receipt_path:
            raise NotSupported("payment.not_offered", system=self.system, what="Bills")
        other = {"beneficiaryUnitCode": settings.beneficiary_code, "beneficiaryUnitName": settings.beneficiary_name}
        message: dict[str, Any] = {
            "partnerCode": settings.partner_code,
            "accessKey": settings.access_key,
            "payerId": payer.number,
            "payerName": payer.name.reveal(),
            "payerAddress": "" if payer.address is None else payer.address.reveal(),
            "payerDistrict": "",
            "payerProvince": "",
            "docCode": str(order.dossier),
            "procedureName": order.procedure_name,
            "paids": wire.packed([paid.transaction]),
            "otherInfo": wire.packed(other),
            "decisionDate": f"{order.created_at.astimezone(VIETNAM):%d-%m-%Y}",
        }
        message["checksum"] = wire.checksum(message, settings.secret_key.get_secret_value(), wire.RECEIPT_FIELDS)
        reply: Reply = yield self._request(settings.receipt_path, wire.body(message), label="receipt", repeatable=True)
        answer = answer_object(reply, self.system)
        inner = folded(as_object(answer.get("data")) or {}) or {}
        url = texts(answer.get("transactionreceipt")) or texts(inner.get("transactionreceipt"))
        try:
            return Bill(url=url)
        except InvalidInput as error:
            raise Refused(system=self.system, status=reply.status, raw_code=_code(answer)) from error

    def _request(self, path: str, body: bytes, *, label: str, repeatable: bool = False) -> Request:
        settings = self._settings
        return Request(
            system=self.system,
            url=settings.base_url.rstrip("/") + path,
            headers=wire.headers(settings.token.get_secret_value()),
            body=body,
            repeatable=repeatable,
            label=label,
        )

    @property
    def _settings(self) -> PaygovSettings:
        settings: PaygovSettings = self.context.settings
        return settings


class PayGovNotice(JudgedNotice):
    """A callback as it arrived, and what was made of it."""

    __slots__ = ()

    def answer_to(self, verdict: Verdict) -> NoticeAnswer:
        """`{"error_code", "error_message"}` in PayGov's three words."""
        answer = {"error_code": ANSWERS.get(verdict, wire.FAILED), "error_message": verdict.value}
        return NoticeAnswer(body=json.dumps(answer).encode())

    def __repr__(self) -> str:
        return f"<PayGovNotice {self.reason or 'genuine'}>"


def _judged(fields: Mapping[str, Any]) -> PayGovNotice:
    code, digits = code_text(fields.get("errorcode")), code_text(fields.get("amount"))
    if not code:
        return PayGovNotice(None, "missing_field")
    try:
        return PayGovNotice(
            PaymentResult(
                reference=code_text(fields.get("orderid")),
                state=PaymentState.PAID if is_zero(code) else PaymentState.FAILED,
                amount=Money(int(digits)) if re.fullmatch(r"[0-9]{1,12}", digits) else None,
                # Receipts want the code; the number is the gateway's own and may be missing.
                transaction=code_text(fields.get("transactioncode")) or code_text(fields.get("transactionno")),
                raw_code=code,
                raw_time=code_text(fields.get("paydate")),
            )
        )
    except InvalidInput:
        return PayGovNotice(None, "malformed_result")


def _code(answer: Mapping[str, Any]) -> str:
    return code_text(answer.get("errorcode"))[:100]
