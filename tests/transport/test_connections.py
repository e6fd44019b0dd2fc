"""Connections are kept, shared between threads, and given back."""

from __future__ import annotations

import asyncio
import gc
import gzip
import sys
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpcore
import httpx
import pytest

from gov_connect import AsyncGovConnect, DossierCode, Settings
from gov_connect.errors import InvalidInput, Unreachable
from gov_connect.mocks import running_mocks
from gov_connect.runtime import Request, Timeouts
from gov_connect.transport import AsyncHttpCarrier, HttpCarrier, async_carrier, deadline
from gov_connect.transport.fast import AiohttpCarrier

if TYPE_CHECKING:
    from collections.abc import Callable

BOUNDS = Timeouts(connect=2, read=2, total=2)


def test_one_connection_serves_many_calls(carry: Any, polite: Any) -> None:
    """Calls after each other go over one kept connection."""
    face = carry()
    for _ in range(5):
        assert face.get(polite.url).body == b"ok"
    assert len(polite.accepted) == 1


def test_a_closed_carrier_opens_anew(carry: Any, polite: Any) -> None:
    """Closing gives up the connections, not the carrier."""
    face = carry()
    face.get(polite.url)
    face.close()
    assert face.get(polite.url).status == 200
    assert len(polite.accepted) == 2


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_kept_connection_that_the_server_closed_is_not_used(method: str, carry: Any, serve: Any) -> None:
    """A server that hangs up after each answer is simply called again."""

    def once(peer: Any) -> None:
        if peer.read_request():
            peer.say(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    face, server = carry(), serve(once)
    for count in range(1, 4):
        assert face.send(Request(system="portal", url=server.url, method=method)).body == b"ok"
        server.wait_for_end(count)


def test_what_came_behind_an_answer_answers_nothing(carry: Any, serve: Any) -> None:
    """Bytes that nobody asked for end their connection, even when they were read along with the answer itself."""

    def answer(peer: Any) -> None:
        while got := peer.read_request():
            own = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + got[-1:]
            peer.say(own + (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx" if got.endswith(b"1") else b""))

    face, server = carry(), serve(answer)
    bodies = [face.send(Request(system="portal", url=server.url, body=b"%d" % turn)).body for turn in (1, 2, 3)]
    assert bodies == [b"1", b"2", b"3"]
    assert len(server.accepted) == 2


def test_a_call_that_runs_while_all_is_closed_has_its_answer(verify: Any, serve: Any) -> None:
    """What is sent is sent: its answer is waited for, and its connection is closed then; so is that of who queues."""

    def answer(peer: Any) -> None:
        while peer.read_request():
            asked.set()
            peer.say(b"HTTP/1.1 200 OK\r\n")
            closed.wait(60)
            peer.say(b"Content-Length: 2\r\n\r\nok")
        left.append(peer)  # it was told so: nobody waited for it in vain

    left: list[object] = []
    asked, closed, server = threading.Event(), threading.Event(), serve(answer)
    carrier = HttpCarrier(verify=verify, connections=1)
    with ThreadPoolExecutor(2) as pool:
        calls = [pool.submit(carrier.send, Request(system="portal", url=server.url), BOUNDS) for _ in range(2)]
        asked.wait(60)
        carrier.close()
        closed.set()
        assert [call.result().body for call in calls] == [b"ok", b"ok"]
    server.wait_for_end(len(server.accepted))
    assert len(left) == len(server.accepted)


def test_a_forked_process_has_its_own_connections(verify: Any, polite: Any, recwarn: pytest.WarningsRecorder) -> None:
    """On one connection two processes would read each other's answers; the parent keeps those it has."""
    carrier = HttpCarrier(verify=verify)
    request = Request(system="portal", url=polite.url)
    carrier.send(request, BOUNDS)
    carrier.after_fork(child=False)
    carrier.send(request, BOUNDS)
    assert len(polite.accepted) == 1
    with carrier._lock:  # another thread of the parent may hold it
        carrier.after_fork(child=True)
        carrier.send(request, BOUNDS)
    carrier.send(request, BOUNDS)
    assert len(polite.accepted) == 2
    carrier.close()
    gc.collect()
    assert not recwarn.list


def test_the_request_arrives_as_it_was_made(carry: Any, serve: Any) -> None:
    """Method, path, headers and body cross the wire unchanged; no coding is asked for."""
    heard: list[bytes] = []

    def listen(peer: Any) -> None:
        heard.append(peer.read_request())
        peer.say(b"HTTP/1.1 201 Created\r\nX-Mixed: Case\r\nContent-Length: 0\r\n\r\n")

    request = Request(
        system="portal",
        url=serve(listen).url + "mapi/login?a=b",
        headers={"X-Correlation-Id": "1"},
        body="Mẫu".encode(),
    )
    reply = carry().send(request)
    head, _, body = heard[0].partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    assert lines[0] == b"post /mapi/login?a=b http/1.1"
    assert {b"x-correlation-id: 1", b"accept-encoding: identity", b"user-agent: gov-connect"} < set(lines)
    assert body == "Mẫu".encode()
    assert (reply.status, reply.headers["x-mixed"], reply.body) == (201, "Case", b"")


def _raw_deflate(body: bytes) -> bytes:
    """Without the head that RFC 9110 wants, as some servers send it."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "encode"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", _raw_deflate),
        ("identity", bytes),
    ],
)
def test_a_coded_body_is_decoded(coding: str, encode: Callable[[bytes], bytes], carry: Any, serve: Any) -> None:
    """A server that compresses although nobody asked is understood."""
    body = encode(b"Mau " * 1000)

    def answer(peer: Any) -> None:
        peer.read_request()
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n"
        peer.say(head.encode(), *(body[i : i + 7] for i in range(0, len(body), 7)))

    assert carry().get(serve(answer).url).body == b"Mau " * 1000


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/octet-stream"])
def test_a_packed_text_that_is_not_called_so_is_unpacked(kind: str, carry: Any, serve: Any) -> None:
    """Gateways drop the header; a file that was asked for stays as it is."""
    body = gzip.compress(b"{}")

    def answer(peer: Any) -> None:
        peer.read_request()
        peer.say(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode(), body)

    assert carry().get(serve(answer).url).body == (b"{}" if "json" in kind else body)


@pytest.mark.parametrize("status", ["200 OK", "204 No Content"])
def test_an_empty_body_needs_no_coding(status: str, carry: Any, serve: Any) -> None:
    """Servers name a coding for answers that have nothing to code."""

    def answer(peer: Any) -> None:
        peer.read_request()
        peer.say(f"HTTP/1.1 {status}\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n".encode())

    assert carry().get(serve(answer).url).body == b""


def test_a_body_without_length_ends_with_the_connection(carry: Any, serve: Any) -> None:
    """HTTP allows it, so it is read to its end."""

    def answer(peer: Any) -> None:
        peer.read_request()
        peer.say(b"HTTP/1.1 200 OK\r\n\r\n", b"o", b"k")

    assert carry().get(serve(answer).url).body == b"ok"


def test_a_redirect_is_for_the_adapter_to_read(carry: Any, serve: Any) -> None:
    """Nothing is sent to an address that a server names."""

    def answer(peer: Any) -> None:
        peer.read_request()
        peer.say(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")

    assert carry().get(serve(answer).url).status == 302


def test_a_reply_of_just_the_largest_size_is_taken(carry: Any, serve: Any) -> None:
    """The bound itself is allowed, one byte more is not (see the hostile servers)."""

    def answer(peer: Any) -> None:
        peer.read_request()
        peer.say(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000)

    assert len(carry(largest_reply=1000).get(serve(answer).url).body) == 1000


awaited = pytest.mark.parametrize("kind", [AsyncHttpCarrier, AiohttpCarrier])


def test_eight_threads_share_one_pool(verify: Any, polite: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that meet at the first call make one transport, not eight."""
    made: list[object] = []
    ready = threading.Barrier(8)

    class Counted(deadline.DeadlineTransport):
        def __init__(self, **arguments: Any) -> None:
            made.append(self)
            super().__init__(**arguments)

    monkeypatch.setattr(deadline, "DeadlineTransport", Counted)
    carrier = HttpCarrier(verify=verify)

    def call() -> int:
        ready.wait(60)
        return carrier.send(Request(system="portal", url=polite.url), BOUNDS).status

    with ThreadPoolExecutor(8) as pool:
        answers = [future.result() for future in [pool.submit(call) for _ in range(8)]]
    carrier.close()
    assert answers == [200] * 8
    assert len(made) == 1


@awaited
def test_calls_beyond_the_pool_wait_for_their_turn(kind: Any, verify: Any, polite: Any) -> None:
    """More calls than connections still all come through."""

    async def many() -> list[int]:
        carrier = kind(verify=verify, connections=2)
        request = Request(system="portal", url=polite.url)
        replies = await asyncio.gather(*(carrier.send(request, BOUNDS) for _ in range(20)))
        await carrier.close()
        return [reply.status for reply in replies]

    assert asyncio.run(many()) == [200] * 20
    assert len(polite.accepted) <= 2


@awaited
def test_a_cancelled_call_gives_its_connection_back(kind: Any, verify: Any, serve: Any, polite: Any) -> None:
    """With one connection only, the next call finds it free."""
    silent = serve(lambda peer: (peer.read_request(), peer.wait()))

    async def cancel_and_go_on() -> int:
        carrier = kind(verify=verify, connections=1)
        task = asyncio.create_task(carrier.send(Request(system="portal", url=silent.url), BOUNDS))
        await asyncio.to_thread(silent.called.wait, 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        reply = await carrier.send(Request(system="portal", url=polite.url), BOUNDS)
        await carrier.close()
        return reply.status

    assert asyncio.run(cancel_and_go_on()) == 200


def test_closing_an_unused_carrier_does_nothing(carry: Any) -> None:
    """A carrier that never sent anything has nothing to close."""
    carry().close()


def test_a_missing_host_is_unreachable(carry: Any) -> None:
    """A name that nobody owns (RFC 6761) is no connection, so nothing was sent."""
    request = Request(system="portal", url="http://portal.offline.invalid/")
    assert isinstance(carry().fail(request, Timeouts(connect=1, read=1, total=1)).error, Unreachable)


@awaited
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning", "ignore:Unclosed:ResourceWarning")
def test_each_event_loop_has_its_own_connections(kind: Any, verify: Any, polite: Any) -> None:
    """Three runs one after the other; the pools of loops that are closed are dropped."""
    carrier = kind(verify=verify, connections=4)
    request = Request(system="portal", url=polite.url)

    async def ten() -> list[int]:
        replies = await asyncio.gather(*(carrier.send(request, BOUNDS) for _ in range(10)))
        return [reply.status for reply in replies]

    for _ in range(3):
        assert asyncio.run(ten()) == [200] * 10
        assert len(carrier._own) == 1
    asyncio.run(carrier.close())
    assert not carrier._own
    gc.collect()


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning", "ignore:Unclosed:ResourceWarning")
def test_one_client_serves_three_runs() -> None:
    """`asyncio.run` after `asyncio.run` on one AsyncGovConnect, over real sockets."""
    with running_mocks() as mocks:
        gov = AsyncGovConnect(Settings.from_mapping(mocks.environment))

        async def ten() -> list[bool]:
            codes = [DossierCode(f"H99.201-261120-{number:04d}") for number in range(10)]
            return list(await asyncio.gather(*(gov.portal.find(code) for code in codes)))

        for _ in range(3):
            assert asyncio.run(ten()) == [False] * 10
        asyncio.run(gov.close())
    gc.collect()


@pytest.mark.parametrize(
    "url",
    [
        *("http://a..b/", "http://" + "a" * 70 + ".example/", "http://xn--/", "http://[::1/", "http:///"),
        *("http://h:99999/", "ftp://a.example/", "khong-phai-dia-chi", "http://ư..b/", "http://" + "ư" * 70),
    ],
)
def test_an_address_that_is_none_is_unreachable(carry: Any, url: str) -> None:
    """Never somebody else's error."""
    with pytest.raises(Unreachable):
        carry().send(Request(system="portal", url=url, body=b"x"))


@pytest.mark.parametrize("value", ["VN:GOV:Xã Mẫu", "a\nb", "a\x00", "\udc80"])
def test_a_header_that_cannot_be_written_is_refused(carry: Any, polite: Any, value: str) -> None:
    """Nothing is sent, and the error names the header, not what it holds."""
    with pytest.raises(InvalidInput) as caught:
        carry().send(Request(system="portal", url=polite.url, headers={"dstcode": value}))
    assert [problem.path for problem in caught.value.problems] == ["headers.dstcode"]
    assert "Mẫu" not in str(caught.value)
    assert not polite.accepted


def test_an_error_of_the_hosts_own_transport_is_its_own() -> None:
    """It may have sent something: it does not read as "nothing was sent"."""

    def fail(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=b"\xff".decode())

    carrier = HttpCarrier(httpx.MockTransport(fail))
    with pytest.raises(UnicodeDecodeError):
        carrier.send(Request(system="portal", url="http://a.example/"), BOUNDS)


def test_the_awaited_facade_takes_aiohttp_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra it falls back on httpx."""
    assert isinstance(async_carrier(), AiohttpCarrier)
    monkeypatch.setitem(sys.modules, "gov_connect.transport.fast", None)
    assert isinstance(async_carrier(), AsyncHttpCarrier)


def test_a_query_arrives_as_it_was_signed(carry: Any, serve: Any) -> None:
    """No carrier writes an escaped query in another way."""
    seen: list[bytes] = []

    def answer(peer: Any) -> None:
        seen.append(peer.read_request())
        peer.say(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    carry().get(serve(answer).url + "tra-cuu?a=%E1%BA%A1&b=x+y&c=%2F%2f&d=%20")
    assert seen[0].split(b" ")[1].endswith(b"tra-cuu?a=%E1%BA%A1&b=x+y&c=%2F%2f&d=%20")


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Content-Length": "99"}, "value.header_of_ours"),
        ({"content-length": "1"}, "value.header_of_ours"),
        ({"Transfer-Encoding": "chunked"}, "value.header_of_ours"),
        ({"Expect": "100-continue"}, "value.header_of_ours"),
        ({"X Y": "1"}, "value.header"),
        ({"X\r\nY": "1"}, "value.header"),
        ({"": "1"}, "value.header"),
    ],
)
def test_headers_that_would_end_the_message_elsewhere_are_refused(
    headers: dict[str, str], code: str, method: str, carry: Any, polite: Any
) -> None:
    """What is left over would be the beginning of somebody's next message; nothing is sent."""
    with pytest.raises(InvalidInput) as caught:
        carry().send(Request(system="portal", url=polite.url, method=method, headers=headers, body=b"{}"))
    assert [problem.code for problem in caught.value.problems] == [code]
    assert not polite.accepted


def test_a_length_that_is_right_may_be_told(carry: Any, polite: Any) -> None:
    """It says what would be said anyway."""
    request = Request(system="portal", url=polite.url, headers={"Content-Length": "2"}, body=b"{}")
    assert carry().send(request).status == 200


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbegun"], ids=["head", "body"])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_an_interrupt_while_a_call_is_tidied_up_loses_no_connection(
    said: bytes, method: str, verify: Any, serve: Any, polite: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Someone who presses Ctrl-C at the wrong moment finds all connections free at the next call."""

    def interrupted(_: object) -> None:
        monkeypatch.undo()
        raise KeyboardInterrupt

    def breaks_off(peer: Any) -> None:
        peer.read_request()
        peer.say(said)

    carrier = HttpCarrier(verify=verify, connections=1)
    monkeypatch.setattr(httpcore.HTTP11Connection, "_response_closed", interrupted)
    with pytest.raises(KeyboardInterrupt):
        carrier.send(Request(system="portal", url=serve(breaks_off).url, method=method), BOUNDS)
    assert carrier.send(Request(system="portal", url=polite.url, method=method), BOUNDS).body == b"ok"
    carrier.close()
