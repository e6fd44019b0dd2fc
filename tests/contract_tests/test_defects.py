"""The kit is red on a mock with each of the seeded defects, and says which requirement is broken."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from gov_connect.contract_tests import Level, Selection, run

HERE = Path(__file__).parent


def _defects():
    spec = importlib.util.spec_from_file_location("contract_kit_defects", HERE / "defects.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.DEFECTS


DEFECTS = _defects()


RED = set()
"""Tests of systems that some defect has broken."""


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: f"{defect.wire} {defect.name}")
def test_each_defect_is_found(defect):
    """The test that is named for it fails, and with it the run."""
    outcome = run(Selection(wires=(defect.wire,), subject="system", mocks={defect.wire: defect.mock}))
    levels = {result.test: result.level for result in outcome.results}
    RED.update(test for test, level in levels.items() if level in {Level.FAIL, Level.REVIEW})
    assert levels[defect.found_by] is Level.FAIL
    assert not outcome.passed


def test_no_test_of_a_system_is_beyond_failing():
    """Each of them is red under one defect at least; runs after the defects."""
    if len(DEFECTS) > 1 and not RED:
        pytest.skip("the defects were not run")
    tests = {result.test.partition("[")[0] for result in run(Selection(subject="system")).results}
    never = tests - {test.partition("[")[0] for test in RED}
    assert never == set()


def test_defects_are_many_and_documented():
    """At least twenty; each stands in the reference with the test that finds it."""
    assert len(DEFECTS) >= 20
    page = (HERE.parents[1] / "docs" / "reference" / "contract_kit.md").read_text(encoding="utf-8")
    missing = [defect.name for defect in DEFECTS if f"| {defect.wire} | {defect.name} |" not in page]
    assert missing == []
