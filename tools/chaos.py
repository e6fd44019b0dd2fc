"""Kills the agency's process at random moments of its day, and checks that nothing is lost or doubled.

    python tools/chaos.py [--dossiers 60] [--kills 5] [--seed 1] [--faults rough]

The mocks and the citizens live in this process. The agency (listener, desk, records) is a process of its
own that is killed without warning and started again on the same records, until all dossiers are through.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path

from gov_connect.cli._demo.agency import Agency
from gov_connect.cli._demo.check import Verdict, check
from gov_connect.cli._demo.citizens import Citizens
from gov_connect.cli._demo.run import DAY, demo_settings, world
from gov_connect.client import GovConnect, Parts
from gov_connect.mocks import RunningMocks, commune_day, running_mocks
from gov_connect.runtime import ShiftedClock

STANDSTILL = 15.0


def work(plan: dict[str, str]) -> None:
    """Be the agency until killed, or until a line comes in on standard input."""
    clock = ShiftedClock(datetime.fromisoformat(plan["now"]))
    environment = json.loads(plan["environment"]) | {"GOV_CONNECT_STORE_KEY": plan["key"]}
    settings = demo_settings(environment, Path(plan["database"]))
    with GovConnect(parts=Parts(settings=settings, clock=clock)) as gov:
        citizens = Citizens(json.loads(plan["base_urls"]))
        agency = Agency(gov, citizens, clock=clock, on_end=lambda *_ended: None)
        with agency.open() as address:
            print(address, flush=True)
            sys.stdin.readline()


class AgencyProcess:
    """The agency as a process that can be killed and started again."""

    def __init__(self, mocks: RunningMocks, clock: ShiftedClock, database: Path) -> None:
        self._mocks = mocks
        self._clock = clock
        self._database = database
        self._key = base64.b64encode(os.urandom(32)).decode()
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start on the records as they are, and tell the mocks where it listens."""
        plan = {
            "now": self._clock.now().isoformat(),
            "environment": json.dumps(self._mocks.environment),
            "base_urls": json.dumps(self._mocks.base_urls),
            "database": str(self._database),
            "key": self._key,
        }
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--agency"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(plan) + "\n")
        self._process.stdin.flush()
        self._mocks.set_agency_url(self._process.stdout.readline().strip())

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    stream.close()

    def read(self, citizens: Citizens, submitted: dict[str, str]) -> Verdict:
        """Judge everybody's records as they are now."""
        environment = self._mocks.environment | {"GOV_CONNECT_STORE_KEY": self._key}
        settings = demo_settings(environment, self._database)
        with GovConnect(parts=Parts(settings=settings, clock=self._clock)) as gov:
            return check(world(gov, citizens, submitted))


def play(*, dossiers: int, kills: int, seed: int, faults: str) -> tuple[Verdict, int, float]:
    """Play one day; gives the verdict, the kills and the seconds."""
    began = time.monotonic()
    chance = random.Random(seed)
    clock = ShiftedClock(DAY)
    submitted: dict[str, str] = {}
    profile = "rough" if faults == "rough" else "calm"
    with (
        running_mocks(seed=seed, faults=profile, now=clock.now) as mocks,
        tempfile.TemporaryDirectory(prefix="gov-connect-chaos-") as folder,
    ):
        citizens = Citizens(mocks.base_urls)
        agency = AgencyProcess(mocks, clock, Path(folder) / "agency.db")
        agency.start()

        def submit() -> None:
            for submission in commune_day(seed, dossiers, on=DAY.date()):
                submitted[citizens.submit(submission)] = submission.procedure

        submitting = threading.Thread(target=submit, daemon=True)
        submitting.start()
        done = 0
        for _ in range(kills):
            time.sleep(chance.uniform(0.3, 1.5))
            agency.kill()
            done += 1
            agency.start()
        submitting.join()
        _settle(agency, citizens, submitted)
        agency.kill()
        verdict = agency.read(citizens, submitted)
    return verdict, done, time.monotonic() - began


def _settle(agency: AgencyProcess, citizens: Citizens, submitted: dict[str, str]) -> None:
    """Wait until all records agree, or nothing moves any more; the last kill then finds it at rest."""
    delivered, moved = -1, time.monotonic()
    while time.monotonic() - moved < STANDSTILL:
        citizens.push_again()
        if agency.read(citizens, submitted).agree:
            return
        shown = citizens.state("portal")["dossiers"]
        now = sum(len(shown[code]["steps"]) for code in submitted)
        if now != delivered:
            delivered, moved = now, time.monotonic()
        time.sleep(0.2)


def main() -> int:
    """Play one day and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, default=200)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", choices=("calm", "rough"), default="rough")
    parser.add_argument("--agency", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.agency:
        work(json.loads(sys.stdin.readline()))
        return 0
    verdict, kills, seconds = play(
        dossiers=options.dossiers, kills=options.kills, seed=options.seed, faults=options.faults
    )
    report = {
        "agree": verdict.agree,
        "lost": verdict.lost,
        "duplicated": verdict.duplicated,
        "dossiers": options.dossiers,
        "kills": kills,
        "faults": options.faults,
        "seed": options.seed,
        "seconds": round(seconds, 1),
        "mismatches": verdict.mismatches,
    }
    print(json.dumps(report, ensure_ascii=False))
    return 0 if verdict.agree else 1


if __name__ == "__main__":
    sys.exit(main())
