"""Many machines: procrastinate distributes on PostgreSQL, and our queue still says what happens to an event.

The event row and its job are written in one transaction. The job's lock is the dossier, so that procrastinate
keeps its order. A job says only which event is due; what it finds done, parked or held behind a parked one it
leaves alone, so a job that runs twice does no harm. Jobs of a dead worker are put back by every other worker,
once its heartbeat has stopped.
"""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Unpack

from gov_connect.delivery.base_worker import BaseWorker, Pulse, announce
from gov_connect.delivery.heartbeat import Heartbeat
from gov_connect.delivery.outcomes import Claimed, Kind
from gov_connect.delivery.periodic import Calendar
from gov_connect.delivery.procrastinate_jobs import QUEUE, TASK, JobBook
from gov_connect.errors import LeaseLost, LedgerError
from gov_connect.store.postgresql import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.delivery.base_worker import WorkerOptions
    from gov_connect.delivery.outcomes import Outcome
    from gov_connect.delivery.queue import Queue

# Its bookkeeping need not wait for the disk: what a power cut takes back is a job that runs once more, and finds
# by the event, which is flushed before and after, that there is nothing left to do.
# The table of jobs is empty now and full of thousands a minute later, whatever the planner last counted: fetching is to
# go along the index of what is first, and not to sort everything that waits, which costs more the more waits.
_PLANS: Final = ("bitmapscan", "seqscan", "sort", "hashjoin", "mergejoin")
_SETTINGS: Final = {
    "options": f"-c search_path={SCHEMA},public -c synchronous_commit=off -c jit=off "
    + " ".join(f"-c enable_{plan}=off" for plan in _PLANS),
    "application_name": "gov_connect",
}
_SWEEP: Final = 10
"""Beats between two looks for events without a job."""


