"""Processes that fork, as servers do that load the program once and then make their workers.

SQLite's locks belong to a process, and its library remembers which ones the process holds. A child that is forked off
while a file is open takes its parent's for its own, on new connections too, so that whoever ends last may take the log
away from under the others. A file must therefore be closed at the moment of the fork. Locks of threads are the other
trap: those that another thread held are held for ever in the child, where that thread is not.
"""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Final, Protocol
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE: Final = 10.0
"""Seconds that a fork waits for what other threads have begun."""
_LOOK: Final = 0.001


class Forks(Protocol):
    """What has something to do when the process forks."""

    def before_fork(self, until: float) -> None:
        """Make ready, by `until` (monotonic seconds); the parent and the child both go on afterwards."""
        ...

    def after_fork(self, *, child: bool) -> None:
        """Go on; in the child only the thread is left that forked."""
        ...


class Gate:
    """Counts who is inside, and lets nobody in while the process forks. A thread that is inside may enter again.

    Args:
        refusal: makes what is raised to whoever enters in a child that was forked off while somebody was inside.
    """

    def __init__(self, refusal: Callable[[], Exception]) -> None:
        self._refusal: Final = refusal
        # Each operation on the list is atomic. Whoever enters says so first and then looks whether it is shut; whoever
        # shuts it does so first and then looks who is inside: one of them sees the other.
        self._inside: Final[list[int]] = []
        self._shut: threading.Event | None = None
        self._torn = False

    def __enter__(self) -> None:
        me = threading.get_ident()
        self._inside.append(me)
        if self._shut is not None:
            self._wait(me)

    def __exit__(self, *exc_info: object) -> None:
        self._inside.remove(threading.get_ident())

    def _wait(self, me: int) -> None:
        while (shut := self._shut) is not None and (self._torn or self._inside.count(me) == 1):
            self._inside.remove(me)
            if self._torn:
                raise self._refusal()
            shut.wait()
            self._inside.append(me)

    def shut(self, until: float) -> bool:
        """Let nobody in; gives whether all had left by `until`. This thread cannot wait for itself."""
        self._shut = threading.Event()
        me = threading.get_ident()
        while self._inside:
            if me in self._inside or time.monotonic() >= until:
                return False
            time.sleep(_LOOK)
        return True

    def open(self) -> None:
        """Let in whoever waits."""
        shut, self._shut = self._shut, None
        if shut is not None:
            shut.set()

    def forked(self, *, torn: bool) -> None:
        """Open it in the child, where other threads are not; or let nobody in ever again."""
        self._torn = torn
        self._shut = threading.Event() if torn else None
        me = threading.get_ident()
        self._inside[:] = [one for one in self._inside if one == me]


class _Known:
    """All that is to be told."""

    def __init__(self) -> None:
        self._all: Final[WeakSet[Forks]] = WeakSet()
        self._lock: Final = threading.Lock()
        self._told: list[Forks] = []

    def add(self, one: Forks) -> None:
        with self._lock:
            self._all.add(one)

    def before(self) -> None:
        # Held until the fork is done, in both processes.
        self._lock.acquire()
        self._told = list(self._all)
        until = time.monotonic() + PATIENCE
        for one in self._told:
            one.before_fork(until)

    def in_parent(self) -> None:
        self._after(child=False)

    def in_child(self) -> None:
        self._after(child=True)

    def _after(self, *, child: bool) -> None:
        told, self._told = self._told, []
        try:
            for one in told:
                one.after_fork(child=child)
        finally:
            self._lock.release()


_KNOWN: Final = _Known()
if hasattr(os, "register_at_fork"):  # Windows does not fork
    os.register_at_fork(before=_KNOWN.before, after_in_parent=_KNOWN.in_parent, after_in_child=_KNOWN.in_child)


def tell(one: Forks) -> None:
    """Tell `one` of every fork, as long as somebody holds it."""
    _KNOWN.add(one)
