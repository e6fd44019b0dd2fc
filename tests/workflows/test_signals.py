"""What people say about a request under way, and the days that pass while it waits for them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from gov_connect.delivery.news import DossierWithdrawn, SupplementRequested
from gov_connect.errors import InvalidInput
from gov_connect.messages import CATALOGUE
from gov_connect.model import VIETNAM, DossierCode, DossierStatus, PaymentState, ResultDocument
from gov_connect.store.tables import EVENTS
from gov_connect.workflows import Outcome, SignalKind

DAY = 86_400


def shown(flows, code):
    """What the portal shows."""
    return flows.commune.state("portal")["dossiers"][str(code)]


def history(flows, code):
    """The statuses that the portal has seen, one after the other."""
    return flows.commune.mocks["portal"].dossier(str(code)).history


def told(flows, kind):
    """How often the host is to hear of something."""
    return len([one for one in flows.gov.delivery.admin.events(system="host") if one.operation == kind.__name__])


def test_people_may_take_weeks_and_nothing_is_held(commune, kit):
    """Acceptance, payment, issue and hand-over, ten days apart: no lease, no call, no order but the first."""
    flows = kit.Flows(commune, staffed=True)
    code = DossierCode(flows.pushed("2.000635"))
    waits = []
    for do in (flows.say.accept, flows.pay, flows.say.issue, flows.say.hand_over):
        standing = flows.advance(code)
        waits.append(standing.outcome)
        quiet = {name: commune.state(name)["calls"] for name in ("portal", "residents", "civil_registry")}
        commune.clock.advance(10 * DAY)
        assert flows.advance(code).outcome is standing.outcome
        assert {name: commune.state(name)["calls"] for name in quiet} == quiet
        lease = flows.gov.ledger.lease(code)
        assert lease is not None
        flows.gov.ledger.release(code, lease)
        do(standing if do == flows.pay else code)
    assert [str(wait).rpartition("_")[2] for wait in waits] == ["officer", "payment", "officer", "officer"]
    assert flows.advance(code).outcome is Outcome.DELIVERED
    assert commune.state("national_payment")["calls"]["INIT"] == 1
    assert history(flows, code) == ["1", "2", "4", "9", "10"]


def test_a_supplement_stops_the_clock(flows):
    """Status 5 until the citizen answers, days later; the time in between is not the agency's."""
    flows.gov.on(SupplementRequested)(print)
    code = flows.pushed("2.000635")
    flows.advance(code)
    flows.say.request_supplement(code, "Thiếu bản chụp giấy tờ", until=datetime(2026, 12, 4, 17, tzinfo=VIETNAM))
    assert flows.advance(code).outcome is Outcome.WAITING_FOR_CITIZEN
    assert (shown(flows, code)["status"], told(flows, SupplementRequested)) == ("5", 1)
    first_due = flows.commune.mocks["portal"].dossier(code).record["NgayHenTra"]
    flows.commune.clock.advance(5 * DAY)
    assert flows.advance(code).outcome is Outcome.WAITING_FOR_CITIZEN
    flows.say.supplement(code)
    assert flows.through(code).outcome is Outcome.DELIVERED
    record = flows.commune.mocks["portal"].dossier(code).record
    assert record["NgayHenTra"] > first_due
    (round_,) = record["DanhSachHoSoBoSung"]
    assert (round_["TrangThaiBoSung"], round_["NoiDungBoSung"]) == (True, "Thiếu bản chụp giấy tờ")
    assert history(flows, code) == ["1", "2", "5", "4", "9", "10"]
    assert told(flows, SupplementRequested) == 1


def test_a_supplement_that_never_comes_is_an_officers_to_decide(flows):
    """After the day that was set; the officer waits on, or refuses."""
    code = flows.pushed("2.000635")
    flows.advance(code)
    flows.say.request_supplement(code, "Thiếu giấy tờ", until=flows.commune.clock.now() + timedelta(days=3))
    flows.advance(code)
    flows.commune.clock.advance(4 * DAY)
    standing = flows.advance(code)
    assert (standing.outcome, standing.reason) == (Outcome.NEEDS_OFFICER, "desk.supplement_overdue")
    assert standing.reason in CATALOGUE
    flows.say.go_on(code)
    assert flows.advance(code).outcome is Outcome.WAITING_FOR_CITIZEN
    flows.say.refuse(code, "Quá hạn bổ sung")
    assert flows.advance(code).outcome is Outcome.REFUSED
    assert history(flows, code) == ["1", "2", "5", "8"]


