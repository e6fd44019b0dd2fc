"""Procrastinate's bookkeeping in batches, and until it is written: one by one its jobs were the limit of a worker.

It replaces `App.job_manager`, by the class that procrastinate documents, and runs procrastinate's own functions.
"""

from __future__ import annotations

import asyncio
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from psycopg.errors import RaiseException

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from procrastinate.connector import BaseConnector
    from procrastinate.jobs import Status

# One call finds one job. It ends with the first that finds none; each names the one before, or it would be run once.
_FETCH: Final = (
    "WITH RECURSIVE fetched AS ("
    "SELECT 1 AS place, job.* FROM procrastinate_fetch_job_v2(%(queues)s::varchar[], %(worker_id)s) job "
    "UNION ALL SELECT place + 1, job.* FROM fetched, "
    "LATERAL procrastinate_fetch_job_v2(%(queues)s::varchar[], %(worker_id)s + 0 * place) job "
    "WHERE fetched.id IS NOT NULL AND place < %(room)s) "
    "SELECT id, status, task_name, priority, lock, queueing_lock, args, scheduled_at, queue_name, attempts, worker_id "
    "FROM fetched WHERE id IS NOT NULL ORDER BY place"
)
_PAUSE: Final = 0.5
"""Seconds between two tries to write the end of a job while the server is away."""


class JobBatches(JobManager):
    """The jobs of one worker.

    Args:
        connector: procrastinate's way to the database.
        room: jobs fetched at once, at most; those for which no slot is free yet wait in this process.
        persisted: jobs whose end was written together with the result of their event.
        stopping: whether it is time to give up on a server that is away.
    """

    def __init__(
        self, connector: BaseConnector, *, room: int, persisted: set[int], stopping: Callable[[], bool]
    ) -> None:
        super().__init__(connector)
        self._room: Final = room
        self._persisted: Final = persisted
        self._stopping: Final = stopping
        self._line: Final = deque[Job]()

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """The next job, from the last batch or the next one; None when nothing is due."""
        if not self._line:
            rows = await self.connector.execute_query_all_async(
                _FETCH, queues=queues, worker_id=worker_id, room=self._room
            )
            self._line.extend(map(Job.from_row, rows))
        return self._line.popleft() if self._line else None

    async def unregister_worker(self, worker_id: int) -> None:
        """Sign a worker off; what it fetched and never began is anybody's again."""
        while self._line:
            await self.retry_job(self._line.popleft())
        await super().unregister_worker(worker_id)

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:  # noqa: FBT001 - as it is called
        """Write that a job has ended, unless that is written already."""
        if job.id in self._persisted:
            self._persisted.discard(job.id)
            return
        finish = super().finish_job
        await self._written(lambda: finish(job, status, delete_job))

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        """Write that a job is to run again."""
        # Its end was written in a transaction that did not come to be: it ends another time.
        self._persisted.discard(job.id)
        retry, at = super().retry_job, retry_at or datetime.now(UTC)
        await self._written(lambda: retry(job, at, priority, queue, lock))

    async def _written(self, write: Callable[[], Awaitable[None]]) -> None:
        """Do it, however long the server is away: a job that stays `doing` would hold its dossier up.

        One that is no longer there, or no longer under way, was put right by somebody else.
        """
        while True:
            try:
                await write()
            except ConnectorException as error:
                if isinstance(error.__cause__, RaiseException):
                    return
                if self._stopping():
                    raise
                await asyncio.sleep(_PAUSE)
            else:
                return
