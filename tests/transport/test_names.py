"""Looking a name up is part of the time that a call may take."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time

import httpcore
import pytest

from gov_connect.doctor import network
from gov_connect.errors import TimedOut, Unreachable
from gov_connect.runtime import Request, Timeouts
from gov_connect.transport import names_awaited
from gov_connect.transport.fast import AiohttpCarrier
from gov_connect.transport.http import AsyncHttpCarrier, HttpCarrier
from gov_connect.transport.names import addresses, connected, reached

LONGEST = 20.0


@pytest.fixture
def silent_resolver(monkeypatch):
    """A resolver that says nothing until the test is over."""
    over, asked = threading.Event(), []

    def silent(host, *_more, **_named):
        asked.append(host)
        over.wait(LONGEST)
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    yield asked
    over.set()


def test_a_silent_resolver_does_not_outlast_the_call(silent_resolver, monkeypatch):
    """Nothing was sent; the same name is asked for once at a time; the doctor has a bound too."""
    request = Request(system="portal", url="http://cong.tinh.example/", body=b"{}")
    start = time.monotonic()
    carrier = HttpCarrier()
    for _ in range(2):
        with pytest.raises(Unreachable):
            carrier.send(request, Timeouts(connect=0.1, read=0.1, total=0.1))
    monkeypatch.setattr(network, "_PATIENCE", Timeouts(connect=0.1, read=0.1, total=0.1))
    assert not network._addresses("cong.tinh.example", 80)
    assert time.monotonic() - start < LONGEST / 2
    assert silent_resolver == ["cong.tinh.example"]


def test_a_forked_process_asks_for_itself(silent_resolver, monkeypatch):
    """The thread that would answer what its parent asked is not in it."""
    for process in (-1, -2):
        monkeypatch.setattr(os, "getpid", lambda process=process: process)
        with pytest.raises(TimeoutError):
            addresses("cong.tinh.example", 80, 0.01)
    assert silent_resolver == ["cong.tinh.example"] * 2


def test_the_second_address_is_tried(monkeypatch):
    """Whoever takes no connections is passed by, and what is left of the time is told."""
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 80)) for one in ("192.0.2.1", "192.0.2.2", "192.0.2.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_more, **_named: rows)
    tried = []

    def open_one(address, left):
        tried.append(address)
        assert 0 < left <= LONGEST
        if address == "192.0.2.1":
            raise ConnectionRefusedError
        return address

    assert reached("cong2.tinh.example", 80, LONGEST, open_one) == "192.0.2.2"
    assert tried == ["192.0.2.1", "192.0.2.2"]


def test_a_name_that_is_none_is_told(monkeypatch):
    """What the resolver raises reaches who asked, each time."""
    for _ in range(2):
        with pytest.raises(UnicodeError):
            addresses("x" * 70 + ".example", 80, 5)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_more, **_named: [])
    with pytest.raises(OSError, match="no address"):
        connected("cong3.tinh.example", 80, 5)


@pytest.mark.parametrize("kind", [AsyncHttpCarrier, AiohttpCarrier])
def test_a_loop_ends_while_a_name_is_still_asked_for(monkeypatch, kind):
    """`asyncio.run` joins the threads of its loop's own look-ups; a dead resolver keeps them for its whole patience."""
    answers = threading.Event()

    def silent(*_given, **_named):
        answers.wait(60)
        raise socket.gaierror

    async def ask():
        carrier = kind()
        with pytest.raises((Unreachable, TimedOut)):
            await carrier.send(
                Request(system="portal", url="http://cong.tinh.example/"), Timeouts(connect=0.05, read=0.05, total=0.1)
            )
        await carrier.close()

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    loop = threading.Thread(target=lambda: asyncio.run(ask()), daemon=True)
    loop.start()
    loop.join(30)
    ended = not loop.is_alive()
    answers.set()
    assert ended


@pytest.mark.parametrize("kind", [AsyncHttpCarrier, AiohttpCarrier])
def test_the_awaited_carriers_reach_a_machine_by_any_of_its_addresses(monkeypatch, kind):
    """The first one that takes the connection; a name that is none is no address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        rows = [(2, 1, 6, "", ("127.0.0.2", port)), (2, 1, 6, "", ("127.0.0.1", port))]

        def answer():
            taken, _from = server.accept()
            with taken:
                taken.recv(65536)
                taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")

        async def ask():
            carrier = kind()
            url = f"http://service.example:{port}/"
            reply = await carrier.send(Request(system="portal", url=url, method="GET"), Timeouts())
            monkeypatch.setattr(socket, "getaddrinfo", nobody)
            with pytest.raises(Unreachable):
                await carrier.send(Request(system="portal", url=f"{url[:-1]}1/", method="GET"), Timeouts())
            await carrier.close()
            return reply.body

        def nobody(*_given, **_named):
            raise socket.gaierror

        threading.Thread(target=answer, daemon=True).start()
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_more, **_named: rows)
        assert asyncio.run(ask()) == b"ok"


class _Stream(httpcore.AsyncNetworkStream):
    """A connection that says whether it was closed."""

    closed = False

    async def aclose(self):
        self.closed = True


class _Machines(httpcore.AsyncNetworkBackend):
    """Machines by address: `hole` gives no sign, `slow` answers only whoever no longer listens, `closed` refuses."""

    def __init__(self):
        self.tried, self.ended, self.late = [], [], _Stream()

    async def connect_tcp(self, host, *_more):
        self.tried.append(host)
        if host == "closed":
            raise httpcore.ConnectError(host)
        if host == "open":
            return _Stream()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.ended.append(host)
            if host == "hole":
                raise
        return self.late


@pytest.fixture
def machines(monkeypatch):
    """Connects by addresses that the test gives."""
    monkeypatch.setattr(names_awaited, "_STAGGER", 0.01)
    inner = _Machines()

    async def connect(*found, seconds=None):
        async def told(_host, _port):
            return found

        monkeypatch.setattr(names_awaited, "awaited_addresses", told)
        backend = names_awaited._Backend(inner)
        return await asyncio.wait_for(backend.connect_tcp("cong.tinh.example", 443, seconds), LONGEST)

    inner.connect = connect
    return inner


def test_an_address_that_gives_no_sign_is_not_waited_for(machines):
    """The next one is tried beside it, with no timeout at all; who loses is ended, and closed if it came late."""
    stream = asyncio.run(machines.connect("hole", "slow", "closed", "open", "never"))
    assert machines.tried == ["hole", "slow", "closed", "open"]
    assert sorted(machines.ended) == ["hole", "slow"]
    assert (stream.closed, machines.late.closed) == (False, True)


def test_all_addresses_share_one_time(machines):
    """However many give no sign; and when all refuse, the refusal is told."""
    with pytest.raises(httpcore.ConnectTimeout):
        asyncio.run(machines.connect("hole", "hole", seconds=0.1))
    assert machines.ended == ["hole", "hole"]
    for found in (("closed", "closed"), ("closed",), ()):
        with pytest.raises(httpcore.ConnectError):
            asyncio.run(machines.connect(*found))
