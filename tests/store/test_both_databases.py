"""The store is the same on SQLite and on PostgreSQL: what is promised of one holds on the other."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import bindparam, delete, event, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from gov_connect.audit import AuditLog, LookUp, LookUps, verify
from gov_connect.errors import LedgerError, QuotaExceeded
from gov_connect.model import VIETNAM, AgencyCode
from gov_connect.runtime import SystemClock
from gov_connect.store import Database, Vault
from gov_connect.store.code_map import CodeMap
from gov_connect.store.migrations import CURRENT, STEPS
from gov_connect.store.numbers import DossierNumbers
from gov_connect.store.statements import Prepared
from gov_connect.store.tables import AUDIT, AUDIT_BODIES, EVENTS, LEASES, METADATA, ORDERS
from gov_connect.store.tables import STEPS as KEPT

SAMPLES = Path(__file__).parents[1] / "samples" / "store"
DAY = date(2025, 8, 4)
AT = datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM)
COUNT = """
import sys
from datetime import date
from gov_connect.store import Database
from gov_connect.store.numbers import DossierNumbers
numbers = DossierNumbers(Database(sys.argv[1]))
for _ in range(40):
    print(numbers.next("H99.12.7", date(2025, 8, 4)))
"""

FORK = """
import os
import sys
from datetime import date
from gov_connect.store import Database
from gov_connect.store.numbers import DossierNumbers
records = Database(sys.argv[1])
numbers = DossierNumbers(records)
def give():
    for _ in range(20):
        print(numbers.next("H99.12.7", date(2025, 8, 4)), flush=True)
def reached():
    with records.reading() as db:
        asked = "SELECT pg_backend_pid()" if records.kind == "postgresql" else f"SELECT {os.getpid()}"
        return db.exec_driver_sql(asked).scalar_one()
give()
mine = reached()
child = os.fork()
give()
assert (reached() == mine) == (child != 0)
records.close()
if not child:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""


@pytest.fixture
def records(database_url):
    """A database of either kind."""
    made = Database(database_url)
    yield made
    made.close()


def _add(db, name, value=b"0"):
    db.execute(insert(KEPT).values(agency="H99.201", dossier="1", name=name, value=value, made_at=AT))


def _add_in_one(records, *names):
    with records.transaction() as db:
        for name in names:
            _add(db, name)


def test_a_transaction_is_whole_or_nothing(records):
    """Kept when it ends, undone when it raises, whatever raised."""
    _add_in_one(records, "a", "b")
    with pytest.raises(IntegrityError):
        _add_in_one(records, "c", "a")
    with records.reading() as db:
        assert sorted(db.execute(select(KEPT.c.name)).scalars()) == ["a", "b"]


