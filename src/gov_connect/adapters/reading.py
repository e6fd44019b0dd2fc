"""What all adapters read alike: answers in JSON, codes of any type, Vietnamese texts in any spelling.

Live systems write one thing in many shapes. Whatever has a plain meaning is read here; the rest becomes
a typed error, by HTTP status where the answer is not in the system's own form.
"""

from __future__ import annotations

import base64
import functools
import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final

from gov_connect.errors import (
    AuthenticationFailed,
    OutsideSystemError,
    Refused,
    UnexpectedReply,
)
from gov_connect.model import VIETNAM
from gov_connect.model.marks import MARKS, UNSEEN, thinned
from gov_connect.transport import Unreadable, as_list, as_object, parse_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gov_connect.runtime import Reply

_UNAUTHORISED, _FORBIDDEN, _CLIENT_ERROR, _SERVER_ERROR = 401, 403, 400, 500
_DEEPEST_TEXT: Final = 4
_MOST_WRAPPINGS: Final = 4
_DEEPEST_OPENED: Final = 32
# Latin letters that look like Đ and take its place in old texts and keyboards.
_CROSSED_D: Final = str.maketrans("đðɖ", "ddd")
_ZERO: Final = re.compile(r"0+(?:\.0+)?")
_WHOLE: Final = re.compile(r"[0-9]{1,9}")


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
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def number_of(text: str) -> int | None:
    """A whole number in plain digits, of at most nine; None for anything else, "²" and endless digits included."""
    return int(text) if _WHOLE.fullmatch(text) else None


def leaf_text(value: object) -> str:
    """A filled-in leaf as text: as `code_text`, and yes and no as `true` and `false`."""
    return ("true" if value else "false") if isinstance(value, bool) else code_text(value)


