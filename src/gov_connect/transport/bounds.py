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
_LENGTH_DIGITS: Final = 20
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ABOUT_THE_WAY: Final = frozenset({"connection", "content-length", "expect", "host", "transfer-encoding", "upgrade"})


def require_writable(headers: Mapping[str, str]) -> None:
    """Refuse what no header can hold.

    Raises:
        InvalidInput: names each such header, never what it holds.
    """
    wrong = [
        name
        for name, value in headers.items()
        if not (value.isascii() and value.isprintable()) and not _HEADER.fullmatch(value)
    ]
    if wrong:
        raise InvalidInput("Request", [Problem(path=f"headers.{name}", code="value.header") for name in wrong])


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
