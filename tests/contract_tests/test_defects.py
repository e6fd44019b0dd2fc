"""The kit is red on a mock with each of the seeded defects, and says which requirement is broken."""

from __future__ import annotations

import importlib.util
import sys
from collections import defaultdict
from itertools import zip_longest
from pathlib import Path

import pytest

from gov_connect.contract_tests import Level, Selection, run

HERE = Path(__file__).parent


def _defects(file):
    spec = importlib.util.spec_from_file_location(f"contract_kit_{file}", HERE / f"{file}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.DEFECTS


DEFECTS = (*_defects("defects"), *_defects("other_defects"), *_defects("signer_defects"))


ALSO = (
    ("portal/2020", "update_of_an_unknown_dossier_is_refused", "insert of a dossier that is there succeeds"),
    ("portal/2020", "dossier_can_be_updated", "a dossier is accepted and forgotten"),
    ("portal/2020", "steps_are_taken", "a dossier is accepted and forgotten"),
    ("portal/2020", "more_than_ten_steps_are_refused", "a dossier is accepted and forgotten"),
    ("portal/2020", "login_gives_a_session", "answers are in Windows-1258"),
    ("portal/2020", "procedures_are_listed", "answers are in Windows-1258"),
    ("portal/2020", "moment_that_does_not_exist_is_refused[20261320080000]", "answers are in Windows-1258"),
    ("portal/2020", "unknown_service_is_refused", "answers are in Windows-1258"),
    ("residents/037", "stamp_of_another_moment_is_refused", "another person is given"),
    ("residents/037", "answer_is_a_soap_envelope", "another person is given"),
    ("residents/037", "verification_says_yes_and_no", "another person is given"),
    ("residents/037", "request_id_is_good_once", "another person is given"),
    ("residents/037", "answer_speaks_of_the_person_asked_for", "another person is given"),
    ("national_payment/1.0.6", "reference_is_not_taken_for_another_amount", "one order opens two transactions"),
    ("national_payment/1.0.6", "failed_order_is_not_paid", "unpaid orders are paid"),
    ("vnpay/2.1.0", "order_that_nobody_opened_is_pending", "answers are wrongly signed"),
    ("vnpay/2.1.0", "part_of_a_payment_is_given_back", "answers are wrongly signed"),
    ("vnpay/2.1.0", "unpaid_order_gives_nothing_back", "answers are wrongly signed"),
    ("residents/037", "stale_stamp_is_refused", "nobody is a fault"),
)
"""Tests that no defect is named for, each with one that breaks it too."""


def rounds():
    """Defects side by side, one for each wire: a round is one run of the kit."""
    of_wire = defaultdict(list)
    for defect in DEFECTS:
        of_wire[defect.wire].append(defect)
    return [[defect for defect in side_by_side if defect] for side_by_side in zip_longest(*of_wire.values())]


@pytest.mark.parametrize("defects", rounds(), ids=lambda defects: f"{len(defects)} wires, {defects[0].name}")
def test_each_defect_is_found(defects):
    """The test that is named for each fails, and with it the run."""
    wanted = {defect.found_by: f"{defect.wire}: {defect.name}" for defect in defects}
    also = {f"{wire}:{test}" for wire, test, name in ALSO if f"{wire}: {name}" in wanted.values()}
    outcome = run(
        Selection(
            wires=tuple(defect.wire for defect in defects),
            subject="system",
            tests=(*wanted, *also),
            mocks={defect.wire: defect.mock for defect in defects},
        )
    )
    levels = {result.test: result.level for result in outcome.results}
    assert [name for test, name in wanted.items() if levels.get(test) is not Level.FAIL] == []
    assert [test for test in also if levels.get(test) not in {Level.FAIL, Level.REVIEW}] == []
    assert not outcome.passed


def test_no_test_of_a_system_is_beyond_failing():
    """Each of them is red under one defect at least: the one named for it, or one that breaks it too."""
    red = {defect.found_by.partition("[")[0] for defect in DEFECTS}
    red |= {f"{wire}:{test}".partition("[")[0] for wire, test, _ in ALSO}
    tests = {result.test.partition("[")[0] for result in run(Selection(subject="system")).results}
    assert tests - red == set()


def test_defects_are_many_and_documented():
    """At least 130; each stands in the reference with the test that finds it."""
    assert len(DEFECTS) >= 130
    page = (HERE.parents[1] / "docs" / "reference" / "contract_kit.en.md").read_text(encoding="utf-8")
    missing = [defect.name for defect in DEFECTS if f"| {defect.wire} | {defect.name} |" not in page]
    assert missing == []
