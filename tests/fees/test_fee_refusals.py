"""Where a refusal points: the file, the entry, the key, and the figures its sentence needs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.errors import InvalidInput
from gov_connect.fees import FeeBook, FeeItem, parse_pack

if TYPE_CHECKING:
    from collections.abc import Callable

FACT = '[[fact]]\nname = "{}"\nvi = "v"\nen = "e"\n'
CHARGE = '[[charge]]\ncode = "{}"\nkind = "phi"\nname = "c"\nname_en = "c"\nquantities = ["cases"]\n'
ABSENCE = '[[no_rate]]\nid = "n"\nreason = "not_encoded"\n'
NOTICE = '[[notice]]\nid = "q"\nvi = "v"\nen = "e"\n'
ONE = 'charges = ["a.one"]\n'
LOCAL = 'charges = ["p.local"]\n'
NEVER: dict[str, str] = {"until": "2019-12-31"}  # A began the day after


def said(build: Callable[[], object]) -> list[tuple[str, str, dict[str, Any]]]:
    """Every problem with its place and figures, and none without a sentence."""
    with pytest.raises(InvalidInput) as caught:
        build()
    assert not set("{}<>") & set(caught.value.text("vi") + caught.value.text("en"))
    return [(one.path, one.code, dict(one.params)) for one in caught.value.problems]


RATE, RELIEF = "pack1.toml:rate.one", "pack1.toml:relief.off"
ABSENT, OPEN = "pack1.toml:no_rate.n", "pack1.toml:notice.q"
LISTED = "value.one_of", {"names": "amount, tiers, table"}
CAPPED = "value.needed_with", {"other": "cap, by"}


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"charges": '["no.such"]'}, [(RATE, "fees.charge_unknown", {})]),
        ({"area": '"77"'}, [(RATE, "fees.area_unknown", {})]),
        ({"when": '{ all = ["nobody"] }'}, [(RATE, "fees.fact_unknown", {})]),
        (NEVER, [(RATE, "fees.empty_window", {})]),
        ({"from": "2026-02-01", "until": "2026-01-31"}, [(RATE, "fees.empty_window", {})]),
        ({"exception_to": '"nothing"'}, [(RATE, "fees.exception_unknown", {})]),
        ({"exception_to": '"one"'}, [(RATE, "fees.exception_cycle", {})]),
        ({"tiers": "[[1, 5]]"}, [(RATE, *LISTED)]),
        ({"table": "{ counter = 1, online = 1, post = 1 }"}, [(RATE, *LISTED)]),
        ({"cap": 5}, [(RATE, *CAPPED)]),
        ({"by": '"cases"'}, [(RATE, *CAPPED)]),
        ({"per": '["pages"]'}, [(RATE, "fees.quantity_unknown", {"charge": "a.one"})]),
    ],
)
def test_a_rate_that_fits_nowhere_is_named(law: Any, keys: dict[str, Any], told: list[Any]) -> None:
    """By its file and id."""
    assert said(lambda: law.book(law.instrument("A"), law.rate("one", "A/1", **keys))) == told


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({}, [(RATE, *LISTED)]),
        ({"tiers": "[[1, 5]]", "by": '"pages"'}, [(RATE, "fees.quantity_unknown", {"charge": "a.one"})]),
        ({"table": "{ online = 1 }"}, [(RATE, "fees.table_channels", {})]),
        ({"table": "{ online = 1, post = 2 }", "channel": '["online"]'}, [(RATE, "fees.table_channels", {})]),
    ],
)
def test_a_rate_whose_schedule_does_not_fit_is_named(law: Any, keys: dict[str, Any], told: list[Any]) -> None:
    """No amount at all, a quantity that is not counted, other channels than those of the rate."""
    assert said(lambda: law.book(law.instrument("A"), law.rate("one", "A/1", None, **keys))) == told


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"charges": '["no.such"]'}, [(RELIEF, "fees.charge_unknown", {})]),
        ({"area": '"77"'}, [(RELIEF, "fees.area_unknown", {})]),
        ({"who": '{ any = ["nobody"] }'}, [(RELIEF, "fees.fact_unknown", {})]),
        (NEVER, [(RELIEF, "fees.empty_window", {})]),
        ({"percent": 50}, [(f"{RELIEF}.percent", "value.needed_with", {"other": "effect = free"})]),
        ({"amount": 50}, [(f"{RELIEF}.amount", "value.needed_with", {"other": "effect = free"})]),
        ({"effect": '"percent"'}, [(f"{RELIEF}.percent", "value.needed_with", {"other": "effect = percent"})]),
        ({"effect": '"fixed"'}, [(f"{RELIEF}.amount", "value.needed_with", {"other": "effect = fixed"})]),
        ({"rounding": '"up"'}, [(f"{RELIEF}.rounding_cite", "value.needed_with", {"other": "rounding"})]),
        (
            {"rounding": '"up"', "rounding_cite": '["Z/1", "Điều 1"]'},
            [(RELIEF, "fees.instrument_unknown", {})],
        ),
    ],
)
def test_a_relief_that_fits_nowhere_is_named(law: Any, keys: dict[str, Any], told: list[Any]) -> None:
    """By its file and id, and by the key that is wrong."""
    assert said(lambda: law.book(law.instrument("A"), law.relief("off", "A/1", **keys))) == told


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (ABSENCE + 'charges = ["no.such"]\n', [(ABSENT, "fees.charge_unknown", {})]),
        (ABSENCE + ONE + 'cite = ["Z/1", ""]\n', [(ABSENT, "fees.instrument_unknown", {})]),
        (ABSENCE + ONE + 'area = "77"\n', [(ABSENT, "fees.area_unknown", {})]),
        (ABSENCE + ONE + 'when = { none = ["nobody"] }\n', [(ABSENT, "fees.fact_unknown", {})]),
        (ABSENCE + ONE + "from = 2026-02-01\nuntil = 2026-01-31\n", [(ABSENT, "fees.empty_window", {})]),
        (NOTICE + 'charges = ["no.such"]\n', [(OPEN, "fees.charge_unknown", {})]),
        (NOTICE + ONE + 'area = "77"\n', [(OPEN, "fees.area_unknown", {})]),
        (NOTICE + ONE + 'who = { any = ["nobody"] }\n', [(OPEN, "fees.fact_unknown", {})]),
        (NOTICE + ONE + "from = 2026-02-01\nuntil = 2026-01-31\n", [(OPEN, "fees.empty_window", {})]),
        (NOTICE + ONE + NOTICE + ONE, [("pack1.toml:q", "fees.duplicate", {})]),
        (ABSENCE + ONE + ABSENCE + ONE, [("pack1.toml:n", "fees.duplicate", {})]),
        (FACT.format("x"), [("pack1.toml:fact.x", "fees.duplicate", {})]),
        (FACT.format("z") + 'implies = ["nobody"]\n', [("pack1.toml:fact.z.implies", "fees.fact_unknown", {})]),
        (CHARGE.format("a.one"), [("pack1.toml:charge.a.one", "fees.duplicate", {})]),
        ('[[province]]\ncode = "01"\nname = "P"\n', [("pack1.toml:province.01", "fees.duplicate", {})]),
    ],
)
def test_every_other_entry_that_fits_nowhere_is_named(law: Any, part: str, told: list[Any]) -> None:
    """Absences, open questions, facts, charges, provinces."""
    assert said(lambda: law.book(part)) == told


@pytest.mark.parametrize(
    ("repeals", "told"),
    [
        ('[{ instrument = "Z" }]', [("pack1.toml:instrument.B.repeals", "fees.instrument_unknown", {})]),
        (
            '[{ instrument = "A", charges = ["no.such"] }]',
            [("pack1.toml:instrument.B.repeals", "fees.charge_unknown", {})],
        ),
        (
            '[{ instrument = "A", areas = ["01", "77"] }]',
            [("pack1.toml:instrument.B.repeals", "fees.area_unknown", {})],
        ),
    ],
)
def test_a_repeal_of_nothing_is_named(law: Any, repeals: str, told: list[Any]) -> None:
    """By the instrument that declares it."""
    assert said(lambda: law.book(law.instrument("A"), law.instrument("B", repeals=repeals))) == told


def test_a_relief_of_an_unknown_instrument_is_named(law: Any) -> None:
    """Together with everything else that is wrong in the book."""
    told = [(RELIEF, "fees.instrument_unknown", {})]
    assert said(lambda: law.book(law.relief("off", "Z/1"))) == told
    with pytest.raises(InvalidInput) as caught:
        law.book(law.relief("off", "Z/1"))
    assert caught.value.what == "FeeBook"


def test_every_exception_to_nothing_is_named(law: Any) -> None:
    """Not only the first."""
    rates = [law.rate(name, "A/1", exception_to='"nothing"') for name in ("one", "two")]
    places = [f"pack1.toml:rate.{name}" for name in ("one", "two")]
    assert said(lambda: law.book(law.instrument("A"), *rates)) == [
        (place, "fees.exception_unknown", {}) for place in places
    ]


def test_an_exception_that_leads_into_a_circle_is_named_too(law: Any) -> None:
    """It is in no circle itself; following it would never end."""
    ways = {"in": "left", "left": "right", "right": "left"}
    rates = [law.rate(name, "A/1", exception_to=f'"{other}"') for name, other in ways.items()]
    assert said(lambda: law.book(law.instrument("A"), *rates)) == [
        (f"pack1.toml:rate.{name}", "fees.exception_cycle", {}) for name in sorted(ways)
    ]


def test_a_repeal_may_name_every_charge_and_a_fact_imply_every_fact(law: Any) -> None:
    """All that there are is not too many."""
    everything = '[{ instrument = "A", charges = ["a.one", "a.two", "p.local"] }]'
    whole = FACT.format("z") + 'implies = ["x", "y", "z"]\n'
    book = law.book(law.instrument("A"), law.instrument("B", repeals=everything), whole)
    assert {len(one.charges) for one in book.law.repeals} == {3}
    assert book.law.facts["z"].implies == ("x", "y", "z")


def test_an_instrument_that_fits_nowhere_is_named(law: Any) -> None:
    """Ended before it began; known already by its key, or by issuer, number and date."""
    early = law.instrument("B", "2026-01-01", until="2025-12-31")
    told = [("pack1.toml:instrument.B", "value.before", {"other": "in_force"})]
    assert said(lambda: law.book(early)) == told
    law.book(law.instrument("B", "2026-01-01", until="2026-01-01"))  # one day is a time
    again = law.instrument("A").replace('key = "A"', 'key = "B"')
    name = "Thông tư A/TT (Bộ Thử, ?)"
    told = [(f"pack1.toml:instrument.{name}", "fees.duplicate", {})]
    assert said(lambda: law.book(law.instrument("A"), again)) == told
    other = law.instrument("A").replace("A/TT", "C/TT")
    assert said(lambda: law.book(law.instrument("A"), other)) == [("pack1.toml:instrument.A", "fees.duplicate", {})]


def test_two_packs_of_one_name_are_named(law: Any) -> None:
    """By the file that comes too late."""
    packs = [parse_pack(text.encode(), name) for name, text in (("b", law.base), ("one", law.pack()))]
    again = parse_pack(law.pack(version=2).encode(), "two")
    (problem,) = said(lambda: FeeBook([*packs, again]))
    assert problem[0] in {"one:pack.test-law", "two:pack.test-law"}
    assert problem[1:] == ("fees.duplicate", {})


OUTSIDE = "fees.outside_scope", {"scope": "01"}


def national(charge: str) -> tuple[str, dict[str, str]]:
    """What a province is told about a charge of the state."""
    return "fees.national_charge", {"charge": charge}


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (ABSENCE + ONE, [(ABSENT, *national("a.one"))]),
        (ABSENCE + LOCAL + 'area = "VN"\n', [(ABSENT, *OUTSIDE)]),
        (ABSENCE + LOCAL + 'area = "03"\n', [(ABSENT, *OUTSIDE)]),
        (NOTICE + ONE + 'area = "03"\n', [(OPEN, *OUTSIDE)]),
        (CHARGE.format("a.new"), [("pack1.toml:charge.a.new", *national("a.new"))]),
        ('[[province]]\ncode = "09"\nname = "R"\n', [("pack1.toml:province.09", *OUTSIDE)]),
    ],
)
def test_a_province_that_reaches_too_far_is_told_where(law: Any, part: str, told: list[Any]) -> None:
    """The place it may speak for, or the charge that is the state's."""
    assert said(lambda: law.book(part, scope="01")) == told


