"""Facts that a rate hangs on: stated, denied, told by the commune, implied; and reliefs of unknown start."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.errors import InvalidInput
from gov_connect.fees import Fact, FeeItem, Status
from gov_connect.fees._areas import Commune
from gov_connect.fees.check import check, errors

if TYPE_CHECKING:
    from gov_connect.fees import FeeBook, Quote

DAY = date(2026, 6, 1)
ASKED = """
[[fact]]
name = "w"
vi = "thuộc phường"
en = "in a ward"
asked = true
implies = ["v"]
[[fact]]
name = "v"
vi = "điều kiện V"
en = "condition V"
implies = ["u"]
[[fact]]
name = "u"
vi = "điều kiện U"
en = "condition U"
"""


def classes(law: Any, *more: str) -> FeeBook:
    """A charge of 80 in a ward and 50 elsewhere."""
    return law.book(  # type: ignore[no-any-return]
        ASKED,
        law.instrument("A", "2010-01-01"),
        law.rate("in", "A/1", 80_000, when='{ all = ["w"] }'),
        law.rate("out", "A/2", 50_000, when='{ none = ["w"] }'),
        *more,
    )


def ask(book: FeeBook, *facts: str | Fact, **more: Any) -> Quote:
    """Quote one case of `a.one`."""
    return book.quote([FeeItem("a.one", cases=1)], on=DAY, facts=facts, **more)


def due(quote: Quote) -> int | None:
    """The total in đồng."""
    return None if quote.total is None else quote.total.dong


def test_silence_about_a_class_gives_no_amount_but_both_answers(law: Any) -> None:
    """Neither the cheaper nor the dearer amount: what must be stated, and what hangs on it."""
    quote = ask(classes(law))
    assert (quote.status, quote.total) == (Status.NEEDS_AUTHORITY, None)
    (line,) = quote.lines
    assert line.undecided
    assert line.reason is not None
    assert line.reason.text("vi").endswith("không phải: thuộc phường: 50.000; thuộc phường: 80.000")
    assert line.reason.text("en").endswith("not: in a ward: 50.000; in a ward: 80.000")
    assert [cite.key for cite in line.citations] == ["A/2", "A/1"]
    assert "hãy nêu rõ" in quote.explain()
    assert "hãy nêu rõ" in quote.table()
    assert len(quote.warnings) == 1


def test_a_class_is_stated_either_way(law: Any) -> None:
    """By its name, or by its name and "=no"; a claim that nobody verified states nothing."""
    book = classes(law)
    assert due(ask(book, "w")) == due(ask(book, Fact("w", verified_by="map"))) == 80_000
    assert due(ask(book, "w=no")) == due(ask(book, Fact("w=no", verified_by="map"))) == 50_000
    assert ask(book, Fact("w")).total is None
    assert ask(book, claimed=["w=no"]).total is None
    hints = [told.text("en") for told in ask(book, Fact("w")).warnings]
    assert len(hints) == 1
    with pytest.raises(InvalidInput) as caught:
        ask(book, "w", "w=no")
    assert [(one.path, one.code) for one in caught.value.problems] == [("facts", "fees.fact_contradicted")]
    for facts, claimed in ((["w"], ["w=no"]), (["w=no"], ["w"]), ([], ["w", "w=no"]), (["u=no"], ["v"])):
        with pytest.raises(InvalidInput):
            ask(book, *facts, claimed=claimed)
    with pytest.raises(InvalidInput):
        ask(book, "tall=no")


def test_silence_matters_only_where_the_amount_hangs_on_it(law: Any) -> None:
    """Equal amounts, or a relief that leaves nothing either way, need no statement."""
    assert due(ask(classes(law, law.relief("off", "A/3")))) == 0
    assert due(ask(classes(law, law.relief("off", "A/3", channel='["online"]')), channel="online")) == 0
    half = classes(law, law.relief("off", "A/3", effect='"percent"', percent=50))
    assert ask(half).total is None
    fixed = classes(law, law.relief("off", "A/3", effect='"fixed"', amount=1000))
    assert due(ask(fixed)) == 1000
    paid = classes(law, law.relief("paid", "A/3", subsidy="true"))
    assert ask(paid).total is None  # the claim against the budget differs
    same = law.book(
        ASKED,
        law.instrument("A", "2010-01-01"),
        law.rate("in", "A/1", 70_000, when='{ all = ["w"] }'),
        law.rate("out", "A/2", 70_000, when='{ none = ["w"] }'),
    )
    assert due(ask(same)) == 70_000


def test_what_a_relief_looks_at_is_not_asked(law: Any) -> None:
    """An unproven ground for a relief means the full rate, also where the fact decides rates elsewhere."""
    book = law.book(ASKED, law.instrument("A"), law.rate("one", "A/1"), law.relief("off", "A/2", who='{ all = ["w"] }'))
    assert due(ask(book)) == 5000
    assert due(ask(book, "w")) == 0


def test_two_silent_facts_give_every_answer(law: Any) -> None:
    """Four ways, and one statement leaves two or settles it."""
    more = ASKED.replace('name = "u"', 'name = "u"\nasked = true')
    book = law.book(
        more,
        law.instrument("A", "2010-01-01"),
        law.rate("one", "A/1", 20, when='{ all = ["w", "u"] }'),
        law.rate("two", "A/2", 10, when='{ all = ["u"], none = ["w"] }'),
        law.rate("three", "A/3", 50, when='{ none = ["u"] }'),
    )
    line = ask(book).lines[0]
    assert line.reason is not None
    said = str(line.reason.params["sides_en"]).split("; ")
    assert said == [
        "not: condition U, not: in a ward: 50",
        "not: condition U, in a ward: 50",
        "condition U, not: in a ward: 10",
        "condition U, in a ward: 20",
    ]
    assert due(ask(book, "u=no")) == 50
    assert ask(book, "u").total is None
    assert due(ask(book, "u", "w=no")) == 10


def test_a_class_without_an_amount_is_undecided_too(law: Any) -> None:
    """One answer has a rate, the other is for the authority; both without amount are just that."""
    absence = '[[no_rate]]\nid = "z"\ncharges = ["a.one"]\nreason = "column_unclear"\nstatus = "needs_authority"\n'
    parts = [ASKED, law.instrument("A", "2010-01-01"), absence + 'when = { none = ["w"] }\n']
    book = law.book(*parts, law.rate("in", "A/1", 80_000, when='{ all = ["w"] }'))
    assert (ask(book).lines[0].undecided, ask(book, "w=no").lines[0].undecided) == (True, False)
    assert due(ask(book, "w")) == 80_000
    other = absence.replace('"z"', '"y"') + 'when = { all = ["w"] }\n'
    both = law.book(*parts, other)
    assert (ask(both).status, ask(both).lines[0].undecided) == (Status.NEEDS_AUTHORITY, False)
    # Only what the counter can state is asked for; what the law leaves open goes to the authority.
    assert (ask(book).standing.code, ask(both).standing.code) == ("fees.status.asked", "fees.status.needs_authority")
    assert "hãy nêu rõ" not in ask(both).explain()


def test_silence_never_brings_a_relief(law: Any) -> None:
    """Where the rate is the same either way, an unstated ground for a relief is unproven."""
    book = classes(
        law,
        law.rate("here", "A/4", 70_000, area='"01"'),
        law.relief("off", "A/5", who='{ all = ["w"] }'),
    )
    assert due(ask(book, area="01")) == 70_000
    assert due(ask(book, "w", area="01")) == 0
    undecided = ask(book)
    assert undecided.total is None
    assert {told.code for told in undecided.warnings} == {"fees.fact_needed", "fees.warning.area"}


def test_an_undecided_line_cites_every_candidate_and_a_settled_one_its_own(law: Any) -> None:
    """In words too; where nothing is due either way, the line is that of the plain answer."""
    assert "(Thông tư A/TT, Điều 1)" in ask(classes(law)).explain()
    free = ask(classes(law, law.relief("off", "A/3"))).lines[0]
    assert (free.gross, [cite.key for cite in free.citations]) == (50_000, ["A/2", "A/3"])
    two = law.instrument("B", "2010-01-01")
    other = law.book(
        ASKED,
        law.instrument("A", "2010-01-01"),
        two,
        law.rate("in", "A/1", 8, when='{ all = ["w"] }'),
        law.rate("out", "B/1", 5, when='{ none = ["w"] }'),
    )
    assert "(Thông tư B/TT, Điều 1; Thông tư A/TT, Điều 1)" in ask(other).explain()


def test_the_check_states_what_must_be_stated(law: Any) -> None:
    """Two classes together cover everybody; one class alone leaves a gap."""
    cover = '[[no_rate]]\nid = "none"\ncharges = ["a.two", "p.local"]\nreason = "not_encoded"\n'
    assert errors(check(classes(law, cover))) == ()
    lacking = law.book(
        ASKED, cover, law.instrument("A", "2010-01-01"), law.rate("in", "A/1", 8, when='{ all = ["w"] }')
    )
    assert {one.told.params["facts"] for one in errors(check(lacking))} == {"w=no"}


def test_facts_imply_others(law: Any) -> None:
    """In chains; what follows may not be denied."""
    book = law.book(ASKED, law.instrument("A"), law.rate("one", "A/1"), law.relief("off", "A/2", who='{ all = ["u"] }'))
    assert due(ask(book, "w")) == due(ask(book, "v")) == due(ask(book, "u")) == 0
    assert due(ask(book)) == 5000
    with pytest.raises(InvalidInput):
        ask(book, "w", "u=no")
    with pytest.raises(InvalidInput) as caught:
        law.book(ASKED.replace('implies = ["u"]', 'implies = ["nobody"]'))
    assert [(one.path, one.code) for one in caught.value.problems] == [
        ("pack1.toml:fact.v.implies", "fees.fact_unknown")
    ]


def test_a_circle_of_implications_ends(law: Any) -> None:
    """Two names for one thing."""
    circle = ASKED.replace('en = "condition U"', 'en = "condition U"\nimplies = ["v"]')
    book = law.book(circle, law.instrument("A"), law.rate("one", "A/1"))
    assert ask(book, "u").request.held == {"u", "v"}
    assert ask(book, "u").request.facts == {"u"}


def test_a_commune_tells_its_class(law: Any) -> None:
    """And may not be contradicted; another place does not inherit it."""
    places = {
        "11111": Commune("01:01", frozenset({"w"})),
        "22222": Commune("01:02", frozenset({"w=no"})),
        "33333": "01:02",
        "44444": Commune("01:01", frozenset({"in_no_pack"})),
    }
    book = classes(law).with_communes(places.get)
    quote = ask(book, area="11111")
    assert (due(quote), due(ask(book, area="22222"))) == (80_000, 50_000)
    assert ask(book, area="33333").total is None
    assert due(ask(book, "w", area="44444")) == 80_000
    assert quote.request.to_dict()["facts"] == []
    assert due(quote.what_if(area="22222")) == 50_000
    with pytest.raises(InvalidInput):
        ask(book, "w=no", area="11111")


@pytest.mark.parametrize("area", ["1234", "123456", "abcde", "１２３４５", "01:99", "77", " 01"])
def test_only_five_digits_are_looked_up(law: Any, area: str) -> None:
    """A look-up that knows everything is asked about commune codes alone; without one there are none."""
    book = law.book(law.instrument("A"), law.rate("one", "A/1"))
    everywhere = book.with_communes(lambda _: "01:02")
    assert everywhere.chain("12345") == ("01:02", "01", "VN")
    for one, place in ((everywhere, area), (book, area), (book, "12345")):
        with pytest.raises(InvalidInput):
            ask(one, area=place)
    with pytest.raises(InvalidInput):
        ask(book.with_communes(lambda _: "99:99"), area="12345")


@pytest.mark.parametrize("area", ["68:68", "52:64"])
def test_a_house_permit_asks_for_ward_or_commune(book: FeeBook, area: str) -> None:
    """Lâm Đồng and Gia Lai price wards and communes differently."""
    item = [FeeItem("gpxd.house", permits=1)]
    quote = book.quote(item, on=DAY, area=area)
    assert quote.status is Status.NEEDS_AUTHORITY
    assert any("phường" in told.text() for told in quote.warnings)
    dear = book.quote(item, on=DAY, area=area, facts=["in_ward"]).total
    cheap = book.quote(item, on=DAY, area=area, facts=["in_ward=no"]).total
    assert dear is not None
    assert cheap is not None
    assert dear > cheap


def test_who_is_free_anyway_is_told_where_the_amount_is_missing(book: FeeBook) -> None:
    """The Law frees the poor, whatever former Hải Dương's resolution says."""
    item = [FeeItem("ht.marital_cert", cases=1)]
    poor = book.quote(item, on=DAY, area="31:30", facts=["poor"])
    assert poor.total is None
    said = [told.text("en") for told in poor.warnings if told.code == "fees.warning.free_anyway"]
    assert len(said) == 1
    assert "60/2014/QH13" in said[0]
    assert "fees.warning.free_anyway" not in {told.code for told in book.quote(item, on=DAY, area="31:30").warnings}


