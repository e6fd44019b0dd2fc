"""What was said of each order, and what was not believed: rows beside the order book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import bindparam, func, insert, select, update

from gov_connect.model import NewsSource, PaymentState
from gov_connect.payments.scope import Scoped
from gov_connect.payments.states import Alarm
from gov_connect.store.statements import Prepared
from gov_connect.store.tables import PAYMENT_NEWS, PAYMENT_REJECTS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gov_connect.model import PaymentResult
    from gov_connect.store import Vault
    from gov_connect.store.statements import Link

_KEPT_BYTES: Final = 4096
_KEPT_REJECTS: Final = 10_000
"""Different rejected notices kept per agency and gateway; beyond it they are only counted."""
OVERFLOW: Final = "overflow"
# Built once: writing a statement costs several times what running it does.
_ADD: Final = insert(PAYMENT_NEWS)
_NEWS: Final = PAYMENT_NEWS.c
_MINE: Final = (_NEWS.agency == bindparam("agency")) & (_NEWS.system == bindparam("system"))
# Two looks by two indexes; one with OR would walk through all news of the agency.
_SAID: Final = (_NEWS.id, _NEWS.reference, _NEWS.source, _NEWS.state, _NEWS.transaction)
_AROUND: Final = Prepared(
    lambda: (
        select(*_SAID)
        .where(_MINE & (_NEWS.reference == bindparam("reference")))
        .union(select(*_SAID).where(_MINE & (_NEWS.transaction == bindparam("number")) & (_NEWS.transaction != "")))
        .order_by("id")
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing that was said of an order.

    Attributes:
        id: of the row, to settle its alarm by.
        settled: what a person decided about the alarm; "" while it is open.
    """

    id: int
    reference: str
    source: NewsSource
    state: PaymentState
    transaction: str
    raw_time: str
    alarm: Alarm | None
    settled: str
    told_at: datetime


class Said(NamedTuple):
    """The same as far as the next piece of news is judged by it."""

    reference: str
    source: NewsSource
    state: PaymentState
    transaction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A notice that was not believed.

    Attributes:
        times: how often the very same bytes arrived.
    """

    reason: str
    times: int
    first_at: datetime
    last_at: datetime


class Journal(Scoped):
    """Rows of one agency at one gateway. Every method works inside the caller's transaction."""

    def __init__(self, agency: str, system: str, vault: Vault) -> None:
        super().__init__(agency, system)
        self._vault = vault

    def of(self, db: Connection, reference: str) -> list[News]:
        """All news of one order, oldest first."""
        where = self._mine(PAYMENT_NEWS) & (PAYMENT_NEWS.c.reference == reference)
        rows = db.execute(select(PAYMENT_NEWS).where(where).order_by(PAYMENT_NEWS.c.id)).all()
        return [_news(row) for row in rows]

    def alarms(self, db: Connection) -> list[News]:
        """News with an alarm that nobody has settled, oldest first."""
        where = self._mine(PAYMENT_NEWS) & (PAYMENT_NEWS.c.alarm != "") & (PAYMENT_NEWS.c.settled == "")
        rows = db.execute(select(PAYMENT_NEWS).where(where).order_by(PAYMENT_NEWS.c.id)).all()
        return [_news(row) for row in rows]

    def settle(self, db: Connection, row_id: int, decision: str) -> bool:
        """Write down what a person decided about an alarm; False when it is not open."""
        open_one = (PAYMENT_NEWS.c.id == row_id) & (PAYMENT_NEWS.c.alarm != "") & (PAYMENT_NEWS.c.settled == "")
        where = self._mine(PAYMENT_NEWS) & open_one
        return db.execute(update(PAYMENT_NEWS).where(where).values(settled=decision)).rowcount == 1

    def around(self, link: Link, reference: str, transaction: str) -> tuple[list[Said], str | None]:
        """What was said of one order, and the order that a transaction already paid, in one look."""
        mine = {"agency": self._agency, "system": self._system}
        found = _AROUND.rows(link, {**mine, "reference": reference, "number": transaction})
        rows = [
            Said(named, NewsSource(source), PaymentState(state), number) for _, named, source, state, number in found
        ]
        paid = PaymentState.PAID
        payer = next((row.reference for row in rows if row.transaction == transaction and row.state is paid), None)
        return [row for row in rows if row.reference == reference], payer if transaction else None

    def add(self, db: Connection, result: PaymentResult, source: NewsSource, alarm: Alarm | None, at: datetime) -> None:
        """Write one piece of news that was not there yet."""
        db.execute(
            _ADD,
            {
                "agency": self._agency,
                "system": self._system,
                "reference": result.reference,
                "source": source.value,
                "state": result.state.value,
                "transaction": result.transaction,
                "raw_code": result.raw_code,
                "raw_time": result.raw_time,
                "alarm": "" if alarm is None else alarm.value,
                "settled": "",
                "told_at": at,
            },
        )

    def reject(self, db: Connection, body: bytes, reason: str, at: datetime) -> None:
        """Write down a notice that was not believed: cut, sealed, and the same one only once."""
        cut = body[:_KEPT_BYTES].decode("utf-8", "replace")
        mark = self._vault.fingerprint(f"{reason}|{len(body)}|{cut}")
        if self._again(db, mark, at):
            return
        full = db.execute(select(func.count()).where(self._mine(PAYMENT_REJECTS))).scalar_one() >= _KEPT_REJECTS
        if full and self._again(db, OVERFLOW, at):
            return
        mark, reason, cut = (OVERFLOW, OVERFLOW, "") if full else (mark, reason, cut)
        db.execute(
            insert(PAYMENT_REJECTS).values(
                agency=self._agency,
                system=self._system,
                fingerprint=mark,
                reason=reason,
                body=self._vault.seal(cut, f"reject|{self._agency}|{self._system}|{mark}"),
                times=1,
                first_at=at,
                last_at=at,
            )
        )

    def rejects(self, db: Connection) -> list[Reject]:
        """Notices that were not believed, oldest first."""
        rows = db.execute(select(PAYMENT_REJECTS).where(self._mine(PAYMENT_REJECTS)).order_by(PAYMENT_REJECTS.c.id))
        return [
            Reject(reason=row.reason, times=row.times, first_at=row.first_at, last_at=row.last_at) for row in rows.all()
        ]

    def _again(self, db: Connection, mark: str, at: datetime) -> bool:
        where = self._mine(PAYMENT_REJECTS) & (PAYMENT_REJECTS.c.fingerprint == mark)
        counted = update(PAYMENT_REJECTS).where(where).values(times=PAYMENT_REJECTS.c.times + 1, last_at=at)
        return db.execute(counted).rowcount == 1


def payments_in(news: list[News]) -> int:
    """How many transactions paid an order; one without a number is the same as any other."""
    paid = {item.transaction for item in news if item.state is PaymentState.PAID and item.source in _TOLD_BY}
    return len(paid - {""}) or len(paid)


_TOLD_BY: Final = frozenset(NewsSource) - {NewsSource.REDIRECT}


def _news(row: Row[Any]) -> News:
    return News(
        id=row.id,
        reference=row.reference,
        source=NewsSource(row.source),
        state=PaymentState(row.state),
        transaction=row.transaction,
        raw_time=row.raw_time,
        alarm=Alarm(row.alarm) if row.alarm else None,
        settled=row.settled,
        told_at=row.told_at,
    )
