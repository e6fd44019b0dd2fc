"""The circuit breaker does what its table says, alone and inside the guard."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gov_connect.errors import Overloaded, SystemPaused, TimedOut, UnexpectedReply, Unreachable
from gov_connect.model import VIETNAM
from gov_connect.resilience import Breaker, BreakerPolicy, RetryPolicy
from gov_connect.runtime import ManualClock

if TYPE_CHECKING:
    from collections.abc import Sequence

POLICY = BreakerPolicy(failures=3, rest=10)
ONCE = RetryPolicy(attempts=1)


@pytest.fixture
def clock() -> ManualClock:
    """A clock that the test moves."""
    return ManualClock(datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM))


@pytest.fixture
def breaker(clock: ManualClock) -> Breaker:
    """A breaker that opens after three failures and rests ten seconds."""
    return Breaker(POLICY, clock)


def _open(breaker: Breaker) -> None:
    for _ in range(POLICY.failures):
        breaker.failed()


def test_a_closed_breaker_lets_calls_pass(breaker: Breaker) -> None:
    """Closed: any number of calls at once."""
    assert [breaker.wait() for _ in range(5)] == [0] * 5


def test_failures_in_a_row_open_it(breaker: Breaker) -> None:
    """Closed and failing: the count rises, and at the threshold it opens."""
    breaker.failed()
    breaker.failed()
    assert breaker.wait() == 0
    breaker.failed()
    assert breaker.wait() == 10


def test_a_success_resets_the_count(breaker: Breaker) -> None:
    """Closed and answered: failures before it do not count any more."""
    for _ in range(5):
        breaker.failed()
        breaker.failed()
        breaker.succeeded()
    assert breaker.wait() == 0


def test_an_open_breaker_refuses_until_it_has_rested(breaker: Breaker, clock: ManualClock) -> None:
    """Open: the rest counts down, and callers are told how much is left."""
    _open(breaker)
    clock.advance(4)
    assert breaker.wait() == 6
    clock.advance(6)
    assert breaker.wait() == 0


def test_half_open_lets_one_call_through(breaker: Breaker, clock: ManualClock) -> None:
    """Half open: the others rest on."""
    _open(breaker)
    clock.advance(10)
    assert [breaker.wait() for _ in range(3)] == [0, 10, 10]


def test_half_open_and_answered_closes(breaker: Breaker, clock: ManualClock) -> None:
    """Half open, success: closed, and the count starts at nought."""
    _open(breaker)
    clock.advance(10)
    breaker.wait()
    breaker.succeeded()
    breaker.failed()
    breaker.failed()
    assert breaker.wait() == 0


def test_half_open_and_failing_opens_again(breaker: Breaker, clock: ManualClock) -> None:
    """Half open, failure: one is enough, and it rests the whole time again."""
    _open(breaker)
    clock.advance(10)
    breaker.wait()
    breaker.failed()
    assert breaker.wait() == 10


def test_an_abandoned_trial_frees_its_place(breaker: Breaker, clock: ManualClock) -> None:
    """Half open, cancelled: no verdict, and the next call is the trial."""
    _open(breaker)
    clock.advance(10)
    breaker.wait()
    breaker.abandoned()
    assert [breaker.wait(), breaker.wait()] == [0, 10]


@given(st.lists(st.sampled_from(["failed", "succeeded", "abandoned", "rest"]), max_size=30))
def test_it_can_always_close_again(news: Sequence[str]) -> None:
    """Whatever happened, after a rest a call passes, and its success closes the breaker."""
    clock = ManualClock(datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM))
    breaker = Breaker(POLICY, clock)
    for item in news:
        if item == "rest":
            clock.advance(POLICY.rest)
        elif breaker.wait() == 0:
            getattr(breaker, item)()
    clock.advance(POLICY.rest)
    assert breaker.wait() == 0
    breaker.succeeded()
    assert [breaker.wait(), breaker.wait()] == [0, 0]


@pytest.mark.parametrize(
    "failure", [Unreachable(system="portal"), TimedOut(system="portal"), 502, 503], ids=["gone", "late", "502", "503"]
)
def test_a_failing_system_is_left_alone(failure: Any, rig: Any) -> None:
    """After the threshold calls are refused without being sent, until the system has rested."""
    system = rig(*[failure] * 3, 200, 200, retry=ONCE, breaker=POLICY)
    for _ in range(3):
        with pytest.raises((Unreachable, TimedOut, UnexpectedReply)):
            system.read()
    with pytest.raises(SystemPaused) as caught:
        system.read()
    assert caught.value.seconds == 10
    assert len(system.sent) == 3
    system.clock.advance(10)
    assert [system.read().status, system.read().status] == [200, 200]


@pytest.mark.parametrize("failure", [429, 401, 404, 500])
def test_answers_are_no_failures(failure: int, rig: Any) -> None:
    """A system that says no, or that wants to be asked later, is alive (a write's 500 included)."""
    system = rig(*[failure] * 6, 200, retry=ONCE, breaker=POLICY)
    for _ in range(6):
        try:
            system.write()
        except Overloaded as error:
            assert failure == error.status  # noqa: PT017 - only one of the four raises
    assert system.write().status == 200


def test_a_cancelled_trial_frees_its_place(rig: Any) -> None:
    """A program that is closed while it waits for the answer gives its half-open place back."""
    system = rig(*[Unreachable(system="portal")] * 3, 200, retry=ONCE, breaker=POLICY)
    for _ in range(3):
        with pytest.raises(Unreachable):
            system.read()
    system.clock.advance(10)
    trial = system.exchange(repeatable=True)
    next(trial)
    with pytest.raises(SystemPaused):
        system.read()
    trial.close()
    assert system.read().status == 200


def test_a_pause_in_the_middle_of_retries_ends_them(rig: Any) -> None:
    """When the breaker opens between two attempts, the call ends with what put it in doubt first."""
    system = rig(*[TimedOut(system="portal")] * 3, breaker=POLICY)
    with pytest.raises(TimedOut):
        system.read()
    assert len(system.sent) == 3
