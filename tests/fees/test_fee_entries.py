"""What an entry of a pack becomes: every key arrives, and what is left out gets its documented default."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pytest

from gov_connect.fees import FeeBook, FeeItem, parse_pack
from gov_connect.fees._areas import Commune, Province
from gov_connect.fees._law import (
    ALL_CHANNELS,
    NEVER,
    Charge,
    Citation,
    Clock,
    Condition,
    Effect,
    EffectKind,
    FactKind,
    Grade,
    Instrument,
    Notice,
    Rate,
    Relief,
    Repeal,
    Scope,
    Status,
    Verification,
    Window,
)
from gov_connect.fees._schedules import Flat, Table, Tiers
from gov_connect.model.dossier import Channel, FeeKind

START, ALWAYS_OPEN = date(2020, 1, 1).toordinal(), Window(1, NEVER)
CITED = Citation("A/1", "A", "Thông tư A/TT, Điều 1")


def day(text: str) -> int:
    """The number of a day."""
    return date.fromisoformat(text).toordinal()


def test_an_instrument_arrives_whole(law: Any) -> None:
    """Every key, and what it means without the keys that may be left out."""
    repeals = (
        '[{ instrument = "B" }, { instrument = "B", charges = ["p.local"], areas = ["01:02"], from = 2024-01-01 }]'
    )
    more = {
        "issued": "2019-12-01",
        "until": "2026-12-31",
        "start": '"attested"',
        "filing": '"payment"',
        "repeals": repeals,
        "url": '"https://example.vn/a"',
        "sha256": f'"{"0" * 64}"',
        "note": '"chú thích"',
    }
    text = law.pack(law.instrument("A", **more), law.instrument("B"), scope="01")
    found = FeeBook([parse_pack(law.base.encode()), parse_pack(text.encode(), "l.toml")]).law.instruments
    assert found["A"] == Instrument(
        key="A",
        kind="Thông tư",
        number="A/TT",
        issuer="Bộ Thử",
        issued=date(2019, 12, 1),
        window=Window(START, day("2026-12-31") + 1),
        verification=Verification.PRIMARY_TEXT_READ,
        grade=Grade.CONFIRMED,
        source="test",
        read=date(2026, 1, 1),
        pack="l.toml",
        scope="01",
        attested=True,
        clock=Clock.PAYMENT,
        repeals=(
            Repeal("B", "A", START, frozenset(), frozenset({"01"})),
            Repeal("B", "A", day("2024-01-01"), frozenset({"p.local"}), frozenset({"01:02"})),
        ),
        note="chú thích",
        url="https://example.vn/a",
        sha256="0" * 64,
    )
    assert found["A"].id == "Thông tư A/TT (Bộ Thử, 01/12/2019)"
    bare = found["B"]
    assert (bare.issued, bare.window, bare.attested, bare.clock) == (
        None,
        Window(START, NEVER),
        False,
        Clock.SUBMISSION,
    )
    assert (bare.repeals, bare.note, bare.url, bare.sha256) == ((), "", "", "")
    assert bare.id == "Thông tư B/TT (Bộ Thử, ?)"


def test_the_catalogue_arrives_whole(law: Any) -> None:
    """Provinces, facts, charges."""
    more = (
        '[[charge]]\ncode = "c.all"\nkind = "le_phi"\nname = "Tên"\nname_en = "Name"\nquantities = ["n", "m"]\n'
        'optional = ["m"]\nset_by = "province"\nsub_item = "2771"\nprocedures = ["1.000009"]\n'
        '[[fact]]\nname = "z"\nvi = "v"\nen = "e"\nevidence = "Giấy Z"\nasked = true\nimplies = ["x"]\n'
        '[[fact]]\nname = "w"\nvi = "v"\nen = "e"\n[[province]]\ncode = "05"\nname = "Tỉnh S"\n'
    )
    found = law.book(more).law
    assert found.charges["c.all"] == Charge(
        code="c.all",
        kind=FeeKind.CHARGE,
        name="Tên",
        name_en="Name",
        quantities=("n", "m"),
        required=frozenset({"n"}),
        national=False,
        sub_item="2771",
        procedures=("1.000009",),
    )
    bare = found.charges["a.two"]
    assert (bare.kind, bare.national, bare.sub_item, bare.procedures) == (FeeKind.FEE, True, "", ())
    assert bare.required == {"pages", "copies"}
    assert found.facts["z"] == FactKind("z", "v", "e", "Giấy Z", asked=True, implies=("x",))
    assert found.facts["w"] == FactKind("w", "v", "e", "", asked=False, implies=())
    assert found.asked == {"z"}
    assert found.areas.nodes == ("VN", "01", "01:01", "01:02", "03", "05")
    assert [found.areas.name(node) for node in ("VN", "01", "01:02")] == ["cả nước", "Tỉnh P", "Tỉnh P (P Hai cũ)"]
    assert Province("05", "Tỉnh S").former == {}


def test_a_rate_arrives_whole(law: Any) -> None:
    """Where, when, for whom, by what, displacing what, how well attested."""
    keys = {
        "charges": '["p.local", "p.local"]',
        "area": '"01:02"',
        "channel": '["online", "post"]',
        "from": "2021-01-01",
        "until": "2021-12-31",
        "when": '{ all = ["x"], none = ["y"] }',
        "exception_to": '"base"',
        "grade": '"guess"',
    }
    parts = (law.rate("base", "A/1", charges='["p.local"]'), law.rate("r", "A/1", 300, **keys))
    book = law.book(law.instrument("A"), *parts, scope="01")
    base, found = book.law.rates
    assert found == Rate(
        id="r",
        charge="p.local",
        scope=Scope(
            area="01:02",
            window=Window(day("2021-01-01"), day("2022-01-01")),
            channels=frozenset({Channel.ONLINE, Channel.POST}),
            when=Condition(all=frozenset({"x"}), none=frozenset({"y"})),
        ),
        rank=2 * 4 + 2 + 1,
        citations=(CITED,),
        schedule=Flat(300, ("cases",)),
        exception_to="base",
        pack="pack1.toml",
        grade=Grade.GUESS,
    )
    assert base == Rate(
        id="base",
        charge="p.local",
        scope=Scope(area="01", window=Window(START, NEVER)),
        rank=1 * 4,
        citations=(CITED,),
        schedule=Flat(5000, ("cases",)),
        pack="pack1.toml",
        grade=Grade.CONFIRMED,
    )


@pytest.mark.parametrize(
    ("keys", "rank"),
    [
        ({}, 0),
        ({"when": '{ any = ["x"] }'}, 1),
        ({"channel": '["online"]'}, 2),
        ({"channel": '["online", "post", "counter"]'}, 0),
        ({"channel": '["online"]', "when": '{ any = ["x"] }'}, 3),
        ({"area": '"03"'}, 4),
        ({"area": '"01:01"'}, 8),
    ],
)
def test_precision_has_its_rank(law: Any, keys: dict[str, str], rank: int) -> None:
    """Place before channel before condition; three channels are all of them."""
    (found,) = law.book(law.instrument("A"), law.rate("one", "A/1", **keys)).law.rates
    assert found.rank == rank


@pytest.mark.parametrize(
    ("keys", "schedule"),
    [
        ({"amount": 0}, Flat(0, ("pages", "copies"))),
        ({"amount": 7, "per": '["copies"]'}, Flat(7, ("copies",))),
        ({"tiers": "[[1, 2], [3, 1]]"}, Tiers(((1, 2), (3, 1)), "pages", ("copies",), None)),
        ({"tiers": "[[1, 2]]", "by": '"copies"', "cap": 9}, Tiers(((1, 2),), "copies", ("pages",), 9)),
        ({"tiers": "[[1, 2]]", "per": '["pages", "copies"]'}, Tiers(((1, 2),), "pages", ("pages", "copies"), None)),
        (
            {"table": "{ counter = 3, online = 1, post = 2 }"},
            Table({Channel.COUNTER: 3, Channel.ONLINE: 1, Channel.POST: 2}, ("pages", "copies")),
        ),
    ],
)
def test_a_schedule_arrives_whole(law: Any, keys: dict[str, Any], schedule: Any) -> None:
    """What is counted, by what it steps, and where it is cut."""
    keys = {"charges": '["a.two"]', **keys}
    (found,) = law.book(law.instrument("A"), law.rate("one", "A/1", keys.pop("amount", None), **keys)).law.rates
    assert found.schedule == schedule


def test_an_absence_arrives_whole(law: Any) -> None:
    """With or without a provision; what it says is no amount but a reason."""
    absence = '[[no_rate]]\nid = "{}"\ncharges = ["a.one"]\nreason = "column_unclear"\n'
    whole = (
        absence.format("whole") + 'status = "needs_authority"\ncite = ["A/1", "Điều 1"]\narea = "03"\n'
        'channel = ["post"]\nfrom = 2021-01-01\nwhen = { any = ["y"] }\n'
    )
    late = law.instrument("A", until="2026-12-31")
    bare, found = law.book(late, absence.format("bare"), whole).law.rates
    reason = "fees.no_rate.column_unclear"
    assert found == Rate(
        id="whole",
        charge="a.one",
        scope=Scope(
            area="03",
            window=Window(day("2021-01-01"), day("2027-01-01")),
            channels=frozenset({Channel.POST}),
            when=Condition(any=frozenset({"y"})),
        ),
        rank=4 + 2 + 1,
        citations=(CITED,),
        schedule=None,
        reason=reason,
        status=Status.NEEDS_AUTHORITY,
        pack="pack1.toml",
    )
    assert bare == Rate(
        id="bare",
        charge="a.one",
        scope=Scope(area="VN", window=ALWAYS_OPEN, channels=ALL_CHANNELS),
        rank=0,
        citations=(),
        schedule=None,
        reason=reason,
        status=Status.NO_RATE,
        pack="pack1.toml",
    )


def test_a_relief_arrives_whole(law: Any) -> None:
    """What it takes off, from whom, who pays instead, by which paper."""
    keys = {
        "charges": '["a.one", "p.local"]',
        "effect": '"percent"',
        "percent": 25,
        "rounding": '"half_up"',
        "rounding_cite": '["A/9", "Điều 9"]',
        "subsidy": "true",
        "evidence": '"Giấy"',
        "grade": '"seen"',
        "who": '{ any = ["x", "y"] }',
        "area": '"01"',
    }
    plain = law.relief("bare", "A/1").replace("Điều 2", "")
    fixed = law.relief("fixed", "A/1", effect='"fixed"', amount=70)
    book = law.book(law.instrument("A", filing='"payment"'), plain, fixed, law.relief("off", "A/1", **keys))
    bare, at, found = book.law.reliefs
    cited = Citation("A/1", "A", "Thông tư A/TT, Điều 2")
    assert found == Relief(
        id="off",
        charges=frozenset({"a.one", "p.local"}),
        scope=Scope(
            area="01",
            window=Window(START, NEVER),
            when=Condition(any=frozenset({"x", "y"})),
            clock=Clock.PAYMENT,
        ),
        citation=cited,
        effect=Effect(EffectKind.PERCENT, 25, "half_up"),
        subsidy=True,
        evidence="Giấy",
        pack="pack1.toml",
        grade=Grade.SEEN,
    )
    assert bare == Relief(
        id="bare",
        charges=frozenset({"a.one"}),
        scope=Scope(area="VN", window=Window(START, NEVER), clock=Clock.PAYMENT),
        citation=Citation("A/1", "A", "Thông tư A/TT"),
        effect=Effect(EffectKind.FREE, 100, ""),
        pack="pack1.toml",
        grade=Grade.CONFIRMED,
    )
    assert at.effect == Effect(EffectKind.FIXED, 70, "")


def test_an_open_question_arrives_whole(law: Any) -> None:
    """One that was written, and one that follows from a relief of unknown start."""
    notice = '[[notice]]\nid = "{}"\ncharges = ["a.one"]\nvi = "Chưa rõ."\nen = "Open."\n'
    more = 'area = "03"\nchannel = ["online"]\nfrom = 2021-01-01\nuntil = 2021-06-30\nwho = { all = ["x"] }\n'
    start = law.instrument("R", "2024-01-02", start='"attested"')
    issued = law.instrument("S", "2024-01-02", start='"attested"', issued="2023-01-01")
    free = law.relief("free", "R/1", who='{ all = ["y"] }')
    found = law.book(
        start, issued, notice.format("b") + more, notice.format("a"), free, law.relief("less", "S/1")
    ).law.notices
    concerned, told = frozenset({"a.one"}), {"vi": "Chưa rõ.", "en": "Open.", "pack": "pack1.toml"}
    assert found[:2] == (
        Notice(id="a", charges=concerned, scope=Scope(area="VN", window=ALWAYS_OPEN), **told),
        Notice(
            id="b",
            charges=concerned,
            scope=Scope(
                area="03",
                window=Window(day("2021-01-01"), day("2021-07-01")),
                channels=frozenset({Channel.ONLINE}),
                when=Condition(all=frozenset({"x"})),
            ),
            **told,
        ),
    )
    ever, since = found[2:]
    assert (ever.id, ever.charges, ever.pack) == ("start/free", concerned, "pack1.toml")
    assert ever.scope == Scope(area="VN", window=Window(1, day("2024-01-02")), when=Condition(all=frozenset({"y"})))
    assert ever.vi.startswith("Thông tư R/TT (Bộ Thử, ?) có thể miễn, giảm cho trường hợp này;")
    assert ever.en.startswith("Thông tư R/TT (Bộ Thử, ?)")
    for sentence in (ever.vi, ever.en):
        assert "02/01/2024" in sentence
        assert not set("{}") & set(sentence)
    assert since.scope.window == Window(day("2023-01-01"), day("2024-01-02"))
    assert ever.en != ever.vi


def test_the_digest_names_the_packs_whatever_their_order(law: Any) -> None:
    """SHA-256 over the sorted digests, one a line."""
    packs = [parse_pack(text.encode(), "p") for text in (law.base, law.pack(law.instrument("A")))]
    assert [pack.digest for pack in packs] == [
        hashlib.sha256(text.encode()).hexdigest() for text in (law.base, law.pack(law.instrument("A")))
    ]
    joined = "\n".join(sorted(pack.digest for pack in packs)).encode()
    for order in (packs, packs[::-1]):
        book = FeeBook(order)
        assert book.digest == hashlib.sha256(joined).hexdigest()
        assert [pack.name for pack in book.law.packs] == ["test-base", "test-law"]


def test_a_place_knows_what_contains_it(law: Any) -> None:
    """Innermost first; a commune is where it lies, and is looked up once."""
    asked: list[str] = []

    def communes(code: str) -> Commune | str | None:
        asked.append(code)
        return {"11111": Commune("01:01", frozenset({"x"})), "22222": "03"}.get(code)

    areas = law.book().with_communes(communes).law.areas
    assert areas.chain("") == areas.chain("VN") == ("VN",)
    assert areas.chain("01") == ("01", "VN")
    assert areas.chain("01:02") == ("01:02", "01", "VN")
    assert areas.chain("03:03") == ("03", "VN")
    assert areas.place("11111") == (("01:01", "01", "VN"), frozenset({"x"}))
    assert areas.place("22222") == (("03", "VN"), frozenset())
    assert areas.place("11111")[1] == {"x"}
    assert asked == ["11111", "22222"]
    assert ("01:01" in areas, "03:03" in areas, "11111" in areas, 5 in areas) == (True, False, False, False)


def test_items_with_equal_quantities_are_equal() -> None:
    """Whatever the order of their names."""
    assert FeeItem("a", n=1, m=2) == FeeItem("a", m=2, n=1)
    assert FeeItem("a", n=1).to_dict() == {"charge": "a", "n": 1}
    assert FeeItem("a", n=1, event="e").to_dict() == {"charge": "a", "n": 1, "event": "e"}
