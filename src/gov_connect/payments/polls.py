"""When each order that is not final is asked for again: soon at first, then rarely, then never."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, select, update

from gov_connect.model import PaymentState
from gov_connect.payments.scope import Scoped
from gov_connect.store.tables import ORDERS, PAYMENT_POLLS

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

    from gov_connect.model import AgencyCode
    from gov_connect.runtime import Clock
    from gov_connect.store import Database

_TAKEN: Final = timedelta(minutes=2)
"""How long a worker has for a question; one that died leaves its questions to the others after that."""
_OPEN: Final = tuple(state.value for state in PaymentState if not state.final)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPlan:
    """How patiently an order is asked for. The defaults give about twenty questions in three days.

    Attributes:
        first: wait before the first question.
        longest: the waits double up to this.
        questions: how many at most; then an alarm, and a person.
    """

    first: timedelta = timedelta(minutes=5)
    longest: timedelta = timedelta(hours=6)
    questions: int = 20

    def wait(self, tries: int) -> timedelta:
        """How long to wait after `tries` questions."""
        return min(self.first * (1 << min(tries, 30)), self.longest)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    """What one round of questions brought.

    Attributes:
        settled: references that became final.
        open: how many are still not.
        failed: references whose question failed, with the code of the error.
        given_up: references that are asked for no more.
    """

    settled: dict[str, PaymentState] = field(default_factory=dict[str, PaymentState])
    open: int = 0
    failed: dict[str, str] = field(default_factory=dict[str, str])
    given_up: tuple[str, ...] = ()


class PollBook(Scoped):
    """The schedule of one agency at one gateway. All methods block."""

    def __init__(
        self,
        database: Database,
        *,
        agency: AgencyCode,
        system: str,
        clock: Clock,
        plan: PollPlan | None = None,
    ) -> None:
        super().__init__(agency, system)
        self._database = database
        self._clock = clock
        self.plan: Final = plan or PollPlan()

    def next_due(self) -> datetime | None:
        """When the next question is due; None while nothing is open. New orders count from when they were made."""
        now = self._clock.now()
        with self._database.transaction() as db:
            self._take_up(db, now)
            row = db.execute(self._waiting().limit(1)).first()
        return None if row is None else _aware(row.due_at, now)

    def take(self, limit: int) -> list[str]:
        """References to ask for now, the longest overdue first; orders that are new get their first date.

        They are taken for two minutes, so that two workers do not ask for the same ones; `asked` or
        `given_back` ends that.
        """
        now = self._clock.now()
        with self._database.transaction() as db:
            self._take_up(db, now)
            due = self._waiting().where(PAYMENT_POLLS.c.due_at <= now).limit(limit)
            references = [row.reference for row in db.execute(due).all()]
            self._set(db, references, now + _TAKEN)
        return references

    def given_back(self, references: list[str]) -> None:
        """These were taken and not asked for after all: they are due as before."""
        with self._database.transaction() as db:
            self._set(db, references, self._clock.now())

    def _set(self, db: Connection, references: list[str], due_at: datetime) -> None:
        where = self._mine(PAYMENT_POLLS) & PAYMENT_POLLS.c.reference.in_(references)
        db.execute(update(PAYMENT_POLLS).where(where).values(due_at=due_at))

    def _waiting(self) -> Select[Any, Any]:
        mine = self._mine(PAYMENT_POLLS) & (PAYMENT_POLLS.c.given_up == 0)
        same = (
            (ORDERS.c.agency == PAYMENT_POLLS.c.agency)
            & (ORDERS.c.system == PAYMENT_POLLS.c.system)
            & (ORDERS.c.reference == PAYMENT_POLLS.c.reference)
        )
        return (
            select(PAYMENT_POLLS.c.reference, PAYMENT_POLLS.c.due_at)
            .join(ORDERS, same)
            .where(mine & ORDERS.c.state.in_(_OPEN))
            .order_by(PAYMENT_POLLS.c.due_at)
        )

    def asked(self, reference: str) -> bool:
        """One question was asked: set the next date. True when that was the last one."""
        now = self._clock.now()
        where = self._mine(PAYMENT_POLLS) & (PAYMENT_POLLS.c.reference == reference)
        with self._database.transaction() as db:
            tries = (db.execute(select(PAYMENT_POLLS.c.tries).where(where)).scalar() or 0) + 1
            last = tries >= self.plan.questions
            news = {"tries": tries, "due_at": now + self.plan.wait(tries), "given_up": int(last)}
            db.execute(update(PAYMENT_POLLS).where(where).values(**news))
        return last

    def hurry(self, reference: str) -> None:
        """Ask now: the payer's browser came back."""
        now = self._clock.now()
        where = self._mine(PAYMENT_POLLS) & (PAYMENT_POLLS.c.reference == reference)
        with self._database.transaction() as db:
            self._take_up(db, now)
            db.execute(update(PAYMENT_POLLS).where(where & (PAYMENT_POLLS.c.given_up == 0)).values(due_at=now))

    def _take_up(self, db: Connection, now: datetime) -> None:
        planned = select(PAYMENT_POLLS.c.reference).where(self._mine(PAYMENT_POLLS))
        new = self._mine(ORDERS) & ORDERS.c.state.in_(_OPEN) & ORDERS.c.reference.not_in(planned)
        for row in db.execute(select(ORDERS.c.reference, ORDERS.c.changed_at).where(new)).all():
            db.execute(
                insert(PAYMENT_POLLS).values(
                    agency=self._agency,
                    system=self._system,
                    reference=row.reference,
                    tries=0,
                    due_at=_aware(row.changed_at, now) + self.plan.first,
                    given_up=0,
                )
            )


def _aware(at: datetime, now: datetime) -> datetime:
    """SQLite forgets time zones: what was written came from the same clock."""
    return at if at.tzinfo is not None else at.replace(tzinfo=now.tzinfo)
