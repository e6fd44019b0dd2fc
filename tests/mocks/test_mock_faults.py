"""Faults are planned: chosen by a hash, scripted by a test, and applied the same way by every system."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gov_connect.mocks.core import Call, MockReply, MockRequest, MockSystem, Outgoing, json_reply
from gov_connect.mocks.faults import Fault, FaultPlan

CALL = MockRequest(method="POST", path="/", body=b"H99.201-260105-0001")


class Counting(MockSystem):
    """A system that counts what it has done."""

    name = "counting"

    def __init__(self, plan: FaultPlan, *, exempt: bool = False) -> None:
        super().__init__(faults=plan)
        self.exempt = exempt
        self._clear()

    def _open(self, request: MockRequest) -> Call:
        return Call(operation="" if self.exempt else "put", subject=request.body.decode(), run=self._act)

    def _act(self) -> MockReply:
        self.done += 1
        parcel = Outgoing(url="http://agency.example", headers={}, body=b"")
        return json_reply({"done": self.done}, outgoing=(parcel,))

    def _snapshot(self) -> dict[str, object]:
        return {"done": self.done}

    def _clear(self) -> None:
        self.done = 0


def scripted(*faults: Fault | None) -> Counting:
    """Give a system that will meet these faults."""
    plan = FaultPlan()
    plan.script("put", faults)
    return Counting(plan)


@given(st.integers(), st.text(), st.text(), st.integers(min_value=1))
def test_same_question_has_same_answer(seed: int, dossier: str, operation: str, attempt: int) -> None:
    """Two plans of one seed choose alike, whatever was asked before."""
    first, second = FaultPlan("storm", seed), FaultPlan("storm", seed)
    second.choose(dossier="other", operation="other", attempt=1)
    arguments = {"dossier": dossier, "operation": operation}
    assert first.choose(**arguments, attempt=attempt) == second.choose(**arguments, attempt=attempt)


def test_rough_share_is_five_per_cent_each() -> None:
    """In a rough day each of the three faults meets about one call in twenty."""
    plan = FaultPlan("rough", 1)
    met = Counter(plan.choose(dossier=str(n), operation="put", attempt=1) for n in range(20_000))
    assert met.keys() == {None, Fault.ERROR_BEFORE, Fault.TIMEOUT_AFTER, Fault.DUPLICATE}
    assert all(900 < met[fault] < 1100 for fault in met if fault)


def test_calm_has_no_faults() -> None:
    """A calm day has none."""
    plan = FaultPlan()
    assert {plan.choose(dossier=str(n), operation="put", attempt=1) for n in range(500)} == {None}


def test_unknown_profile_is_refused() -> None:
    """A misspelt profile is an error at once, and the message lists the known ones."""
    with pytest.raises(ValueError, match=r"calm, rough, storm"):
        FaultPlan("ruogh")  # type: ignore[arg-type]


def test_repr_shows_profile_and_seed() -> None:
    """A plan shows what is needed to repeat it."""
    assert repr(FaultPlan("rough", 3)) == "FaultPlan(profile='rough', seed=3)"


def test_script_comes_first_and_none_lets_pass() -> None:
    """Scripted faults are used up in order; after them the calls pass."""
    system = scripted(None, Fault.HTTP_500)
    assert [system.handle(CALL).status for _ in range(3)] == [200, 500, 200]
    assert system.done == 2


@pytest.mark.parametrize(
    ("fault", "status", "done"),
    [
        (Fault.ERROR_BEFORE, 503, 0),
        (Fault.HTTP_500, 500, 0),
        (Fault.EMPTY_OBJECT, 200, 0),
        (Fault.TIMEOUT_AFTER, 200, 1),
        (Fault.DUPLICATE, 200, 2),
        (Fault.MALFORMED, 200, 1),
        (Fault.GATEWAY_502_AFTER, 502, 1),
    ],
)
def test_each_fault_acts_or_does_not(fault: Fault, status: int, done: int) -> None:
    """A fault has its status, and its effect has happened never, once or twice."""
    system = scripted(fault)
    reply = system.handle(CALL)
    assert (reply.status, system.done) == (status, done)
    assert reply.hold is (fault is Fault.TIMEOUT_AFTER)
    assert len(reply.outgoing) == done
    assert system.state()["faults"] == {fault.value: 1}


def test_bodies_of_faults_are_not_what_was_asked_for() -> None:
    """An empty object, a torn body and a gateway's page are none of them an answer."""
    system = scripted(Fault.EMPTY_OBJECT, Fault.MALFORMED, Fault.GATEWAY_502_AFTER, Fault.DUPLICATE)
    empty, torn, page, second = (system.handle(CALL).body for _ in range(4))
    assert json.loads(empty) == {}
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(torn)
    assert page.startswith(b"<html>")
    assert json.loads(second) == {"done": 4}


def test_attempts_are_counted_per_subject() -> None:
    """The attempt number that decides belongs to one dossier, so other dossiers do not shift it."""
    plan = FaultPlan("rough", 5)
    alone, among = Counting(plan), Counting(FaultPlan("rough", 5))
    for n in range(40):
        among.handle(MockRequest(method="POST", path="/", body=str(n).encode()))
    statuses = [(alone.handle(CALL).status, among.handle(CALL).status) for _ in range(60)]
    assert all(a == b for a, b in statuses)
    assert {a for a, _ in statuses} == {200, 503}


def test_exempt_calls_meet_no_fault() -> None:
    """Logins and tokens are never hit."""
    system = Counting(FaultPlan("storm", 1), exempt=True)
    assert {system.handle(CALL).status for _ in range(300)} == {200}
    assert system.state()["calls"] == {}


def test_reset_forgets_attempts_and_scripts() -> None:
    """After a reset everything starts again as new."""
    system = scripted(Fault.HTTP_500, Fault.HTTP_500)
    system.handle(CALL)
    system.reset()
    assert system.state() == {"system": "counting", "calls": {}, "faults": {}, "done": 0}
    assert system.handle(CALL).status == 200


def test_default_delivery_wants_success() -> None:
    """A system with no rule of its own takes any 2xx as an answer to its POST."""
    system = Counting(FaultPlan())
    parcel = Outgoing(url="http://agency.example", headers={}, body=b"")
    assert system.delivered(parcel, 204, b"")
    assert not system.delivered(parcel, 0, b"")


def test_reprs_hide_bodies_and_headers() -> None:
    """What a request, a reply or a parcel carries does not show in a log."""
    values = (
        MockRequest(method="POST", path="/", body=b"SECRET", headers={"a": "SECRET"}, query={"a": "SECRET"}),
        MockReply(body=b"SECRET", headers={"a": "SECRET"}),
        Outgoing(url="http://agency.example", headers={"a": "SECRET"}, body=b"SECRET"),
    )
    assert all("SECRET" not in repr(value) for value in values)
