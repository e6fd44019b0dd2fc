"""The demo as a test: a commune's day over real sockets, in calm and in rough weather."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

DEMO = [sys.executable, "-m", "gov_connect", "demo"]


def play(*options: str) -> dict[str, Any]:
    """Run the demo as a user does and read its JSON."""
    done = subprocess.run([*DEMO, "--json", *options], capture_output=True, check=False, text=True, timeout=120)
    assert done.returncode == 0, done.stderr + done.stdout
    assert not done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_a_calm_day_goes_through_without_a_retry() -> None:
    """In calm weather every dossier is delivered, all records agree, and nothing fails."""
    report = play("--dossiers", "20", "--faults", "calm", "--seed", "3")
    assert report["agree"] is True
    assert (report["lost"], report["duplicated"], report["dossiers"]) == (0, 0, 20)
    assert set(report["result"]["outcomes"].values()) == {"delivered"}
    systems = report["timings"]["systems"]
    assert set(systems) == {"portal", "residents", "civil_registry", "national_payment"}
    assert sum(figures["failures"] for figures in systems.values()) == 0


def test_a_rough_day_ends_in_agreement_and_twice_the_same() -> None:
    """With errors, time-outs after acting and duplicates, nothing is lost or doubled; a seed repeats itself."""
    options = ("--dossiers", "30", "--faults", "rough", "--seed", "7")
    first, second = play(*options), play(*options)
    assert first["agree"] is True
    assert (first["lost"], first["duplicated"], first["dossiers"]) == (0, 0, 30)
    assert sum(figures["failures"] for figures in first["timings"]["systems"].values()) > 10
    assert sum(figures["retries"] for figures in first["timings"]["systems"].values()) > 5
    assert first["result"] == second["result"]


def test_a_storm_ends_in_agreement() -> None:
    """Bad answers of every kind, outages and killed processes: nothing is lost or doubled."""
    report = play("--dossiers", "20", "--faults", "storm", "--seed", "4")
    assert (report["agree"], report["lost"], report["duplicated"], report["dossiers"]) == (True, 0, 0, 20)
    assert "3 kills" in report["faults"]


def test_unknown_weather_is_wrong_usage() -> None:
    """An unknown profile exits 2."""
    done = subprocess.run([*DEMO, "--faults", "sunny"], capture_output=True, check=False, text=True, timeout=60)
    assert done.returncode == 2


def test_the_tables_are_plain_where_no_terminal_is() -> None:
    """Without --json the tables name the systems and the verdict; no bar is drawn into a file."""
    done = subprocess.run(
        [*DEMO, "--dossiers", "5", "--faults", "calm"], capture_output=True, check=False, text=True, timeout=60
    )
    assert done.returncode == 0
    assert "national_payment" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("có\t0\t0\t5\t")
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another signal there")
def test_interrupting_the_demo_leaves_nothing_behind(tmp_path: Path) -> None:
    """Ctrl-C in the middle of the day ends the process with its servers, and its records go too."""
    process = subprocess.Popen(
        [*DEMO, "--dossiers", "2000", "--faults", "rough"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    deadline = time.monotonic() + 30
    while not list(tmp_path.glob("gov-connect-demo-*/demo.db")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    assert process.wait(15) != 0
    assert not list(tmp_path.iterdir())
