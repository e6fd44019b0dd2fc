"""One transaction of many small steps: events taken one by one, and what came of others, written together at its end.

Who distributes by procrastinate takes and settles event by event, from many threads; a commit for each would be the
limit of all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select

from gov_connect.delivery import health
from gov_connect.delivery.outcomes import Claimed
from gov_connect.delivery.statements import CHOSEN, TAKE, UP_TO
from gov_connect.delivery.states import UNSERVED, State
from gov_connect.store.tables import LEASES, WORKERS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from sqlalchemy import Connection

    from gov_connect.delivery.health import Health
    from gov_connect.delivery.outcomes import Outcome
    from gov_connect.delivery.queue import Queue, Rings, Target


Ending = tuple["Callable[[Connection, Sequence[int]], object]", int]
"""Who ends the orders of a distributor, and the number of one: in the transaction of the results of their events."""


_IN_HAND: Final = 1.0
"""Seconds after which it is looked again whether an event is still in hand, or who asks has signed on anew."""


@dataclass(slots=True, kw_only=True)
class Asked:
    """One event that is to be claimed.

    Attributes:
        number: of the event.
        worker: whose token claims it.
        without: systems that this worker does not serve.
        held: events that this worker has in hand.
        answer: as for `Queue.take`; there when the sitting has ended.
    """

    number: int
    worker: str
    without: Collection[str] = ()
    held: Collection[int] = ()
    answer: Claimed | float | Rings | None = None


class Sitting:
    """What is taken and settled inside one transaction that is alone at the queue. Made by the queue."""

    def __init__(self, queue: Queue, db: Connection) -> None:
        self._queue: Final = queue
        self._db: Final = db
        self._asked: list[Asked] = []
        self._taken: list[dict[str, Any]] = []
        self._outcomes: list[Outcome] = []
        self._endings: list[Ending] = []
        self._rings: Rings = []
        self._heard = False
        # Lanes of dossiers that the tables do not show as they are until the next writing.
        self._changed: set[tuple[str, str, str]] = set()

    @cached_property
    def _now(self) -> float:
        return self._queue.epoch(self._db)

    @cached_property
    def _health(self) -> dict[Target, Health]:
        return self._queue.healths(self._db)

    def take(self, asked: Asked) -> Asked:
        """Claim one event: see `Queue.take`. What is given is filled in when the sitting ends."""
        self._asked.append(asked)
        return asked

    def settle(self, outcome: Outcome, ending: Ending | None = None) -> Rings:
        """Have the result of an event written; gives what people are to hear, to the first who asks.

        What is given is filled in when the sitting ends.
        """
        first, self._heard = not self._heard, True
        self._outcomes.append(outcome)
        if ending is not None:
            self._endings.append(ending)
        return self._rings if first else []

    def flush(self) -> None:
        """Have the tables hold everything so far: what is settled makes room for what is claimed."""
        if self._outcomes:
            self._rings += self._queue.written(self._db, self._outcomes, self._health, self._now)
        for end in {end for end, _ in self._endings}:
            end(self._db, [number for each, number in self._endings if each is end])
        self._outcomes, self._endings = [], []
        if self._asked:
            chosen = self._chosen()
            for asked in self._asked:
                asked.answer = self._claimed(asked, chosen.get((asked.worker, asked.number)))
            self._write_taken()
        self._asked = []

    def _chosen(self) -> dict[tuple[str, int], Any]:
        """The rows that are asked for, by who asks: nearly always one worker, so one statement."""
        found: dict[tuple[str, int], Any] = {}
        for worker in {asked.worker for asked in self._asked}:
            numbers = list({asked.number for asked in self._asked if asked.worker == worker})
            rows = self._db.execute(CHOSEN, {"b_ids": numbers, "b_worker": worker}).all()
            found.update(((worker, row.id), row) for row in rows)
        return found

    def _claimed(self, asked: Asked, chosen: Any) -> Claimed | float | Rings | None:
        if chosen is None:
            return None
        if chosen.taker is None:
            return _IN_HAND
        rows: Sequence[Any] = [chosen]
        changed = (chosen.agency, chosen.lane, chosen.dossier) in self._changed
        if changed or chosen.first != chosen.id:
            self._write_taken()
            rows = self._db.execute(UP_TO, {"b_id": asked.number}).all()
        if not rows or rows[-1].id != asked.number or any(row.state == State.PARKED.value for row in rows):
            return None
        row = rows[0]
        wait = self._wait(asked, row)
        if wait is not None:
            return wait
        if row.owner:
            freed = (LEASES.c.agency == row.agency) & (LEASES.c.dossier == row.dossier)
            self._db.execute(delete(LEASES).where(freed, LEASES.c.worker == row.owner))
        doubtful = bool(row.doubtful or row.state == State.SENT.value)
        event = self._queue.readable(self._db, row, asked.worker, doubtful=doubtful)
        if not isinstance(event, Claimed):
            return [event]
        self._taken.append(
            {"b_id": row.id, "b_owner": asked.worker, "b_doubtful": int(doubtful), "b_at": self._queue.moment()}
        )
        self._changed.add((row.agency, row.lane, row.dossier))
        return event

    def _wait(self, asked: Asked, row: Any) -> float | None:
        """Seconds before an event may be claimed; None when it may be now."""
        if row.system in asked.without:
            return UNSERVED
        if row.state == State.SENT.value and self._in_hand(asked, row):
            return _IN_HAND
        target = (row.agency, row.system)
        mine = self._health.get(target, health.WELL)
        if mine.paused(self._now, self._queue.policy):
            return mine.paused_until - self._now
        if mine.outage_since is not None:
            # One probe at a time; those of this very transaction must be seen too.
            self._write_taken()
            if self._queue.probed(self._db, target):
                return self._queue.policy.pause
        return None

    def _in_hand(self, asked: Asked, row: Any) -> bool:
        """Whether somebody who lives is at it: its job was given to two, e.g. by a server that was away."""
        if row.owner == asked.worker:
            return row.id in asked.held
        alive = select(WORKERS.c.id).where(WORKERS.c.id == row.owner)
        return self._db.execute(alive).first() is not None

    def _write_taken(self) -> None:
        if self._taken:
            self._db.execute(TAKE, self._taken)
        self._taken = []
        self._changed.clear()
