"""Receipts for fees and charges: what one says, and which ones an order needs (payment.md §6)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final, Self

from pydantic import AwareDatetime, Field, model_validator

from gov_connect.errors import Rejected
from gov_connect.model._base import Value
from gov_connect.model.codes import DossierCode
from gov_connect.model.dossier import FeeKind, FeeLine
from gov_connect.model.money import Money
from gov_connect.model.payment import Payer
from gov_connect.model.text import CleanText, Length
from gov_connect.model.words import in_words

if TYPE_CHECKING:
    from datetime import datetime

    from gov_connect.model.payment import PaymentOrder

_KINDS: Final = {FeeKind.FEE: "phi", FeeKind.CHARGE: "lephi"}
_SHOWN_DIGITS: Final = 7


class ReceiptState(StrEnum):
    """State of a receipt."""

    ISSUED = "issued"
    CANCELLED = "cancelled"
    """Its number stays used; the money went back."""


class ReceiptRequest(Value):
    """One receipt to be issued: everything but its number. `key` makes it happen once."""

    key: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[0-9A-Za-z._-]+$")]
    """`phi-…` or `lephi-…` with gateway and reference: never a person's number (payment.md §1.10)."""
    kind: FeeKind
    dossier: DossierCode
    lines: Annotated[tuple[FeeLine, ...], Field(min_length=1)]
    amount: Money
    payer: Payer
    paid_online: bool = True
    paid_at: AwareDatetime

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if not self.amount:
            raise Rejected("value.too_small", at="amount", limit=1)
        if Money.total(line.amount for line in self.lines) != self.amount:
            raise Rejected("value.sum_differs", at="lines")
        if any(line.kind is not self.kind for line in self.lines):
            raise Rejected("value.not_in_list", at="lines.kind")
        return self

    @property
    def words(self) -> str:
        """The amount in Vietnamese words."""
        return in_words(self.amount)


class Receipt(Value):
    """A receipt that was issued."""

    key: Annotated[str, Field(min_length=1, max_length=100)]
    form: Annotated[CleanText, Length(50)] = ""
    """Form symbol, e.g. `01BLP0-001`."""
    symbol: Annotated[CleanText, Length(20)] = ""
    """Receipt symbol, e.g. `AA-26E`."""
    number: Annotated[str, Field(max_length=50)] = ""
    """As the issuer wrote it; "" when it only said that this key was issued before."""
    amount: Money
    state: ReceiptState = ReceiptState.ISSUED
    issued_at: AwareDatetime

    @property
    def shown_number(self) -> str:
        """Seven digits, as receipts print them; other forms as they are."""
        return self.number.zfill(_SHOWN_DIGITS) if self.number.isdigit() else self.number


def receipts_for(
    order: PaymentOrder, *, paid_at: datetime, paid_online: bool = True, paid_through: str = ""
) -> tuple[ReceiptRequest, ...]:
    """The receipts of a paid order: one for its phí, one for its lệ phí, none for what costs nothing.

    Args:
        order: that is paid.
        paid_at: when.
        paid_online: or in cash.
        paid_through: name of the gateway, in the key: two gateways may know the same reference.
    """
    through = f"{paid_through}-" if paid_through else ""
    made: list[ReceiptRequest] = []
    for kind, prefix in _KINDS.items():
        lines = tuple(line for line in order.lines if line.kind is kind and line.amount)
        if lines:
            made.append(
                ReceiptRequest(
                    key=f"{prefix}-{through}{order.reference}",
                    kind=kind,
                    dossier=order.dossier,
                    lines=lines,
                    amount=Money.total(line.amount for line in lines),
                    payer=order.payer,
                    paid_online=paid_online,
                    paid_at=paid_at,
                )
            )
    return tuple(made)
