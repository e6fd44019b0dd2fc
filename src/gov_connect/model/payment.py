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
from gov_connect.model.people import CitizenId, OldIdNumber, PersonName, PlaceText
from gov_connect.model.text import CleanText, Length

Reference: TypeAlias = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[0-9A-Za-z_-]+$")]


class PaymentState(StrEnum):
    """State of an order. Paid never becomes anything else."""

    CREATED = "created"
    PENDING = "pending"
    """Opened, or its outcome is not known yet: only the gateway's word moves it."""
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"
    """Given up by the payer."""
    EXPIRED = "expired"
    REVIEW = "review"
    """The payer was debited, and the gateway holds the money back or reversed it: a person decides."""

    @property
    def closed(self) -> bool:
        """Whether the payer can do nothing more with it; money that still arrives is accepted."""
        return self in {PaymentState.FAILED, PaymentState.CANCELLED, PaymentState.EXPIRED}

    @property
    def final(self) -> bool:
        """Whether nobody needs to ask for it again."""
        return self is PaymentState.PAID or self.closed


class NewsSource(StrEnum):
    """How a piece of news about a payment reached us."""

    REDIRECT = "redirect"
    """The payer's browser came back: a hint to ask, never a proof."""
    NOTICE = "notice"
    QUERY = "query"
    FILE = "file"
    """A reconciliation file of the gateway."""
    COUNTER = "counter"
    """An officer took the money, or saw it on the account."""


class RefundState(StrEnum):
    """State of one refund."""

    REQUESTED = "requested"
    """Stored; nothing was sent yet."""
    SENT = "sent"
    """Sent, and nobody knows whether it was taken up."""
    PROCESSING = "processing"
    DONE = "done"
    REJECTED = "rejected"


class Payer(Value):
    """Who pays, as the receipt names them."""

    name: PersonName
    citizen_id: CitizenId | None = None
    address: PlaceText | None = None
    old_id: OldIdNumber | None = None
    """Nine digits of the older card, for who has no twelve."""

    @property
    def number(self) -> str:
        """Twelve digits, else the nine of the older card; "" when neither is known. In clear."""
        known = self.citizen_id or self.old_id
        return "" if known is None else known.reveal()


class PaymentOrder(Value):
    """One thing to be paid, once.

    The lines must add up to the amount; 0 đồng is never sent to a gateway.
    """

    reference: Reference
    """Unique at the gateway; made once, stored before the first call, never made anew."""
    dossier: DossierCode
    procedure: ProcedureCode
    procedure_name: Annotated[CleanText, Length(2000)] = ""
    amount: Money
    lines: Annotated[tuple[FeeLine, ...], Field(min_length=1)]
    payer: Payer
    created_at: AwareDatetime

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if Money.total(line.amount for line in self.lines) != self.amount:
            raise Rejected("value.sum_differs", at="lines")
        if not self.amount:
            raise Rejected("value.too_small", at="amount", limit=1)
        return self


class PaymentLink(Value):
    """Where the payer is sent, or what the payer scans."""

    reference: Reference
    url: Annotated[str, Field(pattern=r"^(?:https?://[^\s]+)?$", max_length=4000)] = ""
    qr: Annotated[str, Field(max_length=512, pattern=r"^[ -~]*$")] = ""
    """Text of a QR code, where the gateway has no page of its own."""
    counter: bool = False
    """Nothing to open: the money is taken at the counter."""

    @model_validator(mode="after")
    def _one_way_to_pay(self) -> Self:
        if not (self.url or self.qr or self.counter):
            raise Rejected("value.one_of", names="url, qr, counter")
        return self


class PaymentResult(Value):
    """What a gateway says of an order, by query or by notice, in one form."""

    reference: Reference
    state: PaymentState
    amount: Money | None = None
    transaction: Annotated[str, Field(max_length=100)] = ""
    bank: Annotated[str, Field(max_length=50)] = ""
    raw_code: Annotated[str, Field(max_length=20)] = ""
    raw_state: Annotated[str, Field(max_length=20)] = ""
    raw_time: Annotated[str, Field(max_length=50)] = ""
    """When it was paid, as the gateway wrote it; some want it back word for word."""


class Refund(Value):
    """Money to be given back. `key` makes it happen once, however often it is asked for."""

    key: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[0-9A-Za-z._-]+$")]
    reference: Reference
    transaction: Annotated[str, Field(max_length=100)] = ""
    """Which payment goes back where an order was paid more than once; "" is the one that counts."""
    amount: Money
    reason: Annotated[CleanText, Length(200, at_least=1)]
    officer: Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[0-9A-Za-z._@-]+$")]
    """Account of the officer who asks; travels to gateways that want one."""
    created_at: AwareDatetime

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.amount:
            raise Rejected("value.too_small", at="amount", limit=1)
        return self


class RefundResult(Value):
    """What a gateway says of a refund."""

    state: RefundState
    amount: Money | None = None
    transaction: Annotated[str, Field(max_length=100)] = ""
    raw_code: Annotated[str, Field(max_length=20)] = ""
    raw_state: Annotated[str, Field(max_length=20)] = ""


class Bill(Value):
    """A receipt that a gateway issued: the document itself, or where it lies."""

    url: Annotated[str, Field(pattern=r"^(?:https?://[^\s]+)?$", max_length=4000)] = ""
    pdf: Annotated[bytes, Field(repr=False)] = b""
    """Names the payer: keep it sealed."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.url) == bool(self.pdf):
            raise Rejected("value.one_of", names="url, pdf")
        return self