def test_a_rate_or_relief_of_a_province_that_reaches_too_far_is_named(law: Any) -> None:
    """A subsidy of a national charge is its own affair, at home."""
    one = law.instrument("A")
    local: dict[str, Any] = {"charges": '["p.local"]'}
    far: dict[str, Any] = {"area": '"03"'}
    assert said(lambda: law.book(one, law.rate("one", "A/1"), scope="01")) == [(RATE, *national("a.one"))]
    assert said(lambda: law.book(one, law.rate("one", "A/1", **local, **far), scope="01")) == [(RATE, *OUTSIDE)]
    assert said(lambda: law.book(one, law.relief("off", "A/1"), scope="01")) == [(RELIEF, *national("a.one"))]
    paid = law.relief("off", "A/1", subsidy="true", **far)
    assert said(lambda: law.book(one, paid, scope="01")) == [(RELIEF, *OUTSIDE)]
    law.book(one, law.relief("off", "A/1", subsidy="true"), scope="01")


def test_a_repeal_that_reaches_too_far_is_named(law: Any) -> None:
    """What the state made, and other places."""
    state = law.pack(law.instrument("N"), name="national")

    def problems(repeals: str) -> list[Any]:
        local = law.pack(law.instrument("P"), law.instrument("Q", repeals=repeals), name="local", scope="01")
        packs = [parse_pack(text.encode(), f"{n}.toml") for n, text in enumerate((law.base, state, local))]
        return said(lambda: FeeBook(packs))

    place = "2.toml:instrument.Q.repeals"
    assert problems('[{ instrument = "N" }]') == [(place, "fees.national_instrument", {})]
    assert problems('[{ instrument = "P", areas = ["01", "03"] }]') == [(place, *OUTSIDE)]
    both = problems('[{ instrument = "N", areas = ["VN"] }]')
    assert both == [(place, *OUTSIDE), (place, "fees.national_instrument", {})]
    assert problems('[{ instrument = "Z" }]') == [(place, "fees.instrument_unknown", {})]


