"""Forgetting who paid, by age; what was paid, when and for what stays, for the books.

| stored                          | what goes                          | when                                        |
|---------------------------------|------------------------------------|---------------------------------------------|
| order of a final state          | payer, link                        | `keep` after it last changed                |
| refund that was done, refused   | its reason, as an officer wrote it | `keep` after it last changed                |
| notice that was not believed    | all of it                          | `keep` after it last came                   |
| refused message                 | its content                        | `keep` after it came                        |
| receipt, issued or cancelled    | payer                              | `keep_receipts` after it last changed       |

A receipt is an accounting voucher, which names who paid (Luật Kế toán 2015, Điều 16): it is kept whole for ten years
from the end of its year (Điều 41; Nghị định 174/2016/NĐ-CP, Điều 13).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import delete, insert, select, tuple_, update

from gov_connect.model import Payer, PaymentOrder, PaymentState, PersonName, ReceiptRequest, ReceiptState, Refund
from gov_connect.model.payment import RefundState
from gov_connect.payments.receipt_records import Issue
from gov_connect.store.rotation import SEALED
from gov_connect.store.tables import CURSORS, ORDERS, PAYMENT_REJECTS, RAW_MESSAGES, RECEIPT_JOBS, RECEIPTS, REFUNDS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sqlalchemy import Connection, Table

    from gov_connect.runtime import Clock
    from gov_connect.store import Database, Vault

KEEP_RECEIPTS: Final = timedelta(days=11 * 366)
"""Ten years from the end of the year."""
NOBODY: Final = Payer(name=PersonName("ĐÃ XÓA THEO THỜI HẠN"))
"""Who stands in the place of a payer who is forgotten."""
_REASON: Final = "đã xóa theo thời hạn"
_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class _Kind:
    """Rows of one table: what is sealed in them, when they are ended, and what is left of them."""

    table: Table
    column: str
    ended: Collection[str]
    without: Callable[[str], str]
    also: tuple[str, ...] = ()
    """Columns that are emptied."""


V = TypeVar("V", PaymentOrder, Refund, ReceiptRequest)


def forgotten(value: V) -> V:
    """The same without who paid, or without what an officer wrote."""
    if isinstance(value, Refund):
        return value.model_copy(update={"reason": _REASON})
    return value.model_copy(update={"payer": NOBODY})


def same(stored: V, given: V) -> bool:
    """Whether both are one: who paid may be forgotten in what is stored."""
    return stored in (given, forgotten(given))


_OF_MONEY: Final = (
    _Kind(
        ORDERS,
        "order",
        [state.value for state in PaymentState if state.final],
        lambda text: forgotten(PaymentOrder.from_json(text)).to_json(),
        ("link",),
    ),
    _Kind(
        REFUNDS,
        "refund",
        [RefundState.DONE.value, RefundState.REJECTED.value],
        lambda text: forgotten(Refund.from_json(text)).to_json(),
    ),
)
_OF_RECEIPTS: Final = (
    _Kind(
        RECEIPTS,
        "receipt",
        [ReceiptState.ISSUED.value, ReceiptState.CANCELLED.value],
        lambda text: forgotten(ReceiptRequest.from_json(text)).to_json(),
    ),
    _Kind(
        RECEIPT_JOBS,
        "request",
        [Issue.ISSUED.value, Issue.CANCELLED.value],
        lambda text: forgotten(ReceiptRequest.from_json(text)).to_json(),
    ),
)


def forget_payers(
    database: Database, vault: Vault, clock: Clock, *, keep: timedelta, keep_receipts: timedelta = KEEP_RECEIPTS
) -> int:
    """Forget who paid, of all agencies of a database; gives of how many orders, refunds, receipts and messages.

    Raises:
        LedgerError: a row that no key at hand opens; nothing after it is forgotten.
    """
    now = clock.now()
    gone = sum(_forget(database, vault, kind, now - keep) for kind in _OF_MONEY)
    gone += sum(_forget(database, vault, kind, now - max(keep, keep_receipts)) for kind in _OF_RECEIPTS)
    with database.transaction() as db:
        gone += db.execute(delete(PAYMENT_REJECTS).where(PAYMENT_REJECTS.c.last_at < now - keep)).rowcount
        old = (RAW_MESSAGES.c.received_at < now - keep) & RAW_MESSAGES.c.body.is_not(None)
        gone += db.execute(update(RAW_MESSAGES).where(old).values(body=None)).rowcount
    return gone


def _forget(database: Database, vault: Vault, kind: _Kind, before: datetime) -> int:
    """Batch by batch, from where the last time ended: what changed since then is younger than that."""
    table, gone = kind.table, 0
    cursor = CURSORS.c.name == f"forgotten {table.name}"
    places = {one.column: one.place for one in SEALED if one.table is table}
    with database.reading() as db:
        last = db.execute(select(CURSORS.c.at).where(cursor)).scalar()
    keys = [column.name for column in table.primary_key.columns]
    order = [table.c.changed_at, *(table.c[name] for name in keys)]
    since: Any = table.c.changed_at >= datetime.fromtimestamp(last or 0, UTC)
    due = (table.c.changed_at < before) & table.c.state.in_(kind.ended)
    while True:
        with database.transaction() as db:
            rows = db.execute(select(table).where(due, since).order_by(*order).limit(_BATCH)).all()
            for row in rows:
                text = kind.without(vault.open(getattr(row, kind.column), places[kind.column](row)))
                sealed = vault.seal(text, places[kind.column](row))
                mine = [table.c[name] == getattr(row, name) for name in keys]
                news = {kind.column: sealed, **dict.fromkeys(kind.also)}
                db.execute(update(table).where(*mine).values(**news))
            if len(rows) < _BATCH:
                _move(db, f"forgotten {table.name}", int(before.timestamp()), last)
        gone += len(rows)
        if len(rows) < _BATCH:
            return gone
        since = tuple_(*order) > tuple_(rows[-1].changed_at, *(getattr(rows[-1], name) for name in keys))


def _move(db: Connection, name: str, at: int, last: int | None) -> None:
    if last is None:
        db.execute(insert(CURSORS).values(name=name, at=at))
    else:
        db.execute(update(CURSORS).where(CURSORS.c.name == name).values(at=max(at, last)))
