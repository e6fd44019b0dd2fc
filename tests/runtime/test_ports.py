"""Time, chance, ids and short-lived secrets."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from gov_connect.model import VIETNAM
from gov_connect.runtime import (
    CountingIds,
    Ids,
    ManualClock,
    Memory,
    RandomIds,
    SeededRandom,
    ShiftedClock,
    SystemClock,
    SystemRandom,
)

START = datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM)


def test_a_manual_clock_moves_only_by_hand() -> None:
    """Moments and seconds move together."""
    clock = ManualClock(START)
    assert (clock.now(), clock.monotonic()) == (START, 0)
    clock.advance(90)
    assert (clock.now(), clock.monotonic()) == (START + timedelta(seconds=90), 90)


def test_a_shifted_clock_starts_where_it_is_told() -> None:
    """It then runs as real time does."""
    clock = ShiftedClock(START)
    first, second = clock.now(), clock.now()
    assert START <= first <= second < START + timedelta(seconds=10)


def test_the_system_clock_speaks_vietnamese_time() -> None:
    """Seven hours ahead of UTC, and seconds that never run backwards."""
    clock = SystemClock()
    assert clock.now().utcoffset() == timedelta(hours=7)
    assert clock.monotonic() <= clock.monotonic()


def test_seeded_chance_repeats_itself() -> None:
    """The same seed gives the same numbers, within bounds; the system's chance keeps the bounds too."""
    first, second = SeededRandom(3), SeededRandom(3)
    numbers = [first.uniform(1, 2) for _ in range(10)]
    assert numbers == [second.uniform(1, 2) for _ in range(10)]
    assert all(1 <= number <= 2 for number in [*numbers, SystemRandom().uniform(1, 2)])


@pytest.mark.parametrize("ids", [RandomIds(), CountingIds()], ids=["random", "counting"])
def test_ids_are_unique_and_of_one_shape(ids: Ids) -> None:
    """32 lower-case hexadecimal digits, never twice, also from several threads."""
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: ids.new(), range(200)))
    assert len(set(made)) == 200
    assert all(re.fullmatch(r"[0-9a-f]{32}", item) for item in made)


def test_memory_forgets_in_time() -> None:
    """An entry is recalled until its seconds are over."""
    clock = ManualClock(START)
    memory = Memory(clock)
    memory.keep("H99.201", "portal", "session", value="bi-mat-vi-du", seconds=10)
    clock.advance(9.9)
    assert memory.recall("H99.201", "portal", "session") == "bi-mat-vi-du"
    assert memory.recall("H99.202", "portal", "session") is None
    clock.advance(0.1)
    assert memory.recall("H99.201", "portal", "session") is None


def test_memory_forgets_only_what_was_meant() -> None:
    """A caller whose token was refused must not drop the newer one that another call has got."""
    memory = Memory(ManualClock(START))
    memory.keep("k", value="old", seconds=10)
    memory.keep("k", value="new", seconds=10)
    memory.forget("k", value="old")
    assert memory.recall("k") == "new"
    memory.forget("k", value="new")
    memory.forget("k", value="new")
    assert memory.recall("k") is None


def test_memory_shows_no_value() -> None:
    """Its repr tells only how much it holds."""
    memory = Memory(ManualClock(START))
    memory.keep("k", value="bi-mat-vi-du", seconds=10)
    assert repr(memory) == "<Memory, 1 entries>"
