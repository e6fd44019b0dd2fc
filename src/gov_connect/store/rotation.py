"""Closing everything anew with the newest key, a batch at a time, while others work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, tuple_, update

from gov_connect.store.tables import (
    EVENTS,
    INBOX,
    MANDATES,
    ORDERS,
    PAYMENT_REJECTS,
    RAW_MESSAGES,
    RECEIPT_JOBS,
    RECEIPTS,
    REFUNDS,
    RELEASED_FILES,
    SIGNATURES,
    STEPS,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Table

    from gov_connect.store.database import Database
    from gov_connect.store.vault import Vault

_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column with sealed texts, and the place under which each was sealed."""

    table: Table
    column: str
    place: Callable[[Any], str]


def _three(kind: str, last: str) -> Callable[[Any], str]:
    return lambda row: f"{kind}|{row.agency}|{row.system}|{getattr(row, last)}"


SEALED: Final = (
    *(Sealed(EVENTS, column, _three(column, "key")) for column in ("payload", "result", "acting")),
    Sealed(INBOX, "body", _three("inbox", "key")),
    Sealed(STEPS, "value", lambda row: f"step|{row.agency}|{row.dossier}|{row.name}"),
    Sealed(ORDERS, "order", _three("order", "reference")),
    Sealed(ORDERS, "link", _three("link", "reference")),
    Sealed(REFUNDS, "refund", _three("refund", "key")),
    Sealed(RECEIPTS, "receipt", lambda row: f"receipt|{row.agency}|{row.key}"),
    Sealed(PAYMENT_REJECTS, "body", _three("reject", "fingerprint")),
    Sealed(RAW_MESSAGES, "body", lambda row: f"raw|{row.agency}|{row.fingerprint}"),
    Sealed(MANDATES, "entry", lambda row: f"mandates/{row.agency}/{row.key}"),
    Sealed(SIGNATURES, "request", lambda row: f"signatures/{row.agency}/{row.key}/request"),
    Sealed(SIGNATURES, "result", lambda row: f"signatures/{row.agency}/{row.key}/result"),
    Sealed(RECEIPT_JOBS, "request", _three("receipt-ask", "key")),
    Sealed(RECEIPT_JOBS, "receipt", _three("receipt-made", "key")),
    Sealed(RELEASED_FILES, "reference", lambda row: f"file|{row.agency}|{row.id}"),
)


def rotate(database: Database, vault: Vault) -> int:
    """Close every stored text with the newest key; gives how many.

    The audit log is not touched: its chain holds digests of what was sealed. So the older keys stay behind the
    newest one for as long as its entries are to be proven and read; digests are compared under every key given.
    """
    return sum(_rotate(database, vault, sealed) for sealed in SEALED)


def _rotate(database: Database, vault: Vault, sealed: Sealed) -> int:
    keys = list(sealed.table.primary_key.columns)
    column = sealed.table.c[sealed.column]
    done, last = 0, None
    while True:
        # By its first key in order, so that a table of any size is walked once.
        question = select(sealed.table).order_by(*keys).limit(_BATCH)
        if last is not None:
            question = question.where(tuple_(*keys) > tuple_(*last))
        with database.transaction() as db:
            rows = db.execute(question).all()
            for row in rows:
                closed = getattr(row, sealed.column)
                if closed and not vault.is_current(closed):
                    mine = [key == getattr(row, key.name) for key in keys]
                    opened = vault.open(closed, sealed.place(row))
                    db.execute(
                        update(sealed.table).where(*mine).values({column: vault.seal(opened, sealed.place(row))})
                    )
                    done += 1
        if len(rows) < _BATCH:
            return done
        last = [getattr(rows[-1], key.name) for key in keys]
