"""Killed again and again on its way, each workflow still does everything once."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from gov_connect.runtime import SyncDriver
from gov_connect.store.tables import LEASES
from gov_connect.workflows import Outcome

KINDS = ("birth", "extracts", "marital_status", "copies", "certification", "birth_bundle", "death_bundle", "general")


class Killed(BaseException):
    """The process ends here."""


class Killing(SyncDriver):
    """Ends the process at the n-th ask of a run: before it is carried out, or right after."""

    def __init__(self, driver, *, at, after):
        super().__init__(driver.carrier)
        self._sleep = driver._sleep
        self._left, self._after, self._program = at, after, None

    def run(self, program):
        self._program = program
        return super().run(program)

    def _perform(self, ask):
        self._left -= 1
        if self._left == 0:
            if self._after:
                super()._perform(ask)
            # A process that ends runs no handler of the program.
            self._program.close()
            raise Killed
        return super()._perform(ask)


def lives(flows, code, *, after, stride):
    """Live through one request in as many processes as it takes: the n-th one is killed at its n-th ask or so."""
    asked = {"accept": flows.say.accept, "issue": flows.say.issue, "hand_over": flows.say.hand_over}
    at, killed = 1, 0
    while True:
        driver = Killing(flows.gov._driver, at=at, after=after)
        try:
            standing = flows.advance(code, driver)
        except Killed:
            killed, at = killed + 1, at + stride
            # As when the workers have noticed: the dead one holds nothing any more.
            with flows.gov.ledger._database.transaction() as db:
                db.execute(delete(LEASES))
            continue
        if standing.outcome is Outcome.WAITING_FOR_PAYMENT:
            flows.pay(standing)
        elif standing.outcome is Outcome.WAITING_FOR_OFFICER:
            asked.pop(next(iter(asked)))(code)
        else:
            return standing, killed


@pytest.mark.parametrize(("after", "stride"), [(False, 2), (True, 2)], ids=["before", "after"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_workflow_that_is_killed_at_every_step_does_everything_once(flows, kit, kind, after, stride):
    """Dozens of processes, each killed a little further on: one registration, one charge, every system agrees."""
    code = kit.BEGIN[kind](flows)
    standing, killed = lives(flows, code, after=after, stride=stride)
    assert standing.outcome is Outcome.DELIVERED
    assert killed > 10
    kit.agree(flows, code, kind)
    rows = flows.commune.state("portal")["dossiers"][code]["steps"]
    assert len({row["TrangThai"] for row in rows}) == len(rows) == 4


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("said", ["withdraw", "refuse", "supplement"])
def test_what_people_say_is_done_once_however_often_it_is_killed(flows, kit, said, after):
    """A paid dossier that is withdrawn or refused, one that is supplemented: shown once, proposed once, told once."""
    code = flows.pushed("2.000635")
    flows.pay(flows.advance(code))
    if said == "supplement":
        flows.say.request_supplement(code, "Thiếu giấy tờ")
        flows.say.supplement(code)
    else:
        getattr(flows.say, said)(code, "Không còn nhu cầu")
    standing, killed = lives(flows, code, after=after, stride=2)
    assert killed > 10
    (order,) = flows.gov.order_book.of_dossier(code)
    if said == "supplement":
        assert standing.outcome is Outcome.DELIVERED
        assert flows.say.refund_proposals() == []
    else:
        assert standing.outcome in {Outcome.WITHDRAWN, Outcome.REFUSED}
        (refund,) = flows.say.refund_proposals()
        assert (refund.reference, refund.amount) == (order.order.reference, order.order.amount)
    assert flows.commune.state("national_payment")["double_charges"] == []
    shown = flows.commune.state("portal")
    statuses = [row["TrangThai"] for row in shown["dossiers"][code]["steps"]]
    assert (
        statuses == {"supplement": ["2", "5", "4", "4", "9", "10"], "withdraw": ["2", "7"], "refuse": ["2", "8"]}[said]
    )
    assert shown["warnings"] == []
