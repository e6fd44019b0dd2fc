"""httpx's awaited transport with names that are looked up on threads nobody waits for in the end.

Its connections are also those of `kept.py`.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import httpcore

from gov_connect.transport.kept import AwaitedConnection
from gov_connect.transport.names import awaited_addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Sequence

    import httpx

    Attempt: TypeAlias = Callable[[], Coroutine[Any, Any, httpcore.AsyncNetworkStream]]
    _Trial: TypeAlias = asyncio.Task[httpcore.AsyncNetworkStream]

_STAGGER: Final = 0.25
"""Seconds after which the next address is tried beside one that gives no sign (RFC 8305 §5)."""


class _Backend(httpcore.AsyncNetworkBackend):
    def __init__(self, inner: httpcore.AsyncNetworkBackend) -> None:
        self._inner = inner

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the seam of httpcore
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        def attempt(address: str) -> Coroutine[Any, Any, httpcore.AsyncNetworkStream]:
            return self._inner.connect_tcp(address, port, None, local_address, socket_options)

        try:
            async with asyncio.timeout(timeout):
                return await _raced([partial(attempt, one) for one in await awaited_addresses(host, port)])
        except TimeoutError:
            raise httpcore.ConnectTimeout("not in time") from None
        except socket.gaierror:
            raise httpcore.ConnectError("no address") from None

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


async def _raced(attempts: Sequence[Attempt]) -> httpcore.AsyncNetworkStream:
    """The first connection that comes to be; the next address is tried when one failed, or gave no sign for a while.

    Raises:
        ConnectError, ConnectTimeout: what the last one that failed raised.
    """
    if len(attempts) == 1:
        return await attempts[0]()
    last: BaseException = httpcore.ConnectError("no address")
    line = deque(attempts)
    tasks: list[_Trial] = []
    waiting: set[_Trial] = set()
    won: _Trial | None = None
    try:
        while line or waiting:
            if line:
                tasks.append(asyncio.create_task(line.popleft()()))
                waiting.add(tasks[-1])
            patience = _STAGGER if line else None
            done, waiting = await asyncio.wait(waiting, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                error = task.exception()
                if error is None:
                    won = task
                    return task.result()
                if not isinstance(error, (httpcore.ConnectError, httpcore.ConnectTimeout)):
                    raise error
                last = error
        raise last
    finally:
        await _abandoned([task for task in tasks if task is not won])


async def _abandoned(tasks: Sequence[_Trial]) -> None:
    """End what is no longer wanted; a connection that came to be meanwhile is closed."""
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, httpcore.AsyncNetworkStream):
            await result.aclose()


def with_names(transport: httpx.AsyncHTTPTransport) -> httpx.AsyncHTTPTransport:
    """The transport, with our way to look names up and to keep connections; httpx itself offers no place for them."""
    pool: Any = transport._pool  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    pool._network_backend = backend = _Backend(pool._network_backend)  # noqa: SLF001
    checks, seconds = pool._ssl_context, pool._keepalive_expiry  # noqa: SLF001

    def create(origin: httpcore.Origin) -> httpcore.AsyncConnectionInterface:
        return AwaitedConnection(origin, checks, seconds, network_backend=backend)

    pool.create_connection = create
    return transport