@pytest.mark.parametrize(
    ("item", "facts", "code"),
    [
        ("lltp.extra:slips_over_2=2", ["poor"], "notice.tt16-extra-slips"),
        ("lltp.extra:slips_over_2=2", ["student"], "notice.tt16-extra-slips"),
        ("lltp:requests=1", ["merit_relative"], "notice.tt16-martyrs-relatives"),
        ("cc.exchange:cards=1", ["elderly"], "notice.tt73-exempt-persons"),
        ("cc.exchange:cards=1", ["boundary_change"], "notice.identity-card-boundary-change"),
    ],
)
def test_open_questions_show_to_those_whom_they_concern(book: FeeBook, item: str, facts: list[str], code: str) -> None:
    """Whoever may be freed by a text that was not read is not charged in silence; others see nothing."""
    items = [FeeItem.parse(item)]
    assert code in {told.code for told in book.quote(items, on=DAY, facts=facts).warnings}
    assert code not in {told.code for told in book.quote(items, on=DAY).warnings}


def test_a_relief_of_unknown_start_warns_those_whom_it_may_free(law: Any) -> None:
    """From the day of issue, or from ever, until the first attested day; then it counts."""

    def told(book: FeeBook, on: date, *facts: str) -> tuple[int | None, set[str]]:
        quote = book.quote([FeeItem("a.one", cases=1)], on=on, facts=facts)
        return due(quote), {one.code for one in quote.warnings}

    start = 'start = "attested"\n'
    issued = law.instrument("R", "2024-01-01", issued="2023-03-01") + start
    free = law.relief("off", "R/1", who='{ all = ["x"] }')
    book = law.book(law.instrument("A"), law.rate("one", "A/1"), issued, free)
    warned = {"notice.start/off"}
    assert told(book, date(2023, 2, 28), "x") == (5000, set())
    assert told(book, date(2023, 3, 1), "x") == told(book, date(2023, 12, 31), "x") == (5000, warned)
    assert told(book, date(2024, 1, 1), "x") == (0, set())
    assert told(book, date(2023, 12, 31)) == (5000, set())
    claimed = book.quote([FeeItem("a.one", cases=1)], on=date(2023, 12, 31), claimed=["x"])
    assert (due(claimed), {one.code for one in claimed.warnings}) == (5000, warned)
    why = [one.reasons[0].code for one in claimed.what_if(facts=["x"]).why_not("off")]
    assert why == ["fees.why.start_unknown"]
    before = claimed.what_if(on=date(2023, 2, 1), facts=["x"])
    assert [one.reasons[0].code for one in before.why_not("off")] == ["fees.why.window"]
    ever = law.book(law.instrument("A"), law.rate("one", "A/1"), law.instrument("R", "2024-01-01") + start, free)
    assert told(ever, date(2020, 1, 1), "x") == (5000, warned)
    later = law.relief("off", "R/1", who='{ all = ["x"] }', **{"from": "2025-01-01"})
    known = law.book(law.instrument("A"), law.rate("one", "A/1"), issued, later)
    assert told(known, date(2024, 6, 1), "x") == (5000, set())


