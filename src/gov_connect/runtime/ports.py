"""Time, chance and ids come in from outside, so that a simulated day is a test."""

from __future__ import annotations

import os
import random
import threading
import time
from datetime import datetime, timedelta
from typing import Final, Protocol

from gov_connect.model.zone import VIETNAM

_SUPPLY: Final = 64 * 16


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """The present moment, with a time zone."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards, for deadlines."""
        ...


class Random(Protocol):
    """Where chance comes from (jitter of retries)."""

    def uniform(self, low: float, high: float) -> float:
        """A number between `low` and `high`."""
        ...


class Ids(Protocol):
    """Where unique ids come from (correlation ids, request ids)."""

    def new(self) -> str:
        """A fresh id: 32 lower-case hexadecimal digits."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """The present moment in Viet Nam."""
        return datetime.now(VIETNAM)

    def monotonic(self) -> float:
        """Seconds since some start."""
        return time.monotonic()


class ShiftedClock:
    """A clock that starts at a moment of one's choice and then runs as fast as real time."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._began = time.monotonic()

    def now(self) -> datetime:
        """The shifted moment."""
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Real seconds since this clock was made."""
        return time.monotonic() - self._began


class ManualClock:
    """A clock that a test moves. Sleeping through it takes no time: it just advances."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._passed = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The simulated moment."""
        return self._start + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        """Simulated seconds since the start."""
        return self._passed

    def advance(self, seconds: float) -> None:
        """Move on by `seconds`."""
        with self._lock:
            self._passed += seconds


class SystemRandom:
    """Chance from the operating system."""

    def __init__(self) -> None:
        self._source = random.SystemRandom()

    def uniform(self, low: float, high: float) -> float:
        """A number between `low` and `high`."""
        return self._source.uniform(low, high)


class SeededRandom:
    """Chance that repeats itself, for tests."""

    def __init__(self, seed: int) -> None:
        self._source = random.Random(seed)  # noqa: S311 - jitter, not a secret

    def uniform(self, low: float, high: float) -> float:
        """A number between `low` and `high`."""
        return self._source.uniform(low, high)


class RandomIds:
    """Ids of 122 random bits, in the form of a version 4 UUID without hyphens.

    The system's source is asked for many at once: on some machines one question costs more than all else
    in a call. A process that was forked off starts its own supply.
    """

    def __init__(self) -> None:
        self._mine = threading.local()  # no lock, which a fork could copy while it is held

    def new(self) -> str:
        """A fresh id."""
        mine = self._mine
        supply: bytes = getattr(mine, "supply", b"")
        if not supply or mine.owner != os.getpid():
            supply, mine.owner = os.urandom(_SUPPLY), os.getpid()
        mine.supply = supply[16:]
        made = bytearray(supply[:16])
        made[6] = made[6] & 0x0F | 0x40  # version 4
        made[8] = made[8] & 0x3F | 0x80  # variant of RFC 9562
        return made.hex()


class CountingIds:
    """Ids that count, for tests."""

    def __init__(self) -> None:
        self._count = 0
        self._lock = threading.Lock()

    def new(self) -> str:
        """The next id."""
        with self._lock:
            self._count += 1
            return f"{self._count:032x}"
