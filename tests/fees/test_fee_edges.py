"""Corners of the engine where a slip would change an amount."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gov_connect.fees import FeeBook, FeeItem, Quote, Status

DAY = date(2026, 6, 1)
FILED, PAID = date(2026, 8, 14), date(2026, 8, 20)


def ask(book: FeeBook, on: date = DAY, **more: Any) -> Quote:
    """Quote one case of `a.one`."""
    return book.quote([FeeItem("a.one", cases=1)], on=on, **more)


def dong(quote: Quote) -> int | None:
    """The total in đồng."""
    return None if quote.total is None else quote.total.dong


def pages(book: FeeBook, count: int, copies: int) -> int | None:
    """The price of `a.two`."""
    return dong(book.quote([FeeItem("a.two", pages=count, copies=copies)], on=DAY))


def two(law: Any, **keys: Any) -> FeeBook:
    """A book with one rate of `a.two`."""
    keys = {"charges": '["a.two"]', **keys}
    return law.book(law.instrument("A"), law.rate("two", "A/1", keys.pop("amount", None), **keys))  # type: ignore[no-any-return]


def test_a_flat_rate_multiplies_every_quantity_unless_told_otherwise(law: Any) -> None:
    """Pages times copies; or only what `per` names."""
    assert pages(two(law, amount=100), 3, 5) == 1500
    assert pages(two(law, amount=100, per='["copies", "pages"]'), 3, 5) == 1500
    assert pages(two(law, amount=100, per='["pages"]'), 3, 5) == 300
    assert pages(two(law, amount=100, per='["copies"]'), 3, 5) == 500


def test_tiers_step_by_the_first_quantity_unless_told_otherwise(law: Any) -> None:
    """Without `by` the first quantity; without `per` all the others."""
    assert pages(two(law, tiers="[[1, 100], [3, 10]]"), 4, 5) == 5 * 220
    assert pages(two(law, tiers="[[1, 100], [3, 10]]", by='"copies"'), 4, 5) == 4 * 230
    assert pages(two(law, tiers="[[1, 100], [3, 10]]", by='"copies"', per='["pages"]'), 4, 5) == 4 * 230


@pytest.mark.parametrize(("count", "due"), [(1, 100), (2, 200), (3, 210), (5, 230), (6, 231), (9, 234), (99, 300)])
def test_tiers_add_up_band_by_band(law: Any, count: int, due: int) -> None:
    """Three bands and a cap."""
    assert pages(two(law, tiers="[[1, 100], [3, 10], [6, 1]]", cap=300), count, 1) == due


def test_a_table_multiplies_by_units(law: Any) -> None:
    """The value of the channel for each unit."""
    book = two(law, table="{ counter = 7, online = 5, post = 9 }", per='["copies"]')
    item = [FeeItem("a.two", pages=2, copies=3)]
    assert [dong(book.quote(item, on=DAY, channel=one)) for one in ("counter", "online", "post")] == [21, 15, 27]


def test_a_table_may_cover_fewer_channels(law: Any) -> None:
    """The others have no rate from it."""
    book = two(law, table="{ online = 5 }", channel='["online"]')
    item = [FeeItem("a.two", pages=1, copies=1)]
    assert dong(book.quote(item, on=DAY, channel="online")) == 5
    assert book.quote(item, on=DAY, channel="post").status is Status.NO_RATE


def test_equal_tables_agree_and_differing_ones_conflict_by_channel(law: Any) -> None:
    """Only the channel asked about matters."""
    tables = ["{ counter = 7, online = 5, post = 7 }", "{ counter = 7, online = 6, post = 7 }"]
    book = law.book(
        law.instrument("A"),
        *(law.rate(f"t{n}", f"A/{n}", None, table=table) for n, table in enumerate(tables)),
    )
    assert dong(ask(book)) == 7
    assert len(ask(book).citations) == 2
    assert ask(book, channel="online").status is Status.CONFLICT


def test_a_rate_against_a_declared_absence_is_a_conflict(law: Any) -> None:
    """One provision gives an amount, another of equal rank says there is none."""
    absence = '[[no_rate]]\nid = "z"\ncharges = ["a.one"]\nreason = "not_encoded"\n'
    quote = ask(law.book(law.instrument("A"), law.rate("one", "A/1"), absence))
    assert quote.status is Status.CONFLICT
    assert quote.lines[0].reason is not None
    assert quote.lines[0].reason.text("en") == ("provisions give different amounts: Thông tư A/TT, Điều 1: 5.000; z: -")


def test_absences_agree_with_each_other(law: Any) -> None:
    """Two declared absences are one answer."""
    absence = '[[no_rate]]\nid = "{}"\ncharges = ["a.one"]\nreason = "not_encoded"\n'
    assert ask(law.book(absence.format("x"), absence.format("y"))).status is Status.NO_RATE


def test_an_absence_may_be_narrower_than_a_rate(law: Any) -> None:
    """A declared absence in one place or channel stops the wider rate there."""
    absence = (
        '[[no_rate]]\nid = "z"\ncharges = ["a.one"]\nreason = "column_unclear"\nstatus = "needs_authority"\n'
        'area = "01"\nchannel = ["online"]\nfrom = 2026-05-01\nuntil = 2026-06-30\n'
    )
    book = law.book(law.instrument("A"), law.rate("one", "A/1"), absence)
    assert ask(book, area="01", channel="online").status is Status.NEEDS_AUTHORITY
    assert ask(book, date(2026, 6, 30), area="01:02", channel="online").status is Status.NEEDS_AUTHORITY
    others: list[dict[str, Any]] = [
        {"area": "03", "channel": "online"},
        {"area": "01"},
        {"area": "01", "channel": "post"},
    ]
    for other in others:
        assert dong(ask(book, **other)) == 5000
    for day in (date(2026, 4, 30), date(2026, 7, 1)):
        assert dong(ask(book, day, area="01", channel="online")) == 5000


def test_an_undecided_relief_is_not_hidden_by_a_subsidy(law: Any) -> None:
    """The subsidy comes after the relief; without the one the other has no base."""
    book = law.book(
        law.instrument("A"),
        law.rate("one", "A/1", 7001),
        law.relief("half", "A/2", effect='"percent"', percent=50),
        law.relief("paid", "A/3", subsidy="true"),
    )
    assert ask(book).status is Status.ROUNDING_UNDEFINED
    assert ask(book).lines[0].item == FeeItem("a.one", cases=1)


def test_a_fixed_subsidy_leaves_a_fixed_sum_per_unit(law: Any) -> None:
    """The applicant pays the fixed sum for each unit, the budget the rest."""
    book = law.book(
        law.instrument("A"),
        law.rate("one", "A/1", 8000),
        law.relief("paid", "A/3", effect='"fixed"', amount=1000, subsidy="true"),
    )
    quote = book.quote([FeeItem("a.one", cases=3)], on=DAY)
    assert (dong(quote), quote.subsidy_total.dong) == (3000, 21_000)


def test_the_first_of_equal_reliefs_counts_once(law: Any) -> None:
    """A tie is settled by id, not by the order in the file."""
    for order in (("a", "b"), ("b", "a")):
        reliefs = [law.relief(name, f"A/{name}") for name in order]
        (line,) = ask(law.book(law.instrument("A"), law.rate("one", "A/1", 8000), *reliefs)).lines
        assert (line.net, line.relief) == (0, 8000)
        assert [one.id for one in line.applied] == ["a"]


def test_a_repeal_may_hit_one_charge_in_one_place(law: Any) -> None:
    """Charges and places of a repeal narrow it together, for rates and for reliefs."""
    repeals = '[{ instrument = "R", charges = ["a.one"], areas = ["01:02"] }]'
    book = law.book(
        law.instrument("A"),
        law.instrument("R"),
        law.instrument("B", "2026-07-01", repeals=repeals),
        law.rate("one", "A/1", 5000, charges='["a.one", "p.local"]'),
        law.relief("off", "R/1", charges='["a.one", "p.local"]'),
    )
    after = date(2026, 7, 1)
    assert dong(ask(book, after, area="01:02")) == 5000
    for place in ("01:01", "01", "03", ""):
        assert dong(ask(book, after, area=place)) == 0
    local = book.quote([FeeItem("p.local", cases=1)], on=after, area="01:02")
    assert dong(local) == 0
    assert dong(ask(book, date(2026, 6, 30), area="01:02")) == 0


def test_a_rate_repealed_in_one_place_by_charge(law: Any) -> None:
    """The same for a rate."""
    repeals = '[{ instrument = "A", charges = ["a.one"], areas = ["01:02"] }]'
    book = law.book(
        law.instrument("A"),
        law.instrument("B", "2026-07-01", repeals=repeals),
        law.rate("one", "A/1", 5000),
    )
    quote = ask(book, date(2026, 7, 1), area="01:02")
    assert quote.lines[0].reason is not None
    assert quote.lines[0].reason.code == "fees.no_rate.repealed"
    assert dong(ask(book, date(2026, 7, 1), area="01:01")) == 5000


def test_the_earliest_of_two_repeals_counts(law: Any) -> None:
    """Repealed once is repealed, and a repeal before the start leaves nothing."""
    book = law.book(
        law.instrument("A"),
        law.instrument("B", "2026-07-01", repeals='[{ instrument = "A" }]'),
        law.instrument("C", "2026-05-01", repeals='[{ instrument = "A" }]'),
        law.rate("one", "A/1", 5000),
        law.rate("late", "A/2", 9000, area='"01"', **{"from": "2026-06-01"}),
    )
    assert dong(ask(book, date(2026, 4, 30))) == 5000
    assert ask(book, date(2026, 5, 1)).status is Status.NO_RATE
    assert ask(book, DAY, area="01").status is Status.NO_RATE


def test_a_notice_is_local_and_dated(law: Any) -> None:
    """An open question shows where and when it is open, on its charge only."""
    notice = (
        '[[notice]]\nid = "n"\ncharges = ["a.one"]\narea = "01"\nchannel = ["online"]\n'
        'from = 2026-06-01\nuntil = 2026-06-30\nvi = "Chưa rõ."\nen = "Open."\n'
    )
    book = law.book(law.instrument("A"), law.rate("one", "A/1", charges='["a.one", "p.local"]'), notice)

    def said(on: date = DAY, area: str = "01", channel: str = "online", charge: str = "a.one") -> list[str]:
        quote = book.quote([FeeItem(charge, cases=1)], on=on, area=area, channel=channel)
        return [told.text("en") for told in quote.warnings]

    assert said() == said(date(2026, 6, 30), "01:02") == ["Open."]
    assert said(date(2026, 5, 31)) == said(date(2026, 7, 1)) == said(area="03") == []
    assert said(channel="post") == said(charge="p.local") == []


def test_rules_that_all_go_by_payment(law: Any) -> None:
    """Then the filing day decides nothing."""
    book = law.book(
        law.instrument("A", until="2026-08-14", filing='"payment"'),
        law.instrument("B", "2026-08-15", filing='"payment"'),
        law.rate("old", "A/1", 5000),
        law.rate("new", "B/1", 9000, when='{ none = ["x"] }'),
        law.rate("less", "B/2", 3000, when='{ all = ["x"] }'),
    )
    assert dong(ask(book, FILED, paid_on=PAID)) == 9000
    assert dong(ask(book, FILED, paid_on=PAID, facts={"x"})) == 3000
    assert dong(ask(book, FILED)) == 5000


def test_mixed_days_without_a_rate_say_so(law: Any) -> None:
    """A rate by filing that has ended and none by payment: no rate, with a reason."""
    book = law.book(
        law.instrument("A", until="2026-01-01"),
        law.instrument("R", filing='"payment"'),
        law.rate("old", "A/1", 5000),
        law.relief("off", "R/1"),
    )
    quote = ask(book, FILED, paid_on=PAID)
    assert quote.status is Status.NO_RATE
    assert quote.lines[0].reason is not None
    assert quote.lines[0].reason.code == "fees.no_rate.ended"


def test_what_if_keeps_the_day_of_payment_and_the_claims(law: Any) -> None:
    """Unless the filing day itself is changed."""
    book = law.book(
        law.instrument("A"),
        law.instrument("R", "2026-08-15", filing='"payment"'),
        law.rate("base", "A/1", 5000),
        law.relief("off", "R/1", channel='["online"]'),
        law.relief("claimed", "A/2", who='{ all = ["y"] }'),
    )
    quote = ask(book, FILED, paid_on=PAID, claimed={"y"})
    assert dong(quote) == 5000
    assert dong(quote.what_if(channel="online")) == 0
    assert quote.what_if(channel="post").hints != ()
    moved = quote.what_if(on=date(2026, 8, 13), channel="online")
    assert (dong(moved), moved.request.paid_on) == (5000, date(2026, 8, 13))


def test_conditions_combine_all_any_and_none(law: Any) -> None:
    """Every part must hold."""
    who = '{ all = ["x"], none = ["y"] }'
    book = law.book(law.instrument("A"), law.rate("one", "A/1"), law.relief("off", "A/2", who=who))
    outcomes = {frozenset(facts): dong(ask(book, facts=facts)) for facts in ([], ["x"], ["y"], ["x", "y"])}
    assert outcomes == {
        frozenset(): 5000,
        frozenset({"x"}): 0,
        frozenset({"y"}): 5000,
        frozenset({"x", "y"}): 5000,
    }


def test_missing_facts_are_told_together(law: Any) -> None:
    """What all asks for, and the alternatives of any."""
    who = '{ all = ["x"], any = ["y"] }'
    book = law.book(law.instrument("A"), law.rate("one", "A/1"), law.relief("off", "A/2", who=who))
    (why,) = ask(book).why_not("off")
    assert why.missing == ("x", "y")
    (why,) = ask(book, facts={"y"}).why_not("off")
    assert why.missing == ("x",)


def test_the_memory_of_rulings_is_bounded_and_harmless(law: Any) -> None:
    """However many combinations of facts come, answers stay right."""
    names = [f"f{n}" for n in range(9)]
    facts = "\n".join(f'[[fact]]\nname = "{name}"\nvi = "{name}"\nen = "{name}"' for name in names)
    who = f"{{ all = [{', '.join(repr(name) for name in names)}] }}"
    book = law.book(law.instrument("A"), law.rate("one", "A/1"), law.relief("off", "A/2", who=who), facts)
    for mask in range(512):
        chosen = {name for n, name in enumerate(names) if mask >> n & 1}
        assert dong(ask(book, facts=chosen)) == (0 if mask == 511 else 5000)
    segment = book.timeline("a.one", ("VN",)).at(DAY.toordinal())
    assert len(segment.rulings) <= 257


def test_a_chain_of_exceptions_ends_at_the_last(law: Any) -> None:
    """An exception to an exception displaces both, and only where it holds."""
    book = law.book(
        law.instrument("A"),
        law.rate("base", "A/1", 1000, area='"01:02"'),
        law.rate("mid", "A/2", 2000, exception_to='"base"', when='{ all = ["x"] }'),
        law.rate("top", "A/3", 3000, exception_to='"mid"', when='{ all = ["y"] }'),
    )
    place: dict[str, Any] = {"area": "01:02"}
    assert dong(ask(book, **place)) == 1000
    assert dong(ask(book, facts={"x"}, **place)) == 2000
    assert dong(ask(book, facts={"x", "y"}, **place)) == 3000


@pytest.mark.parametrize("days", [("2026-05-01", "2026-07-01"), ("2026-07-01", "2026-05-01")])
def test_the_earliest_repeal_counts_in_whatever_order_they_stand(law: Any, days: tuple[str, str]) -> None:
    """A later repeal of what is repealed already revives nothing."""
    repeals = '[{ instrument = "A" }]'
    later = [law.instrument(key, day, repeals=repeals) for key, day in zip(("B", "C"), days, strict=True)]
    book = law.book(law.instrument("A"), *later, law.rate("one", "A/1"))
    assert dong(ask(book, date(2026, 4, 30))) == 5000
    assert ask(book, date(2026, 5, 1)).status is Status.NO_RATE


def test_a_repeal_elsewhere_of_what_does_not_concern_the_charge_asks_for_no_narrower_place(law: Any) -> None:
    """Only places with rules of their own make a difference; and the first of all days has an answer too."""
    repeals = '[{ instrument = "A", areas = ["01:02"] }]'
    parts = [law.instrument("A"), law.instrument("B", repeals=repeals), law.rate("one", "A/1", charges='["p.local"]')]
    book = law.book(*parts)
    assert {told.code for told in ask(book, area="01").warnings} == {"fees.no_rate.none"}
    old = law.book(law.instrument("A"), law.rate("one", "A/1"))
    assert ask(old, date(1, 1, 1)).status is Status.NO_RATE
