"""The counter: cash, or a transfer that an officer saw on the account (payment.md §8)."""

from __future__ import annotations

from typing import ClassVar

from gov_connect.adapters.gateway import Gateway
from gov_connect.model import PaymentLink, PaymentOrder
from gov_connect.runtime import Effect, F, Flow, Grade, operation

__all__ = ["Cash"]


class Cash(Gateway[F]):
    """A gateway without a wire: an officer records what was taken."""

    system: ClassVar[str] = "cash"

    @operation(wire="counter", effect=Effect.WRITE, grade=Grade.GUESS, section="payment.md §8")
    def open(self, order: PaymentOrder, *, agency_name: str = "") -> Flow[PaymentLink]:
        """Nothing is opened; the order waits until an officer records the payment."""
        del agency_name
        yield from ()
        return PaymentLink(reference=order.reference, counter=True)
