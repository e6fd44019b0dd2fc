"""Personal data in plain text, by its shape and by the names of the fields that hold it.

Most lines of a log hold neither digits in a row nor a field with a telling name, so each net is cast only where a look
at the text says that something may be in it. Nothing here may go back over what it has read: a log line can be as long
and as odd as somebody makes it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import unquote_plus

from gov_connect.model.marks import thinned
from gov_connect.privacy._members import MASK, mask_members
from gov_connect.privacy._names import figure

_DIGITS: Final = re.compile(r"\d{7}|\d[ .]\d|\d-\d\d(?:\d|-\d\d-\d)|\d\) ?\d")
_SHAPES: Final = re.compile(
    r"(?=[\d+])(?:"
    # personal number; as issued it begins with 0, and is told from what it is glued to
    r"(?P<glued>(?<!\d)(?<!\d\.)0\d{11}(?!\d))"
    r"|(?<![^\W_])(?<!\.)(?!20\d\d[01]\d[0-3]\d[0-2]\d[0-5]\d)\d{12}(?![^\W_])"  # but for moments: yyyymmddHHMM
    r"|(?<![^\W_])(?<!\.)0(?:\d\d(?P<three>[ .-])\d{3}(?P=three)\d{3}(?P=three)\d{3}"
    r"|\d{3}(?P<four>[ .-])\d{4}(?P=four)\d{4})(?![^\W_])"
    r"|(?P<old>(?<![^\W_])(?<!\d[.+-])\d{9}(?![^\W_]|\.\d))"  # old identity card
    r"|(?P<mobile>(?<!\d)(?<!\d\.)0[35789]\d{8}(?!\d))"
    r"|(?P<phone>(?<![\w.])(?:\+?84|0)[ .-]?[235789]\d(?:(?:\) ?|[ .-])?\d){7,8}(?!\w)))"
)
_MAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,80}+@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_USER: Final = re.compile(r"""(://)[^\s/?#@"'<>]{1,300}+@""")
_AMOUNT_BEFORE: Final = re.compile(r"([\w-]{2,40})\W{1,6}\Z")
_AMOUNT_AFTER: Final = re.compile(r"[ \u00a0]?(?:đồng|dong|vnđ|vnd|đ)\b", re.IGNORECASE)
_ID: Final = re.compile(r"(?=.*[a-f])[\da-f]{24,64}|[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}", re.IGNORECASE)
_BEFORE_IN_ID: Final = re.compile(r"[\da-fA-F-]{1,64}\Z")
_IN_ID: Final = re.compile(r"[\da-fA-F-]{1,64}")

_PERCENT: Final = re.compile(r"(?<![\w.~+%-])[\w.~+-]*+(?:%[\da-fA-F]{2}[\w.~+-]*+)++")
_ESCAPED: Final = re.compile(r"\\{1,8}u([\da-fA-F]{4})")
_ENTITY: Final = re.compile(r"&(?:lt|gt|quot|apos|amp|#\d{2,6}|#x[\da-fA-F]{2,6});")
_CONTROLS: Final = dict.fromkeys([*range(32), *range(127, 160), 0x2028, 0x2029], " ")
_DEEPEST: Final = 4


def mask_text(text: str) -> str:
    r"""`text` with everything that has the shape of personal data as `***`.

    Numbers of persons, phones, e-mail addresses, and the values of fields whose names say that they hold names, places,
    days of birth or secrets; also where the text is written for an address (%3A), XML (&quot;) or JSON (\u0022).
    """
    return _masked(text, 0)


def _masked(text: str, depth: int) -> str:
    if not text.isascii() and not unicodedata.is_normalized("NFC", text := thinned(text)):
        text = unicodedata.normalize("NFC", text)
    if "%" in text:
        text = _PERCENT.sub(lambda found: _address_part(found[0], depth), text)
    if "&" in text and _ENTITY.search(text):
        text = _beneath(text, _unescaped(text), depth)
    if "\\u" in text:
        text = _beneath(text, _ESCAPED.sub(_letter, text), depth)
    text = mask_members(text)
    if "://" in text:
        text = _USER.sub(rf"\1{MASK}@", text)
    if "@" in text:
        text = _MAIL.sub(MASK, text)
    return _SHAPES.sub(_shape, text) if _DIGITS.search(text) else text


def _shape(found: re.Match[str]) -> str:
    kind = found.lastgroup
    readable = (kind in {"glued", "mobile", "four"} and _is_id(found)) or (
        kind in {"old", "phone"} and _is_amount(found)
    )
    return found[0] if readable else MASK


def _is_id(found: re.Match[str]) -> bool:
    """Whether digits stand in a random name (a digest, a trace, a UUID), where any row of them may come up."""
    text, start, end = found.string, found.start(), found.end()
    before, after = _BEFORE_IN_ID.search(text, max(0, start - 64), start), _IN_ID.match(text, end)
    whole = (before[0] if before else "") + found[0] + (after[0] if after else "")
    return len(whole) > len(found[0]) and _ID.fullmatch(whole.strip("-")) is not None


def _is_amount(found: re.Match[str]) -> bool:
    """Whether digits are said to be money or a size: by the name before them, or the currency behind."""
    text, start = found.string, found.start()
    if found[0].startswith("0"):
        return False
    before = _AMOUNT_BEFORE.search(text, max(0, start - 46), start)
    return (before is not None and figure(before[1])) or _AMOUNT_AFTER.match(text, found.end()) is not None


def _address_part(part: str, depth: int) -> str:
    """What stands between the marks of an address; its letters beyond ASCII are a name or a place."""
    plain = unquote_plus(part)
    return MASK if not plain.isascii() else _beneath(part, plain, depth)


def _beneath(text: str, plain: str, depth: int) -> str:
    """The plain text, masked, where there was something to mask in it; else the text as it was."""
    if plain == text:
        return text
    if depth >= _DEEPEST:
        return MASK
    # What was written as a code must not end the line of a log.
    plain = plain.translate(_CONTROLS)
    said = _masked(plain, depth + 1)
    return text if said == plain else said


def _unescaped(text: str) -> str:
    from html import unescape  # noqa: PLC0415 - a large table, for texts that are rare

    return unescape(text)


def _letter(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if 0xD800 <= code <= 0xDFFF else chr(code)  # noqa: PLR2004 - halves of pairs are no letters
