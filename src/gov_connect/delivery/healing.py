"""What a reconciliation finds in the records, and what it asks the systems.

| finding        | meaning                                         | healed by                                 |
|----------------|-------------------------------------------------|-------------------------------------------|
| missing        | delivered by our records, unknown to the system | the same content as a new event           |
| parked         | refused or given up; what follows it waits      | people: `replay` or `cancel`, `go_on`     |
| late           | open for longer than the thresholds allow       | people look at the system                 |
| not_begun      | received hours ago, and nobody began to work    | people look at the handlers               |
| paid_not_heard | paid by the gateway, and we had not heard       | asking it: its word is stored             |
| payment_open   | opened long ago, and neither paid nor closed    | people, or the payer                      |
| paid_after_end | paid for what ended without a result            | a refund is proposed; people ask for it   |
| money_…        | an alarm of the order book: paid twice, late, … | people: `gov.payments.resolve`            |
| unknown        | the system did not answer                       | the next reconciliation                   |
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import insert, select, update

from gov_connect.delivery.admin import LATE_AFTER, Lag, lag_of
from gov_connect.delivery.codec import stored_arguments
from gov_connect.delivery.inbox import OPEN as OPEN_MESSAGE
from gov_connect.delivery.inbox import TOLD
from gov_connect.delivery.states import Lane, State
from gov_connect.model import DossierStatus, PaymentState
from gov_connect.model.bundles import BundleState
from gov_connect.store.tables import CURSORS, DOSSIERS, EVENTS, INBOX, OPEN, ORDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime, timedelta

    from gov_connect.runtime import Adapter, Clock, Inner, Operation, Program
    from gov_connect.store import Database, Vault

T = TypeVar("T")
_PAGE: Final = 200
"""Events that are looked up at a time."""
_ENDED: Final = (DossierStatus.NOT_ACCEPTED, DossierStatus.WITHDRAWN, DossierStatus.STOPPED)
CHECKED: Final = ("portal.put", "civil_registry.submit")
"""Operations whose effect can be asked for again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """One finding.

    Attributes:
        kind: see the table of this module.
        event: number of the event, or of the alarm; 0 where there is none.
        outcome: "healed", "proposed", "left", or the code of an error.
    """

    system: str
    dossier: str
    kind: str
    event: int
    outcome: str = "left"

    @property
    def healed(self) -> bool:
        """Whether nobody has to look."""
        return self.outcome == "healed"

    @property
    def text(self) -> str:
        """Key of the catalogue under which it is explained, with what to do."""
        return "reconcile.money" if self.kind.startswith("money_") else f"reconcile.{self.kind}"


class Delivered:
    """The newest delivered event of a dossier at a system; its content is read and opened when it is asked for."""

    def __init__(self, row: Any, database: Database, vault: Vault) -> None:
        self._place: Final = f"payload|{row.agency}|{row.system}|{row.key}"
        self._database: Final = database
        self._vault: Final = vault
        self.id: Final[int] = row.id
        self.system: Final[str] = row.system
        self.operation: Final[str] = row.operation
        self.dossier: Final[str] = row.dossier

    @property
    def payload(self) -> str:
        """Its arguments in clear, as JSON.

        Raises:
            LedgerError: no key at hand opens it.
        """
        with self._database.reading() as db:
            sealed = db.execute(select(EVENTS.c.payload).where(EVENTS.c.id == self.id)).scalar_one()
        return self._vault.open(sealed, self._place)


def open_too_long(database: Database, agency: str, clock: Clock) -> list[Mismatch]:
    """What is parked, and what is late."""
    mine = (EVENTS.c.agency == agency) & OPEN
    with database.reading() as db:
        rows = db.execute(select(EVENTS).where(mine).order_by(EVENTS.c.id)).all()
    found: list[Mismatch] = []
    for row in rows:
        late = lag_of(row.created_at, clock.now()) is not Lag.OK
        if row.state == State.PARKED.value or late:
            kind = "parked" if row.state == State.PARKED.value else "late"
            found.append(Mismatch(system=row.system, dossier=row.dossier, kind=kind, event=row.id))
    return found


