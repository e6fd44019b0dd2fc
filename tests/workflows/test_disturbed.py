"""What changes around a dossier while it is under way does not strand it."""

from __future__ import annotations

from gov_connect.model import DossierStatus
from gov_connect.workflows import Outcome


def waiting(commune, procedure="2.000635"):
    """A dossier whose fee is asked for, and its payment link."""
    inbound = commune.submit(procedure)
    standing = commune.gov.run(commune.desk().advance(inbound, poll=False))
    assert standing.outcome is Outcome.WAITING_FOR_PAYMENT
    return inbound, standing.link


def test_another_officer_takes_a_paid_dossier_to_its_end(commune):
    """The desk's name changed after the citizen paid: the dossier goes on."""
    inbound, link = waiting(commune)
    commune.mocks["national_payment"].pay(link.reference)
    desk = commune.desk(officer="Lê Thị Giả")
    assert commune.gov.run(desk.advance(inbound)).outcome is Outcome.DELIVERED


def test_a_new_title_at_the_portal_does_not_stop_a_paid_dossier(commune):
    """The procedure is what it was when the dossier was taken up."""
    inbound, link = waiting(commune)
    commune.mocks["national_payment"].pay(link.reference)
    commune.answers["LayThuTuc"] = {
        "error_code": 0,
        "result": [{"MATTHC": "2.000635", "TENTTHC": "Tên thủ tục mới"}],
    }
    assert commune.gov.run(commune.desk().advance(inbound)).outcome is Outcome.DELIVERED


def test_a_delivered_dossier_stays_delivered(commune):
    """Advancing it again asks nobody and changes nothing."""
    inbound, link = waiting(commune)
    commune.mocks["national_payment"].pay(link.reference)
    assert commune.gov.run(commune.desk().advance(inbound)).outcome is Outcome.DELIVERED
    calls = commune.state("portal")["calls"]
    assert commune.gov.run(commune.desk(officer="Lê Thị Giả").advance(inbound)).outcome is Outcome.DELIVERED
    assert commune.state("portal")["calls"] == calls
    assert commune.gov.ledger.records()[0].status is DossierStatus.RESULT_DELIVERED


def test_a_clock_that_goes_back_does_not_strand_a_paid_dossier(commune):
    """Two hours back between payment and delivery: nothing is processed before it was received."""
    inbound, link = waiting(commune)
    commune.mocks["national_payment"].pay(link.reference)
    commune.clock.advance(-7200)
    assert commune.gov.run(commune.desk().advance(inbound)).outcome is Outcome.DELIVERED


def test_two_workers_never_have_one_dossier(commune):
    """While one is in the middle of it, the other one is told so and sends nothing."""
    inbound = commune.submit("2.000635")
    first = commune.desk().advance(inbound)
    ask = next(first)
    result = ask.work()
    first.send(result)
    before = commune.state("portal")["calls"]
    assert commune.gov.run(commune.desk().advance(inbound)).outcome is Outcome.BUSY
    assert commune.state("portal")["calls"] == before
    first.close()
