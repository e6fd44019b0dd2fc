"""Who asked for whom, and what for: written before anything is sent (residents.md §8), within quotas.

The person is a keyed digest, so the log tells who read a record only to somebody who already knows the number
and holds the key.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from gov_connect.audit.details import column, entry_changed, opened
from gov_connect.audit.entries import Kind, Mark, Note, Phase, as_written, same_entry
from gov_connect.audit.log import subjects
from gov_connect.audit.raw_rows import plain, standing
from gov_connect.errors import QuotaExceeded
from gov_connect.model.zone import VIETNAM
from gov_connect.store.statements import Prepared

if TYPE_CHECKING:
    from sqlalchemy import Executable

    from gov_connect.audit.log import AuditLog
    from gov_connect.store.group_commit import Step
    from gov_connect.store.statements import Link


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
    system: str = ""
    legal_basis: str = ""
    request_id: str = ""
    subject: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One look-up, as the log has it; `outcome` is "" while none was written."""

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
    """Look-ups as the audit log has them, and the quotas that are counted in it."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log

    def asked(self, entry: LookUp, *, of_officer: int | None = None, of_agency: int | None = None) -> Mark:
        """Write that a question is about to be sent; gives the place of the entry. See `asking`."""
        return self.asking(entry, of_officer=of_officer, of_agency=of_agency)()

    def asking(self, entry: LookUp, *, of_officer: int | None = None, of_agency: int | None = None) -> Step[Mark]:
        """The same as a step, to be called, or done together with others.

        Args:
            entry: the question.
            of_officer: questions this officer may ask on one day.
            of_agency: the same for the agency.

        Raises:
            QuotaExceeded: the day's questions are used up; nothing may be sent.
            LedgerError: it could not be written; nothing may be sent.
        """
        note = Note(
            agency=entry.agency,
            kind=Kind.LOOK_UP,
            system=entry.system,
            operation=entry.operation,
            officer=entry.officer,
            procedure=entry.procedure,
            dossier=entry.dossier,
            request_id=entry.request_id,
            subject=entry.subject,
            details={"legal_basis": entry.legal_basis} if entry.legal_basis else {},
        )

        def within(link: Link) -> None:
            _one_counter(link, entry.agency)
            day = self._log.now().astimezone(VIETNAM).date().isoformat()
            if of_officer is not None and _count(link, entry.agency, day, entry.officer) >= of_officer:
                raise QuotaExceeded(limit=of_officer, holder=entry.officer)
            if of_agency is not None and _count(link, entry.agency, day) >= of_agency:
                raise QuotaExceeded(limit=of_agency, holder=entry.agency)

        unlimited = of_officer is None and of_agency is None
        return self._log.beginning(note, check=None if unlimited else within)

    def answered(self, entry: Mark, outcome: str) -> None:
        """Write what came of question `entry`: "answered", or the code of an error."""
        self.answering(entry, outcome)()

    def answering(self, entry: Mark, outcome: str) -> Step[Mark | None]:
        """The same as a step."""
        return self._log.finishing(entry, outcome)

    def today(self, agency: str, officer: str = "") -> int:
        """Questions of an agency, or of one officer of it, on this day."""
        day = self._log.now().astimezone(VIETNAM).date().isoformat()
        with self._log.database.reading() as connection:
            return _count(connection, agency, day, officer)

    def who_read(self, number: str) -> list[Reading]:
        """Every look-up of a person by number, the oldest first, of all agencies in this database.

        Raises:
            LedgerError: `ledger.entry_changed`, one of them is not as it was written, or of some look-up nobody can
                say any more whom it was about. That none was hidden in another way only `verify` tells.
        """
        from sqlalchemy import and_, select  # noqa: PLC0415 - on first use

        from gov_connect.store.tables import AUDIT, AUDIT_BODIES, LATER, PERSONAL  # noqa: PLC0415

        later, came, body = AUDIT.alias("later"), AUDIT_BODIES.alias(), AUDIT_BODIES
        said = [one for one in body.c if one.name != "details"]
        same = and_(later.c.agency == AUDIT.c.agency, later.c.writer == AUDIT.c.writer)
        question = (
            select(AUDIT.c.at, *said, column(), came.c.outcome.label("came"))
            .join(body, same_entry(AUDIT, body))
            .outerjoin(
                later, and_(same, LATER, later.c.refers == AUDIT.c.sequence, later.c.phase == str(Phase.OUTCOME))
            )
            .outerjoin(came, same_entry(later, came))
            .where(PERSONAL, body.c.subject.in_(subjects(self._log.vault, number)), AUDIT.c.phase == str(Phase.INTENT))
            .order_by(AUDIT.c.at, AUDIT.c.agency, AUDIT.c.writer, AUDIT.c.sequence)
        )
        with standing(self._log.database) as connection:
            rows = connection.execute(question).all()
            hidden = connection.execute(_without_a_person()).first()
        if hidden is not None:
            raise entry_changed(Mark(*map(plain, hidden)))
        return [self._reading(row) for row in rows]

    def _reading(self, row: Any) -> Reading:
        mark = Mark(row.agency, row.writer, row.sequence)
        if not as_written({**row._asdict(), "came": row.came or ""}):
            raise entry_changed(mark)
        try:
            at = datetime.fromisoformat(row.at).astimezone(VIETNAM)
        except ValueError:
            raise entry_changed(mark) from None
        return Reading(
            at=at,
            agency=row.agency,
            officer=row.officer,
            operation=row.operation,
            procedure=row.procedure,
            dossier=row.dossier,
            legal_basis=opened(self._log.vault, mark, row.details).get("legal_basis", ""),
            request_id=row.request_id,
            outcome=row.came or "",
        )


def _without_a_person() -> Executable:
    """Entries about a person in whose place something else was put: no number leads to them."""
    from sqlalchemy import String, cast, func, or_, select, true  # noqa: PLC0415 - on first use

    from gov_connect.store.tables import AUDIT_BODIES  # noqa: PLC0415

    body = AUDIT_BODIES.c
    # A blob is no text to SQLite, whatever it spells, and no name of a person is of another length.
    text = cast(body.subject, String) == body.subject
    right = func.length(body.subject).in_([0, _DIGEST])
    return (
        select(body.agency, body.writer, body.sequence).where(or_(text.is_not(true()), right.is_not(true()))).limit(1)
    )


def _one_counter(link: Link, agency: str) -> None:
    """Two machines must not both take the last place of a quota."""
    if isinstance(link, sqlite3.Connection) or link.dialect.name != "postgresql":
        return
    from sqlalchemy import text  # noqa: PLC0415 - on first use

    link.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"quota|{agency}"})


def _count(link: Link, agency: str, day: str, officer: str = "") -> int:
    values = {"of_agency": agency, "of_day": day}
    rows = _BY_OFFICER.rows(link, {**values, "of_officer": officer}) if officer else _BY_AGENCY.rows(link, values)
    return int(rows[0][0])


def _counting(*, by_officer: bool) -> Executable:
    from sqlalchemy import bindparam, func, select  # noqa: PLC0415 - on first use

    from gov_connect.store.tables import AUDIT_BODIES, COUNTED  # noqa: PLC0415

    body = AUDIT_BODIES.c
    mine = (body.agency == bindparam("of_agency")) & (body.day == bindparam("of_day")) & COUNTED
    where = mine & (body.officer == bindparam("of_officer")) if by_officer else mine
    return select(func.count()).select_from(AUDIT_BODIES).where(where)


_DIGEST: Final = 64
"""Letters of the digest of a person."""
_BY_OFFICER: Final = Prepared(partial(_counting, by_officer=True))
_BY_AGENCY: Final = Prepared(partial(_counting, by_officer=False))
