"""The engine: SQLite in one file by default, or PostgreSQL.

A transaction is alone, unless it says what it touches. SQLite has one writer anyway; on PostgreSQL two
advisory locks say the same: everybody shares the first, and takes the second under the name of what is
touched; whoever names nothing takes the first for itself. So code that reads and then writes is right on
both, and hot paths that name their dossier run side by side.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Final

from gov_connect import _forks as forks
from gov_connect.errors import LedgerError
from gov_connect.store import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Generator

    from sqlalchemy import Connection, Engine

    from gov_connect.store.statements import Link


class _Alone:
    """A lock that refuses the thread that holds it already, which would wait for itself for ever."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holder = 0

    def refuse_holder(self) -> None:
        """Raise when this thread holds it.

        Raises:
            LedgerError: `ledger.nested`.
        """
        if self._holder == threading.get_ident():
            raise LedgerError("ledger.nested")

    def __enter__(self) -> None:
        self.refuse_holder()
        self._lock.acquire()
        self._holder = threading.get_ident()

    def __exit__(self, *exc_info: object) -> None:
        self._holder = 0
        self._lock.release()


class _ToldApart:
    """Foreign errors of the database become ours; a broken rule of a table stays what it is.

    It has no state, so one serves all threads; the heavy names are loaded where something did go wrong.
    """

    def __init__(self, kind: str) -> None:
        self._kind: Final = kind

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, Exception) and (code := self._code_of(error)) is not None:
            raise LedgerError(code) from error

    def _code_of(self, error: Exception) -> str | None:
        import sqlite3  # noqa: PLC0415 - on first use

        from sqlalchemy.exc import DBAPIError, NoSuchModuleError  # noqa: PLC0415 - heavy, on first use
        from sqlalchemy.exc import TimeoutError as NoConnectionFree  # noqa: PLC0415

        if isinstance(error, DBAPIError):
            return sqlite.code_of(error) if self._kind == "sqlite" else postgresql.code_of(error)
        if isinstance(error, sqlite3.Error):
            return sqlite.driver_code_of(error)
        if isinstance(error, NoConnectionFree):
            return "ledger.busy"
        missing = isinstance(error, (ModuleNotFoundError, NoSuchModuleError))
        return "ledger.no_driver" if missing and self._kind == "postgresql" and "psycopg" in str(error) else None


