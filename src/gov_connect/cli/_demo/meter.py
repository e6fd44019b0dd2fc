"""Counts and times of calls per system, from what the guard tells of each attempt."""

from __future__ import annotations

import statistics
import threading
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gov_connect.resilience import Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One system's day. Times are milliseconds."""

    calls: int
    retries: int
    failures: int
    p50: float
    p95: float


class Meter:
    """An observer of attempts; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: dict[str, list[float]] = defaultdict(list)
        self._retries: dict[str, int] = defaultdict(int)
        self._failures: dict[str, int] = defaultdict(int)

    def __call__(self, attempt: Attempt) -> None:
        """Take note of one attempt."""
        with self._lock:
            self._times[attempt.system].append(attempt.seconds * 1000)
            self._retries[attempt.system] += attempt.number > 1
            self._failures[attempt.system] += attempt.outcome != "answered"

    def figures(self) -> dict[str, Figures]:
        """The figures per system."""
        with self._lock:
            return {
                system: Figures(
                    calls=len(times),
                    retries=self._retries[system],
                    failures=self._failures[system],
                    p50=round(statistics.median(times), 1),
                    p95=round(_quantile(times, 0.95), 1),
                )
                for system, times in sorted(self._times.items())
            }


def _quantile(times: list[float], share: float) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
