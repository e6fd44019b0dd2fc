"""Rates, reliefs and notices out of pack entries, with their links checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from gov_connect.errors import Problem
from gov_connect.fees._areas import COUNTRY
from gov_connect.fees._law import (
    ALL_CHANNELS,
    ALWAYS,
    NEVER,
    Citation,
    Clock,
    Condition,
    Effect,
    EffectKind,
    Grade,
    Notice,
    Rate,
    Relief,
    Scope,
    Status,
    Window,
)
from gov_connect.fees._schedules import Flat, Schedule, Table, Tiers
from gov_connect.fees._values import say
from gov_connect.model.dossier import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gov_connect.fees._areas import Areas
    from gov_connect.fees._law import Charge, FactKind, Instrument
    from gov_connect.fees._raw import Entry, RawPack

_DEPTH_WEIGHT, _CHANNEL_WEIGHT, _CONDITION_WEIGHT = 4, 2, 1


@dataclass(frozen=True, slots=True)
class Links:
    """What rules may point at, and where to put what is wrong."""

    areas: Areas
    charges: Mapping[str, Charge]
    facts: Mapping[str, FactKind]
    instruments: Mapping[str, Instrument]
    problems: list[Problem]

    def report(self, path: str, code: str, **params: str | int) -> None:
        """Note one problem."""
        self.problems.append(Problem(path=path, code=code, params=params))

    def citation(self, cite: tuple[str, str], path: str) -> Citation:
        """Resolve a citation to its instrument."""
        key, article = cite
        name = key.partition("/")[0]
        instrument = self.instruments.get(name)
        if instrument is None:
            self.report(path, "fees.instrument_unknown")
            return Citation(key, name, key)
        return Citation(key, name, f"{instrument.title}, {article}" if article else instrument.title)

    def condition(self, raw: Mapping[str, tuple[str, ...]], path: str) -> Condition:
        """Resolve a condition to known facts."""
        if not raw:
            return ALWAYS
        made = Condition(**{name: frozenset(facts) for name, facts in raw.items()})
        if not made.names <= self.facts.keys():
            self.report(path, "fees.fact_unknown")
        return made

    def scope(self, entry: Entry, who: str, pack: RawPack, path: str) -> Scope:
        """Resolve where, when and for whom an entry holds."""
        area: str = entry.get("area", pack.scope)
        if area not in self.areas:
            self.report(path, "fees.area_unknown")
        elif pack.scope != COUNTRY and pack.scope not in self.areas.chain(area):
            self.report(path, "fees.outside_scope", scope=pack.scope)
        instrument = self.instruments.get(entry["cite"][0].partition("/")[0]) if "cite" in entry else None
        outer = Window(1, NEVER) if instrument is None else instrument.window
        window = _own_window(entry).within(outer)
        if window.end <= window.start:
            self.report(path, "fees.empty_window")
        return Scope(
            area=area,
            window=window,
            channels=frozenset(Channel(one) for one in entry.get("channel", ALL_CHANNELS)),
            when=self.condition(entry.get(who, {}), path),
            clock=Clock.SUBMISSION if instrument is None else instrument.clock,
        )

    def at_home(self, charge: Charge, pack: RawPack, path: str) -> None:
        """Report a province that sets, lowers or switches off what the state decides (fees.md §2.6)."""
        if charge.national and pack.scope != COUNTRY:
            self.report(path, "fees.national_charge", charge=charge.code)

    def grade(self, entry: Entry, citation: Citation) -> Grade:
        """How well an amount is attested: its own grade, or that of its instrument."""
        instrument = self.instruments.get(citation.instrument)
        return Grade(entry.get("grade", Grade.GUESS if instrument is None else instrument.grade))

    def known_charges(self, entry: Entry, path: str) -> tuple[str, ...]:
        """The charges an entry names; unknown ones are reported and left out."""
        names: tuple[str, ...] = entry["charges"]
        if any(name not in self.charges for name in names):
            self.report(path, "fees.charge_unknown")
        return tuple(dict.fromkeys(name for name in names if name in self.charges))


def _own_window(entry: Entry) -> Window:
    start: date | None = entry.get("from")
    until: date | None = entry.get("until")
    return Window(1 if start is None else start.toordinal(), NEVER if until is None else until.toordinal() + 1)


def _rank(scope: Scope) -> int:
    depth = 0 if scope.area == COUNTRY else 2 if ":" in scope.area else 1
    limited = scope.channels != ALL_CHANNELS
    conditional = scope.when != ALWAYS
    return depth * _DEPTH_WEIGHT + limited * _CHANNEL_WEIGHT + conditional * _CONDITION_WEIGHT


def build_rates(packs: Iterable[RawPack], links: Links) -> tuple[Rate, ...]:
    """Every rate and every declared absence of one, one value per charge, in a fixed order."""
    rates: list[Rate] = []
    for pack in packs:
        for entry in pack.entries("rate"):
            rates.extend(_rates(entry, pack, links))
        for entry in pack.entries("no_rate"):
            rates.extend(_no_rates(entry, pack, links))
    rates.sort(key=lambda rate: (rate.charge, rate.id))
    _check_ids([(rate.charge, rate.id, rate.pack) for rate in rates], links)
    _check_exceptions(rates, links)
    return tuple(rates)


def _rates(entry: Entry, pack: RawPack, links: Links) -> Iterable[Rate]:
    path = f"{pack.file}:rate.{entry['id']}"
    scope = links.scope(entry, "when", pack, path)
    citation = links.citation(entry["cite"], path)
    for code in links.known_charges(entry, path):
        charge = links.charges[code]
        links.at_home(charge, pack, path)
        schedule = _schedule(entry, charge, path, links)
        if isinstance(schedule, Table) and frozenset(schedule.amounts) != scope.channels:
            links.report(path, "fees.table_channels")
        yield Rate(
            id=entry["id"],
            charge=code,
            scope=scope,
            rank=_rank(scope),
            citations=(citation,),
            schedule=schedule,
            exception_to=entry.get("exception_to", ""),
            pack=pack.file,
            grade=links.grade(entry, citation),
        )


def _no_rates(entry: Entry, pack: RawPack, links: Links) -> Iterable[Rate]:
    path = f"{pack.file}:no_rate.{entry['id']}"
    scope = links.scope(entry, "when", pack, path)
    citations = (links.citation(entry["cite"], path),) if "cite" in entry else ()
    for code in links.known_charges(entry, path):
        links.at_home(links.charges[code], pack, path)
        yield Rate(
            id=entry["id"],
            charge=code,
            scope=scope,
            rank=_rank(scope),
            citations=citations,
            schedule=None,
            reason=f"fees.no_rate.{entry['reason']}",
            status=Status(entry.get("status", Status.NO_RATE)),
            pack=pack.file,
        )


def _schedule(entry: Entry, charge: Charge, path: str, links: Links) -> Schedule:
    given = [name for name in ("amount", "tiers", "table") if name in entry]
    if len(given) != 1:
        links.report(path, "value.one_of", names="amount, tiers, table")
    if "tiers" not in entry and ("cap" in entry or "by" in entry):
        links.report(path, "value.needed_with", other="cap, by")
    required = tuple(name for name in charge.quantities if name in charge.required)
    by: str = entry.get("by", required[0])
    per: tuple[str, ...] = entry.get("per", tuple(n for n in required if "tiers" not in entry or n != by))
    if not {*per, by} <= set(required):
        links.report(path, "fees.quantity_unknown", charge=charge.code)
    if "tiers" in entry:
        return Tiers(entry["tiers"], by, per, entry.get("cap"))
    if "table" in entry:
        return Table({Channel(name): amount for name, amount in entry["table"].items()}, per)
    return Flat(entry.get("amount", 0), per)


def _check_ids(rows: Iterable[tuple[str, str, str]], links: Links) -> None:
    seen: set[tuple[str, str]] = set()
    for charge, rule, pack in rows:
        if (charge, rule) in seen:
            links.report(f"{pack}:{rule}", "fees.duplicate")
        seen.add((charge, rule))


def _check_exceptions(rates: Iterable[Rate], links: Links) -> None:
    base = {(rate.charge, rate.id): rate for rate in rates}
    for rate in base.values():
        step, walked = rate, {rate.id}
        while step.exception_to:
            below = base.get((rate.charge, step.exception_to))
            if below is None:
                links.report(f"{rate.pack}:rate.{rate.id}", "fees.exception_unknown")
                break
            if below.id in walked:
                links.report(f"{rate.pack}:rate.{rate.id}", "fees.exception_cycle")
                break
            walked.add(below.id)
            step = below


def build_reliefs(packs: Iterable[RawPack], links: Links) -> tuple[Relief, ...]:
    """Every relief and subsidy, in a fixed order."""
    reliefs = [_relief(entry, pack, links) for pack in packs for entry in pack.entries("relief")]
    reliefs.sort(key=lambda relief: relief.id)
    _check_ids([("", relief.id, relief.pack) for relief in reliefs], links)
    return tuple(reliefs)


def _relief(entry: Entry, pack: RawPack, links: Links) -> Relief:
    path = f"{pack.file}:relief.{entry['id']}"
    citation = links.citation(entry["cite"], path)
    charges = links.known_charges(entry, path)
    if not entry.get("subsidy", False):  # a province may pay for people, not waive what is not its own
        for code in charges:
            links.at_home(links.charges[code], pack, path)
    return Relief(
        id=entry["id"],
        charges=frozenset(charges),
        scope=links.scope(entry, "who", pack, path),
        citation=citation,
        effect=_effect(entry, path, links),
        subsidy=entry.get("subsidy", False),
        evidence=entry.get("evidence", ""),
        pack=pack.file,
        grade=links.grade(entry, citation),
    )


def _effect(entry: Entry, path: str, links: Links) -> Effect:
    kind = EffectKind(entry["effect"])
    needed = {EffectKind.FREE: None, EffectKind.PERCENT: "percent", EffectKind.FIXED: "amount"}[kind]
    for name in ("percent", "amount"):
        if (name in entry) != (name == needed):
            links.report(f"{path}.{name}", "value.needed_with", other=f"effect = {kind}")
    if ("rounding" in entry) != ("rounding_cite" in entry):
        links.report(f"{path}.rounding_cite", "value.needed_with", other="rounding")
    if "rounding_cite" in entry:
        links.citation(entry["rounding_cite"], path)
    return Effect(kind, entry.get(needed or "", 100), entry.get("rounding", ""))


def build_notices(packs: Iterable[RawPack], links: Links) -> tuple[Notice, ...]:
    """Every open question, in a fixed order."""
    notices = [
        Notice(
            id=entry["id"],
            charges=frozenset(links.known_charges(entry, f"{pack.file}:notice.{entry['id']}")),
            scope=links.scope(entry, "who", pack, f"{pack.file}:notice.{entry['id']}"),
            vi=entry["vi"],
            en=entry["en"],
            pack=pack.file,
        )
        for pack in packs
        for entry in pack.entries("notice")
    ]
    notices.sort(key=lambda notice: notice.id)
    _check_ids([("", notice.id, notice.pack) for notice in notices], links)
    return tuple(notices)


def start_notices(reliefs: Iterable[Relief], instruments: Mapping[str, Instrument]) -> tuple[Notice, ...]:
    """For reliefs whose first day in force is unknown: a warning to those whom they may already free.

    It shows from the day of issue (from ever, where that is unknown too) until the first attested day.
    """
    return tuple(
        _start_notice(relief, instrument)
        for relief in reliefs
        if (instrument := instruments.get(relief.citation.instrument)) is not None
        and instrument.attested
        and relief.scope.window.start == instrument.window.start
    )


def _start_notice(relief: Relief, instrument: Instrument) -> Notice:
    issued = instrument.issued
    window = Window(1 if issued is None else issued.toordinal(), relief.scope.window.start)
    figures = {
        "instrument": instrument.id,
        "day": date.fromordinal(relief.scope.window.start).strftime("%d/%m/%Y"),
    }
    return Notice(
        id=f"start/{relief.id}",
        charges=relief.charges,
        scope=replace(relief.scope, window=window),
        vi=say("fees.warning.start_unknown", "vi", **figures),
        en=say("fees.warning.start_unknown", "en", **figures),
        pack=relief.pack,
    )
