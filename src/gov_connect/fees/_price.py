"""Price one line: choose the rate, compute, take the best relief once, then the subsidy (fees.md §2.4).

Nothing is guessed here: without exactly one amount the line says why and carries none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from gov_connect.fees._law import DENIED, EffectKind, Rate, Relief, Status
from gov_connect.fees._schedules import dotted
from gov_connect.fees._values import FeeItem, Told, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gov_connect.fees._index import Segment
    from gov_connect.fees._law import Charge, Citation, Effect, FactKind, Notice
    from gov_connect.fees._override import Override
    from gov_connect.model.dossier import Channel

_ALL = 100
_LAWLESS = frozenset({"fees.no_rate.repealed", "fees.no_rate.ended"})
_LEFT = "fees.no_rate.left_to_province"
# What a gap may tell about a place beyond "the province decides, and the packs hold nothing".
_TELLING = _LAWLESS | {"fees.no_rate.start_unknown"}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the law says about a charge there and then, before any quantity is known.

    Attributes:
        rates: the rates that decide; several where provisions of equal rank hold.
        reliefs, subsidies: those whose conditions hold.
        basis: the provisions of `rates`, as people read them.
        instruments: keys of every instrument behind the rates and reliefs.
        reason: why there is no rate; None where there is one.
        ways: what would count for each answer to the facts that nobody stated; empty when decided.
    """

    charge: Charge
    channel: Channel
    status: Status
    rates: tuple[Rate, ...]
    reliefs: tuple[Relief, ...]
    subsidies: tuple[Relief, ...]
    notices: tuple[Notice, ...]
    basis: str
    instruments: frozenset[str]
    reason: Told | None
    ways: tuple[tuple[Told, Ruling], ...] = ()


