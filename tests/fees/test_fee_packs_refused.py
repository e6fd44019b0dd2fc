"""Packs that must not load, and items that must not be priced; every problem is told at once."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

import gov_connect
from gov_connect.errors import InvalidInput
from gov_connect.fees import FeeBook, FeeItem, parse_pack
from gov_connect.fees._spec import json_schema
from gov_connect.messages import CATALOGUE

DAY = date(2026, 6, 1)
GOOD = {
    "charges": '["a.one"]',
    "cite": '["A/1", "Điều 1"]',
    "amount": "5000",
}


def codes(error: InvalidInput) -> list[str]:
    """The codes of the problems."""
    return [problem.code for problem in error.problems]


def one_rate(law: Any, **keys: str) -> str:
    """A pack with one instrument and one rate made of `keys`."""
    lines = [f"{name} = {value}" for name, value in {**GOOD, **keys}.items() if value]
    return law.pack(law.instrument("A"), '[[rate]]\nid = "one"\n' + "\n".join(lines))  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"amount": "5000.0"}, "value.not_whole_number"),
        ({"amount": '"5000"'}, "value.not_whole_number"),
        ({"amount": "true"}, "value.not_whole_number"),
        ({"amount": "-1"}, "value.too_small"),
        ({"amount": "1000000000000"}, "value.too_large"),
        ({"charges": '"a.one"'}, "fees.not_a_list"),
        ({"charges": "[]"}, "value.too_few"),
        ({"charges": '["A one"]'}, "value.invalid"),
        ({"charges": "[7]"}, "value.not_text"),
        ({"cite": '["A/1"]'}, "fees.citation"),
        ({"cite": '["A/1", " "]'}, "value.empty"),
        ({"cite": ""}, "value.missing"),
        ({"from": '"2026-01-01"'}, "fees.not_a_toml_date"),
        ({"until": "2026-01-01T00:00:00"}, "fees.not_a_toml_date"),
        ({"until": "2026"}, "fees.not_a_toml_date"),
        ({"channel": '["fax"]'}, "value.not_in_list"),
        ({"when": '["x"]'}, "fees.not_a_table"),
        ({"when": '{ every = ["x"] }'}, "value.unknown_field"),
        ({"fee": "3"}, "value.unknown_field"),
        ({"amount": "", "tiers": "[]"}, "fees.bands"),
        ({"amount": "", "tiers": "[[2, 1000]]"}, "fees.bands"),
        ({"amount": "", "tiers": "[[1, 1000], [1, 500]]"}, "fees.bands"),
        ({"amount": "", "tiers": "[[1, 1000], [5, 500], [3, 100]]"}, "fees.bands"),
        ({"amount": "", "tiers": "[[1]]"}, "fees.bands"),
        ({"amount": "", "table": "{ fax = 1 }"}, "value.not_in_list"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(law: Any, keys: dict[str, str], code: str) -> None:
    """Types are exact: no floats, no quoted dates, no unknown keys."""
    with pytest.raises(InvalidInput) as caught:
        parse_pack(one_rate(law, **keys).encode(), "p.toml")
    assert codes(caught.value) == [code]


def test_every_problem_of_a_pack_is_told_at_once(law: Any) -> None:
    """Three faults, three problems, each with its place."""
    text = one_rate(law, amount="1.5", channel='["fax"]', fee="3") + '\n[[rat]]\nid = "x"\n'
    with pytest.raises(InvalidInput) as caught:
        parse_pack(text.encode(), "p.toml")
    assert {problem.path for problem in caught.value.problems} == {
        "rate.0.amount",
        "rate.0.channel",
        "rate.0.fee",
        "rat",
    }
    assert caught.value.what == "p.toml"
    assert "số nguyên" in caught.value.text("vi")


@pytest.mark.parametrize("data", [b"a = = 1", b"\xff\xfe", b"[[pack]]", b"rate = 1", b""])
def test_what_is_no_pack_at_all_is_refused(data: bytes) -> None:
    """Not TOML, not UTF-8, no head."""
    with pytest.raises(InvalidInput):
        parse_pack(data)


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"charges": '["no.such"]'}, "fees.charge_unknown"),
        ({"cite": '["Z/1", "Điều 1"]'}, "fees.instrument_unknown"),
        ({"area": '"77"'}, "fees.area_unknown"),
        ({"when": '{ all = ["nobody"] }'}, "fees.fact_unknown"),
        ({"exception_to": '"nothing"'}, "fees.exception_unknown"),
        ({"exception_to": '"one"'}, "fees.exception_cycle"),
        ({"until": "2019-12-31"}, "fees.empty_window"),
        ({"amount": ""}, "value.one_of"),
        ({"tiers": "[[1, 5]]"}, "value.one_of"),
        ({"cap": "5"}, "value.needed_with"),
        ({"by": '"cases"'}, "value.needed_with"),
        ({"per": '["pages"]'}, "fees.quantity_unknown"),
        ({"amount": "", "table": "{ online = 1 }"}, "fees.table_channels"),
    ],
)
def test_links_to_nothing_are_refused(law: Any, keys: dict[str, str], code: str) -> None:
    """A pack that reads well may still not fit."""
    packs = [parse_pack(text.encode(), "p") for text in (law.base, one_rate(law, **keys))]
    with pytest.raises(InvalidInput) as caught:
        FeeBook(packs)
    problem = next(problem for problem in caught.value.problems if problem.code == code)
    assert problem.path == "p:rate.one"
    assert "<" not in caught.value.text("vi") + caught.value.text("en")


def test_a_circle_of_exceptions_is_refused(law: Any) -> None:
    """One is an exception to two, two to one."""
    with pytest.raises(InvalidInput) as caught:
        law.book(
            law.instrument("A"),
            law.rate("one", "A/1", exception_to='"two"'),
            law.rate("two", "A/2", exception_to='"one"'),
        )
    assert set(codes(caught.value)) == {"fees.exception_cycle"}


@pytest.mark.parametrize(
    "parts",
    [
        ("instrument", "instrument"),
        ("instrument", "rate", "rate"),
        ("instrument", "relief", "relief"),
    ],
)
def test_duplicate_ids_are_refused(law: Any, parts: tuple[str, ...]) -> None:
    """Ids name one thing."""
    made = {"instrument": law.instrument("A"), "rate": law.rate("r", "A/1"), "relief": law.relief("r", "A/1")}
    with pytest.raises(InvalidInput) as caught:
        law.book(*[made[part] for part in parts])
    assert "fees.duplicate" in codes(caught.value)


def test_two_packs_of_one_name_are_refused(law: Any) -> None:
    """The name of a pack is unique."""
    packs = [parse_pack(text.encode(), "p") for text in (law.base, law.pack(), law.pack(version=2))]
    with pytest.raises(InvalidInput) as caught:
        FeeBook(packs)
    assert codes(caught.value) == ["fees.duplicate"]


def test_one_document_under_two_keys_is_refused(law: Any) -> None:
    """Issuer, number and date name a document; the same number of another issuer is fine."""
    again = law.instrument("A").replace('key = "A"', 'key = "B"')
    with pytest.raises(InvalidInput) as caught:
        law.book(law.instrument("A"), again)
    assert codes(caught.value) == ["fees.duplicate"]
    law.book(law.instrument("A"), again.replace("Bộ Thử", "HĐND tỉnh P"))


@pytest.mark.parametrize(
    ("repeals", "code"),
    [
        ('[{ instrument = "Z" }]', "fees.instrument_unknown"),
        ('[{ instrument = "A", charges = ["no.such"] }]', "fees.charge_unknown"),
        ('[{ instrument = "A", areas = ["77"] }]', "fees.area_unknown"),
    ],
)
def test_repeals_of_nothing_are_refused(law: Any, repeals: str, code: str) -> None:
    """A repeal must point at something."""
    with pytest.raises(InvalidInput) as caught:
        law.book(law.instrument("A"), law.instrument("B", repeals=repeals))
    assert codes(caught.value) == [code]


def test_an_instrument_that_ends_before_it_starts_is_refused(law: Any) -> None:
    """Windows are inclusive; the last day is not before the first."""
    with pytest.raises(InvalidInput) as caught:
        law.book(law.instrument("A", "2026-01-02", until="2026-01-01"))
    assert codes(caught.value) == ["value.before"]
    law.book(law.instrument("A", "2026-01-01", until="2026-01-01"))


def test_a_province_may_not_touch_national_rates_or_other_places(law: Any) -> None:
    """A provincial pack sets provincial rates at home, and may subsidise national ones."""
    with pytest.raises(InvalidInput) as caught:
        law.book(law.instrument("A"), law.rate("one", "A/1"), scope="01")
    assert codes(caught.value) == ["fees.national_charge"]
    with pytest.raises(InvalidInput) as caught:
        law.book(law.instrument("A"), law.rate("one", "A/1", charges='["p.local"]', area='"03"'), scope="01")
    assert codes(caught.value) == ["fees.outside_scope"]
    book = law.book(
        law.instrument("A"),
        law.rate("one", "A/1", charges='["p.local"]'),
        law.relief("off", "A/2", subsidy="true", area='"01:02"'),
        scope="01",
    )
    assert book.quote([FeeItem("p.local", cases=1)], on=DAY, area="01").total is not None
    assert book.quote([FeeItem("p.local", cases=1)], on=DAY, area="03").total is None


CHARGE = (
    '[[charge]]\ncode = "n.new"\nkind = "phi"\nname = "N"\nname_en = "N"\nquantities = ["cases"]\n{}\n'
    '[[no_rate]]\nid = "z"\ncharges = ["n.new"]\nreason = "not_encoded"\n'
)


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ('[[no_rate]]\nid = "z"\ncharges = ["a.one"]\nreason = "not_encoded"\n', {"fees.national_charge"}),
        ('[[relief]]\nid = "z"\ncharges = ["a.one"]\ncite = ["A/1", ""]\neffect = "free"\n', {"fees.national_charge"}),
        (CHARGE.format(""), {"fees.national_charge"}),
        (CHARGE.format('set_by = "state"'), {"fees.national_charge"}),
        ('[[province]]\ncode = "09"\nname = "Tỉnh R"\n', {"fees.outside_scope"}),
        (CHARGE.format('set_by = "province"'), set()),
    ],
)
def test_a_province_may_not_switch_off_waive_or_add_what_the_state_decides(law: Any, part: str, code: set[str]) -> None:
    """Absences, reliefs, charges and provinces of a provincial pack; charges of its own are its own matter."""
    if not code:
        law.book(law.instrument("A"), part, scope="01")
        return
    with pytest.raises(InvalidInput) as caught:
        law.book(law.instrument("A"), part, scope="01")
    assert set(codes(caught.value)) == code


@pytest.mark.parametrize(
    ("repeals", "code"),
    [
        ('[{ instrument = "N" }]', {"fees.national_instrument"}),
        ('[{ instrument = "P", areas = ["VN"] }]', {"fees.outside_scope"}),
        ('[{ instrument = "P", areas = ["03"] }]', {"fees.outside_scope"}),
        ('[{ instrument = "P", areas = ["01:02"] }]', set()),
        ('[{ instrument = "P" }]', set()),
    ],
)
def test_a_province_repeals_its_own_law_at_home(law: Any, repeals: str, code: set[str]) -> None:
    """Never the state's, never elsewhere."""
    national = law.pack(law.instrument("N"), law.rate("one", "N/1"), name="national")
    local = law.pack(law.instrument("P"), law.instrument("Q", "2024-01-01", repeals=repeals), name="local", scope="01")
    packs = [parse_pack(text.encode(), "p") for text in (law.base, national, local)]
    if not code:
        FeeBook(packs)
        return
    with pytest.raises(InvalidInput) as caught:
        FeeBook(packs)
    assert set(codes(caught.value)) == code