def test_a_rate_of_unknown_start_says_so_before_it(law: Any) -> None:
    """The packs do not claim that it took effect on the first attested day."""
    start = 'start = "attested"\n'
    book = law.book(law.instrument("A", "2024-01-01") + start, law.rate("one", "A/1"))
    reason = book.quote([FeeItem("a.one", cases=1)], on=date(2023, 12, 31)).lines[0].reason
    assert (reason.code, reason.params["day"]) == ("fees.no_rate.start_unknown", "01/01/2024")
    assert "Thông tư A/TT" in reason.text("vi")
    later = law.book(law.instrument("A", "2024-01-01") + start, law.rate("one", "A/1", **{"from": "2024-02-01"}))
    assert later.quote([FeeItem("a.one", cases=1)], on=date(2024, 1, 15)).lines[0].reason.code == "fees.no_rate.before"


def test_why_there_is_no_rate_goes_by_channel_and_by_the_last_event(law: Any) -> None:
    """Another channel's rate is no reason, and of a repeal and an end the later one counts."""
    book = law.book(
        law.instrument("A", "2018-01-01"),
        law.instrument("B", "2022-01-01", repeals='[{ instrument = "A" }]', until="2023-12-31"),
        law.rate("old", "A/1"),
        law.rate("new", "B/1"),
        law.instrument("C", "2025-01-01"),
        law.rate("web", "C/1", channel='["online"]'),
    )

    def reason(on: date, channel: str = "counter") -> Any:
        line = book.quote([FeeItem("a.one", cases=1)], on=on, channel=channel).lines[0]
        return None if line.reason is None else (line.reason.code, dict(line.reason.params))

    assert reason(date(2017, 12, 31)) == ("fees.no_rate.before", {"day": "01/01/2018"})
    assert reason(date(2023, 12, 31)) is None
    assert reason(date(2024, 1, 1)) == ("fees.no_rate.ended", {"day": "31/12/2023"})
    assert reason(date(2024, 1, 1), "online") == ("fees.no_rate.before", {"day": "01/01/2025"})
    assert reason(date(2025, 1, 1), "online") is None
    assert reason(date(2025, 1, 1), "post") == ("fees.no_rate.ended", {"day": "31/12/2023"})