def test_a_withdrawal_before_acceptance_costs_nothing(commune, kit):
    """Status 7, the host hears of it, nothing was charged."""
    flows = kit.Flows(commune, staffed=True)
    flows.gov.on(DossierWithdrawn)(print)
    code = flows.pushed("2.000635")
    flows.advance(code)
    flows.say.withdraw(code, "Nộp nhầm")
    assert flows.advance(code).outcome is Outcome.WITHDRAWN
    assert (history(flows, code), told(flows, DossierWithdrawn)) == (["1", "7"], 1)
    assert flows.say.refund_proposals() == []
    assert flows.gov.ledger.record(DossierCode(code)).status is DossierStatus.WITHDRAWN
    assert flows.gov.ledger.unhandled("portal") == []
    assert flows.advance(code).outcome is Outcome.WITHDRAWN


def test_money_that_arrived_meanwhile_is_proposed_too(flows):
    """Withdrawn while the payment page was open, paid all the same: the gateway is asked, the refund proposed."""
    code = flows.pushed("2.000635")
    flows.pay(flows.advance(code))
    flows.say.withdraw(code)
    assert flows.advance(code).outcome is Outcome.WITHDRAWN
    (refund,) = flows.say.refund_proposals()
    (order,) = flows.gov.order_book.of_dossier(code)
    assert (order.state, refund.amount, refund.officer) == (PaymentState.PAID, order.order.amount, "cb-01")
    flows.gov.payments.refund(refund)
    assert flows.say.refund_proposals() == []


def test_what_is_registered_cannot_be_withdrawn(flows):
    """It stops for an officer, who lets it come to its end."""
    code = flows.pushed("1.001193", SoLuong="0")
    flows.commune.answers["ketQuaDangKyHS"] = {"status": 0, "code": 200}
    assert flows.advance(code).outcome is Outcome.WAITING_FOR_REGISTRY
    flows.say.withdraw(code)
    standing = flows.advance(code)
    assert (standing.outcome, standing.reason) == (Outcome.NEEDS_OFFICER, "desk.too_late")
    flows.say.go_on(code)
    flows.commune.answers.clear()
    assert flows.advance(code).outcome is Outcome.DELIVERED


@pytest.mark.parametrize(("before", "status"), [(True, "3"), (False, "8")])
def test_a_refusal_is_one_to_accept_or_one_to_go_on(commune, kit, before, status):
    """3 before acceptance, 8 after it."""
    flows = kit.Flows(commune, staffed=True)
    code = flows.pushed("2.000635")
    flows.advance(code)
    if not before:
        flows.say.accept(code)
        flows.advance(code)
    flows.say.refuse(code, "Không thuộc thẩm quyền")
    assert flows.advance(code).outcome is Outcome.REFUSED
    assert shown(flows, code)["status"] == status
    assert flows.commune.state("portal")["warnings"] == []


def test_a_dossier_filed_twice_is_stopped(flows):
    """The second of two equal dossiers ends with the portal's status 8."""
    code = flows.pushed("2.000635")
    flows.advance(code)
    flows.say.stop(code, "Nộp trùng")
    assert flows.advance(code).outcome is Outcome.STOPPED
    assert shown(flows, code)["status"] == "8"


@pytest.mark.parametrize(("copies", "extra", "refund"), [("4", 16_000, 0), ("1", 0, 8_000), ("2", 0, 0)])
def test_a_correction_changes_what_is_owed(flows, copies, extra, refund):
    """Two copies were paid; the citizen wants more, fewer, or the same."""
    code = flows.pushed("2.000635", SoLuong="2")
    flows.pay(flows.advance(code))
    inbound = flows.commune.received[-1]
    form = {**inbound.form, "SoLuong": type(inbound.form["SoLuong"])(copies)}
    changed = inbound.model_copy(update={"form": form, "updating": True})
    flows.say.receive(changed)
    flows.say.receive(changed)
    assert flows.through(code).outcome is Outcome.DELIVERED
    assert [signal.kind for signal in flows.say.signals(DossierCode(code))] == [SignalKind.CORRECTED]
    charges = [charge["amount"] for charge in flows.commune.state("national_payment")["charges"][code]]
    assert charges == [16_000, *([extra] if extra else [])]
    assert [one.amount.dong for one in flows.say.refund_proposals()] == ([refund] if refund else [])
    fees = sum(int(line["Gia"]) for line in shown(flows, code)["fees"])
    assert fees == 16_000 + extra - refund


