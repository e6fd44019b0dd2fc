"""What a worker does beside the queue: payment news for the host, the payment poller, the purge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select, update

from gov_connect.delivery.news import PaymentChanged
from gov_connect.delivery.states import Lane, State
from gov_connect.model import DossierCode, DossierStatus, NewsSource, PaymentState
from gov_connect.store.tables import CURSORS, DOSSIERS, EVENTS, INBOX, ORDERS, PAYMENT_NEWS, STEPS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from sqlalchemy import Connection

    from gov_connect.delivery.news import News
    from gov_connect.runtime import Clock
    from gov_connect.store import Database

_BATCH: Final = 500
_PURGED: Final = b""
_ENDED: Final = tuple(
    status.value
    for status in (
        DossierStatus.NOT_ACCEPTED,
        DossierStatus.WITHDRAWN,
        DossierStatus.STOPPED,
        DossierStatus.RESULT_DELIVERED,
    )
)


def payment_news(database: Database, write: Callable[[Connection, str, News], object]) -> int:
    """Write down as news what the payment records say since the last time; gives how many.

    The place up to which it was read moves in the same transaction, so that nothing is told twice or skipped.
    """
    with database.transaction() as db:
        mine = CURSORS.c.name == PaymentChanged.__name__
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
            db.execute(insert(CURSORS).values(name=PaymentChanged.__name__, at=rows[-1].id))
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
        told = (INBOX.c.handled == 1) & (INBOX.c.received_at < before)
        db.execute(update(INBOX).where(told).values(body=_PURGED))
    return gone
