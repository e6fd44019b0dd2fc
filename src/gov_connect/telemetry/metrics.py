"""Counts and times of calls, as Prometheus reads them. Figures and codes only, never a person or a dossier."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gov_connect.resilience import Attempt
    from gov_connect.store import Database

BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds in seconds."""
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """An observer that counts attempts; one per client, safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._attempts: Counter[tuple[str, str, str, str]] = Counter()
        self._times: dict[tuple[str, str], list[int]] = {}
        self._sums: Counter[tuple[str, str]] = Counter()

    def __call__(self, attempt: Attempt) -> None:
        """Count one attempt."""
        system = (attempt.agency, attempt.system)
        with self._lock:
            self._attempts[(*system, attempt.operation, attempt.outcome)] += 1
            times = self._times.get(system)
            if times is None:
                times = self._times[system] = [0] * (len(BUCKETS) + 1)
            times[bisect_left(BUCKETS, attempt.seconds)] += 1
            self._sums[system] += round(attempt.seconds * 1_000_000)

    def lines(self) -> Iterable[str]:
        """Prometheus text."""
        with self._lock:
            attempts, sums = dict(self._attempts), dict(self._sums)
            times = {system: list(counts) for system, counts in self._times.items()}
        yield "# HELP gov_connect_attempts_total Attempts at outside systems, by what came of them."
        yield "# TYPE gov_connect_attempts_total counter"
        for (agency, system, operation, outcome), count in sorted(attempts.items()):
            named = _labels(agency=agency, system=system, operation=operation, outcome=outcome)
            yield f"gov_connect_attempts_total{named} {count}"
        yield "# HELP gov_connect_attempt_seconds How long an attempt took."
        yield "# TYPE gov_connect_attempt_seconds histogram"
        for (agency, system), counts in sorted(times.items()):
            total = 0
            for bound, count in zip((*map(str, BUCKETS), "+Inf"), counts, strict=True):
                total += count
                named = _labels(agency=agency, system=system, le=bound)
                yield f"gov_connect_attempt_seconds_bucket{named} {total}"
            named = _labels(agency=agency, system=system)
            yield f"gov_connect_attempt_seconds_sum{named} {sums[agency, system] / 1_000_000}"
            yield f"gov_connect_attempt_seconds_count{named} {total}"


def render(metrics: Metrics, database: Database | None = None) -> str:
    """Everything as Prometheus text: what was counted, and what waits in the records.

    Raises:
        LedgerError: the records cannot be read.
    """
    lines = list(metrics.lines())
    if database is not None:
        lines += _records(database)
    return "\n".join(lines) + "\n"


def _records(database: Database) -> Iterable[str]:
    from sqlalchemy import func, select  # noqa: PLC0415 - on first use

    from gov_connect.store.tables import AUDIT, EVENTS  # noqa: PLC0415

    columns = (EVENTS.c.agency, EVENTS.c.system, EVENTS.c.state)
    waiting = select(*columns, func.count()).where(EVENTS.c.state != "done").group_by(*columns)
    heads = select(AUDIT.c.agency, AUDIT.c.writer, func.max(AUDIT.c.sequence)).group_by(AUDIT.c.agency, AUDIT.c.writer)
    with database.reading() as connection:
        events = connection.execute(waiting).all()
        entries = connection.execute(heads).all()
    yield "# HELP gov_connect_events Events in the records that are not done."
    yield "# TYPE gov_connect_events gauge"
    for row in sorted(events, key=str):
        yield f"gov_connect_events{_labels(agency=row.agency, system=row.system, state=row.state)} {row[3]}"
    yield "# HELP gov_connect_audit_entries_total Entries of each audit chain."
    yield "# TYPE gov_connect_audit_entries_total counter"
    for row in sorted(entries, key=str):
        yield f"gov_connect_audit_entries_total{_labels(agency=row.agency, writer=row.writer)} {row[2]}"


def _labels(**names: str) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in names.items()) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
