"""The database: one transaction at a time, all or nothing, on disk before it is believed."""

from __future__ import annotations

import sqlite3
import stat
import sys
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from gov_connect.errors import LedgerError
from gov_connect.store import Database, sqlite
from gov_connect.store.tables import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture(params=["file", "memory"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of either kind."""
    made = Database("sqlite://" if request.param == "memory" else f"sqlite:///{tmp_path / 'records.db'}")
    yield made
    made.close()


def _add(db: Any, name: str, value: bytes = b"0") -> None:
    db.execute(insert(STEPS).values(agency="H99.201", dossier="1", name=name, value=value, made_at=NOW))


def _add_in_one(records: Database, *names: str) -> None:
    with records.transaction() as db:
        for name in names:
            _add(db, name)


def _count(records: Database) -> int:
    with records.transaction() as db:
        return int(db.execute(select(func.count()).select_from(STEPS)).scalar_one())


def test_a_transaction_is_kept(records: Database) -> None:
    """What was written inside is there after it."""
    with records.transaction() as db:
        _add(db, "a")
        _add(db, "b")
    assert _count(records) == 2


def test_an_error_undoes_the_whole_transaction(records: Database) -> None:
    """Nothing of it stays, whatever the error was, and the next one works."""
    with pytest.raises(IntegrityError):
        _add_in_one(records, "a", "b", "a")
    assert _count(records) == 0
    with records.transaction() as db:
        _add(db, "a")
    assert _count(records) == 1


def test_eight_threads_write_without_losing_anything(records: Database) -> None:
    """Reading and then writing in one transaction counts every one of them."""
    with records.transaction() as db:
        _add(db, "count")

    def work(_: int) -> None:
        for _ in range(10):
            with records.transaction() as db:
                value = int(db.execute(select(STEPS.c.value)).scalar_one())
                db.execute(update(STEPS).values(value=b"%d" % (value + 1)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    with records.transaction() as db:
        assert db.execute(select(STEPS.c.value)).scalar_one() == b"80"


def test_two_processes_may_share_a_file(tmp_path: Path) -> None:
    """Two databases on one file, as two processes have them, do not lose each other's writes."""
    url = f"sqlite:///{tmp_path / 'records.db'}"
    both = [Database(url), Database(url)]

    def work(which: int) -> None:
        for number in range(15):
            with both[which].transaction() as db:
                _add(db, f"{which}/{number}")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    assert _count(both[0]) == 30
    for made in both:
        made.close()


def test_many_processes_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    """The first opening makes the file, and whoever comes at the same moment waits for that."""
    for number in range(12):
        made = [Database(f"sqlite:///{tmp_path / f'{number}.db'}") for _ in range(4)]
        ready = threading.Barrier(len(made))

        def work(records: Database, ready: threading.Barrier = ready) -> int:
            ready.wait(60)
            return _count(records)

        with ThreadPoolExecutor(len(made)) as pool:
            assert list(pool.map(work, made)) == [0] * len(made)
        for records in made:
            records.close()


def test_a_file_has_a_write_ahead_log_and_survives_a_power_cut(tmp_path: Path) -> None:
    """WAL, full synchronisation and foreign keys are on for every connection."""
    records = Database(f"sqlite:///{tmp_path / 'records.db'}")
    with records.transaction() as db:
        found = [
            db.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 2, 1]
    records.close()


def test_a_file_is_opened_again(tmp_path: Path) -> None:
    """What was kept is there for the next process, and after closing and going on."""
    url = f"sqlite:///{tmp_path / 'records.db'}"
    first = Database(url)
    with first.transaction() as db:
        _add(db, "a")
    first.close()
    assert _count(first) == 1
    first.close()
    second = Database(url)
    assert _count(second) == 1
    second.close()


def test_memory_is_not_shared() -> None:
    """Each database in memory is its own, and gone when it is closed."""
    first, second = Database("sqlite://"), Database("sqlite://")
    with first.transaction() as db:
        _add(db, "a")
    assert (_count(first), _count(second)) == (1, 0)
    first.close()
    assert _count(first) == 0
    first.close()
    second.close()


def test_nothing_is_opened_before_it_is_used(tmp_path: Path) -> None:
    """Making or closing a database touches no file."""
    Database(f"sqlite:///{tmp_path / 'records.db'}").close()
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_a_ledger_error(tmp_path: Path) -> None:
    """Opening fails as writing does: with one of our own errors."""
    records = Database(f"sqlite:///{tmp_path / 'missing' / 'records.db'}")
    with pytest.raises(LedgerError) as caught, records.transaction():
        pass
    assert caught.value.code == "ledger.unusable"
    records.close()


@pytest.mark.parametrize("content", [b"khong phai co so du lieu" * 100, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_file_that_is_no_database_is_a_ledger_error(content: bytes, tmp_path: Path) -> None:
    """It is neither overwritten nor blamed on another process."""
    path = tmp_path / "records.db"
    path.write_bytes(content)
    records = Database(f"sqlite:///{path}")
    for _ in range(2):
        with pytest.raises(LedgerError) as caught, records.transaction():
            pass
        assert caught.value.code == "ledger.unusable"
        assert all((caught.value.text("vi"), caught.value.text("en"), caught.value.remedy("vi")))
    records.close()
    assert path.read_bytes() == content


@pytest.mark.parametrize("when", ["opening", "later"])
def test_a_file_held_by_another_process_is_a_ledger_error(
    when: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the time allowed the caller is told, and nothing of what was to be written shows."""
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    records = Database(f"sqlite:///{tmp_path / 'records.db'}")
    if when == "later":
        assert _count(records) == 0
    with closing(sqlite3.connect(tmp_path / "records.db", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerError) as caught, records.transaction() as db:
            _add(db, "a", b"MAU THI THU")
        assert caught.value.code == "ledger.busy"
        assert "MAU" not in f"{caught.value}{caught.value.__cause__}"
        other.execute("ROLLBACK")
    other.close()
    assert _count(records) == 0
    records.close()


def test_errors_of_the_database_show_no_values(records: Database) -> None:
    """What was to be written stays out of the text of the error."""
    with pytest.raises(IntegrityError) as caught:
        _add_in_one(records, "MAU", "MAU")
    assert "MAU" not in str(caught.value)


def test_closing_waits_for_the_transaction_under_way(tmp_path: Path) -> None:
    """A store access that a cancelled caller left behind is finished first."""
    records = Database(f"sqlite:///{tmp_path / 'records.db'}")
    inside, go_on = threading.Event(), threading.Event()

    def write() -> None:
        with records.transaction() as db:
            inside.set()
            go_on.wait(60)
            _add(db, "a")

    with ThreadPoolExecutor(2) as pool:
        writing = pool.submit(write)
        inside.wait(60)
        closing = pool.submit(records.close)
        go_on.set()
        writing.result(60)
        closing.result(60)
    assert _count(records) == 1
    records.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights elsewhere than in the mode")
def test_the_file_is_its_owner_s(tmp_path: Path) -> None:
    """From its first byte, with what SQLite puts beside it; a file that is there keeps its rights."""
    records = Database(f"sqlite:///{tmp_path / 'records.db'}")
    _add_in_one(records, "one")
    found = {one.name: stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()}
    records.close()
    assert set(found) >= {"records.db", "records.db-wal"}
    assert set(found.values()) == {0o600}
    (tmp_path / "records.db").chmod(0o640)
    _add_in_one(records, "two")
    records.close()
    assert stat.S_IMODE((tmp_path / "records.db").stat().st_mode) == 0o640


def test_a_connection_that_ends_while_all_are_closed_is_closed_too(tmp_path: Path) -> None:
    """Whoever reads asks for no lock, so closing may come between its last look and its giving back."""
    records = Database(f"sqlite:///{tmp_path / 'records.db'}")
    with records.brief(writes=False):
        kept = records._kept
    assert kept is not None
    waiting = kept._idle[0]

    class Late(deque[Any]):
        def append(self, one: Any) -> None:
            kept.close()
            super().append(one)

    late = Late(kept._idle)
    kept.__dict__["_idle"] = late
    with records.brief(writes=False) as driver:
        assert driver is waiting.driver
    assert not late
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        waiting.driver.execute("SELECT 1")
    records.close()