def test_a_correction_after_the_registration_is_an_officers(flows):
    """What stands in the books is corrected by another procedure."""
    code = flows.pushed("1.001193", SoLuong="0")
    flows.commune.answers["ketQuaDangKyHS"] = {"status": 0, "code": 200}
    flows.advance(code)
    flows.say.correct(flows.commune.received[-1].model_copy(update={"updating": True}))
    assert flows.advance(code).reason == "desk.too_late"
    flows.say.go_on(code)
    flows.commune.answers.clear()
    assert flows.advance(code).outcome is Outcome.DELIVERED
    assert flows.commune.state("civil_registry")["calls"]["dangKyHoTich"] == 1


def test_what_the_registry_wants_is_asked_of_the_citizen_once(flows):
    """The registry's own request becomes status 5, and goes on when it has what it wants."""
    code = flows.pushed("1.001193", SoLuong="0")
    registry = flows.commune.mocks["civil_registry"]
    flows.commune.answers["ketQuaDangKyHS"] = {"status": 0, "code": 200}
    registry.set_status(code, 2, "Bổ sung giấy chứng sinh")
    assert [flows.advance(code).outcome for _ in range(3)] == [Outcome.WAITING_FOR_CITIZEN] * 3
    flows.say.supplement(code)
    # The officer has not told the registry yet: it says the same, and nobody is asked twice.
    assert flows.advance(code).outcome is Outcome.WAITING_FOR_REGISTRY
    registry.set_status(code, 4)
    flows.commune.answers.clear()
    assert flows.advance(code).outcome is Outcome.DELIVERED
    assert history(flows, code) == ["1", "2", "5", "4", "9", "10"]


def test_what_the_registry_refuses_of_a_bundle_is_told_to_the_platform(flows):
    """G2 says 6: the dossier is refused, everywhere."""
    code = flows.bundle("KS", soLuongBanSao="0")
    flows.commune.mocks["civil_registry"].set_bundle_state(code, 6, "Đã đăng ký ở nơi khác")
    assert flows.advance(code).outcome is Outcome.REFUSED
    assert flows.commune.mocks["bundle_platform"].statuses(flows.national) == [1, 3, 7, 6]


def test_a_supplement_of_a_bundle_goes_the_platforms_way(flows):
    """2 on the way, then 3 and 7 again before the result."""
    code = flows.bundle("KS", soLuongBanSao="0")
    registry = flows.commune.mocks["civil_registry"]
    registry.set_bundle_state(code, 2, "Bổ sung giấy chứng sinh", "30/11/2026 17:00:00")
    assert flows.advance(code).outcome is Outcome.WAITING_FOR_CITIZEN
    flows.say.supplement(code)
    registry.set_bundle_state(code, 4)
    assert flows.advance(code).outcome is Outcome.DELIVERED
    assert flows.commune.mocks["bundle_platform"].statuses(flows.national) == [1, 3, 7, 2, 3, 7, 4, 5]


def test_a_signature_on_the_phone_is_waited_for(commune, kit):
    """Days later the officer confirms; the flow asks the signing service, and nobody issues by hand."""
    flows = kit.Flows(commune, staffed=True)
    code = DossierCode(flows.pushed("1.004873"))
    flows.advance(code)
    flows.say.accept(code)
    assert flows.advance(code).outcome is Outcome.WAITING_FOR_OFFICER  # to issue it: a citizen with VNeID pays nothing
    states = {"ky-1": "waiting", "ky-2": "signed"}
    phones = Phones(states)
    world = flows.life()._world
    object.__setattr__(world.systems, "signing", lambda: phones)
    flows.say.await_signature(code, "ky-1")
    assert flows.advance(code).outcome is Outcome.WAITING_FOR_SIGNATURE
    commune.clock.advance(3 * DAY)
    states["ky-1"] = "expired"
    assert flows.advance(code).reason == "desk.signature_failed"
    flows.say.await_signature(code, "ky-2")
    assert flows.advance(code).outcome is Outcome.WAITING_FOR_OFFICER
    flows.say.hand_over(code)
    assert flows.advance(code).outcome is Outcome.DELIVERED


