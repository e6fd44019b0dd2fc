"""Whether there are records at an address; looked up without making or changing anything."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import sqlalchemy

from gov_connect.store import postgresql, sqlite

_FIRST = "events"
"""A table that every schema of ours has had."""


def holds_records(url: str) -> bool:
    """Whether a database is there and ours; one in memory always is.

    Raises:
        DBAPIError: a server that cannot be reached or does not let us in.
    """
    if url.startswith("postgresql"):
        return _on_server(url)
    return sqlite.in_memory(url) or _in_file(Path(sqlalchemy.make_url(url).database or ""))


def _in_file(path: Path) -> bool:
    if not path.is_file() or not path.stat().st_size:
        return False
    asked = f"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '{_FIRST}'"  # noqa: S608 - a constant
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return bool(connection.execute(asked).fetchone()[0])
    except sqlite3.Error:
        return True  # what is wrong with it is told when it is opened


def _on_server(url: str) -> bool:
    engine = postgresql.make_engine(url)
    try:
        with engine.connect() as connection:
            asked = f"SELECT to_regclass('{postgresql.SCHEMA}.{_FIRST}')"
            return connection.exec_driver_sql(asked).scalar() is not None
    finally:
        engine.dispose()
