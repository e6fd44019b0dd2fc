"""Agencies: either form of identifier, dates, every candidate, and a host's own table."""

from __future__ import annotations

from datetime import date

import pytest

from gov_connect.errors import InvalidInput
from gov_connect.model import Agency
from gov_connect.reference import Agencies

TABLE = (
    "code,name,level,parent,commune,valid_from,valid_to\n"
    "H99,Tỉnh Mẫu,1,,,,\n"
    "000.07.12.H99,UBND xã Cũ,3,H99.12,99007,,2025-06-30\n"
    "H99.201,UBND xã Mẫu,2,H99,99001,2025-07-01,\n"
    "DV-01,Đơn vị có mã riêng,,H99,99001,,\n"
)
BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


@pytest.mark.parametrize("code", ["000.00.00.G22", "G22", "G22.00"])
def test_what_the_wire_states_comes_along(code):
    """The office that runs the portal, by both forms."""
    (found,) = Agencies.default().find(code)
    assert found.name == "Văn phòng Chính phủ"


def test_both_forms_and_all_paddings_find_one_agency():
    """H99.12.7, H99.12.07 and 000.07.12.H99 are the same."""
    table = Agencies.from_csv(TABLE)
    assert {table.find(code)[0].name for code in ("H99.12.7", "H99.12.07", "000.07.12.H99")} == {"UBND xã Cũ"}
    assert table.find("dv-01")[0].code == "DV-01"
    assert table.find("H98") == ()


def test_dates_narrow_and_nothing_is_chosen():
    """All that serve a commune, on a day or ever."""
    table = Agencies.from_csv(TABLE)
    assert [record.code for record in table.serving("99001", on=BEFORE)] == ["DV-01"]
    assert [record.code for record in table.serving("99001", on=AFTER)] == ["H99.201", "DV-01"]
    assert [record.code for record in table.below("000.00.00.H99", on=AFTER)] == ["H99.201", "DV-01"]
    assert (table.find("H99.12.7", on=AFTER), len(table.find("H99.12.7", on=BEFORE))) == ((), 1)


def test_tables_add_up():
    """A host's own after ours, or what the portal lists."""
    listed = Agencies.of([Agency(code="H99.201", name="UBND xã Mẫu", level=3)])
    both = Agencies.default() + listed
    assert [both.find(code)[0].level for code in ("G22", "H99.201")] == [1, 3]


def test_columns_stand_in_any_order_and_blanks_do_not_matter():
    """Spreadsheets write a byte-order mark and blanks."""
    table = Agencies.from_csv("\ufeff name , code \r\n UBND xã Mẫu , H99.201 \r\n")
    assert (table.find("H99.201")[0].name, table.records[0].level) == ("UBND xã Mẫu", None)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_spreadsheets_part_cells_by_other_marks_too(mark):
    """Where the comma is the decimal mark."""
    assert len(Agencies.from_csv(TABLE.replace(",", mark)).records) == 4


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", ["1"]),
        ("code\nH99\n", ["1"]),
        ("code,name,ten\nH99,x,y\n", ["1"]),
        ("code,name,name\nH99,x,y\n", ["1"]),
        ("code,name\n,x\nH99,\n", ["2.code", "3.name"]),
        ("code,name\nH99,x,thừa\n", ["2."]),
        ("code,name,level\nH99,x\n", ["2."]),
        ("code,name,level,commune\nH99,x,một,123\n", ["2.level", "2.commune"]),
        ("code,name,valid_from\nH99,x,31/02/2025\n", ["2.valid_from"]),
        ('code,name\n"H99,x\n', ["1"]),
    ],
)
def test_a_wrong_table_names_every_place(text, places):
    """Line and column; nothing is half-read."""
    with pytest.raises(InvalidInput) as caught:
        Agencies.from_csv(text)
    assert [problem.path for problem in caught.value.problems] == places
