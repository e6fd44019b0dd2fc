"""What VNPAY sends: the server's notice (IPN) and what the browser brings back (payment.md §3.4)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from gov_connect.adapters.gateway import JudgedNotice, NoticeAnswer, Verdict
from gov_connect.adapters.vnpay import mapping, wire
from gov_connect.errors import UnexpectedReply
from gov_connect.transport import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping


_NEEDED: Final = ("vnp_TmnCode", "vnp_TxnRef", "vnp_ResponseCode", "vnp_TransactionStatus")
"""Without these it is something else that carries our hash, such as our own pay address."""
_REFERENCE: Final = re.compile(r"[0-9A-Za-z_-]{1,50}")
ANSWERS: Final = {
    Verdict.NOT_GENUINE: ("97", "Invalid signature"),
    Verdict.UNKNOWN_ORDER: ("01", "Order not found"),
    Verdict.ANOTHER_AMOUNT: ("04", "Invalid amount"),
    Verdict.REPEATED: ("02", "Order already confirmed"),
    Verdict.APPLIED: ("00", "Confirm Success"),
    Verdict.REJECTED: ("99", "Unknown error"),
}
"""00 and 02 end VNPAY's tries; the others bring it back, ten times, five minutes apart."""


class VnpayNotice(JudgedNotice):
    """A notice as it arrived, and what was made of it.

    Attributes:
        result: what it says, or None when it must not be believed.
        reason: why not, as a short stable word; "" when it is believed.
        genuine: whether its hash holds.
    """

    __slots__ = ()

    def answer_to(self, verdict: Verdict) -> NoticeAnswer:
        """HTTP 200 and `{"RspCode", "Message"}`, exactly as documented."""
        code, text = ANSWERS[verdict]
        return NoticeAnswer(body=json.dumps({"RspCode": code, "Message": text}).encode())

    def __repr__(self) -> str:
        return f"<VnpayNotice {self.reason or 'genuine'}>"


def read_notice(query: bytes, *, tmn_code: str, secret: str) -> VnpayNotice:
    """Read a query string as it came, undecoded.

    The hash is judged first; whether order, amount and state fit is for the order book, in the order
    that VNPAY prescribes: 97, 01, 04, 02, 00.
    """
    try:
        pairs = wire.Pairs(query)
    except Unreadable as error:
        return VnpayNotice(None, error.reason, genuine=False)
    if not pairs.genuine(secret):
        return VnpayNotice(None, "bad_hash", genuine=False)
    return _judged(pairs.fields, tmn_code)


def _judged(fields: Mapping[str, str], tmn_code: str) -> VnpayNotice:
    if not all(fields.get(name) for name in _NEEDED):
        return VnpayNotice(None, "missing_field")
    if fields["vnp_TmnCode"] != tmn_code:
        return VnpayNotice(None, "another_partner")
    if not _REFERENCE.fullmatch(fields["vnp_TxnRef"]):
        return VnpayNotice(None, Verdict.UNKNOWN_ORDER.value)
    try:
        result = mapping.result(fields, fields["vnp_ResponseCode"], fields["vnp_TransactionStatus"])
    except UnexpectedReply as error:
        return VnpayNotice(None, error.reason)
    if fields.get("vnp_CurrCode", "VND") != "VND":
        result = result.model_copy(update={"amount": None})
    return VnpayNotice(result)
