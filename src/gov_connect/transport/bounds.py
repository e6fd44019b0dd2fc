"""What every carrier holds to, whichever library moves its bytes: headers, coding and size of a reply."""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gov_connect.errors import InvalidInput, Problem, UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_REPLY: Final = 32 * 1024 * 1024
ALWAYS: Final = {"Accept-Encoding": "identity", "User-Agent": "gov-connect"}
_HEADER: Final = re.compile(r"[\t -~]*")
_ZLIB_OR_GZIP: Final = 32 + zlib.MAX_WBITS
_TEXT: Final = re.compile(r"json|xml|text/")
_GZIP: Final = b"\x1f\x8b\x08"
_LENGTH_DIGITS: Final = 20
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ABOUT_THE_END: Final = frozenset({"content-length", "expect", "transfer-encoding"})
_ABOUT_THE_WAY: Final = _ABOUT_THE_END | {"connection", "host", "upgrade"}


def require_writable(headers: Mapping[str, str], length: int) -> None:
    """Refuse what no header can hold, and headers that would say another end of the message than its body has: what
    is left over would be read as the beginning of the next one.

    Args:
        headers: those of the caller.
        length: bytes of the body.

    Raises:
        InvalidInput: names each such header, never what it holds.
    """
    wrong = [
        Problem(path=f"headers.{name}", code="value.header")
        for name, value in headers.items()
        if not (value.isascii() and value.isprintable()) and not _HEADER.fullmatch(value)
    ]
    if not ordinary(tuple(headers)):
        wrong += _about_the_end(headers, length)
    if wrong:
        raise InvalidInput("Request", wrong)


def _about_the_end(headers: Mapping[str, str], length: int) -> list[Problem]:
    wrong: list[Problem] = []
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name):
            wrong.append(Problem(path=f"headers.{name!a}", code="value.header"))
        elif name.lower() in _ABOUT_THE_END and (name.lower(), value) != ("content-length", str(length)):
            wrong.append(Problem(path=f"headers.{name}", code="value.header_of_ours"))
    return wrong


@lru_cache(maxsize=256)
def ordinary(names: tuple[str, ...]) -> bool:
    """Whether all are names of headers, and none says how the message itself is carried: those a library must read."""
    return all(_TOKEN.fullmatch(name) and name.lower() not in _ABOUT_THE_WAY for name in names)


class Collector:
    """Gathers a body within bounds, decoding gzip and deflate without trusting their size.

    Args:
        status: HTTP status, told in errors.
        headers: of the reply; looked up by lower-case names.
        system: whose reply it is.
        largest: bytes of the body beyond which it is refused: decoded, and as it came, since a coding may also
            hold endless nothing.

    Raises:
        UnexpectedReply: too large by its own word, or in a coding that is not read here.
    """

    def __init__(self, status: int, headers: Mapping[str, str], system: str, largest: int) -> None:
        self._system = system
        self._left = self._wire_left = largest
        self._parts: list[bytes] = []
        self._status = status
        encoding = headers.get("content-encoding", "identity").strip().lower()
        if encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise self._refused("content_encoding")
        plain = encoding in {"", "identity"}
        self._decoder = None if plain else zlib.decompressobj(_ZLIB_OR_GZIP)
        self._may_be_raw = encoding == "deflate"
        # Some gateways hand packed texts on and say nothing of it; a file that was asked for stays as it is.
        self._may_be_packed = plain and _TEXT.search(headers.get("content-type", "").lower()) is not None
        declared = headers.get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared[:_LENGTH_DIGITS]) > largest:
            raise self._refused("too_large")

    def add(self, chunk: bytes) -> None:
        """Take a piece of the body as it came over the wire; an empty one is none."""
        if not chunk:
            return
        self._wire_left -= len(chunk)
        if self._wire_left < 0:
            raise self._refused("too_large")
        if self._may_be_packed and not self._parts and chunk.startswith(_GZIP):
            self._decoder = zlib.decompressobj(_ZLIB_OR_GZIP)
        if self._decoder is not None:
            chunk = self._decoded(chunk)
        self._left -= len(chunk)
        if self._left < 0:
            raise self._refused("too_large")
        self._parts.append(chunk)

    def _decoded(self, chunk: bytes) -> bytes:
        assert self._decoder is not None
        try:
            return self._decoder.decompress(chunk, self._left + 1)
        except zlib.error:
            # Some servers send "deflate" without its two bytes of head: the first piece shows it.
            if not self._may_be_raw or self._parts:
                raise self._refused("content_encoding") from None
        self._may_be_raw = False
        self._decoder = zlib.decompressobj(-zlib.MAX_WBITS)
        return self._decoded(chunk)

    def finish(self) -> bytes:
        """The whole decoded body."""
        if self._decoder is not None and self._parts and (not self._decoder.eof or self._decoder.unused_data):
            raise self._refused("content_encoding")
        return b"".join(self._parts)

    def _refused(self, reason: str) -> UnexpectedReply:
        return UnexpectedReply(system=self._system, reason=reason, status=self._status)
