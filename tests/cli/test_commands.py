"""The other commands: adapters and mocks serve, as a user runs them."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from gov_connect.mocks.systems import SYSTEMS

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = [sys.executable, "-m", "gov_connect"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run([*COMMAND, *arguments], capture_output=True, check=False, text=True, timeout=60)


def test_adapters_lists_every_operation_with_grade_and_section() -> None:
    """Every operation of the four systems is listed with what is known of its wire."""
    done = run("adapters", "--json")
    assert done.returncode == 0
    rows = {row["operation"]: row for row in json.loads(done.stdout)}
    assert {"portal.put", "residents.look_up", "civil_registry.submit", "national_payment.open"} <= set(rows)
    for row in rows.values():
        assert row["grade"] in {"CONFIRMED", "SEEN", "GUESS"}
        assert ".md §" in row["section"]
        assert row["effect"] in {"read", "write", "ask-first"}
        assert row["summary"]


def test_adapters_prints_a_table() -> None:
    """Without --json people get a table."""
    assert "portal.put" in run("adapters").stdout.replace("\n", "")


def test_help_names_every_command() -> None:
    """The help page names the commands; no command at all shows it too."""
    for command in ("demo", "adapters", "mocks"):
        assert command in run("--help").stdout


def test_an_unknown_command_is_wrong_usage() -> None:
    """A command that does not exist exits 2."""
    assert run("nonsense").returncode == 2


def test_mocks_serve_rejects_an_unknown_profile() -> None:
    """A fault profile that does not exist exits 2."""
    assert run("mocks", "serve", "--faults", "sunny").returncode == 2


def test_mocks_serve_says_at_once_that_a_recording_cannot_be_written(tmp_path: Path) -> None:
    """Before anything is served, and the port is not blamed."""
    ended = run("mocks", "serve", "--record", str(tmp_path / "none" / "x.jsonl"))
    assert ended.returncode == 2
    assert "--record" in ended.stderr
    assert "--port" not in ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="the stop signal is another one there")
def test_mocks_serve_prints_one_line_then_serves_until_stopped() -> None:
    """The first line is JSON with every base URL; the servers answer; a stop signal ends them."""
    process = subprocess.Popen([*COMMAND, "mocks", "serve"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        said = json.loads(process.stdout.readline())
        assert set(said["base_urls"]) == set(SYSTEMS)
        assert said["environment"]["GOV_CONNECT_PORTAL__BASE_URL"] == said["base_urls"]["portal"]
        for url in said["base_urls"].values():
            address = urlsplit(url)
            connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
            connection.request("GET", "/_mock/state")
            assert connection.getresponse().status == 200
            connection.close()
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        process.stdout.close()
