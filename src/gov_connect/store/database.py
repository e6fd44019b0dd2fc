"""The engine: SQLite in one file by default, written by one transaction at a time."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from gov_connect.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Generator

    from sqlalchemy import Connection, Engine

_BUSY_SECONDS: Final = 30
_RELAXED: Final = "gov_connect_relaxed"
# perm, readonly, ioerr, corrupt, full, cantopen, auth, notadb: waiting does not help.
_UNUSABLE: Final = frozenset({3, 8, 10, 11, 13, 14, 23, 26})


class Database:
    """Everything that lasts. Opened on first use; safe to share between threads.

    Args:
        url: `sqlite:///path`, or `sqlite://` for one that lives in memory.
    """

    def __init__(self, url: str) -> None:
        self._url: Final = url
        self._engine: Engine | None = None
        self._quick: Engine | None = None
        # SQLite has one writer; queueing here costs nothing, its busy loop costs milliseconds.
        self._writing = threading.Lock()

    @contextlib.contextmanager
    def transaction(self, *, durable: bool = True) -> Generator[Connection, None, None]:
        """One transaction: committed at the end of the block, undone if it raises.

        Args:
            durable: whether it waits until the disk has it. Otherwise it survives the end of the process, but
                a power cut only once a later durable transaction is done; their order is never changed.

        Raises:
            LedgerError: the database could not be written in time, or not be used at all.
        """
        from sqlalchemy.exc import DatabaseError, OperationalError  # noqa: PLC0415 - on first use

        with self._writing:
            try:
                engine = self._engine or self._open()
                with (engine if durable else self._relaxed(engine)).begin() as connection:
                    yield connection
            except DatabaseError as error:
                kind = _primary_code(error.orig)
                if kind in _UNUSABLE:
                    raise LedgerError("ledger.unusable") from error
                if not isinstance(error, OperationalError):
                    raise
                raise LedgerError("ledger.busy") from error

    def _relaxed(self, engine: Engine) -> Engine:
        if self._quick is None:
            self._quick = engine.execution_options(**{_RELAXED: True})
        return self._quick

    def _open(self) -> Engine:
        import sqlalchemy  # noqa: PLC0415 - heavy, on first use
        from sqlalchemy import event  # noqa: PLC0415

        from gov_connect.store.tables import METADATA  # noqa: PLC0415

        in_memory = self._url in {"sqlite://", "sqlite:///:memory:"}
        engine = sqlalchemy.create_engine(
            self._url,
            connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
            hide_parameters=True,
            **({"poolclass": sqlalchemy.StaticPool} if in_memory else {}),
        )
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", _begin)
        try:
            METADATA.create_all(engine)
        except BaseException:
            engine.dispose()
            raise
        self._engine = engine
        return engine

    def close(self) -> None:
        """Close all connections, after the transaction that is under way."""
        with self._writing:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = self._quick = None


def _primary_code(error: BaseException | None) -> int:
    """SQLite's own code without its details; -1 for errors that have none."""
    code = getattr(error, "sqlite_errorcode", -1)
    return code & 0xFF if isinstance(code, int) and code >= 0 else -1


def _configure(connection: Any, record: object) -> None:
    """Write-ahead log, and keys that are checked."""
    del record
    # The driver's own transaction handling is switched off; `_begin` starts them.
    connection.isolation_level = None
    cursor = connection.cursor()
    _write_ahead(cursor)
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Switch the log on; SQLite does not wait by itself when two processes do that at once."""
    import sqlite3  # noqa: PLC0415 - on first use

    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() >= until:
                raise
            time.sleep(0.01)
        else:
            return


def _begin(connection: Connection) -> None:
    """Take the write lock at once: two readers that both want to write would deadlock."""
    # Not possible inside a transaction; a pooled connection may bring either.
    flush = "NORMAL" if connection.get_execution_options().get(_RELAXED) else "FULL"
    connection.exec_driver_sql(f"PRAGMA synchronous={flush}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
