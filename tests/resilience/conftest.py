"""A guard before a scripted system, in simulated time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
import structlog

from gov_connect.model import VIETNAM, AgencyCode
from gov_connect.resilience import Attempt, Guard, Limits, RetryPolicy
from gov_connect.runtime import Acting, Call, ManualClock, Reply, Request, SyncDriver, Timeouts

if TYPE_CHECKING:
    from collections.abc import Iterator

START = datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM)
CALL = Call(operation="portal.put", system="portal", correlation_id="c" * 32)
ACTING = Acting(agency=AgencyCode("H99.201"))
NO_JITTER = RetryPolicy(jitter=0.0)


class Rig:
    """Sends requests through a guard; each answer of the system is scripted.

    A step of the script is a reply, an HTTP status, an error to raise, or a number of seconds that pass
    before the next step.
    """

    def __init__(self, *script: Any, chance: Any = None, observers: tuple[Any, ...] = (), **limits: Any) -> None:
        self.clock = ManualClock(START)
        self.script = list(script)
        self.sent: list[Request] = []
        self.bounds: list[Timeouts] = []
        self.at: list[float] = []
        self.told: list[Attempt] = []
        self.driver = SyncDriver(self, self.clock)
        self.guard = Guard(
            Limits(**{"retry": NO_JITTER, **limits}),
            clock=self.clock,
            chance=chance or self,
            observers=(self.told.append, *observers),
        )

    def uniform(self, low: float, high: float) -> float:
        """The largest chance there is."""
        del low
        return high

    def send(self, request: Request, timeouts: Timeouts) -> Reply:
        """Play the next step of the script."""
        self.sent.append(request)
        self.bounds.append(timeouts)
        self.at.append(round(self.clock.monotonic(), 6))
        step = self.script.pop(0)
        while isinstance(step, float):
            self.clock.advance(step)
            step = self.script.pop(0)
        if isinstance(step, BaseException):
            raise step
        return Reply(status=step) if isinstance(step, int) else step

    def close(self) -> None:
        """Nothing is open."""

    def read(self, **changes: Any) -> Reply:
        """Send a request that may be repeated."""
        return self.driver.run(self.exchange(repeatable=True, **changes))

    def write(self, **changes: Any) -> Reply:
        """Send a request that must not arrive twice."""
        return self.driver.run(self.exchange(repeatable=False, **changes))

    def exchange(self, **changes: Any) -> Any:
        """The program that sends one request."""
        request = replace(Request(system="portal", url="http://portal.example/", label="Dich vu"), **changes)
        return self.guard.exchange(request, CALL, ACTING)

    def conduct(self, flow: Any) -> Any:
        """Run a whole flow."""
        return self.driver.run(self.guard.conduct(flow, CALL, ACTING))


@pytest.fixture
def rig() -> type[Rig]:
    """The scripted system, to be made with its script."""
    return Rig


@pytest.fixture(autouse=True)
def _structlog_as_it_came() -> Iterator[None]:
    """Tests that configure structlog leave nothing behind."""
    yield
    structlog.reset_defaults()
