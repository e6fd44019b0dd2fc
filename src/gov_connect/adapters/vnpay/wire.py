"""Messages of VNPAY 2.1.0 exactly as they cross the wire (payment.md §3.3-3.5)."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_plus, unquote_to_bytes

from gov_connect.errors import AuthenticationFailed, UnexpectedReply
from gov_connect.transport import Unreadable, as_object, parse_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gov_connect.runtime import Reply

SYSTEM: Final = "vnpay"
VERSION: Final = "2.1.0"
HEADERS: Final = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
HASH: Final = "vnp_SecureHash"
UNHASHED: Final = (HASH, "vnp_SecureHashType")
PREFIX: Final = "vnp_"
SUCCESS: Final = "00"


def _named(*names: str) -> tuple[str, ...]:
    return tuple(f"vnp_{name}" for name in names)


QUERY_FIELDS: Final = _named(
    "RequestId", "Version", "Command", "TmnCode", "TxnRef", "TransactionDate", "CreateDate", "IpAddr", "OrderInfo"
)
"""Hash order of a QueryDR request (§3.5)."""
REFUND_FIELDS: Final = _named(
    "RequestId",
    "Version",
    "Command",
    "TmnCode",
    "TransactionType",
    "TxnRef",
    "Amount",
    "TransactionNo",
    "TransactionDate",
    "CreateBy",
    "CreateDate",
    "IpAddr",
    "OrderInfo",
)
REFUND_ANSWER_FIELDS: Final = _named(
    "ResponseId",
    "Command",
    "ResponseCode",
    "Message",
    "TmnCode",
    "TxnRef",
    "Amount",
    "BankCode",
    "PayDate",
    "TransactionNo",
    "TransactionType",
    "TransactionStatus",
    "OrderInfo",
)
QUERY_ANSWER_FIELDS: Final = (*REFUND_ANSWER_FIELDS, "vnp_PromotionCode", "vnp_PromotionAmount")
_CODES: Final = ("vnp_ResponseCode", "vnp_TransactionStatus")
_CODE: Final = 2
_LONGEST_QUERY: Final = 16 * 1024
_MOST_PAIRS: Final = 200
_BROKEN_ESCAPE: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def encoded(text: str) -> str:
    """Form encoding as Java and browsers write it: blank is "+", "*" stays, "~" does not (§3.3)."""
    return quote_plus(text, safe="*").replace("~", "%7E")


def canonical(fields: Mapping[str, str]) -> str:
    """What is hashed, and sent: sorted by key, without empty values and without the hash itself."""
    kept = sorted((key, value) for key, value in fields.items() if value and key not in UNHASHED)
    return "&".join(f"{encoded(key)}={encoded(value)}" for key, value in kept)


def sign(text: str, secret: str) -> str:
    """Lower-case hex HMAC-SHA512."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha512).hexdigest()


def joined(message: Mapping[str, object], fields: Iterable[str]) -> str:
    """What is hashed of an API message: raw values joined by "|", absent ones empty (§3.5)."""
    return "|".join(_text(message.get(name)) for name in fields)


def _text(value: object) -> str:
    return "" if value is None else str(value)


class Pairs:
    """A query string taken apart: decoded fields, and the undecoded pairs that the sender hashed.

    Raises:
        Unreadable: too long, not ASCII, a broken escape, not UTF-8, control characters, a key twice.
    """

    __slots__ = ("_raw", "fields")

    def __init__(self, query: bytes) -> None:
        if len(query) > _LONGEST_QUERY or query.count(b"&") >= _MOST_PAIRS:
            raise Unreadable("too_long")
        if not query.isascii() or _BROKEN_ESCAPE.search(query):
            raise Unreadable("bad_encoding")
        self.fields: dict[str, str] = {}
        self._raw: list[tuple[str, str]] = []
        for pair in query.removeprefix(b"?").split(b"&"):
            key, _, value = pair.partition(b"=")
            name = _decoded(key)
            if not name.startswith(PREFIX):
                continue
            if name in self.fields:
                raise Unreadable("duplicate_key")
            self.fields[name] = _decoded(value)
            if value and name not in UNHASHED:
                self._raw.append((name, pair.decode()))

    def genuine(self, secret: str) -> bool:
        """Whether the pairs carry their own hash, as they came or as we would write them; constant time."""
        given = self.fields.get(HASH, "").lower()
        if not given.isascii():
            return False
        as_sent = sign("&".join(pair for _, pair in sorted(self._raw)), secret)
        as_ours = sign(canonical(self.fields), secret)
        # Both are always compared: the time taken tells nothing about which one fits.
        return hmac.compare_digest(given, as_sent) | hmac.compare_digest(given, as_ours)


def _decoded(part: bytes) -> str:
    try:
        text = unquote_to_bytes(part.replace(b"+", b" ")).decode()
    except UnicodeDecodeError:
        raise Unreadable("bad_encoding") from None
    if _CONTROL.search(text):
        raise Unreadable("bad_encoding")
    return text


def request_body(message: Mapping[str, str], fields: Iterable[str], secret: str) -> bytes:
    """An API message with its hash, as JSON."""
    return json.dumps({**message, HASH: sign(joined(message, fields), secret)}, separators=(",", ":")).encode()


def read_answer(reply: Reply, fields: tuple[str, ...], secret: str) -> dict[str, Any]:
    """An API answer whose hash is that of its own fields, amounts as they were received (§3.5).

    Raises:
        AuthenticationFailed: VNPAY did not accept our code or hash (02, 97).
        UnexpectedReply: not JSON, no code, or a hash that is missing or wrong on an answer that says
            something about money.
    """
    try:
        answer = as_object(parse_json(reply.body)) or {}
    except Unreadable as error:
        raise UnexpectedReply(system=SYSTEM, reason=error.reason, status=reply.status) from None
    code = _text(answer.get("vnp_ResponseCode")).zfill(_CODE)
    if not _text(answer.get("vnp_ResponseCode")):
        raise UnexpectedReply(system=SYSTEM, reason="no_response_code", status=reply.status)
    if any("|" in _text(answer.get(name)) for name in fields):  # its values could be cut elsewhere
        raise UnexpectedReply(system=SYSTEM, reason="bar_in_field", status=reply.status)
    given = answer.get(HASH)
    expected = sign(joined(answer, fields), secret)
    if isinstance(given, str) and given.isascii() and hmac.compare_digest(given.lower(), expected):
        # Hashed as they came; a code that lost its zero on the way as a number gets it back.
        codes = {name: _text(answer[name]).zfill(_CODE) for name in _CODES if _text(answer.get(name))}
        return {**answer, **codes}
    # Refusals may come without a hash; they claim nothing, so their code may be read.
    if code in {"02", "97"} and not given:
        raise AuthenticationFailed(system=SYSTEM, status=reply.status, raw_code=code)
    if code != SUCCESS and not given:
        return {"vnp_ResponseCode": code, "vnp_Message": _text(answer.get("vnp_Message"))}
    raise UnexpectedReply(system=SYSTEM, reason="bad_hash", status=reply.status)
