"""What other parts need of a quote: fee lines for the dossier sync, for payment, for receipts.

Sources: national_portal.md §5 (a line of 0 stays), payment.md §1.4 and §6 (one receipt per kind, none
for 0 đồng), fees.md §1.18 (sub-items of the state budget).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gov_connect.errors import InvalidInput, Problem
from gov_connect.fees._law import Status
from gov_connect.fees._values import say
from gov_connect.model.dossier import FeeKind, FeeLine
from gov_connect.model.money import Money

if TYPE_CHECKING:
    from gov_connect.fees._price import Line
    from gov_connect.fees.quote import Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLine:
    """One line to pay; lines add up to the quote's total."""

    code: str
    name: str
    kind: FeeKind
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """One line of a receipt.

    Attributes:
        sub_item: sub-item of the state budget ("tiểu mục"), "" where not known.
        typed: whether officers typed the amount; the receipt must say so.
    """

    name: str
    quantity: str
    amount: Money
    sub_item: str
    typed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The receipt of one kind: phí and lệ phí never share one."""

    kind: FeeKind
    lines: tuple[ReceiptLine, ...]

    @property
    def total(self) -> Money:
        """The sum of the lines."""
        return Money.total(line.amount for line in self.lines)


def _priced(quote: Quote) -> list[tuple[Line, Money]]:
    if quote.status is not Status.PRICED:
        problem = Problem(path="quote", code="fees.not_priced")
        raise InvalidInput("quote", [problem])
    return [(line, Money(line.net or 0)) for line in quote.lines]


def _marked(line: Line) -> str:
    if line.override is None:
        return line.charge.name
    return f"{line.charge.name} ({say('fees.typed_mark', 'vi')})"


def fee_lines(quote: Quote) -> tuple[FeeLine, ...]:
    """Lines for the dossier sync; 0 đồng lines stay, typed amounts are marked.

    Raises:
        InvalidInput: the quote has no amount.
    """
    return tuple(
        FeeLine(name=_marked(line), amount=amount, kind=line.charge.kind, typed=line.override is not None)
        for line, amount in _priced(quote)
    )


def payment_lines(quote: Quote) -> tuple[PaymentLine, ...]:
    """Lines to pay, without those of 0 đồng.

    Raises:
        InvalidInput: the quote has no amount.
    """
    return tuple(
        PaymentLine(code=line.charge.code, name=_marked(line), kind=line.charge.kind, amount=amount)
        for line, amount in _priced(quote)
        if amount
    )


def receipts(quote: Quote) -> tuple[Receipt, ...]:
    """One receipt for each kind that has something to pay.

    Raises:
        InvalidInput: the quote has no amount.
    """
    priced = _priced(quote)
    made: list[Receipt] = []
    for kind in FeeKind:
        lines = tuple(_receipt_line(line, amount) for line, amount in priced if amount and line.charge.kind is kind)
        if lines:
            made.append(Receipt(kind=kind, lines=lines))
    return tuple(made)


def _receipt_line(line: Line, amount: Money) -> ReceiptLine:
    return ReceiptLine(
        name=_marked(line),
        quantity=line.formula,
        amount=amount,
        sub_item=line.charge.sub_item,
        typed=line.override is not None,
    )
