"""What all adapters read alike: answers in JSON, codes of any type, Vietnamese texts in any spelling.

Live systems write one thing in many shapes. Whatever has a plain meaning is read here; the rest becomes
a typed error, by HTTP status where the answer is not in the system's own form.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from gov_connect.errors import (
    AuthenticationFailed,
    OutsideSystemError,
    Refused,
    UnexpectedReply,
)
from gov_connect.model import VIETNAM
from gov_connect.transport import Unreadable, as_list, as_object, parse_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.runtime import Reply

_UNAUTHORISED, _FORBIDDEN, _CLIENT_ERROR, _SERVER_ERROR = 401, 403, 400, 500
_DEEPEST_TEXT: Final = 4
# Latin letters that look like Đ and take its place in old texts and keyboards.
_CROSSED_D: Final = str.maketrans("đðɖ", "ddd")


def answer_object(reply: Reply, system: str) -> dict[str, Any]:
    """The JSON object of an answer, its keys `folded`.

    A list of one object, and JSON inside a JSON text, are read as that object.

    Raises:
        OutsideSystemError: anything else, see `not_own_form`.
    """
    try:
        value = parse_json(reply.body)
        if isinstance(value, str):
            value = parse_json(value)
    except Unreadable as error:
        raise not_own_form(reply, system, error.reason) from None
    rows = as_list(value)
    row = as_object(rows[0]) if len(rows) == 1 else None
    if row is None:
        raise not_own_form(reply, system, "not_an_object")
    answer = folded(row)
    if answer is None:
        raise not_own_form(reply, system, "duplicate_key")
    return answer


def not_own_form(reply: Reply, system: str, reason: str, answer: Mapping[str, Any] | None = None) -> OutsideSystemError:
    """The error for an answer that is not in the system's own form: pages of gateways, faults of security
    servers (residents.md §5.2) and of WSO2, or nonsense.
    """
    raw = reply.body[:4096].decode("utf-8", "replace")
    code = _gateway_code(answer or {})
    if reply.status in {_UNAUTHORISED, _FORBIDDEN}:
        return AuthenticationFailed(system=system, status=reply.status, raw_code=code, raw=raw)
    if _CLIENT_ERROR <= reply.status < _SERVER_ERROR:
        return Refused(system=system, status=reply.status, raw_code=code, raw=raw)
    return UnexpectedReply(system=system, reason=reason, status=reply.status, raw=raw)


def _gateway_code(answer: Mapping[str, Any]) -> str:
    fault = folded(as_object(answer.get("fault")) or {}) or {}
    code = code_text(fault.get("code")) or code_text(answer.get("type"))
    return code if re.fullmatch(r"[0-9A-Za-z._-]{1,100}", code) else ""


def folded(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """`row` with keys in lower case, without blanks, "_" and "-"; None when two keys then disagree."""
    made: dict[str, Any] = {}
    for key, value in row.items():
        name = fold(key)
        if name in made and made[name] != value:
            return None
        made[name] = value
    return made


@functools.lru_cache(maxsize=4096)
def fold(key: str) -> str:
    """One spelling for `error_code`, `errorCode` and `ERROR_CODE `."""
    return re.sub(r"[\s_-]", "", key).casefold()


def rows_of(value: object) -> list[Any]:
    """A list as it is, one object as a list of one, nothing (None, "", {}) as an empty list."""
    return [] if value == {} else as_list(value)


def code_text(value: object) -> str:
    """A code as text: 1, 1.0 and " 1 " are the same; "" for none and for what cannot be a code."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() if isinstance(value, (int, float, str)) else ""


def is_zero(code: str) -> bool:
    """Whether a code is 0, 00, 000 or 0.0."""
    return re.fullmatch(r"0+(?:\.0+)?", code) is not None


def texts(value: object, depth: int = _DEEPEST_TEXT) -> str:
    """All texts inside `value`, one after the other: messages come as text, list or object."""
    if isinstance(value, str):
        return value.strip()
    members = as_object(value)
    parts = as_list(value) if members is None else list(members.values())
    if depth == 0 or any(part is value for part in parts):  # too deep, or no list at all
        return ""
    return "; ".join(filter(None, (texts(part, depth - 1) for part in parts)))


_MOMENTS: Final = (
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d",
)
_LONGEST_MOMENT: Final = 19


def moment(text: str) -> datetime | None:
    """A date or a time as one-stop systems write it, in Vietnam's time; None for anything else."""
    for shape in _MOMENTS:
        try:
            return datetime.strptime(text.strip()[:_LONGEST_MOMENT], shape).replace(tzinfo=VIETNAM)
        except ValueError:
            continue
    return None


def plain(text: str) -> str:
    """Lower case, without marks, single blanks: any spelling of a Vietnamese text compares equal."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_CROSSED_D))
    kept = "".join(char for char in apart if not unicodedata.combining(char) and unicodedata.category(char) != "Cf")
    return " ".join(kept.split())
