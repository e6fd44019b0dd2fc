"""Laws that hold for every request (fees.md §2.7), searched by hypothesis over the real packs."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gov_connect.fees import FeeBook, FeeItem, Quote
from gov_connect.fees.check import FIRST_DAY, LAST_DAY
from gov_connect.model.dossier import Channel

BOOK = FeeBook.default()
CHARGES = sorted(BOOK.law.charges)
AREAS = ["", *BOOK.law.areas.nodes]
FACTS = sorted(BOOK.law.facts)
STATEMENTS = [*FACTS, *(f"{name}=no" for name in sorted(BOOK.law.asked))]

days = st.dates(FIRST_DAY, LAST_DAY)
small = st.integers(1, 300)


@st.composite
def items(draw: st.DrawFn) -> FeeItem:
    """Any item of any charge."""
    charge = BOOK.law.charges[draw(st.sampled_from(CHARGES))]
    return FeeItem(charge.code, **{name: draw(small) for name in charge.required})  # type: ignore[arg-type]


def _consistent(facts: frozenset[str]) -> frozenset[str]:
    return frozenset(one for one in facts if f"{one}=no" not in facts)


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """Any request."""
    return {
        "items": draw(st.lists(items(), min_size=1, max_size=4)),
        "on": draw(days),
        "area": draw(st.sampled_from(AREAS)),
        "channel": draw(st.sampled_from(sorted(Channel))),
        "facts": _consistent(draw(st.frozensets(st.sampled_from(STATEMENTS), max_size=6))),
    }


def ask(request: dict[str, Any], **other: Any) -> Quote:
    """Quote `request` with something different."""
    changed = {**request, **other}
    return BOOK.quote(changed.pop("items"), **changed)


def answers(quote: Quote) -> list[tuple[Any, ...]]:
    """What each line says."""
    return [(line.status, line.gross, line.net, line.citations) for line in quote.lines]


def dong(quote: Quote) -> int:
    """The total in đồng; -1 where there is none."""
    return -1 if quote.total is None else quote.total.dong


@given(requests())
def test_the_total_lies_between_zero_and_gross(request: dict[str, Any]) -> None:
    """Reliefs never make money and never cost any; lines add up."""
    quote = ask(request)
    for line in quote.lines:
        if line.gross is not None:
            assert line.net is not None
            assert 0 <= line.net <= line.gross
            assert line.gross == line.net + line.relief + line.subsidy
    if quote.total is not None:
        assert quote.total.dong == sum(line.net or 0 for line in quote.lines)
        assert quote.gross_total is not None
        assert quote.total <= quote.gross_total


@given(st.integers(1, 2000), st.integers(1, 50), days)
def test_a_copy_costs_no_less_for_more_pages_and_never_more_than_the_cap(pages: int, copies: int, on: date) -> None:
    """Non-decreasing in pages, capped per copy, linear in copies."""

    def price(pages: int, copies: int) -> int:
        return dong(BOOK.quote([FeeItem("ct.copy", pages=pages, copies=copies)], on=on))

    assert 2000 <= price(pages, 1) <= price(pages + 1, 1) <= 200_000
    assert price(pages, copies) == copies * price(pages, 1)
    assert price(pages, 1) == min(2000 * min(pages, 2) + 1000 * max(pages - 2, 0), 200_000)


@given(requests(), st.data())
def test_more_of_anything_never_costs_less(request: dict[str, Any], data: st.DataObject) -> None:
    """Every quantity of every charge raises the amount or leaves it."""
    item = request["items"][0]
    name = data.draw(st.sampled_from(sorted(item.quantities)))
    more = FeeItem(item.charge, **{**item.quantities, name: item.quantities[name] + 1})
    assert dong(ask(request, items=[more])) >= dong(ask(request, items=[item]))


@cache
def change_days(charge: str) -> list[int]:
    """Days on which any rule of `charge` begins or ends anywhere."""
    found = {day for (code, _), one in BOOK.timelines().items() if code == charge for day in one.starts}
    return sorted(found)


@given(requests(), st.integers(0, 4000))
def test_nothing_changes_between_two_change_days(request: dict[str, Any], later: int) -> None:
    """A quote is constant from one change of the law to the next."""
    item = request["items"][0]
    start = request["on"].toordinal()
    next_change = min((day for day in change_days(item.charge) if day > start), default=start + 4000)
    other = date.fromordinal(min(start + later, next_change - 1))
    first, second = ask(request, items=[item]), ask(request, items=[item], on=other)
    assert answers(first) == answers(second)


@given(requests(), st.sampled_from(FACTS))
def test_a_fact_that_no_rule_looks_at_changes_nothing(request: dict[str, Any], fact: str) -> None:
    """Unrelated facts leave every line as it is."""
    item = request["items"][0]
    chain = BOOK.chain(request["area"])
    looked_at = BOOK.timeline(item.charge, chain).at(request["on"].toordinal()).facts
    known = BOOK.law.facts[fact]
    if looked_at.isdisjoint({fact, *known.implies}) and f"{fact}=no" not in request["facts"]:
        with_fact = ask(request, items=[item], facts=request["facts"] | {fact})
        assert answers(with_fact) == answers(ask(request, items=[item]))


@given(requests(), st.randoms(use_true_random=False))
def test_the_order_of_items_orders_the_lines_only(request: dict[str, Any], random: Any) -> None:
    """Same lines, same total, same status."""
    shuffled = list(request["items"])
    random.shuffle(shuffled)
    one, two = ask(request), ask(request, items=shuffled)
    assert (one.status, one.total) == (two.status, two.total)
    by_item = dict(zip(request["items"], answers(one), strict=True))
    assert answers(two) == [by_item[item] for item in shuffled]


@given(requests())
def test_items_are_priced_apart(request: dict[str, Any]) -> None:
    """Pages of different originals are never pooled."""
    apart = [answers(ask(request, items=[item]))[0] for item in request["items"]]
    assert answers(ask(request)) == apart


@given(requests())
def test_every_day_has_exactly_one_answer(request: dict[str, Any]) -> None:
    """A rate, or a declared absence: never a conflict, never an undeclared gap; stated classes leave one rate."""
    for line in ask(request).lines:
        assert line.status in {"priced", "no_rate", "needs_authority"}
        assert (len(line.rates) == 1) is not line.undecided
    stated = {f"{name}=no" for name in BOOK.law.asked if name not in request["facts"]}
    assert all(len(line.rates) == 1 for line in ask(request, facts=request["facts"] | stated).lines)


@given(requests())
def test_the_explanation_names_every_provision_used(request: dict[str, Any]) -> None:
    """In both languages, with the total."""
    quote = ask(request)
    for language in ("vi", "en"):
        said = quote.explain(language)
        assert all(cite.text in said for cite in quote.citations)
        assert "<" not in said.replace("<b>", "")


@given(requests())
def test_the_same_request_has_the_same_fingerprint(request: dict[str, Any]) -> None:
    """Deterministic, and a different day changes it."""
    assert ask(request).fingerprint == ask(request).fingerprint
    other = ask(request, on=request["on"] + timedelta(days=1))
    assert other.fingerprint != ask(request).fingerprint


@given(requests())
def test_a_claim_never_changes_an_amount(request: dict[str, Any]) -> None:
    """Claimed facts give hints only, and a hint promises less than is due."""
    facts = request.pop("facts")
    plain, claimed = ask({**request, "facts": ()}), ask({**request, "facts": ()}, claimed=facts)
    assert answers(plain) == answers(claimed)


@pytest.fixture(scope="module")
def shuffled_book() -> FeeBook:
    """The packs in reverse order."""
    return FeeBook(reversed(BOOK.law.packs))


@given(request=requests())
def test_the_order_of_packs_is_irrelevant(shuffled_book: FeeBook, request: dict[str, Any]) -> None:
    """Composition does not care who comes first."""
    other = {name: value for name, value in request.items() if name != "items"}
    assert shuffled_book.digest == BOOK.digest
    assert answers(shuffled_book.quote(request["items"], **other)) == answers(ask(request))


def test_composition_is_associative() -> None:
    """Adding packs one by one or all at once gives one book."""
    packs = list(BOOK.law.packs)
    base = [pack for pack in packs if pack.name.startswith("vn-")]
    rest = [pack for pack in packs if pack not in base]
    stepwise = FeeBook(base)
    for pack in rest:
        stepwise = stepwise.with_packs([pack])
    assert stepwise.digest == FeeBook(base).with_packs(rest).digest == BOOK.digest
    assert stepwise.law.rates == BOOK.law.rates
    assert stepwise.law.reliefs == BOOK.law.reliefs
