"""The worked cases of the law, from the file and from inside the packs."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import gov_connect.fees as packs
from gov_connect.fees import FeeBook
from gov_connect.fees.cases import cases_of, read_case, run_cases
from gov_connect.fees.check import check, errors

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "cases.json").read_text(encoding="utf-8"),
)


@pytest.mark.parametrize("entry", CASES, ids=lambda entry: entry["id"])
def test_the_packs_answer_every_worked_case(book: FeeBook, entry: dict[str, Any]) -> None:
    """Status, total, lines and the exact set of provisions are those of the case."""
    case = read_case({**entry, "at": date.fromisoformat(entry["at"])})
    (result,) = run_cases(book, [case])
    assert result.differences == ()


def test_there_are_sixty_worked_cases() -> None:
    """No case got lost."""
    assert [entry["id"] for entry in CASES] == [f"M{n:02}" for n in range(1, 61)]


def test_the_same_cases_travel_inside_the_packs(book: FeeBook) -> None:
    """Every worked case is a golden case of some pack, and all golden cases pass."""
    inside = {case.id.upper() for case in cases_of(book)}
    assert inside >= {entry["id"] for entry in CASES}
    assert all(result.passed for result in run_cases(book))


def test_the_packs_answer_the_same_when_they_are_read_afresh() -> None:
    """Reading and composing are part of the answer; the shared book was read once, long ago."""
    folder = Path(packs.__file__).parent / "packs"
    fresh = FeeBook.from_folder(folder)
    assert fresh.digest == FeeBook.default().digest
    cases = [read_case({**entry, "at": date.fromisoformat(entry["at"])}) for entry in CASES]
    assert [result.case.id for result in run_cases(fresh, [*cases, *cases_of(fresh)]) if not result.passed] == []
    assert errors(check(fresh)) == ()


def test_a_case_that_fails_says_what_differs(book: FeeBook) -> None:
    """Expected and found stand side by side."""
    entry = {**CASES[0], "at": date(2026, 11, 20), "total": 1, "basis": ["TT226/4.2"], "subsidy": 5}
    (result,) = run_cases(book, [read_case(entry, "some.toml")])
    assert not result.passed
    assert result.to_dict() == {
        "id": "M01",
        "pack": "some.toml",
        "passed": False,
        "differences": [
            {"what": "total", "expected": "1", "found": "2000"},
            {"what": "subsidy", "expected": "5", "found": "0"},
            {"what": "basis", "expected": "['TT226/4.2']", "found": "['TT226/4.1']"},
        ],
    }


def test_a_case_with_an_impossible_request_fails_instead_of_raising(book: FeeBook) -> None:
    """A case naming an unknown charge is a failed case."""
    entry = {"id": "bad", "at": date(2026, 1, 1), "items": [{"charge": "no.such", "copies": 1}]}
    (result,) = run_cases(book, [read_case(entry)])
    assert result.differences[0][0] == "request"


def test_the_warning_of_the_revived_online_rates_is_shown(book: FeeBook) -> None:
    """Case M58 must carry a warning: the resolutions of one city contradict each other."""
    entry = next(entry for entry in CASES if entry["id"] == "M58")
    quote = read_case({**entry, "at": date(2026, 8, 8)}).quote(book)
    assert any("34/2025/NQ-HĐND" in told.text("vi") for told in quote.warnings)
    assert any("34/2025/NQ-HĐND" in told.text("en") for told in quote.warnings)


@pytest.mark.parametrize(
    ("procedure", "charges"),
    [
        ("2.000815", ["ct.copy", "ct.ecopy"]),
        ("2.000942", ["ct.copy"]),
        ("2.000884", ["ct.sign"]),
        ("1.001193", ["ht.birth_late", "ht.birth_on_time"]),
        ("2.000635", ["ht.extract"]),
        ("1.004873", ["ht.marital_cert"]),
        ("1.004772", ["ht.birth_late"]),
        ("1.001612", ["hkd.register"]),
        ("9.999999", []),
    ],
)
def test_procedures_lead_to_their_charges(book: FeeBook, procedure: str, charges: list[str]) -> None:
    """The map from procedure codes to charges."""
    assert sorted(one.code for one in book.charges_of(procedure)) == charges
