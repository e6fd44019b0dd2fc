"""Short-lived secrets of a connection (sessions, tokens), kept with their age."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gov_connect.runtime.ports import Clock


class Memory:
    """A small table with an expiry per entry, shared by all views of one client.

    Keys begin with (agency, system). Nothing of it is written anywhere; its repr shows no value.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: dict[tuple[str, ...], tuple[float, object]] = {}
        self._lock = threading.Lock()

    def recall(self, *key: str) -> object | None:
        """The value under `key`, or None when there is none or it is too old."""
        with self._lock:
            entry = self._entries.get(key)
        if entry is None or entry[0] <= self._clock.monotonic():
            return None
        return entry[1]

    def keep(self, *key: str, value: object, seconds: float) -> None:
        """Remember `value` under `key` for `seconds`."""
        with self._lock:
            self._entries[key] = (self._clock.monotonic() + seconds, value)

    def forget(self, *key: str, value: object) -> None:
        """Drop `value`, unless somebody has already replaced it with a newer one."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and entry[1] == value:
                del self._entries[key]

    def __repr__(self) -> str:
        return f"<Memory, {len(self._entries)} entries>"
