"""One transaction of many small steps: events taken one by one, and what came of others, written together at its end.

Who distributes by procrastinate takes and settles event by event, from many threads; a commit for each would be the
limit of all of them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete

from gov_connect.delivery import health
from gov_connect.delivery.outcomes import Claimed
from gov_connect.delivery.statements import TAKE, UP_TO
from gov_connect.delivery.states import UNSERVED, State
from gov_connect.store.tables import LEASES

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from gov_connect.delivery.health import Health
    from gov_connect.delivery.outcomes import Outcome
    from gov_connect.delivery.queue import Queue, Rings, Target


class Sitting:
    """What is taken and settled inside one transaction that is alone at the queue. Made by the queue."""

    def __init__(self, queue: Queue, db: Connection) -> None:
        self._queue: Final = queue
        self._db: Final = db
        self._taken: list[dict[str, Any]] = []
        self._outcomes: list[Outcome] = []
        self._rings: Rings = []
        self._heard = False
        # Lanes of dossiers that the tables do not show as they are until the next flush.
        self._changed: set[tuple[str, str, str]] = set()

    @cached_property
    def _now(self) -> float:
        return self._queue.epoch(self._db)

    @cached_property
    def _health(self) -> dict[Target, Health]:
        return self._queue.healths(self._db)

    def take(self, number: int, worker: str, without: Collection[str]) -> Claimed | float | Rings | None:
        """Claim one event: see `Queue.take`."""
        rows = self._db.execute(UP_TO, {"b_id": number}).all()
        if rows and (rows[0].agency, rows[0].lane, rows[0].dossier) in self._changed:
            self.flush()
            rows = self._db.execute(UP_TO, {"b_id": number}).all()
        if not rows or rows[-1].id != number or any(row.state == State.PARKED.value for row in rows):
            return None
        row = rows[0]
        if row.system in without:
            return UNSERVED
        target = (row.agency, row.system)
        mine = self._health.get(target, health.WELL)
        if mine.paused(self._now, self._queue.policy):
            return mine.paused_until - self._now
        if mine.outage_since is not None:
            # One probe at a time; those of this very transaction must be seen too.
            self.flush()
            if self._queue.probed(self._db, target):
                return self._queue.policy.pause
        if row.owner:
            freed = (LEASES.c.agency == row.agency) & (LEASES.c.dossier == row.dossier)
            self._db.execute(delete(LEASES).where(freed, LEASES.c.worker == row.owner))
        doubtful = bool(row.doubtful or row.state == State.SENT.value)
        event = self._queue.readable(self._db, row, worker, doubtful=doubtful)
        if not isinstance(event, Claimed):
            return [event]
        self._taken.append(
            {"b_id": row.id, "b_owner": worker, "b_doubtful": int(doubtful), "b_at": self._queue.moment()}
        )
        self._changed.add((row.agency, row.lane, row.dossier))
        return event

    def settle(self, outcome: Outcome) -> Rings:
        """Have the result of an event written; gives what people are to hear, to the first who asks.

        What is given is filled in when the sitting ends.
        """
        first, self._heard = not self._heard, True
        self._outcomes.append(outcome)
        event = outcome.event
        self._changed.add((event.agency, event.lane.value, event.dossier))
        return self._rings if first else []

    def flush(self) -> None:
        """Have the tables hold everything so far."""
        if self._taken:
            self._db.execute(TAKE, self._taken)
        if self._outcomes:
            self._rings += self._queue.written(self._db, self._outcomes, self._health, self._now)
        self._taken, self._outcomes = [], []
        self._changed.clear()
