"""What changes between two states of the law: on cases, on a dossier file, along the calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from gov_connect.errors import InvalidInput, Problem
from gov_connect.fees._areas import COUNTRY
from gov_connect.fees._law import NEVER
from gov_connect.fees.cases import cases_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gov_connect.fees._index import Segment, Timeline
    from gov_connect.fees._values import FeeItem
    from gov_connect.fees.book import FeeBook
    from gov_connect.fees.cases import Case
    from gov_connect.fees.quote import Quote
    from gov_connect.model.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One filed request out of a dossier file; it holds no personal data.

    Attributes:
        collected: đồng taken from the applicant, None when not recorded.
    """

    id: str
    at: date
    items: tuple[FeeItem, ...]
    area: str = ""
    channel: str = "counter"
    facts: frozenset[str] = frozenset()
    collected: int | None = None

    def quote(self, book: FeeBook) -> Quote:
        """Price it by `book`, as of its filing day.

        Raises:
            InvalidInput: the book does not know its charge, place or facts; paths begin with the id.
        """
        try:
            return book.quote(self.items, on=self.at, area=self.area, channel=self.channel, facts=self.facts)
        except InvalidInput as error:
            raise InvalidInput("dossiers", _below(self.id, error)) from None


def _below(path: str, error: InvalidInput) -> list[Problem]:
    return [Problem(path=f"{path}.{one.path}", code=one.code, params=one.params) for one in error.problems]


def requests(before: FeeBook, after: FeeBook, dossiers: Iterable[Dossier] = ()) -> tuple[Dossier, ...]:
    """What two books are compared on: the golden cases of both and `dossiers`, equal requests once.

    Where one id names several requests, the later ones carry their origin: "m01 (after)".
    """
    kept: dict[str, Dossier] = {}
    sources = (("before", map(_of_case, cases_of(before))), ("after", map(_of_case, cases_of(after))))
    for origin, several in (*sources, ("dossiers", dossiers)):
        for one in several:
            known = kept.setdefault(one.id, one)
            if known != replace(one, collected=known.collected):
                label = f"{one.id} ({origin})"
                kept[label] = replace(one, id=label)
    return tuple(kept.values())


def _of_case(case: Case) -> Dossier:
    return Dossier(id=case.id, at=case.at, items=case.items, area=case.area, channel=case.channel, facts=case.facts)


@dataclass(frozen=True, slots=True)
class Difference:
    """One request that two books answer differently; totals are đồng, None when unpriced."""

    id: str
    before: Quote
    after: Quote

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {"id": self.id, "before": _answer(self.before), "after": _answer(self.after)}


def _answer(quote: Quote) -> dict[str, Any]:
    return {
        "status": str(quote.status),
        "total": dong(quote.total),
        "citations": [cite.key for cite in quote.citations],
    }


def dong(money: Money | None) -> int | None:
    """Whole đồng, or None."""
    return None if money is None else money.dong


def diff(before: FeeBook, after: FeeBook, dossiers: Iterable[Dossier]) -> tuple[Difference, ...]:
    """The requests whose amounts or statuses differ between two books."""
    found: list[Difference] = []
    for one in dossiers:
        old, new = one.quote(before), one.quote(after)
        if _amounts(old) != _amounts(new):
            found.append(Difference(one.id, old, new))
    return tuple(found)


def _amounts(quote: Quote) -> list[tuple[str, int | None, int, int]]:
    return [(str(line.status), line.gross, line.relief, line.subsidy) for line in quote.lines]


@dataclass(frozen=True, slots=True)
class Change:
    """A day on which the rules of a charge change in a place.

    Attributes:
        day: the first day of the new state.
        ends, begins: the provisions that end or begin, as people read them.
    """

    day: date
    area: str
    charge: str
    ends: tuple[str, ...]
    begins: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "day": self.day.isoformat(),
            "area": self.area,
            "charge": self.charge,
            "ends": list(self.ends),
            "begins": list(self.begins),
        }


def upcoming(book: FeeBook, after: date, days: int = 90, area: str = "") -> tuple[Change, ...]:
    """Every change in the `days` days after `after`; `area` "" looks at all places.

    Raises:
        InvalidInput: no such place.
    """
    last = min(after.toordinal() + days, NEVER - 1)
    found: list[Change] = []
    for charge, node, timeline in _watched(book, area):
        for start in timeline.starts:
            if after.toordinal() < start <= last:
                found += _change(charge, node, timeline, start)
    kept = [one for one in found if area or not _inherited(book, one, found)]
    return tuple(sorted(kept, key=lambda one: (one.day, one.area, one.charge)))


def _inherited(book: FeeBook, change: Change, others: Iterable[Change]) -> bool:
    """Whether a wider place has the very same change, so that it need not be told again."""
    wider = book.chain(change.area)[1:]
    return any(other.area in wider and replace(other, area=change.area) == change for other in others)


def _watched(book: FeeBook, area: str) -> Iterator[tuple[str, str, Timeline]]:
    if not area:
        yield from ((charge, node, one) for (charge, node), one in book.timelines().items())
        return
    chain = book.chain(area)
    for charge in book.law.charges:
        yield charge, chain[0], book.timeline(charge, chain)


def _change(charge: str, node: str, timeline: Timeline, start: int) -> list[Change]:
    old, new = _provisions(timeline.at(start - 1)), _provisions(timeline.at(start))
    ends = tuple(text for key, text in old.items() if key not in new)
    begins = tuple(text for key, text in new.items() if key not in old)
    if not ends and not begins:
        return []
    return [Change(date.fromordinal(start), node or COUNTRY, charge, ends, begins)]


def _provisions(segment: Segment) -> dict[str, str]:
    rates = {rate.id: rate for each in segment.rates.values() for rate in each}
    texts = {key: "; ".join(cite.text for cite in one.citations) for key, one in rates.items()}
    for each in (*segment.reliefs.values(), *segment.subsidies.values()):
        texts |= {f"relief {one.id}": one.citation.text for one in each}
    return {key: text for key, text in texts.items() if text}
