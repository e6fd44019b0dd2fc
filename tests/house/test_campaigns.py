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


def test_killing_the_agency_loses_and_doubles_nothing() -> None:
    """Three kills in a rough day of thirty dossiers: all records agree in the end."""
    report = run("tools/chaos.py", "--dossiers", "30", "--kills", "3", "--seed", "11")
    assert (report["agree"], report["lost"], report["duplicated"], report["kills"]) == (True, 0, 0, 3)


def test_damaged_messages_never_crash_a_parser() -> None:
    """Two thousand damaged messages for each parser end in a value or a typed error."""
    report = run("fuzz/run.py", "--inputs", "2000", "--seed", "3")
    assert report["crashes"] == 0
    assert min(report["read"].values()) > 0


def test_the_benchmarks_run() -> None:
    """Every row of the benchmark can be taken."""
    report = run("benchmarks/run.py", "--smoke")
    assert set(report["rows"]) >= {"call sync", "call async x64", "look-up codec, zeep", "import", "demo 10"}


def test_changed_code_is_noticed() -> None:
    """Of the small changes to breaker and rate limit, the tests notice at least nine in ten."""
    report = run("tools/mutate.py", "--area", "limits")
    if "skipped" in report:
        pytest.skip(report["skipped"])
    counts = report["areas"]["limits"]
    assert counts["mutants"] > 50
    assert counts["killed"] >= 0.9 * counts["mutants"]


def test_the_portal_benchmarks_run():
    """Every row of the portal's benchmarks runs once and names its figure."""
    report = run("benchmarks/portal.py", "--smoke")
    assert "record_us" in report
    assert "reconcile_100000_mb" in report
