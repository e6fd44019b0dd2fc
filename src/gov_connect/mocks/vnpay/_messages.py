"""Messages of VNPAY: hashes, required parameters, hash orders (payment.md §3.2-3.5)."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

QUERY_ORDER: Final = (
    "vnp_RequestId vnp_Version vnp_Command vnp_TmnCode vnp_TxnRef vnp_TransactionDate vnp_CreateDate "
    "vnp_IpAddr vnp_OrderInfo"
)
REFUND_ORDER: Final = (
    "vnp_RequestId vnp_Version vnp_Command vnp_TmnCode vnp_TransactionType vnp_TxnRef vnp_Amount "
    "vnp_TransactionNo vnp_TransactionDate vnp_CreateBy vnp_CreateDate vnp_IpAddr vnp_OrderInfo"
)
REFUND_ANSWER_ORDER: Final = (
    "vnp_ResponseId vnp_Command vnp_ResponseCode vnp_Message vnp_TmnCode vnp_TxnRef vnp_Amount vnp_BankCode "
    "vnp_PayDate vnp_TransactionNo vnp_TransactionType vnp_TransactionStatus vnp_OrderInfo"
)
QUERY_ANSWER_ORDER: Final = REFUND_ANSWER_ORDER + " vnp_PromotionCode vnp_PromotionAmount"
_FORMATS: Final = {
    "vnp_Version": r"2\.1\.0",
    "vnp_Command": "pay",
    "vnp_TmnCode": "[0-9A-Za-z]{8}",
    "vnp_Amount": "[1-9][0-9]{0,11}",
    "vnp_CreateDate": "[0-9]{14}",
    "vnp_ExpireDate": "[0-9]{14}",
    "vnp_CurrCode": "VND",
    "vnp_IpAddr": "[0-9A-Fa-f.:]{7,45}",
    "vnp_Locale": "vn|en",
    "vnp_OrderInfo": "[A-Za-z0-9 .,:_-]{1,255}",
    "vnp_OrderType": "[0-9A-Za-z]{1,100}",
    "vnp_ReturnUrl": r"https?://.{3,248}",
    "vnp_TxnRef": ".{1,100}",
}


def digest(text: str, secret: str) -> str:
    """Give the lower-case hex HMAC-SHA512."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha512).hexdigest()


def query_text(fields: Mapping[str, str]) -> str:
    """Write fields sorted by key, without empty ones, form-encoded: this is hashed, and this is sent."""
    return urlencode(sorted((key, value) for key, value in fields.items() if value), safe="*").replace("~", "%7E")


def signed_query(fields: Mapping[str, str], secret: str) -> str:
    """Write a query string with its hash at the end."""
    text = query_text(fields)
    return f"{text}&vnp_SecureHash={digest(text, secret)}"


def is_signed_query(fields: Mapping[str, str], secret: str) -> bool:
    """Tell whether decoded parameters carry their own hash."""
    kept = {key: value for key, value in fields.items() if key != "vnp_SecureHash"}
    return hmac.compare_digest(fields.get("vnp_SecureHash", "").encode(), digest(query_text(kept), secret).encode())


def joined(message: Mapping[str, Any], order: str) -> str:
    """Join raw values in a fixed order by "|"; a missing one is empty."""
    return "|".join("" if message.get(name) is None else str(message[name]) for name in order.split())


def is_signed(message: Mapping[str, Any], order: str, secret: str) -> bool:
    """Tell whether an API message carries the hash of its own fields."""
    given = str(message.get("vnp_SecureHash", ""))
    return hmac.compare_digest(given.encode(), digest(joined(message, order), secret).encode())


def page_complaint(fields: Mapping[str, str]) -> str | None:
    """Name the first parameter of the pay page that is missing or wrong, or `None`."""
    if "vnp_SecureHashType" in fields:
        return "vnp_SecureHashType"
    wrong: Iterable[str] = (
        name for name, form in _FORMATS.items() if not re.fullmatch(form, fields.get(name, ""), re.DOTALL)
    )
    moments = (name for name in ("vnp_CreateDate", "vnp_ExpireDate") if not _exists(fields.get(name, "")))
    return next(chain(wrong, moments), None)


def _exists(moment: str) -> bool:
    """Tell whether fourteen digits name a moment that exists."""
    try:
        datetime.strptime(moment, "%Y%m%d%H%M%S")  # noqa: DTZ007 - only its existence matters
    except ValueError:
        return False
    return True
