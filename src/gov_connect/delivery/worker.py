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
from typing import TYPE_CHECKING, Final, Unpack

from gov_connect.delivery.base_worker import BaseWorker, Pulse, announce
from gov_connect.delivery.heartbeat import Heartbeat
from gov_connect.delivery.outcomes import Kind, Outcome
from gov_connect.delivery.periodic import Calendar
from gov_connect.errors import LeaseLost, LedgerError
from gov_connect.resilience.attempts import LOGGER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gov_connect.delivery.base_worker import WorkerOptions
    from gov_connect.delivery.outcomes import Claimed
    from gov_connect.delivery.queue import Queue, Target


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


class Worker(BaseWorker):
    """One worker of the built-in queue.

    Args:
        queue, perform, name, options: see `BaseWorker`.
        cap: how many of one system, by its rate limit.
        bell: wakes it.
    """

    def __init__(
        self,
        queue: Queue,
        perform: Callable[[Claimed], Outcome],
        *,
        name: str,
        cap: Callable[[Target], int] | None = None,
        bell: Bell | None = None,
        **options: Unpack[WorkerOptions],
    ) -> None:
        super().__init__(queue, perform, name=name, **options)
        self._cap: Final = cap or self._no_cap
        self._rung = threading.Event()
        if bell is not None:
            bell.listen(self.wake)
        self._line: waiting_line.SimpleQueue[Claimed | None] = waiting_line.SimpleQueue()
        self._finished: waiting_line.SimpleQueue[Outcome | None] = waiting_line.SimpleQueue()
        self._mine: Counter[Target] = Counter()
        self._held: set[int] = set()
        # Whether a claim may have been committed that this worker never heard of.
        self._unsure = False
        self._ending: Counter[Target] = Counter()
        self._fenced = False
        self._turned = time.monotonic()

    def stop(self) -> None:
        """See `BaseWorker.stop`; one that sleeps is woken to hear of it."""
        self._stopping.set()
        self.wake()
        super().stop()

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
            announce(self._on_alarm, turn.rings)
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
            # One that was claimed before others took this worker for dead is theirs now.
            mine = not self._fenced and event.owner == self._token
            outcome = self._performed(event) if mine else Outcome(event=event, kind=Kind.KEPT)
            self._finished.put(outcome)

    def _beat(self) -> None:
        heartbeat = Heartbeat(self._queue, self._timing)
        while not self._stopping.wait(self._timing.beat):
            try:
                if heartbeat.beat(self._token):
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
