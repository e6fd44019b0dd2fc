"""How bytes travel: httpx's transport interface under our own seam, bounded in time and size.

`httpx.Client` is passed by: fixed endpoints want no redirects, cookies, proxies from the environment
or auth flows, and the client costs a third of a call. Any `httpx.BaseTransport` a host gives
(MockTransport, WSGITransport, its own) is carried the same way.

The total deadline bounds reading too: a server that sends one byte a second, or headers without end,
meets it (see `deadline.py`).
"""

from __future__ import annotations

import asyncio
import threading
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gov_connect import _forks as forks
from gov_connect.errors import OutsideSystemError, TimedOut, UnexpectedReply, Unreachable
from gov_connect.runtime.effects import Reply
from gov_connect.transport.bounds import ALWAYS, LARGEST_REPLY, Collector, ordinary, require_writable
from gov_connect.transport.loops import PerLoop
from gov_connect.transport.tls import checks_of, full_checks

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

    import httpx

    from gov_connect.runtime.drivers import AsyncCarrier
    from gov_connect.runtime.effects import Request, Timeouts, TlsFiles
    from gov_connect.transport.deadline import Answered, DeadlineTransport


class HttpCarrier:
    """Carries requests over an httpx transport; blocking.

    Args:
        transport: the host's own transport, for all systems; by default each system gets one of ours on
            first use, so that a slow one cannot take the connections of the others.
        verify: TLS settings; by default full checks against the roots that httpx brings. A request that
            brings files of its own (`tls`) gets its own, and connections that nobody else uses.
        connections: most connections at once to one system, idle ones included.
        largest_reply: bytes of a decoded reply beyond which it is refused.
    """

    def __init__(
        self,
        transport: httpx.BaseTransport | None = None,
        *,
        verify: ssl.SSLContext | None = None,
        connections: int = 32,
        largest_reply: int = LARGEST_REPLY,
    ) -> None:
        self._given: Final = transport
        self._own: dict[tuple[str, TlsFiles | None], DeadlineTransport] = {}
        self._verify = verify
        self._connections: Final = connections
        self._largest: Final = largest_reply
        self._lock = threading.Lock()
        forks.tell(self)

    def send(self, request: Request, timeouts: Timeouts) -> Reply:
        """Exchange one message.

        Raises:
            Unreachable: no connection; nothing was sent.
            TimedOut: the reply was not there, whole, in time.
            UnexpectedReply: the connection broke, or the reply is too large or badly encoded.
        """
        import httpx  # noqa: PLC0415 - loaded on first use

        from gov_connect.transport.deadline import until  # noqa: PLC0415

        deadline = time.monotonic() + timeouts.total
        try:
            with until(deadline):
                answer = self._ask(request, timeouts)
                try:
                    body = self._read(answer, request.system, deadline, timeouts.total)
                finally:
                    answer.close()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _ours(error, request.system, timeouts) from None
        except UnicodeError:
            if self._given is not None:
                raise
            # A host name that the resolver cannot write; everything after it is bytes.
            raise Unreachable(system=request.system) from None
        except (KeyboardInterrupt, SystemExit):
            if self._given is None:
                self._transport_to(request).interrupted()
            raise
        return Reply(status=answer.status, headers=answer.headers, body=body)

    def _ask(self, request: Request, timeouts: Timeouts) -> Answered:
        import httpx  # noqa: PLC0415 - loaded on first use

        from gov_connect.transport.deadline import Answered  # noqa: PLC0415

        if self._given is None and request.method == "POST" and ordinary(tuple(request.headers)):
            require_writable(request.headers, len(request.body))
            try:
                url = _address(request.url)
            except (httpx.InvalidURL, ValueError):  # UnicodeError and IDNAError are ValueErrors
                raise Unreachable(system=request.system) from None
            headers = {**ALWAYS, **request.headers}
            return self._transport_to(request).post(url, headers, request.body, _bounds(timeouts))
        transport = self._given or self._transport_to(request)
        response = transport.handle_request(_outgoing(request, timeouts))
        assert isinstance(response.stream, httpx.SyncByteStream)
        return Answered(response.status_code, _headers(response), response.stream, response.close)

    def _transport_to(self, request: Request) -> DeadlineTransport:
        from gov_connect.transport.deadline import DeadlineTransport  # noqa: PLC0415 - loaded on first use

        with self._lock:
            key = (request.system, request.tls)
            if key not in self._own:
                self._own[key] = DeadlineTransport(verify=self._checks(request), connections=self._connections)
            return self._own[key]

    def _checks(self, request: Request) -> ssl.SSLContext:
        if request.tls is not None:
            return checks_of(request.tls, request.system)
        self._verify = self._verify or full_checks()
        return self._verify

    def _read(self, answer: Answered, system: str, deadline: float, total: float) -> bytes:
        collected = Collector(answer.status, answer.headers, system, self._largest)
        for chunk in answer.stream:
            collected.add(chunk)
            if time.monotonic() > deadline:
                raise TimedOut(system=system, seconds=total)
        return collected.finish()

    def before_fork(self, until: float) -> None:
        """Nothing: the parent keeps its connections."""

    def after_fork(self, *, child: bool) -> None:
        """Give up all connections in the child: two processes on one would read each other's answers."""
        if not child:
            return
        left, self._own, self._lock = self._own, {}, threading.Lock()
        for transport in left.values():
            transport.abandon()

    def close(self) -> None:
        """Close all connections: idle ones now, the others as soon as their answers are here."""
        with self._lock:
            mine, self._own = list(self._own.values()), {}
        for transport in mine if self._given is None else [self._given]:
            transport.close()


