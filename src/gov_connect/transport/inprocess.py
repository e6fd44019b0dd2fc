"""A carrier without a network: a plain function answers. The offline façade and tests use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gov_connect.errors import Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.runtime.effects import Reply, Request, Timeouts


class InProcessCarrier:
    """Gives every request to `handler`, which answers, or None when nobody lives at that address."""

    def __init__(self, handler: Callable[[Request], Reply | None]) -> None:
        self._handler = handler

    def send(self, request: Request, timeouts: Timeouts) -> Reply:
        """Answer `request` on the spot."""
        del timeouts
        reply = self._handler(request)
        if reply is None:
            raise Unreachable(system=request.system)
        return reply

    def close(self) -> None:
        """Nothing is open."""

    def for_asyncio(self) -> AsyncInProcessCarrier:
        """The same handler for the awaited façade."""
        return AsyncInProcessCarrier(self._handler)


class AsyncInProcessCarrier:
    """The same for asyncio."""

    def __init__(self, handler: Callable[[Request], Reply | None]) -> None:
        self._inner = InProcessCarrier(handler)

    async def send(self, request: Request, timeouts: Timeouts) -> Reply:
        """Answer `request` on the spot."""
        return self._inner.send(request, timeouts)

    async def close(self) -> None:
        """Nothing is open."""
