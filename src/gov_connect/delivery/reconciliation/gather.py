"""The agency's side of a reconciliation from the local records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from gov_connect.delivery.reconciliation.compare import LocalDossier, PortalEntry
from gov_connect.errors import InvalidInput
from gov_connect.model import VIETNAM, DossierCode
from gov_connect.store.tables import DOSSIERS, EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from gov_connect.adapters.national_portal import NationalPortal
    from gov_connect.delivery.reconciliation.compare import Sending
    from gov_connect.model import AgencyCode
    from gov_connect.runtime import Inner, Program
    from gov_connect.store import Database

_FAILED: Final = "failed"
_SENDING: Final[dict[str, Sending]] = {"none": "none", "sent": "sent", "done": "done", "failed": "failed"}


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
        if before is not None and before[0] == _FAILED:
            blocked.add(code)
        newest[code] = (state, error, changed_at)
    return [_local(row.dossier, row.status, newest.get(row.dossier), row.changed_at, blocked) for row in dossiers]


def sweep(portal: NationalPortal[Inner], local: Iterable[LocalDossier]) -> Program[list[PortalEntry]]:
    """Ask the portal for each dossier, by its other number too when it is not there under the first (§7.3).

    Only presence is told, no status. A number that is none of the portal's is not asked for.

    Raises:
        OutsideSystemError: the portal did not answer: what was not asked is not missing.
    """
    shown: list[PortalEntry] = []
    for dossier in local:
        for number in filter(None, (dossier.code, dossier.other)):
            try:
                code = DossierCode(number)
            except InvalidInput:
                continue
            if (yield from portal.find(code)):
                shown.append(PortalEntry(code=number))
                break
    return shown


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
