"""The job of an event, as procrastinate keeps it: written, hastened and ended in the event's own transaction."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from gov_connect.errors import LedgerError
from gov_connect.store.postgresql import SCHEMA, locks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from gov_connect.delivery.outcomes import Place
    from gov_connect.runtime import Event
    from gov_connect.store import Database

QUEUE: Final = "gov_connect"
TASK: Final = "gov_connect.deliver"
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


def _there(db: Connection, name: str) -> bool:
    return db.exec_driver_sql(f"SELECT to_regclass('{SCHEMA}.{name}')").scalar() is not None
