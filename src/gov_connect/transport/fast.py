"""The awaited carrier on aiohttp, used when the `fast` extra is installed.

httpx's pool looks at every connection twice a call, so that 64 calls in flight cost many times what one
costs. aiohttp stands here under our own seam, without httpx's request objects in between: the addresses
are fixed, and redirects, cookies and proxies from the environment are not wanted.
"""

from __future__ import annotations

import asyncio
import io
import socket
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.http import HttpProcessingError
from yarl import URL

from gov_connect.errors import OutsideSystemError, TimedOut, UnexpectedReply, Unreachable
from gov_connect.runtime.effects import Reply
from gov_connect.transport.bounds import ALWAYS, LARGEST_REPLY, Collector, require_writable
from gov_connect.transport.loops import PerLoop
from gov_connect.transport.names import awaited_addresses
from gov_connect.transport.straight import FIELD_BYTES, Connections, goes_straight, post
from gov_connect.transport.tls import checks_of, full_checks

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from gov_connect.runtime.effects import Request, Timeouts
    from gov_connect.transport.straight import Answer

_KEEP_ALIVE: Final = 5.0
_LAST_PORT: Final = 65_535
_AT_ONCE: Final = 512 * 1024


class _Names(AbstractResolver):
    """Looks names up on threads that nobody waits for in the end."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await awaited_addresses(host, port)
        kinds = [(address, socket.AF_INET6 if ":" in address else socket.AF_INET) for address in found]
        return [
            ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
            for address, kind in kinds
            if family in {socket.AF_UNSPEC, kind}
        ]

    async def close(self) -> None:
        """Nothing is kept."""


class AiohttpCarrier:
    """Carries requests over aiohttp; for asyncio.

    Args:
        verify: TLS settings; by default full checks. A request's own files (`tls`) come before it.
        connections: most connections at once to one system, idle ones included.
        largest_reply: bytes of a decoded reply beyond which it is refused.
    """

    def __init__(
        self,
        *,
        verify: ssl.SSLContext | None = None,
        connections: int = 64,
        largest_reply: int = LARGEST_REPLY,
    ) -> None:
        self._own: Final[PerLoop[Connections]] = PerLoop()
        self._verify = verify
        self._connections: Final = connections
        self._largest: Final = largest_reply

    async def send(self, request: Request, timeouts: Timeouts) -> Reply:
        """Exchange one message.

        Raises:
            Unreachable: no connection; nothing was sent.
            TimedOut: the reply was not there, whole, in time.
            UnexpectedReply: the connection broke, or the reply is too large or badly encoded.
        """
        require_writable(request.headers, len(request.body))
        url = _address(request.url)
        if url is None:
            raise Unreachable(system=request.system)
        connections = self._connections_to(request)
        outgoing = {**ALWAYS, **request.headers}
        bounds = _bounds(min(timeouts.connect, timeouts.total), timeouts.read)
        clock = asyncio.get_running_loop().time
        deadline = clock() + timeouts.total
        try:
            straight = goes_straight(url, request)
            connection = await connections.idle(url, request.system, bounds) if straight else None
            async with asyncio.timeout_at(deadline):
                if connection is not None:
                    response: Answer | aiohttp.ClientResponse = await post(connection, request, outgoing, timeouts.read)
                else:
                    response = await connections.session.request(
                        request.method,
                        url,
                        data=_content(request.body),
                        headers=outgoing,
                        allow_redirects=False,
                        timeout=bounds,
                    )
                try:
                    headers = _headers(response.headers)
                    collected = Collector(response.status, headers, request.system, self._largest)
                    if response.content.is_eof():  # it came along with its headers, as small ones do
                        collected.add(response.content.read_nowait())
                    else:
                        async for chunk in response.content.iter_any():
                            collected.add(chunk)
                    body = collected.finish()
                finally:
                    # At its end the reply has given its connection back already; before it, both go.
                    response.close()
        except (TimeoutError, aiohttp.ClientError, HttpProcessingError, UnicodeError) as error:
            raise _ours(error, request.system, timeouts) from None
        return Reply(status=response.status, headers=headers, body=body)

    def _connections_to(self, request: Request) -> Connections:
        mine = self._own.mine()
        key = (request.system, request.tls)
        connections = mine.get(key)
        if connections is None:
            if request.tls is not None:
                checks = checks_of(request.tls, request.system)
            else:
                checks = self._verify = self._verify or full_checks()
            connector = aiohttp.TCPConnector(
                limit=self._connections,
                ssl=checks,
                resolver=_Names(),
                keepalive_timeout=_KEEP_ALIVE,
                enable_cleanup_closed=False,
            )
            session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                skip_auto_headers=("Accept", "Content-Type"),
                max_line_size=FIELD_BYTES,
                max_field_size=FIELD_BYTES,
            )
            connections = mine[key] = Connections(connector, session)
        return connections

    async def close(self) -> None:
        """Close the connections of the running loop, and drop those of others."""
        for connections in self._own.leave():
            await connections.close()


@lru_cache(maxsize=512)
def _address(url: str) -> URL | None:
    """The address as httpx writes it, so that both carriers send the same; None when it is none."""
    import httpx  # noqa: PLC0415 - on first use

    try:
        parsed = httpx.URL(url)
        if parsed.scheme not in {"http", "https"} or not parsed.host or (parsed.port or 0) > _LAST_PORT:
            return None
        return URL(str(parsed), encoded=True)
    except (httpx.InvalidURL, ValueError):  # UnicodeError and IDNAError are ValueErrors
        return None


@lru_cache(maxsize=64)
def _bounds(opening: float, silence: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, connect=opening, sock_connect=opening, sock_read=silence)


def _content(body: bytes) -> bytes | io.BytesIO | None:
    # What is large goes out in pieces, so that other calls go on meanwhile; BytesIO shares the bytes.
    return io.BytesIO(body) if len(body) > _AT_ONCE else body or None


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, told in headers.items():
        value = told if told.isascii() else _letters(told)
        key = name.lower()
        joined[key] = f"{joined[key]}, {value}" if key in joined else value
    return joined


def _letters(value: str) -> str:
    """A header as httpx reads it: UTF-8, or else one byte a letter. aiohttp gives half surrogates for what is no UTF-8,
    which no file, log or database takes.
    """
    raw = value.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("iso-8859-1")


def _ours(error: Exception, system: str, timeouts: Timeouts) -> OutsideSystemError:
    """The one place where aiohttp's errors become ours."""
    match error:
        case aiohttp.ConnectionTimeoutError() | aiohttp.ClientConnectorError() | aiohttp.InvalidURL():
            return Unreachable(system=system)
        case UnicodeError():  # a host name that the resolver cannot write
            return Unreachable(system=system)
        case aiohttp.ServerTimeoutError():
            return TimedOut(system=system, seconds=min(timeouts.read, timeouts.total))
        case TimeoutError():
            return TimedOut(system=system, seconds=timeouts.total)
        case _:
            return UnexpectedReply(system=system, reason="connection_lost")
