"""PayGov through a provincial platform (payment.md §2). SEEN: known from code of one province.

The rule for the hash of its callback is not public, so callbacks are not believed here: what was paid is
recorded from its statement, or by an officer.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, ClassVar, Final

from gov_connect.adapters.gateway import Gateway
from gov_connect.adapters.reading import answer_object, texts
from gov_connect.errors import InvalidInput, UnexpectedReply
from gov_connect.model import PaymentLink, PaymentOrder
from gov_connect.runtime import Effect, F, Flow, Grade, Reply, Request, operation
from gov_connect.transport import as_object

if TYPE_CHECKING:
    from gov_connect.settings import PaygovSettings

__all__ = ["PayGov", "checksum"]
_HASHED: Final = ("accessKey", "partnerCode", "orderId", "requestCode", "amount")


def checksum(message: dict[str, Any], secret: str) -> str:
    """Hex SHA-256 over the secret and the values, one after the other without a separator (§2)."""
    return hashlib.sha256((secret + "".join(str(message[name]) for name in _HASHED)).encode()).hexdigest()


class PayGov(Gateway[F]):
    """PayGov: opens a payment. It neither proves its callbacks nor can be asked, as far as is public."""

    system: ClassVar[str] = "paygov"

    @operation(wire="paygate", effect=Effect.WRITE, grade=Grade.SEEN, section="payment.md §2")
    def open(self, order: PaymentOrder, *, agency_name: str = "") -> Flow[PaymentLink]:
        """Open a payment and get the address where the payer pays; the same order is the same message.

        Raises:
            UnexpectedReply: no address in the answer.
        """
        del agency_name
        settings: PaygovSettings = self.context.settings
        token = settings.token.get_secret_value()
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
        message["checksum"] = checksum(message, settings.secret_key.get_secret_value())
        reply: Reply = yield Request(
            system=self.system,
            url=settings.base_url.rstrip("/") + settings.pay_path,
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "Accept": "application/json",
                "Authorization": f"Bearer {token}",
                "lgspaccesstoken": token,
            },
            body=json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode(),
            label="paygate",
        )
        answer = answer_object(reply, self.system)
        try:
            url = texts((as_object(answer.get("data")) or {}).get("url"))
            return PaymentLink(reference=order.reference, url=url)
        except InvalidInput as error:
            raise UnexpectedReply(system=self.system, reason="no_address", status=reply.status) from error
