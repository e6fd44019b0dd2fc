"""Statements of the hot paths, and transactions that hold nothing else.

SQLAlchemy writes every statement; where a call waits for it, it is compiled once, and on SQLite it runs on the
driver itself: what stands around an execution costs there five times what it does. PostgreSQL, where the way
costs more than that, runs the same statement through SQLAlchemy.
"""

from __future__ import annotations

import sqlite3
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection, Executable
    from sqlalchemy.sql.compiler import SQLCompiler

Link: TypeAlias = "Connection | sqlite3.Connection"
"""An open transaction: SQLAlchemy's, or the SQLite driver's own (`Database.brief`)."""


class Prepared:
    """A statement that is compiled on first use, once.

    Args:
        make: builds it; every parameter is bound by name. What it gives has columns of texts, numbers and bytes only:
            their values pass as they are.
        columns: of an INSERT, those that are given.
    """

    def __init__(self, make: Callable[[], Executable], columns: tuple[str, ...] = ()) -> None:
        self._make: Final = make
        self._columns: Final = columns

    def rows(self, link: Link, values: Mapping[str, Any]) -> list[Any]:
        """Run it and give its rows, as tuples."""
        if not isinstance(link, sqlite3.Connection):
            return list(link.execute(self._statement, values).all())
        text, arranged = self._compiled
        return link.execute(text, arranged(values)).fetchall()

    def run(self, link: Link, values: Mapping[str, Any]) -> int:
        """Run one that gives no rows; says how many rows an UPDATE or DELETE touched."""
        if not isinstance(link, sqlite3.Connection):
            return link.execute(self._statement, values).rowcount
        text, arranged = self._compiled
        return link.execute(text, arranged(values)).rowcount

    def run_all(self, link: Link, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run one that gives no rows for many sets of values: one journey to PostgreSQL for all of them."""
        if not isinstance(link, sqlite3.Connection):
            link.execute(self._statement, [dict(row) for row in rows])
            return
        text, arranged = self._compiled
        link.executemany(text, [arranged(row) for row in rows])

    @cached_property
    def _statement(self) -> Any:
        return self._make()

    @cached_property
    def _compiled(self) -> tuple[str, Callable[[Mapping[str, Any]], list[Any]]]:
        """Its text for SQLite, and what puts values in the order of its question marks, as the driver wants them."""
        from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite  # noqa: PLC0415 - heavy, on first use

        dialect = SQLiteDialect_pysqlite(paramstyle="qmark")
        compiled: SQLCompiler = self._statement.compile(dialect=dialect, column_keys=self._columns or None)
        order, fixed = list(compiled.positiontup or ()), compiled.params
        written = {
            name: bound.type.dialect_impl(dialect).bind_processor(dialect) for name, bound in compiled.binds.items()
        }
        changed = {name: process for name, process in written.items() if process is not None}

        def arranged(values: Mapping[str, Any]) -> list[Any]:
            return [values[name] if name in values else fixed[name] for name in order]

        def processed(values: Mapping[str, Any]) -> list[Any]:
            found = {**fixed, **values}
            return [changed[name](found[name]) if name in changed else found[name] for name in order]

        return str(compiled), processed if changed else arranged
