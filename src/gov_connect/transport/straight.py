"""An ordinary message straight over one of aiohttp's connections, past its session.

Pool, TLS, names, the parser of answers and its time-outs are aiohttp's. The session above them makes some thirty
objects and a task for each call, to follow redirects, keep cookies, ask proxies and repeat by itself; none of that is
wanted here, and it is most of what a call costs. `connect`, `set_response_params` and `read` are what the session
itself calls; `tests/transport/test_straight.py` holds both ways to the same bytes.
"""

from __future__ import annotations

import asyncio
import select
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

import aiohttp

from gov_connect.errors import Unreachable
from gov_connect.transport.bounds import ordinary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp.client_proto import ResponseHandler
    from aiohttp.connector import Connection
    from yarl import URL

    from gov_connect.runtime.effects import Request

FIELD_BYTES: Final = 64 * 1024
"""The longest status line and header of an answer."""
_IN_ONE_PIECE: Final = 64 * 1024
"""What the loop's own buffer holds. Above it the session waits for the peer between pieces."""
_ADDRESSES: Final = 512
_SWITCHING: Final = 101
_INTERIM: Final = frozenset(range(100, 200)) - {_SWITCHING}
_TRIES: Final = 4
"""New connections on which somebody speaks first."""


@dataclass(slots=True)
class Open:
    """A connection that is open, and how a message on it begins: its start line and its host."""

    connection: Connection
    start: str


@dataclass(slots=True)
class Answer:
    """An answer whose head is here; the attributes are named as aiohttp's own response has them."""

    status: int
    headers: Mapping[str, str]
    content: aiohttp.StreamReader
    connection: Connection

    def close(self) -> None:
        """Give the connection back; aiohttp closes one whose answer was not read to its end."""
        self.connection.release()


class Connections:
    """The connections of one event loop to one system.

    Args:
        connector: opens and keeps them.
        session: aiohttp's own way over the same ones.
    """

    def __init__(self, connector: aiohttp.TCPConnector, session: aiohttp.ClientSession) -> None:
        self.session: Final = session
        self._connector: Final = connector
        self._known: dict[URL, tuple[aiohttp.ClientRequest, str]] = {}
        self._kept: Final[WeakSet[ResponseHandler]] = WeakSet()

    async def idle(self, url: URL, system: str, bounds: aiohttp.ClientTimeout) -> Open:
        """A connection on which nothing has come that nobody asked for, be it the end: it would be our answer.

        Raises:
            Unreachable: whoever is there speaks before being asked, on new connections too.
            aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError: there is none in time, or none at all.
        """
        place, start = self._known.get(url) or self._learn(url)
        spoilt = 0
        try:
            while spoilt < _TRIES:
                connection = await self._connector.connect(place, traces=[], timeout=bounds)
                protocol = connection.protocol
                if protocol is None:
                    return Open(connection, start)
                kept = protocol in self._kept
                if not protocol.should_close and not (kept and _readable(protocol.transport)):
                    self._kept.add(protocol)
                    return Open(connection, start)
                connection.close()
                spoilt += not kept  # of kept ones there are only so many
        except TimeoutError as error:
            raise aiohttp.ConnectionTimeoutError from error
        raise Unreachable(system=system)

    def _learn(self, url: URL) -> tuple[aiohttp.ClientRequest, str]:
        """What aiohttp wants to know of an address to connect to it, and how a message to it begins."""
        if len(self._known) >= _ADDRESSES:
            self._known.clear()
        place = aiohttp.ClientRequest("POST", url, loop=asyncio.get_running_loop(), session=self.session)
        start = f"POST {url.raw_path_qs} HTTP/1.1\r\nHost: {place.headers['Host']}\r\n"
        self._known[url] = place, start
        return place, start

    async def close(self) -> None:
        """Close them all."""
        await self.session.close()


def _readable(transport: asyncio.Transport | None) -> bool:
    """Whether something has come that the loop has not heard of yet: it may have had no turn since the last call.

    Asked of kept connections alone: behind the handshake of a new one TLS has messages of its own.
    """
    reached = transport.get_extra_info("socket") if transport is not None else None
    if reached is None or reached.fileno() < 0:
        return True
    if sys.platform != "win32":  # elsewhere `select` refuses high numbers
        poll = select.poll()
        poll.register(reached.fileno(), select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([reached.fileno()], [], [], 0)[0])


async def post(reached: Open, request: Request, headers: Mapping[str, str], silence: float) -> Answer:
    """Send one message that `goes_straight`; the caller bounds the whole time.

    Args:
        reached: the connection, which is given back, or closed when anything goes wrong.
        request: what is sent.
        headers: all of them but what HTTP itself wants.
        silence: seconds, the longest between two pieces of the answer, its head included.

    Raises:
        Unreachable: the connection was lost before anything was sent.
        aiohttp.ClientError, aiohttp.http.HttpProcessingError: as aiohttp names what went wrong.
    """
    connection = reached.connection
    try:
        protocol, transport = connection.protocol, connection.transport
        if protocol is None or transport is None or transport.is_closing():
            raise Unreachable(system=request.system)
        protocol.set_response_params(
            read_until_eof=True,
            auto_decompress=False,
            read_timeout=silence,
            max_line_size=FIELD_BYTES,
            max_field_size=FIELD_BYTES,
        )
        fields = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
        head = f"{reached.start}{fields}Content-Length: {len(request.body)}\r\n\r\n"
        transport.write(head.encode("ascii") + request.body)
        while True:
            protocol.start_timeout()  # which an interim answer ends, as any answer without a body
            message, content = await protocol.read()
            if message.code not in _INTERIM:
                return Answer(message.code, message.headers, content, connection)
    except BaseException:
        connection.close()
        raise


def goes_straight(url: URL, request: Request) -> bool:
    """Whether a message needs nothing that only the session does: sending in pieces, a password in the address,
    headers about the connection, or repeating what may be repeated when a kept connection turns out dead.
    """
    return (
        request.method == "POST"
        and len(request.body) <= _IN_ONE_PIECE
        and url.raw_user is None
        and url.raw_password is None
        and ordinary(tuple(request.headers))
    )
