"""What officers and operators see and do: how much waits, since when, why; replay, park, cancel."""

from __future__ import annotations

import logging
import statistics
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import case, func, insert, select, update

from gov_connect.delivery.health import Ring
from gov_connect.delivery.states import OPEN_STATES, Lane, State
from gov_connect.reference import WorkCalendar
from gov_connect.resilience.attempts import LOGGER
from gov_connect.store.tables import ALERTS, EVENTS, OPEN, TARGETS, WORKERS

if TYPE_CHECKING:
    from gov_connect.model import AgencyCode
    from gov_connect.runtime import Clock
    from gov_connect.store import Database

LATE_AFTER: Final = timedelta(minutes=10)
_LAG: Final = "lag_"
ALARM_AFTER: Final = 8.0
"""Working hours after which a dossier that the portal does not show counts against the agency."""


class Lag(StrEnum):
    """How the oldest open event of a system stands against the thresholds."""

    OK = "ok"
    LATE = "late"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one system does.

    Attributes:
        waiting, under_way, parked: events now.
        done: events ever, while they are kept.
        lag_seconds: age of the oldest open event; 0 when nothing is open.
        lag: the same against the thresholds (10 minutes, 8 working hours).
        outage_since: since when it does not answer.
        paused: whether nothing is sent at this moment.
    """

    system: str
    waiting: int
    under_way: int
    parked: int
    done: int
    lag_seconds: float
    lag: Lag
    outage_since: datetime | None
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """How long a system took from an event to its confirmation, in seconds.

    Attributes:
        count: events that were confirmed in the time looked at.
        median, p95, longest: of them.
    """

    system: str
    count: int
    median: float
    p95: float
    longest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One event as people see it: no content."""

    id: int
    system: str
    lane: str
    operation: str
    dossier: str
    key: str
    state: str
    tries: int
    error: str
    doubtful: bool
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something that was told once."""

    system: str
    kind: str
    detail: str
    at: datetime


class Admin:
    """The events of one agency. All methods block."""

    def __init__(self, database: Database, agency: AgencyCode, clock: Clock) -> None:
        self._database: Final = database
        self._agency: Final = str(agency)
        self._clock: Final = clock

    def status(self) -> list[Standing]:
        """How each system does, by name."""
        columns = [
            EVENTS.c.system,
            *(func.sum(case((EVENTS.c.state == state, 1), else_=0)).label(state.name) for state in State),
            func.min(case((OPEN, EVENTS.c.created_at))).label("oldest"),
        ]
        mine = (EVENTS.c.agency == self._agency) & (EVENTS.c.lane != Lane.STEP.value)
        with self._database.reading() as db:
            rows = db.execute(select(*columns).where(mine).group_by(EVENTS.c.system).order_by(EVENTS.c.system)).all()
            healths = {
                row.system: row for row in db.execute(select(TARGETS).where(TARGETS.c.agency == self._agency)).all()
            }
        now = self._clock.now()
        return [_standing(row, healths.get(row.system), now) for row in rows]

    def delays(self, *, within: timedelta = timedelta(days=1), most: int = 10_000) -> list[Delay]:
        """From an event to its confirmation, per system; workflows and news for the host are not a system's.

        Args:
            within: how far back is looked.
            most: confirmations that are looked at, the newest of all systems.
        """
        mine = (EVENTS.c.agency == self._agency) & (EVENTS.c.state == State.DONE.value)
        mine &= EVENTS.c.lane.in_((Lane.OUT.value, Lane.STEP.value))
        asked = select(EVENTS.c.system, EVENTS.c.created_at, EVENTS.c.changed_at).where(
            mine, EVENTS.c.changed_at >= self._clock.now() - within
        )
        taken: dict[str, list[float]] = {}
        with self._database.reading() as db:
            for row in db.execute(asked.order_by(EVENTS.c.id.desc()).limit(most)):
                seconds = max(0.0, (row.changed_at - row.created_at).total_seconds())
                taken.setdefault(row.system, []).append(seconds)
        return [_delay(system, sorted(times)) for system, times in sorted(taken.items())]

    def watch_lag(self) -> int:
        """Ring once when a system becomes late (10 minutes), once when it is an alarm (8 working hours), and once
        when it is on time again; gives how many alarms rang.
        """
        rung = 0
        for one in self.status():
            if one.lag is not self._last_rung(one.system):
                self.alarm(one.system, f"{_LAG}{one.lag.value}", f"{one.lag_seconds:.0f} s")
                rung += 1
        return rung

    def _last_rung(self, system: str) -> Lag:
        mine = (ALERTS.c.agency == self._agency) & (ALERTS.c.system == system) & ALERTS.c.kind.startswith(_LAG)
        with self._database.reading() as db:
            kind = db.execute(select(ALERTS.c.kind).where(mine).order_by(ALERTS.c.id.desc()).limit(1)).scalar()
        return Lag.OK if kind is None else Lag(kind.removeprefix(_LAG))

    def alarm(self, system: str, kind: str, detail: str) -> None:
        """Tell people something once."""
        with self._database.transaction(f"alert|{self._agency}|{system}") as db:
            told = {"agency": self._agency, "system": system, "kind": kind[:30], "detail": detail[:200]}
            db.execute(insert(ALERTS).values(**told, at=self._clock.now()))
        logging.getLogger(LOGGER).warning("delivery_alarm", extra={"system": system, "kind": kind, "detail": detail})

    def events(
        self, *, state: str = "", system: str = "", dossier: str = "", limit: int = 100, steps: bool = False
    ) -> list[Line]:
        """Events, the newest first; by default what is open."""
        where: list[Any] = [EVENTS.c.agency == self._agency]
        if not steps:
            where.append(EVENTS.c.lane != Lane.STEP.value)
        if dossier:
            where.append(EVENTS.c.dossier == dossier)
        if system:
            where.append(EVENTS.c.system == system)
        if state:
            where.append(EVENTS.c.state == state)
        elif not dossier:
            where.append(OPEN)
        with self._database.reading() as db:
            rows = db.execute(select(EVENTS).where(*where).order_by(EVENTS.c.id.desc()).limit(limit)).all()
        return [_line(row) for row in rows]

    def event(self, number: int) -> Line | None:
        """One event, or None."""
        with self._database.reading() as db:
            row = db.execute(select(EVENTS).where(self._mine(number))).first()
        return None if row is None else _line(row)

    def alerts(self, limit: int = 50) -> list[Alert]:
        """What was told, the newest first."""
        mine = select(ALERTS).where(ALERTS.c.agency == self._agency).order_by(ALERTS.c.id.desc()).limit(limit)
        with self._database.reading() as db:
            return [Alert(system=row.system, kind=row.kind, detail=row.detail, at=row.at) for row in db.execute(mine)]

    def workers(self) -> list[tuple[str, datetime]]:
        """Who works on this database: name, and the last sign of life."""
        with self._database.reading() as db:
            return [(row.name, row.beat_at) for row in db.execute(select(WORKERS).order_by(WORKERS.c.started_at))]

    def replay(self, number: int) -> bool:
        """Put a parked event back in line, its doubts included; what waits behind it follows. False: not parked."""
        return self._move(number, {State.PARKED}, state=State.WAITING.value, due=0.0, tries=0, error="")

    def park(self, number: int) -> bool:
        """Hold an event, and with it what follows it in its dossier. False: it is not waiting."""
        moved = self._move(number, {State.WAITING}, state=State.PARKED.value, error="delivery.parked_by_hand")
        if moved:
            line = self.event(number)
            assert line is not None
            with self._database.transaction() as db:
                told = {"agency": self._agency, "system": line.system, "kind": Ring.PARKED.value}
                db.execute(insert(ALERTS).values(**told, detail=f"{number}: by hand", at=self._clock.now()))
        return moved

    def cancel(self, number: int) -> bool:
        """Decide against an event that is not under way; what follows it in its dossier goes on."""
        return self._move(number, {State.WAITING, State.PARKED}, state=State.CANCELLED.value)

    def _move(self, number: int, states: set[State], **news: Any) -> bool:
        where = self._mine(number) & EVENTS.c.state.in_([state.value for state in states])
        if not states <= OPEN_STATES:
            raise ValueError(states)
        with self._database.transaction("delivery") as db:
            changed = update(EVENTS).where(where, EVENTS.c.lane != Lane.STEP.value)
            return bool(db.execute(changed.values(changed_at=self._clock.now(), **news)).rowcount)

    def _mine(self, number: int) -> Any:
        return (EVENTS.c.agency == self._agency) & (EVENTS.c.id == number)


def _delay(system: str, times: list[float]) -> Delay:
    return Delay(
        system=system,
        count=len(times),
        median=statistics.median(times),
        p95=times[min(len(times) - 1, int(0.95 * len(times)))],
        longest=times[-1],
    )


def lag_of(oldest: datetime | None, now: datetime) -> Lag:
    """A moment against the thresholds."""
    if oldest is None or now - oldest < LATE_AFTER:
        return Lag.OK
    return Lag.ALARM if WorkCalendar.default().hours_between(oldest, now) >= ALARM_AFTER else Lag.LATE


def _standing(row: Any, health: Any, now: datetime) -> Standing:
    return Standing(
        system=row.system,
        waiting=row.WAITING,
        under_way=row.SENT,
        parked=row.PARKED,
        done=row.DONE,
        lag_seconds=0.0 if row.oldest is None else max(0.0, (now - row.oldest).total_seconds()),
        lag=lag_of(row.oldest, now),
        outage_since=None if health is None else health.outage_since,
        paused=health is not None and now.timestamp() < health.paused_until,
    )


def _line(row: Any) -> Line:
    return Line(
        id=row.id,
        system=row.system,
        lane=row.lane,
        operation=row.operation,
        dossier="" if row.dossier.startswith("~") else row.dossier,
        key=row.key,
        state=row.state,
        tries=row.tries,
        error=row.error,
        doubtful=bool(row.doubtful),
        created_at=row.created_at,
        changed_at=row.changed_at,
    )