@pytest.mark.parametrize(
    ("build", "told"),
    [
        (lambda: FeeItem("a", n=0), [("n", "value.too_small", {"limit": 1})]),
        (lambda: FeeItem("a", n=100_001), [("n", "value.too_large", {"limit": 100_000})]),
        (lambda: FeeItem.read({"charge": 5, "event": []}), [(n, "value.not_text", {}) for n in ("charge", "event")]),
        (lambda: FeeItem.read({"n": 1}), [("charge", "value.empty", {})]),
        (lambda: FeeItem.read([]), [("", "value.not_an_object", {})]),
        (lambda: FeeItem.parse("a:n=" + "1" * 30), [("n", "value.too_large", {"limit": 100_000})]),
        (lambda: FeeItem.parse("a:n=1=2"), [("n", "value.not_whole_number", {})]),
    ],
)
def test_an_item_that_is_none_is_told_by_name_and_bound(build: Callable[[], FeeItem], told: list[Any]) -> None:
    """Quantities by name with the bound that they break."""
    assert said(build) == told


def test_an_item_of_the_command_line_falls_apart_at_its_first_colon() -> None:
    """And an event is a text, whatever it looks like."""
    assert FeeItem.parse("a:b:n=1").quantities == {"b:n": 1}
    assert FeeItem.parse("a:n=1,event=5").event == "5"
    assert FeeItem.parse("a:n=1,event=b=c").event == "b=c"


