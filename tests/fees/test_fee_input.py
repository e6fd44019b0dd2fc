"""What callers and files hand in: odd names, thousands of digits, keys twice, a text for a list."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.errors import InvalidInput
from gov_connect.fees import FeeItem, Override, parse_pack
from gov_connect.fees.compare import Dossier, requests
from gov_connect.fees.dossiers import read_dossiers
from gov_connect.fees.records import reopen
from gov_connect.model.money import Money

if TYPE_CHECKING:
    from gov_connect.fees import FeeBook

DAY = date(2026, 11, 20)
ROW = {"id": "d", "at": "2026-11-20", "items": [{"charge": "ct.will", "acts": 1}], "collected": 50_000}


def problems(error: InvalidInput) -> set[tuple[str, str]]:
    """Places and codes."""
    return {(one.path, one.code) for one in error.problems}


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("ct.copy:charge=5", "charge", "value.duplicate"),
        ("ct.copy:pages=5,pages=3", "pages", "value.duplicate"),
        ("ct.copy:event=birth,event=death", "event", "value.duplicate"),
        ("ct.copy:pages=" + "9" * 5000, "pages", "value.too_large"),
        ("ct.copy:pages=" + "9" * 31, "pages", "value.too_large"),
        ("ct.copy:pages=-1", "pages", "value.too_small"),
        ("ct.copy:pages=2.5", "pages", "value.not_whole_number"),
        ("ct.copy:pages=", "pages", "value.not_whole_number"),
        (":pages=1", "charge", "value.empty"),
    ],
)
def test_an_odd_item_text_is_refused_by_name(text: str, place: str, code: str) -> None:
    """Whatever the names and however long the figures."""
    with pytest.raises(InvalidInput) as caught:
        FeeItem.parse(text)
    assert problems(caught.value) == {(place, code)}


def test_a_quantity_may_have_any_name_and_is_judged_by_its_charge(book: FeeBook) -> None:
    """`self` is only an unknown quantity."""
    item = FeeItem.parse("ct.will:self=5,acts=1")
    assert item.quantities == {"self": 5, "acts": 1}
    with pytest.raises(InvalidInput) as caught:
        book.quote([item], on=DAY)
    assert problems(caught.value) == {("items.0.self", "value.unknown_field")}


@pytest.mark.parametrize(
    ("entry", "place"), [([], ""), ({"charge": 5, "acts": 1}, "charge"), ({"charge": "a", "event": 5}, "event")]
)
def test_an_item_is_a_table(entry: object, place: str) -> None:
    """With a text for its charge."""
    with pytest.raises(InvalidInput) as caught:
        FeeItem.read(entry)
    assert {one.path for one in caught.value.problems} == {place}


def test_items_are_read_back_from_their_own_form() -> None:
    """Charge, quantities, event."""
    item = FeeItem("ht.extract", copies=2, event="birth")
    assert FeeItem.read(item.to_dict()) == item


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"facts": "poor"}, "facts"),
        ({"claimed": "poor"}, "claimed"),
        ({"facts": [5]}, "facts"),
        ({"area": 31}, "area"),
        ({"area": ["31"]}, "area"),
        ({"channel": ["online"]}, "channel"),
        ({"channel": None}, "channel"),
        ({"area": "１２３４５"}, "area"),
    ],
)
def test_a_value_of_another_kind_is_refused_clearly(book: FeeBook, more: Any, place: str) -> None:
    """One text is not a list of letters, a number is no place."""
    with pytest.raises(InvalidInput) as caught:
        book.quote([FeeItem("ct.will", acts=1)], on=DAY, **more)
    assert {one.path for one in caught.value.problems} == {place}


def test_amounts_beyond_all_money_are_refused_before_they_are_shown(book: FeeBook) -> None:
    """A hundred thousand naturalisations four times over; three times is still an amount."""
    item = FeeItem("qt.naturalise", cases=100_000)
    assert book.quote([item] * 3, on=DAY).total == Money(900_000_000_000)
    with pytest.raises(InvalidInput) as caught:
        book.quote([item] * 4, on=DAY)
    assert problems(caught.value) == {("items", "value.too_large")}
    assert "999999999999" in caught.value.text("vi")


def test_the_largest_amount_is_still_money(law: Any) -> None:
    """To the last đồng; lines of 0 add nothing."""
    book = law.book(
        law.instrument("A"),
        law.rate("one", "A/1", 999_999_999_999),
        law.rate("zero", "A/2", 0, charges='["p.local"]'),
    )
    items = [FeeItem("a.one", cases=1), FeeItem("p.local", cases=1)]
    assert book.quote(items, on=DAY).total == Money(999_999_999_999)
    with pytest.raises(InvalidInput):
        book.quote([*items, items[0]], on=DAY)


@pytest.mark.parametrize(
    ("row", "place", "code"),
    [
        ({"paid": 5}, "0.paid", "value.unknown_field"),
        ({"NGUYỄN THỊ MẪU": 5}, "0.?", "value.unknown_field"),
        ({"facts": "poor"}, "0.facts", "value.not_a_list"),
        ({"facts": [5]}, "0.facts", "value.not_text"),
        ({"area": 31}, "0.area", "value.not_text"),
        ({"channel": []}, "0.channel", "value.not_in_list"),
        ({"id": 7}, "0.id", "value.not_text"),
        ({"id": None}, "0.id", "value.missing"),
        ({"at": 20261120}, "0.at", "value.not_text"),
        ({"at": "20/11/2026"}, "0.at", "value.not_a_date"),
        ({"items": []}, "0.items", "value.too_few"),
        ({"items": ["ct.will"]}, "0.items.0", "value.not_an_object"),
        ({"items": [{"charge": "ct.will", "acts": 0}]}, "0.items.0.acts", "value.too_small"),
        ({"collected": 10**12}, "0.collected", "value.too_large"),
        ({"collected": True}, "0.collected", "value.not_whole_number"),
    ],
)
def test_a_dossier_with_a_fault_is_refused_by_place(row: Any, place: str, code: str) -> None:
    """Unknown keys and other kinds of values; a foreign key is not repeated."""
    with pytest.raises(InvalidInput) as caught:
        read_dossiers(json.dumps([{**ROW, **row}]))
    assert problems(caught.value) == {(place, code)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 100_000, "value.invalid"),
        ('{"a":' * 100_000, "value.invalid"),
        ('[{"id": "a", "id": "b"}]', "value.duplicate"),
        ('[{"id": "a", "items": [{"charge": "ct.copy", "pages": 1, "pages": 9}]}]', "value.duplicate"),
        ('[{"collected": ' + "9" * 5000 + "}]", "value.invalid"),
    ],
)
def test_a_file_that_is_no_plain_list_is_refused(text: str, code: str) -> None:
    """Nested without end, keys twice, endless figures."""
    with pytest.raises(InvalidInput) as caught:
        read_dossiers(text)
    assert {one.code for one in caught.value.problems} == {code}


def test_one_dossier_stands_once_in_a_file() -> None:
    """Twice would count its collection twice."""
    with pytest.raises(InvalidInput) as caught:
        read_dossiers(json.dumps([ROW, ROW]))
    assert problems(caught.value) == {("d.id", "value.duplicate")}
    assert read_dossiers(json.dumps([ROW, {**ROW, "id": "e", "collected": None}]))[1].collected is None


def test_what_the_book_does_not_know_names_its_dossier(book: FeeBook) -> None:
    """A charge that no pack holds, in the second of many."""
    with pytest.raises(InvalidInput) as caught:
        Dossier(id="d7", at=DAY, items=(FeeItem("no.such", cases=1),)).quote(book)
    assert problems(caught.value) == {("d7.items.0", "fees.charge_unknown")}


def test_a_comparison_keeps_requests_of_one_id_apart(law: Any) -> None:
    """Equal ones once; another request under a taken id is asked under a name of its own."""
    case = '[[case]]\nid = "c"\nat = 2026-01-01\nitems = [{{ charge = "a.one", cases = {} }}]\ntotal = {}\n'
    parts = [law.instrument("A"), law.rate("one", "A/1", 5000)]
    old, new = law.book(*parts, case.format(1, 5000)), law.book(*parts, case.format(2, 10_000))
    asked = requests(old, new, [Dossier(id="c", at=date(2026, 1, 1), items=(FeeItem("a.one", cases=3),))])
    assert {one.id: one.items[0].quantities["cases"] for one in asked} == {"c": 1, "c (after)": 2, "c (dossiers)": 3}
    same = [Dossier(id="c", at=date(2026, 1, 1), items=(FeeItem("a.one", cases=1),), collected=5)]
    assert [one.id for one in requests(old, old, same)] == ["c"]


@pytest.mark.parametrize(
    "change",
    [
        {"request": {}},
        {"request": None},
        {"total": "x", "book": None, "lines": [5]},
        {"fingerprint": None},
    ],
)
def test_a_record_that_is_none_is_refused(book: FeeBook, change: Any) -> None:
    """Whatever was done to it."""
    record = book.quote([FeeItem("ct.will", acts=1)], on=DAY).to_dict(full=True)
    with pytest.raises(InvalidInput):
        reopen({**record, **change}, book)
    for key in ("request", "lines", "book", "total", "fingerprint"):
        with pytest.raises(InvalidInput):
            reopen({name: value for name, value in record.items() if name != key}, book)


@pytest.mark.parametrize(
    "data",
    [
        b"x = " + b"[" * 100_000,
        b'[pack]\nname = "a"\nversion = 1\nscope = "VN"\npublished = 2026-01-01\n[[case]]\nid = "c"\nat = 2026-01-01\n'
        b'items = [{ charge = "a" }]\nlines = [["a", 1]]\n',
    ],
)
def test_a_pack_nested_without_end_or_with_half_a_line_is_refused(data: bytes) -> None:
    """As problems, not as a crash."""
    with pytest.raises(InvalidInput):
        parse_pack(data)


def test_accounts_that_differ_are_two_people() -> None:
    """Blanks inside count as little as case; other characters count."""
    assert typed(officer="cb 01", second_officer="cb02").officer == "cb 01"
    with pytest.raises(InvalidInput):
        typed(officer="CB 01", second_officer="cb01")


def typed(**more: Any) -> Override:
    """A typed amount with something different."""
    given = {"amount": Money(4000), "citation": "NQ 8", "reason": "thiếu mức", "officer": "a", "second_officer": "b"}
    return Override(**{**given, **more})


@pytest.mark.parametrize(
    ("more", "place", "code"),
    [
        ({"amount": 4000}, "amount", "value.not_money"),
        ({"amount": True}, "amount", "value.not_money"),
        ({"amount": Money(4005)}, "amount", "fees.odd_amount"),
        ({"amount": Money(5)}, "amount", "fees.odd_amount"),
        ({"amount": Money(100_000_100)}, "amount", "value.too_large"),
        ({"citation": " \u200b"}, "citation", "value.empty"),
        ({"reason": 5}, "reason", "value.not_text"),
        ({"second_officer": "A"}, "second_officer", "fees.same_officer"),
        ({"second_officer": "a\x00"}, "second_officer", "fees.same_officer"),
        ({"second_officer": " a\u200b "}, "second_officer", "fees.same_officer"),
        ({"second_officer": "\uff41"}, "second_officer", "fees.same_officer"),
    ],
)
def test_a_typed_amount_is_sensible_and_two_people_stand_for_it(more: Any, place: str, code: str) -> None:
    """Whole hundreds of `Money`; one account in another spelling is no second officer."""
    with pytest.raises(InvalidInput) as caught:
        typed(**more)
    assert problems(caught.value) == {(place, code)}
    assert "{" not in caught.value.text("vi") + caught.value.text("en")
    assert typed(amount=Money(100_000_000)).amount == Money(100_000_000)
    assert typed(amount=Money(0)).second_officer == "b"


def test_a_misspelled_charge_is_told_the_nearest(book: FeeBook) -> None:
    """And one that resembles none is told nothing."""
    for typed_in, told in (
        ("ct.cop", "items.0: is not a known charge; nearest: ct.copy"),
        ("Ω", "items.0: is not a known charge"),
    ):
        with pytest.raises(InvalidInput) as caught:
            book.quote([FeeItem(typed_in, cases=1)], on=date(2026, 11, 20), area="", channel="counter", facts=[])
        assert [problem.text("en") for problem in caught.value.problems] == [told]