@pytest.mark.parametrize("touches", ["", "count"])
def test_reading_and_then_writing_counts_every_one(records, touches):
    """Eight threads, one row: a transaction is alone with what it touches."""
    _add_in_one(records, "count")

    def work(_):
        for _ in range(10):
            with records.transaction(touches) as db:
                value = int(db.execute(select(KEPT.c.value)).scalar_one())
                db.execute(update(KEPT).values(value=b"%d" % (value + 1)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    with records.reading() as db:
        assert db.execute(select(KEPT.c.value)).scalar_one() == b"80"


def test_two_names_do_not_wait_for_each_other_but_everything_waits_for_both(postgres_url):
    """PostgreSQL: two dossiers side by side; a transaction that names nothing waits for them."""
    records, both = Database(postgres_url), threading.Barrier(3)
    entered = threading.Event()

    def inside(name):
        with records.transaction(name):
            both.wait(60)
            return entered.wait(0.3)

    def everything():
        both.wait(60)
        with records.transaction():
            entered.set()

    with ThreadPoolExecutor(3) as pool:
        pair = [pool.submit(inside, name) for name in ("dossier 1", "dossier 2")]
        last = pool.submit(everything)
        # Had they excluded each other, the barrier would have broken; had the third not waited, it had entered.
        assert [one.result(60) for one in pair] == [False, False]
        last.result(60)
    records.close()


def test_no_number_is_given_twice_across_processes(database_url):
    """Three processes take forty each at once from a database that is not even made yet."""
    running = [
        subprocess.Popen([sys.executable, "-W", "error", "-c", COUNT, database_url], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    given = [line for process in running for line in process.communicate(timeout=60)[0].split()]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert sorted(given) == [f"H99.12.7-250804-{n:04d}" for n in range(1, 121)]


def test_numbers_and_codes_are_kept(records):
    """Counters go on, codes are found, as on a file."""
    numbers = DossierNumbers(records)
    numbers.start_after("H99.12.7", DAY, 9)
    assert numbers.next("H99.12.7", DAY) == "H99.12.7-250804-0010"
    codes = CodeMap(records, AgencyCode("H99.201"))
    codes.set({"X": "2.000635"}, at=AT)
    codes.set({"X": "2.000815"}, at=AT)
    assert (codes.procedure("X"), codes.local("2.000815")) == ("2.000815", ["X"])


def test_the_record_of_look_ups_only_grows(records):
    """Written, counted against the quota, and refused to whoever would change or delete it."""
    vault = Vault(bytes(32))
    looks = LookUps(AuditLog(records, vault, SystemClock().now))
    entry = LookUp(agency="H99.201", officer="cb", operation="x", procedure="1", dossier="d", subject="000000000012")
    looks.answered(looks.asked(entry, of_officer=1), "answered")
    with pytest.raises(QuotaExceeded):
        looks.asked(entry, of_officer=1)
    assert [found.outcome for found in looks.who_read("000000000012")] == ["answered"]
    changes = [
        change for table in (AUDIT, AUDIT_BODIES) for change in (update(table).values(agency="x"), delete(table))
    ]
    for change in changes:
        with pytest.raises((DBAPIError, LedgerError)), records.transaction() as db:
            db.execute(change)
    assert [found.outcome for found in looks.who_read("000000000012")] == ["answered"]
    assert verify(records, vault).whole


def test_moments_come_back_as_they_were(records):
    """With a zone, to the microsecond, whichever zone they were given in."""
    for name, at in (("vn", AT), ("utc", AT.astimezone(UTC) + timedelta(microseconds=1))):
        with records.transaction() as db:
            db.execute(insert(KEPT).values(agency="A", dossier="1", name=name, value=b"", made_at=at))
    with records.reading() as db:
        found = dict(db.execute(select(KEPT.c.name, KEPT.c.made_at)).all())
    assert found == {"vn": AT, "utc": AT + timedelta(microseconds=1)}
    assert {at.utcoffset() for at in found.values()} == {timedelta(hours=7)}


def test_a_text_that_is_too_long_and_a_large_amount_stop_nothing(records):
    """No length and no 32-bit number of the wire's making refuses a row."""
    with records.transaction() as db:
        db.execute(
            insert(ORDERS).values(
                agency="A" * 90,
                system="s",
                reference="r",
                dossier="d",
                amount=9_000_000_000_000,
                state="paid",
                transaction="t" * 500,
                order=b"",
                changed_at=AT,
            )
        )
    with records.reading() as db:
        assert db.execute(select(ORDERS.c.amount)).scalar_one() == 9_000_000_000_000


def test_errors_show_no_values(records):
    """What was to be written stays out of the text of the error."""
    with pytest.raises(IntegrityError) as caught:
        _add_in_one(records, "MAU", "MAU")
    assert "MAU" not in str(caught.value.orig if records.kind == "sqlite" else caught.value.statement)


def _first_schema(url, kind):
    """A database as the first release left it, with one dossier under way."""
    import sqlalchemy  # noqa: PLC0415 - only here

    driver = url.replace("postgresql://", "postgresql+psycopg://")
    options = {} if kind == "sqlite" else {"connect_args": {"options": "-c search_path=gov_connect"}}
    engine = sqlalchemy.create_engine(driver, **options)
    with engine.begin() as db:
        if kind == "postgresql":
            db.execute(text("CREATE SCHEMA gov_connect"))
        for statement in (SAMPLES / f"schema_1_{kind}.sql").read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                db.execute(text(statement))
        db.execute(
            text(
                "INSERT INTO events (agency, system, dossier, key, operation, fingerprint, payload, state, tries,"
                " error, created_at, changed_at) VALUES ('H99.201', 'portal', 'd', 'd/put', 'portal.put', 'f', '',"
                " 'sent', 1, '', '2026-01-05 08:00:00', '2026-01-05 08:00:00')"
            )
        )
    engine.dispose()


def _shape(records):
    """Every table with its columns and indexes, as the database itself describes them."""
    with records.transaction() as db:
        there = inspect(db)
        return {
            name: (
                sorted((column["name"], bool(column["nullable"])) for column in there.get_columns(name)),
                sorted(str(index["name"]) for index in there.get_indexes(name)),
            )
            for name in METADATA.tables
        }


def test_a_database_of_the_first_release_is_brought_up(request, tmp_path, database_url):
    """Every step from the first schema on: the result is a new database's shape, and no row is lost."""
    kind = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    _first_schema(database_url, kind)
    old = Database(database_url)
    new_url = (
        f"sqlite:///{tmp_path / 'new.db'}" if kind == "sqlite" else request.getfixturevalue("postgres").new_database()
    )
    new = Database(new_url)
    assert _shape(old) == _shape(new)
    with old.reading() as db:
        row = db.execute(select(EVENTS)).one()
        assert db.execute(text("SELECT version FROM gov_connect_schema")).scalars().all() == [CURRENT]
    assert (row.state, row.tries, row.lane, row.owner, row.doubtful) == ("sent", 1, "step", "", 0)
    for made in (old, new):
        made.close()


def _conditions(records):
    """What the indexes of the audit log leave out."""
    named = {"audit_refers", "audit_look_ups_of_a_day", "audit_of_a_person"}
    with records.reading() as db:
        found = [index for table in (AUDIT, AUDIT_BODIES) for index in inspect(db).get_indexes(table.name)]
    return {one["name"]: str(one["dialect_options"].get(f"{records.kind}_where", "")) for one in found} | dict.fromkeys(
        named - {one["name"] for one in found}, "missing"
    )


def test_an_audit_log_of_before_keeps_its_entries_and_gets_its_indexes_anew(database_url):
    """Those of schema 4 held every entry; what was written under them is whole, is found, and goes on."""
    vault = Vault(bytes(32))
    entry = LookUp(agency="H99.201", officer="cb-01", operation="o", procedure="1", dossier="", subject="000000000012")
    old = Database(database_url)
    asked = LookUps(AuditLog(old, vault, SystemClock().now, writer="w"))
    asked.answered(asked.asked(entry), "answered")
    wanted = _conditions(old)
    assert all(wanted.values())
    with old.transaction() as db:
        for index in AUDIT.indexes | AUDIT_BODIES.indexes:
            columns = ", ".join(column.name for column in index.columns)
            db.execute(text(f"DROP INDEX {index.name}"))
            db.execute(text(f"CREATE INDEX {index.name} ON {index.table.name} ({columns})"))
        db.execute(text("UPDATE gov_connect_schema SET version = 4"))
    assert set(_conditions(old).values()) == {""}
    old.close()
    new = Database(database_url)
    asked = LookUps(AuditLog(new, vault, SystemClock().now, writer="w"))
    asked.answered(asked.asked(entry, of_officer=2), "answered")
    assert _conditions(new) == wanted
    assert verify(new, vault).whole
    assert [found.outcome for found in asked.who_read("000000000012")] == ["answered", "answered"]
    with pytest.raises(QuotaExceeded):
        asked.asked(entry, of_officer=2)
    new.close()


@pytest.mark.parametrize("name", ["audit_refers", "audit_look_ups_of_a_day", "audit_of_a_person"])
def test_the_indexes_of_the_audit_log_are_used(tmp_path, name):
    """A database takes an index that leaves rows out only where the question says that it wants none of those."""
    records = Database(f"sqlite:///{tmp_path / 'x.db'}")
    asked = LookUps(AuditLog(records, Vault(bytes(32)), SystemClock().now, writer="w"))
    said = []
    with records.reading() as db:
        event.listen(db.engine, "before_cursor_execute", lambda *about: said.append(about[2:4]))
    asked.who_read("000000000012")
    asked.today("H99.201")
    asked.today("H99.201", "cb-01")
    with records.reading() as db:
        plans = [db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all() for statement, given in list(said)]
        used = [row[3] for plan in plans for row in plan]
    records.close()
    assert any(name in line for line in used), used


def test_the_steps_lead_from_one_schema_to_the_next():
    """No number is left out or used twice."""
    assert [step.to for step in STEPS] == list(range(2, CURRENT + 1))


def test_an_older_program_does_not_touch_a_newer_database(database_url):
    """It says so, with what to do, and changes nothing."""
    newer = Database(database_url)
    with newer.transaction() as db:
        db.execute(text(f"UPDATE gov_connect_schema SET version = {CURRENT + 1}"))
    newer.close()
    older = Database(database_url)
    for _ in range(2):
        with pytest.raises(LedgerError) as caught, older.transaction():
            pass
        assert caught.value.code == "ledger.newer_schema"
        assert str(CURRENT + 1) in caught.value.text("vi")
        assert caught.value.remedy("en")


def test_several_processes_may_bring_one_database_up_at_once(database_url):
    """Whoever comes at the same moment waits, and finds it done."""
    made = [Database(database_url) for _ in range(4)]
    ready = threading.Barrier(len(made))

    def open_it(records):
        ready.wait(60)
        with records.transaction() as db:
            return db.execute(select(LEASES)).all()

    with ThreadPoolExecutor(len(made)) as pool:
        assert list(pool.map(open_it, made)) == [[]] * len(made)
    for records in made:
        records.close()


def test_a_server_that_does_not_answer_is_a_ledger_error():
    """Nobody listens there: one of our own errors, with a remedy, and without the password."""
    records = Database("postgresql://gov:secret-word@127.0.0.1:1/x")
    with pytest.raises(LedgerError) as caught, records.transaction():
        pass
    assert caught.value.code == "ledger.unreachable"
    assert caught.value.remedy("vi")
    assert "secret-word" not in f"{caught.value} {caught.value.__cause__!r}"


def test_a_wrong_password_is_not_taken_for_an_outage(postgres):
    """Waiting would not help, so it is not called unreachable."""
    url = postgres.new_database()
    records = Database(url.replace(url.partition("gov:")[2].partition("@")[0], "wrong"))
    with pytest.raises(LedgerError) as caught, records.transaction():
        pass
    assert caught.value.code in {"ledger.unusable", "ledger.unreachable"}


def test_compiled_statements_write_what_others_write(records):
    """A moment too, which the driver of SQLite would write in another form; and they say how many rows they touched."""
    columns = {"agency": "H99.201", "dossier": "1", "name": "a", "value": b"0", "made_at": AT.astimezone(UTC)}
    made, moved = Prepared(lambda: insert(KEPT), tuple(columns)), Prepared(_moved)
    with records.brief("x") as link:
        made.run(link, columns)
        made.run_all(link, [{**columns, "name": name} for name in ("b", "c")])
        assert moved.run(link, {"b_name": "c", "b_at": AT + timedelta(days=1)}) == 1
        assert moved.run(link, {"b_name": "none", "b_at": AT}) == 0
    with records.transaction() as db:
        _add(db, "d")
    with records.reading() as db:
        found = db.execute(select(KEPT.c.name, KEPT.c.made_at).order_by(KEPT.c.name)).all()
        assert [tuple(row) for row in found] == [("a", AT), ("b", AT), ("c", AT + timedelta(days=1)), ("d", AT)]
        assert db.execute(select(KEPT.c.name).where(KEPT.c.made_at == AT)).scalars().all() == ["a", "b", "d"]


def _moved():
    return update(KEPT).where(KEPT.c.name == bindparam("b_name")).values(made_at=bindparam("b_at"))


def _cut(url, pid):
    """Have the server end one of its connections."""
    other = Database(url)
    with other.reading() as db:
        db.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    other.close()


def test_a_connection_that_the_server_cut_is_replaced(postgres_url):
    """After a restart the pool holds dead connections: the next transaction does not notice."""
    records = Database(postgres_url)
    _add_in_one(records, "a")
    with records.transaction() as db:
        mine = db.execute(text("SELECT pg_backend_pid()")).scalar_one()
    _cut(postgres_url, mine)
    _add_in_one(records, "b")
    with records.reading() as db:
        assert sorted(db.execute(select(KEPT.c.name)).scalars()) == ["a", "b"]
    records.close()


def test_a_connection_that_breaks_in_the_middle_undoes_the_transaction(postgres_url):
    """What was written in it is not there, the caller is told, and the next one works."""
    records = Database(postgres_url)

    def broken_off():
        with records.transaction() as db:
            _add(db, "lost")
            _cut(postgres_url, db.execute(text("SELECT pg_backend_pid()")).scalar_one())
            _add(db, "more")

    with pytest.raises(LedgerError) as caught:
        broken_off()
    assert caught.value.code == "ledger.unreachable"
    _add_in_one(records, "kept")
    with records.reading() as db:
        assert db.execute(select(KEPT.c.name)).scalars().all() == ["kept"]
    records.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_forked_process_has_its_own_connections(database_url, tmp_path):
    """A server that loads the program before it forks: parent and child count on, side by side."""
    program = tmp_path / "fork.py"
    program.write_text(FORK, encoding="utf-8")
    command = [sys.executable, "-W", "error", program, database_url]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert sorted(done.stdout.split()) == [f"H99.12.7-250804-{number:04d}" for number in range(1, 61)]