def test_a_refused_item_says_that_it_is_one() -> None:
    """For whoever reads the sentence without the call."""
    for text in ("a:n=0", "a:n=1,n=2", ":n=1"):
        with pytest.raises(InvalidInput) as caught:
            FeeItem.parse(text)
        assert caught.value.what == "FeeItem"
    with pytest.raises(InvalidInput) as caught:
        FeeItem.read([])
    assert caught.value.what == "FeeItem"
    assert str(FeeItem("a", n=1, m=2)) == "a(n=1, m=2)"


def test_a_table_in_a_pack_is_checked_key_by_key(law: Any) -> None:
    """A repeal with a strange key, or without its instrument; a yes that is no yes; half a case line."""

    def problems(text: str) -> list[Any]:
        return said(lambda: parse_pack(law.pack(text).encode(), "p"))

    strange = law.instrument("A", repeals='[{ instrument = "A", colour = "red" }]')
    assert problems(strange) == [("instrument.0.repeals", "value.unknown_field", {})]
    assert problems(law.instrument("A", repeals='[{ charges = ["a.one"] }]')) == [
        ("instrument.0.repeals", "value.missing", {})
    ]
    assert problems(law.relief("off", "A/1", subsidy='"yes"')) == [("relief.0.subsidy", "value.invalid", {})]
    case = '[[case]]\nid = "c"\nat = 2026-01-01\nitems = [{ charge = "a.one" }]\nlines = [["a.one", 1]]\n'
    assert problems(case) == [("case.0.lines", "fees.case_line", {})]


