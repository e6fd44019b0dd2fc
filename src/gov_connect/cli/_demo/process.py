"""The agency as a process of its own, which can be killed without warning and started again on the same records."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gov_connect.cli._demo.agency import Agency
from gov_connect.cli._demo.check import Verdict, check
from gov_connect.cli._demo.citizens import Citizens
from gov_connect.cli._demo.run import demo_settings, world
from gov_connect.client import GovConnect, Parts
from gov_connect.delivery.health import Ring
from gov_connect.runtime import ShiftedClock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gov_connect.delivery.admin import Alert
    from gov_connect.mocks import RunningMocks


_WRONG_FOR = 2.0
_ALL = 100_000


class JumpingClock(ShiftedClock):
    """A clock that is wrong for the first seconds of its process, until somebody sets it right."""

    def __init__(self, start: datetime, off_by: timedelta, seconds: float) -> None:
        super().__init__(start)
        self._off_by = off_by
        self._seconds = seconds
        self._ahead = 0.0

    def now(self) -> datetime:
        """The moment, or a wrong one."""
        return super().now() + (self._off_by if self.monotonic() < self._seconds else timedelta())

    def monotonic(self) -> float:
        """Seconds since this clock was made, those that it was put forward included."""
        return super().monotonic() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let so much time pass at once."""
        self._ahead += seconds


def alarms(alerts: Sequence[Alert]) -> dict[str, int]:
    """How often each alarm rang, the newest first given; `unpaired` counts outages that rang twice, or ended twice."""
    counts = Counter(alert.kind for alert in alerts)
    last: dict[str, str] = {}
    for alert in reversed(alerts):
        if alert.kind in {Ring.OUTAGE_BEGAN, Ring.OUTAGE_ENDED}:
            counts["unpaired"] += last.get(alert.system, Ring.OUTAGE_ENDED) == alert.kind
            last[alert.system] = alert.kind
    return dict(counts)


def _unheard(code: str, outcome: str) -> None:
    del code, outcome


def work(plan: dict[str, str]) -> None:
    """Be the agency until killed, or until a line comes in on standard input that is no number of seconds."""
    off_by = timedelta(seconds=float(plan.get("off_by", "0")))
    clock = JumpingClock(datetime.fromisoformat(plan["now"]), off_by, _WRONG_FOR)
    environment = json.loads(plan["environment"]) | {"GOV_CONNECT_STORE_KEY": plan["key"]}
    settings = demo_settings(environment, plan["database"], plan.get("dispatcher", "worker"))
    with GovConnect(parts=Parts(settings=settings, clock=clock)) as gov:
        citizens = Citizens(json.loads(plan["base_urls"]))
        agency = Agency(gov, citizens, clock=clock, on_end=_unheard)
        with ExitStack() as stack:
            if plan.get("listens", "yes") == "yes":
                address = stack.enter_context(agency.open())
            else:
                stack.enter_context(agency.working())
                address = "works"
            sys.stdout.write(address + "\n")
            sys.stdout.flush()
            while (line := sys.stdin.readline()).startswith("+"):
                clock.advance(float(line))


@dataclass(kw_only=True)
class AgencyProcess:
    """One process of the agency.

    Args:
        mocks: the outside systems, and where they are told the agency listens.
        clock: the true time.
        database: address of the records.
        listens: whether this process has the listener; others only work.
        command: what to start; another program than this one for an upgrade in the middle.
    """

    mocks: RunningMocks
    clock: JumpingClock
    database: str
    key: str = field(default_factory=lambda: base64.b64encode(os.urandom(32)).decode(), repr=False)
    dispatcher: str = "worker"
    listens: bool = True
    command: Sequence[str] = (sys.executable, "-m", "gov_connect.cli._demo.process")
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    _process: subprocess.Popen[str] | None = field(default=None, repr=False)

    def start(self, *, off_by: timedelta = timedelta()) -> None:
        """Start on the records as they are, with a clock that may be wrong at first."""
        plan = {
            "now": self.clock.now().isoformat(),
            "off_by": str(off_by.total_seconds()),
            "environment": json.dumps(self.mocks.environment),
            "base_urls": json.dumps(self.mocks.base_urls),
            "database": self.database,
            "dispatcher": self.dispatcher,
            "key": self.key,
            "listens": "yes" if self.listens else "no",
        }
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            list(self.command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **self.variables},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(plan) + "\n")
        self._process.stdin.flush()
        address = self._process.stdout.readline().strip()
        if not address:
            message = "a process of the agency did not start"
            raise RuntimeError(message)
        if self.listens:
            self.mocks.set_agency_url(address)

    def advance(self, seconds: float) -> None:
        """Let so much time pass at once, where it is; a process of an older program would end."""
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.write(f"+{seconds}\n")
                self._process.stdin.flush()

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    stream.close()
            self._process = None

    def judge(self, citizens: Citizens, submitted: dict[str, str]) -> tuple[Verdict, dict[str, str], dict[str, int]]:
        """Judge everybody's records as they are now; with the local outcome of each dossier, and what rang."""
        environment = self.mocks.environment | {"GOV_CONNECT_STORE_KEY": self.key}
        settings = demo_settings(environment, self.database, self.dispatcher)
        with GovConnect(parts=Parts(settings=settings, clock=self.clock)) as gov:
            found = world(gov, citizens, submitted)
            outcomes = {code: record.outcome for code, record in sorted(found.records.items())}
            return check(found), outcomes, alarms(gov.delivery.admin.alerts(limit=_ALL))


if __name__ == "__main__":
    work(json.loads(sys.stdin.readline()))
