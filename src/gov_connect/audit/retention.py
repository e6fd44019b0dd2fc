"""What entries say goes when its time is over; that they were there stays, and so does who deleted it.

No source gives a period of years for look-ups (residents.md §8: not found), so nothing goes by itself: an officer
names a day.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gov_connect.audit.details import entry_changed
from gov_connect.audit.entries import LASTING, Kind, Mark, Note, Phase
from gov_connect.audit.log import utc_text
from gov_connect.audit.raw_rows import told
from gov_connect.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from gov_connect.audit.log import AuditLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What a purge did: chains it touched, bodies it deleted."""

    chains: int
    bodies: int


def purge(log: AuditLog, agency: str, *, before: datetime, officer: str, reason: str) -> Purged:
    """Delete what the entries of an agency before a moment say. The chain stays whole.

    Raises:
        InvalidInput: nobody, or for nothing, or a moment that has not come.
        LedgerError: it could not be written; nothing was deleted.
    """
    problems = [
        Problem(path=name, code="value.empty")
        for name, given in (("officer", officer), ("reason", reason))
        if not given.strip()
    ]
    if before > log.now():
        problems.append(Problem(path="before", code="value.in_future"))
    if problems:
        raise InvalidInput("audit purge", problems)
    with log.database.transaction(log.chain) as connection, told():
        ranges = _ranges(log, connection, agency, utc_text(before))
        if not ranges:
            return Purged(chains=0, bodies=0)
        note = Note(
            agency=agency,
            kind=Kind.PURGE,
            operation="audit.purge",
            officer=officer,
            details={
                "ranges": json.dumps([[agency, writer, upto] for writer, upto in ranges]),
                "before": utc_text(before),
                "reason": reason,
            },
        )
        log.append(connection, note, Phase.WHOLE, "done")
        bodies = sum(_delete(connection, agency, writer, upto) for writer, upto in ranges)
    return Purged(chains=len(ranges), bodies=bodies)


def _ranges(log: AuditLog, connection: Connection, agency: str, before: str) -> list[tuple[str, int]]:
    """Per chain, the last entry before which everything is older; clocks may have been set back in between."""
    from sqlalchemy import func, select  # noqa: PLC0415 - on first use

    from gov_connect.store.tables import AUDIT  # noqa: PLC0415

    found: list[tuple[str, int]] = []
    for owner, writer in log.chains(connection):
        if owner != agency:
            continue
        younger = select(func.min(AUDIT.c.sequence)).where(
            AUDIT.c.agency == agency, AUDIT.c.writer == writer, AUDIT.c.at >= before
        )
        first: object = connection.execute(younger).scalar_one()
        if first is not None and type(first) is not int:
            raise entry_changed(Mark(agency, writer, 0))
        upto = log.head(connection, agency, writer).sequence if first is None else first - 1
        if upto > _purged_before(connection, agency, writer):
            found.append((writer, upto))
    return found


def _purged_before(connection: Connection, agency: str, writer: str) -> int:
    from sqlalchemy import func, select  # noqa: PLC0415 - on first use

    from gov_connect.store.tables import AUDIT_PURGES  # noqa: PLC0415

    mine = (AUDIT_PURGES.c.agency == agency) & (AUDIT_PURGES.c.writer == writer)
    upto: object = connection.execute(select(func.coalesce(func.max(AUDIT_PURGES.c.upto), 0)).where(mine)).scalar_one()
    if not isinstance(upto, int):
        raise entry_changed(Mark(agency, writer, 0))
    return upto


def _delete(connection: Connection, agency: str, writer: str, upto: int) -> int:
    from sqlalchemy import delete, select  # noqa: PLC0415 - on first use

    from gov_connect.store.tables import AUDIT, AUDIT_BODIES, AUDIT_PURGES  # noqa: PLC0415

    connection.execute(AUDIT_PURGES.insert().values(agency=agency, writer=writer, upto=upto))
    bodies, rows = AUDIT_BODIES.c, AUDIT.c
    lasting = select(rows.sequence).where(
        rows.agency == agency, rows.writer == writer, rows.kind.in_([str(kind) for kind in LASTING])
    )
    mine = (bodies.agency == agency) & (bodies.writer == writer) & (bodies.sequence <= upto)
    return connection.execute(delete(AUDIT_BODIES).where(mine, bodies.sequence.not_in(lasting))).rowcount
