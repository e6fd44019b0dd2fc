"""A day on which everything goes wrong: bad answers, outages, killed processes, clocks that jump, repeated notices."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from gov_connect.cli._demo.citizens import Citizens
from gov_connect.cli._demo.process import AgencyProcess, JumpingClock
from gov_connect.cli._demo.run import DAY
from gov_connect.errors import LedgerError
from gov_connect.mocks import commune_day, running_mocks

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.cli._demo.check import Verdict
    from gov_connect.mocks import RunningMocks
    from gov_connect.mocks.faults import Profile

_SYSTEMS: Final = ("portal", "residents", "civil_registry", "national_payment")
_HOURS: Final = 24
_LONGEST_WAIT: Final = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """What happens on that day.

    Attributes:
        kills: how often a process of the agency is killed, at random moments.
        outages: how often a system is gone for a while.
        workers: processes of the agency; the first one listens.
        jumps: whether clocks of restarted processes are wrong by up to a day for their first seconds.
        repeats: how often each notice of a payment is sent again.
        restart_database: called in the course of the day, when given.
        restarts: how often.
        day_of_outage: whether all systems are gone for a day of 24 simulated hours, in the middle of it.
        older: where the program of an older version lies (its folder `src`): it begins the day, and this one takes
            over under load, while the older one still works for a moment. "" for none.
        standstill: seconds without any progress after which the day is judged as it is.
    """

    dossiers: int
    seed: int
    faults: Profile = "storm"
    kills: int = 5
    outages: int = 2
    workers: int = 2
    jumps: bool = True
    repeats: int = 0
    standstill: float = 40.0
    restart_database: Callable[[], None] | None = None
    restarts: int = 1
    day_of_outage: bool = False
    older: str = ""


@dataclass(kw_only=True)
class StormReport:
    """What came of it."""

    verdict: Verdict
    seconds: float
    kills: int = 0
    outages: int = 0
    restarts: int = 0
    repeated: int = 0
    hours_of_outage: int = 0
    upgrades: int = 0
    alarms: dict[str, int] = field(default_factory=dict[str, int])
    outcomes: dict[str, str] = field(default_factory=dict[str, str])
    procedures: dict[str, str] = field(default_factory=dict[str, str])


def play(storm: Storm, database: str, *, dispatcher: str = "worker") -> StormReport:
    """Play the day to its end and judge everybody's records.

    Args:
        storm: what happens.
        database: address of the records.
        dispatcher: who distributes.
    """
    began, clock = time.monotonic(), JumpingClock(DAY, timedelta(), 0.0)
    with running_mocks(seed=storm.seed, faults=storm.faults, now=clock.now) as mocks:
        day = _Day(storm, mocks, clock, database, dispatcher)
        try:
            report = day.play()
        finally:
            day.end()
        report.seconds = time.monotonic() - began
    return report


class _Day:
    def __init__(self, storm: Storm, mocks: RunningMocks, clock: JumpingClock, database: str, dispatcher: str) -> None:
        self._storm = storm
        self._mocks = mocks
        self._clock = clock
        self._chance = random.Random(storm.seed)  # noqa: S311 - a day that repeats itself
        self._citizens = Citizens(mocks.base_urls)
        self._submitted: dict[str, str] = {}
        self._submitting = threading.Lock()
        self._outcomes: dict[str, str] = {}
        self._alarms: dict[str, int] = {}
        make = partial(AgencyProcess, mocks=mocks, clock=clock, database=database, dispatcher=dispatcher)
        listening = make()
        self.processes = [listening, *(make(key=listening.key, listens=False) for _ in range(storm.workers - 1))]
        self._older: list[AgencyProcess] = []
        if storm.older:
            path = {"PYTHONPATH": storm.older}
            self._older = [make(key=one.key, listens=one.listens, variables=path) for one in self.processes]

    def play(self) -> StormReport:
        for process in self._older or self.processes:
            process.start()
        submitting = threading.Thread(target=self._submit, daemon=True)
        submitting.start()
        counts = Counter[str]()
        for trouble in self._troubles():
            time.sleep(self._chance.uniform(0.3, 1.5))
            self._meet(trouble)
            counts[trouble] += 1
        submitting.join()
        verdict = self._settle()
        repeated = self._repeat_notices()
        if repeated:
            verdict = self._settle()
        return StormReport(
            verdict=verdict,
            seconds=0.0,
            kills=counts["kill"],
            outages=counts["outage"],
            restarts=counts["database"],
            repeated=repeated,
            hours_of_outage=counts["day"] * _HOURS,
            upgrades=counts["upgrade"],
            alarms=self._alarms,
            outcomes=self._outcomes,
            procedures=dict(sorted(self._submitted.items())),
        )

    def _troubles(self) -> list[str]:
        """What happens, in order: a third is over when the program is changed, and two thirds when all is gone."""
        troubles = ["kill"] * self._storm.kills + ["outage"] * self._storm.outages
        self._chance.shuffle(troubles)
        count = len(troubles)
        if self._storm.day_of_outage:
            troubles.insert(2 * count // 3, "day")
        if self._storm.restart_database is not None:
            times = self._storm.restarts
            for turn in range(times):
                troubles.insert((turn + 1) * count // (times + 1) + turn, "database")
        if self._storm.older:
            troubles.insert(count // 3, "upgrade")
        return troubles

    def end(self) -> None:
        """Leave no process behind."""
        for process in (*self.processes, *self._older):
            process.kill()

    def _submit(self) -> None:
        for submission in commune_day(self._storm.seed, self._storm.dossiers, on=DAY.date()):
            while True:
                # A citizen who finds the portal gone tries again.
                with contextlib.suppress(OSError), self._submitting:
                    self._submitted[self._citizens.submit(submission)] = submission.procedure
                    break
                time.sleep(0.2)

    def _meet(self, trouble: str) -> None:
        meet = {
            "kill": self._kill,
            "outage": self._outage,
            "day": self._day_of_outage,
            "upgrade": self._upgrade,
            "database": self._storm.restart_database,
        }[trouble]
        if meet is not None:
            meet()

    def _kill(self) -> None:
        process = self._chance.choice(self._older or self.processes)
        process.kill()
        hours = self._chance.uniform(-24, 24) if self._storm.jumps else 0.0
        # The one that listens stamps what it receives, and its clock is judged by the portal.
        process.start(off_by=timedelta() if process.listens else timedelta(hours=hours))

    def _outage(self) -> None:
        system = self._chance.choice(_SYSTEMS[1:])
        self._mocks.stop(system)
        time.sleep(self._chance.uniform(0.5, 2.0))
        self._mocks.start(system)

    def _day_of_outage(self) -> None:
        """All systems are gone, for everybody's clocks for a day: each hour passes at once, between two attempts."""
        # Between two submissions: a citizen who lost the answer would submit a second dossier.
        with self._submitting:
            for system in _SYSTEMS:
                self._mocks.stop(system)
        for _ in range(_HOURS):
            time.sleep(0.4)
            self._advance(3600.0)
        for system in _SYSTEMS:
            self._mocks.start(system)
        # Longer than any pause: whoever waits may look.
        self._advance(600.0)

    def _advance(self, seconds: float) -> None:
        self._clock.advance(seconds)
        for process in self.processes:
            process.advance(seconds)

    def _upgrade(self) -> None:
        """The new program changes the schema on its first look, while the older one works on for a moment."""
        until = time.monotonic() + self._storm.standstill
        while not self._reported():
            if time.monotonic() > until:
                message = "the older program does nothing"
                raise RuntimeError(message)
            time.sleep(0.1)
        for process in self.processes:
            process.start()
        time.sleep(1.0)
        for process in self._older:
            process.kill()
        self._older = []

    def _settle(self) -> Verdict:
        """Wait until all records agree, or nothing moves any more."""
        seen, moved = -1, time.monotonic()
        while True:
            with contextlib.suppress(LedgerError, OSError):
                self._citizens.push_again()
                verdict, self._outcomes, self._alarms = self.processes[0].judge(self._citizens, self._submitted)
                if verdict.agree or time.monotonic() - moved > self._storm.standstill:
                    return verdict
                now = self._reported()
                if now != seen:
                    seen, moved = now, time.monotonic()
                elif self._storm.day_of_outage:
                    # A workflow that failed all day waits for five minutes: they pass for everybody.
                    self._advance(_LONGEST_WAIT / 20)
            time.sleep(0.5)

    def _reported(self) -> int:
        """Steps of dossiers that the portal has been told of."""
        shown = self._citizens.state("portal")["dossiers"]
        return sum(len(shown.get(code, {}).get("steps", ())) for code in list(self._submitted))

    def _repeat_notices(self) -> int:
        """Send notices of payments that are long settled again, many times."""
        if not self._storm.repeats:
            return 0
        charges = self._citizens.state("national_payment")["charges"]
        references = [str(charge["reference"]) for found in charges.values() for charge in found][:1]
        for reference in references:
            self._citizens.notify(reference, self._storm.repeats)
        return len(references) * self._storm.repeats
