"""Forgetting who paid, by age; what was paid, when and for what stays, for the books.

| stored                          | what goes                          | when                                        |
|---------------------------------|------------------------------------|---------------------------------------------|
| order of a final state          | payer, link                        | `keep` after it last changed                |
| the same, its receipts wanted    | nothing, until they are issued     | or all that was paid was given back         |
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
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from sqlalchemy import delete, func, insert, select, tuple_, update

from gov_connect.model import (
    Payer,
    PaymentOrder,
    PaymentState,
    PersonName,
    ReceiptRequest,
    ReceiptState,
    Refund,
    receipts_for,
)
from gov_connect.model.payment import RefundState
from gov_connect.payments.receipt_records import Issue
from gov_connect.store.rotation import SEALED
from gov_connect.store.tables import CURSORS, ORDERS, PAYMENT_REJECTS, RAW_MESSAGES, RECEIPT_JOBS, RECEIPTS, REFUNDS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sqlalchemy import Connection, Table

    from gov_connect.runtime import Clock
    from gov_connect.store import Database, Vault

    Wanted: TypeAlias = Callable[[str], bool]

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
    held: Callable[[Connection, Any, str, Wanted], bool] | None = None
    """Whether a row, its content in clear, stays as it is for now."""


V = TypeVar("V", PaymentOrder, Refund, ReceiptRequest)


def forgotten(value: V) -> V:
    """The same without who paid, or without what an officer wrote."""
    if isinstance(value, Refund):
        return value.model_copy(update={"reason": _REASON})
    return value.model_copy(update={"payer": NOBODY})


def _receipts_due(db: Connection, row: Any, text: str, wanted: Wanted) -> bool:
    """Whether a receipt is still to be made out to who paid this order: a voucher names its payer."""
    if row.state != PaymentState.PAID.value:
        return False
    of = [
        (table.c.agency == row.agency) & (table.c.system == row.system) & (table.c.reference == row.reference)
        for table in (RECEIPT_JOBS, REFUNDS)
    ]
    jobs = db.execute(select(RECEIPT_JOBS.c.state).where(of[0])).scalars().all()
    if not jobs and not wanted(row.agency):
        return False
    given_back = select(func.sum(REFUNDS.c.amount)).where(of[1], REFUNDS.c.state == RefundState.DONE.value)
    if (db.execute(given_back).scalar() or 0) >= row.amount:
        return False
    order = PaymentOrder.from_json(text)
    issued = sum(job in {Issue.ISSUED.value, Issue.CANCELLED.value} for job in jobs)
    return issued < len(receipts_for(order, paid_at=order.created_at))


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
        _receipts_due,
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


def _nowhere(_agency: str) -> bool:
    return False


def forget_payers(
    database: Database,
    vault: Vault,
    clock: Clock,
    *,
    keep: timedelta,
    keep_receipts: timedelta = KEEP_RECEIPTS,
    wanted: Wanted = _nowhere,
) -> int:
    """Forget who paid, of all agencies of a database; gives of how many orders, refunds, receipts and messages.

    Args:
        database: of the local records.
        vault: that seals them.
        clock: of the client.
        keep: of orders, refunds and messages, after they ended.
        keep_receipts: of receipts.
        wanted: whether an agency issues receipts here: then a paid order keeps its payer until it has them. One
            whose receipts were begun keeps it anyway.

    Raises:
        LedgerError: a row that no key at hand opens; nothing after it is forgotten.
    """
    now = clock.now()
    gone = sum(_forget(database, vault, kind, now - keep, wanted) for kind in _OF_MONEY)
    gone += sum(_forget(database, vault, kind, now - max(keep, keep_receipts), wanted) for kind in _OF_RECEIPTS)
    with database.transaction() as db:
        gone += db.execute(delete(PAYMENT_REJECTS).where(PAYMENT_REJECTS.c.last_at < now - keep)).rowcount
        old = (RAW_MESSAGES.c.received_at < now - keep) & RAW_MESSAGES.c.body.is_not(None)
        gone += db.execute(update(RAW_MESSAGES).where(old).values(body=None)).rowcount
    return gone


def _forget(database: Database, vault: Vault, kind: _Kind, before: datetime, wanted: Wanted) -> int:
    """Batch by batch, from where the last time ended: what changed since then is younger than that.

    The next time begins at the first row that is held, and leaves alone what was forgotten behind it.
    """
    table, gone = kind.table, 0
    cursor = CURSORS.c.name == f"forgotten {table.name}"
    places = {one.column: one.place for one in SEALED if one.table is table}
    with database.reading() as db:
        last = db.execute(select(CURSORS.c.at).where(cursor)).scalar()
    keys = [column.name for column in table.primary_key.columns]
    order = [table.c.changed_at, *(table.c[name] for name in keys)]
    since: Any = table.c.changed_at >= datetime.fromtimestamp(last or 0, UTC)
    due = (table.c.changed_at < before) & table.c.state.in_(kind.ended)
    until = before
    while True:
        with database.transaction() as db:
            rows = db.execute(select(table).where(due, since).order_by(*order).limit(_BATCH)).all()
            for row in rows:
                text = vault.open(getattr(row, kind.column), places[kind.column](row))
                left = kind.without(text)
                if left == text:
                    continue
                if kind.held is not None and kind.held(db, row, text, wanted):
                    until = min(until, row.changed_at)
                    continue
                sealed = vault.seal(left, places[kind.column](row))
                mine = [table.c[name] == getattr(row, name) for name in keys]
                news = {kind.column: sealed, **dict.fromkeys(kind.also)}
                db.execute(update(table).where(*mine).values(**news))
                gone += 1
            if len(rows) < _BATCH:
                _move(db, f"forgotten {table.name}", int(until.timestamp()), last)
        if len(rows) < _BATCH:
            return gone
        since = tuple_(*order) > tuple_(rows[-1].changed_at, *(getattr(rows[-1], name) for name in keys))


def _move(db: Connection, name: str, at: int, last: int | None) -> None:
    if last is None:
        db.execute(insert(CURSORS).values(name=name, at=at))
    else:
        db.execute(update(CURSORS).where(CURSORS.c.name == name).values(at=max(at, last)))
