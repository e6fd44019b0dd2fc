"""Entries of one transaction: the head of each chain is read once, and the rows are written together at its end.

On PostgreSQL every statement is a journey; sixty entries that share a commit share these too.
"""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from gov_connect.audit.entries import BODY, ORIGIN, ROW, Head, Mark
from gov_connect.audit.raw_rows import refused
from gov_connect.errors import LedgerError
from gov_connect.store.statements import Prepared

if TYPE_CHECKING:
    from collections.abc import Generator

    from sqlalchemy import Executable

    from gov_connect.store.statements import Link


_MOST: Final = (1 << 63) - 1
"""The greatest number of an entry."""


class Batch:
    """What is added to chains inside one transaction that touches them. Made by `batch`."""

    def __init__(self, link: Link) -> None:
        self.link: Final = link
        self._heads: dict[tuple[str, str], Head] = {}
        self._rows: list[dict[str, Any]] = []
        self._bodies: list[dict[str, Any]] = []

    def head(self, agency: str, writer: str) -> Head:
        """The last entry of a chain, what was added here included; sequence 0 for one that has none."""
        found = self._heads.get((agency, writer))
        if found is None:
            found = self._heads[agency, writer] = head(self.link, agency, writer)
        return found

    def add(self, row: dict[str, Any], body: dict[str, Any]) -> None:
        """Add one entry behind the head of its chain."""
        if row["sequence"] == 1:
            _CHAIN.run(self.link, {"agency": row["agency"], "writer": row["writer"]})
        self._heads[row["agency"], row["writer"]] = Head(row["agency"], row["writer"], row["sequence"], row["hash"])
        self._rows.append(row)
        self._bodies.append(body)

    def flush(self) -> None:
        """Have the tables hold everything that was added: before anything else of them is read."""
        if self._rows:
            _ROW.run_all(self.link, self._rows)
            _BODY.run_all(self.link, self._bodies)
            self._rows, self._bodies = [], []


@contextlib.contextmanager
def batch(link: Link) -> Generator[Batch, None, None]:
    """Entries for the length of the block; written at its end, unless it raises.

    Raises:
        LedgerError: as `told`, written out here: one context less around each entry.
    """
    entries = Batch(link)
    try:
        yield entries
        entries.flush()
    except Exception as error:
        if refused(error):
            raise LedgerError("ledger.unusable") from error
        raise


def head(link: Link, agency: str, writer: str) -> Head:
    """The last entry of a chain by its table; sequence 0 for one that has none.

    Raises:
        LedgerError: `ledger.entry_changed`, it is none that was written here: nothing can follow it.
    """
    rows: list[Any] = _LAST.rows(link, {"a": agency, "w": writer})
    sequence, digest = rows[0] if rows else (0, ORIGIN)
    if type(sequence) is not int or type(digest) is not str or not 0 <= sequence < _MOST:
        raise LedgerError("ledger.entry_changed", entry=f"{agency}/{writer}/{sequence!r:.40}")
    return Head(agency, writer, sequence, digest)


def _last() -> Executable:
    from sqlalchemy import bindparam, select  # noqa: PLC0415 - on first use

    from gov_connect.store.tables import AUDIT  # noqa: PLC0415

    mine = (AUDIT.c.agency == bindparam("a")) & (AUDIT.c.writer == bindparam("w"))
    return select(AUDIT.c.sequence, AUDIT.c.hash).where(mine).order_by(AUDIT.c.sequence.desc()).limit(1)


def _all_chains() -> Executable:
    from sqlalchemy import select  # noqa: PLC0415 - on first use

    from gov_connect.store.tables import AUDIT_CHAINS  # noqa: PLC0415

    return select(AUDIT_CHAINS.c.agency, AUDIT_CHAINS.c.writer)


def _into(table: str) -> Executable:
    from gov_connect.store import tables  # noqa: PLC0415 - on first use

    inserting: Executable = getattr(tables, table).insert()
    return inserting


CHAINS: Final = Prepared(_all_chains)
"""Every chain of a database, as (agency, writer)."""
_LAST: Final = Prepared(_last)
_CHAIN: Final = Prepared(partial(_into, "AUDIT_CHAINS"), ("agency", "writer"))
_ROW: Final = Prepared(partial(_into, "AUDIT"), (*ROW, "hash", "mac"))
_BODY: Final = Prepared(partial(_into, "AUDIT_BODIES"), (*Mark._fields, "salt", *BODY))
