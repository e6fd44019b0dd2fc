"""Money in whole đồng: no float, no fraction, no negative amount."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import CoreSchema, core_schema

from gov_connect.errors import InvalidInput, Problem, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import GetCoreSchemaHandler

# Far above any fee; keeps a slipped digit or an attack from becoming an order.
LARGEST: Final = 999_999_999_999


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in whole đồng (VND), from 0 to 999,999,999,999.

    Raises:
        InvalidInput: not an `int`, negative, or beyond the bound.
    """

    dong: int

    def __post_init__(self) -> None:
        if not _is_amount(self.dong):
            problem = Problem(path="dong", code="value.not_money", params={"limit": LARGEST})
            raise InvalidInput("Money", [problem])

    @classmethod
    def total(cls, amounts: Iterable[Money]) -> Money:
        """Add `amounts` up; 0 đồng for none."""
        return cls(sum(amount.dong for amount in amounts))

    def __add__(self, other: Money) -> Money:
        return Money(self.dong + other.dong)

    def __sub__(self, other: Money) -> Money:
        return Money(self.dong - other.dong)

    def __mul__(self, times: int) -> Money:
        return Money(self.dong * times)

    def __bool__(self) -> bool:
        return self.dong != 0

    def __str__(self) -> str:
        return f"{self.dong:,}".replace(",", ".") + " ₫"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept `Money` or a whole number; write a whole number."""
        del source, handler
        return core_schema.no_info_plain_validator_function(
            _validate,
            serialization=core_schema.plain_serializer_function_ser_schema(
                _dong, return_schema=core_schema.int_schema(), when_used="json"
            ),
        )


def _is_amount(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST


@lru_cache(maxsize=1024)
def whole(dong: int) -> Money:
    """`Money(dong)` of a true `int`; fees are the same few amounts all day, and one that never changes is shared."""
    return Money(dong)


def _validate(value: object) -> Money:
    if type(value) is int and 0 <= value <= LARGEST:
        return whole(value)
    if isinstance(value, Money):
        return value
    if not isinstance(value, int) or not _is_amount(value):
        raise Rejected("value.not_money", limit=LARGEST)
    return Money(value)


def _dong(value: Money) -> int:
    return value.dong