def test_a_province_may_not_take_the_place_of_a_national_pack(law: Any) -> None:
    """A pack replaces one of its name only where it makes law for the same place."""
    book = law.book(law.instrument("A"), law.rate("one", "A/1"))
    intruder = parse_pack(law.pack(scope="01", version=2).encode(), "intruder.toml")
    with pytest.raises(InvalidInput) as caught:
        book.with_packs([intruder])
    (problem,) = caught.value.problems
    assert (problem.path, problem.code, problem.params) == ("intruder.toml", "fees.outside_scope", {"scope": "VN"})


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"effect": '"percent"'}, "value.needed_with"),
        ({"percent": "50"}, "value.needed_with"),
        ({"effect": '"fixed"'}, "value.needed_with"),
        ({"amount": "50"}, "value.needed_with"),
        ({"effect": '"fixed"', "amount": "5", "percent": "50"}, "value.needed_with"),
        ({"effect": '"percent"', "percent": "50", "rounding": '"up"'}, "value.needed_with"),
    ],
)
def test_the_keys_of_a_relief_belong_together(law: Any, keys: dict[str, str], code: str) -> None:
    """A percentage needs `percent`, a fixed sum `amount`, a rounding rule its citation."""
    with pytest.raises(InvalidInput) as caught:
        law.book(law.instrument("A"), law.relief("off", "A/2", **keys))
    problem = next(problem for problem in caught.value.problems if problem.code == code)
    assert problem.path.startswith("pack1.toml:relief.off.")
    assert "<" not in caught.value.text("vi") + caught.value.text("en")


