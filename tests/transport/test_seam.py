"""The HTTP seam: hosts and tests put something else in place of the network."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import httpcore
import httpx
import pytest
import respx

from gov_connect.errors import OutsideSystemError, TimedOut, UnexpectedReply, Unreachable
from gov_connect.runtime import Reply, Request, Timeouts
from gov_connect.transport import AsyncHttpCarrier, AsyncInProcessCarrier, HttpCarrier, InProcessCarrier
from gov_connect.transport.deadline import ERRORS, DeadlineTransport
from gov_connect.transport.http import _ours

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "http://portal.example/forward"
REQUEST = Request(system="portal", url=URL, body=b"{}", headers={"X-Correlation-Id": "7"})
BOUNDS = Timeouts(connect=1, read=2, total=3)


def _subclasses(cls: type[Exception]) -> Iterator[type[Exception]]:
    for child in cls.__subclasses__():
        if child.__module__.startswith("httpx"):
            yield child
            yield from _subclasses(child)


@pytest.mark.parametrize("carry", ["sync", "async"], indirect=True)
@respx.mock(using="httpcore")
def test_respx_stands_in_for_the_network(respx_mock: respx.MockRouter, carry: Any) -> None:
    """`respx.mock(using="httpcore")` catches what both carriers on httpx send."""
    route = respx_mock.post(URL).mock(return_value=httpx.Response(200, json={"error_code": "0"}))
    reply = carry().send(REQUEST)
    assert reply == Reply(status=200, headers=reply.headers, body=b'{"error_code":"0"}')
    assert route.calls.last.request.headers["x-correlation-id"] == "7"
    assert route.calls.last.request.content == b"{}"


@pytest.mark.parametrize("carry", ["sync", "async"], indirect=True)
@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (httpcore.ConnectError, Unreachable),
        (httpcore.ReadTimeout, TimedOut),
        (httpcore.RemoteProtocolError, UnexpectedReply),
    ],
)
def test_respx_side_effects_become_our_errors(raised: Any, expected: type[Exception], carry: Any) -> None:
    """A test can let the network fail as httpcore does."""
    with respx.mock(using="httpcore") as router:
        router.post(URL).mock(side_effect=raised)
        assert isinstance(carry().fail(REQUEST, BOUNDS).error, expected)


def test_a_mock_transport_is_carried() -> None:
    """`httpx.MockTransport` works in both carriers, and sees the time-outs of the request."""
    seen: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"])
        return httpx.Response(204)

    transport = httpx.MockTransport(answer)
    assert HttpCarrier(transport).send(REQUEST, BOUNDS).status == 204
    assert asyncio.run(AsyncHttpCarrier(transport).send(REQUEST, BOUNDS)).status == 204
    assert seen == [{"connect": 1, "pool": 1, "read": 2, "write": 2}] * 2


def test_the_total_time_bounds_opening_a_connection() -> None:
    """A connect time-out longer than the total counts as the total."""
    seen: list[Any] = []
    transport = httpx.MockTransport(lambda request: seen.append(request.extensions["timeout"]) or httpx.Response(200))
    HttpCarrier(transport).send(REQUEST, Timeouts(connect=5, read=5, total=0.5))
    assert (seen[0]["connect"], seen[0]["pool"]) == (0.5, 0.5)


def test_a_slow_transport_of_the_host_meets_the_total_time() -> None:
    """Even where we do not own the sockets, a body that drips is given up."""

    class Dripping(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                time.sleep(0.02)
                yield b"x"

    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Dripping()))
    with pytest.raises(TimedOut):
        HttpCarrier(transport).send(REQUEST, Timeouts(total=0.1))


@pytest.mark.parametrize("length", ["9" * 5000, "²", "1e3", ""])
def test_an_odd_length_from_a_host_transport_breaks_nothing(length: str) -> None:
    """A length that no server may write either is too large or does not count."""
    headers = [(b"Content-Length", length.encode("latin-1"))]
    transport = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"ok")))
    if length.startswith("9"):
        with pytest.raises(UnexpectedReply):
            HttpCarrier(transport).send(REQUEST, BOUNDS)
    else:
        assert HttpCarrier(transport).send(REQUEST, BOUNDS).body == b"ok"


def test_every_error_of_httpcore_is_mapped() -> None:
    """When httpcore grows an exception, this fails until `deadline.ERRORS` knows it."""
    public = {
        item
        for name in httpcore.__all__
        if isinstance(item := getattr(httpcore, name), type) and issubclass(item, Exception)
    }
    assert set(ERRORS) == public
    assert all(issubclass(kind, httpx.TransportError) for kind in ERRORS.values())


@pytest.mark.parametrize("raised", ERRORS, ids=lambda cls: cls.__name__)
def test_an_error_of_httpcore_leaves_our_transport_as_httpx_names_it(
    raised: type[Exception], verify: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The most precise name is chosen, as httpx itself would."""
    transport = DeadlineTransport(verify=verify, connections=1)

    def fail(request: object) -> object:
        raise raised

    monkeypatch.setattr(transport._pool, "handle_request", fail)
    with pytest.raises(httpx.TransportError) as caught:
        transport.handle_request(httpx.Request("GET", URL))
    assert type(caught.value) is ERRORS[raised]


def test_our_names_agree_with_those_of_httpx() -> None:
    """Where httpx maps an error of httpcore itself, ours is the same."""
    theirs = httpx._transports.default._load_httpcore_exceptions()
    assert {cls: ERRORS[cls] for cls in theirs} == theirs


@pytest.mark.parametrize("raised", sorted(_subclasses(httpx.TransportError), key=str), ids=lambda cls: cls.__name__)
def test_every_transport_error_of_httpx_is_ours(raised: type[httpx.TransportError]) -> None:
    """Nothing sent, too late or broken off: each error says which of the three it is."""
    error = _ours(raised("boom"), "portal", BOUNDS)
    nothing_sent = (
        httpx.ConnectError,
        httpx.ConnectTimeout,
        httpx.PoolTimeout,
        httpx.UnsupportedProtocol,
        httpx.ProxyError,
        httpx.LocalProtocolError,
    )
    if issubclass(raised, nothing_sent):
        assert isinstance(error, Unreachable)
    elif issubclass(raised, httpx.TimeoutException):
        assert isinstance(error, TimedOut)
    else:
        assert isinstance(error, UnexpectedReply)
        assert error.reason == "connection_lost"
    assert error.system == "portal"


def test_the_in_process_carrier_answers_without_a_network() -> None:
    """A plain function answers both kinds of client; `None` means that nobody lives there."""
    carrier = InProcessCarrier(lambda request: Reply(status=200, body=request.body) if request.body else None)
    asynchronous: AsyncInProcessCarrier = carrier.for_asyncio()
    assert carrier.send(REQUEST, BOUNDS) == asyncio.run(asynchronous.send(REQUEST, BOUNDS))
    nobody = Request(system="portal", url=URL)
    with pytest.raises(Unreachable):
        carrier.send(nobody, BOUNDS)
    with pytest.raises(OutsideSystemError):
        asyncio.run(asynchronous.send(nobody, BOUNDS))
    carrier.close()
    asyncio.run(asynchronous.close())
