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
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Self

from gov_connect.delivery.outcomes import Claimed, Kind, judged
from gov_connect.delivery.worker import Calendar, Pulse, Timing, Watch, announce, log_alarm
from gov_connect.errors import LeaseLost, LedgerError
from gov_connect.store.postgresql import SCHEMA, locks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from gov_connect.delivery.outcomes import Outcome, Place
    from gov_connect.delivery.queue import Queue
    from gov_connect.delivery.worker import Alarm, Job
    from gov_connect.runtime import Event
    from gov_connect.store import Database

QUEUE: Final = "gov_connect"
TASK: Final = "gov_connect.deliver"
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
# Fetching asks for every waiting job whether another one has its lock. Procrastinate has no index for that, and
# with a few thousand jobs waiting one fetch took half a second.
_BY_LOCK: Final = (
    "CREATE INDEX IF NOT EXISTS gov_connect_jobs_by_lock ON procrastinate_jobs (lock, priority, id) "
    "WHERE status IN ('todo', 'doing')"
)
# Lanes as `JobBook.defer` names them; those whose first event is parked are distributed anew by its replay.
_LOCK: Final = (
    "events.agency || '|' || CASE WHEN events.system IN ('host', 'workflow') THEN events.system ELSE 'out' END || '|' "
    "|| CASE WHEN starts_with(events.dossier, '~') THEN events.id::text ELSE events.dossier END"
)
_WITHOUT_JOB: Final = (
    f"SELECT {_LOCK}, max(events.id) FROM events "  # noqa: S608 - constants
    "WHERE events.state = 'waiting' AND events.lane <> 'step' "
    "AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs jobs WHERE jobs.queue_name = %(queue)s "
    f"AND jobs.status IN ('todo', 'doing') AND jobs.lock = {_LOCK}) "
    "AND NOT EXISTS (SELECT 1 FROM events held WHERE held.agency = events.agency AND held.lane = events.lane "
    "AND held.dossier = events.dossier AND held.state = 'parked' AND held.lane <> 'step' AND held.id < events.id) "
    "GROUP BY 1 ORDER BY 2 LIMIT 1000"
)
_WOKEN: Final = (
    f"SELECT {_LOCK} FROM events "  # noqa: S608 - constants
    f"JOIN procrastinate_jobs jobs ON jobs.lock = {_LOCK} AND jobs.status = 'todo' "
    "WHERE events.state = 'waiting' AND events.lane = 'flow' AND events.due = 0 AND jobs.scheduled_at > now() "
    "LIMIT 1000"
)
# As procrastinate's own trigger tells of a new job: it has none for one that is due earlier than it was.
_TELL: Final = (
    "SELECT pg_notify('procrastinate_queue_v1#' || %(queue)s, "
    "json_build_object('type', 'job_inserted', 'job_id', id)::text) FROM found"
)
_HASTEN: Final = (
    "WITH found AS (UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE queue_name = %(queue)s "  # noqa: S608
    f"AND status = 'todo' AND lock = ANY(%(locks)s) AND scheduled_at > now() RETURNING id) {_TELL}"
)
# Jobs that nobody is at although their worker lives: the message that one was fetched, or that it ended, fell to a
# server that was killed. One that somebody is at after all runs twice, and then finds the event in hand or done.
_STRAY: Final = (
    "WITH found AS (UPDATE procrastinate_jobs jobs "  # noqa: S608 - constants
    "SET status = 'todo', attempts = attempts + 1, scheduled_at = NULL "
    "WHERE jobs.queue_name = %(queue)s AND jobs.status = 'doing' "
    "AND (SELECT max(began.at) FROM procrastinate_events began WHERE began.job_id = jobs.id "
    "AND began.type = 'started') < now() - make_interval(secs => %(seconds)s) "
    "AND NOT EXISTS (SELECT 1 FROM events WHERE events.owner <> '' AND events.state = 'sent' "
    f"AND events.lane <> 'step' AND {_LOCK} = jobs.lock) RETURNING jobs.id) {_TELL}"
)
# The ends of jobs, as procrastinate's own function writes them. The next job of a dossier was passed over while this
# one ran, and nobody is told of it but by this.
_END: Final = (
    "WITH ended AS (DELETE FROM procrastinate_jobs "  # noqa: S608 - constants
    "WHERE id = ANY(%(jobs)s) AND status = 'doing' RETURNING id, lock), "
    "found AS (SELECT next.id FROM ended JOIN procrastinate_jobs next ON next.lock = ended.lock "
    f"AND next.status = 'todo' LIMIT 1), told AS ({_TELL}) SELECT ended.id FROM ended LEFT JOIN told ON true"
)
_SWEEP: Final = 10
"""Beats between two looks for events without a job."""


