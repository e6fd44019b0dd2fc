"""The port of payment gateways: what the order book wants of one, and what it may want.

A gateway is an adapter: it derives from `Gateway` and from each capability it has (`Asks`, `Notifies`,
`Refunds`, `Bills`), and overrides their operations. The order book looks at the capabilities, never
at names of vendors.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Final, Never, TypedDict

from gov_connect.errors import NotSupported
from gov_connect.model import Bill, PaymentLink, PaymentOrder, PaymentResult, Refund, RefundResult
from gov_connect.runtime import Adapter, Effect, F, Flow, Grade, operation

LARGEST_NOTICE: Final = 64 * 1024
"""Bytes of a notice beyond which it is not even read; the longest genuine ones take two thousand."""


class PortFacts(TypedDict):
    """What is declared of an operation that a port only names; the adapter behind it says the rest."""

    wire: str
    effect: Effect
    grade: Grade
    section: str


_PORT: Final[PortFacts] = {
    "wire": "-",
    "effect": Effect.READ,
    "grade": Grade.GUESS,
    "section": "payment.md §8",
}


class Verdict(StrEnum):
    """What the order book made of a notice."""

    APPLIED = "applied"
    """It is stored now."""
    REPEATED = "repeated"
    """It was stored before, with the very same result."""
    UNKNOWN_ORDER = "unknown_order"
    ANOTHER_AMOUNT = "another_amount"
    NOT_GENUINE = "not_genuine"
    """Its signature is missing or wrong."""
    REJECTED = "rejected"
    """Genuine, and not readable as a notice to us."""

    @property
    def accepted(self) -> bool:
        """Whether its news is in the records."""
        return self in {Verdict.APPLIED, Verdict.REPEATED}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAnswer:
    """What the gateway expects to hear."""

    body: bytes = field(repr=False)
    status: int = 200
    content_type: str = "application/json; charset=utf-8"


class GatewayNotice(ABC):
    """A notice as it arrived, and what the adapter made of it.

    Attributes:
        result: what it says, or None when it must not be believed. Its amount is None when it named
            none that can be read.
        reason: why it is not believed, as a short stable word; "" when it is.
        genuine: whether its signature holds.
        dossier: a dossier code under the signature, where the reference may not be one of ours.
    """

    __slots__ = ()
    dossier: str = ""
    result: PaymentResult | None
    reason: str
    genuine: bool

    @abstractmethod
    def answer_to(self, verdict: Verdict) -> NoticeAnswer:
        """What the gateway expects to hear for this verdict."""


class JudgedNotice(GatewayNotice):
    """A notice with nothing to it but its judgement; `answer_to` is each gateway's own."""

    __slots__ = ("genuine", "reason", "result")

    def __init__(self, result: PaymentResult | None, reason: str = "", *, genuine: bool = True) -> None:
        self.result = result
        self.reason = reason
        self.genuine = genuine


class Gateway(Adapter[F]):
    """Base of every payment gateway."""

    system: ClassVar[str] = "gateway"

    def _not_here(self, *given: object) -> Flow[Never]:
        """Stands in for what a gateway declares and does not override."""
        del given
        yield from ()
        raise NotSupported("support.event", system=self.system)

    @operation(**_PORT)
    def open(self, order: PaymentOrder, *, agency_name: str = "") -> Flow[PaymentLink]:
        """Open a transaction for a stored order; the same order again is the very same transaction."""
        return (yield from self._not_here(order, agency_name))


class Asks(Gateway[F]):
    """A gateway whose own records can be asked: the truth about money."""

    @operation(**_PORT)
    def query(self, order: PaymentOrder) -> Flow[PaymentResult]:
        """What became of an order."""
        return (yield from self._not_here(order))


class Notifies(Gateway[F]):
    """A gateway that sends notices; reading one sends nothing."""

    @operation(**_PORT)
    def read_notice(self, body: bytes) -> Flow[GatewayNotice]:
        """Read a notice: its JSON body, or the undecoded query string where it comes by GET."""
        return (yield from self._not_here(body))


class Refunds(Gateway[F]):
    """A gateway that gives money back."""

    def may_repeat(self, refund: Refund) -> bool:
        """Whether sending a refund again whose outcome is not known does no harm at this moment."""
        del refund
        return False

    @operation(**_PORT)
    def give_back(self, order: PaymentOrder, refund: Refund, *, paid: PaymentResult) -> Flow[RefundResult]:
        """Ask for a refund of a payment. Never repeated on its own after an unknown outcome."""
        return (yield from self._not_here(order, refund, paid))


class Bills(Gateway[F]):
    """A gateway that issues its own receipt."""

    @operation(**_PORT)
    def bill(self, order: PaymentOrder, *, paid: PaymentResult) -> Flow[Bill]:
        """The gateway's receipt of a paid order."""
        return (yield from self._not_here(order, paid))


class LookedUp(Gateway[F]):
    """A gateway that asks us what a dossier owes; nothing is sent."""

    @operation(**_PORT)
    def read_look_up(self, body: bytes) -> Flow[str]:
        """The dossier that is asked for, as it was written; "" when none is named."""
        return (yield from self._not_here(body))

    @operation(**_PORT)
    def look_up_answer(self, order: PaymentOrder | None, *, due: bool, agency_name: str = "") -> Flow[bytes]:
        """What to answer for an order, or for a dossier that is not known."""
        return (yield from self._not_here(order, due, agency_name))
