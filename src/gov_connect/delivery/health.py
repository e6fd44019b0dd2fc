"""How a system does, over all workers: an outage pauses it, and repetitions come out of one budget.

| health       | what comes back        | becomes                                                       |
|--------------|------------------------|---------------------------------------------------------------|
| well         | the way fails          | well, one failure more; at the third an outage begins, paused |
| outage       | the way fails (probe)  | outage, paused twice as long, at most `longest`               |
| any          | the system speaks      | well; an outage ends                                          |
| any          | "come back later"      | paused as long as asked                                       |

Pure: the rows are read and written by the queue.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime


class Ring(StrEnum):
    """What people hear, once."""

    OUTAGE_BEGAN = "outage_began"
    OUTAGE_ENDED = "outage_ended"
    PARKED = "parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPolicy:
    """When a system is left alone. Times in seconds.

    Attributes:
        failures: in a row that make an outage.
        pause: the first; doubles up to `longest`.
        budget: repetitions that a system may cost at once; they refill within a minute.
    """

    failures: int = 3
    pause: float = 5.0
    longest: float = 300.0
    budget: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The row of one system. Moments are epoch seconds by the database's clock."""

    failures: int = 0
    pause: float = 0.0
    paused_until: float = 0.0
    outage_since: datetime | None = None
    retries: float = 0.0
    retries_at: float = 0.0

    def paused(self, now: float, policy: HealthPolicy) -> bool:
        """Whether nothing may be sent; a pause longer than any we give comes from a clock that jumped."""
        return now < self.paused_until <= now + 2 * max(policy.longest, self.pause)


WELL: Final = Health()


def spoke(health: Health) -> tuple[Health, Ring | None]:
    """The system gave an answer of its own."""
    if health.failures == 0 and health.outage_since is None and health.paused_until == 0:
        return health, None
    well = replace(WELL, retries=health.retries, retries_at=health.retries_at)
    return well, None if health.outage_since is None else Ring.OUTAGE_ENDED


def failed(
    health: Health, policy: HealthPolicy, *, now: float, at: datetime, answered: bool = False
) -> tuple[Health, Ring | None]:
    """The way to it failed, or it could not answer. Those that failed together count as one probe.

    `answered`: it did answer others that ran at the same time. Then it begins no outage: nobody can tell which of
    them was the last.
    """
    health = _spent(health, policy, now)
    failures = health.failures + (not answered)
    if health.paused(now, policy):
        return replace(health, failures=failures), None
    began = health.outage_since is None and failures >= policy.failures
    if not began and health.outage_since is None:
        if health.retries > policy.budget:
            return replace(health, failures=failures, paused_until=now + policy.pause), None
        return replace(health, failures=failures), None
    pause = min(policy.longest, policy.pause if health.pause == 0 else health.pause * 2)
    news = replace(
        health, failures=failures, pause=pause, paused_until=now + pause, outage_since=health.outage_since or at
    )
    return news, Ring.OUTAGE_BEGAN if began else None


def asked_to_wait(health: Health, seconds: float, *, now: float) -> Health:
    """The system, or our own guard before it, wants to be left alone for a while."""
    until = now + seconds
    return (
        health
        if until <= health.paused_until
        else replace(health, paused_until=until, pause=max(health.pause, seconds))
    )


def _spent(health: Health, policy: HealthPolicy, now: float) -> Health:
    """One repetition more out of the budget, which refills with time."""
    passed = min(60.0, max(0.0, now - health.retries_at))
    used = max(0.0, health.retries - passed * policy.budget / 60.0)
    return replace(health, retries=used + 1, retries_at=now)
