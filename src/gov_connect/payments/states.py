"""The payment state machine as a table. Redirect, notice and query all feed this one.

Rules: everything that changes a payment's state is here; paid never becomes anything else; a failed
order accepts a later proven payment, since money that arrived has arrived.
"""

from __future__ import annotations

from typing import Final

from gov_connect.model import PaymentState

CREATED, PENDING, PAID, FAILED = (
    PaymentState.CREATED,
    PaymentState.PENDING,
    PaymentState.PAID,
    PaymentState.FAILED,
)

TRANSITIONS: Final[dict[PaymentState, dict[PaymentState, PaymentState]]] = {
    # state:  {news: next state}
    CREATED: {CREATED: CREATED, PENDING: PENDING, PAID: PAID, FAILED: FAILED},
    PENDING: {CREATED: PENDING, PENDING: PENDING, PAID: PAID, FAILED: FAILED},
    FAILED: {CREATED: FAILED, PENDING: FAILED, PAID: PAID, FAILED: FAILED},
    PAID: {CREATED: PAID, PENDING: PAID, PAID: PAID, FAILED: PAID},
}


def next_state(state: PaymentState, news: PaymentState) -> PaymentState:
    """Where `state` goes when a gateway reports `news`."""
    return TRANSITIONS[state][news]
