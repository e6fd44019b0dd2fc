"""The local records: inbox, events, step results and where each dossier stands.

| event state | meaning                                                | when the step runs again     |
|-------------|--------------------------------------------------------|------------------------------|
| sent        | written before sending; no result known (yet, or ever) | look up first ("doubtful")   |
| done        | the result is stored                                   | the stored result is given   |
| failed      | an error came back that says nothing was done          | sent again                   |
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import Row, insert, select, update

from gov_connect.errors import KeyConflict
from gov_connect.model import AgencyCode, DossierCode, DossierStatus, ProcedureCode
from gov_connect.store.tables import DOSSIERS, EVENTS, INBOX, STEPS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from gov_connect.runtime import Clock
    from gov_connect.store import Database, Vault

SENT: Final = "sent"
DONE: Final = "done"
FAILED: Final = "failed"
_OPEN, _HANDLED, _KEPT = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What the ledger says when a step is about to be sent.

    Attributes:
        state: "new", "doubtful" (may have arrived before) or "done".
        result: the stored result as JSON, when done; hides itself.
    """

    state: Literal["new", "doubtful", "done"]
    result: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message in the inbox.

    Attributes:
        body: as it arrived; hides itself.
        first: whether this is its first delivery.
        changed: whether its number came before with another content.
    """

    system: str
    key: str
    path: str
    body: str = field(repr=False)
    first: bool = False
    changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Where a dossier stands by the local records."""

    dossier: DossierCode
    procedure: ProcedureCode
    status: DossierStatus
    outcome: str