def test_a_rounding_rule_cites_a_known_instrument(law: Any) -> None:
    """Its citation is resolved like any other."""
    rounding = {"effect": '"percent"', "percent": 50, "rounding": '"up"', "rounding_cite": '["Z/1", "Điều 1"]'}
    with pytest.raises(InvalidInput) as caught:
        law.book(law.instrument("A"), law.relief("off", "A/2", **rounding))
    assert [(one.path, one.code) for one in caught.value.problems] == [
        ("pack1.toml:relief.off", "fees.instrument_unknown")
    ]


def test_absences_and_notices_have_links_too(law: Any) -> None:
    """A declared absence and an open question are checked like rates."""
    absence = '[[no_rate]]\nid = "n"\ncharges = ["a.one", "no.such"]\nreason = "not_encoded"\ncite = ["Z/1", ""]\n'
    notice = '[[notice]]\nid = "q"\ncharges = ["no.such"]\narea = "77"\nvi = "x"\nen = "x"\n'
    with pytest.raises(InvalidInput) as caught:
        law.book(absence, notice)
    assert {(one.path, one.code) for one in caught.value.problems} == {
        ("pack1.toml:no_rate.n", "fees.instrument_unknown"),
        ("pack1.toml:no_rate.n", "fees.charge_unknown"),
        ("pack1.toml:notice.q", "fees.charge_unknown"),
        ("pack1.toml:notice.q", "fees.area_unknown"),
    }


