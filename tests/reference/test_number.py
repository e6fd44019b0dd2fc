"""The personal number tells a little, and differences are warnings only."""

from __future__ import annotations

import pytest

from gov_connect.model import Citizen, CitizenId, PlaceRecord, Sex
from gov_connect.reference import number_facts, number_warnings


@pytest.mark.parametrize(
    ("number", "province", "sex", "year"),
    [
        ("001000000000", "Thành phố Hà Nội", Sex.MALE, 1900),
        ("034_300000000", "Tỉnh Thái Bình", Sex.FEMALE, 2000),
        ("000000000012", None, Sex.MALE, 1900),
    ],
)
def test_the_digits_are_read(number, province, sex, year):
    """Former province, century with sex, and year."""
    facts = number_facts(CitizenId(number.replace("_", "")))
    assert (facts.province and facts.province.name, facts.sex, facts.birth_year) == (province, sex, year)
    assert facts.synthetic is (number[:3] == "000")
    assert "19" not in repr(facts)


def test_a_prefix_beyond_the_provinces_is_abroad_or_unknown():
    """Accepted with a note: the table of countries is not public."""
    citizen = Citizen(name="MẪU", citizen_id="999999999999")
    assert number_facts(citizen.citizen_id).abroad
    assert [warning.code for warning in number_warnings(citizen)] == ["number.abroad"]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"sex": Sex.MALE, "born": "1900-05-20"}, []),
        ({"sex": Sex.FEMALE}, ["number.sex"]),
        ({"born": "1901"}, ["number.year"]),
        ({"birth_place": PlaceRecord(province="25")}, []),
        ({"birth_place": PlaceRecord(province="17")}, []),
        ({"birth_place": PlaceRecord(province="79")}, ["number.province_unlike"]),
        ({"birth_place": PlaceRecord(commune="00004")}, []),
    ],
)
def test_differences_are_warnings(changes, codes):
    """Hòa Bình (017) lies in Phú Thọ (25) now: both codes agree with the prefix."""
    citizen = Citizen(name="MẪU", citizen_id="017000000001", **changes)
    assert [warning.code for warning in number_warnings(citizen)] == codes
    assert all(warning.text("vi") and warning.text("en") for warning in number_warnings(citizen))


def test_without_a_number_there_is_nothing_to_compare():
    """And a test number says that it is one."""
    assert number_warnings(Citizen(name="MẪU")) == ()
    assert [each.code for each in number_warnings(Citizen(name="MẪU", citizen_id="000000000012"))] == [
        "number.synthetic"
    ]
