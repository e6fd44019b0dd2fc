"""Operations of VietQR: nothing is sent; the bank's statement tells who paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from gov_connect.adapters.gateway import Gateway
from gov_connect.adapters.vietqr.payload import Transfer, encode, plain
from gov_connect.model import PaymentLink, PaymentOrder
from gov_connect.runtime import Effect, F, Flow, Grade, operation

if TYPE_CHECKING:
    from gov_connect.settings import VietqrSettings


class Vietqr(Gateway[F]):
    """Transfers to the agency's account by QR code. Paid is what the statement, or an officer, says."""

    system: ClassVar[str] = "vietqr"

    @operation(
        wire="EMVCo MPM",
        generation="NAPAS 1.5.2",
        effect=Effect.WRITE,
        grade=Grade.CONFIRMED,
        section="payment.md §4",
    )
    def open(self, order: PaymentOrder, *, agency_name: str = "") -> Flow[PaymentLink]:
        """The text of the code: the amount, and the reference as purpose so that the statement names it.

        Raises:
            InvalidInput: the reference is too long to come back whole.
        """
        del agency_name
        yield from ()
        settings: VietqrSettings = self.context.settings
        transfer = Transfer(
            bank=settings.bank,
            account=settings.account,
            to_card=settings.to_card,
            amount=order.amount,
            purpose=plain(order.reference, longest=len(order.reference)),
        )
        return PaymentLink(reference=order.reference, qr=encode(transfer))