WHOLE = '[[rate]]\nid = "r"\ncharges = ["a.one"]\ncite = ["A/1", ""]\n'
WAIVED = '[[relief]]\nid = "r"\ncharges = ["a.one"]\ncite = ["A/1", ""]\neffect = "percent"\n'
MISSING = "value.missing", {}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("rate = 1\n", "", [("rate", "fees.not_a_list", {})]),
        ("rate = [5]\n", "", [("rate.0", "fees.not_a_table", {})]),
        ("", "[[rat]]\n", [("rat", "value.unknown_field", {})]),
        (
            "",
            '[[rate]]\nfee = 3\nid = "R"\n',
            [
                ("rate.0.fee", "value.unknown_field", {}),
                ("rate.0.id", "value.invalid", {}),
                ("rate.0.charges", *MISSING),
                ("rate.0.cite", *MISSING),
            ],
        ),
        ("", WHOLE + WHOLE + "amount = -1\n", [("rate.1.amount", "value.too_small", {"limit": 0})]),
        ("", WHOLE + "cap = 1_000_000_000_000\n", [("rate.0.cap", "value.too_large", {"limit": 999_999_999_999})]),
        ("", WHOLE + "channel = []\n", [("rate.0.channel", "value.too_few", {"limit": 1})]),
        ("", WHOLE + 'channel = ["fax"]\n', [("rate.0.channel", "value.not_in_list", {})]),
        ("", WHOLE + "amount = true\n", [("rate.0.amount", "value.not_whole_number", {})]),
        ("", WHOLE + "note = 5\n", [("rate.0.note", "value.not_text", {})]),
        ("", WHOLE + 'note = " "\n', [("rate.0.note", "value.empty", {})]),
        ("", WHOLE + "tiers = [[0, 5]]\n", [("rate.0.tiers", "value.too_small", {"limit": 1})]),
        ("", WHOLE + "tiers = [[1, -5]]\n", [("rate.0.tiers", "value.too_small", {"limit": 0})]),
        ("", WHOLE + "tiers = [5]\n", [("rate.0.tiers", "fees.not_a_list", {})]),
        ("", WHOLE + "table = { online = 1.5 }\n", [("rate.0.table", "value.not_whole_number", {})]),
        ("", WHOLE + "table = [1]\n", [("rate.0.table", "fees.not_a_table", {})]),
        ("", WHOLE + "when = 5\n", [("rate.0.when", "fees.not_a_table", {})]),
        ("", WHOLE + "from = 2026-01-01T00:00:00\n", [("rate.0.from", "fees.not_a_toml_date", {})]),
        ("", WAIVED + "percent = 0\n", [("relief.0.percent", "value.too_small", {"limit": 1})]),
        ("", WAIVED + "percent = 101\n", [("relief.0.percent", "value.too_large", {"limit": 100})]),
    ],
)
def test_a_value_that_does_not_read_is_named_with_its_bound(law: Any, before: str, after: str, told: list[Any]) -> None:
    """By section, number of the entry and key; everything that is wrong, also after an unknown key."""
    assert said(lambda: parse_pack((before + law.pack() + after).encode(), "p")) == told


