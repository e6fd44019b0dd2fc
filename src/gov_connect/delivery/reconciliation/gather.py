"""The agency's side of a reconciliation from the local records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from gov_connect.delivery.reconciliation.compare import LocalDossier
from gov_connect.model import VIETNAM
from gov_connect.store.tables import DOSSIERS, EVENTS

if TYPE_CHECKING:
    from datetime import datetime

    from gov_connect.delivery.reconciliation.compare import Sending
    from gov_connect.model import AgencyCode
    from gov_connect.store import Database

_STOPPED: Final = frozenset({"failed", "parked"})
_SENDING: Final[dict[str, Sending]] = {
    "none": "none",
    "sent": "sent",
    "done": "done",
    "failed": "failed",
    "parked": "failed",
    "cancelled": "none",
}


def gather(database: Database, agency: AgencyCode, *, system: str = "portal") -> list[LocalDossier]:
    """Every dossier of the records with the state of its newest event; other numbers are the host's to add."""
    mine = (EVENTS.c.agency == str(agency)) & (EVENTS.c.system == system)
    columns = (EVENTS.c.dossier, EVENTS.c.state, EVENTS.c.error, EVENTS.c.changed_at)
    stood = (DOSSIERS.c.dossier, DOSSIERS.c.status, DOSSIERS.c.changed_at)
    with database.transaction() as db:
        events = db.execute(select(*columns).where(mine).order_by(EVENTS.c.id)).all()
        dossiers = db.execute(select(*stood).where(DOSSIERS.c.agency == str(agency))).all()
    newest: dict[str, tuple[str, str, datetime]] = {}
    blocked: set[str] = set()
    for code, state, error, changed_at in events:
        before = newest.get(code)
        if before is not None and before[0] in _STOPPED:
            blocked.add(code)
        newest[code] = (state, error, changed_at)
    return [_local(row.dossier, row.status, newest.get(row.dossier), row.changed_at, blocked) for row in dossiers]


def _local(
    code: str, status: int, event: tuple[str, str, datetime] | None, changed_at: datetime, blocked: set[str]
) -> LocalDossier:
    state, error, at = event or ("none", "", changed_at)
    return LocalDossier(
        code=code,
        status=status,
        changed_at=at.replace(tzinfo=at.tzinfo or VIETNAM),
        sending=_SENDING.get(state, "waiting"),
        error=error,
        blocked=code in blocked,
    )
