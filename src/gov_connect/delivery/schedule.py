"""What a worker does beside the queue: payment news for the host, the payment poller, the purge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, or_, select, update

from gov_connect.delivery.inbox import HANDLED, KEPT, TOLD
from gov_connect.delivery.news import PaymentChanged
from gov_connect.delivery.states import Lane, State
from gov_connect.model import DossierCode, DossierStatus, NewsSource, PaymentState
from gov_connect.store.tables import CURSORS, DOSSIERS, EVENTS, INBOX, ORDERS, PAYMENT_NEWS, STEPS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from sqlalchemy import Connection

    from gov_connect.delivery.news import News
    from gov_connect.runtime import Clock
    from gov_connect.store import Database

_BATCH: Final = 500
_PURGED: Final = b""
WAKING: Final = "woken"
"""The reader of payment news that wakes workflows."""
_ENDED: Final = tuple(
    status.value
    for status in (
        DossierStatus.NOT_ACCEPTED,
        DossierStatus.WITHDRAWN,
        DossierStatus.STOPPED,
        DossierStatus.RESULT_DELIVERED,
    )
)


def payment_news(
    database: Database, write: Callable[[Connection, str, News], object], *, reader: str = PaymentChanged.__name__
) -> int:
    """Write down as news what the payment records say since the last time; gives how many.

    Args:
        database: of our records.
        write: takes one piece of news of an agency, inside the transaction.
        reader: who reads; each reader has a place of its own.

    The place up to which it was read moves in the same transaction, so that nothing is told twice or skipped.
    """
    with database.transaction() as db:
        mine = CURSORS.c.name == reader
        last = db.execute(select(CURSORS.c.at).where(mine)).scalar()
        rows = db.execute(
            select(PAYMENT_NEWS, ORDERS.c.dossier)
            .join(
                ORDERS,
                (ORDERS.c.agency == PAYMENT_NEWS.c.agency)
                & (ORDERS.c.system == PAYMENT_NEWS.c.system)
                & (ORDERS.c.reference == PAYMENT_NEWS.c.reference),
            )
            .where(PAYMENT_NEWS.c.id > (last or 0))
            .order_by(PAYMENT_NEWS.c.id)
            .limit(_BATCH)
        ).all()
        for row in rows:
            # A browser's word proves nothing, so nobody is told of it.
            if row.source != NewsSource.REDIRECT.value:
                news = PaymentChanged(
                    dossier=DossierCode(row.dossier),
                    system=row.system,
                    reference=row.reference,
                    state=PaymentState(row.state),
                    transaction=row.transaction,
                )
                write(db, row.agency, news)
        if rows and last is None:
            db.execute(insert(CURSORS).values(name=reader, at=rows[-1].id))
        elif rows:
            db.execute(update(CURSORS).where(mine).values(at=rows[-1].id))
    return len(rows)


def purge(database: Database, clock: Clock, *, keep: timedelta) -> int:
    """Forget the content of what ended before `keep`; gives how many events. Rows stay, without personal data,
    so that a repetition that comes years later is still known as one.
    """
    before = clock.now() - keep
    ended = EVENTS.c.state.in_((State.DONE.value, State.CANCELLED.value)) & (EVENTS.c.changed_at < before)
    delivered = select(DOSSIERS.c.dossier).where(
        DOSSIERS.c.agency == EVENTS.c.agency,
        DOSSIERS.c.dossier == EVENTS.c.dossier,
        DOSSIERS.c.status.not_in(_ENDED),
    )
    with database.transaction() as db:
        # A step of a dossier that is still open is needed when its workflow goes on.
        free = (EVENTS.c.lane != Lane.STEP.value) | ~delivered.exists()
        gone = db.execute(
            update(EVENTS)
            .where(ended, free, EVENTS.c.payload != _PURGED)
            .values(payload=_PURGED, result=None, acting=None)
        ).rowcount
        closed = select(DOSSIERS.c.dossier).where(
            DOSSIERS.c.agency == STEPS.c.agency,
            DOSSIERS.c.dossier == STEPS.c.dossier,
            DOSSIERS.c.status.in_(_ENDED),
            DOSSIERS.c.changed_at < before,
        )
        db.execute(delete(STEPS).where(closed.exists()))
        gone += _forget_ended(db, before)
    return gone


def _forget_ended(db: Connection, before: datetime) -> int:
    """Forget what the ended dossiers left open: steps without an answer, messages nobody closed; gives how many steps.

    Closed messages go by their age alone.
    """
    ended = select(DOSSIERS.c.dossier).where(DOSSIERS.c.status.in_(_ENDED), DOSSIERS.c.changed_at < before)
    of_event = ended.where(DOSSIERS.c.agency == EVENTS.c.agency, DOSSIERS.c.dossier == EVENTS.c.dossier)
    open_steps = (EVENTS.c.lane == Lane.STEP.value) & (EVENTS.c.changed_at < before) & of_event.exists()
    forgotten = {"payload": _PURGED, "result": None, "acting": None}
    gone = db.execute(update(EVENTS).where(open_steps, EVENTS.c.payload != _PURGED).values(**forgotten)).rowcount
    # A message's key is the number, or begins with it: `number/content` of a correction, `number#…` of what was kept.
    whose = or_(
        INBOX.c.key == DOSSIERS.c.dossier,
        INBOX.c.key.startswith(DOSSIERS.c.dossier + "/"),
        INBOX.c.key.startswith(DOSSIERS.c.dossier + "#"),
    )
    of_message = ended.where(DOSSIERS.c.agency == INBOX.c.agency, whose)
    old = (INBOX.c.received_at < before) & (INBOX.c.body != _PURGED)
    closed = INBOX.c.handled == HANDLED
    left = INBOX.c.handled.in_((TOLD, KEPT)) & of_message.exists()
    # Nobody has anything to do with what is forgotten.
    db.execute(update(INBOX).where(old, closed | left).values(body=_PURGED, handled=HANDLED))
    return gone
