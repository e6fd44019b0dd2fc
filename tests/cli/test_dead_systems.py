"""Every command that asks an outside system, while none of them is there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from gov_connect.cli._app import app
from gov_connect.mocks import running_mocks

if TYPE_CHECKING:
    from pathlib import Path

CODE = "H99.201-250804-0019"
WHO = ("--officer", "cb-01", "--procedure", "1.001193", "--dossier", CODE, "--file", "q.json")
QUERY = {"citizen_id": "000004813729", "name": "MẪU TẠM BỊA RA", "born": "1989-07-17"}


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """The settings of mocks that have gone away."""
    with running_mocks() as mocks:
        found = dict(mocks.environment)
    systems = ("PORTAL", "RESIDENTS", "CIVIL_REGISTRY", "BUNDLE_PLATFORM")
    return found | {f"GOV_CONNECT_{system}__ATTEMPTS": "1" for system in systems}


@pytest.mark.parametrize(
    "words",
    [
        ("portal", "find", CODE),
        ("portal", "agencies"),
        ("portal", "reconcile", "--ask", "--local", "local.csv"),
        ("residents", "look-up", *WHO),
        ("residents", "verify", *WHO),
        ("civil-registry", "status", CODE, "--unit", "99001"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_a_system_that_is_gone_is_said_with_what_to_do(
    words: tuple[str, ...], environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 3; a code for programs, a sentence and the next step for people, and nobody's data in any of it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "q.json").write_text(json.dumps(QUERY), encoding="utf-8")
    rows = "code,status,changed_at\nH99.201-250804-0101,5,20250804080000\n"
    (tmp_path / "local.csv").write_text(rows, encoding="utf-8")
    records = {"GOV_CONNECT_DATABASE_URL": f"sqlite:///{(tmp_path / 'r.db').as_posix()}"}
    done = CliRunner().invoke(app, [*words, "--json"], env={**environment, **records})
    assert done.exit_code == 3, done.output
    assert json.loads(done.stdout)["error"] == "network.unreachable"
    assert "  → Kiểm tra mạng" in done.stderr
    assert not any(value in done.output for value in QUERY.values())
