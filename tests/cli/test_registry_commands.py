"""`gov-connect civil-registry`: what is mapped, what is not, what is missing; nothing typed is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gov_connect.cli._app import app

SAMPLE = json.loads((Path(__file__).parent.parent / "samples/forms/8_10_birth.json").read_text("utf-8"))
REST = {"nksQueQuan_TrongNuoc": "Xã Mẫu", "NgayCapDDC": "01/02/2022", "NoiCapDDC": "Cục Cảnh sát QLHC về TTXH"}
DOSSIER, UNIT = "H99.201-260105-0007", "99001"


@pytest.fixture
def run(tmp_path):
    def one(form, *arguments):
        file = tmp_path / "form.json"
        file.write_text(form if isinstance(form, str) else json.dumps(form), "utf-8")
        return CliRunner().invoke(app, ["civil-registry", arguments[0], str(file), *arguments[1:]])

    return one


def test_map_shows_where_everything_went(run):
    """Mapped, unmapped, missing with the form's own words; exit 1 while something is missing."""
    shown = run({**SAMPLE, "GhiChuThem": "x", "DkttChuHo": "y"}, "map", "--received", "2026-01-05T08:00", "--json")
    said = json.loads(shown.stdout)
    assert shown.exit_code == 1
    assert (said["event"], said["generation"], said["complete"]) == ("birth", "legacy", False)
    assert said["mapped"]["child.name"] == "HoTenKS"
    assert said["unmapped"] == ["DkttChuHo", "GhiChuThem"]
    missing = {row["path"]: row["wording"] for row in said["missing"]}
    assert missing["child.native_place"] == "Quê quán người được khai sinh"
    assert {row["code"] for row in said["missing"]} == {"value.missing"}
    assert "PHẠM" not in shown.stdout
    assert "000000000011" not in shown.stdout


def test_map_for_people_says_the_same(run):
    """In words; exit 0 when nothing is missing."""
    shown = run({**SAMPLE, **REST, "La": "x"}, "map", "--received", "2026-01-05T08:00", "--procedure", "1.001193")
    assert shown.exit_code == 0
    assert "Đã đọc" in shown.stdout
    assert "Chưa đọc (1)\n  La" in shown.stdout
    assert "PHẠM" not in shown.stdout


@pytest.mark.parametrize(
    ("form", "arguments"),
    [
        ("{", ()),
        ("[]", ()),
        ({"a": "b", "c": "d"}, ()),
        (SAMPLE, ("--event", "wedding")),
        (SAMPLE, ("--event", "guardianship")),
        (SAMPLE, ("--received", "yesterday")),
        (SAMPLE, ("--unit", "x")),
        (SAMPLE, ("--procedure", "x")),
    ],
)
def test_wrong_usage_is_2(run, form, arguments):
    """No form, an unknown one, an unknown event, a moment that is none; no trace of Python."""
    shown = run(form, "map", *arguments)
    assert shown.exit_code == 2
    assert "Traceback" not in shown.output
    assert "PHẠM" not in shown.output


def test_submit_and_status_offline(run, monkeypatch):
    """Against the mocks in this process; a status of a fresh client is unknown: exit 1."""
    monkeypatch.delenv("GOV_CONNECT_ENVIRONMENT", raising=False)
    done = run({**SAMPLE, **REST}, "submit", "--dossier", DOSSIER, "--unit", UNIT, "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (0, {"dossier": DOSSIER, "already_there": False})
    asked = CliRunner().invoke(app, ["civil-registry", "status", DOSSIER, "--unit", UNIT, "--json"])
    assert (asked.exit_code, json.loads(asked.stdout)["known"]) == (1, False)


def test_submit_with_papers(run, tmp_path):
    """For a bundle; a file of another kind is refused before anything is sent."""
    good, bad = tmp_path / "a.pdf", tmp_path / "b.pdf"
    good.write_bytes(b"%PDF-1.4\n")
    bad.write_bytes(b"MZ")
    common = ("submit", "--dossier", DOSSIER, "--unit", UNIT, "--bundle", "G99.99.01-260105-0003")
    assert run({**SAMPLE, **REST}, *common, "--paper", f"Giấy chứng sinh={good}").exit_code == 0
    refused = run({**SAMPLE, **REST}, *common, "--paper", f"Giấy chứng sinh={bad}")
    assert refused.exit_code == 2
    assert "PDF, JPEG, PNG" in refused.output
    assert run({**SAMPLE, **REST}, *common, "--paper", "x").exit_code == 2


def test_submit_says_what_is_missing(run):
    """And sends nothing."""
    shown = run(SAMPLE, "submit", "--dossier", DOSSIER, "--unit", UNIT)
    assert shown.exit_code == 1
    assert "Quê quán người được khai sinh" in shown.output


def test_a_dead_registry_is_3(run, monkeypatch):
    """The outside system failed; the remedy is said."""
    for name, value in {
        "ENVIRONMENT": "test",
        "AGENCY": "H99.201",
        "STORE_KEY": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "DATABASE_URL": "sqlite:///:memory:",
        "CIVIL_REGISTRY__BASE_URL": "http://127.0.0.1:9",
        "CIVIL_REGISTRY__TOKEN_URL": "http://127.0.0.1:9/token",
        "CIVIL_REGISTRY__CLIENT_ID": "x",
        "CIVIL_REGISTRY__CLIENT_SECRET": "x",
        "CIVIL_REGISTRY__ATTEMPTS": "1",
    }.items():
        monkeypatch.setenv(f"GOV_CONNECT_{name}", value)
    shown = run({**SAMPLE, **REST}, "submit", "--dossier", DOSSIER, "--unit", UNIT)
    assert shown.exit_code == 3
    assert "civil_registry" in shown.output
