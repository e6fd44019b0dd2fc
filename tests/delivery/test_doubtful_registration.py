"""A birth is registered once, wherever the process dies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.adapters.civil_registry import CivilRegistry
from gov_connect.client import GovConnect, Parts
from gov_connect.delivery import Steps
from gov_connect.model import BirthRegistration, Submission
from gov_connect.offline import offline_carrier, offline_settings
from gov_connect.runtime import CountingIds, SeededRandom, Send
from gov_connect.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOK_UP, REGISTER = "traTrangThaiHoSo", "dangKyHoTich"


@pytest.fixture
def asked() -> list[str]:
    """What was asked of the registry, in order."""
    return []


@pytest.fixture
def gov(clock: Any, asked: list[str]) -> Iterator[GovConnect]:
    """A client of the offline registry, in simulated time."""
    parts = Parts(
        settings=offline_settings(Settings.from_mapping({})),
        carrier=offline_carrier(1),
        clock=clock,
        chance=SeededRandom(1),
        ids=CountingIds(),
        observers=(lambda attempt: asked.append(attempt.wire),),
    )
    with GovConnect(parts=parts) as made:
        yield made


def _register(gov: GovConnect, birth: BirthRegistration) -> Any:
    steps = Steps(gov.ledger, birth.dossier)
    return steps.call("register", CivilRegistry.submit, gov.inner().civil_registry, birth)


def _die_at(gov: GovConnect, program: Any, label: str, *, arrived: bool) -> None:
    """Run until the message `label` is about to be sent; end there, or right after it arrived."""
    carrier: Any = gov._parts.carrier
    ask = next(program)
    while not (isinstance(ask, Send) and ask.request.label == label):
        done = carrier.send(ask.request, ask.timeouts) if isinstance(ask, Send) else ask.work()
        ask = program.send(done)
    if arrived:
        carrier.send(ask.request, ask.timeouts)
    program.close()


def test_a_registration_is_not_asked_twice(gov: GovConnect, birth: BirthRegistration, asked: list[str]) -> None:
    """When it is done, its stored answer is given and nobody is asked."""
    first = gov.run(_register(gov, birth))
    asked.clear()
    assert first == gov.run(_register(gov, birth)) == Submission(dossier=birth.dossier, already_there=False)
    assert asked == []


def test_what_arrived_before_the_crash_is_found(gov: GovConnect, birth: BirthRegistration, asked: list[str]) -> None:
    """The registry has it and is not sent it again, although no answer was ever read."""
    _die_at(gov, _register(gov, birth), REGISTER, arrived=True)
    asked.clear()
    assert gov.run(_register(gov, birth)).already_there
    assert asked == [LOOK_UP]


def test_what_did_not_arrive_before_the_crash_is_sent(
    gov: GovConnect, birth: BirthRegistration, asked: list[str]
) -> None:
    """The registry does not know it, so it is registered then."""
    _die_at(gov, _register(gov, birth), REGISTER, arrived=False)
    asked.clear()
    assert not gov.run(_register(gov, birth)).already_there
    assert asked == [LOOK_UP, REGISTER]
