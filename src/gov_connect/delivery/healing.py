"""Reconciliation of what counts as delivered: the outside system is asked whether it still holds it.

| finding  | meaning                                             | healed by                                  |
|----------|-----------------------------------------------------|--------------------------------------------|
| missing  | delivered by our records, unknown to the system     | the same content as a new event            |
| parked   | refused or given up; what follows it waits          | people: `replay` or `cancel`               |
| late     | open for longer than the thresholds allow           | people look at the system                  |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from gov_connect.delivery.codec import stored_arguments
from gov_connect.delivery.office import Lag, lag_of
from gov_connect.delivery.states import Lane, State
from gov_connect.store.tables import EVENTS, OPEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.runtime import Adapter, Clock, Inner, Operation, Program
    from gov_connect.store import Database, Vault

CHECKED: Final = ("portal.put", "civil_registry.submit")
"""Operations whose effect can be asked for again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """One finding; `outcome` is "healed", "left", or the code of an error."""

    system: str
    dossier: str
    kind: str
    event: int
    outcome: str = "left"


@dataclass(frozen=True, slots=True)
class Delivered:
    """The newest delivered event of a dossier at a system, with its arguments in clear; hides them."""

    id: int
    system: str
    operation: str
    dossier: str
    payload: str

    def __repr__(self) -> str:
        return f"<Delivered {self.id}>"


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


def delivered(database: Database, vault: Vault, agency: str, limit: int) -> list[Delivered]:
    """The newest delivered event of each dossier and checked operation, the newest first."""
    mine = (EVENTS.c.agency == agency) & (EVENTS.c.state == State.DONE.value) & EVENTS.c.operation.in_(CHECKED)
    mine &= EVENTS.c.lane.in_((Lane.OUT.value, Lane.STEP.value))
    newest = select(func.max(EVENTS.c.id)).where(mine).group_by(EVENTS.c.dossier, EVENTS.c.operation)
    with database.reading() as db:
        rows = db.execute(select(EVENTS).where(EVENTS.c.id.in_(newest)).order_by(EVENTS.c.id.desc()).limit(limit)).all()
    return [
        Delivered(
            row.id,
            row.system,
            row.operation,
            row.dossier,
            vault.open(row.payload, f"payload|{row.agency}|{row.system}|{row.key}"),
        )
        for row in rows
        if row.payload
    ]


def still_there(one: Delivered, operation: Operation[..., Any], adapter: Adapter[Inner]) -> Program[bool]:
    """Whether the system still knows what was delivered to it."""
    given = stored_arguments(operation, one.payload)
    asks: dict[str, Callable[[Any], Program[Any]]] = {
        "portal.put": lambda portal: portal.find(given["dossier"].code),
        "civil_registry.submit": lambda registry: registry.status(
            given["registration"].dossier, unit=given["registration"].unit
        ),
    }
    answer = yield from asks[one.operation](adapter)
    return answer is not None and answer is not False
