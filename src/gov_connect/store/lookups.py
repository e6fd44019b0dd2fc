"""Who asked for whom, and what for: written before anything is sent (residents.md §8).

Rows are only ever added; the database refuses to change or delete them. The person is a keyed digest, so the
table tells who read a record only to somebody who already knows the number and holds the key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Final

from gov_connect.errors import QuotaExceeded

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from gov_connect.store.database import Database
    from gov_connect.store.vault import Vault

_VIETNAM: Final = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """One question about one person.

    Attributes:
        subject: the number that was asked for, in clear; it is stored as a keyed digest. "" for none.
        request_id: id of the message, as the outside system saw it first.
    """

    agency: str
    officer: str
    operation: str
    procedure: str
    dossier: str
    legal_basis: str = ""
    request_id: str = ""
    subject: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One look-up, as the table has it; `outcome` is "" while none was written."""

    at: datetime
    agency: str
    officer: str
    operation: str
    procedure: str
    dossier: str
    legal_basis: str
    request_id: str
    outcome: str


class LookUps:
    """The table, and the quotas that are counted in it.

    Args:
        database: where it lies.
        vault: its key makes the digests.
        now: the clock.
    """

    def __init__(self, database: Database, vault: Vault, now: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._now = now

    def asked(self, entry: LookUp, *, of_officer: int | None = None, of_agency: int | None = None) -> int:
        """Write that a question is about to be sent; gives the number of the entry.

        Args:
            entry: the question.
            of_officer: questions this officer may ask on one day.
            of_agency: the same for the agency.

        Raises:
            QuotaExceeded: the day's questions are used up; nothing may be sent.
            LedgerError: it could not be written; nothing may be sent.
        """
        from gov_connect.store.tables import LOOK_UPS  # noqa: PLC0415 - on first use

        at = self._now()
        day = at.astimezone(_VIETNAM).date().isoformat()
        with self._database.transaction() as connection:
            if of_officer is not None and self._count(connection, entry.agency, day, entry.officer) >= of_officer:
                raise QuotaExceeded(limit=of_officer, holder=entry.officer)
            if of_agency is not None and self._count(connection, entry.agency, day) >= of_agency:
                raise QuotaExceeded(limit=of_agency, holder=entry.agency)
            done = connection.execute(
                LOOK_UPS.insert().values(
                    asked=None,
                    at=at,
                    day=day,
                    agency=entry.agency,
                    officer=entry.officer,
                    operation=entry.operation,
                    procedure=entry.procedure,
                    dossier=entry.dossier,
                    legal_basis=entry.legal_basis,
                    request_id=entry.request_id,
                    subject=self._subject(entry.subject),
                    outcome="",
                )
            )
            assert done.inserted_primary_key is not None
            return int(done.inserted_primary_key[0])

    def answered(self, entry: int, outcome: str) -> None:
        """Write, as a row of its own, what came of question `entry`: "answered", or the code of an error."""
        from gov_connect.store.tables import LOOK_UPS  # noqa: PLC0415 - on first use

        at = self._now()
        with self._database.transaction() as connection:
            connection.execute(
                LOOK_UPS.insert().values(
                    asked=entry,
                    at=at,
                    day=at.astimezone(_VIETNAM).date().isoformat(),
                    agency="",
                    officer="",
                    operation="",
                    procedure="",
                    dossier="",
                    legal_basis="",
                    request_id="",
                    subject="",
                    outcome=outcome[:100],
                )
            )

    def who_read(self, number: str) -> list[Reading]:
        """Every look-up of a person by number, the oldest first, of all agencies in this database."""
        from sqlalchemy import select  # noqa: PLC0415 - on first use

        from gov_connect.store.tables import LOOK_UPS  # noqa: PLC0415

        later = LOOK_UPS.alias()
        question = (
            select(LOOK_UPS, later.c.outcome.label("came"))
            .outerjoin(later, later.c.asked == LOOK_UPS.c.id)
            .where(LOOK_UPS.c.subject == self._subject(number))
            .order_by(LOOK_UPS.c.id)
        )
        with self._database.transaction() as connection:
            rows = connection.execute(question).all()
        return [
            Reading(
                at=row.at,
                agency=row.agency,
                officer=row.officer,
                operation=row.operation,
                procedure=row.procedure,
                dossier=row.dossier,
                legal_basis=row.legal_basis,
                request_id=row.request_id,
                outcome=row.came or "",
            )
            for row in rows
        ]

    def _subject(self, number: str) -> str:
        return self._vault.fingerprint(f"look_ups:{number}") if number else ""

    @staticmethod
    def _count(connection: Connection, agency: str, day: str, officer: str = "") -> int:
        from sqlalchemy import func, select  # noqa: PLC0415 - on first use

        from gov_connect.store.tables import LOOK_UPS  # noqa: PLC0415

        mine = select(func.count()).where(
            LOOK_UPS.c.agency == agency, LOOK_UPS.c.day == day, LOOK_UPS.c.asked.is_(None)
        )
        if officer:
            mine = mine.where(LOOK_UPS.c.officer == officer)
        return int(connection.execute(mine).scalar_one())
