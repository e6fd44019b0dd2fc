"""The queue over the events: claim a batch, settle a batch, in one transaction; and who is alive.

Workers are told apart by beats, not by clocks: see docs/explanation/durability.md.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, insert, not_, select, text, update

from gov_connect.delivery import health
from gov_connect.delivery.batch_transaction import Asked, BatchTransaction
from gov_connect.delivery.health import Health, HealthPolicy, Ring
from gov_connect.delivery.outcomes import Claimed, Kind, Outcome, Place, Verdict
from gov_connect.delivery.statements import (
    BACK,
    BEATEN,
    DONE,
    DUE,
    HEALTHS,
    NEXT_TARGET,
    PROBED,
    RELIEVE,
    TAKE,
    UNREADABLE,
    WAKE,
    WOKEN,
)
from gov_connect.delivery.states import Lane, State
from gov_connect.errors import LeaseLost, LedgerError
from gov_connect.runtime import SystemClock
from gov_connect.store.group_commit import GroupCommit
from gov_connect.store.tables import ALERTS, EVENTS, LEASES, TARGETS, WAITING, WORKERS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from gov_connect.delivery.batch_transaction import Ending
    from gov_connect.runtime import Clock
    from gov_connect.store import Database, Vault

Target = tuple[str, str]
RingOf = tuple[str, str, Ring, str]
"""What people are to hear: agency, system, what rings, detail."""
Rings = list[RingOf]
_ONE_AT_A_TIME: Final = "delivery"
_FAR: Final = 2 * 3600.0
"""Seconds ahead that no wait of ours reaches: an event due later than that fell to a clock that jumped."""
_LONGEST_WAIT: Final = _FAR - 200.0
"""Seconds that an event waits at most; a workflow that waits for people for longer looks again in between."""
_LATEST: Final = 20
"""Events that a key is tried on before a worker begins; if it opens none, so many systems are looked at as well."""
_UNREADABLE: Final = "ledger.wrong_key"
_SKEW: Final = timedelta(seconds=10)
"""By so much the clocks of two machines may differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one turn brought.

    Attributes:
        claimed: events that are now this worker's.
        rings: what people are to hear.
        targets: systems for which anything waits.
    """

    claimed: list[Claimed] = field(default_factory=list[Claimed])
    rings: Rings = field(default_factory=Rings)
    targets: int = 0


class Queue:
    """All work in one database, of all its agencies. All methods block."""

    def __init__(self, database: Database, vault: Vault, clock: Clock, policy: HealthPolicy | None = None) -> None:
        self.database: Final = database
        self._vault: Final = vault
        self._clock: Final = clock
        self.policy: Final = policy or HealthPolicy()
        self._batches: Final = GroupCommit(database, _ONE_AT_A_TIME, inside=self._batch)

    def check_key(self) -> None:
        """Refuse a key that opens nothing of what is stored: everything that is due would be parked.

        What is parked already because nobody can read it does not count; and what one process wrote under a key of
        its own, however much of it and however late, keeps nobody else from working.

        Raises:
            LedgerError: `ledger.wrong_key`.
        """
        foreign = (EVENTS.c.state == State.PARKED.value) & (EVENTS.c.error == _UNREADABLE)
        readable = (EVENTS.c.payload != b"") & not_(foreign)
        with self.database.reading() as db:
            rows = db.execute(select(EVENTS).where(readable).order_by(EVENTS.c.id.desc()).limit(_LATEST)).all()
            if not rows or any(map(self._opens, rows)):
                return
            ends = select(func.min(EVENTS.c.id), func.max(EVENTS.c.id)).where(readable)
            found = db.execute(ends.group_by(EVENTS.c.agency, EVENTS.c.system).limit(_LATEST)).all()
            numbers = {number for row in found for number in row}
            rows = db.execute(select(EVENTS).where(EVENTS.c.id.in_(numbers))).all()
        if not any(map(self._opens, rows)):
            raise LedgerError(_UNREADABLE)

    def _opens(self, row: Any) -> bool:
        try:
            self.opened(row, "")
        except LedgerError:
            return False
        return True

    def register(self, name: str) -> str:
        """Sign a worker on; gives its token.

        Raises:
            LedgerError: `ledger.wrong_key`: see `check_key`.
        """
        self.check_key()
        token, now = secrets.token_hex(16), self._clock.now()
        with self.database.transaction(f"worker|{token}") as db:
            db.execute(insert(WORKERS).values(id=token, name=name[:100], beat=0, started_at=now, beat_at=now))
        return token

    def beat(self, worker: str) -> dict[str, int]:
        """Show that a worker lives; gives the beats of all others.

        Raises:
            LeaseLost: the others took it for dead; its events are somebody else's now.
        """
        with self.database.transaction(_ONE_AT_A_TIME) as db:
            self._alive(db, worker)
            rows = db.execute(select(WORKERS.c.id, WORKERS.c.beat).where(WORKERS.c.id != worker)).all()
        return {row.id: row.beat for row in rows}

    def bury(self, worker: str, beat: int) -> int:
        """Take over what a dead worker had, unless it beat again; gives how many events."""
        with self.database.transaction(_ONE_AT_A_TIME) as db:
            gone = db.execute(delete(WORKERS).where(WORKERS.c.id == worker, WORKERS.c.beat == beat))
            return self._inherit(db, worker) if gone.rowcount else 0

    def leave(self, worker: str, untouched: Iterable[Claimed] = ()) -> None:
        """Sign a worker off; what it had not begun is as if it had never been claimed."""
        with self.database.transaction(_ONE_AT_A_TIME) as db:
            for event in untouched:
                mine = (EVENTS.c.id == event.id) & (EVENTS.c.owner == worker)
                back = {"state": State.WAITING.value, "owner": "", "tries": event.tries - 1}
                db.execute(update(EVENTS).where(mine).values(**back))
            self._inherit(db, worker)
            db.execute(delete(WORKERS).where(WORKERS.c.id == worker))

    def give_back(self, worker: str, held: Collection[int]) -> int:
        """Free what a worker was given by a commit that it never heard of: all that is its own, except `held`.

        Nobody has begun it, so it is as if it had never been claimed. Gives how many events.
        """
        lost = (EVENTS.c.owner == worker) & (EVENTS.c.state == State.SENT.value) & EVENTS.c.id.not_in(sorted(held))
        back = {"state": State.WAITING.value, "owner": "", "tries": EVENTS.c.tries - 1}
        with self.database.transaction(_ONE_AT_A_TIME) as db:
            return db.execute(update(EVENTS).where(lost).values(**back)).rowcount

    def _inherit(self, db: Connection, worker: str) -> int:
        db.execute(delete(LEASES).where(LEASES.c.worker == worker))
        under_way = (EVENTS.c.owner == worker) & (EVENTS.c.state == State.SENT.value)
        news = {"state": State.WAITING.value, "owner": "", "doubtful": 1, "due": 0.0}
        return db.execute(update(EVENTS).where(under_way).values(**news)).rowcount

    def _alive(self, db: Connection, worker: str) -> None:
        if not db.execute(BEATEN, {"b_id": worker, "b_at": self._clock.now()}).rowcount:
            raise LeaseLost

    def turn(
        self,
        worker: str,
        outcomes: Sequence[Outcome],
        *,
        room: int,
        cap: Callable[[Target], int],
        without: Collection[str] = (),
    ) -> Turn:
        """Settle what is finished and claim what is due, in one transaction.

        Args:
            worker: its token.
            outcomes: of events that it had.
            room: how many events it wants at most.
            cap: how many of one target.
            without: systems that this worker does not serve.

        Raises:
            LeaseLost: the others took it for dead; nothing of this turn happened.
        """
        rings: Rings = []
        with self.database.transaction(_ONE_AT_A_TIME) as db:
            now = self.epoch(db)
            state = self.healths(db)
            if outcomes:
                rings = self.written(db, outcomes, state, now)
            targets = self._targets(db, without) if room > 0 else []
            rows = self._due(db, targets, state, now, room, cap)
            if rows:
                self._alive(db, worker)
            claimed: list[Claimed] = []
            for row in rows:
                # Opened before anything is taken: one that nobody can read must not strand the others.
                event = self.readable(db, row, worker)
                if isinstance(event, Claimed):
                    claimed.append(event)
                else:
                    rings.append(event)
            if claimed:
                mine = {"b_owner": worker, "b_at": self._clock.now()}
                db.execute(TAKE, [{"b_id": one.id, "b_doubtful": int(one.doubtful), **mine} for one in claimed])
        return Turn(claimed=claimed, rings=rings, targets=len(targets))

    def readable(self, db: Connection, row: Any, worker: str, *, doubtful: bool = False) -> Claimed | RingOf:
        """A row in clear; one that our keys do not open is parked instead, and rings."""
        try:
            event = self.opened(row, worker)
        except LedgerError as error:
            doubt = {"b_doubtful": int(doubtful or row.doubtful)}
            db.execute(UNREADABLE, {"b_id": row.id, "b_error": error.code, "b_at": self._clock.now(), **doubt})
            ring = (row.agency, row.system, Ring.PARKED, f"{row.id}: {error.code}")
            _ring(db, [ring], self._clock.now())
            return ring
        return replace(event, doubtful=True) if doubtful else event

    def take(
        self, number: int, worker: str, *, without: Collection[str] = (), held: Collection[int] = ()
    ) -> Claimed | float | Rings | None:
        """Claim one event that somebody else chose: the event, or the seconds to wait, or None to leave it alone.

        One that cannot be read is parked: then it gives what people are to hear.

        It is left alone when it is settled already, or when a parked one stands before it (its replay
        distributes it anew). When an earlier one of its dossier is due, that one is given instead: a replayed
        event has its place back, but a new and therefore later job.

        Args:
            number: of the event.
            worker: whose token claims it; one that was taken for dead waits until it has signed on anew. What
                another one has is waited for as long as that one beats, whatever the distributor believes of it.
            without: systems that this worker does not serve.
            held: events that this worker has in hand; of others that are its own it never heard that it had them.
        """

        def step(batch: BatchTransaction) -> Asked:
            return batch.take(Asked(number=number, worker=worker, without=without, held=held))

        return self._batches.run(step).answer

    def settle_one(self, outcome: Outcome, ending: Ending | None = None) -> Rings:
        """The same as `settle`, in one transaction with whatever others settle and take at the same time.

        Args:
            outcome: of an event.
            ending: what else ends with it.
        """

        def step(batch: BatchTransaction) -> Rings:
            return batch.settle(outcome, ending)

        return self._batches.run(step)

    @contextmanager
    def _batch(self, db: Connection) -> Generator[BatchTransaction, None, None]:
        batch = BatchTransaction(self, db)
        yield batch
        batch.flush()

    def moment(self) -> datetime:
        """The moment by our own clock, as rows are stamped."""
        return self._clock.now()

    def wake(self, agency: str, dossier: str, also: Callable[[Connection], object] | None = None) -> int:
        """Have the workflow of a dossier go on now: what it waited for has come. Gives how many.

        One that is under way goes on once more when its run ends: what came may have come too late for it.

        Args:
            agency: whose it is.
            dossier: its number.
            also: what is to happen in the same transaction.
        """
        with self.database.transaction(_ONE_AT_A_TIME) as db:
            woken = db.execute(WAKE, {"b_agency": agency, "b_dossier": dossier}).rowcount
            if woken and also is not None:
                also(db)
        return woken

    def waits(self, number: int) -> float | None:
        """Seconds until an event is due, 0 when it is; None when it does not wait."""
        with self.database.reading() as db:
            due = db.execute(select(EVENTS.c.due).where(EVENTS.c.id == number, WAITING)).scalar()
            return None if due is None else max(0.0, due - self.epoch(db))

    def behind(self, number: int) -> list[Place]:
        """What waits of the lane of an event, in order: to be distributed anew once the event has moved."""
        one = EVENTS.alias("one")
        mine = select(one).where(one.c.id == number).subquery()
        same = (EVENTS.c.agency == mine.c.agency) & (EVENTS.c.lane == mine.c.lane)
        asked = select(EVENTS.c.id, EVENTS.c.agency, EVENTS.c.system, EVENTS.c.dossier)
        asked = asked.where(same, EVENTS.c.dossier == mine.c.dossier, WAITING).order_by(EVENTS.c.id)
        with self.database.reading() as db:
            rows = db.execute(asked).all()
        # Nothing is opened: what nobody can read is distributed like the rest, and parked by who takes it.
        return [Place(id=row.id, agency=row.agency, system=row.system, dossier=_shown(row.dossier)) for row in rows]

    def epoch(self, db: Connection) -> float:
        """The moment by the database's clock, or by a simulated one."""
        if isinstance(self._clock, SystemClock) and self.database.kind == "postgresql":
            return float(db.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
        return self._clock.now().timestamp()

    def unstick(self) -> int:
        """Bring back what a clock that jumped has pushed out of reach; gives how many events."""
        with self.database.transaction(_ONE_AT_A_TIME) as db:
            # Written in the future, or due later than any wait of ours: the clock was ahead and was set back.
            ahead = EVENTS.c.changed_at > self._clock.now() + _SKEW
            lost = WAITING & (EVENTS.c.due > 0) & (ahead | (EVENTS.c.due > self.epoch(db) + _FAR))
            return db.execute(update(EVENTS).where(lost).values(due=0.0)).rowcount

    def healths(self, db: Connection) -> dict[Target, Health]:
        """How every system does."""
        rows = db.execute(HEALTHS).all()
        return {
            (row.agency, row.system): Health(
                failures=row.failures,
                pause=row.pause,
                paused_until=row.paused_until,
                outage_since=row.outage_since,
                retries=row.retries,
                retries_at=row.retries_at,
            )
            for row in rows
        }

    def _targets(self, db: Connection, without: Collection[str]) -> list[Target]:
        """Every (agency, system) for which something waits, by hops over the index, however much waits."""
        found: list[Target] = []
        last = ("", "")
        while (row := db.execute(NEXT_TARGET, {"b_agency": last[0], "b_system": last[1]}).first()) is not None:
            last = (row.agency, row.system)
            if row.system not in without:
                found.append(last)
        return found

    def _due(
        self,
        db: Connection,
        targets: Sequence[Target],
        state: Mapping[Target, Health],
        now: float,
        room: int,
        cap: Callable[[Target], int],
    ) -> list[Any]:
        rows: list[Any] = []
        for number, target in enumerate(targets):
            mine = state.get(target, health.WELL)
            if mine.paused(now, self.policy):
                continue
            # What is left is shared by the targets that are left, so that none starves the others.
            share = -(-(room - len(rows)) // (len(targets) - number))
            wanted = min(share, cap(target))
            if mine.outage_since is not None:
                wanted = 0 if self.probed(db, target) else min(1, wanted)
            if wanted > 0:
                asked = {"b_agency": target[0], "b_system": target[1], "b_now": now, "b_room": wanted}
                rows += _first_of_each(db.execute(DUE, asked).all())
        return rows

    @staticmethod
    def probed(db: Connection, target: Target) -> bool:
        """Whether an event of a system is under way."""
        return db.execute(PROBED, {"b_agency": target[0], "b_system": target[1]}).first() is not None

    def opened(self, row: Any, worker: str) -> Claimed:
        """A row of `events` with its content in clear."""
        place = f"|{row.agency}|{row.system}|{row.key}"
        return Claimed(
            id=row.id,
            agency=row.agency,
            system=row.system,
            lane=Lane(row.lane),
            operation=row.operation,
            dossier=_shown(row.dossier),
            key=row.key,
            payload=self._vault.open(row.payload, "payload" + place),
            acting="" if row.acting is None else self._vault.open(row.acting, "acting" + place),
            tries=row.tries + 1,
            doubtful=bool(row.doubtful),
            owner=worker,
        )

    def settle(self, outcomes: Sequence[Outcome]) -> Rings:
        """Store what came of events; gives what people are to hear."""
        with self.database.transaction(_ONE_AT_A_TIME) as db:
            return self.written(db, outcomes, self.healths(db), self.epoch(db))

    def written(self, db: Connection, outcomes: Sequence[Outcome], state: dict[Target, Health], now: float) -> Rings:
        """Write what came of events, and what it says about their systems; `state` is brought up to date.

        Gives what people are to hear.
        """
        at = self._clock.now()
        outcomes = _heeded(db, outcomes)
        done = [self._done(outcome, at) for outcome in outcomes if outcome.kind is Kind.DONE]
        back = [_back(outcome, now, at) for outcome in outcomes if outcome.kind in {Kind.AGAIN, Kind.PARKED}]
        if done:
            db.execute(DONE, done)
        if back:
            db.execute(BACK, back)
        rings = [
            (outcome.event.agency, outcome.event.system, Ring.PARKED, f"{outcome.event.id}: {outcome.code}")
            for outcome in outcomes
            if outcome.kind is Kind.PARKED
        ]
        before = dict(state)
        answered = {_target(outcome) for outcome in outcomes if outcome.verdict is Verdict.SPOKE}
        for outcome in outcomes:
            target = _target(outcome)
            news, ring = self._judged(state.get(target, health.WELL), outcome, now, answered=target in answered)
            state[target] = news
            if ring is not None:
                rings.append((*target, ring, outcome.code))
            for system in outcome.answered - {target[1]}:
                other = (target[0], system)
                state[other], ring = health.spoke(state.get(other, health.WELL))
                if ring is not None:
                    rings.append((*other, ring, ""))
        for target, news in state.items():
            if news != before.get(target, health.WELL):
                _write_health(db, target, news, there=target in before)
        _ring(db, rings, at)
        return rings

    def _judged(self, mine: Health, outcome: Outcome, now: float, *, answered: bool) -> tuple[Health, Ring | None]:
        match outcome.verdict:
            case Verdict.SPOKE:
                return health.spoke(mine)
            case Verdict.FAILED:
                return health.failed(mine, self.policy, now=now, at=self._clock.now(), answered=answered)
            case Verdict.WAIT:
                return health.asked_to_wait(mine, outcome.wait, now=now), None
            case Verdict.NONE:
                return mine, None

    def _done(self, outcome: Outcome, at: object) -> dict[str, Any]:
        event = outcome.event
        sealed = self._vault.seal(outcome.result, f"result|{event.agency}|{event.system}|{event.key}")
        return {"b_id": event.id, "b_result": sealed, "b_at": at}


def _target(outcome: Outcome) -> Target:
    """The system that an outcome says something about."""
    return outcome.event.agency, outcome.about or outcome.event.system


def _shown(dossier: str) -> str:
    """The number of a dossier; what belongs to none stands under a sign of its own."""
    return "" if dossier.startswith("~") else dossier


def _first_of_each(rows: Sequence[Any]) -> list[Any]:
    """One event of a dossier at a time, even within a batch."""
    return list({(row.agency, row.lane, row.dossier): row for row in reversed(rows)}.values())[::-1]


def _ring(db: Connection, rings: Rings, at: datetime) -> None:
    """Keep what people are to hear; workflows that put themselves off because of an outage are due with its end."""
    for agency, system, ring, detail in rings:
        db.execute(insert(ALERTS).values(agency=agency, system=system, kind=ring.value, detail=detail, at=at))
        if ring is Ring.OUTAGE_ENDED:
            db.execute(RELIEVE, {"b_agency": agency})


def _heeded(db: Connection, outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
    """The same, but what was woken during its run is not parked: what came may be what people were to do."""
    parked = [outcome.event.id for outcome in outcomes if outcome.kind is Kind.PARKED]
    if not parked:
        return outcomes
    woken = set(db.execute(select(EVENTS.c.id).where(EVENTS.c.id.in_(parked), WOKEN)).scalars())
    return [
        replace(outcome, kind=Kind.AGAIN, wait=0.0) if outcome.event.id in woken else outcome for outcome in outcomes
    ]


def _back(outcome: Outcome, now: float, at: object) -> dict[str, Any]:
    event = outcome.event
    state = State.PARKED if outcome.kind is Kind.PARKED else State.WAITING
    tries = event.tries if outcome.counted else event.tries - 1
    if outcome.kind is Kind.AGAIN and not outcome.code:
        # It went well and only waits: a workflow of days must not pay at its end for the failures of its beginning.
        tries = 0
    return {
        "b_id": event.id,
        "b_owner": event.owner,
        "b_state": state.value,
        "b_due": now + min(outcome.wait, _LONGEST_WAIT),
        "b_error": outcome.code[:100],
        "b_doubtful": int(outcome.doubtful),
        "b_tries": tries,
        "b_at": at,
    }


def _write_health(db: Connection, target: Target, news: Health, *, there: bool) -> None:
    values = {name: getattr(news, name) for name in news.__slots__}
    if there:
        mine = (TARGETS.c.agency == target[0]) & (TARGETS.c.system == target[1])
        db.execute(update(TARGETS).where(mine).values(**values))
    else:
        db.execute(insert(TARGETS).values(agency=target[0], system=target[1], **values))
