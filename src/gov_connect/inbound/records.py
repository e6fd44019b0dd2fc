"""What the inbound kit keeps: refused messages within quotas, look-ups, files released for the portal."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, insert, select, update

from gov_connect.audit.entries import Kind, Note, Phase
from gov_connect.store.tables import INBOUND_LOOK_UPS, RAW_MESSAGES, RELEASED_FILES

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.audit import AuditLog
    from gov_connect.model import AgencyCode, DossierCode
    from gov_connect.runtime import Clock
    from gov_connect.store import Database, Vault

_LIMITED: Final = "limited"
_FILE_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """How much of refused messages is kept; beyond, only hash and length are."""

    largest: int = 1024 * 1024
    """Bytes of one message."""
    count: int = 1000
    """Messages kept whole, per agency."""
    total: int = 256 * 1024 * 1024
    """Bytes of all of them."""
    rows: int = 100_000
    """Rows of hash and length, per agency; after that nothing more is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMessage:
    """A refused message. `body` is None when it was above a quota; it hides itself."""

    id: int
    path: str
    length: int
    fingerprint: str
    reason: str
    body: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedFile:
    """A file the portal may fetch; `reference` is the host's own and hides itself."""

    dossier: str
    reference: str = field(repr=False)
    content_type: str


class InboundRecords:
    """The records of one agency. All methods block; programs call them through `Blocking`.

    Args:
        audit: the log in which look-ups stand as well, in the same commit.
        new_id: makes file ids; random by default, since an id is all that protects a file.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        agency: AgencyCode,
        clock: Clock,
        *,
        audit: AuditLog | None = None,
        quotas: Quotas | None = None,
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
    ) -> None:
        self._database = database
        self._vault = vault
        self._agency = str(agency)
        self._clock = clock
        self._audit = audit
        self._quotas = quotas or Quotas()
        self._new_id = new_id

    def keep_raw(self, path: str, body: bytes, reason: str) -> None:
        """Keep a refused message, sealed, as far as the quotas go; the very same one is kept once, however often
        it is sent.
        """
        text = body.decode("latin-1")
        fingerprint = self._vault.fingerprint(text)
        kept = RAW_MESSAGES.c.body.is_not(None)
        mine = RAW_MESSAGES.c.agency == self._agency
        with self._database.transaction() as db:
            again = mine & (RAW_MESSAGES.c.fingerprint == fingerprint) & (RAW_MESSAGES.c.path == path[:200])
            if db.execute(select(RAW_MESSAGES.c.id).where(again)).first() is not None:
                return
            rows = db.execute(select(func.count()).select_from(RAW_MESSAGES).where(mine)).scalar_one()
            if rows >= self._quotas.rows:
                return
            count, total = db.execute(
                select(func.count(), func.coalesce(func.sum(RAW_MESSAGES.c.length), 0)).where(mine & kept)
            ).one()
            fits = (
                len(body) <= self._quotas.largest
                and count < self._quotas.count
                and total + len(body) <= self._quotas.total
            )
            db.execute(
                insert(RAW_MESSAGES).values(
                    agency=self._agency,
                    path=path[:200],
                    fingerprint=fingerprint,
                    length=len(body),
                    body=self._vault.seal(text, self._place("raw", fingerprint)) if fits else None,
                    reason=reason[:200],
                    received_at=self._clock.now(),
                )
            )

    def raw(self) -> list[RawMessage]:
        """Refused messages, oldest first."""
        query = select(RAW_MESSAGES).where(RAW_MESSAGES.c.agency == self._agency).order_by(RAW_MESSAGES.c.id)
        with self._database.transaction() as db:
            rows = db.execute(query).all()
        return [
            RawMessage(
                id=row.id,
                path=row.path,
                length=row.length,
                fingerprint=row.fingerprint,
                reason=row.reason,
                body=None if row.body is None else self._opened(row.body, row.fingerprint),
            )
            for row in rows
        ]

    def drop_raw(self, message: int) -> None:
        """Keep a refused message no longer: it was taken after all, or an officer has dealt with it."""
        mine = (RAW_MESSAGES.c.agency == self._agency) & (RAW_MESSAGES.c.id == message)
        with self._database.transaction() as db:
            db.execute(delete(RAW_MESSAGES).where(mine))

    def _opened(self, sealed: bytes, fingerprint: str) -> bytes:
        return self._vault.open(sealed, self._place("raw", fingerprint)).encode("latin-1")

    def looked_up(self, path: str, subject: str, outcome: str) -> None:
        """Write down one look-up, before it is answered; one above the limit tells nobody anything."""
        values = {"agency": self._agency, "path": path[:100], "subject": subject[:80], "outcome": outcome}
        with self._database.transaction() as db:
            db.execute(insert(INBOUND_LOOK_UPS).values(asked_at=self._clock.now(), **values))
            if self._audit is not None and outcome != _LIMITED:
                note = Note(
                    agency=self._agency,
                    kind=Kind.DISCLOSURE,
                    system="portal",
                    operation=f"inbound.{path}",
                    dossier=subject,
                )
                self._audit.append(db, note, Phase.WHOLE, outcome)

    def look_ups(self) -> list[tuple[str, str, str]]:
        """Every look-up as (path, subject, outcome), oldest first."""
        columns = (INBOUND_LOOK_UPS.c.path, INBOUND_LOOK_UPS.c.subject, INBOUND_LOOK_UPS.c.outcome)
        query = select(*columns).where(INBOUND_LOOK_UPS.c.agency == self._agency).order_by(INBOUND_LOOK_UPS.c.id)
        with self._database.transaction() as db:
            return [(row.path, row.subject, row.outcome) for row in db.execute(query)]

    def release(self, dossier: DossierCode, reference: str, content_type: str) -> str:
        """Let the portal fetch a file of this dossier; gives the opaque id for `downloadfile/<id>`."""
        made = self._new_id()
        with self._database.transaction() as db:
            db.execute(
                insert(RELEASED_FILES).values(
                    id=made,
                    agency=self._agency,
                    dossier=str(dossier),
                    reference=self._vault.seal(reference, self._place("file", made)),
                    content_type=content_type,
                    released_at=self._clock.now(),
                    withdrawn=0,
                )
            )
        return made

    def withdraw(self, dossier: DossierCode) -> int:
        """Take every file of a dossier back; gives how many."""
        mine = (RELEASED_FILES.c.agency == self._agency) & (RELEASED_FILES.c.dossier == str(dossier))
        with self._database.transaction() as db:
            done = db.execute(
                update(RELEASED_FILES).where(mine & (RELEASED_FILES.c.withdrawn == 0)).values(withdrawn=1)
            )
            return done.rowcount

    def released(self, file_id: str) -> ReleasedFile | None:
        """The file of an id, or None: unknown, another agency's, taken back, or no id at all."""
        if not _FILE_ID.fullmatch(file_id):
            return None
        where = (RELEASED_FILES.c.id == file_id) & (RELEASED_FILES.c.agency == self._agency)
        with self._database.transaction() as db:
            row = db.execute(select(RELEASED_FILES).where(where & (RELEASED_FILES.c.withdrawn == 0))).first()
        if row is None:
            return None
        reference = self._vault.open(row.reference, self._place("file", file_id))
        return ReleasedFile(dossier=row.dossier, reference=reference, content_type=row.content_type)

    def _place(self, kind: str, key: str) -> str:
        return f"{kind}|{self._agency}|{key}"
