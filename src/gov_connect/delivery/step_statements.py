"""The statements of the ledger's steps and leases, written and compiled once: every step of a dossier runs several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import LargeBinary, String, bindparam, delete, func, insert, select, update

from gov_connect.store.statements import Prepared
from gov_connect.store.tables import DOSSIERS, EVENTS, LEASES, STEPS

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table

SENT: Final = "sent"
DONE: Final = "done"


def _of_dossier(table: Table) -> ColumnElement[bool]:
    return (table.c.agency == bindparam("b_agency")) & (table.c.dossier == bindparam("b_dossier"))


_EVENT: Final = (
    (EVENTS.c.agency == bindparam("b_agency"))
    & (EVENTS.c.system == bindparam("b_system"))
    & (EVENTS.c.key == bindparam("b_key"))
)
_LEASE: Final = _of_dossier(LEASES)
_OWN_LEASE: Final = _LEASE & (LEASES.c.owner == bindparam("b_owner"))
_STEP: Final = _of_dossier(STEPS)
_DOSSIER: Final = _of_dossier(DOSSIERS)
_PREFIX: Final = bindparam("b_prefix", type_=String)

LEASED: Final = Prepared(lambda: select(LEASES.c.until, LEASES.c.worker).where(_LEASE))
LEASE_OVER: Final = Prepared(lambda: delete(LEASES).where(_LEASE))
LEASE_BACK: Final = Prepared(lambda: delete(LEASES).where(_OWN_LEASE))
LEASE_ON: Final = Prepared(lambda: update(LEASES).where(_OWN_LEASE).values(until=bindparam("b_until")))
NEW_LEASE: Final = Prepared(lambda: insert(LEASES), ("agency", "dossier", "owner", "until", "worker"))

BEGUN: Final = Prepared(lambda: select(EVENTS.c.state, EVENTS.c.tries, EVENTS.c.payload, EVENTS.c.result).where(_EVENT))
"""What stands of a step's event before it is sent."""
NEW_EVENT: Final = Prepared(
    lambda: insert(EVENTS).inline(),
    (
        "agency",
        "system",
        "dossier",
        "key",
        "operation",
        "fingerprint",
        "payload",
        "state",
        "tries",
        "error",
        "created_at",
        "changed_at",
    ),
)
AGAIN: Final = Prepared(
    lambda: (
        update(EVENTS)
        .where(_EVENT)
        .values(
            state=SENT,
            tries=bindparam("b_tries"),
            payload=func.coalesce(bindparam("b_payload", type_=LargeBinary), EVENTS.c.payload),
            fingerprint=func.coalesce(bindparam("b_fingerprint", type_=String), EVENTS.c.fingerprint),
            changed_at=bindparam("b_at"),
        )
    )
)
"""One more try; without a payload and its fingerprint it keeps those that it has."""
STANDS: Final = Prepared(lambda: select(EVENTS.c.state).where(_EVENT))
FINISHED: Final = Prepared(
    lambda: (
        update(EVENTS)
        .where(_EVENT, EVENTS.c.state != DONE)
        .values(state=DONE, result=bindparam("b_result"), error="", changed_at=bindparam("b_at"))
    )
)
FAILED_TRY: Final = Prepared(
    lambda: (
        update(EVENTS)
        .where(_EVENT, EVENTS.c.state == SENT, EVENTS.c.tries == bindparam("b_tries"))
        .values(state=bindparam("b_state"), error=bindparam("b_error"), changed_at=bindparam("b_at"))
    )
)

RECALL: Final = Prepared(lambda: select(STEPS.c.value).where(_STEP, STEPS.c.name == bindparam("b_name")))
RECALL_ALL: Final = Prepared(
    # Not LIKE, in which a name may hold a sign that stands for any letter.
    lambda: select(STEPS.c.name, STEPS.c.value).where(
        _STEP, func.substr(STEPS.c.name, 1, func.length(_PREFIX)) == _PREFIX
    )
)
REMEMBER: Final = Prepared(lambda: insert(STEPS), ("agency", "dossier", "name", "value", "made_at"))

STANDING: Final = Prepared(lambda: select(DOSSIERS.c.status, DOSSIERS.c.outcome).where(_DOSSIER))
NEW_STANDING: Final = Prepared(
    lambda: insert(DOSSIERS), ("agency", "dossier", "procedure", "status", "outcome", "reason", "changed_at")
)
NOW_STANDS: Final = Prepared(
    lambda: (
        update(DOSSIERS)
        .where(_DOSSIER)
        .values(
            status=bindparam("b_status"),
            outcome=bindparam("b_outcome"),
            reason=bindparam("b_reason"),
            changed_at=bindparam("b_at"),
        )
    )
)
