"""A typed amount, allowed only with a provision, a reason and a second officer (fees.md §2.4)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from gov_connect.errors import InvalidInput, Problem
from gov_connect.model.money import Money

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gov_connect.fees.quote import Quote

Audit: TypeAlias = "Callable[[Mapping[str, Any]], object]"
"""Keeps the record of a typed amount, or raises; then there is no typed amount."""

LARGEST_TYPED: Final = 100_000_000
"""Đồng; thirty times the highest charge in the packs. A typed slip beyond it is stopped."""
_COIN: Final = 100
"""No charge in the packs is smaller than thousands; a typed 4.005 is a slip of the hand."""


def _plain(account: str) -> str:
    """An account as two people would compare it: case, width, blanks and invisible marks do not count."""
    folded = unicodedata.normalize("NFKC", account).casefold()
    return "".join(char for char in folded if not char.isspace() and unicodedata.category(char) not in {"Cf", "Cc"})


def _amount_problems(amount: object) -> list[Problem]:
    if not isinstance(amount, Money):
        return [Problem(path="amount", code="value.not_money", params={"limit": LARGEST_TYPED})]
    if amount.dong > LARGEST_TYPED:
        return [Problem(path="amount", code="value.too_large", params={"limit": LARGEST_TYPED})]
    if amount.dong % _COIN:
        return [Problem(path="amount", code="fees.odd_amount", params={"step": _COIN})]
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A typed amount and who answers for it.

    Attributes:
        amount: what the applicant pays for the line.
        citation: the provision it follows.
        officer, second_officer: accounts (not names) of two different officers.

    Raises:
        InvalidInput: something is empty or no text, the amount is no `Money`, is not in whole hundreds or is
            beyond any charge, or both officers are the same; every problem at once.
    """

    amount: Money
    citation: str
    reason: str
    officer: str
    second_officer: str

    def __post_init__(self) -> None:
        problems = _amount_problems(self.amount)
        for name in ("citation", "reason", "officer", "second_officer"):
            value: object = getattr(self, name)
            if not isinstance(value, str):
                problems.append(Problem(path=name, code="value.not_text"))
            elif not _plain(value):
                problems.append(Problem(path=name, code="value.empty"))
        if not problems and _plain(self.officer) == _plain(self.second_officer):
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
