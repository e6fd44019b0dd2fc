"""Small servers that behave badly on purpose, and both carriers behind one face."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from gov_connect.errors import OutsideSystemError
from gov_connect.runtime import Reply, Request, Timeouts
from gov_connect.transport import AsyncHttpCarrier, HttpCarrier
from gov_connect.transport.fast import AiohttpCarrier

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Behaviour = Callable[["Peer"], None]


class Peer:
    """The server's end of one connection."""

    def __init__(self, connection: socket.socket, stopping: threading.Event) -> None:
        self.connection = connection
        self.stopping = stopping

    def read_request(self) -> bytes:
        """Read one request, whole; `b""` when the client has gone."""
        got = b""
        while b"\r\n\r\n" not in got:
            piece = self.connection.recv(65536)
            if not piece:
                return b""
            got += piece
        head, _, body = got.partition(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        wanted = int(lengths[0].partition(b":")[2]) if lengths else 0
        while len(body) < wanted:
            body += self.connection.recv(65536)
        return head + b"\r\n\r\n" + body

    def say(self, *pieces: bytes) -> None:
        """Send `pieces`."""
        for piece in pieces:
            self.connection.sendall(piece)

    def drip(self, pieces: Iterator[bytes], seconds: float = 0.02) -> None:
        """Send one piece, wait, and so on until the client goes or the test ends."""
        for piece in pieces:
            self.connection.sendall(piece)
            if self.stopping.wait(seconds):
                return

    def wait(self) -> None:
        """Keep quiet until the test ends."""
        self.stopping.wait(60)


class Server:
    """Listens on loopback and lets `behaviour` handle each connection in a thread."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.accepted: list[socket.socket] = []
        self.called = threading.Event()
        self.ended = 0
        self._behaviour = behaviour
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.02)
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self._start(self._accept)

    def _start(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = self._listener.accept()
                self.accepted.append(connection)
                self.called.set()
                self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(60)
            self._behaviour(Peer(connection, self._stopping))
        self.ended += 1

    def wait_for_end(self, count: int) -> None:
        """Wait until `count` conversations are over."""
        until = time.monotonic() + 60
        while self.ended < count and time.monotonic() < until:
            time.sleep(0.002)

    def close(self) -> None:
        """End all conversations."""
        self._stopping.set()
        for connection in list(self.accepted):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join(60)
        self._listener.close()


@pytest.fixture
def serve() -> Iterator[Callable[[Behaviour], Server]]:
    """Start servers; all of them end with the test."""
    started: list[Server] = []

    def start(behaviour: Behaviour) -> Server:
        started.append(Server(behaviour))
        return started[-1]

    yield start
    for server in started:
        server.close()


def _polite(peer: Peer) -> None:
    while peer.read_request():
        peer.say(OK)


@pytest.fixture
def polite(serve: Callable[[Behaviour], Server]) -> Server:
    """A server that answers every request, many on one connection."""
    return serve(_polite)


@pytest.fixture(scope="session")
def dead_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def verify() -> Any:
    """TLS settings, made once: making them is slow."""
    return httpx.create_ssl_context(trust_env=False)


@dataclass(frozen=True)
class Ended:
    """How a call ended, and after how many seconds."""

    error: OutsideSystemError
    seconds: float


KINDS = {"sync": HttpCarrier, "async": AsyncHttpCarrier, "aiohttp": AiohttpCarrier}


class Face:
    """One of the carriers, called and waited for."""

    def __init__(self, kind: str, **arguments: Any) -> None:
        self._runner = None if kind == "sync" else asyncio.Runner()
        self.carrier: Any = KINDS[kind](**arguments)

    def send(self, request: Request, timeouts: Timeouts | None = None) -> Reply:
        """Exchange one message."""
        bounds = timeouts or Timeouts(connect=2, read=2, total=2)
        reply: Reply = self._done(self.carrier.send(request, bounds))
        return reply

    def get(self, url: str) -> Reply:
        """Ask `url`."""
        return self.send(Request(system="portal", url=url, method="GET"))

    def fail(self, request: Request, timeouts: Timeouts) -> Ended:
        """Exchange one message that must fail with one of our own errors."""
        began = time.monotonic()
        with pytest.raises(OutsideSystemError) as caught:
            self.send(request, timeouts)
        return Ended(caught.value, time.monotonic() - began)

    def close(self) -> None:
        """Give up all connections."""
        self._done(self.carrier.close())

    def end(self) -> None:
        """Give up all connections and the loop."""
        self.close()
        if self._runner:
            self._runner.close()

    def _done(self, outcome: Any) -> Any:
        return self._runner.run(outcome) if self._runner else outcome


@pytest.fixture(params=KINDS)
def carry(request: pytest.FixtureRequest, verify: Any) -> Iterator[Callable[..., Face]]:
    """Make carriers of either kind; by default with one connection, so that a lost one is noticed."""
    made: list[Face] = []

    def make(**arguments: Any) -> Face:
        made.append(Face(request.param, **{"verify": verify, "connections": 1, **arguments}))
        return made[-1]

    yield make
    for face in made:
        face.end()
