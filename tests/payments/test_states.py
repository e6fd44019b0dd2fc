"""The payment state machine as a table."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gov_connect.model import PaymentState
from gov_connect.payments import TRANSITIONS, next_state

CREATED, PENDING, PAID, FAILED = (PaymentState(name) for name in ("created", "pending", "paid", "failed"))
CANCELLED, EXPIRED, REVIEW = (PaymentState(name) for name in ("cancelled", "expired", "review"))
CLOSED = (FAILED, CANCELLED, EXPIRED)
NEWS = st.lists(st.sampled_from(PaymentState), max_size=20)


def test_the_table_is_total() -> None:
    """Every state knows what to do with every piece of news."""
    assert set(TRANSITIONS) == set(PaymentState)
    assert all(set(row) == set(PaymentState) for row in TRANSITIONS.values())


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (CREATED, [CREATED, PENDING, PAID, FAILED]),
        (PENDING, [PENDING, PENDING, PAID, FAILED]),
        (FAILED, [FAILED, FAILED, PAID, FAILED]),
        (PAID, [PAID, PAID, PAID, PAID]),
    ],
)
def test_each_state_goes_where_the_rules_say(state: PaymentState, after: list[PaymentState]) -> None:
    """In the order created, pending, paid, failed."""
    assert [next_state(state, news) for news in (CREATED, PENDING, PAID, FAILED)] == after


@given(NEWS, NEWS)
def test_paid_is_never_left(before: list[PaymentState], after: list[PaymentState]) -> None:
    """Once paid is among the news, the end is paid, whatever comes before or after."""
    state = CREATED
    for news in [*before, PAID, *after]:
        state = next_state(state, news)
    assert state is PAID


@given(NEWS)
def test_nothing_is_paid_without_being_told(news: list[PaymentState]) -> None:
    """No other news makes an order paid, and none brings it back to created."""
    state, told = CREATED, {CREATED}
    for item in news:
        state = next_state(state, item)
        told.add(item)
        assert state in told
    assert state is not CREATED or set(news) <= {CREATED}


@given(st.sampled_from(PaymentState), st.sampled_from(PaymentState))
def test_the_same_news_twice_changes_nothing(state: PaymentState, news: PaymentState) -> None:
    """A notice that is delivered again is harmless."""
    once = next_state(state, news)
    assert next_state(once, news) is once


@given(st.sampled_from(PaymentState), st.sampled_from([CREATED, PENDING]), st.sampled_from([PAID, FAILED]))
def test_late_and_early_news_end_alike(state: PaymentState, early: PaymentState, late: PaymentState) -> None:
    """An end that overtakes the beginning ends in the same state."""
    assert next_state(next_state(state, early), late) is next_state(next_state(state, late), early)


def laws(table: Any) -> list[bool]:
    """What must hold of the table, law by law."""
    every = list(PaymentState)
    return [
        all(table[PAID][news] is PAID for news in every),
        all(table[state][PAID] is PAID for state in every),
        all(table[state][news] is state for state in CLOSED for news in every if news not in {PAID, REVIEW}),
        all(table[state][REVIEW] is REVIEW for state in every if state is not PAID),
        table[REVIEW][FAILED] is FAILED,
        all(table[REVIEW][news] is REVIEW for news in every if news not in {PAID, FAILED}),
        all(table[CREATED][news] is news for news in every),
        all(table[PENDING][news] is news for news in every if news is not CREATED),
        table[PENDING][CREATED] is PENDING,
    ]


def test_the_laws_hold() -> None:
    """Money that arrived has arrived; closed stays closed but for money; held money is paid or failed."""
    assert all(laws(TRANSITIONS))


@pytest.mark.parametrize("state", PaymentState)
def test_every_wrong_cell_breaks_a_law(state: PaymentState) -> None:
    """All 294 tables that differ from ours in one cell: none of them passes."""
    for news in PaymentState:
        for wrong in set(PaymentState) - {TRANSITIONS[state][news]}:
            table = {key: dict(row) for key, row in TRANSITIONS.items()}
            table[state][news] = wrong
            assert not all(laws(table)), (state, news, wrong)
