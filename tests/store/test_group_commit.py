"""Group commit: one flush for many, each answered after it, no fault of one shared by another."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.store import Database
from gov_connect.store.commits import GroupCommit, _Work

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


def test_a_group_is_as_durable_as_its_strictest_step(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that may wait for the disk shares the flush of one that may not; alone it costs none."""
    flushed: list[bool] = []
    begin = database.transaction

    def seen(touches: str = "", *, durable: bool = True) -> Any:
        flushed.append(durable)
        return begin(touches, durable=durable)

    monkeypatch.setattr(database, "transaction", seen)
    commits = GroupCommit(database)
    commits.run(insert(1), durable=False)
    commits._together([_Work(insert(2), durable=False), _Work(insert(3))])
    assert flushed == [False, True]
    assert rows(database) == [1, 2, 3]


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
