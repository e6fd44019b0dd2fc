"""A typed amount, allowed only with a provision, a reason and a second officer (fees.md §2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gov_connect.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gov_connect.fees.quote import Quote
    from gov_connect.model.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A typed amount and who answers for it.

    Attributes:
        amount: what the applicant pays for the line.
        citation: the provision it follows.
        officer, second_officer: accounts (not names) of two different officers.

    Raises:
        InvalidInput: something is empty, or both officers are the same; every problem at once.
    """

    amount: Money
    citation: str
    reason: str
    officer: str
    second_officer: str

    def __post_init__(self) -> None:
        problems = [
            Problem(path=name, code="value.empty")
            for name in ("citation", "reason", "officer", "second_officer")
            if not str(getattr(self, name)).strip()
        ]
        if self.officer.strip() and self.officer.strip() == self.second_officer.strip():
            problems.append(Problem(path="second_officer", code="fees.same_officer"))
        if problems:
            raise InvalidInput("Override", problems)

    def to_dict(self) -> dict[str, Any]:
        """What the audit log keeps."""
        return {
            "amount": self.amount.dong,
            "citation": self.citation,
            "reason": self.reason,
            "officer": self.officer,
            "second_officer": self.second_officer,
        }


@dataclass(frozen=True, slots=True)
class TypedShare:
    """How many fee lines were typed instead of computed: an indicator that should fall to 0."""

    typed: int
    lines: int

    @property
    def per_mille(self) -> int:
        """Typed lines per thousand, rounded up so that one typed line is never reported as none."""
        return -(-self.typed * 1000 // self.lines) if self.lines else 0


def typed_share(quotes: Iterable[Quote]) -> TypedShare:
    """Count typed lines over all lines of `quotes`."""
    lines = [line for quote in quotes for line in quote.lines]
    return TypedShare(sum(line.override is not None for line in lines), len(lines))
