"""Laws of the value objects: shapes, round trips, frozen, every problem at once."""

from __future__ import annotations

import copy
import string
import unicodedata
from datetime import UTC, date, datetime
from typing import Literal, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import model_validator

from gov_connect.errors import InvalidInput, Rejected
from gov_connect.model import (
    BirthDate,
    Child,
    Citizen,
    CitizenQuery,
    Dossier,
    FeeLine,
    FormText,
    InboundDossier,
    Money,
    Note,
    Officer,
    PartialDate,
    PersonName,
    Purpose,
    Requester,
)
from gov_connect.model import text as text_module
from gov_connect.model._base import Value
from gov_connect.model.marks import thinned
from gov_connect.model.money import LARGEST
from gov_connect.model.text import CleanText

DIGITS = string.digits
DAYS = st.dates(min_value=date(1800, 1, 1), max_value=date(2200, 12, 31))


@given(st.integers(0, LARGEST), st.integers(0, LARGEST))
def test_money_adds_up_and_never_leaves_its_bounds(one, other):
    """Sums are exact; below 0 and above the bound there is no money."""
    if one + other <= LARGEST:
        assert (Money(one) + Money(other)).dong == one + other
        assert Money.total([Money(one), Money(other)]) == Money(one + other)
    else:
        with pytest.raises(InvalidInput):
            Money(one) + Money(other)
    if one < other:
        with pytest.raises(InvalidInput):
            Money(one) - Money(other)


@given(st.one_of(st.floats(), st.booleans(), st.text(), st.none(), st.integers(max_value=-1), st.integers(LARGEST + 1)))
def test_nothing_but_whole_numbers_is_money(value):
    """No float, truth value or text, however it looks."""
    with pytest.raises(InvalidInput):
        Money(value)
    with pytest.raises(InvalidInput):
        FeeLine(name="x", amount=value, kind="phi")


def test_what_is_no_json_is_said_to_be_none():
    """By a word of its own: the sender of a file can mend it."""
    with pytest.raises(InvalidInput) as caught:
        CitizenQuery.from_json('{"citizen_id": ')
    assert [(one.path, one.code) for one in caught.value.problems] == [("", "value.not_json")]


def test_money_is_shown_as_in_vietnam():
    """Dots between thousands."""
    assert str(Money(1_234_567)) == "1.234.567 ₫"
    assert not Money(0)


@given(DAYS)
def test_a_full_date_survives_every_spelling(day):
    """ISO by `parse`; the spellings of wires and forms by `read`."""
    partial = PartialDate.of(day)
    assert PartialDate.parse(partial.iso) == partial
    assert partial.full == day
    y, m, d = f"{day.year:04d}", f"{day.month:02d}", f"{day.day:02d}"
    for text in (f"{d}/{m}/{y}", f"{day.day}.{day.month}.{y}", f"{d}-{m}-{y}", f"{y}-{m}-{d}", y + m + d):
        assert PartialDate.read(text) == partial
        assert PartialDate.read(f" {text} 08:00:00") == partial


@given(st.integers(1800, 2200), st.integers(1, 12))
def test_a_partial_date_stays_partial(year, month):
    """A month or a year is never completed."""
    assert PartialDate.read(f"{month}/{year}") == PartialDate(year, month)
    assert PartialDate.read(f"{year}{month:02d}") == PartialDate(year, month)
    assert PartialDate.read(f"00/00/{year}") == PartialDate(year) == PartialDate.parse(str(year))
    assert PartialDate(year).full is None


@given(st.text(max_size=12))
def test_reading_a_date_never_raises(text):
    """It gives a date or None."""
    found = PartialDate.read(text)
    assert found is None or PartialDate.parse(found.iso) == found


@pytest.mark.parametrize(
    "parts",
    [("2026",), (2026.0,), (True,), (2026, "1"), (2026, 0), (2026, 13), (2026, None, 1), (2026, 2, 30), (1799,)],
)
def test_a_date_that_does_not_exist_cannot_be_made(parts):
    """Nor one of the wrong type."""
    with pytest.raises(InvalidInput):
        PartialDate(*parts)


