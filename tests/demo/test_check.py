"""The check at the end of the demo can fail: each kind of disagreement is found."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from gov_connect.cli._demo.check import World, check
from gov_connect.delivery.ledger import Record
from gov_connect.model import DossierCode, DossierStatus, ProcedureCode

BIRTH, COPY = "H99.201-261120-0001", "H99.201-261120-0002"


def record(code: str, procedure: str) -> Record:
    """A local record of a delivered dossier."""
    return Record(
        dossier=DossierCode(code),
        procedure=ProcedureCode(procedure),
        status=DossierStatus.RESULT_DELIVERED,
        outcome="delivered",
    )


def shown() -> dict[str, Any]:
    """A delivered dossier at the portal."""
    return {
        "status": "10",
        "steps": [{"TrangThai": status} for status in ("2", "4", "9", "10")],
        "fees": [{"Gia": "0"}],
    }


@pytest.fixture
def world() -> World:
    """A world in which everything agrees."""
    return World(
        submitted={BIRTH: "1.001193", COPY: "2.000815"},
        records={BIRTH: record(BIRTH, "1.001193"), COPY: record(COPY, "2.000815")},
        orders={},
        portal={"dossiers": {BIRTH: shown(), COPY: shown()}},
        registry={"registrations": {BIRTH: {}}, "duplicates": []},
        platform={"charges": {}, "double_charges": []},
    )


def test_agreement_is_found(world: World) -> None:
    """A world in order is reported as such."""
    verdict = check(world)
    assert verdict.agree
    assert (verdict.lost, verdict.duplicated) == (0, 0)


def test_a_dossier_without_local_record_is_lost(world: World) -> None:
    """What the agency does not know is lost."""
    verdict = check(replace(world, records={COPY: world.records[COPY]}))
    assert verdict.lost == 1
    assert "no_local_record" in verdict.mismatches[BIRTH]


def test_a_dossier_that_the_portal_shows_unfinished_is_lost(world: World) -> None:
    """What the citizen cannot see as delivered is lost, whatever we believe."""
    portal = copy.deepcopy(world.portal)
    portal["dossiers"][COPY]["status"] = "4"
    verdict = check(replace(world, portal=portal))
    assert verdict.lost == 1
    assert {"portal_status", "local_status"} <= set(verdict.mismatches[COPY])


def test_a_missing_progress_step_is_found(world: World) -> None:
    """Every step counts."""
    portal = copy.deepcopy(world.portal)
    portal["dossiers"][COPY]["steps"].pop()
    assert check(replace(world, portal=portal)).mismatches == {COPY: ["portal_steps"]}


def test_steps_in_another_order_are_found(world: World) -> None:
    """The citizen reads them from top to bottom."""
    portal = copy.deepcopy(world.portal)
    portal["dossiers"][COPY]["steps"].reverse()
    assert check(replace(world, portal=portal)).mismatches == {COPY: ["portal_steps"]}


@pytest.mark.parametrize("registered", [[], [BIRTH, COPY]])
def test_registrations_belong_to_births_only(world: World, registered: list[str]) -> None:
    """A birth without a registration, and a registration without a birth, are found."""
    registry = {"registrations": dict.fromkeys(registered), "duplicates": []}
    assert not check(replace(world, registry=registry)).agree


def test_a_second_paper_is_a_duplicate(world: World) -> None:
    """A child registered twice is counted."""
    registry = {**world.registry, "duplicates": ["x"]}
    assert check(replace(world, registry=registry)).duplicated == 1


def test_a_charge_without_an_order_is_found(world: World) -> None:
    """Money that nobody asked for does not pass."""
    platform = {"charges": {COPY: [{"amount": 2000}]}, "double_charges": []}
    assert {"payment_missing", "payment_amount"} <= set(check(replace(world, platform=platform)).mismatches[COPY])


def test_a_double_charge_is_a_duplicate(world: World) -> None:
    """A citizen charged twice is counted."""
    platform = {**world.platform, "double_charges": [COPY]}
    assert check(replace(world, platform=platform)).duplicated == 1


def test_a_dossier_that_nobody_submitted_is_found(world: World) -> None:
    """Records of a dossier that no citizen submitted do not agree with anything."""
    extra = "H99.201-261120-0003"
    records = {**world.records, extra: record(extra, "2.000815")}
    assert check(replace(world, records=records)).mismatches == {extra: ["never_submitted"]}
