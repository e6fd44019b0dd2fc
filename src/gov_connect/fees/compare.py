"""What changes between two states of the law: on cases, on a dossier file, along the calendar."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

from gov_connect.errors import InvalidInput, Problem
from gov_connect.fees._areas import COUNTRY
from gov_connect.fees._values import FeeItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gov_connect.fees._index import Segment, Timeline
    from gov_connect.fees.book import FeeBook
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
        """Price it by `book`, as of its filing day."""
        return book.quote(self.items, on=self.at, area=self.area, channel=self.channel, facts=self.facts)


def read_dossiers(text: str) -> tuple[Dossier, ...]:
    """Read a JSON list of `{"id", "at", "items": [{"charge", …}], "area", "channel", "facts", "collected"}`.

    Raises:
        InvalidInput: not such a list; every problem at once.
    """
    try:
        rows: object = json.loads(text)
    except json.JSONDecodeError:
        raise InvalidInput("dossiers", [Problem(path="", code="value.invalid")]) from None
    if not isinstance(rows, list):
        raise InvalidInput("dossiers", [Problem(path="", code="fees.not_a_list")])
    dossiers: list[Dossier] = []
    problems: list[Problem] = []
    for number, row in enumerate(cast("list[dict[str, Any]]", rows)):
        try:
            dossiers.append(_dossier(row))
        except InvalidInput as error:
            problems += [
                Problem(path=f"{number}.{one.path}", code=one.code, params=one.params) for one in error.problems
            ]
        except (TypeError, KeyError, ValueError, AttributeError):
            problems.append(Problem(path=str(number), code="value.invalid"))
    if problems:
        raise InvalidInput("dossiers", problems)
    return tuple(dossiers)


def _dossier(row: dict[str, Any]) -> Dossier:
    collected = row.get("collected")
    if collected is not None and (type(collected) is not int or collected < 0):
        raise InvalidInput("dossier", [Problem(path="collected", code="value.invalid")])
    items = tuple(
        FeeItem(one["charge"], **{name: value for name, value in one.items() if name != "charge"})
        for one in row["items"]
    )
    return Dossier(
        id=str(row["id"]),
        at=date.fromisoformat(row["at"]),
        items=items,
        area=row.get("area", ""),
        channel=row.get("channel", "counter"),
        facts=frozenset(row.get("facts", ())),
        collected=collected,
    )


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
    last = (after + timedelta(days=days)).toordinal()
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