class Phones:
    """A signing service of which only the answers matter."""

    def __init__(self, states):
        self.states = states

    def collect(self, key):
        yield from ()
        state = self.states[key]
        return type("Found", (), {"state": state, "final": state != "waiting"})()


def test_each_record_gets_its_own_result(flows):
    """One document for the copies, one for the signatures."""
    code = DossierCode(flows.certification())
    documents = [
        ResultDocument(id=f"kq-{number}", name="a.pdf", url=f"https://motcua.example/{number}") for number in (1, 2)
    ]
    flows.say.issue(code, *documents)
    flows.through(code)
    records = [flows.commune.mocks["portal"].dossier(f"{code[:-1]}{number}").record for number in (1, 2)]
    assert [record["DanhSachGiayToKetQua"][0]["GiayToId"] for record in records] == ["kq-1", "kq-2"]


def test_what_is_said_twice_is_heard_once(flows):
    """A repeated wish is no second one; the second record's number means the same request."""
    code = flows.certification()
    assert flows.say.withdraw(f"{code[:-1]}2", "Không cần nữa")
    assert not flows.say.withdraw(code, "Không cần nữa")
    assert flows.advance(code).outcome is Outcome.WITHDRAWN
    assert [str(record.outcome) for record in flows.gov.ledger.records()] == ["withdrawn"] * 2


def test_nobody_speaks_of_a_dossier_that_has_no_workflow(flows):
    """A slip of the pen is told at once; what comes after the end changes nothing."""
    with pytest.raises(InvalidInput):
        flows.say.withdraw(DossierCode("H99.201-261120-0999"))
    code = flows.pushed("1.001193", SoLuong="0")
    assert flows.advance(code).outcome is Outcome.DELIVERED
    assert not flows.say.withdraw(code, "Muộn rồi")
    assert flows.say.signals(DossierCode(code)) == ()


def test_a_bundle_that_is_filed_again_answers_its_supplement(flows):
    """What is here is acknowledged again; after a request its new content and papers are taken in its place."""
    code = flows.bundle("KS", soLuongBanSao="0")
    platform, registry = flows.commune.mocks["bundle_platform"], flows.commune.mocks["civil_registry"]
    registry.set_bundle_state(code, 2, "Bổ sung giấy chứng sinh", "30/11/2026 17:00:00")
    flows.advance(code)
    platform._taken.clear()
    flows.say.accept(code)
    (taken,) = flows.say.take_in_bundles()
    assert (taken.outcome, str(taken.dossier)) == ("overwritten", code)
    registry.set_bundle_state(code, 4)
    assert flows.advance(code).outcome is Outcome.DELIVERED
    platform._taken.clear()
    assert flows.say.take_in_bundles()[0].outcome == "again"
    assert [paper.name for paper in flows.say.papers(code)] == ["gcs.pdf"]


def test_a_payment_wakes_the_workflow_that_waits_for_it(flows):
    """The records say paid: it goes on now, not at its next look."""
    code = flows.pushed("2.000635")
    flows.pay(flows.advance(code))
    flows.advance(code, poll=True)
    with flows.gov._parts.database.transaction() as db:
        db.execute(update(EVENTS).where(EVENTS.c.dossier == code, EVENTS.c.lane == "flow").values(due=4e9))
    assert flows.gov.delivery.collect_payment_news() > 0
    with flows.gov._parts.database.reading() as db:
        due = db.execute(select(EVENTS.c.due).where(EVENTS.c.dossier == code, EVENTS.c.lane == "flow")).scalar()
    assert due == 0


def test_a_flow_of_a_desk_that_is_served_elsewhere_goes_back(flows):
    """This process has workflows, and not this agency's desk: five seconds later another one may have it."""
    delivery, desks = flows.gov.delivery, flows.gov._parts.desks
    code = flows.pushed("1.001193", SoLuong="0")
    queue, perform = delivery.queue, delivery.executor()
    token = queue.register("w")
    served = dict(desks)
    desks.clear()
    (event,) = queue.turn(token, [], room=1, cap=lambda _target: 1).claimed
    outcome = perform(event)
    assert (outcome.kind.value, outcome.wait, outcome.counted) == ("again", 5.0, False)
    queue.settle([outcome])
    assert flows.gov.ledger.record(DossierCode(code)) is None
    assert 4.0 < (queue.waits(event.id) or 0) <= 5.0
    desks.update(served)
    assert flows.advance(code).outcome is Outcome.DELIVERED