class Later(Exception):
    """The event is to be looked at again in so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class ProcrastinateWorker(BaseWorker):
    """One worker process or thread among many machines; in its thread runs an event loop of its own.

    Args:
        queue, perform, name, options: see `BaseWorker`.
    """

    def __init__(
        self,
        queue: Queue,
        perform: Callable[[Claimed], Outcome],
        *,
        name: str,
        **options: Unpack[WorkerOptions],
    ) -> None:
        super().__init__(queue, perform, name=name, **options)
        self._held: Final = set[int]()
        self._ended: Final = threading.Event()
        self._book: Final = JobBook(queue.database)
        self._beats = 0

    @property
    def pulse(self) -> Pulse:
        """How it does."""
        alive = not self._ended.is_set() and not self._stopping.is_set()
        return Pulse(alive=alive, under_way=len(self._held), settled=dict(self._settled), trouble=self._trouble)

    def run(self) -> None:
        """Work until `stop` is called; a database that goes away is waited for."""
        try:
            while not self._stopping.is_set():
                try:
                    self._token = self._queue.register(self._name)
                    asyncio.run(self._work())
                except Exception as error:  # noqa: BLE001 - procrastinate's and psycopg's own, all of one meaning
                    self._trouble = error.code if isinstance(error, LedgerError) else type(error).__name__
                    self._stopping.wait(self._timing.idle)
        finally:
            self._ended.set()

    async def _work(self) -> None:
        import procrastinate  # noqa: PLC0415 - the `scale` extra

        from gov_connect.delivery.job_batches import JobBatches  # noqa: PLC0415 - the `scale` extra

        connector = procrastinate.PsycopgConnector(
            conninfo=self._queue.database.url, kwargs=_SETTINGS, configure=_one_statement_each, min_size=1, max_size=8
        )
        app = procrastinate.App(connector=connector)
        # Of a run that was broken off nobody will ask any more; a job of it that comes again ends anew.
        self._book.ended.clear()
        app.job_manager = JobBatches(
            connector, room=max(1, self._slots // 2), persisted=self._book.ended, stopping=self._stopping.is_set
        )
        threads = ThreadPoolExecutor(self._slots, thread_name_prefix="gov-connect")

        async def deliver(context: Any, event: int) -> None:
            await asyncio.get_running_loop().run_in_executor(threads, self._deliver, event, context.job.id)

        app.task(name=TASK, queue=QUEUE, retry=_retry_later(), pass_context=True)(deliver)
        try:
            async with app.open_async():
                await self._beside(app)
        finally:
            threads.shutdown(wait=True)
            self._queue.leave(self._token)
        self._trouble = ""

    async def _beside(self, app: Any) -> None:
        """The worker, and beside it: rescue, beats, the calendar, the wish to stop."""
        working = asyncio.create_task(
            app.run_worker_async(
                queues=[QUEUE],
                name=self._name,
                concurrency=self._slots,
                fetch_job_polling_interval=self._timing.idle,
                update_heartbeat_interval=self._timing.beat,
                stalled_worker_timeout=self._timing.dead_after,
                shutdown_graceful_timeout=self._timing.grace,
                install_signal_handlers=False,
                delete_jobs="always",
            )
        )
        heartbeat, next_beat = Heartbeat(self._queue, self._timing), 0.0
        calendar = Calendar(self._jobs)
        try:
            while not self._stopping.is_set() and not working.done():
                calendar.look()
                if time.monotonic() >= next_beat:
                    next_beat = time.monotonic() + self._timing.beat
                    await self._rescue(app, heartbeat)
                await asyncio.wait({working}, timeout=min(0.1, self._timing.idle))
        finally:
            if not working.done():
                working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            await asyncio.to_thread(calendar.end, time.monotonic() + self._timing.grace)
        if not self._stopping.is_set():
            await working

    async def _rescue(self, app: Any, heartbeat: Heartbeat) -> None:
        """Put back the jobs of workers whose heartbeat stopped, and show that this one lives."""
        for job in await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=self._timing.dead_after):
            await app.job_manager.retry_job(job, retry_at=datetime.now(UTC))
        try:
            if self._beats % _SWEEP == 0:
                await asyncio.to_thread(self._book.amend, 3 * self._timing.dead_after)
        except LedgerError as error:
            self._trouble = error.code
        self._beats += 1
        try:
            await asyncio.to_thread(heartbeat.beat, self._token)
        except LeaseLost:
            self._token = await asyncio.to_thread(self._queue.register, self._name)

    def _deliver(self, number: int, job: int) -> None:
        """Do what is due of the lane of an event, up to that event."""
        while (taken := self._taken(number)) is not None:
            try:
                outcome = self._performed(taken)
                ends = taken.id == number and outcome.kind in {Kind.DONE, Kind.KEPT}
                self._settle(outcome, job if ends else None)
            finally:
                self._held.discard(taken.id)
            wait = self._again(outcome)
            if wait is not None:
                raise Later(max(0.05, wait))
            if taken.id == number:
                return

    def _taken(self, number: int) -> Claimed | None:
        try:
            taken = self._queue.take(number, self._token, without=tuple(self._without()), held=self._held)
        except LedgerError:
            raise Later(1.0) from None
        if isinstance(taken, list):
            announce(self._on_alarm, taken)
            return None
        if isinstance(taken, (int, float)):
            raise Later(taken)
        if taken is not None:
            self._held.add(taken.id)
        return taken

    def _again(self, outcome: Outcome) -> float | None:
        """Seconds until the event wants to go on, as its row says: it may have been woken during its run."""
        if outcome.kind not in {Kind.AGAIN, Kind.PARKED}:
            return None
        try:
            wait = self._queue.waits(outcome.event.id)
        except LedgerError:
            return outcome.wait
        return outcome.wait if wait is None and outcome.kind is Kind.AGAIN else wait

    def _settle(self, outcome: Outcome, job: int | None) -> None:
        """Write the result down, as long as it takes: what was done must not be done again.

        With it ends the job, if one is given.
        """
        ending = None if job is None else (self._book.end, job)
        while True:
            try:
                rings = self._queue.settle_one(outcome, ending)
            except LedgerError as error:
                self._trouble = error.code
                if self._stopping.wait(min(1.0, self._timing.idle)):
                    raise Later(1.0) from None
            else:
                break
        self._settled[outcome.kind.value] += 1
        announce(self._on_alarm, rings)


async def _one_statement_each(connection: Any) -> None:
    """Each of procrastinate's statements is a transaction; saying so spares two messages to the server."""
    await connection.set_autocommit(True)


def _retry_later() -> Any:
    """Procrastinate's retry strategy for `Later`; anything else is a defect, tried again in a minute."""
    from procrastinate import BaseRetryStrategy, RetryDecision  # noqa: PLC0415 - the `scale` extra

    class Strategy(BaseRetryStrategy):
        def get_retry_decision(self, *, exception: BaseException, job: Any) -> RetryDecision:
            del job
            seconds = exception.seconds if isinstance(exception, Later) else 60.0
            return RetryDecision(retry_in={"milliseconds": int(seconds * 1000)})

    return Strategy()
