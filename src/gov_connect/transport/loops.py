"""Connections belong to the event loop that opened them: each `asyncio.run` gets its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from gov_connect.runtime.effects import TlsFiles

T = TypeVar("T")


class PerLoop(Generic[T]):
    """One pool per loop, system and set of certificates."""

    def __init__(self) -> None:
        self._pools: dict[asyncio.AbstractEventLoop, dict[tuple[str, TlsFiles | None], T]] = {}

    def __len__(self) -> int:
        return len(self._pools)

    def mine(self) -> dict[tuple[str, TlsFiles | None], T]:
        """The pools of the running loop, by system and certificates."""
        loop = asyncio.get_running_loop()
        mine = self._pools.get(loop)
        if mine is None:
            # Nothing can be awaited on a loop that is closed: what it left is dropped.
            for gone in [other for other in list(self._pools) if other.is_closed()]:
                self._pools.pop(gone, None)
            mine = self._pools.setdefault(loop, {})
        return mine

    def leave(self) -> list[T]:
        """Forget all; gives those of the running loop, which can still be closed properly."""
        pools, self._pools = self._pools, {}
        return list(pools.get(asyncio.get_running_loop(), {}).values())
