"""Values of every type in every column of the audit log, on either database: what the check says of each.

    python tests/audit/campaign.py [--changes 1000] [--seed 1] [--database postgresql://…]

Whoever administers the database frees the tables of every rule, so that a column holds anything. Prints one JSON line;
every change is found by `verify`, and nothing that reads or writes the log ends in an error without a code.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import sys
import tempfile
from datetime import datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

from gov_connect.audit import AuditLog, Kind, LookUp, LookUps, Note, Phase, standing, verify
from gov_connect.audit.heads import export
from gov_connect.audit.listing import listing
from gov_connect.audit.retention import purge
from gov_connect.errors import GovConnectError
from gov_connect.model import VIETNAM
from gov_connect.runtime import ManualClock
from gov_connect.store import Database, Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

VAULT = Vault(bytes(range(32)))
NUMBER = "000000000012"
TABLES = ("audit", "audit_bodies", "audit_chains", "audit_purges")
SQLITE = [
    "NULL", "''", "'x'", "'0'", "x''", "x'00ff'", "0", "-1", "1.5", "1e300", "-1e300", "9e999", "-9e999",
    "9e999 - 9e999", "9223372036854775807", "-9223372036854775808", "CAST(x'ff' AS TEXT)", "CAST(x'00' AS TEXT)",
    "CAST({0} AS BLOB)", "CAST({0} AS TEXT) || ' '", "replace(hex(zeroblob(40000)), '00', '[')", "CAST({0} AS REAL)",
    "CAST({0} AS TEXT)", "lower(hex({0}))", "json_quote({0})",
]  # fmt: skip
"""What is put into a column, as SQL; {0} is what stands there."""
POSTGRESQL = [
    ("text", "NULL"), ("text", "''"), ("text", "'x'"), ("text", "repeat('[', 40000)"), ("text", "{0}::text || ' '"),
    ("bytea", "NULL"), ("bytea", "''"), ("bytea", r"'\x00ff'"), ("bytea", "convert_to({0}::text, 'UTF8')"),
    ("numeric", "'NaN'"), ("numeric", "1.5"), ("numeric", "-1e300"), ("float8", "'NaN'"), ("float8", "'-Infinity'"),
    ("bigint", "9223372036854775807"), ("bigint", "-9223372036854775808"), ("bigint", "0"), ("boolean", "true"),
    ("jsonb", "'[1]'"), ("jsonb", "'null'"), ("timestamptz", "'infinity'"), ("timestamptz", "'2026-01-05'"),
    ("interval", "'1 year'"), ("text[]", "ARRAY['x']"), ("inet", "'10.0.0.1'"),
]  # fmt: skip
"""The type that a column is made, and what is put there."""


class Inside:
    """A database inside one open transaction, so that a change can be undone again."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self._database = database
        self._connection = connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """The same connection; errors are told as the database tells them."""
        with self._database._told_apart:
            yield self._connection


def filled(database: Database) -> AuditLog:
    """Two writers, two agencies, a purge, an anchor; the tables without triggers and rules, columns without types."""
    clock = ManualClock(datetime(2026, 1, 5, 8, tzinfo=VIETNAM))
    asked = LookUp(
        agency="H99.201", officer="cb-1", operation="o", procedure="1.001193", dossier="d", legal_basis="L",
        request_id="r", subject=NUMBER,
    )  # fmt: skip
    override = Note(agency="H99.202", kind=Kind.OVERRIDE, operation="x", details={"amount": 6000})
    logs = [AuditLog(database, VAULT, clock.now, writer=name) for name in ("one", "two")]
    for log in logs:
        for _ in range(2):
            LookUps(log).answered(LookUps(log).asked(asked), "answered")
            clock.advance(1)
        log.note(override)
    clock.advance(1)
    purge(logs[0], "H99.202", before=clock.now(), officer="cb-9", reason="QĐ 1")
    for log in logs:
        log.note(override)
    export(logs[0], "H99.201")
    with database.transaction() as link:
        _freed(link, sqlite=database.kind == "sqlite")
    return logs[0]


def _freed(link: Connection, *, sqlite: bool) -> None:
    for table in TABLES:
        names = link.exec_driver_sql(f"SELECT * FROM {table} LIMIT 0").keys()
        link.exec_driver_sql(f"CREATE TABLE copy_{table} AS SELECT * FROM {table}")
        link.exec_driver_sql(f"DROP TABLE {table}")
        if sqlite:  # a copy keeps leanings of its columns
            link.exec_driver_sql(f"CREATE TABLE {table} ({', '.join(names)})")
            link.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM copy_{table}")
            link.exec_driver_sql(f"DROP TABLE copy_{table}")
        else:
            link.exec_driver_sql(f"ALTER TABLE copy_{table} RENAME TO {table}")


