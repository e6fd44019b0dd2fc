"""Group commit: whoever writes while another commit is under way shares the next one.

A commit that survives a power cut costs a flush of the disk. Sixty-four notices at once would queue for
sixty-four flushes; instead the first writer takes along everything that has queued up behind it.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from gov_connect.store import Database

T = TypeVar("T")
_LARGEST_GROUP: Final = 256


class _Work(Generic[T]):
    __slots__ = ("done", "failure", "result", "step")

    def __init__(self, step: Callable[[Connection], T]) -> None:
        self.step = step
        self.done = threading.Event()
        self.result: T | None = None
        self.failure: Exception | None = None


class GroupCommit:
    """Runs steps inside shared transactions; each returns only after its commit.

    A step may run twice (when another one of its group fails, the group is undone and each is run alone),
    so it must do nothing but read and write through the connection it is given.
    """

    def __init__(self, database: Database) -> None:
        self._database: Final = database
        self._queue: deque[_Work[Any]] = deque()
        self._turn = threading.Lock()

    def run(self, step: Callable[[Connection], T]) -> T:
        """Run `step`, and give its result once it is committed, or raise what it raises."""
        work = _Work(step)
        self._queue.append(work)
        with self._turn:
            while not work.done.is_set():
                self._lead(work)
        if work.failure is not None:
            raise work.failure
        return work.result  # type: ignore[return-value]

    def _lead(self, own: _Work[Any]) -> None:
        group: list[_Work[Any]] = []
        while self._queue and len(group) < _LARGEST_GROUP:
            group.append(self._queue.popleft())
        try:
            if not self._together(group):
                for work in group:
                    self._alone(work)
        except BaseException:
            # Interrupted: the others must not wait for ever, and what they asked is not lost.
            self._queue.extendleft(work for work in reversed(group) if work is not own)
            raise
        for work in group:
            work.done.set()

    def _together(self, group: list[_Work[Any]]) -> bool:
        if len(group) == 1:
            return False
        try:
            with self._database.transaction() as db:
                for work in group:
                    work.result = work.step(db)
        except Exception:  # noqa: BLE001 - each is run alone, and whose fault it was raises there
            return False
        return True

    def _alone(self, work: _Work[Any]) -> None:
        try:
            with self._database.transaction() as db:
                work.result = work.step(db)
        except Exception as error:  # noqa: BLE001 - raised on the thread that asked
            work.failure = error