@given(st.text(min_size=1, max_size=60))
def test_a_name_is_stored_clean_or_refused(text):
    """NFC, no zero-width marks, no outer blanks, nothing that a wire cannot carry; twice is once."""
    try:
        name = PersonName(text).reveal()
    except InvalidInput:
        return
    assert unicodedata.is_normalized("NFC", name)
    assert name == name.strip() == PersonName(name).reveal()
    assert not any(unicodedata.category(char) in {"Cf", "Cs"} for char in name)
    assert name.encode()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (unicodedata.normalize("NFD", "NGUYỄN THỬ"), "NGUYỄN THỬ"),
        ("\ufeffMẪU\u200b \u00adTHỬ\u200d ", "MẪU THỬ"),
        ("dòng một\r\ndòng hai\x0bba\rbốn", "dòng một\ndòng hai\nba\nbốn"),
    ],
)
def test_names_from_other_keyboards_become_one_text(text, name):
    """Decomposed letters, marks without width, line ends of every kind."""
    assert PersonName(text).reveal() == name


@pytest.mark.parametrize("text", ["", " \u200b ", "a\x00b", "a\x1bb", "a\x85b", "\ud800", "a\uffffb", "M" * 256])
def test_what_no_wire_can_carry_is_no_name(text):
    """Empty, control characters, lone surrogates, beyond the limit."""
    with pytest.raises(InvalidInput):
        PersonName(text)


ROWS = ["\u0315\u0300", "\u0f73", "\u0300\u200b", "\u0344"]
"""Marks; one that takes itself apart only when it is normalised; one with a mark without width behind each."""


@pytest.mark.parametrize("row", ROWS)
def test_a_row_of_marks_without_end_is_refused_before_it_is_normalised(row, monkeypatch):
    """Putting them in order costs the square of their number."""
    seen = []

    class Counting:
        @staticmethod
        def normalize(_form, text):
            seen.append(text)
            return text

        category = staticmethod(unicodedata.category)

    monkeypatch.setattr(text_module, "unicodedata", Counting)
    with pytest.raises(InvalidInput) as caught:
        PersonName("a" + row * 100)
    assert [problem.code for problem in caught.value.problems] == ["value.control_character"]
    with pytest.raises(InvalidInput) as caught:
        PersonName(" " * 10_000 + "ế")
    assert [problem.code for problem in caught.value.problems] == ["value.too_long"]
    assert seen == []


def test_thirty_marks_are_kept_and_other_signs_do_not_count():
    """Of each letter; a line of dashes is none of marks."""
    kept = "a" + "\u0315\u0300" * 15
    assert thinned(kept + kept) == kept + kept
    assert thinned(kept + "\u0315\u0300" * 500 + "b\u0301") == kept + "b\u0301"
    assert thinned("—" * 100) == "—" * 100


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "a\ufffe"])
def test_plain_texts_that_cross_a_wire_are_held_to_the_same(text):
    """An officer's code, a relation, an issuer."""
    for make in (
        lambda: Officer(code=text),
        lambda: Requester(name="MẪU", relation=text, citizen_id="000000000012", id_issued_on="2022", id_issued_by="x"),
    ):
        with pytest.raises(InvalidInput):
            make()
    with pytest.raises(InvalidInput, match="code"):
        Officer(code=" \u200b ")


def test_every_problem_is_said_at_once_with_its_path():
    """Nested values report to the outermost one."""
    with pytest.raises(InvalidInput) as caught:
        Child(name="", sex="x", born="31/02/2020", birth_place=3, birth_province="9", extra="?")
    assert {problem.path: problem.code for problem in caught.value.problems} == {
        "name": "value.empty",
        "sex": "value.not_among",
        "born": "value.not_a_date",
        "birth_place": "value.not_text",
        "birth_province": "value.invalid",
        "native_place": "value.missing",
        "extra": "value.unknown_field",
    }
    with pytest.raises(InvalidInput) as caught:
        Dossier(
            code="x", procedure={"code": "y"}, applicant={"name": "", "old_id": "1"}, received_at="2025-01-01T00:00:00"
        )
    found = {problem.path: problem.code for problem in caught.value.problems}
    assert found["procedure.code"] == "value.procedure_code"
    assert found["applicant.old_id"] == "value.old_id_number"
    assert found["received_at"] == "value.no_timezone"
    assert all(problem.text(language) for problem in caught.value.problems for language in ("vi", "en"))


