"""The payment state machine as a table. Redirect, notice, query and reconciliation all feed this one.

Rules: everything that changes a payment's state is here; paid never becomes anything else; failed,
cancelled and expired are closed for the payer and accept a later proven payment, since money that
arrived has arrived; money that is held is paid or failed in the end, and no time that runs out or click
of the payer frees it; what the payer's browser says proves nothing.

`docs/explanation/payments.md` draws this table; `python tools/diagrams.py` writes the drawing.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from gov_connect.model import NewsSource, PaymentState

CREATED, PENDING, PAID, FAILED, CANCELLED, EXPIRED, REVIEW = PaymentState

TRANSITIONS: Final[dict[PaymentState, dict[PaymentState, PaymentState]]] = {
    # state:  {news: next state}
    CREATED: {news: news for news in PaymentState},
    PENDING: {news: news for news in PaymentState} | {CREATED: PENDING},
    REVIEW: dict.fromkeys(PaymentState, REVIEW) | {PAID: PAID, FAILED: FAILED},
    FAILED: dict.fromkeys(PaymentState, FAILED) | {PAID: PAID, REVIEW: REVIEW},
    CANCELLED: dict.fromkeys(PaymentState, CANCELLED) | {PAID: PAID, REVIEW: REVIEW},
    EXPIRED: dict.fromkeys(PaymentState, EXPIRED) | {PAID: PAID, REVIEW: REVIEW},
    PAID: dict.fromkeys(PaymentState, PAID),
}

PROOFS: Final = frozenset(NewsSource) - {NewsSource.REDIRECT}
"""Sources that may move a payment; a redirect only makes us ask sooner."""


class Alarm(StrEnum):
    """Something a person must look at; money is never moved on its own."""

    LATE_PAID = "late_paid"
    """Paid after it was closed: the dossier takes the payment after all, or it is refunded."""
    PAID_TWICE = "paid_twice"
    """Two transactions paid one order: one of them is refunded."""
    HELD = "held"
    """Debited at the payer's bank, and suspected or reversed at the gateway."""
    CONTRADICTED = "contradicted"
    """Paid by our records, and the gateway now says otherwise."""
    UNRESOLVED = "unresolved"
    """Asked for as long as asking makes sense, and still no answer that is final; or the gateway's answer speaks
    of another amount, currency or partner than the order's."""


class Resolution(StrEnum):
    """What a person decides about an alarm."""

    REATTACH = "re-attached"
    """The dossier takes the payment after all."""
    REFUND = "refunded"
    """The money of this one payment goes back."""
    NOTED = "noted"
    """Seen to in another way."""


_CLOSED: Final = frozenset(state for state in PaymentState if state.closed)


def next_state(state: PaymentState, news: PaymentState) -> PaymentState:
    """Where `state` goes when a gateway reports `news`."""
    return TRANSITIONS[state][news]


def alarm_of(state: PaymentState, news: PaymentState) -> Alarm | None:
    """What a person must hear of when `news` reaches a payment in `state`."""
    if news is PAID and state in _CLOSED:
        return Alarm.LATE_PAID
    if news is REVIEW and state is not PAID:
        return Alarm.HELD
    if state is PAID and news in _CLOSED | {REVIEW}:
        return Alarm.CONTRADICTED
    return None
