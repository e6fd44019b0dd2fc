"""Each procedure of the desk from the push to the result, and what stops for an officer."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from gov_connect.errors import UnexpectedReply
from gov_connect.messages import CATALOGUE
from gov_connect.model import DossierStatus, PaymentResult, PaymentState
from gov_connect.payments import Alarm
from gov_connect.workflows import Outcome
from gov_connect.workflows.papers import BIRTH

PROCEDURES = ["2.000815", "2.000884", "1.001193", "2.000635", "1.004873"]


def advance(commune, inbound, **options):
    desk = commune.desk(**options)
    return commune.gov.run(desk.advance(inbound))


def through(commune, inbound):
    """Advance to the end as a worker does; the citizen pays when asked."""
    desk = commune.desk()
    for _round in range(5):
        standing = commune.gov.run(desk.advance(inbound))
        if standing.outcome is not Outcome.WAITING_FOR_PAYMENT:
            return standing
        commune.mocks["national_payment"].pay(standing.link.reference)
    raise AssertionError(standing)


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_each_procedure_goes_from_the_push_to_the_result(commune, procedure):
    """Status 10 at the portal and here, one registration for births, one charge where a fee is due."""
    inbound = commune.submit(procedure)
    assert through(commune, inbound).outcome is Outcome.DELIVERED
    record = commune.gov.ledger.records()[0]
    assert (record.status, record.outcome) == (DossierStatus.RESULT_DELIVERED, "delivered")
    shown = commune.state("portal")["dossiers"][inbound.code]
    assert (shown["status"], len(shown["steps"])) == ("10", 4)
    assert commune.state("portal")["warnings"] == []
    assert len(commune.state("civil_registry")["registrations"]) == (procedure == BIRTH)
    orders = commune.gov.order_book.of_dossier(inbound.code)
    charges = commune.state("national_payment")["charges"].get(inbound.code, [])
    assert [charge["amount"] for charge in charges] == [order.order.amount.dong for order in orders]
    assert commune.gov.ledger.unhandled("portal") == []


def test_a_finished_dossier_is_not_worked_on_again(commune):
    """Advancing once more sends nothing but finds everything done."""
    inbound = commune.submit("1.001193")
    through(commune, inbound)
    before = {name: commune.state(name)["calls"] for name in commune.mocks}
    assert advance(commune, inbound).outcome is Outcome.DELIVERED
    after = {name: commune.state(name)["calls"] for name in commune.mocks}
    assert {**after["portal"], "LayThuTuc": 0} == {**before["portal"], "LayThuTuc": 0}
    assert {**after, "portal": 0} == {**before, "portal": 0}


def test_a_birth_on_time_without_copies_makes_no_order(commune):
    """Nothing is owed, so nothing is sent to the platform: no order over 0 đồng."""
    inbound = commune.submit("1.001193", SoLuong="0")
    assert advance(commune, inbound).outcome is Outcome.DELIVERED
    assert commune.gov.order_book.of_dossier(inbound.code) == []
    assert commune.state("national_payment")["calls"] == {}


def test_a_payment_is_waited_for_and_asked_by_query(commune):
    """Not polled right after the order was opened; the same link every time."""
    inbound = commune.submit("2.000635")
    first = commune.gov.run(commune.desk().advance(inbound, poll=False))
    again = advance(commune, inbound)
    assert first.outcome is again.outcome is Outcome.WAITING_FOR_PAYMENT
    assert first.link == again.link
    assert commune.state("national_payment")["calls"]["INIT"] == 1
    commune.mocks["national_payment"].pay(first.link.reference)
    assert advance(commune, inbound).outcome is Outcome.DELIVERED


def stopped(commune, inbound, standing):
    """The reason, after checking what every stop for an officer has in common."""
    assert standing.outcome is Outcome.NEEDS_OFFICER
    assert standing.reason in CATALOGUE
    record = commune.gov.ledger.records()[0]
    assert (record.outcome, record.reason) == ("needs_officer", standing.reason)
    assert str(int(record.status)) == commune.state("portal")["dossiers"][inbound.code]["status"]
    assert commune.state("national_payment")["charges"] == {}
    assert inbound.applicant.name.reveal() not in f"{standing}"
    return standing.reason


def test_an_applicant_who_is_not_found_needs_an_officer(commune):
    """Nothing is charged, registered or shown; the answer is remembered, not asked again."""
    inbound = commune.submit("2.000635", TenThuongNhan="KHÔNG CÓ THẬT")
    for _again in (1, 2):
        assert stopped(commune, inbound, advance(commune, inbound)) == "desk.applicant_not_found"
    assert commune.state("residents")["calls"] == {"TraCuuThongTinCongDan": 1}
    assert "DongBoHoSoMC" not in commune.state("portal")["calls"]


def test_a_form_without_a_birth_date_needs_an_officer(commune):
    """Nobody can be looked up without it."""
    inbound = commune.submit("2.000635", NYC_NgaySinh="")
    assert stopped(commune, inbound, advance(commune, inbound)) == "input.invalid"


@pytest.mark.parametrize("typed", ["", "hai", "-1", "1.5", "9" * 30])
def test_a_quantity_that_is_none_needs_an_officer(commune, typed):
    """No fee is worked out from a guess."""
    inbound = commune.submit("2.000635", SoLuong=typed)
    assert stopped(commune, inbound, advance(commune, inbound)) == "input.invalid"


class NoRate:
    """A fee book of which no pack holds a rate."""

    def quote(self, _items, **_facts):
        return SimpleNamespace(total=None, status="no_rate", lines=())


def test_no_rate_needs_an_officer(commune):
    """Nothing may be made up, so nothing is charged or shown."""
    inbound = commune.submit("1.004873")
    assert stopped(commune, inbound, advance(commune, inbound, fees=NoRate())) == "fees.status.no_rate"
    assert "DongBoHoSoMC" not in commune.state("portal")["calls"]


def test_an_unknown_procedure_needs_an_officer(commune):
    """The portal that pushed it says that it has none."""
    inbound = commune.submit("2.000635")
    commune.answers["LayThuTuc"] = {"error_code": 0, "result": []}
    assert stopped(commune, inbound, advance(commune, inbound)) == "desk.unknown_procedure"


def test_a_refused_registration_needs_an_officer(commune):
    """Trying again unchanged would not help; when the registry takes it later, the rest follows."""
    inbound = commune.submit("1.001193", SoLuong="0")
    commune.answers["dangKyHoTich"] = {"status": 0, "code": 500, "message": "DATA_INCORRECT: nksNgaySinh"}
    assert stopped(commune, inbound, advance(commune, inbound)) == "system.refused"
    assert commune.state("civil_registry")["registrations"] == {}
    commune.answers.clear()
    assert advance(commune, inbound).outcome is Outcome.DELIVERED


def test_a_form_that_the_registry_cannot_use_needs_an_officer(commune):
    """The registration is checked before it is sent."""
    inbound = commune.submit("1.001193", SoLuong="0", NgaySinhChon="31/02/2026")
    assert stopped(commune, inbound, advance(commune, inbound)) == "input.invalid"


def test_a_registry_that_has_not_finished_is_waited_for(commune):
    """The dossier is not shown as processed before it stands in the books."""
    inbound = commune.submit("1.001193", SoLuong="0")
    commune.answers["ketQuaDangKyHS"] = {"status": 0, "code": 200}
    assert advance(commune, inbound).outcome is Outcome.WAITING_FOR_REGISTRY
    assert commune.state("portal")["dossiers"][inbound.code]["status"] == "2"
    commune.answers.clear()
    assert advance(commune, inbound).outcome is Outcome.DELIVERED
    assert commune.state("civil_registry")["calls"]["dangKyHoTich"] == 1


def test_a_failed_payment_needs_an_officer_and_a_late_one_goes_on(commune):
    """Money that arrived after all has arrived."""
    inbound = commune.submit("2.000635")
    link = advance(commune, inbound).link
    commune.mocks["national_payment"].fail(link.reference)
    assert stopped(commune, inbound, advance(commune, inbound)) == "desk.payment_failed"


def test_another_amount_at_the_platform_needs_an_officer(commune):
    """The answer is not settled by trying again."""
    inbound = commune.submit("2.000635")
    advance(commune, inbound)
    commune.answers["QUERY"] = {"MaLoi": "00", "TrangThaiGD": "1", "SoTien": 1}
    assert stopped(commune, inbound, advance(commune, inbound)) == "payment.amount_differs"


def test_a_system_that_fails_is_the_callers_to_try_again(commune):
    """An unreadable reply is no reason for an officer; later it goes on where it stood."""
    inbound = commune.submit("2.000815")
    commune.answers["TraCuuHoSo"] = "<html>"
    with pytest.raises(UnexpectedReply):
        advance(commune, inbound)
    commune.answers.clear()
    assert through(commune, inbound).outcome is Outcome.DELIVERED
    assert commune.state("residents")["calls"] == {"TraCuuThongTinCongDan": 1}


@pytest.mark.parametrize("closed", [PaymentState.FAILED, PaymentState.CANCELLED])
def test_a_payment_that_was_given_up_needs_an_officer_and_can_be_opened_anew(commune, closed):
    """The officer opens it anew; the dossier waits for that attempt and goes on when it is paid."""
    inbound = commune.submit("2.000815")
    link = advance(commune, inbound).link
    commune.gov.order_book.apply(PaymentResult(reference=link.reference, state=closed))
    assert advance(commune, inbound).reason == "desk.payment_failed"
    second = commune.gov.payments.renew(link.reference)
    assert second.reference == f"{link.reference}-2"
    waiting = advance(commune, inbound)
    assert (waiting.outcome, waiting.link) == (Outcome.WAITING_FOR_PAYMENT, second)
    commune.mocks["national_payment"].pay(second.reference)
    assert advance(commune, inbound).outcome is Outcome.DELIVERED


def test_an_expired_payment_is_opened_anew_by_itself(commune):
    """Once, however often the desk looks; each attempt has a reference of its own, and one payment is enough."""
    inbound = commune.submit("2.000815")
    link = advance(commune, inbound).link
    commune.gov.order_book.apply(PaymentResult(reference=link.reference, state=PaymentState.EXPIRED))
    links = {advance(commune, inbound).link.reference for _ in range(3)}
    assert links == {f"{link.reference}-2"}
    # The money of the first attempt arrives after all.
    commune.mocks["national_payment"].pay(link.reference)
    commune.gov.order_book.apply(PaymentResult(reference=link.reference, state=PaymentState.PAID))
    assert advance(commune, inbound).outcome is Outcome.DELIVERED
    assert [alarm.alarm for alarm in commune.gov.order_book.alarms()] == [Alarm.LATE_PAID]
    assert commune.state("national_payment")["double_charges"] == []