class Database:
    """Everything that lasts. Opened, and brought to the newest schema, on first use; safe to share between threads.

    Args:
        url: `sqlite:///path`, `sqlite://` for one that lives in memory, or `postgresql://user:password@host/name`.
    """

    def __init__(self, url: str) -> None:
        self._url: Final = url
        self.kind: Final = "postgresql" if url.startswith("postgresql") else "sqlite"
        self._told_apart: Final = _ToldApart(self.kind)
        self._engine: Engine | None = None
        self._kept: sqlite.Kept | None = None
        self._opening = threading.Lock()
        # SQLite has one writer; queueing here costs nothing, its busy loop costs milliseconds.
        self._writing = _Alone()
        self._gate: Final = forks.Gate(lambda: LedgerError("ledger.forked"))
        self._torn = False
        forks.tell(self)

    @property
    def url(self) -> str:
        """Where it lies; may hold a password."""
        return self._url

    @contextlib.contextmanager
    def transaction(self, touches: str = "", *, durable: bool = True) -> Generator[Connection, None, None]:
        """One transaction: committed at the end of the block, undone if it raises.

        Args:
            touches: name of all that the block reads and then writes, e.g. one dossier; "" for anything.
            durable: whether it waits until the disk has it. Otherwise it survives the end of the process, but
                a power cut only once a later durable transaction is done; their order is never changed.

        Raises:
            LedgerError: the database could not be written in time, not be reached, or not be used at all; or it
                is SQLite, and this thread is in a transaction already, or this process was forked off during one.
        """
        with self._gate, self._alone(), self._told_apart:
            engine = self._engine or self._open()
            if self.kind == "sqlite":
                with sqlite.begun(engine, durable=durable or self.in_memory) as connection:
                    yield connection
                return
            with postgresql.begun(engine, postgresql.locks(touches)) as connection:
                if not durable:
                    connection.exec_driver_sql(postgresql.RELAXED)
                yield connection

    @contextlib.contextmanager
    def reading(self) -> Generator[Connection, None, None]:
        """One consistent view for reading; waits for nobody.

        Raises:
            LedgerError: as for `transaction`.
        """
        if self.kind == "sqlite":
            with self._gate, self._alone() if self.in_memory else contextlib.nullcontext(), self._told_apart:
                engine = self._engine or self._open()
                with engine.connect().execution_options(**sqlite.READING) as connection, connection.begin():
                    yield connection
            return
        with self._told_apart:
            engine = self._engine or self._open()
            with postgresql.begun(engine, postgresql.READ_ONLY) as connection:
                yield connection

    @contextlib.contextmanager
    def brief(self, touches: str = "", *, durable: bool = True, writes: bool = True) -> Generator[Link, None, None]:
        """The same as `transaction`, or `reading`, for a block that only runs `Prepared` statements.

        Raises:
            LedgerError: as for `transaction`.
        """
        if self.kind != "sqlite":
            with self.transaction(touches, durable=durable) if writes else self.reading() as connection:
                yield connection
            return
        alone = self._writing if writes or self.in_memory else contextlib.nullcontext()
        with self._gate:
            kept = self._kept or self._keep()
            with alone, self._told_apart, kept.brief(durable=durable or self.in_memory, writes=writes) as driver:
                yield driver

    @property
    def in_memory(self) -> bool:
        """Whether it dies with the process; no access then waits for a disk."""
        return sqlite.in_memory(self._url)

    def refuse_nested(self) -> None:
        """Raise when this thread is in a transaction that a write of another thread has to wait for.

        Raises:
            LedgerError: `ledger.nested`; on SQLite only, where all writers queue up.
        """
        if self.kind == "sqlite":
            self._writing.refuse_holder()

    def _alone(self) -> contextlib.AbstractContextManager[object]:
        return self._writing if self.kind == "sqlite" else contextlib.nullcontext()

    def _keep(self) -> sqlite.Kept:
        with self._told_apart:
            engine = self._engine or self._open()
        with self._opening:
            self._kept = self._kept or sqlite.Kept(engine, beside=not self.in_memory)
            return self._kept

    def _open(self) -> Engine:
        from gov_connect.store.migrations import bring_up  # noqa: PLC0415 - heavy, on first use

        with self._opening:
            if self._engine is None:
                make = sqlite.make_engine if self.kind == "sqlite" else postgresql.make_engine
                engine = make(self._url)
                try:
                    bring_up(engine)
                except BaseException:
                    engine.dispose()
                    raise
                self._engine = engine
            return self._engine

    def close(self) -> None:
        """Close all connections, after the transaction that is under way.

        Raises:
            LedgerError: they belong to the process that this one was forked off from, in the middle of one.
        """
        with self._gate, self._alone(), self._opening:
            self._close_idle()
            self._engine = None

    def _close_idle(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None
        if self._engine is not None:
            self._engine.dispose()

    def before_fork(self, until: float) -> None:
        """Close a file, once nobody is in it; what lives in memory is copied as it is (see `forks`)."""
        if self.kind != "sqlite":
            return
        self._torn = not self._gate.shut(until)
        if not self._torn and not self.in_memory:
            self._close_idle()

    def after_fork(self, *, child: bool) -> None:
        """Go on. The child of a process that uses PostgreSQL leaves it its connections, and opens its own."""
        if not child:
            self._gate.open()
            return
        self._opening, self._writing = threading.Lock(), _Alone()
        if self.kind != "sqlite":
            self._engine = None
        self._gate.forked(torn=self._torn)

    def require(self) -> None:
        """Refuse what holds no records yet: whoever only reads shall not make a database where none was.

        Raises:
            LedgerError: `ledger.missing`; or as for `transaction`.
        """
        from gov_connect.store.presence import holds_records  # noqa: PLC0415 - heavy, on first use

        with self._told_apart:
            there = self._engine is not None or holds_records(self._url)
        if not there:
            raise LedgerError("ledger.missing")
