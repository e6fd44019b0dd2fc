"""A rate limit per (agency, system): a token bucket with an injected clock."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gov_connect.runtime.ports import Clock


class RateLimit:
    """At most `per_second` calls on average, `burst` at once.

    Callers reserve a place and are told how long to wait for it, so waiting callers queue in order.
    """

    def __init__(self, per_second: float, clock: Clock, burst: int | None = None) -> None:
        self._interval: Final = 1.0 / per_second
        self._burst: Final = max(1, int(per_second)) if burst is None else burst
        self._clock: Final = clock
        self._lock = threading.Lock()
        self._next = float("-inf")

    def reserve(self, longest: float = float("inf")) -> float:
        """Take the next place; gives the seconds to wait for it.

        A place that is more than `longest` seconds away is told but not taken.
        """
        with self._lock:
            now = self._clock.monotonic()
            earliest = now - self._interval * (self._burst - 1)
            mine = max(self._next, earliest)
            wait = max(0.0, mine - now)
            if wait <= longest:
                self._next = mine + self._interval
            return wait
