"""Attempts: an order that closed unpaid is opened anew under a reference of its own, made once and stored."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, func, insert, select

from gov_connect.model import PaymentState
from gov_connect.payments.scope import Scoped
from gov_connect.store.tables import ORDERS, PAYMENT_ATTEMPTS

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LONGEST: Final = 50
_ROW: Final = PAYMENT_ATTEMPTS.c
_OTHER: Final = PAYMENT_ATTEMPTS.alias("other")
# Built once: writing a statement costs several times what running it does.
_PAID_OTHERS: Final = (
    select(func.count())
    .select_from(PAYMENT_ATTEMPTS)
    .join(
        _OTHER,
        (_OTHER.c.agency == _ROW.agency) & (_OTHER.c.system == _ROW.system) & (_OTHER.c.first == _ROW.first),
    )
    .join(
        ORDERS,
        (ORDERS.c.agency == _OTHER.c.agency)
        & (ORDERS.c.system == _OTHER.c.system)
        & (ORDERS.c.reference == _OTHER.c.reference),
    )
    .where(
        (_ROW.agency == bindparam("own_agency"))
        & (_ROW.system == bindparam("own_system"))
        & (_ROW.reference == bindparam("own_reference"))
        & (_OTHER.c.reference != bindparam("own_reference"))
        & (ORDERS.c.state == PaymentState.PAID.value)
    )
)


def next_reference(first: str, number: int) -> str:
    """The reference of the how manieth attempt: the same however often it is made.

    Even a lost database makes the same ones again, and the gateway knows them.
    """
    made = f"{first}-{number}"
    if len(made) <= _LONGEST:
        return made
    return "gc" + hashlib.sha256(made.encode()).hexdigest()[:30]


class Attempts(Scoped):
    """Rows of one agency at one gateway. Every method works inside the caller's transaction."""

    def of(self, db: Connection, reference: str) -> list[str]:
        """References of all attempts of the order that `reference` belongs to, the first one first."""
        mine = self._mine(PAYMENT_ATTEMPTS)
        first = db.execute(select(_ROW.first).where(mine & (_ROW.reference == reference))).scalar()
        if first is None:
            return [reference]
        every = select(_ROW.reference).where(mine & (_ROW.first == first)).order_by(_ROW.number)
        return list(db.execute(every).scalars())

    def add(self, db: Connection, known: list[str]) -> str:
        """Make and store the reference that follows the known ones."""
        first, number = known[0], len(known) + 1
        if len(known) == 1:  # the first attempt has no row before there is a second
            self._insert(db, first, first, 1)
        made = next_reference(first, number)
        self._insert(db, made, first, number)
        return made

    def paid_otherwise(self, db: Connection, reference: str) -> bool:
        """Whether another attempt of the same order is paid."""
        key = {"own_agency": self._agency, "own_system": self._system, "own_reference": reference}
        return bool(db.execute(_PAID_OTHERS, key).scalar())

    def _insert(self, db: Connection, reference: str, first: str, number: int) -> None:
        row = {"reference": reference, "first": first, "number": number}
        db.execute(insert(PAYMENT_ATTEMPTS).values(agency=self._agency, system=self._system, **row))
