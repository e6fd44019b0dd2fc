"""Refunds: stored before a gateway hears of them, never above what was paid, once per key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, select, update

from gov_connect.errors import GovConnectError, KeyConflict
from gov_connect.model import Money, PaymentState, Refund, RefundResult, RefundState
from gov_connect.payments.keyed_records import KeyedRecords
from gov_connect.payments.retention import same
from gov_connect.store.tables import REFUNDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gov_connect.fees.audit import Collected
    from gov_connect.payments.records import StoredOrder

_R, _S, _P, _D, _X = RefundState
TRANSITIONS: Final[dict[RefundState, dict[RefundState, RefundState]]] = {
    # state: {news: next state}; what was sent is never "requested" again, done and rejected are ends
    _R: {_R: _R, _S: _S, _P: _P, _D: _D, _X: _X},
    _S: {_R: _S, _S: _S, _P: _P, _D: _D, _X: _X},
    _P: {_R: _P, _S: _P, _P: _P, _D: _D, _X: _X},
    _D: dict.fromkeys(RefundState, _D),
    _X: dict.fromkeys(RefundState, _X),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRefund:
    """A refund as the book has it."""

    refund: Refund
    state: RefundState
    transaction: str


def proposals(
    collected: Iterable[Collected], paid: Iterable[StoredOrder], *, officer: str, at: datetime
) -> list[Refund]:
    """Refunds of what was collected above the law (`fees.audit`), for an officer to confirm; nothing is sent.

    The id of each collection is the dossier's code. Over-collection is taken from that dossier's paid orders,
    never more than each brought; what no order covers was not paid through this gateway and is left out.
    The key comes from order and amount, so that proposing twice is one refund.
    """
    orders: dict[str, list[StoredOrder]] = {}
    for stored in paid:
        if stored.state is PaymentState.PAID:
            orders.setdefault(str(stored.order.dossier), []).append(stored)
    made: list[Refund] = []
    for row in collected:
        over = row.over
        for stored in orders.get(row.id, ()):
            part = min(over, stored.order.amount.dong)
            if not part:
                break
            over -= part
            reference = stored.order.reference
            made.append(
                Refund(
                    key=f"over-{reference}-{part}",
                    reference=reference,
                    amount=Money(part),
                    reason=f"Thu vượt mức quy định, hồ sơ {stored.order.dossier}",
                    officer=officer,
                    created_at=at,
                )
            )
    return made


class RefundBook(KeyedRecords[StoredRefund]):
    """Refunds of one agency at one gateway. All methods block."""

    table = REFUNDS

    def ask(self, refund: Refund, *, received: Money) -> StoredRefund:
        """Store a new refund, or give the stored one of the same key and content.

        Args:
            refund: what is to be given back.
            received: all that proven payments brought for the order.

        Raises:
            KeyConflict: the key stands for another refund.
            GovConnectError: `payment.refund_too_large`: with the others that were not rejected it would
                be more than was received.
        """
        with self._database.transaction() as db:
            row = self._row(db, refund.key)
            if row is not None:
                stored = self._stored(row)
                if not same(stored.refund, refund):
                    raise KeyConflict(operation="payments.refund")
                return stored
            left = received.dong - self._bound(db, refund.reference)
            if refund.amount.dong > left:
                raise GovConnectError("payment.refund_too_large", left=max(left, 0))
            db.execute(
                insert(REFUNDS).values(
                    agency=self._agency,
                    system=self._system,
                    key=refund.key,
                    reference=refund.reference,
                    amount=refund.amount.dong,
                    state=RefundState.REQUESTED.value,
                    transaction="",
                    refund=self._vault.seal(refund.to_json(), self._place(refund.key)),
                    changed_at=self._clock.now(),
                )
            )
            return StoredRefund(refund=refund, state=RefundState.REQUESTED, transaction="")

    def sending(self, key: str) -> bool:
        """Mark a refund as sent just before it is; False when it was sent before."""
        where = self._where(key) & (REFUNDS.c.state == RefundState.REQUESTED.value)
        news = {"state": RefundState.SENT.value, "changed_at": self._clock.now()}
        with self._database.transaction() as db:
            return db.execute(update(REFUNDS).where(where).values(**news)).rowcount == 1

    def withdrawn(self, key: str) -> None:
        """Nothing was sent after all: it may be sent again."""
        where = self._where(key) & (REFUNDS.c.state == RefundState.SENT.value)
        news = {"state": RefundState.REQUESTED.value, "changed_at": self._clock.now()}
        with self._database.transaction() as db:
            db.execute(update(REFUNDS).where(where).values(**news))

    def apply(self, key: str, result: RefundResult) -> RefundState:
        """Feed news of a refund to its state machine.

        Raises:
            GovConnectError: `payment.unknown_refund`; `payment.amount_differs`: it speaks of another amount.
        """
        with self._database.transaction() as db:
            row = self._row(db, key)
            if row is None:
                raise GovConnectError("payment.unknown_refund")
            if result.amount is not None and result.amount.dong != row.amount:
                raise GovConnectError("payment.amount_differs")
            state = TRANSITIONS[RefundState(row.state)][result.state]
            news = {"state": state.value, "transaction": result.transaction or row.transaction}
            db.execute(update(REFUNDS).where(self._where(key)).values(**news, changed_at=self._clock.now()))
            return state

    def _bound(self, db: Connection, reference: str) -> int:
        """Money of an order that refunds took or may still take."""
        live = (REFUNDS.c.reference == reference) & (REFUNDS.c.state != RefundState.REJECTED.value)
        return sum(db.execute(select(REFUNDS.c.amount).where(self._mine(REFUNDS) & live)).scalars())

    def _stored(self, row: Row[Any]) -> StoredRefund:
        opened = self._vault.open(row.refund, self._place(row.key))
        return StoredRefund(refund=Refund.from_json(opened), state=RefundState(row.state), transaction=row.transaction)

    def _place(self, key: str) -> str:
        return f"refund|{self._agency}|{self._system}|{key}"
