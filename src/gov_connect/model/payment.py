"""Payment orders and what became of them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self, TypeAlias

from pydantic import AwareDatetime, Field, model_validator

from gov_connect.errors import Rejected
from gov_connect.model._base import Value
from gov_connect.model.codes import DossierCode, ProcedureCode
from gov_connect.model.dossier import FeeLine
from gov_connect.model.money import Money
from gov_connect.model.people import CitizenId, PersonName, PlaceText
from gov_connect.model.text import CleanText

Reference: TypeAlias = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[0-9A-Za-z_-]+$")]


class PaymentState(StrEnum):
    """State of an order. Paid never becomes anything else."""

    CREATED = "created"
    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"


class Payer(Value):
    """Who pays, as the receipt names them."""

    name: PersonName
    citizen_id: CitizenId | None = None
    address: PlaceText | None = None


class PaymentOrder(Value):
    """One thing to be paid, once.

    The lines must add up to the amount; 0 đồng is never sent to a gateway.
    """

    reference: Reference
    """Unique at the gateway; made once, stored before the first call, never made anew."""
    dossier: DossierCode
    procedure: ProcedureCode
    procedure_name: Annotated[CleanText, Field(max_length=2000)] = ""
    amount: Money
    lines: Annotated[tuple[FeeLine, ...], Field(min_length=1)]
    payer: Payer
    created_at: AwareDatetime

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if Money.total(line.amount for line in self.lines) != self.amount:
            raise Rejected("value.sum_differs")
        if not self.amount:
            raise Rejected("value.too_small", limit=1)
        return self


class PaymentLink(Value):
    """Where the payer is sent."""

    reference: Reference
    url: Annotated[str, Field(pattern=r"^https?://[^\s]+$", max_length=4000)]


class PaymentResult(Value):
    """What a gateway says of an order, by query or by notice, in one form."""

    reference: Reference
    state: PaymentState
    amount: Money | None = None
    transaction: Annotated[str, Field(max_length=100)] = ""
    bank: Annotated[str, Field(max_length=50)] = ""
    raw_code: Annotated[str, Field(max_length=20)] = ""
    raw_state: Annotated[str, Field(max_length=20)] = ""
