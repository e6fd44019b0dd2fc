"""The order book: every order with its state, in the local database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import bindparam, insert, select, update

from gov_connect.adapters.gateway import Verdict
from gov_connect.errors import GovConnectError, InvalidInput, KeyConflict, Problem
from gov_connect.model import Money, NewsSource, PaymentLink, PaymentOrder, PaymentResult, PaymentState
from gov_connect.payments.attempts import Attempts
from gov_connect.payments.journal import Journal, News, Reject, Said, payments_in
from gov_connect.payments.polls import PollBook
from gov_connect.payments.records import Heard, StoredOrder
from gov_connect.payments.refunds import RefundBook
from gov_connect.payments.retention import same
from gov_connect.payments.scope import Scoped
from gov_connect.payments.states import PROOFS, Alarm, alarm_of, next_state
from gov_connect.store.group_commit import GroupCommit, GroupReading, Step
from gov_connect.store.statements import Prepared
from gov_connect.store.tables import ORDERS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gov_connect.model import AgencyCode
    from gov_connect.runtime import Clock
    from gov_connect.store import Database, Vault
    from gov_connect.store.statements import Link


_OWN: Final = (
    (ORDERS.c.agency == bindparam("own_agency"))
    & (ORDERS.c.system == bindparam("own_system"))
    & (ORDERS.c.reference == bindparam("own_reference"))
)
# Built once: writing a statement costs several times what running it does.
_STANDING: Final = Prepared(lambda: select(ORDERS.c.amount, ORDERS.c.state, ORDERS.c.transaction).where(_OWN))
_STORED: Final = Prepared(lambda: select(*(ORDERS.c[name] for name in _Kept._fields)).where(_OWN))
_MOVE: Final = (
    update(ORDERS)
    .where(_OWN)
    .values(state=bindparam("new_state"), transaction=bindparam("new_transaction"), changed_at=bindparam("now"))
)


class _Standing(NamedTuple):
    """How an order stands."""

    amount: int
    state: str
    transaction: str


class _Kept(NamedTuple):
    """What is stored of an order, sealed as it is."""

    reference: str
    order: bytes
    state: str
    link: bytes | None
    transaction: str


class OrderBook(Scoped):
    """Orders of one agency at one gateway. All methods block."""

    def __init__(self, database: Database, vault: Vault, *, agency: AgencyCode, system: str, clock: Clock) -> None:
        super().__init__(agency, system)
        self._database = database
        self._vault = vault
        self._clock = clock
        self._commits = GroupCommit(database)
        self._views = GroupReading(database)
        self._journal = Journal(self._agency, system, vault)
        self._attempts = Attempts(self._agency, system)
        self.refunds = RefundBook(database, vault, agency=agency, system=system, clock=clock)
        self.polls = PollBook(database, agency=agency, system=system, clock=clock)

    def open(self, order: PaymentOrder) -> StoredOrder:
        """Store a new order, or give the stored one of the same reference and content.

        Raises:
            KeyConflict: the reference stands for another order.
        """
        with self._database.transaction() as db:
            return self._open(db, order)

    def _open(self, db: Connection, order: PaymentOrder) -> StoredOrder:
        row = self._row(db, order.reference)
        if row is not None:
            stored = self._stored(row)
            if not same(stored.order, order):
                raise KeyConflict(operation="payments.create")
            return stored
        if Money.total(line.amount for line in order.lines) != order.amount:  # a changed copy is not checked again
            raise InvalidInput("PaymentOrder", [Problem(path="lines", code="value.sum_differs")])
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

    def attempts(self, reference: str) -> list[StoredOrder]:
        """All attempts of the order that `reference` belongs to, the first one first; [] when there is none."""
        with self._database.transaction() as db:
            rows = [self._row(db, one) for one in self._attempts.of(db, reference)]
            return [self._stored(row) for row in rows if row is not None]

    def renew(self, reference: str) -> StoredOrder:
        """The attempt that the payer can pay now: the last one while it is open, else a new one.

        A new one has the same content, the time of now, and a reference of its own that is stored here first;
        asked for twice, before it has closed as well, it is the same one.

        Raises:
            GovConnectError: `payment.unknown_order`; `payment.already_paid` by one of the attempts.
        """
        with self._database.transaction() as db:
            known = self._attempts.of(db, reference)
            rows = [row for row in (self._row(db, one) for one in known) if row is not None]
            if not rows:
                raise GovConnectError("payment.unknown_order")
            if any(row.state == PaymentState.PAID.value for row in rows):
                raise GovConnectError("payment.already_paid")
            last = self._stored(rows[-1])
            if not last.state.closed:
                return last
            made = self._attempts.add(db, known)
            again = last.order.model_copy(update={"reference": made, "created_at": self._clock.now()})
            return self._open(db, again)

    def get(self, reference: str) -> StoredOrder | None:
        """The order of `reference`, or None."""
        return self.getting(reference)()

    def getting(self, reference: str) -> Step[StoredOrder | None]:
        """The same as a step, to be called, or done together with others."""

        def step(link: Link) -> StoredOrder | None:
            rows = _STORED.rows(link, self._key(reference))
            return self._stored(_Kept(*rows[0])) if rows else None

        return Step(self._views, step)

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

    def apply(self, result: PaymentResult, source: NewsSource = NewsSource.QUERY) -> PaymentState | None:
        """Feed one piece of news to the state machine; None when there is no such order.

        Query, notice and reconciliation all come through here, so that the same news twice, or in any
        order, ends in the same state.
        """
        return self.hear(result, source).state

    def hear(self, result: PaymentResult, source: NewsSource, *, exact: bool = False) -> Heard:
        """The same, and what was made of it, with the alarm that it rings.

        Args:
            result: what was said.
            source: by whom; what a redirect says moves nothing.
            exact: whether the amount must be there, and the order's own to the đồng.
        """
        return self._commits.run(lambda db: self._hear(db, result, source, exact=exact))

    def heard(self, result: PaymentResult, source: NewsSource, *, exact: bool = False) -> Step[Heard | None]:
        """What news comes to that changes nothing, as a step that only reads; None for news that is to be stored.

        A gateway that is asked says the same again and again; that costs neither the one writer nor the disk.
        """

        def step(link: Link) -> Heard | None:
            judged = self._judge(link, result, source, exact=exact)
            return judged if isinstance(judged, Heard) else None

        return Step(self._views, step)

    def hear_of_dossier(self, dossier: str, result: PaymentResult) -> Heard:
        """A proven notice that names only the dossier (§1.7): it is the one order of that amount which
        waits, or which this very transaction already paid.
        """
        return self._commits.run(lambda db: self._hear_of_dossier(db, dossier, result))

    def _hear_of_dossier(self, db: Connection, dossier: str, result: PaymentResult) -> Heard:
        amount = None if result.amount is None else result.amount.dong
        where = self._mine(ORDERS) & (ORDERS.c.dossier == dossier) & (ORDERS.c.amount == amount)
        rows = db.execute(select(ORDERS).where(where)).all()
        own = [row for row in rows if row.transaction == result.transaction]
        waiting = [row for row in rows if not PaymentState(row.state).final]
        chosen = own or waiting or [row for row in rows if row.state != PaymentState.PAID.value]
        if len(chosen) != 1:
            return Heard(verdict=Verdict.UNKNOWN_ORDER)
        named = result.model_copy(update={"reference": chosen[0].reference})
        return self._hear(db, named, NewsSource.NOTICE, exact=True)

    def _hear(self, db: Connection, result: PaymentResult, source: NewsSource, *, exact: bool) -> Heard:
        judged = self._judge(db, result, source, exact=exact)
        return judged if isinstance(judged, Heard) else self._move(db, *judged, result, source)

    def _judge(
        self, link: Link, result: PaymentResult, source: NewsSource, *, exact: bool
    ) -> Heard | tuple[_Standing, list[Said]]:
        """What news comes to that changes nothing; else the order as it stands, and what was said of it before."""
        rows = _STANDING.rows(link, self._key(result.reference))
        if not rows:
            return Heard(verdict=Verdict.UNKNOWN_ORDER)
        row = _Standing(*rows[0])
        amount = None if result.amount is None else result.amount.dong
        if amount != row.amount and (exact or (amount is not None and result.state is PaymentState.PAID)):
            return Heard(verdict=Verdict.ANOTHER_AMOUNT)
        before = PaymentState(row.state)
        if source not in PROOFS:
            return Heard(verdict=Verdict.APPLIED, state=before, reference=result.reference)
        news, payer = self._journal.around(link, result.reference, result.transaction)
        if result.state is PaymentState.PAID and payer not in {None, result.reference}:
            return Heard(verdict=Verdict.REJECTED, reason="transaction_used")
        if any(_same(item, result, source) for item in news):
            final = result.state is before and before.final
            verdict = Verdict.REPEATED if final else Verdict.APPLIED
            return Heard(verdict=verdict, state=before, reference=result.reference)
        return row, news

    def _move(
        self, db: Connection, row: _Standing, news: list[Said], result: PaymentResult, source: NewsSource
    ) -> Heard:
        before = PaymentState(row.state)
        known = next((item for item in news if item.state is result.state and _agree(item, result)), None)
        alarm = None if known else alarm_of(before, result.state)
        if (
            not known
            and result.state is PaymentState.PAID
            and ((before is PaymentState.PAID and news) or self._attempts.paid_otherwise(db, result.reference))
        ):
            alarm = Alarm.PAID_TWICE
        now = self._clock.now()
        self._journal.add(db, result, source, alarm, now)
        state = next_state(before, result.state)
        transaction = row.transaction
        if result.transaction and (not transaction or state is not before):
            transaction = result.transaction
        if (state.value, transaction) != (row.state, row.transaction):
            after = {"new_state": state.value, "new_transaction": transaction, "now": now}
            db.execute(_MOVE, {**self._key(result.reference), **after})
        repeated = known is not None and before.final and result.state is before
        verdict = Verdict.REPEATED if repeated else Verdict.APPLIED
        return Heard(verdict=verdict, state=state, alarm=alarm, reference=result.reference)

    def now(self) -> datetime:
        """The time by the book's own clock."""
        return self._clock.now()

    def refuse(self, body: bytes, reason: str) -> None:
        """Write down a notice that was not believed."""
        self._commits.run(lambda db: self._journal.reject(db, body, reason, self._clock.now()))

    def news(self, reference: str) -> list[News]:
        """Everything that was said of an order, oldest first."""
        with self._database.transaction() as db:
            return self._journal.of(db, reference)

    def paid(self, reference: str) -> PaymentResult | None:
        """The payment of an order as its gateway reported it; None while there is none."""
        with self._database.transaction() as db:
            row = self._row(db, reference)
            told = [item for item in self._journal.of(db, reference) if item.state is PaymentState.PAID]
        if row is None or row.state != PaymentState.PAID.value:
            return None
        # The gateway's own notice has the time that some of them want back.
        first = min(told, key=lambda item: (item.source is not NewsSource.NOTICE, item.id), default=None)
        return PaymentResult(
            reference=reference,
            state=PaymentState.PAID,
            amount=Money(row.amount),
            transaction=row.transaction,
            raw_time="" if first is None else first.raw_time,
        )

    def paid_at(self, reference: str) -> datetime | None:
        """When an order was first known to be paid; None while it is not. The same whenever it is asked."""
        with self._database.transaction() as db:
            row = self._row(db, reference)
            told = [item.told_at for item in self._journal.of(db, reference) if item.state is PaymentState.PAID]
        if row is None or row.state != PaymentState.PAID.value:
            return None
        first = min(told)
        return first if first.tzinfo is not None else first.replace(tzinfo=self._clock.now().tzinfo)

    def received(self, reference: str) -> Money:
        """All money that proven payments brought for an order: twice its amount when it was paid twice."""
        with self._database.transaction() as db:
            row = self._row(db, reference)
            if row is None or row.state != PaymentState.PAID.value:
                return Money(0)
            return Money(row.amount) * max(1, payments_in(self._journal.of(db, reference)))

    def alarms(self) -> list[News]:
        """What a person must look at, oldest first."""
        with self._database.transaction() as db:
            return self._journal.alarms(db)

    def unresolved(self, reference: str) -> None:
        """Ring the alarm for an order that was asked for in vain, once."""
        with self._database.transaction() as db:
            row = self._row(db, reference)
            news = self._journal.of(db, reference)
            if row is None or any(item.alarm is Alarm.UNRESOLVED for item in news):
                return
            told = PaymentResult(reference=reference, state=PaymentState(row.state), transaction=row.transaction)
            if not any(_same(item, told, NewsSource.REDIRECT) for item in news):
                # Nobody said this, so it carries the one source that proves nothing.
                self._journal.add(db, told, NewsSource.REDIRECT, Alarm.UNRESOLVED, self._clock.now())

    def settle(self, alarm: News, decision: str) -> bool:
        """Write down what a person decided about an alarm: "re-attached", "refunded", …; False if it is settled."""
        with self._database.transaction() as db:
            return self._journal.settle(db, alarm.id, decision)

    def rejects(self) -> list[Reject]:
        """Notices that were not believed, oldest first."""
        with self._database.transaction() as db:
            return self._journal.rejects(db)

    def paid_orders(self) -> list[StoredOrder]:
        """All orders that are paid by our records."""
        where = self._mine(ORDERS) & (ORDERS.c.state == PaymentState.PAID.value)
        with self._database.transaction() as db:
            return [self._stored(row) for row in db.execute(select(ORDERS).where(where)).all()]

    def made_between(self, since: datetime, until: datetime) -> list[StoredOrder]:
        """All orders that were made in a time."""
        where = self._mine(ORDERS) & (ORDERS.c.changed_at >= since)  # no order changed before it was made
        with self._database.transaction() as db:
            stored = [self._stored(row) for row in db.execute(select(ORDERS).where(where)).all()]
        return [one for one in stored if since <= one.order.created_at < until]

    def of_dossier(self, dossier: str) -> list[StoredOrder]:
        """All orders of one dossier."""
        where = self._mine(ORDERS) & (ORDERS.c.dossier == dossier)
        with self._database.transaction() as db:
            return [self._stored(row) for row in db.execute(select(ORDERS).where(where)).all()]

    def _row(self, db: Connection, reference: str) -> Row[Any] | None:
        return db.execute(select(ORDERS).where(self._where(reference))).first()

    def _where(self, reference: str) -> Any:
        return self._mine(ORDERS) & (ORDERS.c.reference == reference)

    def _key(self, reference: str) -> dict[str, Any]:
        return {"own_agency": self._agency, "own_system": self._system, "own_reference": reference}

    def _stored(self, row: Row[Any] | _Kept) -> StoredOrder:
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


def _same(item: News | Said, result: PaymentResult, source: NewsSource) -> bool:
    """Whether this very news is in the journal already."""
    return (item.source, item.state, item.transaction) == (source, result.state, result.transaction)


def _agree(item: News | Said, result: PaymentResult) -> bool:
    """Whether both speak of one transaction; a missing number is no other transaction."""
    return item.transaction == result.transaction or not (item.transaction and result.transaction)
