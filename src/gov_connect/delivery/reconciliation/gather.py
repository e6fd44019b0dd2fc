"""The agency's side of a reconciliation from the local records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from gov_connect.delivery.reconciliation.compare import LocalDossier
from gov_connect.model import VIETNAM
from gov_connect.store.tables import DOSSIERS, EVENTS

if TYPE_CHECKING:
    from gov_connect.delivery.reconciliation.compare import Sending
    from gov_connect.model import AgencyCode
    from gov_connect.store import Database

_FAILED = "failed"


def gather(database: Database, agency: AgencyCode, *, system: str = "portal") -> list[LocalDossier]:
    """Every dossier of the records with the state of its newest event; other numbers are the host's to add."""
    mine = (EVENTS.c.agency == str(agency)) & (EVENTS.c.system == system)
    columns = (EVENTS.c.dossier, EVENTS.c.state, EVENTS.c.error, EVENTS.c.changed_at)
    stood = (DOSSIERS.c.dossier, DOSSIERS.c.status, DOSSIERS.c.changed_at)
    with database.transaction() as db:
        events = db.execute(select(*columns).where(mine).order_by(EVENTS.c.id)).all()
        dossiers = db.execute(select(*stood).where(DOSSIERS.c.agency == str(agency))).all()
    newest: dict[str, tuple[str, str, object]] = {}
    blocked: set[str] = set()
    for code, state, error, changed_at in events:
        before = newest.get(code)
        if before is not None and before[0] == _FAILED:
            blocked.add(code)
        newest[code] = (state, error, changed_at)
    return [
        LocalDossier(
            code=row.dossier,
            status=row.status,
            changed_at=row.changed_at.replace(tzinfo=row.changed_at.tzinfo or VIETNAM),
            sending=_sending(newest.get(row.dossier)),
            error="" if row.dossier not in newest else newest[row.dossier][1],
            blocked=row.dossier in blocked,
        )
        for row in dossiers
    ]


def _sending(event: tuple[str, str, object] | None) -> Sending:
    if event is None:
        return "none"
    states: dict[str, Sending] = {"sent": "sent", "done": "done", "failed": "failed"}
    return states.get(event[0], "waiting")
