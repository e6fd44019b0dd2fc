"""What refunds and receipts of an order share as records: one row a key, of one agency at one gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from sqlalchemy import select

from gov_connect.payments.scope import Scoped

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Table

    from gov_connect.model import AgencyCode
    from gov_connect.runtime import Clock
    from gov_connect.store import Database, Vault

S = TypeVar("S")


class KeyedRecords(Scoped, Generic[S]):
    """Rows that stand under a key and belong to an order. All methods block."""

    table: ClassVar[Table]

    def __init__(self, database: Database, vault: Vault, *, agency: AgencyCode, system: str, clock: Clock) -> None:
        super().__init__(agency, system)
        self._database = database
        self._vault = vault
        self._clock = clock

    def of(self, reference: str) -> list[S]:
        """All of one order, by key."""
        where = self._mine(self.table) & (self.table.c.reference == reference)
        with self._database.transaction() as db:
            rows = db.execute(select(self.table).where(where).order_by(self.table.c.key)).all()
            return [self._stored(row) for row in rows]

    def get(self, key: str) -> S | None:
        """The one of `key`, or None."""
        with self._database.transaction() as db:
            row = self._row(db, key)
            return None if row is None else self._stored(row)

    def _stored(self, row: Row[Any]) -> S:
        raise NotImplementedError

    def _row(self, db: Connection, key: str) -> Row[Any] | None:
        return db.execute(select(self.table).where(self._where(key))).first()

    def _where(self, key: str) -> Any:
        return self._mine(self.table) & (self.table.c.key == key)
