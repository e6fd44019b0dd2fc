"""The inbox: what outside systems send, stored before it is answered, told to the host, then worked on.

| handled | meaning                                                          |
|---------|------------------------------------------------------------------|
| 0       | stored; the host has not been told yet, so a repetition tells it |
| 1       | worked on to its end                                             |
| 2       | repeats a number with another content: an officer decides        |
| 3       | the host was told and works on it                                |
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, select, update

from gov_connect.store.tables import INBOX

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from gov_connect.model import AgencyCode
    from gov_connect.runtime import Clock
    from gov_connect.store import Database, Vault

OPEN, HANDLED, KEPT, TOLD = 0, 1, 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message in the inbox.

    Attributes:
        body: as it arrived; hides itself.
        first: whether this is its first delivery.
        untold: whether the host has yet to be told of it.
        changed: whether its number came before with another content.
    """

    system: str
    key: str
    path: str
    body: str = field(repr=False)
    first: bool = False
    untold: bool = False
    changed: bool = False


class Inbox:
    """The messages of one agency. All methods block; programs call them through `Blocking`."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        agency: AgencyCode,
        clock: Clock,
        announce: Callable[[Connection, str, str], None] | None = None,
        make_ready: Callable[[], object] | None = None,
    ) -> None:
        self._database: Final = database
        self._vault: Final = vault
        self._agency: Final = str(agency)
        self._clock: Final = clock
        self._announce: Final = announce
        self._make_ready: Final = make_ready

    def receive(self, *, system: str, key: str, path: str, body: str) -> Received:
        """Store a message that came in, once per (system, key).

        The same key with another content is not a repetition: it is kept beside the first for an
        officer (`kept`), since nothing that a citizen sent may be dropped.
        """
        # Under every key at hand: a repetition that comes after a change of the key is still one.
        prints = self._vault.fingerprints(body)
        if self._make_ready is not None:
            # What announcing needs of the database is made before the transaction that it writes in.
            self._make_ready()
        with self._database.transaction(self._of_message(system, key)) as db:
            row = db.execute(select(INBOX).where(self._message(system, key))).first()
            changed = row is not None and row.fingerprint not in prints
            # What repeats a number with another content has a place of its own, by that content.
            places = [f"{key}#{each[:16]}" for each in prints] if changed else [key]
            mine = (INBOX.c.agency == self._agency) & (INBOX.c.system == system) & INBOX.c.key.in_(places)
            place = db.execute(select(INBOX.c.key).where(mine)).scalar() or places[0]
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
                        fingerprint=prints[0],
                        body=self._vault.seal(body, self._place("inbox", system, place)),
                        deliveries=1,
                        handled=KEPT if changed else OPEN,
                        received_at=self._now(),
                    )
                )
                if self._announce is not None and not changed:
                    # In the same transaction: what is stored will be told, and nothing else.
                    self._announce(db, system, place)
        untold = not changed and (row is None or row.handled == OPEN)
        return Received(
            system=system, key=place, path=path, body=body, first=row is None, untold=untold, changed=changed
        )

    def told(self, *, system: str, key: str) -> None:
        """Write down that the host knows of a message."""
        with self._database.transaction(self._of_message(system, key)) as db:
            mine = self._message(system, key)
            db.execute(update(INBOX).where(mine, INBOX.c.handled == OPEN).values(handled=TOLD))

    def has_received(self, *, system: str, key: str) -> bool:
        """Whether a message of this key came in before."""
        with self._database.reading() as db:
            return db.execute(select(INBOX.c.id).where(self._message(system, key))).first() is not None

    def message(self, system: str, key: str) -> Received | None:
        """One message as it arrived, or None."""
        with self._database.reading() as db:
            row = db.execute(select(INBOX).where(self._message(system, key))).first()
        if row is None:
            return None
        body = self._vault.open(row.body, self._place("inbox", system, key))
        return Received(system=system, key=key, path=row.path, body=body)

    def holds(self, *, system: str, key: str, body: str) -> bool | None:
        """Whether the message of this key came with this very content; None when it never came."""
        with self._database.reading() as db:
            row = db.execute(select(INBOX.c.fingerprint).where(self._message(system, key))).first()
        return None if row is None else row.fingerprint in self._vault.fingerprints(body)

    def unhandled(self, system: str) -> list[Received]:
        """Messages whose processing has not ended, oldest first."""
        return self._messages(system, OPEN, TOLD)

    def kept(self, system: str) -> list[Received]:
        """Messages that repeat a number with another content, oldest first; an officer decides."""
        return self._messages(system, KEPT)

    def _messages(self, system: str, *handled: int) -> list[Received]:
        where = (INBOX.c.agency == self._agency) & (INBOX.c.system == system) & INBOX.c.handled.in_(handled)
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

    def _of_message(self, system: str, key: str) -> str:
        """The name of everything that is kept of one number."""
        return f"inbox|{self._agency}|{system}|{key}"

    def _message(self, system: str, key: str) -> Any:
        return (INBOX.c.agency == self._agency) & (INBOX.c.system == system) & (INBOX.c.key == key)

    def _close(self, db: Connection, key: str) -> None:
        """Close what came of a dossier: its first message, and its corrections, `number/content`."""
        own = (INBOX.c.key == key) | INBOX.c.key.startswith(f"{key}/", autoescape=True)
        mine = (INBOX.c.agency == self._agency) & own
        db.execute(update(INBOX).where(mine, INBOX.c.handled.in_((OPEN, TOLD))).values(handled=HANDLED))

    def _place(self, kind: str, *parts: str) -> str:
        return "|".join((kind, self._agency, *map(str, parts)))

    def _now(self) -> datetime:
        return self._clock.now()
