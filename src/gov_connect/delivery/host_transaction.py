"""The host's own transaction: its connection, whichever library it came by, as a place to write events into.

    with engine.begin() as connection:                      # SQLAlchemy (a Session works too)
        connection.execute(insert(my_table)...)
        gov.delivery.within(connection).portal.put(dossier)

    with psycopg.connect(...) as connection:                # psycopg 3; Django: `connection.connection`
        connection.execute("INSERT INTO ...")
        gov.delivery.within(connection).portal.put(dossier)

The event exists if and only if the host's transaction commits. Nothing is committed or undone here.
"""

from __future__ import annotations

import contextlib
import functools
from typing import TYPE_CHECKING, Any, Final, cast

from gov_connect.errors import NotSupported
from gov_connect.store.postgresql import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Generator

    from sqlalchemy import Dialect, Executable

    from gov_connect.delivery.events import Writer


class _Rows:
    def __init__(self, rows: list[Any]) -> None:
        self._rows = rows

    def first(self) -> Any:
        """The first row, or None."""
        return self._rows[0] if self._rows else None


class _Row:
    """A row read by names."""

    def __init__(self, names: list[str], values: tuple[Any, ...]) -> None:
        for name, value in zip(names, values, strict=True):
            setattr(self, name, value)


class RawConnection:
    """A DB-API connection: statements are compiled for it, their values bound as the columns say."""

    def __init__(self, raw: Any, dialect: Dialect) -> None:
        self._raw: Final = raw
        self.dialect: Final = dialect

    def execute(self, statement: Executable, parameters: dict[str, Any], /) -> _Rows:
        """Run one statement in the host's transaction."""
        text, given = _bound(statement, parameters, self.dialect)
        cursor = self._raw.cursor()
        try:
            cursor.execute(text, given)
            if cursor.description is None:
                return _Rows([])
            columns: list[str] = [column[0] for column in cursor.description]
            return _Rows([_Row(columns, tuple(row)) for row in cursor.fetchall()])
        finally:
            cursor.close()


def _bound(statement: Executable, parameters: dict[str, Any], dialect: Dialect) -> tuple[str, Any]:
    """A statement as text for a driver, and its values as the driver wants them."""
    compiled = _compiled(statement, dialect)
    processors = compiled._bind_processors  # noqa: SLF001 - no public name
    given = {
        name: processors[name](value) if name in processors else value
        for name, value in compiled.construct_params(parameters).items()
    }
    return str(compiled), [given[name] for name in compiled.positiontup] if compiled.positional else given


@functools.lru_cache(maxsize=64)
def _compiled(statement: Executable, dialect: Dialect) -> Any:
    """The same statements come again and again, and so do the two dialects."""
    return cast("Any", statement).compile(dialect=dialect)


def raw_of(connection: Any) -> Any:
    """The driver's own connection under whatever the host gave."""
    if hasattr(connection, "get_bind"):
        connection = connection.connection()
    if hasattr(connection, "driver_connection"):
        return connection.driver_connection
    inner = getattr(connection, "connection", None)
    return getattr(inner, "driver_connection", None) or inner or connection


@contextlib.contextmanager
def writer(connection: Any, kind: str) -> Generator[Writer, None, None]:
    """The host's connection as a place to write events into; its own settings are as before afterwards.

    Raises:
        NotSupported: it is a connection to another kind of database than our records lie in.
    """
    raw = raw_of(connection)
    module = type(raw).__module__.partition(".")[0]
    if {"psycopg": "postgresql", "sqlite3": "sqlite"}.get(module) != kind:
        raise NotSupported("delivery.foreign_connection", what=module, kind=kind)
    dialect = _dialect(kind)
    if kind == "sqlite":
        yield RawConnection(raw, dialect)
        return
    cursor = raw.cursor()
    before = cursor.execute("SELECT current_setting('search_path')").fetchone()
    path = str(cast("Any", before)[0] if isinstance(before, tuple) else next(iter(before.values())))
    cursor.execute("SELECT set_config('search_path', %s, true)", (f"{SCHEMA}, {path}",))
    try:
        yield RawConnection(raw, dialect)
        cursor.execute("SELECT set_config('search_path', %s, true)", (path,))
    finally:
        cursor.close()


@functools.cache
def _dialect(kind: str) -> Dialect:
    if kind == "sqlite":
        from sqlalchemy.dialects.sqlite.pysqlite import dialect as sqlite  # noqa: PLC0415 - on first use

        return sqlite()
    from sqlalchemy.dialects.postgresql.psycopg import dialect as postgresql  # noqa: PLC0415 - on first use

    return postgresql()  # type: ignore[no-untyped-call] # SQLAlchemy left it so