def test_a_file_that_is_no_pack_is_named() -> None:
    """By the file alone, or by the head that it lacks."""
    for data in (b"a = = 1", b"\xff"):
        assert said(lambda data=data: parse_pack(data, "p")) == [("", "fees.not_toml", {})]
    assert said(lambda: parse_pack(b"pack = 5")) == [("pack", "fees.not_a_table", {})]
    assert said(lambda: parse_pack(b"")) == [
        (f"pack.{name}", *MISSING) for name in ("name", "version", "scope", "published")
    ]
    head = b'[pack]\nname = "a"\nversion = 0\nscope = "31:3"\npublished = 2026-01-01\n'
    assert said(lambda: parse_pack(head)) == [
        ("pack.version", "value.too_small", {"limit": 1}),
        ("pack.scope", "value.invalid", {}),
    ]
    for data in (head, b"a = = 1"):
        with pytest.raises(InvalidInput) as caught:
            parse_pack(data, "some.toml")
        assert caught.value.what == "some.toml"


def test_the_bounds_of_every_kind_are_inside(law: Any) -> None:
    """The smallest and the largest of what may be written."""
    text = law.pack(
        WHOLE + "amount = 0\n",
        WHOLE + "amount = 999_999_999_999\n",
        WHOLE + "tiers = [[1, 0], [1_000_000, 1]]\n",
        WAIVED + "percent = 1\n",
        WAIVED + "percent = 100\n",
        version=1_000_000,
        scope="31:30",
    )
    pack = parse_pack(text.encode(), "p")
    assert (pack.name, pack.version, pack.scope, pack.file) == ("test-law", 1_000_000, "31:30", "p")
    assert [one.get("amount") for one in pack.entries("rate")] == [0, 999_999_999_999, None]
    assert pack.entries("rate")[2]["tiers"] == ((1, 0), (1_000_000, 1))
    assert [one["percent"] for one in pack.entries("relief")] == [1, 100]
    assert (pack.entries("rate")[0]["cite"], pack.entries("case")) == (("A/1", ""), ())


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"items": []}, [("items", "value.too_few", {"limit": 1})]),
        ({"area": 31}, [("area", "value.not_text", {})]),
        ({"area": "77"}, [("area", "fees.area_unknown", {})]),
        ({"channel": "fax"}, [("channel", "value.not_among", {"names": "counter, online, post"})]),
        ({"on": "2026-11-20"}, [("on", "value.not_a_date", {})]),
        ({"facts": "poor"}, [("facts", "value.not_a_list", {})]),
        ({"claimed": "poor"}, [("claimed", "value.not_a_list", {})]),
        ({"facts": [5]}, [("facts", "value.not_text", {})]),
        ({"facts": ["tall"]}, [("facts", "fees.fact_unknown", {})]),
        ({"facts": "poor", "claimed": [5]}, [("facts", "value.not_a_list", {}), ("claimed", "value.not_text", {})]),
        ({"facts": ["in_ward", "in_ward=no"]}, [("facts", "fees.fact_contradicted", {"fact": "in_ward"})]),
    ],
)
def test_a_question_that_cannot_be_answered_is_told_where(book: FeeBook, more: dict[str, Any], told: list[Any]) -> None:
    """By the argument that is wrong; and it says that it is about a quote."""
    asked: dict[str, Any] = {"items": [FeeItem("ct.will", acts=1)], "on": date(2026, 11, 20), **more}
    assert said(lambda: book.quote(asked.pop("items"), **asked)) == told
    with pytest.raises(InvalidInput) as caught:
        book.quote([], on=date(2026, 11, 20))
    assert caught.value.what == "quote"
