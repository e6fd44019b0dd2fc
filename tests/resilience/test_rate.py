"""The rate limit: so many calls a second on average, a burst at once, in order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gov_connect.errors import SystemPaused, Unreachable
from gov_connect.model import VIETNAM
from gov_connect.resilience import RateLimit, RetryPolicy
from gov_connect.runtime import ManualClock

START = datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM)


@pytest.fixture
def clock() -> ManualClock:
    """A clock that the test moves."""
    return ManualClock(START)


def test_a_burst_passes_and_the_rest_queues_in_order(clock: ManualClock) -> None:
    """As many as a second allows go at once; each further one waits an interval more."""
    limit = RateLimit(5, clock)
    assert [round(limit.reserve(), 6) for _ in range(9)] == [0, 0, 0, 0, 0, 0.2, 0.4, 0.6, 0.8]


def test_places_come_back_with_time(clock: ManualClock) -> None:
    """After a quiet second the burst is whole again, and no larger however long it was quiet."""
    limit = RateLimit(5, clock)
    for _ in range(5):
        limit.reserve()
    clock.advance(0.4)
    assert [round(limit.reserve(), 6) for _ in range(3)] == [0, 0, 0.2]
    clock.advance(3600)
    assert [round(limit.reserve(), 6) for _ in range(6)] == [0, 0, 0, 0, 0, 0.2]


def test_less_than_one_a_second_is_possible(clock: ManualClock) -> None:
    """Half a call a second: one at once, then one every two seconds."""
    limit = RateLimit(0.5, clock)
    assert [limit.reserve() for _ in range(3)] == [0, 2, 4]


def test_the_burst_can_be_chosen(clock: ManualClock) -> None:
    """A system that wants an even pace gets one."""
    limit = RateLimit(10, clock, burst=1)
    assert [round(limit.reserve(), 6) for _ in range(3)] == [0, 0.1, 0.2]


def test_a_place_that_is_too_far_is_not_taken(clock: ManualClock) -> None:
    """Who cannot wait so long is told, and takes no place from the others."""
    limit = RateLimit(1, clock)
    limit.reserve()
    assert limit.reserve(longest=0.5) == 1
    assert limit.reserve(longest=1) == 1
    assert limit.reserve() == 2


@given(st.floats(0.1, 50), st.lists(st.floats(0, 3), min_size=1, max_size=60))
def test_the_average_is_never_exceeded(per_second: float, pauses: list[float]) -> None:
    """In any span of time no more calls go than the burst and the rate allow."""
    clock = ManualClock(START)
    limit = RateLimit(per_second, clock)
    burst = max(1, int(per_second))
    gone: list[float] = []
    for pause in pauses:
        clock.advance(pause)
        gone.append(clock.monotonic() + limit.reserve())
    assert gone == sorted(gone)
    for first, begun in enumerate(gone):
        for last in range(first, len(gone)):
            assert last - first + 1 <= burst + (gone[last] - begun) * per_second + 1e-6


def test_threads_get_places_of_their_own(clock: ManualClock) -> None:
    """Callers at the same moment never share a place."""
    limit = RateLimit(1, clock)
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: limit.reserve(), range(50)))
    assert sorted(waits) == [float(wait) for wait in range(50)]


def test_the_guard_waits_before_it_sends(rig: type) -> None:
    """Attempts count, not calls: a retry takes a place as well."""
    system = rig(200, Unreachable(system="portal"), 200, 200, per_second=1.0)
    for _ in range(3):
        system.read()
    assert system.at == [0, 1, 2, 3]


def test_a_place_beyond_the_total_time_is_refused_at_once(rig: type) -> None:
    """Who cannot be served in time is told so, without waiting and without being sent."""
    system = rig(200, 200, 200, per_second=0.1, retry=RetryPolicy(total=15, jitter=0))
    first, second, third = (system.exchange() for _ in range(3))
    sends = [next(first), next(second)]
    with pytest.raises(SystemPaused) as caught:
        next(third)
    assert caught.value.seconds == 20
    assert [type(ask).__name__ for ask in sends] == ["Send", "Sleep"]