class Later(Exception):
    """The event is to be looked at again in so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class JobBook:
    """Writes the job of an event into the transaction that writes the event.

    Raises:
        LedgerError: the `scale` extra is not installed.
    """

    def __init__(self, database: Database) -> None:
        try:
            from procrastinate import App, SyncPsycopgConnector  # noqa: PLC0415 - the `scale` extra
        except ModuleNotFoundError as missing:
            raise LedgerError("ledger.no_driver") from missing
        self._database: Final = database
        self.ended: Final = set[int]()
        """Jobs whose end `end` has written, and procrastinate's own is still to come."""
        # Never opened: jobs are only written through the connections of others.
        self._app: Final = App(connector=SyncPsycopgConnector())
        self._ready = False
        self._making = threading.Lock()

    def defer(self, connection: Any, event: Event[Any] | Place) -> None:
        """Write the job of one event.

        Args:
            connection: psycopg's own, inside the transaction of the event, our schema first in its path.
            event: what is due.
        """
        # Our own lanes are told apart by the system's name: `host` and `workflow` are lanes of their own.
        lane = event.system if event.system in {"host", "workflow"} else "out"
        self._defer(connection, f"{event.agency}|{lane}|{event.dossier or event.id}", event.id)

    def _defer(self, connection: Any, lock: str, number: int) -> None:
        from procrastinate.exceptions import ProcrastinateException  # noqa: PLC0415 - the `scale` extra

        try:
            self._app.configure_task(TASK, queue=QUEUE, lock=lock, connection=connection).defer(event=number)
        except ProcrastinateException as error:
            raise LedgerError("ledger.unreachable") from error

    def hasten(self, connection: Any, locks: Sequence[str]) -> None:
        """Have the jobs of lanes done now that are planned for later.

        Args:
            connection: as for `defer`.
            locks: `agency|workflow|dossier`.
        """
        connection.execute(_HASTEN, {"queue": QUEUE, "locks": list(locks)})

    def end(self, db: Connection, jobs: Sequence[int]) -> None:
        """Write that jobs have ended well, where they have not ended already; `ended` has those that now have.

        Args:
            db: the transaction that writes what came of their events.
            jobs: procrastinate's numbers.
        """
        raw: Any = db.connection.driver_connection
        rows = raw.execute(_END, {"queue": QUEUE, "jobs": list(jobs)}).fetchall()
        # Another try of a transaction that was undone, or committed unheard, says it anew.
        self.ended.difference_update(jobs)
        self.ended.update(row[0] for row in rows)

    def amend(self, stray: float = 60.0) -> int:
        """Write jobs for what waits without one, put back strays, and hasten what was woken while its job ran.

        A database that another dispatcher served before has events without jobs; and so has a process that ended
        between the commit of a replay and that of its jobs. Gives how many jobs were written.

        Args:
            stray: seconds by the database's clock after which a job is taken for one that nobody is at, when no
                event of its dossier is in anybody's hand.
        """
        with self._database.transaction("procrastinate jobs") as db:
            db.connection.driver_connection.execute(_STRAY, {"queue": QUEUE, "seconds": stray})  # type: ignore[union-attr]
        written = 0
        while True:
            with self._database.transaction("procrastinate jobs") as db:
                raw: Any = db.connection.driver_connection
                missing = raw.execute(_WITHOUT_JOB, {"queue": QUEUE}).fetchall()
                for lock, number in missing:
                    self._defer(raw, lock, number)
                if not missing:
                    self.hasten(raw, [row[0] for row in raw.execute(_WOKEN).fetchall()])
                    return written
            written += len(missing)

    def prepare(self) -> None:
        """Make procrastinate's tables in our schema, once, whoever comes first."""
        with self._making:
            if self._ready:
                return
            from procrastinate.schema import SchemaManager  # noqa: PLC0415 - the `scale` extra

            with self._database.transaction("procrastinate") as db:
                if not _there(db, "procrastinate_jobs"):
                    db.exec_driver_sql(locks(""))
                    if not _there(db, "procrastinate_jobs"):
                        raw: Any = db.connection.driver_connection
                        raw.execute(SchemaManager.get_schema())
                if not _there(db, "gov_connect_jobs_by_lock"):
                    db.exec_driver_sql(_BY_LOCK)
            self._ready = True