def test_of_two_repeals_the_last_is_the_reason(law: Any) -> None:
    """Each ended another rate; by the same day the name decides."""
    for first, second, last in (("2022", "2023", "C/TT"), ("2023", "2022", "B/TT"), ("2022", "2022", "C/TT")):
        book = law.book(
            law.instrument("A1"),
            law.instrument("A2"),
            law.rate("one", "A1/1"),
            law.rate("two", "A2/1", channel='["counter"]'),
            law.instrument("B", f"{first}-01-01", repeals='[{ instrument = "A1" }]'),
            law.instrument("C", f"{second}-01-01", repeals='[{ instrument = "A2" }]'),
        )
        reason = book.quote([FeeItem("a.one", cases=1)], on=DAY).lines[0].reason
        assert (reason.code, last in reason.text()) == ("fees.no_rate.repealed", True)


def test_a_rate_for_others_that_begins_today_is_no_announcement(law: Any) -> None:
    """It began, and not for this person; tomorrow's would be announced."""
    book = law.book(law.instrument("A"), law.rate("one", "A/1", when='{ all = ["x"] }', **{"from": "2026-06-01"}))
    assert book.quote([FeeItem("a.one", cases=1)], on=DAY).lines[0].reason.code == "fees.no_rate.none"
    day_before = book.quote([FeeItem("a.one", cases=1)], on=date(2026, 5, 31)).lines[0].reason
    assert day_before.code == "fees.no_rate.before"
