"""Plays the day: the mocks, the citizens, the agency, and the check at the end."""

from __future__ import annotations

import base64
import contextlib
import os
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gov_connect.cli._demo.agency import Agency
from gov_connect.cli._demo.check import Verdict, World, check
from gov_connect.cli._demo.citizens import Citizens
from gov_connect.cli._demo.meter import Figures, Meter
from gov_connect.client import GovConnect, Parts
from gov_connect.mocks import commune_day, running_mocks
from gov_connect.model import VIETNAM
from gov_connect.runtime import ShiftedClock
from gov_connect.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gov_connect.mocks.faults import Profile

# The day on which the demo plays: numbers, and with them the faults, are the same on every day.
DAY: Final = datetime(2026, 11, 20, 8, 0, tzinfo=VIETNAM)
_STANDSTILL: Final = 30.0
_LOOK: Final = 0.1
"""Seconds between two looks for dossiers that the portal has to push again; each look counts all events."""
_PATIENCE: Final = {"READ_TIMEOUT": "1", "CONNECT_TIMEOUT": "2", "ATTEMPTS": "6", "FIRST_WAIT": "0.02"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of the day."""

    dossiers: int
    faults: str
    seed: int
    outcomes: dict[str, str]
    procedures: dict[str, str]
    verdict: Verdict
    systems: dict[str, Figures]
    seconds: float


class DemoRun:
    """One day.

    Args:
        progress: told how many dossiers came to an end; called from any thread.
    """

    def __init__(self, *, dossiers: int, faults: Profile, seed: int, progress: Callable[[int], None]) -> None:
        self._count = dossiers
        self._faults: Profile = faults
        self._seed = seed
        self._progress = progress
        self._outcomes: dict[str, str] = {}
        self._procedures: dict[str, str] = {}
        self._lock = threading.Lock()
        self._through = threading.Event()

    def run(self) -> Report:
        """Play the day to its end."""
        began = time.monotonic()
        clock = ShiftedClock(DAY)
        meter = Meter()
        with contextlib.ExitStack() as stack:
            mocks = stack.enter_context(running_mocks(seed=self._seed, faults=self._faults, now=clock.now))
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gov-connect-demo-")))
            # The records of a demo end with it, and so does their key.
            key = base64.b64encode(os.urandom(32)).decode()
            environment = {**mocks.environment, "GOV_CONNECT_STORE_KEY": key}
            settings = demo_settings(environment, file_url(folder / "demo.db"))
            parts = Parts(settings=settings, clock=clock, observers=(meter,))
            gov = stack.enter_context(GovConnect(parts=parts))
            citizens = Citizens(mocks.base_urls)
            agency = Agency(gov, citizens, clock=clock, on_end=self._ended)
            with agency.open() as address:
                mocks.set_agency_url(address)
                self._submit(citizens)
                self._wait(citizens, agency)
            verdict = check(world(gov, citizens, self._procedures))
        return Report(
            dossiers=self._count,
            faults=self._faults,
            seed=self._seed,
            outcomes=dict(sorted(self._outcomes.items())),
            procedures=dict(sorted(self._procedures.items())),
            verdict=verdict,
            systems=meter.figures(),
            seconds=time.monotonic() - began,
        )

    def _ended(self, code: str, outcome: str) -> None:
        with self._lock:
            self._outcomes[code] = outcome
            self._progress(len(self._outcomes))
            if len(self._outcomes) >= self._count:
                self._through.set()

    def _submit(self, citizens: Citizens) -> None:
        for submission in commune_day(self._seed, self._count, on=DAY.date()):
            self._procedures[citizens.submit(submission)] = submission.procedure

    def _wait(self, citizens: Citizens, agency: Agency) -> None:
        """Wait until every dossier is through; the portal pushes again what we did not acknowledge.

        A day that stands still is ended: the check then says what is missing.
        """
        done, moved = -1, time.monotonic()
        while not self._through.wait(_LOOK) and time.monotonic() - moved < _STANDSTILL:
            if len(self._outcomes) != done:
                done, moved = len(self._outcomes), time.monotonic()
            if agency.idle:
                citizens.push_again()


def file_url(path: Path) -> str:
    """The address of records in a file."""
    return f"sqlite:///{path.as_posix()}"


def world(gov: GovConnect, citizens: Citizens, submitted: dict[str, str]) -> World:
    """What everybody holds now."""
    orders = {code: gov.order_book.of_dossier(code) for code in submitted}
    return World(
        submitted=submitted,
        records={str(record.dossier): record for record in gov.ledger.records()},
        orders={code: found for code, found in orders.items() if found},
        portal=citizens.state("portal"),
        registry=citizens.state("civil_registry"),
        platform=citizens.state("national_payment"),
    )


def demo_settings(environment: Mapping[str, str], database: str, dispatcher: str = "worker") -> Settings:
    """The mocks' own variables, with the patience of a demo instead of that of a working day.

    Args:
        environment: what the mocks print.
        database: address of the records.
        dispatcher: who distributes the work.
    """
    systems = ("PORTAL", "RESIDENTS", "CIVIL_REGISTRY", "NATIONAL_PAYMENT")
    patience = {f"GOV_CONNECT_{system}__{name}": value for system in systems for name, value in _PATIENCE.items()}
    return Settings.from_mapping(
        {
            **environment,
            **patience,
            "GOV_CONNECT_RESIDENTS__PER_SECOND": "500",
            "GOV_CONNECT_DATABASE_URL": database,
            "GOV_CONNECT_DISPATCHER": dispatcher,
        }
    )
