"""Messages of the residents database exactly as they cross the wire (residents.md §2, §3)."""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from gov_connect.errors import InvalidInput, Problem

SYSTEM: Final = "residents"
REQUEST_NAMESPACE: Final = "http://dancuquocgia.bca"
ENVELOPE_NAMESPACE: Final = "http://schemas.xmlsoap.org/soap/envelope/"
CONTENT_TYPE: Final = "application/xml; charset=utf-8"
LOOK_UP: Final = ("TraCuuThongTinCongDan", "037")
_CROSSED_D: Final = str.maketrans("ĐÐƉ", "DDD")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """The two headers that authenticate one message (§3). Its repr shows no secret."""

    authorization: str
    timestamp: str

    def __repr__(self) -> str:
        return "Stamp(***)"


def stamp(*, endpoint: str, username: str, secret: str, timestamp: str) -> Stamp:
    """Authenticate a message: hex SHA-256 over plain concatenation, then Basic (§3).

    Args:
        username: of the agency.
        secret: of the agency.
        endpoint: the configured service path, not the posted address.
        timestamp: epoch in milliseconds or seconds, as text.
    """
    digest = hashlib.sha256(f"{endpoint}{username}{timestamp}{secret}".encode()).hexdigest()
    basic = base64.b64encode(f"{username}:{digest}".encode()).decode()
    return Stamp(authorization=f"Basic {basic}", timestamp=timestamp)


def envelope(name: str, fields: list[tuple[str, str | list[tuple[str, str]]]]) -> bytes:
    """A SOAP 1.1 envelope with an empty header; children in the given order (§2.2, §2.3)."""
    inner = "".join(_element(tag, value) for tag, value in fields)
    return (
        f'<soapenv:Envelope xmlns:soapenv="{ENVELOPE_NAMESPACE}" xmlns:dan="{REQUEST_NAMESPACE}">'
        f"<soapenv:Header/><soapenv:Body><dan:{name}>{inner}</dan:{name}></soapenv:Body>"
        "</soapenv:Envelope>"
    ).encode()


def _element(tag: str, value: str | list[tuple[str, str]]) -> str:
    inside = escape(value) if isinstance(value, str) else "".join(_element(name, text) for name, text in value)
    return f"<dan:{tag}>{inside}</dan:{tag}>"


def plain_name(name: str, *, keep_spaces: bool) -> str:
    """Upper case without marks: the form in which names are compared (§2.3 row 9, §9 row 4).

    Đ does not decompose and is replaced by hand, its look-alikes too; apostrophes and hyphens fall away.

    Raises:
        InvalidInput: a letter that has no Latin form, or no letter at all: a name is never cut.
    """
    apart = unicodedata.normalize("NFKD", name.upper().translate(_CROSSED_D))
    words = "".join(char for char in apart if char.isalnum() or char.isspace()).split()
    if not words or not "".join(words).isascii():
        raise InvalidInput("CitizenQuery", [Problem(path="name", code="value.latin_letters")])
    return (" " if keep_spaces else "").join(words)
