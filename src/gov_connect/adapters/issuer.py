"""The port of e-receipt services: issue once per key, cancel, fetch the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Never

from gov_connect.errors import NotSupported
from gov_connect.model import Bill, Receipt, ReceiptRequest
from gov_connect.runtime import Adapter, Effect, F, Flow, Grade, operation

if TYPE_CHECKING:
    from gov_connect.adapters.gateway import PortFacts

_PORT: Final[PortFacts] = {
    "wire": "-",
    "effect": Effect.WRITE,
    "grade": Grade.GUESS,
    "section": "payment.md §6",
}


class Issuer(Adapter[F]):
    """Base of every e-receipt service. Issuing is a job of its own, never part of a payment's notice."""

    system: ClassVar[str] = "issuer"

    @operation(**_PORT)
    def publish(self, request: ReceiptRequest) -> Flow[Receipt]:
        """Issue a receipt; the same key again is the same receipt."""
        return (yield from self._not_here(request))

    @operation(**_PORT)
    def cancel(self, receipt: Receipt, *, reason: str) -> Flow[None]:
        """Cancel a receipt whose money went back; twice is harmless."""
        yield from self._not_here(receipt, reason)

    @operation(**_PORT)
    def document(self, receipt: Receipt) -> Flow[Bill]:
        """The receipt as a PDF document."""
        return (yield from self._not_here(receipt))

    def _not_here(self, *given: object) -> Flow[Never]:
        del given
        yield from ()
        raise NotSupported("payment.not_offered", system=self.system, what="Issuer")
