"""Entries of one transaction: the head of each chain is read once, and the rows are written together at its end.

On PostgreSQL every statement is a journey; sixty entries that share a commit share these too.
"""

from __future__ import annotations

import contextlib
import functools
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from gov_connect.audit.entries import ORIGIN, Head

if TYPE_CHECKING:
    from collections.abc import Generator

    from sqlalchemy import Connection


class Batch:
    """What is added to chains inside one transaction that touches them. Made by `batch`."""

    def __init__(self, connection: Connection) -> None:
        self.connection: Final = connection
        self._heads: dict[tuple[str, str], Head] = {}
        self._rows: list[dict[str, Any]] = []
        self._bodies: list[dict[str, Any]] = []

    def head(self, agency: str, writer: str) -> Head:
        """The last entry of a chain, what was added here included; sequence 0 for one that has none."""
        found = self._heads.get((agency, writer))
        if found is None:
            found = self._heads[agency, writer] = head(self.connection, agency, writer)
        return found

    def add(self, row: dict[str, Any], body: dict[str, Any]) -> None:
        """Add one entry behind the head of its chain."""
        if row["sequence"] == 1:
            self.connection.execute(_statements().chain, {"agency": row["agency"], "writer": row["writer"]})
        self._heads[row["agency"], row["writer"]] = Head(row["agency"], row["writer"], row["sequence"], row["hash"])
        self._rows.append(row)
        self._bodies.append(body)

    def flush(self) -> None:
        """Have the tables hold everything that was added: before anything else of them is read."""
        if self._rows:
            self.connection.execute(_statements().row, self._rows)
            self.connection.execute(_statements().body, self._bodies)
            self._rows, self._bodies = [], []


@contextlib.contextmanager
def batch(connection: Connection) -> Generator[Batch, None, None]:
    """Entries for the length of the block; written at its end, unless it raises."""
    entries = Batch(connection)
    yield entries
    entries.flush()


def head(connection: Connection, agency: str, writer: str) -> Head:
    """The last entry of a chain by its table; sequence 0 for one that has none."""
    row = connection.execute(_statements().last, {"a": agency, "w": writer}).first()
    return Head(agency, writer, 0, ORIGIN) if row is None else Head(agency, writer, row.sequence, row.hash)


class _Statements(NamedTuple):
    """Built once: building them costs as much as running them."""

    last: Any
    chain: Any
    row: Any
    body: Any


@functools.cache
def _statements() -> _Statements:
    from sqlalchemy import bindparam, select  # noqa: PLC0415 - on first use

    from gov_connect.store.tables import AUDIT, AUDIT_BODIES, AUDIT_CHAINS  # noqa: PLC0415

    mine = (AUDIT.c.agency == bindparam("a")) & (AUDIT.c.writer == bindparam("w"))
    last = select(AUDIT.c.sequence, AUDIT.c.hash).where(mine).order_by(AUDIT.c.sequence.desc()).limit(1)
    return _Statements(last, AUDIT_CHAINS.insert(), AUDIT.insert(), AUDIT_BODIES.insert())