class ProcrastinateWorker:
    """One worker process or thread among many machines. The arguments are those of `Worker`."""

    def __init__(
        self,
        queue: Queue,
        perform: Callable[[Claimed], Outcome],
        *,
        name: str,
        slots: int = 32,
        without: Callable[[], Sequence[str]] = tuple,
        jobs: Sequence[Job] = (),
        timing: Timing | None = None,
        told: Callable[[Alarm], None] | None = None,
    ) -> None:
        self._queue: Final = queue
        self._perform: Final = perform
        self._name: Final = name
        self._slots: Final = slots
        self._without: Final = without
        self._jobs: Final = jobs
        self._timing: Final = timing or Timing()
        self._told: Final = told or log_alarm
        self._settled: Counter[str] = Counter()
        self._held: Final = set[int]()
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._trouble = ""
        self._token = ""
        self._book: Final = JobBook(queue.database)
        self._beats = 0
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Work in a thread of its own, with an event loop of its own."""
        self._thread = threading.Thread(target=self.run, name=f"gov-connect-{self._name}", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Take no job more, let what is under way end, sign off."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(self._timing.grace + 10)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

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
        watch, next_beat = Watch(self._queue, self._timing), 0.0
        calendar = Calendar(self._jobs)
        try:
            while not self._stopping.is_set() and not working.done():
                calendar.look()
                if time.monotonic() >= next_beat:
                    next_beat = time.monotonic() + self._timing.beat
                    await self._rescue(app, watch)
                await asyncio.wait({working}, timeout=min(0.1, self._timing.idle))
        finally:
            if not working.done():
                working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            await asyncio.to_thread(calendar.end, time.monotonic() + self._timing.grace)
        if not self._stopping.is_set():
            await working

    async def _rescue(self, app: Any, watch: Watch) -> None:
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
            await asyncio.to_thread(watch.look, self._token)
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
            announce(self._told, taken)
            return None
        if isinstance(taken, (int, float)):
            raise Later(taken)
        if taken is not None:
            self._held.add(taken.id)
        return taken

    def _performed(self, event: Claimed) -> Outcome:
        try:
            return self._perform(event)
        except Exception as error:  # noqa: BLE001 - whatever it was, the event must go on
            return judged(event, error)

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
        announce(self._told, rings)


async def _one_statement_each(connection: Any) -> None:
    """Each of procrastinate's statements is a transaction; saying so spares two messages to the server."""
    await connection.set_autocommit(True)


def _there(db: Connection, name: str) -> bool:
    return db.exec_driver_sql(f"SELECT to_regclass('{SCHEMA}.{name}')").scalar() is not None


def _retry_later() -> Any:
    """Procrastinate's retry strategy for `Later`; anything else is a defect, tried again in a minute."""
    from procrastinate import BaseRetryStrategy, RetryDecision  # noqa: PLC0415 - the `scale` extra

    class Strategy(BaseRetryStrategy):
        def get_retry_decision(self, *, exception: BaseException, job: Any) -> RetryDecision:
            del job
            seconds = exception.seconds if isinstance(exception, Later) else 60.0
            return RetryDecision(retry_in={"milliseconds": int(seconds * 1000)})

    return Strategy()
