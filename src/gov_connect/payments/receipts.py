"""Receipts with numbers of our own, where no e-receipt service answers (payment.md §6.1, §6.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select, update

from gov_connect.errors import GovConnectError, InvalidInput, KeyConflict, Problem
from gov_connect.model import VIETNAM, Receipt, ReceiptRequest, ReceiptState
from gov_connect.payments.retention import same
from gov_connect.store.tables import RECEIPTS

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from gov_connect.model import AgencyCode
    from gov_connect.runtime import Clock
    from gov_connect.store import Database, Vault

_HIGHEST: Final = 9_999_999
"""Receipt numbers have at most seven digits."""
_LONGEST_SYMBOL: Final = 20


class ReceiptBook:
    """Numbered receipts of one agency under one symbol: from 1 each year, without a gap, never twice.

    All methods block. Cancelling keeps the number.
    """

    def __init__(
        self, database: Database, vault: Vault, *, agency: AgencyCode, form: str, symbol: str, clock: Clock
    ) -> None:
        if not 0 < len(symbol) <= _LONGEST_SYMBOL:
            raise InvalidInput("ReceiptBook", [Problem(path="symbol", code="value.invalid")])
        self._database = database
        self._vault = vault
        self._agency = str(agency)
        self._form = form
        self._symbol = symbol
        self._clock = clock

    def issue(self, request: ReceiptRequest) -> Receipt:
        """Issue a receipt, or give the one of the same key and content.

        Raises:
            KeyConflict: the key stands for another receipt.
            GovConnectError: `receipt.numbers_used_up`.
        """
        now = self._clock.now().astimezone(VIETNAM)
        with self._database.transaction() as db:
            row = self._row(db, request.key)
            if row is not None:
                if not same(self._asked(row), request):
                    raise KeyConflict(operation="receipts.issue")
                return self._receipt(row)
            number = self._next(db, now.year)
            db.execute(
                insert(RECEIPTS).values(
                    agency=self._agency,
                    key=request.key,
                    symbol=self._symbol,
                    year=now.year,
                    number=number,
                    amount=request.amount.dong,
                    state=ReceiptState.ISSUED.value,
                    receipt=self._vault.seal(request.to_json(), self._place(request.key)),
                    changed_at=now,
                )
            )
            row = self._row(db, request.key)
            assert row is not None
            return self._receipt(row)

    def cancel(self, key: str) -> Receipt:
        """Cancel a receipt whose money went back; twice is harmless.

        Raises:
            GovConnectError: `receipt.unknown`.
        """
        with self._database.transaction() as db:
            news = {"state": ReceiptState.CANCELLED.value}
            db.execute(update(RECEIPTS).where(self._where(key)).values(**news))
            row = self._row(db, key)
            if row is None:
                raise GovConnectError("receipt.unknown")
            return self._receipt(row)

    def get(self, key: str) -> Receipt | None:
        """The receipt of `key`, or None."""
        with self._database.transaction() as db:
            row = self._row(db, key)
            return None if row is None else self._receipt(row)

    def _next(self, db: Connection, year: int) -> int:
        mine = (RECEIPTS.c.agency == self._agency) & (RECEIPTS.c.symbol == self._symbol) & (RECEIPTS.c.year == year)
        number = int(db.execute(select(func.max(RECEIPTS.c.number)).where(mine)).scalar() or 0) + 1
        if number > _HIGHEST:
            raise GovConnectError("receipt.numbers_used_up")
        return number

    def _row(self, db: Connection, key: str) -> Row[Any] | None:
        return db.execute(select(RECEIPTS).where(self._where(key))).first()

    def _where(self, key: str) -> Any:
        return (RECEIPTS.c.agency == self._agency) & (RECEIPTS.c.key == key)

    def _asked(self, row: Row[Any]) -> ReceiptRequest:
        return ReceiptRequest.from_json(self._vault.open(row.receipt, self._place(row.key)))

    def _receipt(self, row: Row[Any]) -> Receipt:
        at = row.changed_at
        return Receipt(
            key=row.key,
            form=self._form,
            symbol=row.symbol,
            number=str(row.number),
            amount=row.amount,
            state=ReceiptState(row.state),
            issued_at=at if at.tzinfo is not None else at.replace(tzinfo=VIETNAM),
        )

    def _place(self, key: str) -> str:
        return f"receipt|{self._agency}|{key}"
