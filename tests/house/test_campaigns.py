"""A short cut of each long campaign, so that the commands cannot rot; full runs are in docs/evidence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def run(*arguments: str, timeout: int = 60) -> Any:
    """Run a campaign and read its JSON line."""
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, check=False, text=True, timeout=timeout, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.mark.parametrize(
    "records",
    [("--database", "sqlite"), ("--database", "postgresql", "--dispatcher", "procrastinate", "--restarts", "1")],
    ids=["sqlite", "postgresql"],
)
def test_a_storm_loses_and_doubles_nothing(records: tuple[str, ...]) -> None:
    """Kills of two processes and of the database server, outages, wrong clocks, a notice a hundred times."""
    if "postgresql" in records and not list(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        pytest.skip("NOT TESTED ON POSTGRESQL: no server binaries (apt-get install postgresql)")
    report = run(
        "tools/chaos.py", "--dossiers", "40", "--kills", "3", "--outages", "1", "--seed", "11", *records, timeout=400
    )
    assert (report["agree"], report["lost"], report["duplicated"], report["mismatches"]) == (True, 0, 0, {})
    assert (report["kills"], report["outages"], report["repeated_notices"]) == (3, 1, 100)


@pytest.mark.parametrize("weather", [("--day-of-outage",), ("--upgrade-from", "older-schema")], ids=["day", "upgrade"])
def test_a_day_without_systems_and_an_upgrade_lose_nothing(weather: tuple[str, ...]) -> None:
    """24 hours by everybody's clock without any outside system; another program and schema in the middle."""
    if "--upgrade-from" in weather and subprocess.run(["git", "rev-parse", "HEAD^"], cwd=ROOT, check=False).returncode:
        pytest.skip("NOT TESTED: no history to take an older program from")
    report = run("tools/chaos.py", "--dossiers", "10", "--kills", "1", "--outages", "0", *weather, timeout=200)
    assert (report["agree"], report["lost"], report["duplicated"]) == (True, 0, 0)
    assert (report["hours_of_outage"], report["upgrades"]) == ((24, 0) if "--day-of-outage" in weather else (0, 1))
    assert report["alarms"].get("outage_began", 0) == report["alarms"].get("outage_ended", 0)


def test_damaged_messages_never_crash_a_parser() -> None:
    """Seven hundred damaged messages for each parser end in a value or a typed error."""
    report = run("fuzz/run.py", "--inputs", "700", "--seed", "3", timeout=240)
    assert report["crashes"] == 0
    assert min(report["read"].values()) > 0


def test_messages_of_the_right_shape_never_crash_a_parser() -> None:
    """Hypothesis changes the parts of sound messages for each parser; the long run is a command of its own."""
    report = run("fuzz/properties.py", "--examples", "6", "--seed", "3", timeout=240)
    assert (report["crashes"], report["examples"]) == (0, 6 * report["targets"])


def test_the_delivery_benchmark_runs() -> None:
    """Every row of it can be taken; an event costs at most two commits on SQLite, its audit entry included."""
    report = run("benchmarks/delivery.py", "--smoke", timeout=240)
    assert 1 <= report["rows"]["sqlite, commits per event"] <= 2
    assert report["rows"]["sqlite, 1 worker, events/s"] > 0


def test_the_benchmarks_run() -> None:
    """Every row of the table can be taken; those of delivery have a test of their own."""
    report = run("benchmarks/run.py", "--quick", "--only", "abcdefhijk", timeout=240)
    assert {key[0] for key in report["rows"]} == set("abcdefhijk")
    untaken = {key: row["why"] for key, row in report["rows"].items() if row["why"]}
    assert set(untaken) <= {"d1", "e3"}, untaken


def test_changed_code_is_noticed() -> None:
    """Of the small changes to the rate limit, the tests notice at least nine in ten."""
    report = run("tools/mutate.py", "--area", "rate", "--once", timeout=240)
    if "skipped" in report:
        pytest.skip(report["skipped"])
    counts = report["areas"]["rate"]
    assert counts["mutants"] > 30
    assert counts["killed"] >= 0.9 * counts["mutants"]


def test_the_portal_benchmarks_run():
    """Every row of the portal's benchmarks runs once and names its figure."""
    report = run("benchmarks/portal.py", "--smoke")
    assert "record_us" in report
    assert "reconcile_100000_mb" in report


def test_the_benchmarks_of_the_mocks_run():
    """Every row of the mocks' benchmarks runs once and names its figure."""
    report = run("benchmarks/mocks.py", "--smoke")
    assert report["portal_calls_s"] > 0
    assert {"residents_calls_s", "listening_s", "kit_fake_s"} <= report.keys()
