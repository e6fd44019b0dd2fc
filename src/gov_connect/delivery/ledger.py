"""The local records: inbox, events, step results and where each dossier stands.

| event state | meaning                                                | when the step runs again     |
|-------------|--------------------------------------------------------|------------------------------|
| sent        | written before sending; no result known (yet, or ever) | look up first ("doubtful")   |
| done        | the result is stored                                   | the stored result is given   |
| failed      | an error came back that says nothing was done          | sent again                   |
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import Row, delete, insert, select, update

from gov_connect.delivery.inbox import Inbox
from gov_connect.delivery.states import Lane
from gov_connect.errors import LeaseLost
from gov_connect.model import DossierCode, DossierStatus, ProcedureCode
from gov_connect.store.tables import DOSSIERS, EVENTS, LEASES, STEPS

if TYPE_CHECKING:
    from sqlalchemy import Connection

SENT: Final = "sent"
DONE: Final = "done"
FAILED: Final = "failed"
LEASE: Final = 600
"""Seconds that a dossier is one worker's, from its last step on; longer than any operation takes."""
_DELIVERED: Final = "delivered"
"""The outcome with which nothing is waited for any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What the ledger says when a step is about to be sent.

    Attributes:
        state: "new", "doubtful" (may have arrived before) or "done".
        result: the stored result as JSON, when done; hides itself.
        payload: the arguments to send, as JSON; the stored ones when doubtful; hides itself.
        tries: number of this try.
    """

    state: Literal["new", "doubtful", "done"]
    result: str = field(default="", repr=False)
    payload: str = field(default="", repr=False)
    tries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Where a dossier stands by the local records."""

    dossier: DossierCode
    procedure: ProcedureCode
    status: DossierStatus
    outcome: str
    reason: str = ""


class Ledger(Inbox):
    """The records of one agency. All methods block; programs call them through `Blocking`."""

    def lease(self, dossier: DossierCode, *, seconds: float = LEASE, worker: str = "") -> str | None:
        """Take a dossier for oneself; None when somebody else has it. Longer than any single call.

        A lease in the name of a worker ends at once when that worker is found dead.
        """
        token, now = secrets.token_hex(8), int(self._now().timestamp())
        mine = (LEASES.c.agency == self._agency) & (LEASES.c.dossier == str(dossier))
        with self._database.transaction(self._of(dossier)) as db:
            row = db.execute(select(LEASES.c.until, LEASES.c.worker).where(mine)).first()
            # The queue gives a dossier to one worker at a time, so what a worker finds leased to a worker was
            # left behind (its release failed with the database); whoever still runs stops at its next step.
            left_behind = row is not None and bool(worker) and bool(row.worker)
            if row is not None and row.until > now and not left_behind:
                return None
            db.execute(delete(LEASES).where(mine))
            until = now + int(seconds)
            mine_now = {"agency": self._agency, "dossier": str(dossier), "owner": token, "until": until}
            db.execute(insert(LEASES).values(**mine_now, worker=worker))
        return token

    def release(self, dossier: DossierCode, token: str) -> None:
        """Give a dossier back."""
        mine = (LEASES.c.agency == self._agency) & (LEASES.c.dossier == str(dossier))
        with self._database.transaction(self._of(dossier)) as db:
            db.execute(delete(LEASES).where(mine, LEASES.c.owner == token))

    def _renew(self, db: Connection, dossier: DossierCode, token: str) -> None:
        mine = (LEASES.c.agency == self._agency) & (LEASES.c.dossier == str(dossier)) & (LEASES.c.owner == token)
        until = int(self._now().timestamp()) + LEASE
        if not db.execute(update(LEASES).where(mine).values(until=until)).rowcount:
            raise LeaseLost

    def begin(
        self, *, system: str, dossier: DossierCode, key: str, operation: str, payload: str, lease: str = ""
    ) -> Begun:
        """Write down that `payload` is about to be sent, before it is.

        What was written down first counts: a message in doubt is the stored one, whatever the caller
        would say today. Only after an error that says nothing was done may the content be another.

        Raises:
            LeaseLost: somebody else has taken the dossier over.
        """
        mine = self._event(system, key)
        values = {
            "fingerprint": self._vault.fingerprint(payload),
            "payload": self._vault.seal(payload, self._place("payload", system, key)),
        }
        now = self._now()
        with self._database.transaction(self._of(dossier)) as db:
            if lease:
                self._renew(db, dossier, lease)
            row = db.execute(select(EVENTS).where(mine)).first()
            if row is None:
                db.execute(
                    insert(EVENTS).values(
                        agency=self._agency,
                        system=system,
                        dossier=str(dossier),
                        key=key,
                        operation=operation,
                        state=SENT,
                        tries=1,
                        error="",
                        created_at=now,
                        changed_at=now,
                        **values,
                    )
                )
                return Begun(state="new", payload=payload, tries=1)
            if row.state == DONE:
                return Begun(state="done", result=self._result(row), tries=row.tries)
            doubtful = row.state == SENT
            fresh = {} if doubtful else values
            tries = row.tries + 1
            db.execute(update(EVENTS).where(mine).values(state=SENT, tries=tries, changed_at=now, **fresh))
        stored = self._vault.open(row.payload, self._place("payload", system, key)) if doubtful else payload
        return Begun(state="doubtful" if doubtful else "new", payload=stored, tries=tries)

    def payloads(self, operation: str) -> list[str]:
        """What was handed to an operation, in clear, oldest first; for reports on this machine only."""
        where = (EVENTS.c.agency == self._agency) & (EVENTS.c.operation == operation)
        with self._database.transaction() as db:
            rows = db.execute(select(EVENTS).where(where).order_by(EVENTS.c.id)).all()
        return [self._vault.open(row.payload, self._place("payload", row.system, row.key)) for row in rows]

    def stands(self, *, system: str, key: str) -> str:
        """State of a step's event: "sent" (in doubt), "done" or "failed"; "" when it never began."""
        with self._database.reading() as db:
            return db.execute(select(EVENTS.c.state).where(self._event(system, key))).scalar() or ""

    def begun(self, dossier: DossierCode) -> dict[str, tuple[int, str]]:
        """The number and the state of each step's event of a dossier, by key; later ones have higher numbers."""
        columns = (EVENTS.c.key, EVENTS.c.id, EVENTS.c.state)
        mine = (EVENTS.c.agency == self._agency) & (EVENTS.c.dossier == str(dossier))
        with self._database.reading() as db:
            rows = db.execute(select(*columns).where(mine, EVENTS.c.lane == Lane.STEP.value)).all()
        return {row.key: (row.id, row.state) for row in rows}

    def finish(self, *, system: str, key: str, result: str) -> None:
        """Store the result of an event; the first one counts."""
        sealed = self._vault.seal(result, self._place("result", system, key))
        with self._database.transaction(f"event|{self._agency}|{system}|{key}") as db:
            mine = self._event(system, key) & (EVENTS.c.state != DONE)
            db.execute(update(EVENTS).where(mine).values(state=DONE, result=sealed, error="", changed_at=self._now()))

    def fail(self, *, system: str, key: str, error: str, doubtful: bool, tries: int) -> None:
        """Store that try number `tries` failed, unless a later one has begun or the event is done.

        `doubtful` keeps the event to be looked up first.
        """
        with self._database.transaction(f"event|{self._agency}|{system}|{key}") as db:
            mine = self._event(system, key) & (EVENTS.c.state == SENT) & (EVENTS.c.tries == tries)
            state = SENT if doubtful else FAILED
            db.execute(update(EVENTS).where(mine).values(state=state, error=error, changed_at=self._now()))

    def _of(self, dossier: DossierCode) -> str:
        """The name of everything that belongs to a dossier."""
        return f"dossier|{self._agency}|{dossier}"

    def _event(self, system: str, key: str) -> Any:
        return (EVENTS.c.agency == self._agency) & (EVENTS.c.system == system) & (EVENTS.c.key == key)

    def recall(self, dossier: DossierCode, name: str) -> str | None:
        """The stored value of a step, as JSON, or None."""
        with self._database.reading() as db:
            return self._recall(db, dossier, name)

    def recall_all(self, dossier: DossierCode, prefix: str) -> dict[str, str]:
        """The stored values of the steps whose names begin so, as JSON by name."""
        mine = (STEPS.c.agency == self._agency) & (STEPS.c.dossier == str(dossier))
        asked = select(STEPS.c.name, STEPS.c.value).where(mine & STEPS.c.name.startswith(prefix, autoescape=True))
        with self._database.reading() as db:
            rows = db.execute(asked).all()
        return {row.name: self._vault.open(row.value, self._place("step", dossier, row.name)) for row in rows}

    def remember(self, dossier: DossierCode, name: str, value: str) -> str:
        """Store a step's value unless it has one already; gives the one that counts."""
        with self._database.transaction(self._of(dossier)) as db:
            stored = self._recall(db, dossier, name)
            if stored is not None:
                return stored
            db.execute(
                insert(STEPS).values(
                    agency=self._agency,
                    dossier=str(dossier),
                    name=name,
                    value=self._vault.seal(value, self._place("step", dossier, name)),
                    made_at=self._now(),
                )
            )
        return value

    def _recall(self, db: Connection, dossier: DossierCode, name: str) -> str | None:
        row = db.execute(
            select(STEPS.c.value).where(
                (STEPS.c.agency == self._agency) & (STEPS.c.dossier == str(dossier)) & (STEPS.c.name == name)
            )
        ).first()
        return None if row is None else self._vault.open(row.value, self._place("step", dossier, name))

    def stand(
        self,
        dossier: DossierCode,
        *,
        procedure: ProcedureCode,
        status: DossierStatus,
        outcome: str,
        reason: str = "",
        handled: bool = False,
    ) -> None:
        """Write down where a dossier stands; `handled` also closes its inbox message.

        A result that was delivered stays delivered, whatever a late caller believes; what was still waited for with
        it, the platform's word e.g., may come.
        """
        delivered = DossierStatus.RESULT_DELIVERED
        where = (DOSSIERS.c.agency == self._agency) & (DOSSIERS.c.dossier == str(dossier))
        values = {"status": status.value, "outcome": outcome, "reason": reason, "changed_at": self._now()}
        with self._database.transaction(self._of(dossier)) as db:
            row = db.execute(select(DOSSIERS.c.status, DOSSIERS.c.outcome).where(where)).first()
            if row is None:
                db.execute(
                    insert(DOSSIERS).values(
                        agency=self._agency, dossier=str(dossier), procedure=str(procedure), **values
                    )
                )
            elif row.status != delivered.value or (status is delivered and row.outcome != _DELIVERED):
                db.execute(update(DOSSIERS).where(where).values(**values))
            if handled:
                self._close(db, str(dossier))

    def record(self, dossier: DossierCode) -> Record | None:
        """Where one dossier stands, or None."""
        return next(iter(self._records(DOSSIERS.c.dossier == str(dossier))), None)

    def records(self) -> list[Record]:
        """Where every dossier stands, by number."""
        return self._records()

    def _records(self, *conditions: Any) -> list[Record]:
        query = select(DOSSIERS).where(DOSSIERS.c.agency == self._agency, *conditions)
        with self._database.transaction() as db:
            rows = db.execute(query.order_by(DOSSIERS.c.dossier)).all()
        return [
            Record(
                dossier=DossierCode(row.dossier),
                procedure=ProcedureCode(row.procedure),
                status=DossierStatus(row.status),
                outcome=row.outcome,
                reason=row.reason,
            )
            for row in rows
        ]

    def _result(self, row: Row[Any]) -> str:
        return self._vault.open(row.result, self._place("result", row.system, row.key))
