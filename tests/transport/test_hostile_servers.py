"""Servers that stall, flood or break off: the total time holds and the error says what happened."""

from __future__ import annotations

import gzip
import itertools
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.errors import TimedOut, UnexpectedReply, Unreachable
from gov_connect.runtime import Request, Timeouts

if TYPE_CHECKING:
    from collections.abc import Callable

TOTAL = 0.25
LONGEST = 15.0  # far above the total, far below what these servers would take: no race with a busy machine
# Longer than the total, so that only the total can end a call that drips.
PATIENT = Timeouts(connect=2, read=2, total=TOTAL)
LARGEST = 200_000
HEAD = b"HTTP/1.1 200 OK\r\n"
ZEROS = gzip.compress(bytes(20_000_000))


def _ask(url: str) -> Request:
    return Request(system="portal", url=url, body=b"{}")


def _reply(*headers: bytes) -> bytes:
    return HEAD + b"".join(header + b"\r\n" for header in headers) + b"\r\n"


def _sized(body: bytes, *headers: bytes) -> bytes:
    return _reply(b"Content-Length: %d" % len(body), *headers) + body


def _drips(start: bytes, piece: bytes) -> Callable[[Any], None]:
    def behave(peer: Any) -> None:
        peer.read_request()
        peer.say(start)
        peer.drip(itertools.repeat(piece))

    return behave


def _floods(start: bytes, piece: bytes) -> Callable[[Any], None]:
    def behave(peer: Any) -> None:
        peer.read_request()
        peer.say(start)
        while not peer.stopping.is_set():
            peer.say(piece)

    return behave


def _says(*pieces: bytes) -> Callable[[Any], None]:
    def behave(peer: Any) -> None:
        peer.read_request()
        peer.say(*pieces)

    return behave


def _stalls(peer: Any) -> None:
    peer.read_request()
    peer.wait()


def _never_reads(peer: Any) -> None:
    peer.wait()


STALLING = {
    "never answers": _stalls,
    "stops inside the headers": lambda peer: (peer.read_request(), peer.say(HEAD), peer.wait()),
    "stops inside the body": lambda peer: (peer.read_request(), peer.say(_sized(b"ok")[:-1]), peer.wait()),
    "drips a body of known length": _drips(_reply(b"Content-Length: 100000"), b"x"),
    "drips a body without length": _drips(_reply(), b"x"),
    "drips a chunked body": _drips(_reply(b"Transfer-Encoding: chunked"), b"1\r\nx\r\n"),
    "drips the status line": _drips(b"HTTP/1.1 200 O", b"K"),
    "drips one header byte by byte": _drips(HEAD + b"X-Long: ", b"x"),
    "drips headers without end": _drips(HEAD, b"X-A: b\r\n"),
    "drips interim answers without end": _drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "drips trailers without end": _drips(_reply(b"Transfer-Encoding: chunked") + b"2\r\nok\r\n0\r\n", b"X-A: b\r\n"),
    "floods with interim answers": _floods(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 200),
}

