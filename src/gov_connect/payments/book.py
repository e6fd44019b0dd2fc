"""The order book: every order with its state, in the local database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from gov_connect.errors import KeyConflict
from gov_connect.model import PaymentLink, PaymentOrder, PaymentState
from gov_connect.payments.states import next_state
from gov_connect.store.tables import ORDERS

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from gov_connect.model import AgencyCode, PaymentResult
    from gov_connect.runtime import Clock
    from gov_connect.store import Database, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOrder:
    """An order as the book has it."""

    order: PaymentOrder
    state: PaymentState
    link: PaymentLink | None
    transaction: str


class OrderBook:
    """Orders of one agency at one gateway. All methods block."""

    def __init__(self, database: Database, vault: Vault, *, agency: AgencyCode, system: str, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._agency = str(agency)
        self._system = system
        self._clock = clock

    def open(self, order: PaymentOrder) -> StoredOrder:
        """Store a new order, or give the stored one of the same reference and content.

        Raises:
            KeyConflict: the reference stands for another order.
        """
        with self._database.transaction() as db:
            row = self._row(db, order.reference)
            if row is None:
                db.execute(
                    insert(ORDERS).values(
                        agency=self._agency,
                        system=self._system,
                        reference=order.reference,
                        dossier=str(order.dossier),
                        amount=order.amount.dong,
                        state=PaymentState.CREATED.value,
                        transaction="",
                        order=self._vault.seal(order.to_json(), self._place("order", order.reference)),
                        changed_at=self._clock.now(),
                    )
                )
                return StoredOrder(order=order, state=PaymentState.CREATED, link=None, transaction="")
            stored = self._stored(row)
        if stored.order != order:
            raise KeyConflict(operation="payments.create")
        return stored

    def get(self, reference: str) -> StoredOrder | None:
        """The order of `reference`, or None."""
        with self._database.transaction() as db:
            row = self._row(db, reference)
            return None if row is None else self._stored(row)

    def linked(self, reference: str, link: PaymentLink) -> None:
        """Store where the payer pays; a notice may have come before, so this is news like any other."""
        sealed = self._vault.seal(link.to_json(), self._place("link", reference))
        with self._database.transaction() as db:
            row = self._row(db, reference)
            if row is None:
                return
            state = next_state(PaymentState(row.state), PaymentState.PENDING)
            db.execute(
                update(ORDERS)
                .where(self._where(reference))
                .values(link=sealed, state=state.value, changed_at=self._clock.now())
            )

    def apply(self, result: PaymentResult) -> PaymentState | None:
        """Feed one piece of news to the state machine; None when there is no such order.

        Query, notice and reconciliation all come through here, so that the same news twice, or in any
        order, ends in the same state.
        """
        with self._database.transaction() as db:
            row = self._row(db, result.reference)
            if row is None:
                return None
            state = next_state(PaymentState(row.state), result.state)
            if state.value != row.state:
                db.execute(
                    update(ORDERS)
                    .where(self._where(result.reference))
                    .values(
                        state=state.value,
                        transaction=result.transaction or row.transaction,
                        changed_at=self._clock.now(),
                    )
                )
            return state

    def of_dossier(self, dossier: str) -> list[StoredOrder]:
        """All orders of one dossier."""
        where = (ORDERS.c.agency == self._agency) & (ORDERS.c.system == self._system) & (ORDERS.c.dossier == dossier)
        with self._database.transaction() as db:
            return [self._stored(row) for row in db.execute(select(ORDERS).where(where)).all()]

    def _row(self, db: Connection, reference: str) -> Row[Any] | None:
        return db.execute(select(ORDERS).where(self._where(reference))).first()

    def _where(self, reference: str) -> Any:
        return (ORDERS.c.agency == self._agency) & (ORDERS.c.system == self._system) & (ORDERS.c.reference == reference)

    def _stored(self, row: Row[Any]) -> StoredOrder:
        opened = self._vault.open(row.order, self._place("order", row.reference))
        link = None if row.link is None else self._vault.open(row.link, self._place("link", row.reference))
        return StoredOrder(
            order=PaymentOrder.from_json(opened),
            state=PaymentState(row.state),
            link=None if link is None else PaymentLink.from_json(link),
            transaction=row.transaction,
        )

    def _place(self, kind: str, reference: str) -> str:
        return f"{kind}|{self._agency}|{self._system}|{reference}"
