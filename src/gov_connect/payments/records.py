"""What the order book gives out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gov_connect.adapters.gateway import Verdict
    from gov_connect.model import PaymentLink, PaymentOrder, PaymentState
    from gov_connect.payments.states import Alarm


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOrder:
    """An order as the book has it."""

    order: PaymentOrder
    state: PaymentState
    link: PaymentLink | None
    transaction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was made of one piece of news.

    Attributes:
        verdict: whether it is in the records now, was before, or does not belong there.
        state: of the order after it; None when it was not believed.
        alarm: what a person must look at because of it.
        reason: why it was rejected, as a short stable word.
        reference: of the order it is about, where there is one.
    """

    verdict: Verdict
    state: PaymentState | None = None
    alarm: Alarm | None = None
    reason: str = ""
    reference: str = ""
