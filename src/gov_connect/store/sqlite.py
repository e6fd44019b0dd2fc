"""What is particular to SQLite: one file, one writer, a commit that survives a power cut."""

from __future__ import annotations

import contextlib
import os
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Generator

    from sqlalchemy import Connection, Engine, PoolProxiedConnection
    from sqlalchemy.exc import DBAPIError

BUSY_SECONDS: Final = 30
READING: Final = {"gov_connect_reading": True}
"""Execution option of a connection that only reads: it takes no lock."""
_RELAXED: Final = {"gov_connect_relaxed": True}
_FLUSHES: Final = "gov_connect_flushes"
"""Where a pooled connection keeps how it was last set to flush: setting it anew costs more than most statements."""
_KEPT: Final = 5
"""Idle connections that stay open, as in a pool."""
# error (a table or column is gone), perm, readonly, ioerr, corrupt, full, cantopen, auth, notadb, and without a code
# (a text that is none): waiting does not help.
_UNUSABLE: Final = frozenset({-1, 1, 3, 8, 10, 11, 13, 14, 23, 26})


def in_memory(url: str) -> bool:
    """Whether a database of this address dies with its one connection."""
    return url in {"sqlite://", "sqlite:///:memory:"}


def make_engine(url: str) -> Engine:
    """An engine with the pragmas set and the driver's own transaction handling switched off."""
    import sqlalchemy  # noqa: PLC0415 - heavy, on first use
    from sqlalchemy import event  # noqa: PLC0415

    if not in_memory(url):
        _make_private(sqlalchemy.make_url(url).database or "")
    engine = sqlalchemy.create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        hide_parameters=True,
        **({"poolclass": sqlalchemy.StaticPool} if in_memory(url) else {"max_overflow": 64}),
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _make_private(file: str) -> None:
    """Make the file, where there is none, so that only its owner can read it; SQLite's own files beside it follow."""
    if not file or file.startswith(("file:", ":")):
        return
    # What keeps it from being made is told when it is opened.
    with contextlib.suppress(OSError, ValueError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


@contextlib.contextmanager
def begun(engine: Engine, *, durable: bool) -> Generator[Connection, None, None]:
    """A transaction; one that is not durable is flushed with a later one."""
    with engine.connect() as connection:
        chosen = connection if durable else connection.execution_options(**_RELAXED)
        with chosen.begin():
            yield chosen


class _Open(NamedTuple):
    """A connection: SQLAlchemy's hold on it, the driver's own, and how it was last set."""

    pooled: PoolProxiedConnection
    driver: Any
    info: dict[Any, Any]


class Kept:
    """Driver connections that stay open between brief transactions: a pool's way around each costs more than it does.

    The one that was used last goes first, since the pages it has read are the newest.

    Args:
        engine: makes them.
        beside: whether they stand beside its pool, in whose limit they do not count then; not in memory, where there
            is one connection for everything.
    """

    def __init__(self, engine: Engine, *, beside: bool) -> None:
        self._engine: Final = engine
        self._beside: Final = beside
        self._idle: Final[deque[_Open]] = deque()
        self._closed = False

    @contextlib.contextmanager
    def brief(self, *, durable: bool, writes: bool) -> Generator[sqlite3.Connection, None, None]:
        """A transaction on the driver itself."""
        one = self._taken()
        driver, sound = one.driver, False
        try:
            _start(driver, one.info, durable=durable, writes=writes)
            try:
                yield driver
            except BaseException:
                driver.rollback()
                sound = True
                raise
            driver.commit()
            sound = True
        finally:
            if sound and not self._closed and len(self._idle) < _KEPT:
                self._idle.append(one)
                if self._closed:  # meanwhile: whoever closed did not see this one
                    self.close()
            else:
                one.pooled.close()  # undoes what could not be committed

    def close(self) -> None:
        """Close those that are idle; those in use close themselves when they are done."""
        self._closed = True
        with contextlib.suppress(IndexError):
            while True:
                self._idle.pop().pooled.close()

    def _taken(self) -> _Open:
        with contextlib.suppress(IndexError):
            return self._idle.pop()
        pooled = self._engine.raw_connection()
        driver: Any = pooled.driver_connection
        if self._beside:
            pooled.detach()
        return _Open(pooled, driver, pooled.info)


def code_of(error: DBAPIError) -> str | None:
    """The code of our error; None for one of the program's own making."""
    return None if error.orig is None else driver_code_of(error.orig)


def driver_code_of(error: BaseException) -> str | None:
    """The same for an error of the driver itself."""
    import sqlite3  # noqa: PLC0415 - on first use

    if not isinstance(error, sqlite3.DatabaseError):
        return None
    operational = isinstance(error, sqlite3.OperationalError)
    if (code := _primary_code(error)) in _UNUSABLE and (operational or code > 1):
        return "ledger.unusable"
    return "ledger.busy" if operational else None


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

    until = time.monotonic() + BUSY_SECONDS
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
    options = connection.get_execution_options()
    pooled = connection.connection
    durable = not options.get("gov_connect_relaxed", False)
    _start(pooled.driver_connection, pooled.info, durable=durable, writes=not options.get("gov_connect_reading", False))


def _start(driver: Any, info: dict[Any, Any], *, durable: bool, writes: bool) -> None:
    flushes = "FULL" if durable else "NORMAL"
    if info.get(_FLUSHES) != flushes:  # not possible inside a transaction, and a pooled connection may bring either
        driver.execute(f"PRAGMA synchronous={flushes}")
        info[_FLUSHES] = flushes
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
