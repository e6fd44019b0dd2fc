"""What became of each receipt of an order: asked for once, by one issuer, under one key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, update

from gov_connect.model import Receipt, ReceiptRequest
from gov_connect.payments.keyed_records import KeyedRecords
from gov_connect.store.tables import RECEIPT_JOBS

if TYPE_CHECKING:
    from sqlalchemy import Row


LOCAL: Final = "local"
"""Stands for numbers of our own where the name of an e-receipt service would stand."""


class Issue(StrEnum):
    """How far a receipt has come."""

    REQUESTED = "requested"
    """Stored; nothing was sent, or what was sent has certainly done nothing."""
    SENT = "sent"
    """Sent, and nobody knows whether it was issued: asked again under the same key, never elsewhere."""
    ISSUED = "issued"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReceipt:
    """A receipt as the records have it.

    Attributes:
        issuer: name of the e-receipt service, or `local`.
        receipt: None until it is issued.
    """

    request: ReceiptRequest
    issuer: str
    state: Issue
    receipt: Receipt | None


class ReceiptRecords(KeyedRecords[StoredReceipt]):
    """Receipts for the orders of one agency at one gateway. All methods block."""

    table = RECEIPT_JOBS

    def begin(self, reference: str, request: ReceiptRequest, issuer: str) -> StoredReceipt:
        """Store a request, or give what is stored under its key: then that content and that issuer count."""
        with self._database.transaction() as db:
            row = self._row(db, request.key)
            if row is None:
                db.execute(
                    insert(RECEIPT_JOBS).values(
                        agency=self._agency,
                        system=self._system,
                        key=request.key,
                        reference=reference,
                        issuer=issuer,
                        state=Issue.REQUESTED.value,
                        request=self._vault.seal(request.to_json(), self._place("ask", request.key)),
                        receipt=None,
                        changed_at=self._clock.now(),
                    )
                )
                return StoredReceipt(request=request, issuer=issuer, state=Issue.REQUESTED, receipt=None)
            return self._stored(row)

    def sending(self, key: str) -> bool:
        """Mark a request as sent just before it is; False when it was sent before."""
        return self._move(key, Issue.REQUESTED, Issue.SENT)

    def withdrawn(self, key: str) -> None:
        """What was sent has certainly done nothing."""
        self._move(key, Issue.SENT, Issue.REQUESTED)

    def goes_local(self, key: str) -> None:
        """From now on it gets a number of our own, and no service is asked for it again."""
        self._change(key, {"issuer": LOCAL})

    def issued(self, receipt: Receipt) -> None:
        """Store what was issued."""
        sealed = self._vault.seal(receipt.to_json(), self._place("made", receipt.key))
        self._change(receipt.key, {"state": Issue.ISSUED.value, "receipt": sealed})

    def cancelled(self, receipt: Receipt) -> None:
        """Store that it was cancelled."""
        sealed = self._vault.seal(receipt.to_json(), self._place("made", receipt.key))
        self._change(receipt.key, {"state": Issue.CANCELLED.value, "receipt": sealed})

    def _move(self, key: str, before: Issue, after: Issue) -> bool:
        where = self._where(key) & (RECEIPT_JOBS.c.state == before.value)
        with self._database.transaction() as db:
            moved = update(RECEIPT_JOBS).where(where).values(state=after.value, changed_at=self._clock.now())
            return db.execute(moved).rowcount == 1

    def _change(self, key: str, news: dict[str, Any]) -> None:
        with self._database.transaction() as db:
            db.execute(update(RECEIPT_JOBS).where(self._where(key)).values(**news, changed_at=self._clock.now()))

    def _stored(self, row: Row[Any]) -> StoredReceipt:
        made = None if row.receipt is None else self._vault.open(row.receipt, self._place("made", row.key))
        asked = self._vault.open(row.request, self._place("ask", row.key))
        return StoredReceipt(
            request=ReceiptRequest.from_json(asked),
            issuer=row.issuer,
            state=Issue(row.state),
            receipt=None if made is None else Receipt.from_json(made),
        )

    def _place(self, kind: str, key: str) -> str:
        return f"receipt-{kind}|{self._agency}|{self._system}|{key}"
