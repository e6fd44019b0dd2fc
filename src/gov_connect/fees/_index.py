"""One timeline per charge and place: each stretch of days holds exactly the rules that count then."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from gov_connect.fees._areas import COUNTRY
from gov_connect.fees._law import DENIED, NEVER, Clock, Notice, Rate, Relief, Repeal
from gov_connect.fees._price import Ruling, find_ruling
from gov_connect.model.dossier import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gov_connect.errors import Param
    from gov_connect.fees._areas import Chain
    from gov_connect.fees._build import Law
    from gov_connect.fees._law import Charge, FactKind

# Facts combine, so the memory is bounded; a counter sees a handful of combinations.
_MOST_RULINGS: Final = 256
_CHANNELS: Final = tuple(Channel)

Rule = TypeVar("Rule", Rate, Relief, Notice)


@dataclass(frozen=True, slots=True)
class Gap:
    """Why no rule holds: message code and its figures."""

    code: str
    params: Mapping[str, Param]


@dataclass(frozen=True, slots=True)
class _Past:
    """Every rate of a timeline, in force or not, and the repeals that ended some: the reasons for gaps."""

    rates: tuple[Rate, ...]
    ended: tuple[tuple[Repeal, Rate], ...]
    law: Law

    def gap(self, day: int, channel: Channel) -> Gap:
        """Why no rate holds on `channel` from `day` on: the last thing that ended one, or the next that begins."""
        rates = [rate for rate in self.rates if channel in rate.scope.channels]
        priced = [rate for rate in rates if rate.schedule is not None]
        over = max((rate.scope.window.end for rate in priced if rate.scope.window.end <= day), default=0)
        past = [one for one, rate in self.ended if over <= one.day <= day and rate in rates]
        if past:
            last = max(past, key=lambda one: (one.day, one.by))
            title = self.law.instruments[last.by].title
            return Gap("fees.no_rate.repealed", {"instrument": title, "day": _written(last.day)})
        later = [rate for rate in priced if rate.scope.window.start > day]
        if later:
            return _before(min(later, key=lambda rate: rate.scope.window.start), self.law)
        return Gap("fees.no_rate.ended", {"day": _written(over - 1)}) if over else Gap("fees.no_rate.none", {})


@dataclass(frozen=True, slots=True)
class Segment:
    """The rules of one charge in one place during days on which none begins or ends.

    Attributes:
        day: the first of the days.
        past: what is known about the other days.
        facts: every fact that some rule of the timeline looks at; others make no difference.
        asked: those that must be stated either way, by name.
        rulings: what was chosen before for a channel and such facts.
    """

    rates: Mapping[Channel, tuple[Rate, ...]]
    reliefs: Mapping[Channel, tuple[Relief, ...]]
    subsidies: Mapping[Channel, tuple[Relief, ...]]
    notices: Mapping[Channel, tuple[Notice, ...]]
    day: int
    past: _Past
    facts: frozenset[str]
    asked: Mapping[str, FactKind]
    rulings: dict[tuple[Channel, frozenset[str]], Ruling] = field(
        default_factory=dict["tuple[Channel, frozenset[str]]", "Ruling"], compare=False, repr=False
    )

    def ruling(self, charge: Charge, channel: Channel, facts: frozenset[str]) -> Ruling:
        """What counts for `charge` on `channel` with `facts` verified."""
        key = (channel, facts & self.facts)
        found = self.rulings.get(key)
        if found is None:
            if len(self.rulings) > _MOST_RULINGS:
                self.rulings.clear()
            found = self.rulings[key] = find_ruling(charge, self, channel, facts)
        return found

    def gap(self, channel: Channel) -> Gap:
        """Why there is no amount on `channel` where no rate holds."""
        return self.past.gap(self.day, channel)

    def mixed(self, on_payment: Segment) -> Segment:
        """The rules that go by the filing day from here, the others from the day of payment."""
        return Segment(
            rates=_by_clock(self.rates, on_payment.rates),
            reliefs=_by_clock(self.reliefs, on_payment.reliefs),
            subsidies=_by_clock(self.subsidies, on_payment.subsidies),
            notices=self.notices,
            day=self.day,
            past=self.past,
            facts=self.facts,
            asked=self.asked,
        )


def _by_clock(
    filed: Mapping[Channel, tuple[Rule, ...]], paid: Mapping[Channel, tuple[Rule, ...]]
) -> dict[Channel, tuple[Rule, ...]]:
    mixed: dict[Channel, tuple[Rule, ...]] = {}
    for channel in Channel:
        rules = [rule for rule in filed[channel] if rule.scope.clock is Clock.SUBMISSION]
        rules += [rule for rule in paid[channel] if rule.scope.clock is Clock.PAYMENT]
        mixed[channel] = tuple(rules)
    return mixed


@dataclass(frozen=True, slots=True)
class Timeline:
    """Segments in order of time; `starts[i]` is the first day of `segments[i]`.

    Attributes:
        by_payment: whether some rule goes by the day of payment instead of the filing day.
    """

    starts: tuple[int, ...]
    segments: tuple[Segment, ...]
    by_payment: bool

    def at(self, day: int) -> Segment:
        """The segment that holds on `day`."""
        return self.segments[bisect_right(self.starts, day) - 1]


Index: TypeAlias = "dict[tuple[str, str], Timeline]"


@dataclass(frozen=True, slots=True)
class _Rules:
    rates: Mapping[str, list[Rate]]
    reliefs: Mapping[str, list[Relief]]
    notices: Mapping[str, list[Notice]]
    repeals: tuple[Repeal, ...]


def build_index(law: Law) -> Index:
    """Compile the law. A place without rules of its own is served by the place that contains it."""
    rules = _Rules(
        rates=_by_charge((rate.charge, rate) for rate in law.rates),
        reliefs=_by_charge((code, one) for one in law.reliefs for code in one.charges),
        notices=_by_charge((code, one) for one in law.notices for code in one.charges),
        repeals=law.repeals,
    )
    index: Index = {}
    for charge in law.charges:
        for node in _nodes(charge, rules):
            index[charge, node] = _timeline(charge, law.areas.chain(node), rules, law)
    return index


def _by_charge(pairs: Iterable[tuple[str, Rule]]) -> dict[str, list[Rule]]:
    grouped: defaultdict[str, list[Rule]] = defaultdict(list)
    for charge, rule in pairs:
        grouped[charge].append(rule)
    return grouped


def _nodes(charge: str, rules: _Rules) -> set[str]:
    nodes = {COUNTRY}
    nodes.update(rate.scope.area for rate in rules.rates.get(charge, ()))
    nodes.update(one.scope.area for one in rules.reliefs.get(charge, ()))
    nodes.update(one.scope.area for one in rules.notices.get(charge, ()))
    used = {rate.citations[0].instrument for rate in rules.rates.get(charge, ()) if rate.citations}
    used |= {one.citation.instrument for one in rules.reliefs.get(charge, ())}
    for repeal in rules.repeals:
        if repeal.target in used and (not repeal.charges or charge in repeal.charges):
            nodes |= repeal.areas
    return nodes


def _timeline(charge: str, chain: Chain, rules: _Rules, law: Law) -> Timeline:
    here = frozenset(chain)
    repeals = [one for one in rules.repeals if one.reaches(charge, chain)]
    ends = _ends(repeals)
    rates = [
        _cut(one, one.citations[0].instrument if one.citations else "", ends)
        for one in rules.rates.get(charge, ())
        if one.scope.area in here
    ]
    reliefs = [
        _cut(one, one.citation.instrument, ends) for one in rules.reliefs.get(charge, ()) if one.scope.area in here
    ]
    notices = [one for one in rules.notices.get(charge, ()) if one.scope.area in here]
    days = {1}
    scopes = [*(one.scope for one in rates), *(one.scope for one in reliefs), *(one.scope for one in notices)]
    for scope in scopes:
        days.update((scope.window.start, scope.window.end))
    starts = tuple(sorted(day for day in days if day < NEVER))
    past = _Past(
        rates=tuple(rates),
        ended=tuple((one, rate) for one in repeals for rate in rates if _ended_by(rate, one)),
        law=law,
    )
    looked_at = frozenset[str]().union(*(scope.when.names for scope in scopes))
    asked = {name: law.facts[name] for name in sorted(looked_at & law.asked)}
    looked_at |= {f"{name}{DENIED}" for name in asked}
    stretches = zip(
        starts,
        _through(rates, starts),
        _through([one for one in reliefs if not one.subsidy], starts),
        _through([one for one in reliefs if one.subsidy], starts),
        _through(notices, starts),
        strict=True,
    )
    segments = tuple(
        [
            Segment(due, off, paid, open_questions, day, past, looked_at, asked)
            for day, due, off, paid, open_questions in stretches
        ]
    )
    by_payment = any(scope.clock is Clock.PAYMENT for scope in scopes)
    return Timeline(starts, segments, by_payment)


def _ends(repeals: Iterable[Repeal]) -> dict[str, int]:
    """The first day on which each instrument is repealed."""
    ends: dict[str, int] = {}
    for one in repeals:
        ends[one.target] = min(one.day, ends.get(one.target, one.day))
    return ends


def _cut(rule: Rule, instrument: str, ends: Mapping[str, int]) -> Rule:
    """End a rule on the day its instrument is repealed here; the pack that holds it is not edited."""
    window = rule.scope.window
    end = ends.get(instrument, window.end)
    if end >= window.end:
        return rule
    return replace(rule, scope=replace(rule.scope, window=replace(window, end=max(end, window.start))))


def _ended_by(rate: Rate, repeal: Repeal) -> bool:
    if not rate.citations or rate.citations[0].instrument != repeal.target:
        return False
    return rate.scope.window.end == repeal.day


def _through(rules: Sequence[Rule], days: Iterable[int]) -> list[dict[Channel, tuple[Rule, ...]]]:
    """What of `rules` holds from each of `days` on; days on which nothing changes share one answer."""
    found: list[dict[Channel, tuple[Rule, ...]]] = []
    before: tuple[Rule, ...] | None = None
    for day in days:
        kept = tuple([rule for rule in rules if rule.scope.window.covers(day)])
        found.append(found[-1] if kept == before else _per_channel(kept))
        before = kept
    return found


def _per_channel(kept: tuple[Rule, ...]) -> dict[Channel, tuple[Rule, ...]]:
    if all(len(rule.scope.channels) == len(_CHANNELS) for rule in kept):  # most rules hold on every channel
        return dict.fromkeys(_CHANNELS, kept)
    return {one: tuple([rule for rule in kept if one in rule.scope.channels]) for one in _CHANNELS}


def _before(first: Rate, law: Law) -> Gap:
    start = first.scope.window.start
    instrument = law.instruments[first.citations[0].instrument]
    if instrument.attested and start == instrument.window.start:
        return Gap("fees.no_rate.start_unknown", {"instrument": instrument.title, "day": _written(start)})
    return Gap("fees.no_rate.before", {"day": _written(start)})


def _written(day: int) -> str:
    return date.fromordinal(day).strftime("%d/%m/%Y")
