"""How an amount follows from quantities: flat, tiers with a cap, or a table by channel.

Only whole numbers are added and multiplied; nothing is divided or rounded here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.model.dossier import Channel

Quantities: TypeAlias = "Mapping[str, int]"


@lru_cache(maxsize=4096)  # a counter writes the same few amounts all day
def dotted(amount: int) -> str:
    """Write `amount` with dots between thousands, as Vietnamese documents do."""
    return f"{amount:,}".replace(",", ".")


def _units(per: tuple[str, ...], quantities: Quantities) -> int:
    units = 1
    for name in per:
        units *= quantities[name]
    return units


def _times(units: int, each: str) -> str:
    return each if units == 1 else f"{units}×{each}"


@dataclass(frozen=True, slots=True)
class Flat:
    """`amount` đồng for each unit; units are the product of the quantities named in `per`."""

    amount: int
    per: tuple[str, ...]

    def units(self, quantities: Quantities) -> int:
        """How many times the amount is due."""
        return _units(self.per, quantities)

    def gross(self, quantities: Quantities, channel: Channel) -> int:
        """The amount in đồng."""
        del channel
        return self.amount * _units(self.per, quantities)

    def formula(self, quantities: Quantities, channel: Channel) -> str:
        """The calculation in figures, e.g. "3×8.000"."""
        del channel
        return _times(self.units(quantities), dotted(self.amount))


@dataclass(frozen=True, slots=True)
class Tiers:
    """A price for each step of `by`, restarted for every unit of `per` and cut there at `cap`.

    Attributes:
        bands: (first number, đồng each), in rising order from 1.
    """

    bands: tuple[tuple[int, int], ...]
    by: str
    per: tuple[str, ...]
    cap: int | None

    def units(self, quantities: Quantities) -> int:
        """How many times the tiers are run through."""
        return _units(self.per, quantities)

    def _one(self, count: int) -> int:
        amount = 0
        upper = count
        for first, price in reversed(self.bands):
            if first <= upper:
                amount += (upper - first + 1) * price
                upper = first - 1
        return amount if self.cap is None or amount < self.cap else self.cap

    def gross(self, quantities: Quantities, channel: Channel) -> int:
        """The amount in đồng."""
        del channel
        return self._one(quantities[self.by]) * _units(self.per, quantities)

    def formula(self, quantities: Quantities, channel: Channel) -> str:
        """The calculation in figures, e.g. "3×(2×2.000 + 3×1.000)"."""
        del channel
        return _written(self.bands, self.cap, quantities[self.by], _units(self.per, quantities))


def _steps(bands: tuple[tuple[int, int], ...], cap: int | None, count: int, units: int) -> str:
    parts: list[tuple[int, int]] = []
    upper = count
    for first, price in reversed(bands):
        if first <= upper:
            parts.append((upper - first + 1, price))
            upper = first - 1
    each = " + ".join([f"{steps}×{dotted(price)}" for steps, price in reversed(parts)])
    if cap is not None and sum([steps * price for steps, price in parts]) > cap:
        return _times(units, f"min({each}; {dotted(cap)})")
    return _times(units, f"({each})" if units > 1 else each)


_written = lru_cache(maxsize=4096)(_steps)  # the same few numbers of pages and copies all day


@dataclass(frozen=True, slots=True)
class Table:
    """The law's own figure for each channel; a "half" printed there is not always half."""

    amounts: Mapping[Channel, int]
    per: tuple[str, ...]

    def units(self, quantities: Quantities) -> int:
        """How many times the amount is due."""
        return _units(self.per, quantities)

    def gross(self, quantities: Quantities, channel: Channel) -> int:
        """The amount in đồng."""
        return self.amounts[channel] * _units(self.per, quantities)

    def formula(self, quantities: Quantities, channel: Channel) -> str:
        """The calculation in figures."""
        return _times(self.units(quantities), dotted(self.amounts[channel]))


Schedule: TypeAlias = Flat | Tiers | Table
