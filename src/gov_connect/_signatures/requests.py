"""Signatures that wait for a phone, kept in the local records: a process may die, the request stays one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select, update

from gov_connect.errors import InvalidInput, Problem
from gov_connect.signing.pending import Pending
from gov_connect.store.tables import SIGNATURES

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from gov_connect.model import AgencyCode
    from gov_connect.runtime import Clock
    from gov_connect.store import Database, Vault

_KEY: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
OPEN: Final = "open"
"""Stored; nobody knows yet whether the service heard of it."""
WAITING: Final = "waiting"
SIGNED: Final = "signed"
ABANDONED: Final = "abandoned"
FINAL: Final = frozenset({SIGNED, ABANDONED, "rejected", "expired", "failed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One request.

    Attributes:
        reference: by which the service knows it; "" while that is open.
        user: whose phone.
        level: of the signature that is wanted.
        result: the signed file, once there is one.
    """

    key: str
    service: str
    state: str
    reference: str
    user: str = field(repr=False)
    level: str
    pending: Pending = field(repr=False)
    result: bytes = field(default=b"", repr=False)


class RequestBook:
    """The requests of one agency. All methods block."""

    def __init__(self, database: Database, vault: Vault, agency: AgencyCode, clock: Clock) -> None:
        self._database: Final = database
        self._vault: Final = vault
        self._agency: Final = str(agency)
        self._clock: Final = clock

    def drop(self, key: str) -> None:
        """Forget a request that surely never reached the service: its key is free again."""
        with self._database.transaction() as db:
            db.execute(delete(SIGNATURES).where(self._one(key) & (SIGNATURES.c.state == OPEN)))

    def open(self, key: str, *, service: str, user: str, level: str, pending: Pending) -> bool:
        """Store a request before the service hears of it; False when the key is taken already.

        Raises:
            InvalidInput: the key is more than letters, digits, ".", "_" and "-", since it travels in addresses.
        """
        if not _KEY.fullmatch(key):
            raise InvalidInput("signature", [Problem(path="key", code="value.invalid")])
        text = json.dumps({"user": user, "level": level, "pending": pending.to_json()})
        values = {
            "agency": self._agency,
            "key": key,
            "service": service,
            "state": OPEN,
            "reference": "",
            "request": self._vault.seal(text, self._place(key, "request")),
            "changed_at": self._clock.now(),
        }
        with self._database.transaction() as db:
            if db.execute(select(SIGNATURES.c.key).where(self._one(key))).first() is not None:
                return False
            db.execute(insert(SIGNATURES).values(**values))
        return True

    def get(self, key: str) -> Stored | None:
        """A request as it stands."""
        with self._database.transaction() as db:
            row = db.execute(select(SIGNATURES).where(self._one(key))).first()
        if row is None:
            return None
        opened = json.loads(self._vault.open(row.request, self._place(key, "request")))
        result = b""
        if row.result is not None:
            result = bytes.fromhex(self._vault.open(row.result, self._place(key, "result")))
        return Stored(
            key=key,
            service=row.service,
            state=row.state,
            reference=row.reference,
            user=opened["user"],
            level=opened["level"],
            pending=Pending.from_json(opened["pending"]),
            result=result,
        )

    def need(self, key: str) -> Stored:
        """The same, when there must be one.

        Raises:
            InvalidInput: there is none of that key.
        """
        found = self.get(key)
        if found is None:
            raise InvalidInput("signature", [Problem(path="key", code="value.invalid")])
        return found

    def move(self, key: str, state: str, *, reference: str = "", result: bytes = b"") -> None:
        """Note what became of a request; a final state is never left."""
        values: dict[str, object] = {"state": state, "changed_at": self._clock.now()}
        if reference:
            values["reference"] = reference
        if result:
            values["result"] = self._vault.seal(result.hex(), self._place(key, "result"))
        where = self._one(key) & SIGNATURES.c.state.not_in(FINAL)
        with self._database.transaction() as db:
            db.execute(update(SIGNATURES).where(where).values(**values))

    def waiting(self) -> list[str]:
        """The keys of all requests that are not settled, oldest first."""
        where = (SIGNATURES.c.agency == self._agency) & SIGNATURES.c.state.not_in(FINAL)
        with self._database.transaction() as db:
            return [row.key for row in db.execute(select(SIGNATURES.c.key).where(where).order_by("changed_at"))]

    def _one(self, key: str) -> ColumnElement[bool]:
        return (SIGNATURES.c.agency == self._agency) & (SIGNATURES.c.key == key)

    def _place(self, key: str, part: str) -> str:
        return f"signatures/{self._agency}/{key}/{part}"
