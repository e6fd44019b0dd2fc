"""Short-lived secrets of a connection (sessions, tokens), kept with their age."""

from __future__ import annotations

import copy
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gov_connect.errors import GovConnectError
from gov_connect.runtime.effects import Sleep

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.runtime.effects import Flow
    from gov_connect.runtime.ports import Clock

_PAUSE: Final = 0.01
"""Seconds between two looks at whether somebody else's secret has come."""
_PATIENCE: Final = 120.0
"""Seconds after which one who waits fetches a secret of its own."""


@dataclass(slots=True)
class _Fetch:
    """One fetch of a secret that others wait for."""

    value: str = ""
    error: GovConnectError | None = None
    over: bool = False


class Memory:
    """A small table with an expiry per entry, shared by all views of one client.

    Keys begin with (agency, system). Nothing of it is written anywhere; its repr shows no value.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: dict[tuple[str, ...], tuple[float, object]] = {}
        self._fetches: dict[tuple[str, ...], _Fetch] = {}
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

    def shared(self, *key: str, fetch: Callable[[], Flow[tuple[str, float]]]) -> Flow[str]:
        """The secret under `key`; of many who want it at once, one fetches and the others get the same.

        An error of the fetch is theirs as well: a refused password is not tried once per caller.

        Args:
            key: as for `keep`.
            fetch: a flow that gives a fresh secret and the seconds it may be used.
        """
        patience = self._clock.monotonic() + _PATIENCE
        while True:
            kept = self.recall(*key)
            if isinstance(kept, str):
                return kept
            mine, theirs = _Fetch(), None
            with self._lock:
                theirs = self._fetches.setdefault(key, mine)
            if theirs is mine:
                return (yield from self._fetched(key, mine, fetch))
            while not theirs.over and self._clock.monotonic() < patience:
                yield Sleep(_PAUSE)
            if theirs.error is not None:
                raise copy.copy(theirs.error)
            if theirs.value:
                return theirs.value
            if not theirs.over:  # whoever fetches hangs: nobody else shall
                with self._lock:
                    if self._fetches.get(key) is theirs:
                        del self._fetches[key]

    def _fetched(self, key: tuple[str, ...], mine: _Fetch, fetch: Callable[[], Flow[tuple[str, float]]]) -> Flow[str]:
        try:
            # Somebody may have finished between the look and the claim.
            kept = self.recall(*key)
            if isinstance(kept, str):
                mine.value = kept
                return kept
            value, seconds = yield from fetch()
            self.keep(*key, value=value, seconds=seconds)
            mine.value = value
        except GovConnectError as error:
            mine.error = copy.copy(error)
            raise
        else:
            return value
        finally:
            mine.over = True
            with self._lock:
                if self._fetches.get(key) is mine:
                    del self._fetches[key]

    def __repr__(self) -> str:
        return f"<Memory, {len(self._entries)} entries>"
