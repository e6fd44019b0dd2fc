"""The command group `fees`: shapes and exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import gov_connect
from gov_connect.cli.fees import app

PACKS = Path(gov_connect.__file__).parent / "fees" / "packs"


def run(*words: str) -> Any:
    """Run the command group."""
    return CliRunner().invoke(app, list(words))


def answer(*words: str, code: int = 0) -> Any:
    """The JSON answer of a command that ends with `code`."""
    result = run(*words, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_quote_prints_the_documented_shape() -> None:
    """Several items and facts, one JSON answer."""
    shape = answer(
        *("quote", "--on", "2026-11-20", "--area", "31:31", "--channel", "online"),
        *(
            "--fact",
            "vneid2",
            "--fact",
            "basic5",
            "--item",
            "ct.copy:pages=5,copies=3",
            "--item",
            "ht.extract:copies=1",
        ),
    )
    assert (shape["status"], shape["total"], shape["subsidy_total"]) == ("priced", 21_000, 0)
    assert [line["net"] for line in shape["lines"]] == [21_000, 0]
    assert list(shape) == ["status", "total", "subsidy_total", "lines", "warnings"]


def test_quote_explains_in_words() -> None:
    """Vietnamese unless asked otherwise."""
    words = ("quote", "--on", "2026-11-20", "--item", "ct.will:acts=1")
    assert "Tổng phải nộp: 50.000 đồng" in run(*words).stdout
    assert "Total due: 50.000 đồng" in run(*words, "--english").stdout


def test_quote_without_amount_ends_with_1() -> None:
    """The answer is no."""
    shape = answer("quote", "--on", "2026-11-20", "--area", "31:30", "--item", "ht.marital_cert:cases=1", code=1)
    assert (shape["status"], shape["total"]) == ("no_rate", None)


@pytest.mark.parametrize(
    "words",
    [
        ("--on", "2026-11-20", "--item", "ct.copy:pages=0,copies=1"),
        ("--on", "2026-11-20", "--item", "no.such:cases=1"),
        ("--on", "2026-11-20", "--item", "ct.will:acts=1", "--area", "77"),
        ("--on", "20/11/2026", "--item", "ct.will:acts=1"),
        ("--item", "ct.will:acts=1"),
        ("--on", "2026-11-20"),
        ("--on", "2026-11-20", "--item", "ct.copy:charge=5"),
        ("--on", "2026-11-20", "--item", "ct.copy:self=5"),
        ("--on", "2026-11-20", "--item", "ct.copy:pages=1,pages=2,copies=1"),
        ("--on", "2026-11-20", "--item", "ct.copy:copies=1,pages=" + "9" * 5000),
        ("--on", "2026-11-20", *("--item", "qt.naturalise:cases=100000") * 4),
        ("--on", "2026-11-20", "--item", "ct.will:acts=1", "--fact", "in_ward", "--fact", "in_ward=no"),
    ],
)
def test_wrong_usage_ends_with_2(words: tuple[str, ...]) -> None:
    """Nothing is priced, nothing is printed as an answer."""
    result = run("quote", *words)
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)  # told, not crashed
    assert result.stdout == ""


def test_check_accepts_the_packs_of_the_package() -> None:
    """One file or the folder."""
    assert answer("check", str(PACKS))["ok"] is True
    assert answer("check", str(PACKS / "vn-adoption.toml"))["ok"] is True
    assert "cảnh báo: " in run("check", str(PACKS)).stdout


def test_check_refuses_a_faulty_pack(tmp_path: Path) -> None:
    """Schema problems and conflicts end with 1; a missing file is wrong usage."""
    pack = (PACKS / "vn-adoption.toml").read_text(encoding="utf-8")
    broken = tmp_path / "broken.toml"
    broken.write_text(pack.replace("amount = 400000", "amount = 400000.0"), encoding="utf-8")
    shape = answer("check", str(broken), code=1)
    assert [one["code"] for one in shape["findings"]] == ["value.not_whole_number"]
    clash = tmp_path / "clash.toml"
    again = '\n[[rate]]\nid = "again"\ncharges = ["adopt.domestic"]\ncite = ["ND114/6", "Điều 6"]\namount = 1\n'
    clash.write_text(pack + again, encoding="utf-8")
    shape = answer("check", str(clash), code=1)
    assert shape["ok"] is False
    assert shape["findings"][0]["code"] == "fees.check.overlap"
    assert run("check", str(clash)).exit_code == 1
    assert run("check", str(tmp_path / "none.toml")).exit_code == 2
    assert run("check", str(tmp_path / "empty")).exit_code == 2


def test_test_runs_the_golden_cases(tmp_path: Path) -> None:
    """All pass; a wrong amount fails by name."""
    cases = {file.name: file.read_text(encoding="utf-8").count("[[case]]") for file in PACKS.iterdir()}
    assert sum(cases.values()) > 80
    assert answer("test") == {"cases": sum(cases.values()), "failed": []}
    pack = (PACKS / "vn-adoption.toml").read_text(encoding="utf-8")
    wrong = tmp_path / "vn-adoption.toml"
    wrong.write_text(pack.replace("amount = 400000", "amount = 400001"), encoding="utf-8")
    shape = answer("test", str(wrong), code=1)
    assert {one["id"] for one in shape["failed"]} == {"m59", "m60"}
    wrong.write_text("broken =", encoding="utf-8")
    assert run("test", str(wrong)).exit_code == 1


def test_diff_compares_two_packs(tmp_path: Path) -> None:
    """On the cases inside and on a dossier file; equal packs end with 0."""
    old = PACKS / "vn-adoption.toml"
    new = tmp_path / "vn-adoption.toml"
    new.write_text(old.read_text(encoding="utf-8").replace("amount = 400000", "amount = 500000"), encoding="utf-8")
    dossiers = tmp_path / "dossiers.json"
    rows = [{"id": "d7", "at": "2026-11-20", "items": [{"charge": "adopt.domestic", "cases": 2}]}]
    dossiers.write_text(json.dumps(rows), encoding="utf-8")
    shape = answer("diff", str(old), str(new), "--dossiers", str(dossiers), code=1)
    assert {one["id"]: one["after"]["total"] for one in shape["differences"]} == {
        "m59": 500_000,
        "m60": 0,
        "d7": 1_000_000,
    }
    assert answer("diff", str(old), str(old)) == {"differences": []}
    assert {one["id"] for one in answer("diff", "-", str(new), code=1)["differences"]} == {"m59", "m60"}
    dossiers.write_text("{}", encoding="utf-8")
    assert run("diff", str(old), str(new), "--dossiers", str(dossiers)).exit_code == 2
    assert run("diff", str(old), str(new), "--dossiers", str(tmp_path / "none")).exit_code == 2


def test_diff_of_whole_sets_sees_what_one_lacks(tmp_path: Path) -> None:
    """A folder with a catalogue stands alone: a pack that only one side holds makes a difference."""
    folder = tmp_path / "packs"
    folder.mkdir()
    for file in PACKS.iterdir():
        if file.name != "33-hung-yen.toml":
            (folder / file.name).write_bytes(file.read_bytes())
    shape = answer("diff", str(PACKS), str(folder), code=1)
    assert {one["id"]: one["after"]["status"] for one in shape["differences"]} == {"hy-online": "no_rate"}
    assert answer("test")["cases"] - answer("test", str(folder))["cases"] == 2
    province = str(PACKS / "31-hai-phong.toml")
    assert answer("diff", province, str(PACKS)) == {"differences": []}
    assert answer("diff", str(PACKS), province) == {"differences": []}


def test_diff_of_two_packs_of_other_names_does_not_collide(tmp_path: Path) -> None:
    """Neither side meets the pack of the package that it is a version of."""
    old, new = tmp_path / "old.toml", tmp_path / "new.toml"
    text = (PACKS / "vn-adoption.toml").read_text(encoding="utf-8")
    old.write_text(text, encoding="utf-8")
    changed = text.replace("amount = 400000", "amount = 500000").replace('"vn-adoption"', '"vn-adoption-2027"')
    new.write_text(changed.replace("total = 400000", "total = 500000"), encoding="utf-8")
    shape = answer("diff", str(old), str(new), code=1)
    assert {one["id"]: one["after"]["total"] for one in shape["differences"]} == {"m59": 500_000, "m60": 0}


def test_the_end_of_the_calendar_is_no_error() -> None:
    """Nothing changes after the last day."""
    for day in ("9999-12-01", "9999-12-31", "0001-01-01"):
        assert answer("upcoming", "--from", day, "--days", "5000") == {"changes": []}


def test_upcoming_lists_the_cliffs() -> None:
    """From a given day, or from today."""
    shape = answer("upcoming", "--from", "2026-11-20", "--days", "60")
    assert {one["day"] for one in shape["changes"]} == {"2027-01-01"}
    assert run("upcoming").exit_code == 0
    assert run("upcoming", "--area", "77").exit_code == 2


def test_audit_compares_collected_and_due(tmp_path: Path) -> None:
    """Right collections end with 0, wrong ones with 1."""
    file = tmp_path / "collected.json"
    row = {"id": "d1", "at": "2026-11-20", "items": [{"charge": "ct.will", "acts": 1}], "collected": 50_000}
    file.write_text(json.dumps([row]), encoding="utf-8")
    assert answer("audit", str(file))["wrong"] == []
    file.write_text(json.dumps([{**row, "collected": 60_000}]), encoding="utf-8")
    assert answer("audit", str(file), code=1)["over"] == 10_000
    assert "thu thừa 10000 đồng, thu thiếu 0 đồng" in run("audit", str(file)).stdout
    for text in ("[1]", "[" * 100_000, json.dumps([{**row, "facts": "poor"}]), json.dumps([{**row, "paid": 1}])):
        file.write_text(text, encoding="utf-8")
        result = run("audit", str(file))
        assert result.exit_code == 2
        assert isinstance(result.exception, SystemExit)
