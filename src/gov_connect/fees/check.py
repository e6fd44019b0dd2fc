"""Look for what is wrong in a book before anybody is charged by it: overlaps, gaps, loose ends."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from gov_connect.fees._areas import COUNTRY
from gov_connect.fees._law import DENIED, Verification
from gov_connect.fees._values import Told
from gov_connect.fees.cases import cases_of
from gov_connect.model.dossier import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gov_connect.fees._index import Segment, Timeline
    from gov_connect.fees._price import Ruling
    from gov_connect.fees.book import FeeBook
    from gov_connect.messages import Language

FIRST_DAY: Final = date(2017, 1, 1)
LAST_DAY: Final = date(2031, 12, 31)
"""The years for which every charge must have a rate or a declared absence of one."""


class Level(StrEnum):
    """Whether a finding forbids the use of a pack."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a book."""

    level: Level
    told: Told

    def text(self, language: Language = "vi") -> str:
        """The finding as a sentence."""
        return self.told.text(language)

    def to_dict(self, language: Language = "vi") -> dict[str, Any]:
        """The JSON form."""
        return {
            "level": str(self.level),
            "code": self.told.code,
            "params": dict(self.told.params),
            "text": self.text(language),
        }


def check(book: FeeBook, first: date = FIRST_DAY, last: date = LAST_DAY) -> tuple[Finding, ...]:
    """Everything wrong or worth knowing, errors first.

    Errors: two provisions give different amounts, or on some day from `first` to `last` a charge has
    neither a rate nor a declared absence of one. Warnings: texts not read in the original, numbers
    used by several issuers, repeals that end nothing in the packs, packs without golden cases.
    """
    found = [
        *_timelines(book, first.toordinal(), last.toordinal()),
        *_same_numbers(book),
        *_unread(book),
        *_idle_repeals(book),
        *_without_cases(book),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: finding.level))


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Only what forbids the use of a pack."""
    return tuple(one for one in findings if one.level is Level.ERROR)


def _timelines(book: FeeBook, first: int, last: int) -> Iterator[Finding]:
    for (charge, node), timeline in sorted(book.timelines().items()):
        # Channels and stretches share their rates where these do not differ; what was sound once, is.
        sound: set[int] = set()
        for segment, start, end in _stretches(timeline, first, last):
            for channel in Channel:
                rates = segment.rates[channel]
                if id(rates) in sound:
                    continue
                place = {
                    "charge": charge,
                    "area": node,
                    "first": date.fromordinal(start).isoformat(),
                    "last": date.fromordinal(end).isoformat(),
                }
                found = list(_on_channel(book, charge, segment, channel, place))
                if not found:
                    sound.add(id(rates))
                yield from found


def _stretches(timeline: Timeline, first: int, last: int) -> Iterator[tuple[Segment, int, int]]:
    ends = (*(start - 1 for start in timeline.starts[1:]), last)
    for segment, start, end in zip(timeline.segments, timeline.starts, ends, strict=True):
        if start <= last and end >= first:
            yield segment, max(start, first), min(end, last)


def _on_channel(
    book: FeeBook, charge: str, segment: Segment, channel: Channel, place: dict[str, str]
) -> Iterator[Finding]:
    where = {**place, "channel": str(channel)}
    for facts in _situations(segment, channel):
        ruling = segment.ruling(book.law.charges[charge], channel, facts)
        with_facts = {**where, "facts": ", ".join(sorted(facts)) or "-"}
        if not ruling.rates:
            yield Finding(Level.ERROR, Told("fees.check.gap", with_facts))
        elif not _agree(ruling):
            sides = "; ".join(f"{one.id} ({one.pack})" for one in ruling.rates)
            yield Finding(Level.ERROR, Told("fees.check.overlap", {**with_facts, "sides": sides}))


def _situations(segment: Segment, channel: Channel) -> set[frozenset[str]]:
    """No fact at all, what each rate asks for, and what any two ask for together.

    Facts that must be stated are stated either way: silence about them has an answer of its own.
    """
    asked = {frozenset[str]()}
    for rate in segment.rates[channel]:
        when = rate.scope.when
        asked |= {when.all | {one} for one in when.any} or {when.all}
    together = {one | other for one in asked for other in asked}
    return {facts.union(f"{name}{DENIED}" for name in segment.asked if name not in facts) for facts in together}


def _agree(ruling: Ruling) -> bool:
    return all(
        one.schedule == ruling.rates[0].schedule and one.status == ruling.rates[0].status for one in ruling.rates
    )


def _same_numbers(book: FeeBook) -> Iterator[Finding]:
    issuers: defaultdict[str, set[str]] = defaultdict(set)
    for one in book.law.instruments.values():
        issuers[one.number].add(one.issuer)
    for number, names in sorted(issuers.items()):
        if len(names) > 1:
            params = {"number": number, "issuers": ", ".join(sorted(names))}
            yield Finding(Level.WARNING, Told("fees.check.same_number", params))


def _unread(book: FeeBook) -> Iterator[Finding]:
    for one in book.law.instruments.values():
        if one.verification in {Verification.SECONDARY, Verification.UNVERIFIED}:
            params = {"instrument": one.id, "source": one.source}
            yield Finding(Level.WARNING, Told("fees.check.unread", params))


def _idle_repeals(book: FeeBook) -> Iterator[Finding]:
    used = {(cite.instrument, rate.charge) for rate in book.law.rates for cite in rate.citations}
    used |= {(one.citation.instrument, code) for one in book.law.reliefs for code in one.charges}
    for repeal in book.law.repeals:
        if not any(name == repeal.target and (not repeal.charges or code in repeal.charges) for name, code in used):
            params = {"by": repeal.by, "target": repeal.target}
            yield Finding(Level.WARNING, Told("fees.check.idle_repeal", params))


def _without_cases(book: FeeBook) -> Iterator[Finding]:
    tested = {item.charge for case in cases_of(book) for item in case.items}
    for code, charge in book.law.charges.items():
        timeline = book.timelines().get((code, COUNTRY))
        if charge.national and timeline is not None and code not in tested:
            yield Finding(Level.WARNING, Told("fees.check.no_case", {"charge": code}))
