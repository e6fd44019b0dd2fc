"""DER, the little of it that signed messages need (X.690): strict, definite lengths, nothing after the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Final

from gov_connect.signing.verdict import Finding

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTETS: Final = 0x04
NULL: Final = 0x05
OID: Final = 0x06
UTC_TIME: Final = 0x17
TIME: Final = 0x18
SEQUENCE: Final = 0x30
SET: Final = 0x31
_LONG, _MULTIBYTE, _CONSTRUCTED = 0x80, 0x1F, 0x20
_MOST_LENGTH_BYTES: Final = 4
_LONGEST_OID: Final = 128
"""Bytes: far more than any has; without a bound one arc could be a number that nobody can write down."""


@dataclass(frozen=True, slots=True)
class Tlv:
    """One element: its tag, its content, and itself as written."""

    tag: int
    content: bytes
    raw: bytes

    def children(self, tag: int | None = None) -> list[Tlv]:
        """The elements inside; `tag` says what this one must be.

        Raises:
            Finding: it is something else, or its content is not a row of elements.
        """
        if (tag is not None and self.tag != tag) or not self.tag & _CONSTRUCTED:
            raise Finding("signing.cms.malformed")
        found: list[Tlv] = []
        at = 0
        while at < len(self.content):
            one = _read(self.content, at)
            found.append(one)
            at += len(one.raw)
        return found

    def expect(self, tag: int) -> bytes:
        """The content of an element that must have this tag."""
        if self.tag != tag:
            raise Finding("signing.cms.malformed")
        return self.content

    def integer(self) -> int:
        """The whole number it is, written as short as can be."""
        content = self.expect(INTEGER)
        if not content or (len(content) > 1 and content[0] in {0, 0xFF} and (content[0] ^ content[1]) < _LONG):
            raise Finding("signing.cms.malformed")
        return int.from_bytes(content, "big", signed=True)

    def oid(self) -> str:
        """The object identifier, dotted."""
        content = self.expect(OID)
        if not 0 < len(content) <= _LONGEST_OID or content[-1] & _LONG or content[0] == _LONG:
            raise Finding("signing.cms.malformed")
        arcs: list[int] = []
        value = 0
        for octet in content:
            value = value << 7 | octet & 0x7F
            if not octet & _LONG:
                arcs.append(value)
                value = 0
        first = min(arcs[0] // 40, 2)
        return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))

    def time(self) -> datetime:
        """The moment it names, in UTC and to the second."""
        text = self.content.decode("ascii", "replace")
        pattern = {UTC_TIME: "%y%m%d%H%M%SZ", TIME: "%Y%m%d%H%M%SZ"}.get(self.tag)
        whole, dot, fraction = text.partition(".")
        if self.tag == TIME and dot and fraction[:-1].isdigit():
            text = whole + "Z"
        try:
            return datetime.strptime(text, pattern or "").replace(tzinfo=UTC)
        except ValueError:
            raise Finding("signing.cms.malformed") from None


def read(data: bytes) -> Tlv:
    """Read one element that is all of `data`.

    Raises:
        Finding: it is not DER, or something follows it.
    """
    one = _read(data, 0)
    if len(one.raw) != len(data):
        raise Finding("signing.cms.trailing")
    return one


def length_of(data: bytes) -> int:
    """How many bytes the first element takes."""
    return len(_read(data, 0).raw)


def _read(data: bytes, start: int) -> Tlv:
    if start + 2 > len(data) or data[start] & _MULTIBYTE == _MULTIBYTE:
        raise Finding("signing.cms.malformed")
    length, body = data[start + 1], start + 2
    if length & _LONG:
        count = length & 0x7F
        digits = data[body : body + count]
        length = int.from_bytes(digits, "big")
        shortest = len(digits) == count and 0 < count <= _MOST_LENGTH_BYTES and digits[0] and length >= _LONG
        if not shortest:
            raise Finding("signing.cms.malformed")
        body += count
    end = body + length
    if end > len(data):
        raise Finding("signing.cms.malformed")
    return Tlv(data[start], data[body:end], data[start:end])


def write(tag: int, *parts: bytes) -> bytes:
    """One element."""
    content = b"".join(parts)
    length = len(content)
    if length < _LONG:
        return bytes((tag, length)) + content
    digits = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG | len(digits))) + digits + content


def sequence(*parts: bytes) -> bytes:
    """A SEQUENCE."""
    return write(SEQUENCE, *parts)


def set_of(*parts: bytes) -> bytes:
    """A SET OF, its elements in DER's order."""
    return write(SET, *sorted(parts))


def integer(value: int) -> bytes:
    """An INTEGER."""
    return write(INTEGER, value.to_bytes((value + (value < 0)).bit_length() // 8 + 1, "big", signed=True))


@cache
def oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return write(OID, b"".join(_arc(arc) for arc in (40 * first + second, *rest)))


def _arc(value: int) -> bytes:
    octets = [value & 0x7F]
    while value := value >> 7:
        octets.append(value & 0x7F | _LONG)
    return bytes(reversed(octets))


def octets(value: bytes) -> bytes:
    """An OCTET STRING."""
    return write(OCTETS, value)


def utc_time(moment: datetime) -> bytes:
    """A time as signed messages write it (RFC 5652 §11.3)."""
    moment = moment.astimezone(UTC)
    if 1950 <= moment.year < 2050:  # noqa: PLR2004 - the years that UTCTime can say
        return write(UTC_TIME, moment.strftime("%y%m%d%H%M%SZ").encode())
    return write(TIME, moment.strftime("%Y%m%d%H%M%SZ").encode())
