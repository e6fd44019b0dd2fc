"""The statements of the queue, built once: building them costs as much as running them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Float, String, bindparam, case, select, text, tuple_, update

from gov_connect.delivery.states import State
from gov_connect.store.tables import EVENTS, TARGETS, WAITING, WORKERS

_EARLIER: Final = EVENTS.alias("earlier")
_SAME_LANE: Final = (
    _EARLIER.c.agency == EVENTS.c.agency,
    _EARLIER.c.lane == EVENTS.c.lane,
    _EARLIER.c.dossier == EVENTS.c.dossier,
    text("earlier.state IN ('waiting', 'sent', 'parked') AND earlier.lane <> 'step'"),
)
# Scalar questions, each answered by one step in an index. As NOT EXISTS, PostgreSQL makes joins of them over all
# that waits, which took half a second for a few hundred events.
_FIRST: Final = select(_EARLIER.c.id).where(*_SAME_LANE).order_by(_EARLIER.c.id).limit(1).scalar_subquery()
_UNDER_WAY: Final = (
    select(_EARLIER.c.id)
    .where(*_SAME_LANE, _EARLIER.c.state == text("'sent'"))
    .order_by(_EARLIER.c.id)
    .limit(1)
    .scalar_subquery()
)
DUE: Final = (
    select(EVENTS)
    .where(
        EVENTS.c.agency == bindparam("b_agency"),
        EVENTS.c.system == bindparam("b_system"),
        WAITING,
        EVENTS.c.due <= bindparam("b_now"),
        EVENTS.c.id == _FIRST,
        _UNDER_WAY.is_(None),
    )
    .order_by(EVENTS.c.due, EVENTS.c.id)
    .limit(bindparam("b_room"))
)
NEXT_TARGET: Final = (
    select(EVENTS.c.agency, EVENTS.c.system)
    .where(WAITING, tuple_(EVENTS.c.agency, EVENTS.c.system) > tuple_(bindparam("b_agency"), bindparam("b_system")))
    .order_by(EVENTS.c.agency, EVENTS.c.system)
    .limit(1)
)
TAKE: Final = (
    update(EVENTS)
    .where(EVENTS.c.id == bindparam("b_id"))
    .values(
        state=State.SENT.value,
        owner=bindparam("b_owner"),
        due=0.0,
        tries=EVENTS.c.tries + 1,
        doubtful=bindparam("b_doubtful"),
        changed_at=bindparam("b_at"),
    )
)
DONE: Final = (
    update(EVENTS)
    .where(EVENTS.c.id == bindparam("b_id"), EVENTS.c.state != State.DONE.value)
    .values(
        state=State.DONE.value,
        result=bindparam("b_result"),
        error="",
        owner="",
        doubtful=0,
        changed_at=bindparam("b_at"),
    )
)
WOKEN: Final = EVENTS.c.due < 0
"""Somebody woke it while it was under way: it goes on at once, whatever its run believed."""
WAKE: Final = (
    update(EVENTS)
    .where(
        EVENTS.c.agency == bindparam("b_agency"),
        EVENTS.c.dossier == bindparam("b_dossier"),
        text("events.lane = 'flow' AND events.state IN ('waiting', 'sent')"),
    )
    .values(due=case((EVENTS.c.state == State.SENT.value, -1.0), else_=0.0))
)
RELIEVE: Final = (
    update(EVENTS)
    .where(
        EVENTS.c.agency == bindparam("b_agency"),
        text("events.lane = 'flow' AND events.state = 'waiting' AND events.error <> ''"),
    )
    .values(due=0.0)
)
"""Workflows of an agency that wait because something went wrong are due."""
BACK: Final = (
    update(EVENTS)
    .where(
        EVENTS.c.id == bindparam("b_id"),
        EVENTS.c.owner == bindparam("b_owner"),
        EVENTS.c.state == State.SENT.value,
    )
    .values(
        state=case((WOKEN, State.WAITING.value), else_=bindparam("b_state", type_=String)),
        due=case((WOKEN, 0.0), else_=bindparam("b_due", type_=Float)),
        error=bindparam("b_error"),
        doubtful=bindparam("b_doubtful"),
        tries=bindparam("b_tries"),
        owner="",
        changed_at=bindparam("b_at"),
    )
)
UNREADABLE: Final = (
    update(EVENTS)
    .where(EVENTS.c.id == bindparam("b_id"))
    .values(
        state=State.PARKED.value,
        owner="",
        error=bindparam("b_error"),
        doubtful=bindparam("b_doubtful"),
        changed_at=bindparam("b_at"),
    )
)
"""Parks what cannot be opened."""
_SIGNED_ON: Final = select(WORKERS.c.id).where(WORKERS.c.id == bindparam("b_worker")).scalar_subquery()
CHOSEN: Final = select(EVENTS, _FIRST.label("first"), _SIGNED_ON.label("taker")).where(
    EVENTS.c.id.in_(bindparam("b_ids", expanding=True))
)
"""Events, what is open first of the lane of each, and the worker that asks; NULL for one that was taken for dead."""
UP_TO: Final = (
    select(_EARLIER)
    .where(EVENTS.c.id == bindparam("b_id"), *_SAME_LANE, _EARLIER.c.id <= EVENTS.c.id)
    .order_by(_EARLIER.c.id)
)
"""What is open of the lane of an event, up to itself."""
BEATEN: Final = (
    update(WORKERS).where(WORKERS.c.id == bindparam("b_id")).values(beat=WORKERS.c.beat + 1, beat_at=bindparam("b_at"))
)
HEALTHS: Final = select(TARGETS)
PROBED: Final = (
    select(EVENTS.c.id)
    .where(
        EVENTS.c.agency == bindparam("b_agency"), EVENTS.c.system == bindparam("b_system"), text("events.owner <> ''")
    )
    .limit(1)
)
