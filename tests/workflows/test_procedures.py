"""Each workflow from its beginning to the result, against all the systems it touches."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace

import pytest

from gov_connect.delivery.news import ResultReady
from gov_connect.model import (
    VIETNAM,
    Applicant,
    DossierCode,
    FeeKind,
    FeeLine,
    Money,
    OldIdNumber,
    PersonName,
    ProcedureCode,
)
from gov_connect.runtime import ManualClock
from gov_connect.workflows import Outcome
from gov_connect.workflows.reception import _order

KINDS = ("birth", "extracts", "marital_status", "certification", "birth_bundle", "death_bundle", "general")


@pytest.mark.parametrize("kind", KINDS)
def test_each_workflow_runs_from_its_beginning_to_the_result(flows, kit, kind):
    """One registration where there is one to make, one charge where a fee is due, status 10, results told."""
    heard = []
    flows.gov.on(ResultReady)(heard.append)
    code = kit.BEGIN[kind](flows)
    assert flows.through(code).outcome is Outcome.DELIVERED
    kit.agree(flows, code, kind)
    told = flows.gov.delivery.admin.events(system="host")
    assert len(told) == (2 if kind == "certification" else 1)
    calls = flows.commune.state("portal")["calls"]
    assert flows.advance(code).outcome is Outcome.DELIVERED
    assert flows.commune.state("portal")["calls"] == calls


def test_one_receipt_for_copies_and_signatures(flows):
    """Two records at the portal, each with its own fee; one order over both."""
    code = DossierCode(flows.certification())
    again = flows.certification()
    assert again == code
    flows.through(code)
    shown = flows.commune.state("portal")["dossiers"]
    fees = {number: sum(int(line["Gia"]) for line in row["fees"]) for number, row in shown.items()}
    assert fees == {str(code): 14_000, f"{code[:-4]}0002": 10_000}
    (order,) = flows.gov.order_book.of_dossier(code)
    assert order.order.amount.dong == 24_000


def test_a_bundle_carries_its_papers_and_its_result(flows):
    """The birth notice reaches the registry, the electronic extract reaches the platform."""
    code = flows.bundle("KS")
    flows.through(code)
    held = flows.commune.mocks["civil_registry"].interlinked(code)
    assert (held.bundle, held.module, len(held.papers)) == (flows.national, "LTKS", 1)
    stored = flows.gov.ledger.recall(DossierCode(code), "bundle_result")
    assert "giayKhaiSinh" in stored
    assert "KQ.G15.000031" in stored


def test_an_order_carries_whichever_number_the_applicant_has():
    """Nine digits of an older card are a number; the placeholder is for who has none (payment.md §1.4)."""
    applicant = Applicant(name=PersonName("NGUYỄN THỊ MẪU"), old_id=OldIdNumber("000000012"))
    papers = SimpleNamespace(
        inbound=SimpleNamespace(applicant=applicant),
        code=DossierCode("H99.201-260105-0001"),
        procedure=SimpleNamespace(code=ProcedureCode("2.000635"), name="Trích lục"),
    )
    case = SimpleNamespace(
        papers=[papers], world=SimpleNamespace(clock=ManualClock(datetime(2026, 1, 5, 8, tzinfo=VIETNAM)))
    )
    lines = (FeeLine(name="Lệ phí", amount=Money(8000), kind=FeeKind.CHARGE),)
    assert _order(case, lines, 8000, 1).payer.number == "000000012"
