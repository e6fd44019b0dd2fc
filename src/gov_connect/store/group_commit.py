"""Group commit: whoever writes while another commit is under way shares the next one.

A commit that survives a power cut costs a flush of the disk. Sixty-four notices at once would queue for
sixty-four flushes; instead the next writer takes along everything that has queued up behind it.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from gov_connect import _forks as forks
from gov_connect.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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


class Step(Generic[T]):
    """A piece of work on the records: called, it is done and gives its result.

    Whoever has several of one group at hand, as the awaited driver has, lets `group` do them in one go.

    Args:
        rescue: gives the result after all when the work failed, or raises.
        durable: as for `Database.transaction`.
    """

    __slots__ = ("_rescue", "_work", "durable", "group")

    def __init__(
        self,
        group: Group,
        work: Callable[[Any], T],
        rescue: Callable[[Exception], T] | None = None,
        *,
        durable: bool = True,
    ) -> None:
        self.group: Final = group
        self.durable: Final = durable
        self._work = work
        self._rescue = rescue

    def __call__(self) -> T:
        """Do it, alone or with whatever else waits at this moment."""
        ((result, failure),) = self.group.run_many([self])
        if failure is not None:
            raise failure
        return result  # type: ignore[no-any-return]

    def within(self, link: Any) -> T:
        """Do it in a transaction that is open."""
        return self._work(link)

    def ended(self, result: Any, failure: Exception | None) -> tuple[Any, Exception | None]:
        """What it comes to."""
        if failure is None or self._rescue is None:
            return result, failure
        try:
            return self._rescue(failure), None
        except Exception as error:  # noqa: BLE001 - raised where the result is taken
            return None, error


class Group(Protocol):
    """Does steps together."""

    @property
    def at_once(self) -> bool:
        """Whether no step ever waits for a disk or a network, so that a thread would only cost."""
        ...

    def run_many(self, steps: Sequence[Step[Any]]) -> list[tuple[Any, Exception | None]]:
        """Do them; gives the result or the failure of each, in order."""
        ...


class GroupReading:
    """Does steps that only read, and only by `Prepared` statements, in one view."""

    def __init__(self, database: Database) -> None:
        self._database: Final = database

    @property
    def at_once(self) -> bool:
        """Whether the database lives in memory."""
        return self._database.in_memory

    def run_many(self, steps: Sequence[Step[Any]]) -> list[tuple[Any, Exception | None]]:
        """Do them one after the other; when one fails, each in a view of its own."""
        try:
            with self._database.brief(writes=False) as link:
                results = [step.within(link) for step in steps]
        except Exception as error:  # noqa: BLE001 - given back to whoever asked
            if len(steps) == 1:
                return [steps[0].ended(None, error)]
            return [outcome for step in steps for outcome in self.run_many([step])]
        return [step.ended(result, None) for step, result in zip(steps, results, strict=True)]


class GroupCommit:
    """Runs steps inside shared transactions; each returns only after its commit.

    A group waits for the disk when one step of it is to; the others have their commit for nothing then, instead of one
    of their own behind it.

    Args:
        touches: as for `Database.transaction`.
        brief: whether all steps only run `Prepared` statements.
        inside: makes of the connection of a group what its steps are given, and may add to the end of the group.

    A step may run twice (when another one of its group fails, the group is undone and each is run alone),
    so it must do nothing but read and write through what it is given.
    """

    def __init__(
        self,
        database: Database,
        touches: str = "",
        *,
        brief: bool = False,
        inside: Callable[[Any], contextlib.AbstractContextManager[Any]] = contextlib.nullcontext,
    ) -> None:
        self._database: Final = database
        self._touches: Final = touches
        self._open: Final = database.brief if brief else database.transaction
        self._inside: Final = inside
        self._queue: deque[_Work[Any]] = deque()
        self._mutex = threading.Lock()
        self._led = False
        forks.tell(self)

    def before_fork(self, until: float) -> None:
        """Nothing: the database waits until no group is under way."""

    def after_fork(self, *, child: bool) -> None:
        """Start anew in the child: neither whoever led there nor those who waited are in it."""
        if child:
            self._queue, self._mutex, self._led = deque(), threading.Lock(), False

    @property
    def at_once(self) -> bool:
        """Whether the database lives in memory."""
        return self._database.in_memory

    def run(self, step: Callable[[Any], T]) -> T:
        """Run `step`, and give its result once it is committed, or raise what it raises."""
        work = _Work(step)
        self._run([work])
        if work.failure is not None:
            raise work.failure
        return work.result  # type: ignore[return-value]

    def run_many(self, steps: Sequence[Step[Any]]) -> list[tuple[Any, Exception | None]]:
        """Run several, in one commit where none of them fails."""
        works = [_Work(step.within, durable=step.durable) for step in steps]
        self._run(works)
        return [step.ended(work.result, work.failure) for step, work in zip(steps, works, strict=True)]

    def _run(self, works: list[_Work[Any]]) -> None:
        # Whoever leads may be another thread, which would wait for the transaction that this one is in.
        self._database.refuse_nested()
        try:
            with self._mutex:
                self._queue.extend(works)
                waits, self._led = self._led, True
                works[0].leads = not waits
            for work in works:
                if work.done:
                    continue
                if not work.leads:
                    work.sleep()
                if not work.done:
                    self._lead()
        except BaseException:
            for work in works:
                self._abandon(work)
            raise

    def _lead(self) -> None:
        """Commit one group, one's own step in it, wake the others, and hand the lead on.

        Interrupted, it keeps what is committed, puts back what the others asked, and hands the lead on all the same.
        """
        with self._mutex:
            group = [self._queue.popleft() for _ in range(min(len(self._queue), _LARGEST_GROUP))]
        try:
            if not self._together(group):
                for work in group:
                    self._alone(work)
        finally:
            with self._mutex:
                self._queue.extendleft(work for work in reversed(group) if not work.done)
            self._hand_on()
            for work in group[1:]:
                if work.done:
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
        durable = any(work.durable for work in group)
        all_ran = False
        lost: LedgerError | None = None
        try:
            with self._open(self._touches, durable=durable) as db, self._inside(db) as place:
                for work in group:
                    work.result = work.step(place)
                all_ran = True
        except Exception as error:  # noqa: BLE001 - each is run alone, and whose fault it was raises there
            if not (all_ran and isinstance(error, LedgerError) and error.code == "ledger.unreachable"):
                return False
            # Lost at the commit, which may have been done: run again, a step that counts would count twice.
            lost = error
        for work in group:
            if lost is not None:
                # Each its own: it is raised on a thread of its own.
                work.failure = LedgerError(lost.code)
                work.failure.__cause__ = lost.__cause__
            work.done = True
        return True

    def _alone(self, work: _Work[Any]) -> None:
        try:
            with self._open(self._touches, durable=work.durable) as db, self._inside(db) as place:
                work.result = work.step(place)
        except Exception as error:  # noqa: BLE001 - raised on the thread that asked
            work.failure = error
        work.done = True
