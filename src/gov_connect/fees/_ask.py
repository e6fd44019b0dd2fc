"""What a caller asks, checked whole before anything is priced; every problem at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from gov_connect.errors import InvalidInput, Problem, Rejected
from gov_connect.fees._law import ALL_CHANNELS, DENIED
from gov_connect.fees._values import Fact, FeeItem
from gov_connect.fees.quote import Request
from gov_connect.model.dossier import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gov_connect.fees._areas import Chain
    from gov_connect.fees._build import Law
    from gov_connect.fees._law import Charge

_CHANNELS: Mapping[str, Channel] = {str(one): one for one in Channel}


class Reader:
    """Checks requests against the names that `law` knows."""

    def __init__(self, law: Law) -> None:
        self._law = law
        self._denials = frozenset(f"{name}{DENIED}" for name in law.facts)
        self._implied = {name: one.implies for name, one in law.facts.items() if one.implies}

    def request(
        self,
        items: tuple[FeeItem, ...],
        on: date,
        area: str,
        channel: Channel | str,
        facts: Iterable[str | Fact],
        claimed: Iterable[str],
        paid_on: date | None,
    ) -> Request:
        """See `FeeBook.quote`."""
        problems: list[Problem] = []
        chain, place = self._place(area, problems)
        verified, asserted = _split(facts, claimed, problems)
        # A datetime would hide in which time zone its day was meant.
        if type(on) is not date or type(paid_on or on) is not date:
            problems.append(Problem(path="on", code="value.not_a_date"))
        if cast("object", channel) not in ALL_CHANNELS:
            problems.append(Problem(path="channel", code="value.not_in_list"))
        if verified.union(asserted).difference(self._law.facts, self._denials):
            problems.append(Problem(path="facts", code="fees.fact_unknown"))
        held = self._held(verified, place)
        if not self._denials.isdisjoint(held):
            problems.extend(_contradictions(held))
        self._items(items, problems)
        if problems:
            raise InvalidInput("quote", problems)
        return Request(items, on, area, chain, _CHANNELS[channel], verified, asserted, held, paid_on or on)

    def _place(self, area: object, problems: list[Problem]) -> tuple[Chain, frozenset[str]]:
        if not isinstance(area, str):
            problems.append(Problem(path="area", code="value.not_text"))
            return (), frozenset()
        try:
            return self._law.areas.chain(area), self._law.areas.facts(area)
        except Rejected as broken:
            problems.append(Problem(path="area", code=broken.code, params=broken.params))
            return (), frozenset()

    def _items(self, items: tuple[FeeItem, ...], problems: list[Problem]) -> None:
        if not items:
            problems.append(Problem(path="items", code="value.too_few", params={"limit": 1}))
        for number, item in enumerate(items):
            charge = self._law.charges.get(item.charge)
            if charge is None:
                problems.append(Problem(path=f"items.{number}", code="fees.charge_unknown"))
            elif charge.required.symmetric_difference(item.quantities):
                problems.extend(_quantities(number, item, charge))

    def _held(self, verified: frozenset[str], place: frozenset[str]) -> frozenset[str]:
        """The verified facts, what the commune tells of facts that the packs know, and what follows from both."""
        held = verified
        if place:
            held = held.union(one for one in place if one in self._law.facts or one in self._denials)
        fresh = held
        while not fresh.isdisjoint(self._implied):
            fresh = frozenset(other for name in fresh for other in self._implied.get(name, ())) - held
            held |= fresh
        return held


def _split(
    facts: Iterable[str | Fact], claimed: Iterable[str], problems: list[Problem]
) -> tuple[frozenset[str], frozenset[str]]:
    """Verified and merely claimed names; one text instead of a list would fall apart into letters."""
    verified: list[str] = []
    unproven: list[str] = []
    given: tuple[tuple[str, Iterable[object], list[str]], ...]
    given = (("facts", facts, verified), ("claimed", claimed, unproven))
    for path, several, names in given:
        if isinstance(several, str):
            problems.append(Problem(path=path, code="fees.not_a_list"))
            continue
        for fact in several:
            if isinstance(fact, str):
                names.append(fact)
            elif type(fact) is Fact:
                (names if fact.verified_by else unproven).append(fact.name)
            else:
                problems.append(Problem(path=path, code="value.not_text"))
    return frozenset(verified), frozenset(unproven)


def _contradictions(held: frozenset[str]) -> list[Problem]:
    return [
        Problem(path="facts", code="fees.fact_contradicted", params={"fact": name})
        for name in sorted(held)
        if f"{name}{DENIED}" in held
    ]


def _quantities(number: int, item: FeeItem, charge: Charge) -> list[Problem]:
    given = item.quantities.keys()
    return [
        *(
            Problem(path=f"items.{number}.{name}", code="value.missing")
            for name in charge.quantities
            if name in charge.required and name not in given
        ),
        *(
            Problem(path=f"items.{number}.{name}", code="value.unknown_field")
            for name in given
            if name not in charge.quantities
        ),
    ]