class AsyncHttpCarrier:
    """The same for asyncio. The arguments are those of `HttpCarrier`.

    httpx's own pool is slow with many calls in flight, so `connections` stays small per system; with the
    `fast` extra the façade uses `AiohttpCarrier` instead.
    """

    def __init__(
        self,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        verify: ssl.SSLContext | None = None,
        connections: int = 8,
        largest_reply: int = LARGEST_REPLY,
    ) -> None:
        self._given: Final = transport
        self._own: Final[PerLoop[httpx.AsyncBaseTransport]] = PerLoop()
        self._verify = verify
        self._connections: Final = connections
        self._largest: Final = largest_reply

    async def send(self, request: Request, timeouts: Timeouts) -> Reply:
        """Exchange one message; raises what `HttpCarrier.send` raises."""
        import httpx  # noqa: PLC0415 - loaded on first use

        outgoing = _outgoing(request, timeouts)
        transport = self._given or self._transport_to(request)
        try:
            async with asyncio.timeout(timeouts.total):
                response = await transport.handle_async_request(outgoing)
                try:
                    stream = response.stream
                    assert isinstance(stream, httpx.AsyncByteStream)
                    body = await self._read(stream, response, request.system)
                finally:
                    await response.aclose()
        except TimeoutError:
            raise TimedOut(system=request.system, seconds=timeouts.total) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _ours(error, request.system, timeouts) from None
        except UnicodeError:
            if self._given is not None:
                raise
            raise Unreachable(system=request.system) from None
        return Reply(status=response.status_code, headers=_headers(response), body=body)

    def _transport_to(self, request: Request) -> httpx.AsyncBaseTransport:
        import httpx  # noqa: PLC0415 - loaded on first use

        mine = self._own.mine()
        key = (request.system, request.tls)
        if key not in mine:
            if request.tls is not None:
                checks = checks_of(request.tls, request.system)
            else:
                checks = self._verify = self._verify or full_checks()
            limits = httpx.Limits(max_connections=self._connections, max_keepalive_connections=self._connections)
            from gov_connect.transport.names_awaited import with_names  # noqa: PLC0415 - loaded on first use

            mine[key] = with_names(httpx.AsyncHTTPTransport(verify=checks, limits=limits, trust_env=False))
        return mine[key]

    async def _read(
        self, stream: AsyncIterator[bytes] | httpx.AsyncByteStream, response: httpx.Response, system: str
    ) -> bytes:
        collected = Collector(response.status_code, response.headers, system, self._largest)
        async for chunk in stream:
            collected.add(chunk)
        return collected.finish()

    async def close(self) -> None:
        """Close the connections of the running loop, and drop those of others."""
        mine = self._own.leave()
        for transport in mine if self._given is None else [self._given]:
            await transport.aclose()


def _outgoing(request: Request, timeouts: Timeouts) -> httpx.Request:
    """The request in httpx's form.

    Raises:
        InvalidInput: a header holds what no header can.
        Unreachable: the address is none.
    """
    import httpx  # noqa: PLC0415 - loaded on first use

    require_writable(request.headers, len(request.body))
    try:
        return httpx.Request(
            request.method,
            _address(request.url),
            headers={**ALWAYS, **request.headers},
            content=request.body,
            extensions={"timeout": _bounds(timeouts)},
        )
    except (httpx.InvalidURL, ValueError):  # UnicodeError and IDNAError are ValueErrors
        raise Unreachable(system=request.system) from None


def _bounds(timeouts: Timeouts) -> dict[str, float]:
    """The transport interface applies no default time-outs: they travel with each request."""
    opening = min(timeouts.connect, timeouts.total)
    return {"connect": opening, "pool": opening, "read": timeouts.read, "write": timeouts.read}


@lru_cache(maxsize=512)
def _address(url: str) -> httpx.URL:
    """The address read once; httpx reads it letter by letter, a tenth of a call."""
    import httpx  # noqa: PLC0415 - loaded on first use

    return httpx.URL(url)


def _headers(response: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _ours(error: httpx.HTTPError | httpx.InvalidURL, system: str, timeouts: Timeouts) -> OutsideSystemError:
    """The one place where httpx's errors become ours."""
    import httpx  # noqa: PLC0415 - loaded on first use

    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.PoolTimeout():
            return Unreachable(system=system)
        case httpx.InvalidURL() | httpx.UnsupportedProtocol() | httpx.ProxyError() | httpx.LocalProtocolError():
            return Unreachable(system=system)
        case httpx.TimeoutException():
            return TimedOut(system=system, seconds=min(timeouts.read, timeouts.total))
        case _:
            return UnexpectedReply(system=system, reason="connection_lost")


def async_carrier() -> AsyncCarrier:
    """The carrier of the awaited façade: on aiohttp where the `fast` extra is installed, else on httpx."""
    try:
        from gov_connect.transport.fast import AiohttpCarrier  # noqa: PLC0415 - only with the extra
    except ImportError:
        return AsyncHttpCarrier()
    return AiohttpCarrier()
