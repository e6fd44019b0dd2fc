"""How rules meet: conflicts, exceptions, repeals, reliefs, rounding, facts, filing day (S1-S8, S12-S14)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.errors import InvalidInput
from gov_connect.fees import Fact, FeeItem, Override, Status
from gov_connect.fees.records import reopen
from gov_connect.model.money import Money

if TYPE_CHECKING:
    from gov_connect.fees import FeeBook, Quote

DAY = date(2026, 6, 1)


def ask(book: FeeBook, on: date = DAY, *, cases: int = 1, **more: Any) -> Quote:
    """Quote `a.one`."""
    return book.quote([FeeItem("a.one", cases=cases)], on=on, **more)


def total(quote: Quote) -> int | None:
    """Whole đồng, or None."""
    return None if quote.total is None else quote.total.dong


def test_s1_two_rates_conflict_and_name_both_sides(law: Any) -> None:
    """S1: different amounts of equal rank are an error with both provisions and both amounts."""
    book = law.book(
        law.instrument("A"), law.instrument("B"), law.rate("one", "A/1", 5000), law.rate("two", "B/1", 6000)
    )
    quote = ask(book)
    assert (quote.status, quote.total) == (Status.CONFLICT, None)
    said = quote.explain()
    assert "Thông tư A/TT, Điều 1: 5.000" in said
    assert "Thông tư B/TT, Điều 1: 6.000" in said
    assert [cite.key for cite in quote.citations] == ["A/1", "B/1"]
    assert quote.to_dict()["lines"][0]["gross"] is None


def test_s2_equal_amounts_are_no_conflict(law: Any) -> None:
    """S2: two provisions with one amount give it with both citations."""
    book = law.book(
        law.instrument("A"), law.instrument("B"), law.rate("one", "A/1", 5000), law.rate("two", "B/1", 5000)
    )
    quote = ask(book, cases=2)
    assert total(quote) == 10_000
    assert [cite.key for cite in quote.citations] == ["A/1", "B/1"]
    assert "10.000 đồng — Thông tư A/TT, Điều 1; Thông tư B/TT, Điều 1" in quote.explain()


@pytest.mark.parametrize(("facts", "due"), [(set(), 5000), ({"x"}, 6000), ({"y"}, 5000)])
def test_s3_a_declared_exception_displaces_its_base(law: Any, facts: set[str], due: int) -> None:
    """S3: the exception counts where its condition holds, whatever its order in the file."""
    book = law.book(
        law.instrument("A"),
        law.rate("two", "A/2", 6000, exception_to='"one"', when='{ all = ["x"] }'),
        law.rate("one", "A/1", 5000),
    )
    quote = ask(book, facts=facts)
    assert total(quote) == due
    assert len(quote.citations) == 1


def test_an_exception_beats_the_specificity_of_its_base(law: Any) -> None:
    """A national exception to a local rate is not lost to another national rate."""
    book = law.book(
        law.instrument("A"),
        law.rate("wide", "A/1", 1000),
        law.rate("local", "A/2", 2000, area='"01"'),
        law.rate("special", "A/3", 3000, exception_to='"local"'),
    )
    assert total(ask(book, area="01")) == 3000
    assert ask(book, area="03").status is Status.CONFLICT


def test_specificity_goes_by_place_then_channel_then_condition(law: Any) -> None:
    """Each step of precision wins over everything below it."""
    book = law.book(
        law.instrument("A"),
        law.rate("base", "A/1", 1000),
        law.rate("who", "A/2", 2000, when='{ any = ["x"] }'),
        law.rate("online", "A/3", 3000, channel='["online"]'),
        law.rate("province", "A/4", 4000, area='"01"'),
        law.rate("former", "A/5", 5000, area='"01:02"'),
    )
    assert total(ask(book)) == 1000
    assert total(ask(book, facts={"x"})) == 2000
    assert total(ask(book, facts={"x"}, channel="online")) == 3000
    assert total(ask(book, facts={"x"}, channel="online", area="01")) == 4000
    assert total(ask(book, facts={"x"}, channel="online", area="01:02")) == 5000
    assert total(ask(book, facts={"x"}, channel="online", area="01:01")) == 4000
    assert total(ask(book, area="03")) == 1000


def repealing(law: Any, *more: str) -> Any:
    """A, repealed by B in the province P from July 2026."""
    repeals = '[{ instrument = "A", areas = ["01"] }]'
    return law.book(
        law.instrument("A"),
        law.instrument("B", "2026-07-01", repeals=repeals),
        law.rate("old", "A/1", 5000),
        *more,
    )


def test_s4_a_repeal_ends_the_old_rate_in_its_place_only(law: Any) -> None:
    """S4: the end is derived; elsewhere the old rate stands for ever."""
    book = repealing(law, law.rate("new", "B/1", 7000, area='"01"'))
    last, first = date(2026, 6, 30), date(2026, 7, 1)
    for place in ("01", "01:02"):
        assert total(ask(book, last, area=place)) == 5000
        assert total(ask(book, first, area=place)) == 7000
    for day in (last, first, date(2040, 1, 1)):
        assert total(ask(book, day, area="03")) == 5000
        assert total(ask(book, day)) == 5000


def test_s5_a_repeal_without_a_new_rate_leaves_none(law: Any) -> None:
    """S5: from that day there is no rate, and the reason names the repealing instrument."""
    book = repealing(law)
    assert total(ask(book, date(2026, 6, 30), area="01")) == 5000
    quote = ask(book, date(2026, 7, 1), area="01")
    assert (quote.status, quote.total) == (Status.NO_RATE, None)
    assert "Thông tư B/TT" in quote.explain()
    assert "01/07/2026" in quote.explain("en")
    assert quote.lines[0].reason is not None
    assert quote.lines[0].reason.code == "fees.no_rate.repealed"


def test_a_repeal_may_start_later_and_hit_some_charges(law: Any) -> None:
    """The scope of a repeal: charges, and a day of its own."""
    repeals = '[{ instrument = "A", charges = ["a.one"], from = 2026-08-01 }]'
    book = law.book(
        law.instrument("A"),
        law.instrument("B", "2026-07-01", repeals=repeals),
        law.rate("old", "A/1", 5000, charges='["a.one", "p.local"]'),
        law.relief("off", "A/2", charges='["p.local"]', who='{ all = ["x"] }'),
    )
    assert total(ask(book, date(2026, 7, 31))) == 5000
    assert ask(book, date(2026, 8, 1)).status is Status.NO_RATE
    local = book.quote([FeeItem("p.local", cases=1)], on=date(2026, 8, 1))
    assert total(local) == 5000


def test_a_repeal_ends_reliefs_too(law: Any) -> None:
    """A relief of a repealed instrument is gone with it."""
    book = law.book(
        law.instrument("A"),
        law.instrument("R"),
        law.instrument("B", "2026-07-01", repeals='[{ instrument = "R" }]'),
        law.rate("base", "A/1", 5000),
        law.relief("off", "R/1"),
    )
    assert total(ask(book, date(2026, 6, 30))) == 0
    assert total(ask(book, date(2026, 7, 1))) == 5000


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2019, 12, 31), "the first rate takes effect on 01/01/2020"),
        (date(2027, 1, 1), "the rate ended after 31/12/2026"),
    ],
)
def test_outside_every_window_there_is_no_rate(law: Any, day: date, said: str) -> None:
    """Never the nearest rate; the reason gives the day."""
    book = law.book(law.instrument("A", until="2026-12-31"), law.rate("one", "A/1"))
    quote = ask(book, day)
    assert quote.status is Status.NO_RATE
    assert quote.lines[0].reason is not None
    assert quote.lines[0].reason.text("en") == said
    assert total(ask(book, date(2020, 1, 1))) == total(ask(book, date(2026, 12, 31))) == 5000


def test_a_charge_without_any_rule_has_no_rate(law: Any) -> None:
    """Not 0."""
    quote = ask(law.book())
    assert (quote.status, quote.total) == (Status.NO_RATE, None)
    assert quote.lines[0].reason is not None
    assert quote.lines[0].reason.text("en") == "no pack holds a rate; none may be made up"


def test_s6_half_of_an_odd_amount_is_not_rounded_by_us(law: Any) -> None:
    """S6: a fraction of a đồng without a rounding rule has no amount."""
    book = law.book(
        law.instrument("A"),
        law.rate("one", "A/1", 7001),
        law.relief("half", "A/2", effect='"percent"', percent=50),
    )
    quote = ask(book)
    assert (quote.status, quote.total) == (Status.ROUNDING_UNDEFINED, None)
    assert "Thông tư A/TT, Điều 2" in quote.explain()
    assert total(ask(book, cases=2)) == 7001


@pytest.mark.parametrize(("rule", "due"), [("down", 3500), ("up", 3501), ("half_up", 3501)])
def test_a_cited_rounding_rule_is_followed(law: Any, rule: str, due: int) -> None:
    """The rule speaks of the amount to pay."""
    book = law.book(
        law.instrument("A"),
        law.rate("one", "A/1", 7001),
        law.relief(
            "half", "A/2", effect='"percent"', percent=50, rounding=f'"{rule}"', rounding_cite='["A/3", "Điều 3"]'
        ),
    )
    assert total(ask(book)) == due


@pytest.mark.parametrize(
    ("percent", "rule", "due"),
    [
        (30, "half_up", 3501),  # 3500.7
        (70, "half_up", 1500),  # 1500.3
        (51, "half_up", 2450),  # 2450.49
        (49, "half_up", 2551),  # 2550.51
        (30, "down", 3500),
        (70, "up", 1501),
    ],
)
def test_rounding_looks_at_the_fraction(law: Any, percent: int, rule: str, due: int) -> None:
    """Half a đồng and more goes up under half_up; down and up always go one way."""
    rounding = {"rounding": f'"{rule}"', "rounding_cite": '["A/3", "Điều 3"]'}
    book = law.book(
        law.instrument("A"),
        law.rate("one", "A/1", 5001),
        law.relief("part", "A/2", effect='"percent"', percent=percent, **rounding),
    )
    assert total(ask(book)) == due


def test_s7_reliefs_do_not_add_up(law: Any) -> None:
    """S7: the best one counts once; the other is listed as less favourable."""
    book = law.book(
        law.instrument("A"),
        law.rate("one", "A/1", 8000),
        law.relief("half", "A/2", effect='"percent"', percent=50),
        law.relief("whole", "A/3"),
    )
    quote = ask(book)
    (line,) = quote.lines
    assert (line.gross, line.relief, line.net) == (8000, 8000, 0)
    assert [one.id for one in line.applied] == ["whole"]
    assert [one.id for one in line.passed_over] == ["half"]
    assert "không áp dụng thêm vì không có lợi hơn — Thông tư A/TT, Điều 2" in quote.explain()
    assert "less favourable" in quote.explain("en")
    (why,) = quote.why_not("half")
    assert [told.code for told in why.reasons] == ["fees.why.less_favourable"]


@pytest.mark.parametrize(("percents", "status"), [((50, 51), "priced"), ((50, 49), "rounding_undefined")])
def test_a_fraction_matters_only_where_it_could_decide(law: Any, percents: tuple[int, int], status: str) -> None:
    """An odd half below a better exact relief is harmless; above a worse one it is not."""
    odd, other = percents
    book = law.book(
        law.instrument("A"),
        law.rate("one", "A/1", 7001),
        law.relief("odd", "A/2", effect='"percent"', percent=odd),
        law.relief("fixed", "A/3", effect='"fixed"', amount=7001 - 7001 * other // 100),
    )
    assert ask(book).status == status


def test_a_fraction_next_to_the_same_whole_amount_is_undecided(law: Any) -> None:
    """3500.5 off is more than 3500 off: which counts cannot be told without rounding."""
    book = law.book(
        law.instrument("A"),
        law.rate("one", "A/1", 7001),
        law.relief("odd", "A/2", effect='"percent"', percent=50),
        law.relief("fixed", "A/3", effect='"fixed"', amount=3501),
    )
    assert ask(book).status is Status.ROUNDING_UNDEFINED
    better = law.book(
        law.instrument("A"),
        law.rate("one", "A/1", 7001),
        law.relief("odd", "A/2", effect='"percent"', percent=50),
        law.relief("fixed", "A/3", effect='"fixed"', amount=3500),
    )
    assert total(ask(better)) == 3500


def test_a_fixed_amount_is_per_unit_and_never_raises(law: Any) -> None:
    """The fixed sum replaces the rate for each unit, if it is lower."""
    book = law.book(
        law.instrument("A"),
        law.rate("one", "A/1", 8000),
        law.relief("low", "A/2", effect='"fixed"', amount=3000, who='{ all = ["x"] }'),
        law.relief("high", "A/3", effect='"fixed"', amount=9000, who='{ all = ["y"] }'),
    )
    assert total(ask(book, cases=3, facts={"x"})) == 9000
    assert total(ask(book, cases=3, facts={"y"})) == 24_000
    assert ask(book, facts={"y"}).lines[0].applied == ()


def test_a_subsidy_changes_the_payer_after_the_relief(law: Any) -> None:
    """The budget pays what the relief leaves; the claim is the subsidy."""
    book = law.book(
        law.instrument("A"),
        law.rate("one", "A/1", 8000),
        law.relief("half", "A/2", effect='"percent"', percent=50, who='{ all = ["x"] }'),
        law.relief("paid", "A/3", effect='"percent"', percent=25, subsidy="true"),
    )
    plain, reduced = ask(book), ask(book, facts={"x"})
    assert (total(plain), plain.subsidy_total.dong) == (6000, 2000)
    assert (total(reduced), reduced.subsidy_total.dong) == (3000, 1000)
    assert reduced.lines[0].payer == "shared"
    assert reduced.to_dict()["lines"][0]["relief"] == 5000
    assert "Ngân sách chi trả: 1.000 đồng" in reduced.explain()


def test_an_odd_subsidy_is_not_rounded_either(law: Any) -> None:
    """Rounding rules are needed for what the budget pays as well."""
    book = law.book(
        law.instrument("A"),
        law.rate("one", "A/1", 7001),
        law.relief("paid", "A/3", effect='"percent"', percent=50, subsidy="true"),
    )
    assert ask(book).status is Status.ROUNDING_UNDEFINED


def test_s8_a_claimed_fact_changes_nothing_and_yields_a_hint(law: Any) -> None:
    """S8: full amount, and what proof would change."""
    book = law.book(law.instrument("A"), law.rate("one", "A/1"), law.relief("off", "A/2", who='{ all = ["x"] }'))
    for quote in (ask(book, claimed={"x"}), ask(book, facts=[Fact("x")])):
        assert total(quote) == 5000
        (hint,) = quote.hints
        assert hint.text("vi") == "Lệ phí Một: còn 0 đồng nếu xác minh được: điều kiện X (giấy tờ: Giấy X)"
        assert hint.text("en") == "Charge One: 0 đồng if this is proven: condition X (by: Giấy X)"
        assert hint in quote.warnings
    assert total(ask(book, facts=[Fact("x", verified_by="VNeID")])) == 0
    assert ask(book, claimed={"y"}).hints == ()


def test_s12_the_filing_day_decides(law: Any) -> None:
    """S12: filed on 14/08, paid on 20/08: the law of 14/08."""
    book = law.book(
        law.instrument("A", until="2026-08-14"),
        law.instrument("B", "2026-08-15"),
        law.rate("old", "A/1", 5000),
        law.rate("new", "B/1", 9000),
    )
    assert total(ask(book, date(2026, 8, 14), paid_on=date(2026, 8, 20))) == 5000


def test_an_instrument_may_go_by_the_day_of_payment(law: Any) -> None:
    """The rule belongs to the instrument; without a day of payment the filing day stands for it."""
    book = law.book(
        law.instrument("A"),
        law.instrument("R", "2026-08-15", filing='"payment"'),
        law.rate("base", "A/1", 5000),
        law.relief("off", "R/1"),
    )
    filed = date(2026, 8, 14)
    assert total(ask(book, filed)) == 5000
    assert total(ask(book, filed, paid_on=date(2026, 8, 20))) == 0
    assert total(ask(book, date(2026, 8, 20), paid_on=filed)) == 5000
    assert total(ask(book, date(2026, 8, 20))) == 0


def test_s13_a_stored_quote_keeps_its_amount(law: Any) -> None:
    """S13: reopened after an update: same amount, old packs named, the difference as a what-if."""
    old = law.book(law.instrument("A"), law.rate("one", "A/1", 5000))
    new = law.book(law.instrument("A"), law.rate("one", "A/1", 6000))
    record = ask(old, cases=2, area="01", claimed={"y"}).to_dict(full=True)
    opened = reopen(record, new)
    assert (opened.total, opened.book, opened.other_packs) == (10_000, old.digest, True)
    assert opened.difference == 2000
    assert opened.now.total == Money(12_000)
    same = reopen(record, old)
    assert (same.other_packs, same.difference) == (False, 0)
    assert same.now.to_dict(full=True) == record


def test_a_stored_quote_that_was_changed_is_refused(law: Any) -> None:
    """The fingerprint covers request, amounts and packs."""
    book = law.book(law.instrument("A"), law.rate("one", "A/1", 5000))
    record = ask(book).to_dict(full=True)
    record["lines"][0]["net"] = 1
    with pytest.raises(InvalidInput) as caught:
        reopen(record, book)
    assert caught.value.problems[0].code == "fees.record_changed"
    with pytest.raises(InvalidInput):
        reopen({"total": 5}, book)


def typed(**other: Any) -> Override:
    """A typed amount with everything it needs."""
    facts = {"citation": "QĐ 1, Điều 2", "reason": "Mức chưa có trong gói", "officer": "a", "second_officer": "b"}
    return Override(amount=Money(4000), **{**facts, **other})


@pytest.mark.parametrize("missing", ["citation", "reason", "officer", "second_officer"])
def test_s14_a_typed_amount_needs_everything(missing: str) -> None:
    """S14: without citation, reason or a second officer it is refused."""
    with pytest.raises(InvalidInput) as caught:
        typed(**{missing: " "})
    assert [problem.path for problem in caught.value.problems] == [missing]


def test_a_typed_amount_needs_two_different_officers() -> None:
    """Nobody approves what he typed."""
    with pytest.raises(InvalidInput) as caught:
        typed(second_officer=" a ")
    assert [problem.code for problem in caught.value.problems] == ["fees.same_officer"]
