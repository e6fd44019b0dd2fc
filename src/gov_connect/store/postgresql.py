"""What is particular to PostgreSQL: a schema of our own, advisory locks, a server that may restart."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator

    from sqlalchemy import Connection, Engine
    from sqlalchemy.exc import DBAPIError

SCHEMA: Final = "gov_connect"
RELAXED: Final = "SET LOCAL synchronous_commit TO OFF"
READ_ONLY: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_SPACE: Final = 0x676F76
"""First half of our advisory locks; the second is 0 for everything, or made of a name."""
_BUSY_SECONDS: Final = 30
# Lock not available, query cancelled, serialisation failure, deadlock, too many connections.
_BUSY: Final = frozenset({"55P03", "57014", "40001", "40P01", "53300"})
# No space, no memory, wrong password, no such database, no permission.
_UNUSABLE: Final = frozenset({"53100", "53200", "28P01", "28000", "3D000", "42501", "25006"})


def make_engine(url: str) -> Engine:
    """An engine whose connections see our schema first; made on the way if it is not there."""
    import sqlalchemy  # noqa: PLC0415 - heavy, on first use

    settings = f"-c search_path={SCHEMA},public -c lock_timeout={_BUSY_SECONDS}s -c timezone=UTC"
    return sqlalchemy.create_engine(
        sqlalchemy.make_url(url).set(drivername="postgresql+psycopg"),
        connect_args={
            "options": settings,
            "connect_timeout": 10,
            "application_name": "gov_connect",
            "keepalives_idle": 30,
        },
        hide_parameters=True,
        max_overflow=64,
    )


def locks(touches: str) -> str:
    """The first statement of a transaction: see `Database`. Both locks end with it."""
    if not touches:
        return f"SELECT pg_advisory_xact_lock({_SPACE}, 0)"
    name = int.from_bytes(hashlib.sha256(touches.encode()).digest()[:4], "big", signed=True) or 1
    return f"SELECT pg_advisory_xact_lock_shared({_SPACE}, 0), pg_advisory_xact_lock({_SPACE}, {name})"


@contextlib.contextmanager
def begun(engine: Engine, first: str) -> Generator[Connection, None, None]:
    """A transaction whose first statement was `first`; a connection that died in the pool is replaced once."""
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415 - on first use

    connection = engine.connect()
    try:
        try:
            connection.exec_driver_sql(first)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            connection.close()
            connection = engine.connect()
            connection.exec_driver_sql(first)
        yield connection
        connection.commit()
    finally:
        # Without a commit this undoes everything.
        connection.close()


def code_of(error: DBAPIError) -> str | None:
    """The code of our error; None for one of the program's own making."""
    from sqlalchemy.exc import InterfaceError, OperationalError  # noqa: PLC0415 - on first use

    state = getattr(error.orig, "sqlstate", None) or ""
    if state in _BUSY:
        return "ledger.busy"
    if state in _UNUSABLE:
        return "ledger.unusable"
    # 08: connection lost; 57P: the server shuts down or starts. Without a code nothing was said at all.
    if error.connection_invalidated or state[:3] == "57P" or state[:2] == "08":
        return "ledger.unreachable"
    if not state and isinstance(error, (OperationalError, InterfaceError)):
        return "ledger.unreachable"
    return "ledger.busy" if isinstance(error, OperationalError) else None


def holds_records(url: str) -> bool:
    """Whether there are records at an address; looked up without making anything."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return connection.exec_driver_sql(f"SELECT to_regclass('{SCHEMA}.events')").scalar() is not None
    finally:
        engine.dispose()
