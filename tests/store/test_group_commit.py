"""Group commit: one flush for many, each answered after it, no fault of one shared by another."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import IntegrityError

from gov_connect.errors import LedgerError
from gov_connect.store import Database
from gov_connect.store.group_commit import GroupCommit, GroupReading, Step, _Work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A file with one table that refuses the same value twice."""
    made = Database(f"sqlite:///{tmp_path / 'x.db'}")
    with made.transaction() as db:
        db.exec_driver_sql("CREATE TABLE t (n INTEGER PRIMARY KEY)")
    yield made
    made.close()


def insert(number: int) -> Any:
    return lambda db: db.exec_driver_sql("INSERT INTO t VALUES (?)", (number,)).rowcount


def rows(database: Database) -> list[int]:
    with database.transaction() as db:
        return [row[0] for row in db.exec_driver_sql("SELECT n FROM t ORDER BY n").all()]


def run_all(commits: GroupCommit, steps: list[Any], database: Database) -> list[Any]:
    """Run steps from as many threads, all of them queued up behind one long transaction."""
    outcomes: list[Any] = [None] * len(steps)

    def one(place: int) -> None:
        try:
            outcomes[place] = commits.run(steps[place])
        except Exception as error:  # noqa: BLE001 - looked at by the test
            outcomes[place] = error

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(steps))]
    with database.transaction():
        for thread in threads:
            thread.start()
        while len(commits._queue) < len(steps) - 1:
            threading.Event().wait(0.001)
    for thread in threads:
        thread.join(30)
    return outcomes


