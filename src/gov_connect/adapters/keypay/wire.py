"""Messages of KeyPay v3 exactly as they cross the wire (payment.md §1.8)."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final

from gov_connect.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

SYSTEM: Final = "keypay"
VERSION: Final = "3.0"
HEADERS: Final = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
CREATE_FIELDS: Final = ("addition_fee", "client_id", "command", "trans_amount", "transaction_id", "version")
"""Hash order of create and of the callback."""
DETAIL_FIELDS: Final = ("client_id", "command", "transaction_id")
REFUND_FIELDS: Final = ("amount", "client_id", "command", "reason", "transaction_id")


def check_sum(message: Mapping[str, object], fields: tuple[str, ...], key: str) -> str:
    """Lower-case hex HMAC-SHA256 over the values joined by "|".

    Raises:
        InvalidInput: a hashed value holds "|".
    """
    values = ["" if message.get(name) is None else str(message[name]) for name in fields]
    broken = [Problem(path=name, code="value.pipe") for name, value in zip(fields, values, strict=True) if "|" in value]
    if broken:
        raise InvalidInput("KeyPay message", broken)
    return hmac.new(key.encode(), "|".join(values).encode(), hashlib.sha256).hexdigest()


def genuine(message: Mapping[str, object], key: str) -> bool:
    """Whether a callback carries the hash of its own fields; constant time, any letter case."""
    given = message.get("check_sum")
    if not isinstance(given, str) or not given.isascii():
        return False
    try:
        expected = check_sum(message, CREATE_FIELDS, key)
    except InvalidInput:
        return False
    return hmac.compare_digest(given.lower(), expected)
