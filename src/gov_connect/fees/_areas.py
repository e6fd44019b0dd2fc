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

Place: TypeAlias = tuple[Chain, frozenset[str]]
"""A chain, and the facts that follow from the place itself."""
_NOTHING: Final = frozenset[str]()


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
        self._communes: dict[str, Place] = {}
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
        return self.place(area)[0]

    def place(self, area: str) -> Place:
        """The chain of `area` and what follows from it: for a commune whether it is a ward, else nothing.

        Raises:
            Rejected: no such province, former province or commune.
        """
        known = self._chains.get(area)
        if known is not None:
            return known, _NOTHING
        # Only known communes are kept, so that the memory is bounded by their number.
        place = self._communes.get(area)
        if place is None:
            place = self._communes[area] = self._commune(area)
        return place

    def _commune(self, code: str) -> Place:
        found = None
        if self.communes is not None and len(code) == _COMMUNE_DIGITS and code.isascii() and code.isdigit():
            found = self.communes(code)
        commune = Commune(found) if isinstance(found, str) else found
        if commune is None or commune.area not in self._chains:
            raise Rejected("fees.area_unknown")
        return self._chains[commune.area], commune.facts

    @property
    def nodes(self) -> tuple[str, ...]:
        """Every place, without aliases, the country first."""
        return tuple(self._names)

    def __contains__(self, node: object) -> bool:
        return node in self._names

    def name(self, node: str) -> str:
        """The Vietnamese name of a place."""
        return self._names[node]
