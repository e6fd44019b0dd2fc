"""A server that loads the program once and forks its workers: no connection, file or lock of the parent is used."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from gov_connect import _forks as forks
from gov_connect.errors import LedgerError
from gov_connect.store import Database
from patience import until

if not hasattr(os, "fork"):
    pytest.skip("nothing forks here", allow_module_level=True)

_PRELUDE = """
import os, sys, threading, warnings
from datetime import UTC, datetime
from sqlalchemy import func, insert, select
from gov_connect.errors import LedgerError
from gov_connect import _forks as forks
from gov_connect.store import Database
from gov_connect.store.group_commit import GroupCommit
from gov_connect.store.tables import STEPS

records = Database("sqlite:///" + sys.argv[1])

def add(name):
    def step(db):
        db.execute(insert(STEPS).values(
            agency="H99.201", dossier="1", name=name, value=b"0", made_at=datetime(2026, 1, 5, tzinfo=UTC)))
    return step

def count():
    with records.reading() as db:
        return db.execute(select(func.count()).select_from(STEPS)).scalar_one()

def in_child(work):
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
"""


def _run(program: str, folder: Path) -> None:
    """Run a program of its own: this process has threads, and forks badly."""
    text = _PRELUDE + textwrap.dedent(program)
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", text, folder / "records.db"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr


def test_no_file_is_open_at_the_moment_of_a_fork(tmp_path: Path) -> None:
    """A child that was forked off with the file open would hold no lock on it, and lose its log with the parent."""
    _run(
        """
        commits = GroupCommit(records)
        commits.run(add("parent"))
        assert count() == 1

        def lives_on():
            commits.run(add("child"))
            # The parent ends first, and is the last that SQLite knows of.
            os.write(ready[1], b"1")
            os.read(go[0], 1)
            commits.run(add("later"))
            assert count() == 4, count()

        ready, go = os.pipe(), os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                lives_on()
            except BaseException as error:
                print(repr(error), file=sys.stderr)
                os._exit(1)
            os._exit(0)
        os.read(ready[0], 1)
        commits.run(add("after"))
        records.close()
        assert os.path.exists(sys.argv[1] + "-wal")  # the child still has it
        os.write(go[1], b"1")
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        assert count() == 4, count()
        """,
        tmp_path,
    )


def test_a_child_has_connections_of_its_own(tmp_path: Path) -> None:
    """Of the parent's descriptors of the file it has none, and both write on."""
    _run(
        """
        def descriptors():
            folder = "/proc/self/fd"
            found = []
            for name in os.listdir(folder):
                try:
                    found.append(os.readlink(folder + "/" + name))
                except OSError:
                    pass
            return [one for one in found if one.startswith(sys.argv[1])]

        def first():
            if os.path.isdir("/proc/self/fd"):
                assert descriptors() == []
            commits.run(add("child"))

        commits = GroupCommit(records)
        commits.run(add("parent"))
        assert in_child(first) == 0
        commits.run(add("after"))
        assert count() == 3
        """,
        tmp_path,
    )


def test_a_fork_waits_for_what_others_have_begun(tmp_path: Path) -> None:
    """The transaction of another thread is done first; the child then has neither its locks nor its lead."""
    _run(
        """
        begun, forking = threading.Event(), threading.Event()

        def slow(db):
            begun.set()
            assert not forking.wait(0.3)
            add("thread")(db)

        commits = GroupCommit(records)
        thread = threading.Thread(target=commits.run, args=(slow,))
        thread.start()
        begun.wait(60)

        def child():
            assert count() == 1
            commits.run(add("child"))

        assert in_child(child) == 0
        thread.join(60)
        assert count() == 2
        """,
        tmp_path,
    )


def test_a_child_from_the_middle_of_a_transaction_is_told_so(tmp_path: Path) -> None:
    """Whoever forks inside one cannot wait for itself: the child refuses, the parent goes on."""
    _run(
        """
        def child():
            for use in (records.transaction, records.reading, records.brief):
                try:
                    with use():
                        raise SystemExit(1)
                except LedgerError as error:
                    assert error.code == "ledger.forked"

        with records.transaction() as db:
            add("parent")(db)
            assert in_child(child) == 0
        assert count() == 1
        """,
        tmp_path,
    )


def test_records_in_memory_are_each_process_s_own(tmp_path: Path) -> None:
    """What was there is copied; what comes is not shared."""
    _run(
        """
        records = Database("sqlite://")
        commits = GroupCommit(records)
        commits.run(add("parent"))

        def child():
            commits.run(add("child"))
            assert count() == 2

        assert in_child(child) == 0
        assert count() == 1
        """,
        tmp_path,
    )


def test_whoever_comes_while_the_process_forks_waits(tmp_path: Path) -> None:
    """Nobody opens the file between its closing and the fork; whoever is inside may enter again."""
    records = Database(f"sqlite:///{tmp_path / 'records.db'}")
    with records.transaction():
        records.before_fork(0.0)
        with records.reading():
            pass
    came: list[int] = []

    def come() -> None:
        with records.reading():
            came.append(1)

    thread = threading.Thread(target=come)
    thread.start()
    assert not came
    records.after_fork(child=False)
    until(lambda: came)
    thread.join(60)
    records.close()


def test_a_gate_that_was_torn_lets_nobody_in() -> None:
    """Those who are inside leave; none enters again."""
    gate = forks.Gate(lambda: LedgerError("ledger.forked"))
    with gate:
        assert not gate.shut(0.0)
        gate.forked(torn=True)
        with pytest.raises(LedgerError) as caught, gate:
            pass
    assert caught.value.code == "ledger.forked"
    with pytest.raises(LedgerError), gate:
        pass