def test_exactly_one_number_is_looked_up():
    """Neither none nor both."""
    for numbers in ({}, {"citizen_id": "000000000012", "old_id": "000000012"}):
        with pytest.raises(InvalidInput, match="citizen_id, old_id"):
            CitizenQuery(name="MẪU", born="1999", **numbers)


VALUES = [
    CitizenQuery(citizen_id="000000000012", name="MẪU THỬ", born="1999-02"),
    Citizen(name="MẪU THỬ", citizen_id="000000000012", born="1999", permanent_address={"detail": "Thôn Thử"}),
    Purpose(procedure="1.001193", dossier="H99-250804-0019"),
    FeeLine(name="Lệ phí", amount=8000, kind="le_phi"),
    InboundDossier(
        code="H99-250804-0019",
        procedure="1.001193",
        applicant={"name": "MẪU THỬ", "phone": "0900000001", "email": "a@mau.example"},
        submitted_at=datetime(2025, 8, 4, tzinfo=UTC),
        form={"HoTenKS": "MẪU THỬ"},
        files=("a.pdf",),
    ),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_values_are_frozen_and_survive_their_json(value):
    """`from_json` reads what `to_json` wrote; nothing can be changed in place."""
    assert type(value).from_json(value.to_json()) == value
    assert copy.deepcopy(value) == value
    field = next(iter(type(value).model_fields))
    with pytest.raises(Exception, match="frozen"):
        setattr(value, field, None)
    with pytest.raises(InvalidInput):
        type(value).from_json("{")
    with pytest.raises(InvalidInput):
        type(value).from_json("[]")


@pytest.mark.parametrize("value", [PersonName("MẪU"), BirthDate(1999), PartialDate(1999), Money(1)])
def test_the_small_values_are_frozen_too(value):
    """Neither changed nor deleted."""
    name = next(slot for kind in type(value).__mro__ for slot in getattr(kind, "__slots__", ()))
    for change in (lambda: setattr(value, name, "x"), lambda: delattr(value, name)):
        with pytest.raises(AttributeError):
            change()


def test_a_note_is_a_text_of_a_form_but_not_the_other_way_round():
    """The narrower limit wins where it is asked for."""
    assert InboundDossier(
        code="H99-250804-0019", procedure="1.001193", applicant={"name": "MẪU"}, form={"a": Note("x")}
    )
    with pytest.raises(InvalidInput):
        Note("x" * 2001)
    assert FormText("x" * 2001)


def test_a_problem_under_a_key_of_any_name_is_told():
    """The ways of a text have no names that a key could have."""

    class Holder(Value):
        numbers: dict[str, int]
        texts: dict[str, CleanText]

    for key in ("plain text", "cleaned text", "not_clean"):
        with pytest.raises(InvalidInput) as caught:
            Holder(numbers={key: "x"}, texts={key: "\x00"})
        problems = [(problem.path.split(".")[0], problem.code) for problem in caught.value.problems]
        assert problems == [("numbers", "value.not_whole_number"), ("texts", "value.control_character")]


def test_a_rule_between_fields_names_the_field_that_breaks_it():
    """In a value within another too; and what a field may hold is said."""

    class Inner(Value):
        a: int = 0
        b: int = 0
        kind: Literal["x", "y"] = "x"

        @model_validator(mode="after")
        def _both(self) -> Self:
            if self.a and not self.b:
                raise Rejected("value.needed_with", at="b", other="a")
            return self

    class Outer(Value):
        inner: Inner

    for wrong, told in (({"a": 1}, "inner.b: is required with a"), ({"kind": "z"}, "inner.kind: must be one of: x, y")):
        with pytest.raises(InvalidInput) as caught:
            Outer(inner=wrong)
        assert [problem.text("en") for problem in caught.value.problems] == [told]
