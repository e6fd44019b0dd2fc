"""Heartbeats: how the workers of one database show each other that they live."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from gov_connect.errors import LeaseLost, LedgerError

if TYPE_CHECKING:
    from gov_connect.delivery.base_worker import Timing
    from gov_connect.delivery.queue import Queue

_UNSTICK_EVERY: Final = 10
"""Beats between two looks for events that a jump of the clock pushed out of reach."""


class Heartbeat:
    """Shows that one worker lives, and finds the others that do not, by beats that stand still."""

    def __init__(self, queue: Queue, timing: Timing) -> None:
        self._queue = queue
        self._timing = timing
        self._seen: dict[str, tuple[int, float]] = {}
        self._beats = 0

    def beat(self, worker: str) -> int:
        """Beat once; gives how many events of dead workers are free again.

        Raises:
            LeaseLost: this worker itself was taken for dead.
        """
        self._beats += 1
        freed = 0
        try:
            if self._beats % _UNSTICK_EVERY == 0:
                freed += self._queue.unstick()
            others, now = self._queue.beat(worker), time.monotonic()
            self._seen = {other: self._since(other, beat, now) for other, beat in others.items()}
            for other, (beat, since) in self._seen.items():
                if now - since >= self._timing.dead_after:
                    freed += self._queue.bury(other, beat)
        except LeaseLost:
            raise
        except LedgerError:
            # Nobody can beat while the database is away: nobody shall be taken for dead because of it.
            self._seen = {}
        return freed

    def _since(self, other: str, beat: int, now: float) -> tuple[int, float]:
        before = self._seen.get(other)
        return (beat, now) if before is None or before[0] != beat else before