class Line(NamedTuple):  # built for every item: a third of the cost of a frozen dataclass
    """One priced item, or the reason why it has no price. Amounts are whole đồng.

    Attributes:
        gross: before reliefs; None unless priced.
        relief: taken off for the applicant; subsidy: paid by the budget instead.
        applied: the relief and the subsidy that count.
        reason: why there is no amount; None when priced.
        override: a typed amount that replaced the computed one.
    """

    item: FeeItem
    ruling: Ruling
    status: Status
    gross: int | None
    relief: int = 0
    subsidy: int = 0
    applied: tuple[Relief, ...] = ()
    reason: Told | None = None
    override: Override | None = None

    @property
    def charge(self) -> Charge:
        """What is paid for."""
        return self.ruling.charge

    @property
    def rates(self) -> tuple[Rate, ...]:
        """What decided; several where equal provisions agree, or where they conflict."""
        return self.ruling.rates

    @property
    def passed_over(self) -> tuple[Relief, ...]:
        """Reliefs that hold as well and are not more favourable."""
        if not self.applied:
            return ()
        return tuple(one for one in self.ruling.reliefs if one not in self.applied)

    @property
    def net(self) -> int | None:
        """What the applicant pays, in đồng; None unless priced."""
        return None if self.gross is None else self.gross - self.relief - self.subsidy

    @property
    def lawless(self) -> bool:
        """Whether the law itself has no rate any more, rather than the packs lacking it."""
        return self.status is Status.NO_RATE and self.reason is not None and self.reason.code in _LAWLESS

    @property
    def undecided(self) -> bool:
        """Whether the amount hangs on a fact that nobody stated."""
        return self.reason is not None and self.reason.code == "fees.fact_needed"

    @property
    def payer(self) -> str:
        """Who pays what is due: "applicant", "budget", or "shared"."""
        if not self.subsidy:
            return "applicant"
        return "shared" if self.net else "budget"

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every provision used, rates first; none for a typed amount or a line without a rate."""
        if self.status is Status.NO_RATE or self.override is not None:
            return ()
        found = [cite for rate in self.rates for cite in rate.citations]
        found += [relief.citation for relief in self.applied]
        return tuple(dict.fromkeys(found))

    @property
    def formula(self) -> str:
        """How the gross amount comes about, in figures, e.g. "2×2.000 + 3×1.000"; "" if unpriced."""
        if self.gross is None or self.override is not None:
            return "" if self.gross is None else dotted(self.gross)
        schedule = self.rates[0].schedule
        return "" if schedule is None else schedule.formula(self.item.quantities, self.ruling.channel)


def find_ruling(charge: Charge, segment: Segment, channel: Channel, facts: frozenset[str]) -> Ruling:
    """Choose the rules that count; only the facts they look at make a difference.

    Where a rate depends on a fact that must be stated, and nobody did, every answer is worked out.
    """
    looked_at = frozenset[str]().union(*(rate.scope.when.names for rate in segment.rates[channel]))
    silent = [name for name in segment.asked if name in looked_at and facts.isdisjoint({name, f"{name}{DENIED}"})]
    if not silent:
        return _settled(charge, segment, channel, facts)
    answers = list(product((False, True), repeat=len(silent)))
    ways = [
        _settled(charge, segment, channel, facts.union(name for name, yes in zip(silent, each, strict=True) if yes))
        for each in answers
    ]
    if all(way.rates == ways[0].rates for way in ways):
        return ways[0]
    rates = tuple(dict.fromkeys(rate for way in ways for rate in way.rates))
    return replace(
        ways[0],
        rates=rates,
        basis=_basis(rates),
        ways=tuple(
            (_answered([segment.asked[name] for name in silent], each), way)
            for each, way in zip(answers, ways, strict=True)
        ),
    )


def _answered(facts: Iterable[FactKind], answers: Iterable[bool]) -> Told:
    said = [
        (one.vi, one.en) if yes else (say("fees.denied", "vi", fact=one.vi), say("fees.denied", "en", fact=one.en))
        for one, yes in zip(facts, answers, strict=True)
    ]
    return Told("fees.fact_needed", vi=", ".join(vi for vi, _ in said), en=", ".join(en for _, en in said))


def _basis(rates: Iterable[Rate]) -> str:
    return "; ".join(dict.fromkeys(cite.text for rate in rates for cite in rate.citations))


def _settled(charge: Charge, segment: Segment, channel: Channel, facts: frozenset[str]) -> Ruling:
    rates = _deciding(segment.rates[channel], facts)
    status, reason = Status.PRICED, None
    gap = segment.gap(channel) if all(rate.reason == _LEFT for rate in rates) else None
    if gap is not None and (not rates or gap.code in _TELLING):
        status, reason = Status.NO_RATE, Told(gap.code, gap.params)
    elif all(rate.schedule is None for rate in rates):
        told = Told(rates[0].reason)
        status, reason = rates[0].status, told
    reliefs = tuple(one for one in segment.reliefs[channel] if one.scope.when.holds(facts))
    subsidies = tuple(one for one in segment.subsidies[channel] if one.scope.when.holds(facts))
    cited = [cite for rate in rates for cite in rate.citations]
    cited += [relief.citation for relief in (*reliefs, *subsidies)]
    return Ruling(
        charge=charge,
        channel=channel,
        status=status,
        rates=rates,
        reliefs=reliefs,
        subsidies=subsidies,
        notices=tuple(one for one in segment.notices[channel] if one.scope.when.holds(facts)),
        basis=_basis(rates),
        instruments=frozenset(cite.instrument for cite in cited),
        reason=reason,
    )


def price_line(item: FeeItem, ruling: Ruling) -> Line:
    """Price `item` by `ruling`."""
    if ruling.ways:
        return _either_way(item, ruling)
    if ruling.reason is not None:
        return Line(item, ruling, ruling.status, None, reason=ruling.reason)
    rates, channel = ruling.rates, ruling.channel
    schedule = rates[0].schedule
    gross = None if schedule is None else schedule.gross(item.quantities, channel)
    if len(rates) > 1:
        amounts = [_gross(rate, item, channel) for rate in rates]
        if None in amounts or any(amount != gross for amount in amounts):
            reason = _conflict(rates, amounts)
            return Line(item, ruling, Status.CONFLICT, None, reason=reason)
    if not gross or not (ruling.reliefs or ruling.subsidies):
        return Line(item, ruling, Status.PRICED, gross)
    return _reduced(item, ruling, gross)


def _either_way(item: FeeItem, ruling: Ruling) -> Line:
    """The amount if it is the same whatever the answer, else what must be stated and what hangs on it."""
    lines = [price_line(item, way) for _, way in ruling.ways]
    if len({(line.status, line.net, line.subsidy) for line in lines}) == 1:
        return lines[0]
    answers = [answer for answer, _ in ruling.ways]
    amounts = ["-" if line.net is None else dotted(line.net) for line in lines]
    reason = Told(
        "fees.fact_needed",
        {
            "sides": "; ".join(f"{one.vi}: {amount}" for one, amount in zip(answers, amounts, strict=True)),
            "sides_en": "; ".join(f"{one.en}: {amount}" for one, amount in zip(answers, amounts, strict=True)),
        },
    )
    return Line(item, ruling, Status.NEEDS_AUTHORITY, None, reason=reason)


def _deciding(rates: tuple[Rate, ...], facts: frozenset[str]) -> tuple[Rate, ...]:
    """The most specific rates that hold; a declared exception takes the place of its base."""
    holding = {rate.id: rate for rate in rates if rate.scope.when.holds(facts)}
    displaced = {rate.exception_to for rate in holding.values()}
    ranks = {key: _standing(rate, holding) for key, rate in holding.items() if key not in displaced}
    top = max(ranks.values(), default=0)
    return tuple(holding[key] for key, rank in ranks.items() if rank == top)


def _standing(rate: Rate, holding: Mapping[str, Rate]) -> int:
    """The rank of a rate, or of the highest one that it displaces here, directly or in turn."""
    base = holding.get(rate.exception_to)
    return rate.rank if base is None else max(rate.rank, _standing(base, holding))


def _gross(rate: Rate, item: FeeItem, channel: Channel) -> int | None:
    return None if rate.schedule is None else rate.schedule.gross(item.quantities, channel)


def _conflict(rates: Sequence[Rate], amounts: Sequence[int | None]) -> Told:
    sides = [
        f"{', '.join(cite.text for cite in rate.citations) or rate.id}: {'-' if amount is None else dotted(amount)}"
        for rate, amount in zip(rates, amounts, strict=True)
    ]
    return Told("fees.conflict", {"sides": "; ".join(sides)})


def _reduced(item: FeeItem, ruling: Ruling, gross: int) -> Line:
    schedule = ruling.rates[0].schedule
    assert schedule is not None  # the gross amount came from it
    units = schedule.units(item.quantities)
    best, off, unclear = best_of(ruling.reliefs, gross, units)
    supporter, paid = None, 0
    if ruling.subsidies and unclear is None:
        supporter, paid, unclear = best_of(ruling.subsidies, gross - off, units)
    if unclear is not None:
        reason = Told("fees.rounding_undefined", {"provision": unclear.citation.text})
        return Line(item, ruling, Status.ROUNDING_UNDEFINED, None, reason=reason)
    applied = tuple([one for one in (best, supporter) if one is not None])
    return Line(item, ruling, Status.PRICED, gross, off, paid, applied)


def best_of(reliefs: Iterable[Relief], gross: int, units: int) -> tuple[Relief | None, int, Relief | None]:
    """The relief that takes most off, how much, and a relief whose rounding could decide otherwise."""
    best: Relief | None = None
    most = 0
    unclear: list[tuple[int, Relief]] = []
    for relief in reliefs:
        off, exact = amount_off(relief.effect, gross, units)
        if not exact:
            unclear.append((off, relief))
        elif off > most:
            best, most = relief, off
    # Not exact means: somewhere above `off` but below `off + 1`, so an equal whole `most` is beaten.
    doubtful = next((relief for off, relief in unclear if off >= most), None)
    return best, most, doubtful


def amount_off(effect: Effect, gross: int, units: int) -> tuple[int, bool]:
    """What `effect` takes off `gross`, in whole đồng, and whether that is exact."""
    if effect.kind is EffectKind.FREE:
        return gross, True
    if effect.kind is EffectKind.FIXED:
        return max(0, gross - effect.value * units), True
    off, rest = divmod(gross * effect.value, _ALL)
    if not rest:
        return off, True
    if not effect.rounding:
        return off, False
    # The rounding rule speaks of the amount to pay; taking more off rounds the payment down.
    payment, rest = divmod(gross * (_ALL - effect.value), _ALL)
    up = effect.rounding == "up" or (effect.rounding == "half_up" and rest * 2 >= _ALL)
    return gross - payment - up, True
