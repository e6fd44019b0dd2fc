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

from sqlalchemy import select

from gov_connect.delivery.inbox import Inbox
from gov_connect.delivery.states import Lane
from gov_connect.delivery.step_statements import (
    AGAIN,
    BEGUN,
    DONE,
    FAILED_TRY,
    FINISHED,
    LEASE_BACK,
    LEASE_ON,
    LEASE_OVER,
    LEASED,
    NEW_EVENT,
    NEW_LEASE,
    NEW_STANDING,
    NOW_STANDS,
    RECALL,
    RECALL_ALL,
    REMEMBER,
    SENT,
    STANDING,
    STANDS,
)
from gov_connect.errors import LeaseLost
from gov_connect.model import DossierCode, DossierStatus, ProcedureCode
from gov_connect.store.tables import DOSSIERS, EVENTS

if TYPE_CHECKING:
    from gov_connect.store.statements import Link

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
        mine = self._dossier(dossier)
        with self._database.brief(self._of(dossier)) as db:
            rows = LEASED.rows(db, mine)
            # The queue gives a dossier to one worker at a time, so what a worker finds leased to a worker was
            # left behind (its release failed with the database); whoever still runs stops at its next step.
            if rows and rows[0][0] > now and not (worker and rows[0][1]):
                return None
            LEASE_OVER.run(db, mine)
            until = now + int(seconds)
            new = {"agency": self._agency, "dossier": str(dossier), "owner": token, "until": until, "worker": worker}
            NEW_LEASE.run(db, new)
        return token

    def release(self, dossier: DossierCode, token: str) -> None:
        """Give a dossier back."""
        with self._database.brief(self._of(dossier)) as db:
            LEASE_BACK.run(db, {**self._dossier(dossier), "b_owner": token})

    def _renew(self, db: Link, dossier: DossierCode, token: str) -> None:
        until = int(self._now().timestamp()) + LEASE
        if not LEASE_ON.run(db, {**self._dossier(dossier), "b_owner": token, "b_until": until}):
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
        mine, place = self._event(system, key), self._place("payload", system, key)
        fingerprint, sealed = self._vault.fingerprint(payload), self._vault.seal(payload, place)
        now = self._now()
        with self._database.brief(self._of(dossier)) as db:
            if lease:
                self._renew(db, dossier, lease)
            rows = BEGUN.rows(db, mine)
            if not rows:
                named = {"agency": self._agency, "system": system, "dossier": str(dossier), "key": key}
                said = {"operation": operation, "fingerprint": fingerprint, "payload": sealed}
                NEW_EVENT.run(
                    db, {**named, **said, "state": SENT, "tries": 1, "error": "", "created_at": now, "changed_at": now}
                )
                return Begun(state="new", payload=payload, tries=1)
            state, tries, before, result = rows[0]
            if state == DONE:
                return Begun(state="done", result=self._result(system, key, result), tries=tries)
            doubtful, tries = state == SENT, tries + 1
            fresh = {"b_payload": None if doubtful else sealed, "b_fingerprint": None if doubtful else fingerprint}
            AGAIN.run(db, {**mine, **fresh, "b_tries": tries, "b_at": now})
        stored = self._vault.open(before, place) if doubtful else payload
        return Begun(state="doubtful" if doubtful else "new", payload=stored, tries=tries)

    def payloads(self, operation: str) -> list[str]:
        """What was handed to an operation, in clear, oldest first; for reports on this machine only."""
        where = (EVENTS.c.agency == self._agency) & (EVENTS.c.operation == operation)
        with self._database.transaction() as db:
            rows = db.execute(select(EVENTS).where(where).order_by(EVENTS.c.id)).all()
        return [self._vault.open(row.payload, self._place("payload", row.system, row.key)) for row in rows]

    def stands(self, *, system: str, key: str) -> str:
        """State of a step's event: "sent" (in doubt), "done" or "failed"; "" when it never began."""
        with self._database.brief(writes=False) as db:
            rows = STANDS.rows(db, self._event(system, key))
        return str(rows[0][0]) if rows else ""

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
        with self._database.brief(f"event|{self._agency}|{system}|{key}") as db:
            FINISHED.run(db, {**self._event(system, key), "b_result": sealed, "b_at": self._now()})

    def fail(self, *, system: str, key: str, error: str, doubtful: bool, tries: int) -> None:
        """Store that try number `tries` failed, unless a later one has begun or the event is done.

        `doubtful` keeps the event to be looked up first.
        """
        said = {"b_state": SENT if doubtful else FAILED, "b_error": error, "b_tries": tries, "b_at": self._now()}
        with self._database.brief(f"event|{self._agency}|{system}|{key}") as db:
            FAILED_TRY.run(db, {**self._event(system, key), **said})

    def _of(self, dossier: DossierCode) -> str:
        """The name of everything that belongs to a dossier."""
        return f"dossier|{self._agency}|{dossier}"

    def _event(self, system: str, key: str) -> dict[str, str]:
        return {"b_agency": self._agency, "b_system": system, "b_key": key}

    def _dossier(self, dossier: DossierCode) -> dict[str, str]:
        return {"b_agency": self._agency, "b_dossier": str(dossier)}

    def recall(self, dossier: DossierCode, name: str) -> str | None:
        """The stored value of a step, as JSON, or None."""
        with self._database.brief(writes=False) as db:
            return self._recall(db, dossier, name)

    def recall_all(self, dossier: DossierCode, prefix: str) -> dict[str, str]:
        """The stored values of the steps whose names begin so, as JSON by name."""
        with self._database.brief(writes=False) as db:
            rows = RECALL_ALL.rows(db, {**self._dossier(dossier), "b_prefix": prefix})
        return {name: self._vault.open(value, self._place("step", dossier, name)) for name, value in rows}

    def remember(self, dossier: DossierCode, name: str, value: str) -> str:
        """Store a step's value unless it has one already; gives the one that counts."""
        with self._database.brief(self._of(dossier)) as db:
            stored = self._recall(db, dossier, name)
            if stored is not None:
                return stored
            sealed = self._vault.seal(value, self._place("step", dossier, name))
            step = {"agency": self._agency, "dossier": str(dossier), "name": name, "value": sealed}
            REMEMBER.run(db, {**step, "made_at": self._now()})
        return value

    def _recall(self, db: Link, dossier: DossierCode, name: str) -> str | None:
        rows = RECALL.rows(db, {**self._dossier(dossier), "b_name": name})
        return self._vault.open(rows[0][0], self._place("step", dossier, name)) if rows else None

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
        mine, now = self._dossier(dossier), self._now()
        with self._database.transaction(self._of(dossier)) as db:
            rows = STANDING.rows(db, mine)
            if not rows:
                new = {"agency": self._agency, "dossier": str(dossier), "procedure": str(procedure)}
                said = {"status": status.value, "outcome": outcome, "reason": reason, "changed_at": now}
                NEW_STANDING.run(db, new | said)
            elif rows[0][0] != delivered.value or (status is delivered and rows[0][1] != _DELIVERED):
                news = {"b_status": status.value, "b_outcome": outcome, "b_reason": reason, "b_at": now}
                NOW_STANDS.run(db, mine | news)
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

    def _result(self, system: str, key: str, result: bytes) -> str:
        return self._vault.open(result, self._place("result", system, key))
