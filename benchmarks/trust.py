"""What trust costs: an audit entry beside a bare commit, masking, verifying.

    python benchmarks/trust.py [--smoke]

Prints a table with goals and verdicts to stderr, and one JSON line. `entry` is intent and outcome together, one
after the other in one thread, beside one commit of one row in a plain table of the same kind of file (WAL,
synchronous=FULL); `entry x16` the same from 16 threads. Rounds are interleaved; the figure is the median of the
rounds' ratios.
"""

from __future__ import annotations

import argparse
import json
import logging
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gov_connect.audit import AuditLog, Kind, Note, verify
from gov_connect.model import Citizen, CitizenId
from gov_connect.store import Database, Vault

if TYPE_CHECKING:
    from collections.abc import Callable

THREADS = 16
GOALS = {"entry": 1.5, "entry x16": 1.5, "mask_structlog_us": 20.0, "mask_logging_us": 20.0}
"""At the most; medians. They only mean something on a machine that does nothing else."""


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def entries(log: AuditLog, count: int) -> None:
    """Write so many matters, intent and outcome each."""
    for _ in range(count):
        note = Note(
            agency="H99.201",
            kind=Kind.LOOK_UP,
            system="residents",
            operation="TraCuuThongTinCongDan",
            officer="cb-1",
            procedure="1.001193",
            dossier="H99.201-260105-0001",
            subject="000000000012",
            details={"legal_basis": "Luật Căn cước"},
        )
        log.finish(log.begin(note), "answered")


def commits(file: Path, count: int) -> None:
    """Commit one row, so many times."""
    with sqlite3.connect(file, isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, v BLOB)")
        for _ in range(count):
            connection.execute("INSERT INTO t (v) VALUES (?)", (b"x" * 400,))
    connection.close()


def crowd(log: AuditLog, count: int) -> None:
    """The same number, by many threads."""
    threads = [threading.Thread(target=entries, args=(log, count // THREADS)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def audit_rows(rounds: int, count: int) -> dict[str, Any]:
    """Entries beside bare commits, and verifying what was written."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/records.db")
        log = AuditLog(database, Vault(bytes(32)), lambda: datetime.now(UTC), writer="bench")
        entries(log, 2)
        alone, together, bare = [], [], []
        for _ in range(rounds):
            bare.append(seconds(lambda: commits(Path(folder) / "bare.db", count)))
            alone.append(seconds(lambda: entries(log, count)))
            together.append(seconds(lambda: crowd(log, count)))
        checked = seconds(lambda: verify(database, log.vault))
        total = verify(database).entries
        database.close()
    return {
        "bare_commit_ms": round(statistics.median(bare) / count * 1000, 2),
        "entry": round(statistics.median(a / b for a, b in zip(alone, bare, strict=True)), 2),
        "entry x16": round(statistics.median(a / b for a, b in zip(together, bare, strict=True)), 2),
        "verify_us_an_entry": round(checked / total * 1e6, 1),
    }


def masking_rows(count: int) -> dict[str, float]:
    """Microseconds to mask one log event, in both pipelines."""
    from gov_connect.privacy import MaskingFilter, mask_personal  # noqa: PLC0415

    event = {
        "event": "looked up 000000000012 in 3 tries",
        "citizen": CitizenId("000000000012"),
        "record": Citizen.model_construct(),
        "system": "residents",
        "ms": 12.5,
        "correlation_id": "0123456789abcdef0123456789abcdef",
    }
    record = logging.LogRecord("x", logging.INFO, "x", 1, "asked for %s by %s", ("000000000012", "cb-1"), None)
    nets = {
        "mask_structlog_us": lambda: mask_personal(None, "info", dict(event)),
        "mask_logging_us": lambda: MaskingFilter().filter(logging.makeLogRecord(record.__dict__)),
    }
    figures = {}
    for name, work in nets.items():
        work()
        took = [seconds(work) for _ in range(count)]
        figures[name] = round(statistics.median(took) * 1e6, 1)
    return figures


def judged(name: str, value: float) -> str:
    """What was wanted of a row, and whether it came."""
    return f"goal <= {GOALS[name]:g}: {'met' if value <= GOALS[name] else 'MISSED'}" if name in GOALS else ""


def main() -> None:
    """Take every row and print one JSON line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--smoke", action="store_true")
    smoke = options.parse_args().smoke
    report = {**audit_rows(1 if smoke else 9, 16 if smoke else 160), **masking_rows(20 if smoke else 5000)}
    for name, value in report.items():
        print(f"{name:22} {value:8} {judged(name, value)}", file=sys.stderr)
    print(json.dumps({**report, "goals": GOALS}))


if __name__ == "__main__":
    main()
