"""A crash between any two steps loses nothing and does nothing twice."""

from __future__ import annotations

import pytest

from gov_connect.runtime import SyncDriver
from gov_connect.workflows import Outcome


class Crash(BaseException):
    """The process ends here."""


class CrashingDriver(SyncDriver):
    """Ends the process at the n-th ask: before it is carried out, or right after."""

    def __init__(self, driver, *, at, after):
        super().__init__(driver.carrier)
        self._sleep = driver._sleep
        self._left = at
        self._after = after

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
            raise Crash
        return super()._perform(ask)


def asks_of(commune, procedure):
    """How many asks a life takes, counted on one that does not crash."""
    counted = CrashingDriver(commune.gov._driver, at=10_000, after=False)
    live(commune, commune.submit(procedure), counted)
    return 10_000 - counted._left


def live(commune, inbound, driver):
    """Take a dossier to its end on fresh desks; the citizen pays when asked."""
    for _round in range(6):
        standing = driver.run(commune.desk().advance(inbound))
        if standing.outcome is Outcome.WAITING_FOR_PAYMENT:
            commune.mocks["national_payment"].pay(standing.link.reference)
        else:
            return standing
    raise AssertionError(standing)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("procedure", ["1.001193", "2.000815"])
def test_a_crash_at_any_ask_ends_in_one_registration_one_charge_and_status_10(make_commune, procedure, after):
    """For every n: crash at the n-th ask, start again, run to the end, look at every system."""
    total = asks_of(make_commune(), procedure)
    assert total > 20
    for at in range(1, total + 1):
        commune = make_commune()
        inbound = commune.submit(procedure)
        with pytest.raises(Crash):
            live(commune, inbound, CrashingDriver(commune.gov._driver, at=at, after=after))
        # What a new process does first: the dead one holds nothing any more.
        commune.gov.ledger.clear_leases()
        assert live(commune, inbound, commune.gov._driver).outcome is Outcome.DELIVERED
        registry, platform = commune.state("civil_registry"), commune.state("national_payment")
        assert len(registry["registrations"]) == (procedure == "1.001193"), at
        assert registry["duplicates"] == [] or registry["duplicates"] == {}, at
        assert platform["double_charges"] == [], at
        assert (
            len(platform["orders"]) == len(platform["charges"]) == len(commune.gov.order_book.of_dossier(inbound.code))
        )
        shown = commune.state("portal")["dossiers"][inbound.code]
        assert (shown["status"], len(shown["steps"])) == ("10", 4), at
        assert len(commune.state("portal")["dossiers"]) == 1