def test_a_folder_of_packs_is_a_book(tmp_path: Path, law: Any) -> None:
    """Every TOML file of the folder, named in problems."""
    (tmp_path / "base.toml").write_text(law.base, encoding="utf-8")
    (tmp_path / "law.toml").write_text(one_rate(law), encoding="utf-8")
    (tmp_path / "readme.txt").write_text("not a pack", encoding="utf-8")
    book = FeeBook.from_folder(tmp_path, communes={"12345": "01:02"}.get)
    assert [pack.file for pack in book.law.packs] == ["base.toml", "law.toml"]
    assert book.quote([FeeItem("a.one", cases=1)], on=DAY, area="12345").request.chain[0] == "01:02"
    assert book.with_packs([]).chain("12345")[0] == "01:02"
    (tmp_path / "law.toml").write_text(one_rate(law, amount="1.5"), encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        FeeBook.from_folder(tmp_path)
    assert caught.value.what == "law.toml"


@pytest.mark.parametrize("count", [0, -1, 10**9, 100_001, 2.5, "ba", "3", True, None])
def test_impossible_quantities_are_refused(count: Any) -> None:
    """Whole numbers from 1 to 100,000; nothing is converted."""
    with pytest.raises(InvalidInput) as caught:
        FeeItem("ct.copy", pages=count, copies=1)
    assert [problem.path for problem in caught.value.problems] == ["pages"]


def test_the_bounds_of_quantities_are_inside() -> None:
    """1 and 100,000 are quantities."""
    assert FeeItem("ct.copy", pages=1, copies=100_000).quantities == {"pages": 1, "copies": 100_000}


def test_a_quantity_at_the_bound_is_not_blamed_for_another() -> None:
    """Only what is wrong is told."""
    with pytest.raises(InvalidInput) as caught:
        FeeItem("ct.copy", pages=0, copies=100_000)
    assert [problem.path for problem in caught.value.problems] == ["pages"]


def test_an_item_needs_a_charge() -> None:
    """An empty code is refused together with the quantities."""
    with pytest.raises(InvalidInput) as caught:
        FeeItem("", copies=0)
    assert [problem.path for problem in caught.value.problems] == ["charge", "copies"]


def test_a_request_tells_every_problem_at_once(book: FeeBook) -> None:
    """Place, channel, fact, charge, missing and unknown quantity in one answer."""
    items = [FeeItem("no.such", copies=1), FeeItem("ct.copy", pages=1), FeeItem("ct.will", acts=1, copies=2)]
    with pytest.raises(InvalidInput) as caught:
        book.quote(items, on=DAY, area="77", channel="fax", facts={"tall"})
    found = {(problem.path, problem.code) for problem in caught.value.problems}
    assert found == {
        ("area", "fees.area_unknown"),
        ("channel", "value.not_among"),
        ("facts", "fees.fact_unknown"),
        ("items.0", "fees.charge_unknown"),
        ("items.1.copies", "value.missing"),
        ("items.2.copies", "value.unknown_field"),
    }


@pytest.mark.parametrize("on", [datetime(2026, 6, 1, tzinfo=UTC), "2026-06-01", None])
def test_the_filing_day_is_a_day(book: FeeBook, on: Any) -> None:
    """A moment would hide its time zone, a text its order."""
    with pytest.raises(InvalidInput) as caught:
        book.quote([FeeItem("ct.will", acts=1)], on=on)
    assert [(one.path, one.code) for one in caught.value.problems] == [("on", "value.not_a_date")]


def test_the_day_of_payment_is_a_day(book: FeeBook) -> None:
    """The same for the day of payment."""
    moment = datetime(2026, 6, 1, tzinfo=UTC)
    with pytest.raises(InvalidInput):
        book.quote([FeeItem("ct.will", acts=1)], on=DAY, paid_on=moment)


def test_a_request_without_items_is_refused(book: FeeBook) -> None:
    """Nothing asked is not 0 đồng."""
    with pytest.raises(InvalidInput) as caught:
        book.quote([], on=DAY)
    assert codes(caught.value) == ["value.too_few"]


def test_optional_quantities_change_nothing(book: FeeBook) -> None:
    """Signatures in one document are one case, given or not."""
    for item in (FeeItem("ct.sign", documents=2), FeeItem("ct.sign", documents=2, signatures=9)):
        total = book.quote([item], on=DAY).total
        assert total is not None
        assert total.dong == 20_000


@pytest.mark.parametrize(
    ("text", "quantities", "event"),
    [
        ("ct.copy:pages=5,copies=3", {"pages": 5, "copies": 3}, ""),
        ("ht.extract: copies = 2 , event=birth", {"copies": 2}, "birth"),
    ],
)
def test_items_are_read_from_the_command_line_form(text: str, quantities: dict[str, int], event: str) -> None:
    """charge:name=count,name=count."""
    item = FeeItem.parse(text)
    assert (item.quantities, item.event) == (quantities, event)


@pytest.mark.parametrize("text", ["ct.copy:pages=ba", "ct.copy:pages=1_0", "ct.copy:pages=٣", "ct.copy:pages", ":"])
def test_odd_item_texts_are_refused(text: str) -> None:
    """Digits are plain digits."""
    with pytest.raises(InvalidInput):
        FeeItem.parse(text)


def test_the_published_schema_is_the_one_the_reader_uses() -> None:
    """One table makes both; unknown keys are forbidden everywhere."""
    file = Path(gov_connect.__file__).parent / "schemas" / "fee_pack.schema.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    assert schema == json_schema()
    assert schema["additionalProperties"] is False
    for section in schema["properties"].values():
        assert section.get("items", section)["additionalProperties"] is False


def as_json(text: str) -> Any:
    """A pack file as JSON: its days become texts."""
    return json.loads(json.dumps(tomllib.loads(text), default=str))


def test_a_validator_of_json_schema_agrees_with_the_reader(law: Any) -> None:
    """The packs of the package are valid; unknown keys, floats and half lines are not."""
    validator = jsonschema_rs.validator_for(json_schema())
    folder = Path(gov_connect.__file__).parent / "fees" / "packs"
    texts = [file.read_text(encoding="utf-8") for file in folder.glob("*.toml")]
    assert len(texts) > 10
    for text in texts:
        assert [str(error) for error in validator.iter_errors(as_json(text))] == []
    case = '[[case]]\nid = "c"\nat = 2026-01-01\nitems = [{ charge = "a.one" }]\nlines = [["a.one", 1]]\n'
    wrong = (
        one_rate(law, fee="3"),
        one_rate(law, amount="1.5"),
        one_rate(law, channel='["fax"]'),
        one_rate(law, cite='["A/1"]'),
        law.pack(case),
        law.pack("[[extra]]\n"),
        law.pack(scope="Hà Nội"),
    )
    for text in wrong:
        assert not validator.is_valid(as_json(text))
        with pytest.raises(InvalidInput):
            parse_pack(text.encode())


def test_the_packs_name_source_grade_and_reading_day_of_every_instrument() -> None:
    """Nothing is law without saying who read it where and when."""
    folder = Path(gov_connect.__file__).parent / "fees" / "packs"
    for file in folder.glob("*.toml"):
        for entry in tomllib.loads(file.read_text(encoding="utf-8")).get("instrument", []):
            assert entry["source"], file.name
            assert entry["grade"] in {"confirmed", "seen"}, file.name
            assert entry["read"] <= date(2026, 10, 8), file.name


def test_every_message_code_exists_and_is_used() -> None:
    """Codes of this folder stand in the catalogue, and the catalogue holds no dead ones."""
    folder = Path(gov_connect.__file__).parent / "fees"
    source = "\n".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    said = set(re.findall(r"[\"'](fees\.[a-z0-9_.]*[a-z0-9_])[\"']", source))
    composed = ("fees.no_rate.", "fees.channel.", "fees.status.", "fees.column.", "fees.payer.")
    known = {code for code in CATALOGUE if code.startswith("fees.")}
    assert said <= known
    assert {code for code in known - said if not code.startswith(composed)} == set()


def test_the_charges_are_those_of_the_vocabulary(book: FeeBook) -> None:
    """Names that callers rely on, with their quantities."""
    acts = ("first", "reissue", "change")
    kinds = [f"{who}.{act}.{what}" for who in ("ind", "org") for act in acts for what in ("land", "asset", "both")]
    named = {
        **{f"land.{kind}.{one}": ("files",) for kind in ("gcn", "appraisal") for one in kinds},
        **{code: tuple(quantities.split()) for line in VOCABULARY for code, quantities in [line.split(": ")]},
    }
    assert {code: book.law.charges[code].quantities for code in named} == named


def test_facts_and_charges_beyond_the_vocabulary_are_documented(book: FeeBook) -> None:
    """What callers cannot know from the common list stands in the reference."""
    text = (Path(__file__).parents[2] / "docs" / "reference" / "fee_packs.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`([a-z0-9_.]+)(?:\.\*)?`", text))
    common = {line.split(": ")[0] for line in VOCABULARY}
    charges = {code for code in book.law.charges if code not in common and not code.startswith("land.")}
    assert {code for code in charges if code not in listed and code.partition(".")[0] not in listed} == set()
    assert {name for name in book.law.facts if name not in FACTS and name not in listed} == set()
    assert set(book.law.facts) >= set(FACTS)