def test_a_crowd_shares_few_transactions(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty writers, all committed; the first alone, the others together."""
    begun: list[int] = []
    real = Database.transaction
    monkeypatch.setattr(Database, "transaction", lambda self, *a, **k: (begun.append(1), real(self, *a, **k))[1])
    outcomes = run_all(GroupCommit(database), [insert(number) for number in range(40)], database)
    assert outcomes == [1] * 40
    assert rows(database) == list(range(40))
    assert len(begun) <= 5


def test_a_fault_of_one_is_its_own(database: Database) -> None:
    """The others of its group are committed, once each."""
    steps = [insert(1), insert(2), insert(2), lambda db: 1 / 0, insert(3)]
    outcomes = run_all(GroupCommit(database), steps, database)
    assert sorted(str(type(one).__name__) for one in outcomes) == [
        "IntegrityError",
        "ZeroDivisionError",
        "int",
        "int",
        "int",
    ]
    assert rows(database) == [1, 2, 3]


def test_an_interruption_leaves_nobody_waiting(database: Database) -> None:
    """Whoever leads may be interrupted; the lead goes on, and what the others asked is still done."""
    commits = GroupCommit(database)
    outcomes: list[int] = []
    follower = threading.Thread(target=lambda: outcomes.append(commits.run(insert(7))))

    def interrupted(db: Any) -> int:
        del db
        if not commits._queue:
            follower.start()
            while not commits._queue:
                threading.Event().wait(0.001)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        commits.run(interrupted)
    follower.join(30)
    assert outcomes == [1]
    commits.run(insert(8))
    assert rows(database) == [7, 8]


def test_an_interruption_undoes_nothing_that_is_committed(database: Database) -> None:
    """What is committed is not done again and wakes; what is not goes to the next leader."""
    commits = GroupCommit(database)
    ran: list[str] = []

    def broken(db: Any) -> int:
        # The first time it fails the group, so that each is run alone; then it is interrupted.
        del db
        ran.append("broken")
        if len(ran) == 2:
            raise KeyboardInterrupt
        raise ZeroDivisionError

    first, second, stopped, last = works = [_Work(step) for step in (insert(1), insert(2), broken, insert(3))]
    commits._queue.extend(works)
    first.leads = commits._led = True
    with pytest.raises(KeyboardInterrupt):
        commits._lead()
    assert [work.done for work in works] == [True, True, False, False]
    assert list(commits._queue) == [stopped, last]
    assert second._asleep.acquire(blocking=False)
    assert rows(database) == [1, 2]
    commits._abandon(stopped)
    assert last.leads
    commits._lead()
    assert (last.result, last.failure, commits._led) == (1, None, False)
    assert rows(database) == [1, 2, 3]


def test_a_write_inside_a_transaction_is_refused(database: Database) -> None:
    """On SQLite the thread would wait for itself, or for a leader that waits for it; afterwards all goes on."""
    commits = GroupCommit(database)
    with database.transaction():
        for nested in (database.transaction, database.brief, database.close):
            with pytest.raises(LedgerError) as caught:
                _enter(nested)
            assert caught.value.code == "ledger.nested"
        with pytest.raises(LedgerError):
            commits.run(insert(1))
        with database.reading() as db:
            assert db.exec_driver_sql("SELECT n FROM t").all() == []
    assert commits.run(insert(2)) == 1
    assert rows(database) == [2]


def _enter(nested: Any) -> None:
    with contextlib.ExitStack() as stack:
        opened = nested()
        if opened is not None:
            stack.enter_context(opened)


def test_one_that_gives_up_waiting_leaves_the_queue(database: Database) -> None:
    """Its step is not run, and the lead passes it by."""
    commits = GroupCommit(database)
    waiting = _Work(insert(7))
    commits._queue.append(waiting)
    commits._abandon(waiting)
    assert commits.run(insert(8)) == 1
    leading = _Work(insert(9))
    commits._queue.append(leading)
    leading.leads = commits._led = True
    commits._abandon(leading)
    assert commits.run(insert(10)) == 1
    assert rows(database) == [8, 10]


def test_many_steps_share_a_commit_and_fail_alone(database: Database) -> None:
    """Steps given at once end each for itself: one that fails undoes nothing of the others."""
    commits = GroupCommit(database)

    def rescued(error: Exception) -> str:
        return f"rescued {type(error).__name__}"

    steps: list[Step[Any]] = [
        Step(commits, insert(1)),
        Step(commits, insert(1)),
        Step(commits, insert(2)),
        Step(commits, insert(2), rescued),
    ]
    outcomes = commits.run_many(steps)
    assert [result for result, failure in outcomes if failure is None] == [1, 1, "rescued IntegrityError"]
    assert isinstance(outcomes[1][1], IntegrityError)
    assert rows(database) == [1, 2]


def test_a_group_waits_for_the_disk_when_one_of_its_steps_is_to(database: Database) -> None:
    """The others have their commit with it; alone they leave the flush to a later one."""
    commits = GroupCommit(database, brief=True)

    def flushes(link: Any) -> int:
        return int(link.execute("PRAGMA synchronous").fetchone()[0])

    full, normal = 2, 1
    soon, at_once = Step(commits, flushes, durable=False), Step(commits, flushes)
    assert [result for result, _ in commits.run_many([soon, at_once, soon])] == [full] * 3
    assert [result for result, _ in commits.run_many([soon, soon])] == [normal] * 2
    assert (soon(), at_once(), soon()) == (normal, full, normal)


def test_brief_transactions_keep_their_connection_until_the_database_is_closed(tmp_path: Path) -> None:
    """One that was broken off is undone and goes on being used; what is in use at the end closes itself."""
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    with database.brief() as first:
        first.execute("CREATE TABLE t (n INTEGER)")

    def broken_off() -> None:
        with database.brief() as link:
            assert link is first
            link.execute("INSERT INTO t VALUES (1)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_off()
    with database.brief(writes=False) as link, database.brief(writes=False) as other:
        assert link is first
        assert other is not first
        assert link.execute("SELECT count(*) FROM t").fetchall() == [(0,)]
        database.close()
    for closed in (first, other):
        with pytest.raises(sqlite3.ProgrammingError):
            closed.execute("SELECT 1")
    with database.brief() as link:
        assert link.execute("SELECT count(*) FROM t").fetchall() == [(0,)]
    database.close()


def test_steps_of_many_threads_and_of_one_mix(database: Database) -> None:
    """Whoever brings many at once and whoever brings one take turns; each gets its own result."""
    commits = GroupCommit(database, brief=True)
    got: dict[int, tuple[list[str], list[str]]] = {}

    def bring(number: int) -> None:
        names = [f"{number}-{each}" for each in range(7)]
        steps = [Step(commits, partial(_given, name)) for name in names]
        together = [result for result, _ in commits.run_many(steps)]
        got[number] = together, [commits.run(partial(_given, name)) for name in names]

    threads = [threading.Thread(target=bring, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert got == {number: ([f"{number}-{each}" for each in range(7)],) * 2 for number in range(8)}


def test_readings_together_fail_alone(database: Database) -> None:
    """A look that fails does not spoil those that were taken with it."""
    views = GroupReading(database)

    def look(link: Any) -> list[Any]:
        return link.execute("SELECT count(*) FROM t").fetchall()

    def broken(_link: Any) -> None:
        raise LookupError

    outcomes = views.run_many([Step(views, look), Step(views, broken), Step(views, look)])
    assert [result for result, _ in outcomes] == [[(0,)], None, [(0,)]]
    assert isinstance(outcomes[1][1], LookupError)
    with pytest.raises(LookupError):
        Step(views, broken)()


def test_a_brief_transaction_is_undone_when_it_raises(database: Database) -> None:
    """As any other transaction is."""

    def interrupted() -> None:
        with database.brief() as link:
            link.execute("INSERT INTO t VALUES (7)")
            raise LookupError

    with pytest.raises(LookupError):
        interrupted()
    assert rows(database) == []
    with database.brief() as link:
        link.execute("INSERT INTO t VALUES (8)")
    assert rows(database) == [8]


def _given(name: str, _link: Any) -> str:
    return name


def test_what_a_group_works_on_is_made_once_and_ended_once(database: Database) -> None:
    """The steps of a group share it, and it may write at the end; a step that fails ends nothing."""
    seen: list[str] = []

    @contextlib.contextmanager
    def inside(db: Any) -> Any:
        seen.append("begun")
        yield db
        insert(12)(db)
        seen.append("ended")

    commits = GroupCommit(database, inside=inside)
    commits._together([_Work(insert(10)), _Work(insert(11))])
    assert (seen, rows(database)) == (["begun", "ended"], [10, 11, 12])
    with pytest.raises(ZeroDivisionError):
        commits.run(lambda _db: 1 / 0)
    assert seen == ["begun", "ended", "begun"]


def test_a_group_whose_commit_was_not_heard_of_is_not_run_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server went away at the commit, which it may have done: a step that counts would count twice."""
    real = Database.transaction
    groups: list[int] = []

    @contextlib.contextmanager
    def unheard(self: Database, *a: Any, **k: Any) -> Iterator[Any]:
        with real(self, *a, **k) as db:
            yield db
        groups.append(1)
        if len(groups) == 3:  # after the one that holds all up, and the first writer
            raise LedgerError("ledger.unreachable")

    monkeypatch.setattr(Database, "transaction", unheard)
    ran: list[int] = []

    def counted(db: Any, number: int) -> None:
        ran.append(number)
        insert(number)(db)

    outcomes = run_all(GroupCommit(database), [partial(counted, number=number) for number in range(9)], database)
    monkeypatch.undo()
    told = [one for one in outcomes if one is not None]
    assert len(told) == 8
    assert {one.code for one in told} == {"ledger.unreachable"}
    assert len({id(one) for one in told}) == 8
    assert sorted(ran) == rows(database) == list(range(9))
