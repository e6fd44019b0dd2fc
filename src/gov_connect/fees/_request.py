"""What a caller asks, checked whole before anything is priced; every problem at once."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeAlias

from gov_connect.errors import InvalidInput, Problem, Rejected
from gov_connect.fees._law import DENIED
from gov_connect.fees._values import Fact, FeeItem
from gov_connect.fees.quote import Request
from gov_connect.model.dossier import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gov_connect.fees._areas import Chain
    from gov_connect.fees._build import Law
    from gov_connect.fees._law import Charge
    from gov_connect.fees._price import Ruling

_CHANNELS: Mapping[str, Channel] = {str(one): one for one in Channel}
_LASTING = frozenset({tuple, frozenset})
"""What gives the same facts however often it is gone through."""
_MOST_SETTINGS = 1024


Asked: TypeAlias = "tuple[date, str, object, Iterable[object], Iterable[object], date | None]"
"""A request as it was made, but for its items: day, area, channel, facts, claimed facts, day of payment."""
Checked: TypeAlias = "tuple[date, str, Chain, Channel, frozenset[str], frozenset[str], frozenset[str], date]"
"""The same once it is checked, with what the facts imply."""
Setting: TypeAlias = "tuple[Checked, dict[str, Ruling]]"
"""With the rulings that were found for it, by charge."""


class Reader:
    """Checks requests against the names that `law` knows.

    A counter asks all day from one place, for one day and mostly about no facts, so settings are kept.
    """

    def __init__(self, law: Law) -> None:
        self._law = law
        self._denials = frozenset(f"{name}{DENIED}" for name in law.facts)
        self._implied = {name: one.implies for name, one in law.facts.items() if one.implies}
        self._settings: dict[tuple[object, ...], Setting] = {}

    def request(
        self,
        items: tuple[FeeItem, ...],
        on: date,
        area: str,
        channel: object,
        facts: Iterable[object],
        claimed: Iterable[object],
        paid_on: date | None,
    ) -> tuple[Request, dict[str, Ruling]]:
        """See `FeeBook.quote`; with the rulings known for the same setting."""
        problems: list[Problem] = []
        asked: Asked = (on, area, channel, facts, claimed, paid_on)
        try:
            setting = self._settings.get(asked)
        except TypeError:  # something in it has no hash: to be refused by name
            setting = None
        # What equals a plain day may still be none.
        if setting is None or type(on) is not date or type(paid_on or on) is not date:
            setting = self._setting(asked, problems)
        self._items(items, problems)
        if problems or setting is None:
            raise InvalidInput("quote", problems)
        checked, rulings = setting
        return Request(items, *checked), rulings

    def _setting(self, asked: Asked, problems: list[Problem]) -> Setting | None:
        on, area, channel, facts, claimed, paid_on = asked
        chain, place = self._place(area, problems)
        verified, asserted = _split(facts, claimed, problems)
        # A datetime would hide in which time zone its day was meant.
        if type(on) is not date or type(paid_on or on) is not date:
            problems.append(Problem(path="on", code="value.not_a_date"))
        known = _CHANNELS.get(channel) if isinstance(channel, str) else None
        if known is None:
            problems.append(Problem(path="channel", code="value.not_among", params={"names": ", ".join(_CHANNELS)}))
        if verified.union(asserted).difference(self._law.facts, self._denials):
            problems.append(Problem(path="facts", code="fees.fact_unknown"))
        held = self._held(verified, place)
        # A claim may not contradict what was verified: proving it could only prove the verification wrong.
        everything = self._held(held | asserted, frozenset()) if asserted else held
        if not self._denials.isdisjoint(everything):
            problems.extend(_contradictions(everything))
        if problems or known is None:
            return None
        setting: Setting = ((on, area, chain, known, verified, asserted, held, paid_on or on), {})
        if type(facts) in _LASTING and type(claimed) in _LASTING:
            if len(self._settings) >= _MOST_SETTINGS:
                self._settings.clear()
            self._settings[asked] = setting
        return setting

    def _place(self, area: object, problems: list[Problem]) -> tuple[Chain, frozenset[str]]:
        if not isinstance(area, str):
            problems.append(Problem(path="area", code="value.not_text"))
            return (), frozenset()
        try:
            return self._law.areas.place(area)
        except Rejected as broken:
            problems.append(Problem(path="area", code=broken.code, params=broken.params))
            return (), frozenset()

    def _items(self, items: tuple[FeeItem, ...], problems: list[Problem]) -> None:
        if not items:
            problems.append(Problem(path="items", code="value.too_few", params={"limit": 1}))
        charges = self._law.charges
        for number, item in enumerate(items):
            charge = charges.get(item.charge)
            if charge is None:
                near = get_close_matches(str(item.charge), charges, n=1)
                code = "fees.charge_misspelled" if near else "fees.charge_unknown"
                problems.append(Problem(path=f"items.{number}", code=code, params={"near": near[0]} if near else {}))
            elif charge.required ^ item.quantities.keys():
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
    facts: Iterable[object], claimed: Iterable[object], problems: list[Problem]
) -> tuple[frozenset[str], frozenset[str]]:
    """Verified and merely claimed names; one text instead of a list would fall apart into letters."""
    verified: list[str] = []
    unproven: list[str] = []
    given: tuple[tuple[str, Iterable[object], list[str]], ...]
    given = (("facts", facts, verified), ("claimed", claimed, unproven))
    for path, several, names in given:
        if isinstance(several, str):
            problems.append(Problem(path=path, code="value.not_a_list"))
            continue
        for fact in several:
            match fact:
                case str():
                    names.append(fact)
                case Fact(name=str() as name):
                    (names if fact.verified_by else unproven).append(name)
                case _:
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