FACTS = (
    "vneid2 basic5 marriage_cert_in_vneid poor near_poor child orphan_16_18 elderly disabled merit merit_relative "
    "minority_special_commune border_commune special_zone student agri_rural_loan step_parent in_ward"
).split()
VOCABULARY = """
ct.copy: pages copies
ct.ecopy: pages copies
ct.sign: documents signatures
ct.translator_sign: documents
ct.contract: acts
ct.mortgage: acts
ct.will: acts
ct.refuse_inheritance: acts
ct.divide_inheritance: acts
ct.amend: acts
ct.fix: acts
ht.extract: copies
ht.birth_on_time: cases
ht.birth_late: cases
ht.death_late: cases
ht.marriage_again: cases
ht.parent_child: cases
ht.change: cases
ht.supplement: cases
ht.other: cases
ht.marital_cert: cases
cu_tru.perm: times
cu_tru.temp: times
cu_tru.split: times
cu_tru.temp_list: persons
cc.from_cccd: cards
cc.exchange: cards
cc.reissue: cards
lltp: requests
lltp.extra: slips_over_2
hkd.register: times
gpxd.house: permits
gpxd.house_adjust: permits
gpxd.other: permits
gpxd.renew: permits
adopt.domestic: cases
""".strip().splitlines()


def test_a_place_that_nobody_knows_has_no_surroundings(book: FeeBook) -> None:
    """Asked for directly, it is refused by its own name."""
    with pytest.raises(InvalidInput) as caught:
        book.chain("99:99")
    assert [(one.path, one.code) for one in caught.value.problems] == [("area", "fees.area_unknown")]