class Ledger:
    """The records of one agency. All methods block; programs call them through `Blocking`."""

    def __init__(self, database: Database, vault: Vault, agency: AgencyCode, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._agency = str(agency)
        self._clock = clock

    def receive(self, *, system: str, key: str, path: str, body: str) -> Received:
        """Store a message that came in, once per (system, key).

        The same key with another content is not a repetition: it is kept beside the first for an
        officer (`kept`), since nothing that a citizen sent may be dropped.
        """
        fingerprint = self._vault.fingerprint(body)
        with self._database.transaction() as db:
            row = db.execute(select(INBOX).where(self._message(system, key))).first()
            changed = row is not None and row.fingerprint != fingerprint
            place = f"{key}#{fingerprint[:16]}" if changed else key
            stored = db.execute(
                update(INBOX).where(self._message(system, place)).values(deliveries=INBOX.c.deliveries + 1)
            )
            if not stored.rowcount:
                db.execute(
                    insert(INBOX).values(
                        agency=self._agency,
                        system=system,
                        key=place,
                        path=path,
                        fingerprint=fingerprint,
                        body=self._vault.seal(body, self._place("inbox", system, place)),
                        deliveries=1,
                        handled=_KEPT if changed else _OPEN,
                        received_at=self._now(),
                    )
                )
        return Received(system=system, key=place, path=path, body=body, first=row is None, changed=changed)

    def unhandled(self, system: str) -> list[Received]:
        """Messages whose processing has not ended, oldest first."""
        return self._messages(system, _OPEN)

    def kept(self, system: str) -> list[Received]:
        """Messages that repeat a number with another content, oldest first; an officer decides."""
        return self._messages(system, _KEPT)

    def _messages(self, system: str, handled: int) -> list[Received]:
        where = (INBOX.c.agency == self._agency) & (INBOX.c.system == system) & (INBOX.c.handled == handled)
        with self._database.transaction() as db:
            rows = db.execute(select(INBOX).where(where).order_by(INBOX.c.id)).all()
        return [
            Received(
                system=system,
                key=row.key,
                path=row.path,
                body=self._vault.open(row.body, self._place("inbox", system, row.key)),
            )
            for row in rows
        ]

    def _message(self, system: str, key: str) -> Any:
        return (INBOX.c.agency == self._agency) & (INBOX.c.system == system) & (INBOX.c.key == key)

    def begin(self, *, system: str, dossier: DossierCode, key: str, operation: str, payload: str) -> Begun:
        """Write down that `payload` is about to be sent, before it is.

        Raises:
            KeyConflict: the key stands for another content.
        """
        fingerprint = self._vault.fingerprint(payload)
        where = (EVENTS.c.agency == self._agency) & (EVENTS.c.system == system) & (EVENTS.c.key == key)
        with self._database.transaction() as db:
            row = db.execute(select(EVENTS).where(where)).first()
            if row is None:
                db.execute(
                    insert(EVENTS).values(
                        agency=self._agency,
                        system=system,
                        dossier=str(dossier),
                        key=key,
                        operation=operation,
                        fingerprint=fingerprint,
                        payload=self._vault.seal(payload, self._place("payload", system, key)),
                        state=SENT,
                        tries=1,
                        error="",
                        created_at=self._now(),
                        changed_at=self._now(),
                    )
                )
                return Begun(state="new")
            if row.fingerprint != fingerprint:
                raise KeyConflict(operation=operation)
            if row.state == DONE:
                return Begun(state="done", result=self._result(row))
            db.execute(update(EVENTS).where(where).values(state=SENT, tries=row.tries + 1, changed_at=self._now()))
            return Begun(state="doubtful" if row.state == SENT else "new")

    def finish(self, *, system: str, key: str, result: str) -> None:
        """Store the result of an event."""
        sealed = self._vault.seal(result, self._place("result", system, key))
        self._change(system, key, state=DONE, result=sealed, error="")

    def fail(self, *, system: str, key: str, error: str, doubtful: bool) -> None:
        """Store that an event failed; `doubtful` keeps it to be looked up first."""
        self._change(system, key, state=SENT if doubtful else FAILED, error=error)

    def _change(self, system: str, key: str, **values: Any) -> None:
        where = (EVENTS.c.agency == self._agency) & (EVENTS.c.system == system) & (EVENTS.c.key == key)
        with self._database.transaction() as db:
            db.execute(update(EVENTS).where(where).values(changed_at=self._now(), **values))

    def recall(self, dossier: DossierCode, name: str) -> str | None:
        """The stored value of a step, as JSON, or None."""
        with self._database.transaction() as db:
            return self._recall(db, dossier, name)

    def remember(self, dossier: DossierCode, name: str, value: str) -> str:
        """Store a step's value unless it has one already; gives the one that counts."""
        with self._database.transaction() as db:
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
        handled: bool = False,
    ) -> None:
        """Write down where a dossier stands; `handled` also closes its inbox message."""
        where = (DOSSIERS.c.agency == self._agency) & (DOSSIERS.c.dossier == str(dossier))
        values = {"status": status.value, "outcome": outcome, "changed_at": self._now()}
        with self._database.transaction() as db:
            changed = db.execute(update(DOSSIERS).where(where).values(**values))
            if not changed.rowcount:
                db.execute(
                    insert(DOSSIERS).values(
                        agency=self._agency, dossier=str(dossier), procedure=str(procedure), **values
                    )
                )
            if handled:
                mine = (INBOX.c.agency == self._agency) & (INBOX.c.key == str(dossier))
                db.execute(update(INBOX).where(mine, INBOX.c.handled == _OPEN).values(handled=_HANDLED))

    def records(self) -> list[Record]:
        """Where every dossier stands, by number."""
        query = select(DOSSIERS).where(DOSSIERS.c.agency == self._agency).order_by(DOSSIERS.c.dossier)
        with self._database.transaction() as db:
            rows = db.execute(query).all()
        return [
            Record(
                dossier=DossierCode(row.dossier),
                procedure=ProcedureCode(row.procedure),
                status=DossierStatus(row.status),
                outcome=row.outcome,
            )
            for row in rows
        ]

    def _result(self, row: Row[Any]) -> str:
        return self._vault.open(row.result, self._place("result", row.system, row.key))

    def _place(self, kind: str, *parts: str) -> str:
        return "|".join((kind, self._agency, *map(str, parts)))

    def _now(self) -> datetime:
        return self._clock.now()
