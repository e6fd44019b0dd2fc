"""From each schema to the next, in order; a program never touches a schema that is newer than itself.

The tables of `store.tables` are the newest schema. A new table needs no step: it is made when it is missing.
A change of a table that exists is a step here, written out in full, since `tables` moves on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect

from gov_connect.errors import LedgerError
from gov_connect.store.postgresql import SCHEMA, locks
from gov_connect.store.sqlite import READING
from gov_connect.store.tables import AUDIT, AUDIT_BODIES, EVENTS, METADATA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Engine

_VERSIONS: Final = "gov_connect_schema"


@dataclass(frozen=True, slots=True)
class Step:
    """One change: the number of the schema it leads to, and its statements; `{float}` is the type's name."""

    to: int
    statements: Sequence[str]


STEPS: Final = (
    Step(
        2,
        (
            "ALTER TABLE events ADD COLUMN lane VARCHAR(10) DEFAULT 'step' NOT NULL",
            "ALTER TABLE events ADD COLUMN due {float} DEFAULT 0 NOT NULL",
            "ALTER TABLE events ADD COLUMN owner VARCHAR(32) DEFAULT '' NOT NULL",
            "ALTER TABLE events ADD COLUMN doubtful INTEGER DEFAULT 0 NOT NULL",
            "ALTER TABLE events ADD COLUMN acting {bytes}",
            "ALTER TABLE leases ADD COLUMN worker VARCHAR(32) DEFAULT '' NOT NULL",
            # Whoever held them was the program before this one.
            "DELETE FROM leases",
        ),
    ),
    # Look-ups stand in the audit chain now; nothing was released before.
    Step(3, ("DROP TABLE look_ups",)),
    # `events_due` takes its place: with the number behind the time, a long queue is read in order, not sorted.
    Step(4, ("DROP INDEX IF EXISTS events_waiting",)),
    # Made anew for those entries alone that are looked for.
    Step(
        5,
        (
            "DROP INDEX IF EXISTS audit_refers",
            "DROP INDEX IF EXISTS audit_look_ups_of_a_day",
            "DROP INDEX IF EXISTS audit_of_a_person",
        ),
    ),
)
CURRENT: Final = STEPS[-1].to


def bring_up(engine: Engine) -> None:
    """Make what is missing, and take every step that is still to be taken, all in one transaction.

    Raises:
        LedgerError: a newer program wrote this database.
    """
    postgresql = engine.dialect.name == "postgresql"
    with engine.connect().execution_options(**READING) as db, db.begin():
        # Nearly always there is nothing to do, and then nobody need be waited for.
        if _version(db) == CURRENT and set(METADATA.tables) <= set(inspect(db).get_table_names()):
            return
    with engine.begin() as db:
        if postgresql:
            db.exec_driver_sql(locks(""))
            db.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        version = _version(db)
        if version is not None and version > CURRENT:
            raise LedgerError("ledger.newer_schema", found=version, known=CURRENT)
        for step in STEPS if version is not None else ():
            if version is not None and step.to > version:
                _take(db, step, postgresql=postgresql)
        METADATA.create_all(db)
        for index in EVENTS.indexes | AUDIT.indexes | AUDIT_BODIES.indexes:
            index.create(db, checkfirst=True)
        if version != CURRENT:
            db.exec_driver_sql(f"CREATE TABLE IF NOT EXISTS {_VERSIONS} (version INTEGER NOT NULL)")
            db.exec_driver_sql(f"DELETE FROM {_VERSIONS}")  # noqa: S608 - a constant
            db.exec_driver_sql(f"INSERT INTO {_VERSIONS} VALUES ({CURRENT})")  # noqa: S608 - constants


def _version(db: Connection) -> int | None:
    """The schema of this database: None when it is empty, 1 when it was made before schemas had numbers."""
    there = inspect(db)
    if there.has_table(_VERSIONS):
        found = db.exec_driver_sql(f"SELECT MAX(version) FROM {_VERSIONS}").scalar()  # noqa: S608 - a constant
        return 1 if found is None else int(found)
    return 1 if there.has_table(EVENTS.name) else None


def _take(db: Connection, step: Step, *, postgresql: bool) -> None:
    names = {"float": "DOUBLE PRECISION" if postgresql else "FLOAT", "bytes": "BYTEA" if postgresql else "BLOB"}
    for statement in step.statements:
        db.exec_driver_sql(statement.format(**names))