BREAKING = {
    "closes without a word": (_says(), "connection_lost"),
    "closes inside the headers": (_says(HEAD), "connection_lost"),
    "closes inside the body": (_says(_sized(b"whole")[:-2]), "connection_lost"),
    "closes inside a chunk": (_says(_reply(b"Transfer-Encoding: chunked"), b"5\r\nab"), "connection_lost"),
    "speaks something else": (_says(b"220 mail.example ESMTP\r\n"), "connection_lost"),
    "sends bytes at random": (_says(bytes(range(256)) * 4), "connection_lost"),
    "lies about chunk sizes": (_says(_reply(b"Transfer-Encoding: chunked") + b"zz\r\nab\r\n"), "connection_lost"),
    "gives two lengths": (_says(_reply(b"Content-Length: 2", b"Content-Length: 3"), b"ok"), "connection_lost"),
    "gives a negative length": (_says(_reply(b"Content-Length: -2"), b"ok"), "connection_lost"),
    "floods with headers": (_floods(HEAD, b"X-A: " + b"b" * 1000 + b"\r\n"), "connection_lost"),
    "floods with one header": (_floods(HEAD + b"X-A: ", b"b" * 1000), "connection_lost"),
    "floods with a body": (_floods(_reply(), b"x" * 10_000), "too_large"),
    "floods with chunks": (
        _floods(_reply(b"Transfer-Encoding: chunked"), b"3e8\r\n%b\r\n" % (b"x" * 1000)),
        "too_large",
    ),
    "announces a huge body": (_says(_reply(b"Content-Length: 99999999999")), "too_large"),
    "sends a gzip bomb": (_says(_sized(ZEROS, b"Content-Encoding: gzip")), "too_large"),
    "sends a deflate bomb": (
        _says(_sized(zlib.compress(bytes(20_000_000)), b"Content-Encoding: deflate")),
        "too_large",
    ),
    "floods with coded nothing": (
        _floods(_reply(b"Content-Encoding: deflate") + b"\x78\x9c", b"\x00\x00\x00\xff\xff" * 200),
        "too_large",
    ),
    "floods with the name of a packed file": (
        _floods(_reply(b"Content-Encoding: gzip") + b"\x1f\x8b\x08\x08\0\0\0\0\0\0", b"n" * 1000),
        "too_large",
    ),
    "announces a chunk beyond measure": (
        _floods(_reply(b"Transfer-Encoding: chunked") + b"ffffffffffffffff\r\n", b"x" * 1000),
        "too_large",
    ),
    "floods with trailers": (
        _floods(_reply(b"Transfer-Encoding: chunked") + b"2\r\nok\r\n0\r\n", b"X-A: " + b"b" * 1000 + b"\r\n"),
        "connection_lost",
    ),
    "puts a zero byte into a header": (_says(_sized(b"ok", b"X-A: b\0c")), "connection_lost"),
    "names an unknown coding": (_says(_sized(b"ok", b"Content-Encoding: br")), "content_encoding"),
    "names two codings": (_says(_sized(b"ok", b"Content-Encoding: gzip, gzip")), "content_encoding"),
    "calls plain text gzip": (_says(_sized(b"plain", b"Content-Encoding: gzip")), "content_encoding"),
    "sends half a gzip": (_says(_sized(gzip.compress(b"ok")[:-4], b"Content-Encoding: gzip")), "content_encoding"),
    "sends more after the gzip": (
        _says(_sized(gzip.compress(b"one") + gzip.compress(b"two"), b"Content-Encoding: gzip")),
        "content_encoding",
    ),
}


@pytest.mark.parametrize("behaviour", STALLING.values(), ids=STALLING)
def test_a_stalling_server_meets_the_total_time(behaviour: Any, carry: Any, serve: Any, polite: Any) -> None:
    """However slowly a server goes on, the call ends in time, and its connection is free again."""
    face = carry(largest_reply=LARGEST)
    ended = face.fail(_ask(serve(behaviour).url), PATIENT)
    assert isinstance(ended.error, TimedOut)
    assert TOTAL * 0.8 <= ended.seconds < LONGEST
    assert face.get(polite.url).body == b"ok"


@pytest.mark.parametrize(("behaviour", "reason"), BREAKING.values(), ids=BREAKING)
def test_a_breaking_server_gives_an_unexpected_reply(
    behaviour: Any, reason: str, carry: Any, serve: Any, polite: Any
) -> None:
    """What is not a whole, readable reply of bearable size is refused with a short reason, at once."""
    face = carry(largest_reply=LARGEST)
    ended = face.fail(_ask(serve(behaviour).url), Timeouts(connect=30, read=30, total=30))
    assert isinstance(ended.error, UnexpectedReply)
    assert ended.error.reason == reason
    assert ended.seconds < LONGEST
    assert face.get(polite.url).body == b"ok"