class Found(list[Mismatch]):
    """Every mismatch that was found.

    Attributes:
        not_checked: dossiers and orders that were not asked for, since there are more than was allowed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.not_checked = 0

    def limited(self, items: Iterator[T], limit: int) -> Iterator[T]:
        """The first of them, all when `limit` is 0; the rest are counted."""
        yield from islice(items, limit or None)
        self.not_checked += sum(1 for _ in items)


def delivered(database: Database, vault: Vault, agency: str) -> Iterator[Delivered]:
    """The newest delivered event of each dossier and checked operation, the newest first, page by page."""
    later = EVENTS.alias("later")
    columns = (EVENTS.c.id, EVENTS.c.agency, EVENTS.c.system, EVENTS.c.operation, EVENTS.c.dossier, EVENTS.c.key)
    mine = [_delivered(EVENTS, agency), EVENTS.c.payload != b""]
    same = (
        (later.c.dossier == EVENTS.c.dossier) & (later.c.operation == EVENTS.c.operation) & (later.c.id > EVENTS.c.id)
    )
    newest = ~select(later.c.id).where(_delivered(later, agency), same).exists()

    def page(last: int | None) -> Sequence[Any]:
        below = mine if last is None else [*mine, EVENTS.c.id < last]
        asked = select(*columns).where(*below, newest).order_by(EVENTS.c.id.desc()).limit(_PAGE)
        with database.reading() as db:
            return db.execute(asked).all()

    rows = page(None)
    while rows:
        yield from (Delivered(row, database, vault) for row in rows)
        rows = page(rows[-1].id)


def _delivered(table: Any, agency: str) -> Any:
    done = (table.c.agency == agency) & (table.c.state == State.DONE.value) & table.c.operation.in_(CHECKED)
    return done & table.c.lane.in_((Lane.OUT.value, Lane.STEP.value))


def still_there(one: Delivered, operation: Operation[..., Any], adapter: Adapter[Inner]) -> Program[bool]:
    """Whether the system still knows what was delivered to it."""
    given = stored_arguments(operation, one.payload)
    asks: dict[str, Callable[[Any], Program[Any]]] = {
        "portal.put": lambda portal: portal.find(given["dossier"].code),
        "civil_registry.submit": lambda registry: _registered(registry, given["registration"]),
    }
    answer = yield from asks[one.operation](adapter)
    # Nothing, "no", or no row of results: it is not there.
    return answer not in (None, False, (), [])


def _registered(registry: Any, registration: Any) -> Program[Any]:
    """What the registry says of a registration; interlinked ones stand in a list of their own, where a status
    outside the list means that the registry does not have the dossier (civil_registry.md §5.1).
    """
    if registration.bundle:
        asked: Program[tuple[Any, ...]] = registry.bundle_results(registration.event, (registration.dossier,))
        rows = yield from asked
        return [row for row in rows if row.dossier == registration.dossier and row.state is not BundleState.UNKNOWN]
    standing: Program[Any] = registry.status(registration.dossier, unit=registration.unit)
    return (yield from standing)


def not_begun(database: Database, agency: str, clock: Clock) -> list[Mismatch]:
    """What came from the portal more than eight working hours ago, and no record of a dossier says anything of."""
    before = clock.now() - LATE_AFTER
    known = select(DOSSIERS.c.dossier).where(DOSSIERS.c.agency == agency)
    mine = (INBOX.c.agency == agency) & (INBOX.c.system == "portal") & INBOX.c.handled.in_((OPEN_MESSAGE, TOLD))
    # A correction has the dossier's number before the stroke.
    asked = select(INBOX).where(mine, INBOX.c.received_at < before, INBOX.c.key.not_in(known)).order_by(INBOX.c.id)
    with database.reading() as db:
        begun = set(db.execute(known).scalars())
        rows = [row for row in db.execute(asked) if row.key.partition("/")[0] not in begun]
    return [
        Mismatch(system="portal", dossier=row.key.partition("/")[0], kind="not_begun", event=0)
        for row in rows
        if lag_of(row.received_at, clock.now()) is Lag.ALARM
    ]


def open_orders(database: Database, agency: str, system: str, before: datetime) -> Iterator[tuple[str, str]]:
    """Reference and dossier of the orders of a gateway that have been open since before a moment, the oldest first."""
    states = [state.value for state in PaymentState if not state.final]
    mine = (ORDERS.c.agency == agency) & (ORDERS.c.system == system) & ORDERS.c.state.in_(states)
    asked = select(ORDERS.c.reference, ORDERS.c.dossier).where(mine, ORDERS.c.changed_at < before)
    with database.reading() as db:
        rows = db.execute(asked.order_by(ORDERS.c.changed_at)).all()
    return iter([(row.reference, row.dossier) for row in rows])


def ended_and_paid(database: Database, agency: str) -> Iterator[tuple[str, str, str]]:
    """Gateway, reference and dossier of what was paid for dossiers that ended without a result, the newest first."""
    ended = [status.value for status in _ENDED]
    asked = (
        select(ORDERS.c.system, ORDERS.c.reference, ORDERS.c.dossier)
        .join(DOSSIERS, (DOSSIERS.c.agency == ORDERS.c.agency) & (DOSSIERS.c.dossier == ORDERS.c.dossier))
        .where(ORDERS.c.agency == agency, ORDERS.c.state == PaymentState.PAID.value, DOSSIERS.c.status.in_(ended))
        .order_by(ORDERS.c.changed_at.desc())
    )
    with database.reading() as db:
        rows = db.execute(asked).all()
    return iter([(row.system, row.reference, row.dossier) for row in rows])


def is_due(database: Database, name: str, clock: Clock, *, every: timedelta) -> bool:
    """Whether `tell_once` would say yes; nothing moves."""
    with database.reading() as db:
        last = db.execute(select(CURSORS.c.at).where(CURSORS.c.name == name[:50])).scalar()
    return last is None or not 0 <= int(clock.now().timestamp()) - last < every.total_seconds()


def tell_once(database: Database, name: str, clock: Clock, *, every: timedelta) -> bool:
    """Whether it is this caller's turn: once in `every`, whichever process comes first."""
    now, mine = int(clock.now().timestamp()), CURSORS.c.name == name[:50]
    with database.transaction(f"cursor|{name}") as db:
        last = db.execute(select(CURSORS.c.at).where(mine)).scalar()
        # A clock that was set back makes the last time lie ahead: then it is time, too.
        if last is not None and 0 <= now - last < every.total_seconds():
            return False
        if last is None:
            db.execute(insert(CURSORS).values(name=name[:50], at=now))
        else:
            db.execute(update(CURSORS).where(mine).values(at=now))
    return True
