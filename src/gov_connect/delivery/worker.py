"""The worker: claims, has its threads carry out, settles; runs in its own process or inside the host's.

It owns nothing of its host: no signal handler, no event loop, no logging set-up; only daemon threads, which
`stop` ends in order.
"""

from __future__ import annotations

import contextlib
import logging
import queue as waiting_line
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from gov_connect.delivery.outcomes import Kind, Outcome, judged
from gov_connect.errors import LeaseLost, LedgerError
from gov_connect.resilience.attempts import LOGGER

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from gov_connect.delivery.health import Ring
    from gov_connect.delivery.outcomes import Claimed
    from gov_connect.delivery.queue import Queue, Target

_UNSTICK_EVERY: Final = 10
"""Beats between two looks for events that a jump of the clock pushed out of reach."""
Alarm = tuple[str, str, "Ring", str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds by this machine's monotonic clock.

    Attributes:
        beat: between two signs of life.
        dead_after: a worker whose beat stands still for so long is taken for dead.
        idle: longest sleep while nothing is due; our own process rings the bell before.
        gather: how long results are gathered before they are written together; longer while no slot idles.
        grace: how long `stop` waits for what is under way.
    """

    beat: float = 3.0
    dead_after: float = 20.0
    idle: float = 1.0
    gather: float = 0.01
    grace: float = 30.0


class Bell:
    """Rung by whoever wrote an event down in this process; wakes the workers of this process."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []

    def listen(self, wake: Callable[[], None]) -> None:
        """Hear every ring from now on."""
        self._listeners.append(wake)

    def ring(self) -> None:
        """There is something to do."""
        for wake in self._listeners:
            wake()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something done now and then: the payment poller, a reconciliation, the purge."""

    name: str
    every: float
    work: Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """How a worker does; `GET /healthz` shows it. `alive` turns false when its loop stands still."""

    alive: bool
    under_way: int
    settled: dict[str, int] = field(default_factory=dict[str, int])
    trouble: str = ""


class Worker:
    """One worker.

    Args:
        queue: all work of one database.
        perform: carries one event out; raises what went wrong.
        slots: events at once.
        cap: how many of one system, by its rate limit.
        without: systems that this worker does not serve.
        told: hears each alarm once.
    """

    def __init__(
        self,
        queue: Queue,
        perform: Callable[[Claimed], Outcome],
        *,
        name: str,
        slots: int = 32,
        cap: Callable[[Target], int] | None = None,
        without: Callable[[], Collection[str]] = tuple,
        jobs: Sequence[Job] = (),
        timing: Timing | None = None,
        bell: Bell | None = None,
        told: Callable[[Alarm], None] | None = None,
    ) -> None:
        self._queue: Final = queue
        self._perform: Final = perform
        self._name: Final = name
        self._slots: Final = slots
        self._cap: Final = cap or self._no_cap
        self._without: Final = without
        self._jobs: Final = jobs
        self._timing: Final = timing or Timing()
        self._rung = threading.Event()
        if bell is not None:
            bell.listen(self.wake)
        self._told: Final = told or log_alarm
        self._line: waiting_line.SimpleQueue[Claimed | None] = waiting_line.SimpleQueue()
        self._finished: waiting_line.SimpleQueue[Outcome | None] = waiting_line.SimpleQueue()
        self._stopping = threading.Event()
        self._mine: Counter[Target] = Counter()
        self._held: set[int] = set()
        # Whether a claim may have been committed that this worker never heard of.
        self._unsure = False
        self._ending: Counter[Target] = Counter()
        self._settled: Counter[str] = Counter()
        self._token = ""
        self._fenced = False
        self._turned = time.monotonic()
        self._trouble = ""
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Work in a thread of its own, inside the host's process."""
        self._thread = threading.Thread(target=self.run, name=f"gov-connect-{self._name}", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Claim nothing more; let what is under way end, write it down, sign off. Waits for it, when started."""
        self._stopping.set()
        self.wake()
        if self._thread is not None:
            self._thread.join(self._timing.grace + 10)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def wake(self) -> None:
        """Something may be due: look now."""
        if not self._rung.is_set():
            self._rung.set()
            self._finished.put(None)

    @property
    def pulse(self) -> Pulse:
        """How it does."""
        alive = time.monotonic() - self._turned < max(30.0, 10 * self._timing.idle)
        return Pulse(
            alive=alive and not self._stopping.is_set(),
            under_way=self._mine.total(),
            settled=dict(self._settled),
            trouble=self._trouble,
        )

    def run(self) -> None:
        """Work until `stop` is called from another thread."""
        threads = [threading.Thread(target=self._carry, daemon=True) for _ in range(self._slots)]
        beating = threading.Thread(target=self._beat, daemon=True)
        self._persist(self._sign_on)
        for thread in (*threads, beating):
            thread.start()
        calendar = Calendar(self._jobs)
        try:
            self._loop(calendar)
        finally:
            self._stopping.set()
            until = time.monotonic() + self._timing.grace
            self._end(threads, until)
            calendar.end(until)
            beating.join(self._timing.beat + 5)

    def _sign_on(self) -> None:
        self._token = self._queue.register(self._name)
        self._fenced = False
        self._queue.unstick()

    def _loop(self, calendar: Calendar) -> None:
        outcomes: list[Outcome] = []
        nap = 0.0
        while not self._stopping.is_set():
            calendar.look()
            if self._fenced:
                self._persist(self._sign_on)
            self._rung.clear()
            outcomes += self._gathered(nap)
            # What this turn settles makes room for what it claims.
            self._ending = Counter((outcome.event.agency, outcome.event.system) for outcome in outcomes)
            # One batch under way and one that waits in line, so that no slot idles while this thread commits.
            room = 2 * self._slots - self._mine.total() + self._ending.total()
            try:
                if self._unsure:
                    self._queue.give_back(self._token, self._held)
                    self._unsure = False
                turn = self._queue.turn(
                    self._token, outcomes, room=room, cap=self._room_of, without=tuple(self._without())
                )
            except LeaseLost:
                self._fenced = True
                continue
            except LedgerError as error:
                self._unsure = True
                self._in_trouble(error.code)
                continue
            self._turned, self._trouble = time.monotonic(), ""
            self._account(outcomes, turn.claimed)
            announce(self._told, turn.rings)
            outcomes = []
            if self._mine.total():
                # More may be due where there was room for more than was found.
                nap = 0.0 if 0 < len(turn.claimed) < room else self._timing.idle
            else:
                nap = min(self._timing.idle, max(0.02, nap * 2))

    def _gathered(self, nap: float) -> list[Outcome]:
        """What is finished by now; sleeps until something is, or the bell rings, when there was nothing to do."""
        full = self._mine.total() >= 2 * self._slots
        if not (nap or full):
            return self._drained()
        with contextlib.suppress(waiting_line.Empty):
            first = self._finished.get(timeout=nap or self._timing.idle)
            if first is not None:
                # A moment later, what finished together with the first: one commit for all of it. The moment is
                # longer while events wait in line, since then no slot idles meanwhile.
                time.sleep(self._timing.gather * (1 + 4 * min(1.0, self._line.qsize() / self._slots)))
                return [first, *self._drained()]
        return self._drained()

    def _drained(self) -> list[Outcome]:
        found: list[Outcome] = []
        with contextlib.suppress(waiting_line.Empty):
            while True:
                outcome = self._finished.get_nowait()
                if outcome is not None:
                    found.append(outcome)
        return found

    def _no_cap(self, target: Target) -> int:
        del target
        return 2 * self._slots

    def _room_of(self, target: Target) -> int:
        return self._cap(target) - self._mine[target] + self._ending[target]

    def _account(self, outcomes: Sequence[Outcome], claimed: Sequence[Claimed]) -> None:
        for outcome in outcomes:
            self._mine[outcome.event.agency, outcome.event.system] -= 1
            self._settled[outcome.kind.value] += 1
            self._held.discard(outcome.event.id)
        for event in claimed:
            self._mine[event.agency, event.system] += 1
            self._held.add(event.id)
            self._line.put(event)

    def _carry(self) -> None:
        while (event := self._line.get()) is not None:
            try:
                # One that was claimed before others took this worker for dead is theirs now.
                mine = not self._fenced and event.owner == self._token
                outcome = self._perform(event) if mine else Outcome(event=event, kind=Kind.KEPT)
            except Exception as error:  # noqa: BLE001 - whatever it was, the event must go on
                outcome = judged(event, error)
            self._finished.put(outcome)

    def _beat(self) -> None:
        watch = Watch(self._queue, self._timing)
        while not self._stopping.wait(self._timing.beat):
            try:
                if watch.look(self._token):
                    self.wake()
            except LeaseLost:
                self._fenced = True
                self.wake()
            except Exception:
                # A worker that stops beating is taken for dead while it works.
                logging.getLogger(LOGGER).exception("beat_failed name=%s", self._name)

    def _end(self, threads: Sequence[threading.Thread], until: float) -> None:
        untouched: list[Claimed] = []
        with contextlib.suppress(waiting_line.Empty):
            while True:
                event = self._line.get_nowait()
                if event is not None:
                    untouched.append(event)
        for _ in threads:
            self._line.put(None)
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

        def sign_off() -> None:
            outcomes = self._drained()
            if outcomes:
                self._queue.settle(outcomes)
                self._account(outcomes, ())
            self._queue.leave(self._token, untouched)

        # What cannot be written now is found by the next worker: this one's beat stands still.
        with contextlib.suppress(LedgerError):
            sign_off()

    def _persist(self, work: Callable[[], None]) -> None:
        while not self._stopping.is_set():
            try:
                work()
            except LedgerError as error:
                self._in_trouble(error.code)
            else:
                return

    def _in_trouble(self, code: str) -> None:
        if code != self._trouble:
            logging.getLogger(LOGGER).warning("worker_waits_for_database code=%s", code)
        self._trouble = code
        self._stopping.wait(min(1.0, self._timing.idle))


class Watch:
    """Shows that one worker lives, and finds the others that do not, by beats that stand still."""

    def __init__(self, queue: Queue, timing: Timing) -> None:
        self._queue = queue
        self._timing = timing
        self._seen: dict[str, tuple[int, float]] = {}
        self._beats = 0

    def look(self, worker: str) -> int:
        """Beat once; gives how many events of dead workers are free again.

        Raises:
            LeaseLost: this worker itself was taken for dead.
        """
        self._beats += 1
        freed = 0
        try:
            if self._beats % _UNSTICK_EVERY == 0:
                freed += self._queue.unstick()
            others, now = self._queue.beat(worker), time.monotonic()
            self._seen = {other: self._since(other, beat, now) for other, beat in others.items()}
            for other, (beat, since) in self._seen.items():
                if now - since >= self._timing.dead_after:
                    freed += self._queue.bury(other, beat)
        except LeaseLost:
            raise
        except LedgerError:
            # Nobody can beat while the database is away: nobody shall be taken for dead because of it.
            self._seen = {}
        return freed

    def _since(self, other: str, beat: int, now: float) -> tuple[int, float]:
        before = self._seen.get(other)
        return (beat, now) if before is None or before[0] != beat else before


class Calendar:
    """Starts each job when it is due, in a thread of its own; one that fails is tried again at its next time.

    One that takes long holds up no other one, and as its thread is a daemon, not the end of the process either.
    """

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._next = {job.name: time.monotonic() for job in jobs}
        self._jobs = jobs
        self._running: dict[str, threading.Thread] = {}

    def look(self) -> None:
        """Start what is due."""
        now = time.monotonic()
        for job in self._jobs:
            before = self._running.get(job.name)
            if now >= self._next[job.name] and (before is None or not before.is_alive()):
                self._next[job.name] = now + job.every
                name = f"gov-connect-job-{job.name}"
                self._running[job.name] = threading.Thread(target=self._run, args=(job,), name=name, daemon=True)
                self._running[job.name].start()

    def end(self, until: float) -> None:
        """Wait for what runs, until that moment of the monotonic clock."""
        for thread in self._running.values():
            thread.join(max(0.0, until - time.monotonic()))

    @staticmethod
    def _run(job: Job) -> None:
        try:
            job.work()
        except Exception:
            logging.getLogger(LOGGER).exception("job_failed name=%s", job.name)


def announce(told: Callable[[Alarm], None], alarms: Sequence[Alarm]) -> None:
    """Tell the host; what its code does wrong with an alarm must not end the worker."""
    for alarm in alarms:
        try:
            told(alarm)
        except Exception:
            logging.getLogger(LOGGER).exception("alarm_not_heard")


def log_alarm(alarm: Alarm) -> None:
    """Where nobody wants to be told, the log is."""
    agency, system, ring, detail = alarm
    log = logging.getLogger(LOGGER)
    log.warning("%s agency=%s system=%s detail=%s", ring, agency, system, detail)
