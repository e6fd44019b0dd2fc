"""Places: the country, a province of 2025, a former province inside it (fees.md §0.4, §1.15)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from gov_connect.errors import Rejected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

COUNTRY: Final = "VN"
_COMMUNE_DIGITS: Final = 5


@dataclass(frozen=True, slots=True)
class Province:
    """A province of 2025 and the former provinces it was made of (code -> name)."""

    code: str
    name: str
    former: Mapping[str, str] = field(default_factory=dict[str, str])


Chain: TypeAlias = tuple[str, ...]
"""A place and all that contain it, innermost first: ("31:30", "31", "VN")."""


class Commune(NamedTuple):
    """Where a commune lies, and what its kind tells about the place.

    Attributes:
        area: "province" or "province:former province".
        facts: facts that follow from the commune itself, e.g. "in_ward" or "in_ward=no".
    """

    area: str
    facts: frozenset[str] = frozenset()


CommuneLookup: TypeAlias = "Callable[[str], Commune | str | None]"
"""From a five-digit commune code to the commune or just its area; None if unknown."""


class Areas:
    """The tree of places that packs and quotes may name.

    A province that was not merged has no former parts: "01:01" is "01".
    """

    def __init__(self, provinces: Iterable[Province], communes: CommuneLookup | None = None) -> None:
        self._provinces: Mapping[str, Province] = {one.code: one for one in provinces}
        self.communes = communes
        self._chains: dict[str, Chain] = {"": (COUNTRY,), COUNTRY: (COUNTRY,)}
        self._names = {COUNTRY: "cả nước"}
        for code, province in self._provinces.items():
            self._chains[code] = (code, COUNTRY)
            self._names[code] = province.name
            for former, name in province.former.items():
                node = f"{code}:{former}"
                self._chains[node] = (node, code, COUNTRY)
                self._names[node] = f"{province.name} ({name} cũ)"
            if not province.former:
                self._chains[f"{code}:{code}"] = (code, COUNTRY)

    def chain(self, area: str) -> Chain:
        """The place `area` and all that contain it.

        Raises:
            Rejected: no such province, former province or commune.
        """
        known = self._chains.get(area)
        if known is not None:
            return known
        commune = self._commune(area)
        if commune is not None and commune.area in self._chains:
            return self._chains[commune.area]
        raise Rejected("fees.area_unknown")

    def facts(self, area: str) -> frozenset[str]:
        """What follows from `area` itself: for a commune whether it is a ward, else nothing."""
        if area in self._chains:
            return frozenset()
        commune = self._commune(area)
        return frozenset() if commune is None else commune.facts

    def _commune(self, code: str) -> Commune | None:
        if self.communes is None or len(code) != _COMMUNE_DIGITS or not (code.isascii() and code.isdigit()):
            return None
        found = self.communes(code)
        return Commune(found) if isinstance(found, str) else found

    @property
    def nodes(self) -> tuple[str, ...]:
        """Every place, without aliases, the country first."""
        return tuple(self._names)

    def __contains__(self, node: object) -> bool:
        return node in self._names

    def name(self, node: str) -> str:
        """The Vietnamese name of a place."""
        return self._names[node]