def test_silence_meets_the_read_time_before_the_total(carry: Any, serve: Any) -> None:
    """A short read time-out ends a silent call long before a long total does."""
    ended = carry().fail(_ask(serve(_stalls).url), Timeouts(connect=2, read=0.2, total=30))
    assert isinstance(ended.error, TimedOut)
    assert ended.seconds < LONGEST


@pytest.mark.parametrize("body", [bytes(16_000_000)], ids=["16 MB"])
def test_a_server_that_never_reads_meets_the_total_time(body: bytes, carry: Any, serve: Any, polite: Any) -> None:
    """A large message that nobody takes is given up in time."""
    face = carry()
    request = Request(system="portal", url=serve(_never_reads).url, body=body)
    ended = face.fail(request, PATIENT)
    assert isinstance(ended.error, TimedOut)
    assert ended.seconds < LONGEST
    assert face.get(polite.url).body == b"ok"


def _reads_slowly(peer: Any) -> None:
    while peer.connection.recv(200_000) and not peer.stopping.wait(0.02):
        pass


def test_a_server_that_reads_slowly_meets_the_total_time(carry: Any, serve: Any) -> None:
    """Sending obeys the total time too, although some bytes are taken again and again."""
    request = Request(system="portal", url=serve(_reads_slowly).url, body=bytes(60_000_000))
    ended = carry().fail(request, PATIENT)
    assert isinstance(ended.error, TimedOut)
    assert ended.seconds < LONGEST


def test_a_silent_tls_handshake_counts_as_not_connected(carry: Any, serve: Any) -> None:
    """Before the handshake is over nothing of the request has left."""
    url = serve(_never_reads).url.replace("http:", "https:")
    ended = carry().fail(_ask(url), Timeouts(connect=0.3, read=2, total=1))
    assert isinstance(ended.error, Unreachable)
    assert ended.seconds < LONGEST


def test_plain_text_where_tls_was_wanted_counts_as_not_connected(carry: Any, serve: Any) -> None:
    """A server without TLS never sees the request."""
    url = serve(lambda peer: peer.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")).url.replace("http:", "https:")
    assert isinstance(carry().fail(_ask(url), PATIENT).error, Unreachable)


def test_a_dead_port_is_unreachable(carry: Any, dead_port: int) -> None:
    """Where nobody listens, nothing was sent."""
    ended = carry().fail(_ask(f"http://127.0.0.1:{dead_port}/"), PATIENT)
    assert isinstance(ended.error, Unreachable)
    assert ended.seconds < LONGEST


@pytest.mark.parametrize("url", ["http://127.0.0.1:port/", "http://[::1/", "ftp://127.0.0.1/", "//nowhere", ""])
def test_an_impossible_address_is_unreachable(carry: Any, url: str) -> None:
    """A wrong address is one of our own errors too, and nothing was sent."""
    assert isinstance(carry().fail(_ask(url), PATIENT).error, Unreachable)


def test_a_busy_pool_is_unreachable_within_the_total_time(carry: Any, serve: Any) -> None:
    """Waiting for one of the connections is bounded by the total time as well."""
    face = carry(connections=0)
    ended = face.fail(_ask(serve(_stalls).url), Timeouts(connect=30, read=30, total=0.3))
    assert isinstance(ended.error, (Unreachable, TimedOut))
    assert ended.seconds < LONGEST


def test_errors_show_neither_address_nor_content(carry: Any, serve: Any) -> None:
    """What a broken reply held cannot be read from the error."""
    body = b"MAU THI THU 000000000001"
    ended = carry().fail(_ask(serve(_says(HEAD, body)).url), PATIENT)
    shown = f"{ended.error!s} {ended.error!r} {ended.error.args}"
    assert "MAU" not in shown
    assert "127.0.0.1" not in shown