def one_change(link: Connection, chance: random.Random, *, sqlite: bool) -> tuple[str, bool]:
    """Change one column of one row, or of all; gives the statement, and whether it changed anything."""
    table = chance.choice(TABLES)
    name = chance.choice(list(link.exec_driver_sql(f"SELECT * FROM {table} LIMIT 0").keys()))
    place = "rowid" if sqlite else "ctid"
    rows = [row[0] for row in link.exec_driver_sql(f"SELECT {place} FROM {table} ORDER BY 1")]
    where = "" if chance.random() < 0.2 else f"{place} = {chance.choice(rows)!r}"
    column = f'"{name}"'
    if sqlite:
        text = f"UPDATE {table} SET {column} = {chance.choice(SQLITE).format(column)}" + (where and f" WHERE {where}")
        look = f"SELECT typeof({column}), hex({column}) FROM {table} ORDER BY rowid"
    else:
        kind, value = chance.choice(POSTGRESQL)
        text = f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind} USING ({value.format(column)})::{kind}"
        typed = f"replace(pg_typeof({column})::text, 'character varying', 'text')"  # the same text all the same
        look = f"SELECT {typed}, {column}::text FROM {table} ORDER BY ctid"
    before = link.exec_driver_sql(look).all()
    link.exec_driver_sql(text.replace("%", "%%"))
    return text, link.exec_driver_sql(look).all() != before


def told(work: Callable[[], Any]) -> str:
    """What came of it: nothing, the code of an error, or what no error should be."""
    try:
        work()
    except GovConnectError as error:
        f"{error} {error.text('vi')}".encode()
        return error.code
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return f"{type(error).__name__} without a code"
    return ""


def campaign(database: Database, changes: int, seed: int) -> dict[str, Any]:
    """Make so many changes, each on the whole log; gives how each was found, and whatever was wrong."""
    log, chance, sqlite = filled(database), random.Random(seed), database.kind == "sqlite"
    assert verify(database, VAULT).whole
    found = {"findings": 0, "refused": 0}
    wrong: list[str] = []
    while sum(found.values()) < changes:
        with database.transaction(durable=False) as link:
            undo = link.begin_nested()
            try:
                text, changed = one_change(link, chance, sqlite=sqlite)
            except DBAPIError:  # the database itself refuses: a bound, a cast that fails
                undo.rollback()
                continue
            if changed:
                outcome = _judged(database, link, log)
                found["refused" if outcome == "refused" else "findings"] += 1
                wrong += [f"{text}: {outcome}"] if outcome not in {"", "refused"} else []
            undo.rollback()
    return {"changes": changes, **found, "wrong": wrong}


def _judged(database: Database, link: Connection, log: AuditLog) -> str:
    inside: Any = Inside(database, link)
    seen: list[bool] = []

    def check() -> None:
        said = verify(inside, VAULT)
        json.dumps(said.to_dict("vi"), ensure_ascii=False).encode()
        seen.append(said.whole)

    reader: Any = SimpleNamespace(database=inside, vault=VAULT, now=log.now)
    note = Note(agency="H99.202", kind=Kind.WRITE, operation="x")
    works: list[Callable[[], Any]] = [
        check,
        lambda: LookUps(reader).who_read(NUMBER),
        lambda: json.dumps(list(listing(inside, VAULT)), ensure_ascii=False).encode(),
        lambda: log.chains(link),
        lambda: log.append(link, note, Phase.WHOLE),
    ]
    codes = []
    for work in works:
        undo = link.begin_nested()

        def guarded(work: Callable[[], Any] = work) -> None:
            with database._told_apart, standing.told():
                work()

        codes.append(told(guarded))
        undo.rollback()
    odd = [code for code in codes if code.endswith("without a code")]
    if odd:
        return ", ".join(odd)
    if seen:
        return "not found" if seen[0] else ""
    return "refused"


def main() -> int:
    """Run the campaign and print one JSON line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--changes", type=int, default=1000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--database", default="", help="an empty one; without it a file of its own")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(chosen.database or f"sqlite:///{folder}/records.db")
        report = campaign(database, chosen.changes, chosen.seed)
        database.close()
    sys.stdout.write(json.dumps({"database": database.kind, **report}, ensure_ascii=False) + "\n")
    return 1 if report["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
