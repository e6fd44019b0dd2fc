"""The tables of the log as they stand, whatever somebody put there: values of every type, letters of no alphabet."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Any

from gov_connect.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Generator

    from sqlalchemy import Connection

    from gov_connect.store.database import Database


@contextlib.contextmanager
def standing(database: Database) -> Generator[Connection, None, None]:
    """One consistent view for reading, in which a text of no letters is one of halves of letters.

    Raises:
        LedgerError: as for `Database.reading`; `ledger.unusable` also where tables lack a column, or hold another type
            of column than they were made with.
    """
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415 - heavy, on first use

    try:
        with database.reading() as connection, _any_text(connection):
            yield connection
    except DBAPIError as error:
        raise LedgerError("ledger.unusable") from error


@contextlib.contextmanager
def told() -> Generator[None, None, None]:
    """What tables refuse that somebody rebuilt, or put rows into, has a code too.

    Raises:
        LedgerError: `ledger.unusable`.
    """
    try:
        yield
    except Exception as error:
        if refused(error):
            raise LedgerError("ledger.unusable") from error
        raise


def refused(error: Exception) -> bool:
    """Whether an error is one of a table that is not as it was made, or holds what was not written here."""
    if isinstance(error, sqlite3.Error):
        return isinstance(error, sqlite3.IntegrityError)
    from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError  # noqa: PLC0415 - heavy, on first use

    return isinstance(error, (DataError, IntegrityError, ProgrammingError))


@contextlib.contextmanager
def _any_text(connection: Connection) -> Generator[None, None, None]:
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    driver.text_factory = _text
    try:
        yield
    finally:
        driver.text_factory = str


def _text(stored: bytes) -> str:
    # Never bytes: a blob that was made a text must not look like the blob again.
    return stored.decode("utf-8", "surrogateescape")


def plain(value: Any) -> Any:
    """A value of a type that our columns have, as it is; of anything else how it looks, so that it can be compared."""
    return value if value is None or isinstance(value, (str, int, float, bytes)) else repr(value)
