"""Kills the agency's processes at random moments of its day, and worse, and checks that nothing is lost or doubled.

    python tools/chaos.py [--dossiers 200] [--kills 20] [--seed 1] [--faults storm] [--database sqlite]
                          [--dispatcher worker] [--outages 3] [--restarts 1] [--repeats 100] [--workers 2]
                          [--day-of-outage] [--upgrade-from REVISION]
    python tools/chaos.py --all [--part 10]    the whole campaign, or a tenth of it: see `CAMPAIGN`

`--upgrade-from` begins the day with the program of another commit, which this one replaces under load; the default
of the campaign is the newest commit whose schema is older than today's.

The mocks and the citizens live in this process. The agency (listener, desk, workers, records) are processes of
their own that are killed without warning and started again on the same records, until all dossiers are through.
PostgreSQL is a private server, killed as well.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gov_connect.cli._demo.run import file_url
from gov_connect.cli._demo.storm import Storm, StormReport, play

sys.path.insert(0, str(Path(__file__).parent))
from private_postgres import SKIPPED, binaries, private_postgres

if TYPE_CHECKING:
    from collections.abc import Generator

    from private_postgres import PrivatePostgres

# Fifty kills over two thousand dossiers on each database and dispatcher; then a day without any outside system,
# and a change of the program with its schema under load, on each.
_LONG: dict[str, Any] = {"dossiers": 2000, "kills": 50, "outages": 6}
_SHORT: dict[str, Any] = {"dossiers": 300, "kills": 10, "outages": 2}
KINDS: tuple[dict[str, Any], ...] = (
    {"database": "sqlite", "dispatcher": "worker"},
    {"database": "postgresql", "dispatcher": "worker", "restarts": 1},
    {"database": "postgresql", "dispatcher": "procrastinate", "restarts": 1},
)
CAMPAIGN: tuple[dict[str, Any], ...] = (
    *({**kind, **_LONG} for kind in KINDS),
    *({**kind, **_SHORT, "day_of_outage": True} for kind in KINDS),
    *({**kind, **_SHORT, "upgrade_from": "older-schema"} for kind in KINDS),
)
ROOT = Path(__file__).parents[1]
_NUMBERED = "src/gov_connect/store/migrations.py"


@contextlib.contextmanager
def records(kind: str) -> Generator[tuple[str, PrivatePostgres | None], None, None]:
    """Empty records of a kind: their address, and the server under them."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="gov-connect-chaos-", ignore_cleanup_errors=True) as folder:
            yield file_url(Path(folder) / "agency.db"), None
        return
    with private_postgres() as server:
        yield server.new_database(), server


@contextlib.contextmanager
def older(revision: str) -> Generator[str, None, None]:
    """The program of another commit: its folder `src`, or "" for none."""
    if not revision:
        yield ""
        return
    if revision == "older-schema":
        revision = older_schema()
    with tempfile.TemporaryDirectory(prefix="gov-connect-older-") as folder:
        packed = subprocess.run(["git", "archive", revision, "src"], cwd=ROOT, check=True, capture_output=True)
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
            archive.extractall(folder, filter="data")
        yield str(Path(folder) / "src")


def older_schema() -> str:
    """The newest commit whose schema has a smaller number than the one at hand."""

    def number(text: str) -> int:
        return max(int(found) for found in re.findall(r"^    Step\(\s*(\d+),", text, re.MULTILINE))

    now = number((ROOT / _NUMBERED).read_text(encoding="utf-8"))
    last = "HEAD"
    for revision in git("log", "--format=%H", "--", _NUMBERED).split():
        if number(git("show", f"{revision}:{_NUMBERED}")) < now:
            # The last one with today's number brought it: its parent is the program before.
            return f"{last}^"
        last = revision
    raise SystemExit("no commit with an older schema")


def git(*arguments: str) -> str:
    """What git says about this tree."""
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def one(plan: dict[str, Any]) -> tuple[StormReport, dict[str, Any]]:
    """Play one day; gives what came of it, and the same for a reader."""
    with records(plan["database"]) as (url, server), older(plan["upgrade_from"]) as before:

        def restart() -> None:
            assert server is not None
            server.kill()
            server.start()

        storm = Storm(
            dossiers=plan["dossiers"],
            seed=plan["seed"],
            faults=plan["faults"],
            kills=plan["kills"],
            outages=plan["outages"],
            workers=plan["workers"],
            repeats=plan["repeats"],
            restart_database=restart if plan["restarts"] and server is not None else None,
            restarts=plan["restarts"],
            day_of_outage=plan["day_of_outage"],
            older=before,
        )
        found = play(storm, url, dispatcher=plan["dispatcher"])
    shown = {
        **{name: plan[name] for name in ("database", "dispatcher", "dossiers", "faults", "seed", "workers")},
        "agree": found.verdict.agree,
        "lost": found.verdict.lost,
        "duplicated": found.verdict.duplicated,
        "kills": found.kills,
        "outages": found.outages,
        "database_restarts": found.restarts,
        "repeated_notices": found.repeated,
        "hours_of_outage": found.hours_of_outage,
        "upgrades": found.upgrades,
        "alarms": found.alarms,
        "seconds": round(found.seconds, 1),
        "mismatches": found.verdict.mismatches,
    }
    return found, shown


def cut(day: dict[str, Any], part: int) -> dict[str, Any]:
    """A shorter day of the same kind: one outage and one kill at least."""
    return {**day, **{name: max(1, day[name] // part) for name in ("dossiers", "kills", "outages")}}


def main() -> int:
    """Play and print what came of it, one JSON line a day."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, default=200)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", choices=("calm", "rough", "storm"), default="storm")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--dispatcher", choices=("worker", "procrastinate"), default="worker")
    parser.add_argument("--outages", type=int, default=3)
    parser.add_argument("--restarts", type=int, default=0)
    parser.add_argument("--repeats", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--day-of-outage", action="store_true")
    parser.add_argument("--upgrade-from", default="", metavar="REVISION")
    parser.add_argument("--all", action="store_true", help="every day of the campaign, one after the other")
    parser.add_argument("--part", type=int, default=1, metavar="N", help="of --all, an N-th of its dossiers and kills")
    given = vars(parser.parse_args())
    part = given.pop("part")
    days = [{**given, **cut(day, part)} for day in CAMPAIGN] if given.pop("all") else [given]
    agree = True
    for day in days:
        if day["database"] == "postgresql" and binaries() is None:
            print(SKIPPED, file=sys.stderr)
            continue
        found, shown = one(day)
        # An outage rings once when it begins and once when it ends.
        agree &= found.verdict.agree and not found.alarms.get("unpaired")
        print(json.dumps(shown, ensure_ascii=False), flush=True)
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