def leaves_of(name: str, value: object, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every leaf below `value` with its dotted name, blank ones left out.

    JSON in a text is opened, rows of a list are numbered, and a list of plain values is one leaf.
    """
    value = _inside(value, depth)
    members = as_object(value)
    rows = as_list(value) if is_list(value) else []
    if len(rows) == 1:
        yield from leaves_of(name, rows[0], depth + 1)
        return
    if any(_holds(_inside(row, depth)) for row in rows):
        members = {str(number): row for number, row in enumerate(rows)}
    if members is not None:
        for key, member in members.items():
            yield from leaves_of(f"{name}.{key}" if name else key, member, depth + 1)
        return
    said = "; ".join(filter(None, map(leaf_text, rows))) if rows else leaf_text(value)
    if said:
        yield name, said


def _inside(value: object, depth: int) -> object:
    """The object or list that a text holds; other texts, and those too deep inside, as they are."""
    inner = opened(value) if depth < _DEEPEST_OPENED else value
    return inner if _holds(inner) else value


def is_list(value: object) -> bool:
    """Whether `value` is a JSON array."""
    return isinstance(value, list)


def _holds(value: object) -> bool:
    return is_list(value) or as_object(value) is not None


def binary(value: object, system: str) -> bytes:
    """Base64, with line breaks or none.

    Raises:
        UnexpectedReply: it is none.
    """
    try:
        return base64.b64decode("".join(str(value or "").split()), validate=True)
    except ValueError:  # binascii.Error is one, and letters beyond ASCII raise another
        raise UnexpectedReply(system=system, reason="not_base64") from None


def opened(value: object) -> object:
    """`value`, out of its layers of JSON text; text that is none stays text."""
    for _ in range(_MOST_WRAPPINGS):
        if not isinstance(value, str) or value.lstrip("\ufeff \r\n\t")[:1] not in {"{", "[", '"'}:
            break
        try:
            value = parse_json(value.lstrip("\ufeff"))
        except Unreadable:
            break
    return value


def is_zero(code: str) -> bool:
    """Whether a code is 0, 00, 000 or 0.0."""
    return _ZERO.fullmatch(code) is not None


def texts(value: object, depth: int = _DEEPEST_TEXT) -> str:
    """All texts inside `value`, one after the other: messages come as text, list or object."""
    if isinstance(value, str):
        return value.strip()
    members = as_object(value)
    parts = as_list(value) if members is None else list(members.values())
    if depth == 0 or any(part is value for part in parts):  # too deep, or no list at all
        return ""
    return "; ".join(filter(None, (texts(part, depth - 1) for part in parts)))


_DAY: Final = r"(?P<day>[0-9]{1,2})(?P<mark>[/.-])(?P<month>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4})"
_YEAR: Final = r"(?P<year>[0-9]{4})(?P<mark>[/.-])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})"
_CLOCK: Final = (
    r"(?:[T\s]\s*(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,9}))?)?"
    r"(?:\s*(?P<half>AM|PM|SA|CH))?)?\s*(?P<zone>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_DIGITS: Final = (
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"(?:T?(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})?)?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_MOMENTS: Final = tuple(re.compile(shape, re.IGNORECASE) for shape in (_DAY + _CLOCK, _YEAR + _CLOCK, _DIGITS))
# Seconds or milliseconds since 1970, as they are or as .NET dresses them; digits that begin like a year may be a
# date with its hour, or one that lost a digit, and mean nothing for certain; milliseconds begin with 1 until 2033.
_EPOCH: Final = re.compile(r"((?!19|20)[1-9][0-9]{9}|1[0-9]{12})|/Date\(([0-9]{10}|[0-9]{13})(?:[+-][0-9]{4})?\)/")
_MILLISECONDS, _NOON = 13, 12
_AFTERNOON: Final = frozenset({"PM", "CH"})
_YEARS: Final = range(1900, 2200)
"""Outside of these a time is a program's own "none": .NET's is 1 January of the year 1."""


def moment(text: str) -> datetime | None:
    """A date or a time as outside systems write it, in Viet Nam's time; None for anything else.

    The day first (`05/01/2026 15:20`), the year first (`2026-01-05T08:20:00Z`), digits alone (`20260105152000`),
    and seconds or milliseconds since 1970. What names no zone is Viet Nam's.
    """
    written = text.strip()
    since = _EPOCH.fullmatch(written)
    try:
        if since is not None:
            number = since[1] or since[2]
            seconds = int(number) / 1000 if len(number) == _MILLISECONDS else int(number)
            at = datetime.fromtimestamp(seconds, VIETNAM)
            return at if at.year in _YEARS else None
        match = next(filter(None, (shape.fullmatch(written) for shape in _MOMENTS)), None)
        return None if match is None else _moment_of(match.groupdict())
    except (ValueError, OverflowError, OSError):  # no such day, hour or zone
        return None


def _moment_of(parts: dict[str, str | None]) -> datetime | None:
    year, month, day, hour, minute, second = (
        int(parts[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")
    )
    half = (parts.get("half") or "").upper()
    afternoon = half in _AFTERNOON
    # Formatters that count to 24 say "PM" or "AM" too, which then adds nothing.
    told = hour > _NOON if afternoon else hour == 0
    if year not in _YEARS or (half and not told and not 1 <= hour <= _NOON):
        return None
    if half and not told:
        hour = hour % _NOON + (_NOON if afternoon else 0)
    micro = int((parts.get("part") or "")[:6].ljust(6, "0"))
    zone = (parts["zone"] or "").upper()
    made = datetime(year, month, day, hour, minute, second, micro, tzinfo=_zone(zone) if zone else VIETNAM)
    return made.astimezone(VIETNAM)


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-away if text[0] == "-" else away)


def plain(text: str) -> str:
    """Lower case, without marks, single blanks: any spelling of a Vietnamese text compares equal."""
    if text.isascii():
        return " ".join(text.lower().split())
    apart = unicodedata.normalize("NFKD", thinned(text).casefold().translate(_CROSSED_D))
    return " ".join(apart.translate(MARKS).translate(UNSEEN).split())
