"""The records of who may sign as a table: an agency without a registry file keeps them here, entry by entry.

Every entry is sealed: without the key of the records nobody can add one or change one. Nothing is deleted; a
withdrawal is an entry of its own.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from gov_connect.errors import InvalidInput, Problem
from gov_connect.signing.registry import Authorisation, CertificateRecord, Post, Records

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.model import AgencyCode
    from gov_connect.store import Database, Vault

Entry: TypeAlias = "Post | CertificateRecord | Authorisation"
_KINDS: Final[dict[str, type[Entry]]] = {
    "post": Post,
    "certificate": CertificateRecord,
    "authorisation": Authorisation,
}
_NAMES: Final = {kind: name for name, kind in _KINDS.items()}
_WITHDRAWN: Final = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One entry as it stands in the book.

    Attributes:
        key: by which it can be withdrawn.
        by: code of the officer who entered it.
        withdrawn: whether it counts no more, from the moment in its `revoked_at`.
    """

    key: str
    entry: Entry
    by: str
    at: datetime
    withdrawn: bool = False


class MandateBook:
    """The mandates of one agency. All methods block."""

    def __init__(self, database: Database, vault: Vault, agency: AgencyCode, now: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._agency = str(agency)
        self._now = now

    def add(self, entry: Entry, *, by: str) -> str:
        """Enter a post, a certificate or an authorisation; gives the key of the entry.

        Raises:
            InvalidInput: it is about another agency.
        """
        if entry.agency != self._agency:
            raise InvalidInput(_NAMES[type(entry)], [Problem(path="agency", code="value.invalid")])
        return self._write({"kind": _NAMES[type(entry)], "entry": entry.to_json(), "by": by})

    def withdraw(self, key: str, *, by: str, at: datetime | None = None) -> None:
        """From `at` on, by default now, an entry counts no more; what was signed before stays right.

        Raises:
            InvalidInput: there is no such entry.
        """
        if key not in {one.key for one in self.entries()}:
            raise InvalidInput("mandate", [Problem(path="key", code="value.invalid")])
        self._write({"kind": _WITHDRAWN, "entry": key, "at": (at or self._now()).isoformat(), "by": by})

    def entries(self) -> tuple[Kept, ...]:
        """Everything ever entered, oldest first, withdrawals applied.

        Raises:
            LedgerError: a row was not written with our key.
        """
        from sqlalchemy import select  # noqa: PLC0415 - on first use

        from gov_connect.store.tables import MANDATES  # noqa: PLC0415

        asked = select(MANDATES).where(MANDATES.c.agency == self._agency).order_by(MANDATES.c.id)
        with self._database.transaction() as db:
            rows = db.execute(asked).all()
        opened = [(str(row.key), json.loads(self._vault.open(row.entry, self._place(str(row.key))))) for row in rows]
        ends = {row["entry"]: datetime.fromisoformat(row["at"]) for _, row in opened if row["kind"] == _WITHDRAWN}
        return tuple(
            Kept(
                key=key,
                entry=_ended(_KINDS[row["kind"]].from_json(row["entry"]), ends.get(key)),
                by=row["by"],
                at=datetime.fromisoformat(row["made"]),
                withdrawn=key in ends,
            )
            for key, row in opened
            if row["kind"] != _WITHDRAWN
        )

    def records(self) -> Records:
        """The same, as a registry decides by them."""
        entries = [kept.entry for kept in self.entries()]
        return Records(
            posts=tuple(one for one in entries if isinstance(one, Post)),
            certificates=tuple(one for one in entries if isinstance(one, CertificateRecord)),
            authorisations=tuple(one for one in entries if isinstance(one, Authorisation)),
        )

    def _write(self, row: dict[str, str]) -> str:
        from sqlalchemy import insert  # noqa: PLC0415 - on first use

        from gov_connect.store.tables import MANDATES  # noqa: PLC0415

        key, now = str(uuid.uuid4()), self._now()
        sealed = self._vault.seal(json.dumps({**row, "made": now.isoformat()}), self._place(key))
        with self._database.transaction() as db:
            db.execute(insert(MANDATES).values(agency=self._agency, key=key, entry=sealed, added_at=now))
        return key

    def _place(self, key: str) -> str:
        return f"mandates/{self._agency}/{key}"


def _ended(entry: Entry, at: datetime | None) -> Entry:
    if at is None:
        return entry
    earlier = at if entry.revoked_at is None else min(at, entry.revoked_at)
    return type(entry).model_validate({**entry.model_dump(), "revoked_at": earlier})
