"""A circuit breaker per (agency, system): after too many failures in a row, leave the system alone.

| state     | a call               | a success | a failure                          |
|-----------|----------------------|-----------|------------------------------------|
| closed    | passes               | closed, 0 | count + 1; at the threshold open   |
| open      | refused until rested | -         | -                                  |
| half open | one passes, rest no  | closed, 0 | open again                         |
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gov_connect.runtime.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerPolicy:
    """When to open, and for how long.

    Attributes:
        failures: consecutive failures that open the breaker.
        rest: seconds before one call is tried again.
    """

    failures: int = 8
    rest: float = 15.0


class Breaker:
    """See the table above. Thread-safe; the clock is injected."""

    def __init__(self, policy: BreakerPolicy, clock: Clock) -> None:
        self._policy: Final = policy
        self._clock: Final = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._opened_at: float | None = None
        self._trying = False

    def wait(self) -> float:
        """Seconds until a call may pass; 0 lets this call pass."""
        opened = self._opened_at
        if opened is None:  # closed, as nearly always: whoever opens it now opens it after this call
            return 0.0
        with self._lock:
            if self._opened_at is None:
                return 0.0
            left = self._opened_at + self._policy.rest - self._clock.monotonic()
            if left > 0:
                return left
            if self._trying:
                return self._policy.rest
            self._trying = True
            return 0.0

    def resting(self) -> float:
        """Seconds of rest left, without taking the place of the one call that may try."""
        with self._lock:
            if self._opened_at is None:
                return 0.0
            return max(0.0, self._opened_at + self._policy.rest - self._clock.monotonic())

    def succeeded(self) -> None:
        """The system answered."""
        if self._failures == 0:  # then it is neither open nor trying: nothing would change
            return
        with self._lock:
            self._failures = 0
            self._opened_at = None
            self._trying = False

    def failed(self) -> None:
        """The system did not answer, or answered that it cannot."""
        with self._lock:
            self._failures += 1
            if self._trying or self._failures >= self._policy.failures:
                self._opened_at = self._clock.monotonic()
            self._trying = False

    def abandoned(self) -> None:
        """The call ended without a verdict on the system (cancelled)."""
        with self._lock:
            self._trying = False
