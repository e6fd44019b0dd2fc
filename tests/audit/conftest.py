"""A log with entries of every kind, in several chains, in a file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime

import pytest

from gov_connect.audit import AuditLog, Kind, LookUp, LookUps, Note
from gov_connect.model import VIETNAM
from gov_connect.runtime import ManualClock
from gov_connect.store import Database, Vault

VAULT = Vault(bytes(range(32)))
NUMBER = "000000000012"


@pytest.fixture
def clock():
    return ManualClock(datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "records.db"


@pytest.fixture
def database(file):
    made = Database(f"sqlite:///{file}")
    yield made
    made.close()


@pytest.fixture
def either(database_url):
    """A database of either kind."""
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def make_log(database, clock):
    """A log of one writer."""
    return lambda writer="one": AuditLog(database, VAULT, clock.now, writer=writer)


def look_up(officer="cb-1", agency="H99.201", subject=NUMBER):
    return LookUp(
        agency=agency,
        officer=officer,
        operation="TraCuuThongTinCongDan",
        procedure="1.001193",
        dossier="H99.201-260105-0001",
        legal_basis="Luật Căn cước",
        request_id="r1",
        subject=subject,
    )


@pytest.fixture
def filled(make_log, clock):
    """Three chains of two agencies: look-ups, writes, an override; one intent left open."""
    logs = [make_log("one"), make_log("two")]
    for turn in range(6):
        for log in logs:
            mark = LookUps(log).asked(look_up())
            clock.advance(1)
            LookUps(log).answered(mark, "answered")
        written = logs[0].begin(Note(agency="H99.202", kind=Kind.WRITE, operation="portal.put", system="portal"))
        logs[0].finish(written, "done" if turn else "network.timed_out")
    logs[1].note(
        Note(agency="H99.201", kind=Kind.OVERRIDE, operation="fees.override", officer="cb-1", details={"amount": 6000})
    )
    logs[0].begin(Note(agency="H99.201", kind=Kind.WRITE, operation="portal.report", system="portal"))
    return logs


@pytest.fixture
def tamper(file, database):
    """Run statements on the file as its administrator could, without the triggers."""

    def run(*statements):
        database.close()
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in triggers:
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.execute(*((statement,) if isinstance(statement, str) else statement))

    return run
