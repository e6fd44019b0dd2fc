"""Group commit: whoever writes while another commit is under way shares the next one.

A commit that survives a power cut costs a flush of the disk. Sixty-four notices at once would queue for
sixty-four flushes; instead the next writer takes along everything that has queued up behind it.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from gov_connect.store.database import Database

T = TypeVar("T")
_LARGEST_GROUP: Final = 256


class _Work(Generic[T]):
    """One step that waits. It is woken once: because it is done, or because it leads the next group."""

    __slots__ = ("_asleep", "done", "durable", "failure", "leads", "result", "step")

    def __init__(self, step: Callable[[Any], T], *, durable: bool = True) -> None:
        self.step = step
        self.durable = durable
        self.done = False
        self.leads = False
        self.result: T | None = None
        self.failure: Exception | None = None
        # A bare lock wakes its one waiter directly; an event would wake it through two.
        self._asleep = threading.Lock()
        self._asleep.acquire()

    def sleep(self) -> None:
        self._asleep.acquire()

    def wake(self) -> None:
        self._asleep.release()


class GroupCommit:
    """Runs steps inside shared transactions; each returns only after its commit.

    Args:
        touches: as for `Database.transaction`.
        inside: makes of the connection of a group what its steps are given, and may add to the end of the group.

    A step may run twice (when another one of its group fails, the group is undone and each is run alone),
    so it must do nothing but read and write through what it is given.
    """

    def __init__(
        self,
        database: Database,
        touches: str = "",
        *,
        inside: Callable[[Connection], contextlib.AbstractContextManager[Any]] = contextlib.nullcontext,
    ) -> None:
        self._database: Final = database
        self._touches: Final = touches
        self._inside: Final = inside
        self._queue: deque[_Work[Any]] = deque()
        self._mutex = threading.Lock()
        self._led = False

    def run(self, step: Callable[[Any], T], *, durable: bool = True) -> T:
        """Run `step`, and give its result once it is committed, or raise what it raises.

        Args:
            step: reads and writes.
            durable: as for `Database.transaction`; a group is as durable as the strictest step in it.
        """
        work = _Work(step, durable=durable)
        with self._mutex:
            self._queue.append(work)
            waits, self._led = self._led, True
            work.leads = not waits
        try:
            if waits:
                work.sleep()
            if not work.done:
                self._lead()
        except BaseException:
            self._abandon(work)
            raise
        if work.failure is not None:
            raise work.failure
        return work.result  # type: ignore[return-value]

    def _lead(self) -> None:
        """Commit one group, one's own step in it, wake the others, and hand the lead on."""
        with self._mutex:
            group = [self._queue.popleft() for _ in range(min(len(self._queue), _LARGEST_GROUP))]
        try:
            if not self._together(group):
                for work in group:
                    self._alone(work)
        except BaseException:
            # Interrupted: what the others asked is not lost, and the lead goes on to one of them.
            with self._mutex:
                self._queue.extendleft(reversed(group))
            raise
        for work in group:
            work.done = True
        self._hand_on()
        for work in group[1:]:
            work.wake()

    def _hand_on(self) -> None:
        with self._mutex:
            following = self._queue[0] if self._queue else None
            self._led = following is not None
            if following is not None:
                following.leads = True
        if following is not None:
            following.wake()

    def _abandon(self, work: _Work[Any]) -> None:
        """One that was interrupted leaves the queue; if it was to lead, the next one does."""
        with self._mutex:
            waiting = work in self._queue
            if waiting:
                self._queue.remove(work)
        if waiting and work.leads:
            self._hand_on()

    def _together(self, group: list[_Work[Any]]) -> bool:
        if len(group) == 1:
            return False
        try:
            durable = any(work.durable for work in group)
            with self._database.transaction(self._touches, durable=durable) as db, self._inside(db) as place:
                for work in group:
                    work.result = work.step(place)
        except Exception:  # noqa: BLE001 - each is run alone, and whose fault it was raises there
            return False
        return True

    def _alone(self, work: _Work[Any]) -> None:
        try:
            with self._database.transaction(self._touches, durable=work.durable) as db, self._inside(db) as place:
                work.result = work.step(place)
        except Exception as error:  # noqa: BLE001 - raised on the thread that asked
            work.failure = error
