"""Periodic jobs: what a worker does now and then beside the queue."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gov_connect.resilience.attempts import LOGGER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something done now and then: the payment poller, a reconciliation, the purge."""

    name: str
    every: float
    work: Callable[[], object]


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
