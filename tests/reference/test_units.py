"""Administrative units: counts, both directions, candidates instead of choices."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from gov_connect.fees import FeeBook
from gov_connect.reference import CHANGED_ON, Level, Units
from gov_connect.reference.units import table

ROOT = Path(__file__).parents[2]
BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


@pytest.fixture(scope="module")
def units() -> Units:
    return Units.default()


def test_the_counts_are_those_of_the_decision(units):
    """34 provinces with 3,321 communes now; 63, 696 and 10,035 before."""
    assert [len(units.units(level, on=AFTER)) for level in Level] == [34, 0, 3321]
    assert [len(units.units(level, on=BEFORE)) for level in Level] == [63, 696, 10_035]
    names = [unit.name for unit in units.units(Level.COMMUNE, on=AFTER)]
    assert [sum(name.startswith(kind) for name in names) for kind in ("Xã ", "Phường ", "Đặc khu ")] == [2621, 687, 13]


def test_every_unit_has_a_past_and_every_former_one_a_future(units):
    """No dead ends, and nothing crosses the border of a present province."""
    for unit in units.units(Level.COMMUNE, on=AFTER):
        changes = units.before(unit.code)
        assert changes
        for change in changes:
            province = units.province_of(change.former)
            assert [each.current.code for each in units.now(province.code)] == [unit.parent]
    assert all(units.now(unit.code) for unit in units.units(Level.COMMUNE, on=BEFORE))
    assert sum(len(units.now(unit.code)) == 1 for unit in units.units(Level.COMMUNE, on=BEFORE)) == 9564


def test_a_divided_commune_has_several_candidates(units):
    """Nobody picks one; each says that it took only a part."""
    divided = [unit for unit in units.units(Level.COMMUNE, on=BEFORE) if len(units.now(unit.code)) > 1]
    assert len(divided) == 471
    assert not any(change.whole for unit in divided for change in units.now(unit.code))


def test_a_code_means_nothing_without_a_day(units):
    """3,316 present communes carry the code of one of their parts; five were island districts."""
    reused = [unit for unit in units.units(Level.COMMUNE, on=AFTER) if units.unit(unit.code, on=BEFORE)]
    assert len(reused) == 3316
    assert units.unit("27", on=BEFORE).name == "Tỉnh Bắc Ninh"
    assert units.unit("27", on=AFTER) is None
    assert (units.unit("24", on=BEFORE).name, units.unit("24", on=AFTER).name) == ("Tỉnh Bắc Giang", "Tỉnh Bắc Ninh")
    island = units.before("11948")[0]
    assert (island.former.level, island.former.code, island.current.name) == (
        Level.DISTRICT,
        "318",
        "Đặc khu Bạch Long Vĩ",
    )


@pytest.mark.parametrize(
    ("former", "now"),
    [("02", "08"), ("24", "24"), ("27", "24"), ("44", "44"), ("45", "44"), ("52", "52"), ("64", "52"), ("77", "79")],
)
def test_provinces_went_where_the_law_says(units, former, now):
    """Samples of the wire document's table, same-code traps included."""
    assert [change.current.code for change in units.now(former)] == [now]


def test_dates_are_on_the_units(units):
    """A present unit begins on the first of July 2025, a former one ends the day before."""
    assert (units.unit("01", on=AFTER).valid_from, units.unit("01", on=AFTER).valid_to) == (CHANGED_ON, None)
    assert (units.unit("01", on=BEFORE).valid_from, units.unit("01", on=BEFORE).valid_to) == (None, BEFORE)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Phường Ba Đình", ["00004"]),
        ("phuong ba dinh", ["00004"]),
        ("Ba Đình", ["00004", "16171"]),
        ("Ba Dinh", ["21499"]),
        ("xã không có", []),
    ],
)
def test_names_give_every_candidate(units, name, codes):
    """Marks count when they are typed; the kind may be left out."""
    assert sorted(unit.code for unit in units.find(name, on=AFTER)) == codes


@pytest.mark.parametrize(("one", "other"), [("hoà", "hòa"), ("thuỷ", "thủy"), ("uý", "úy")])
def test_the_place_of_a_tone_mark_does_not_matter(units, one, other):
    """Data sets spell them both ways."""
    named = [unit for unit in units.units(Level.COMMUNE, on=AFTER) if other in unit.name.casefold()]
    for unit in named[:5]:
        typed = unit.name.casefold().replace(other, one)
        assert unit in units.find(typed, on=AFTER, within=unit.parent)


def test_districts_and_unknown_codes_have_no_successor(units):
    """An empty answer, not an error."""
    assert units.now("001") == units.now("99999") == units.before("99999") == ()


def test_every_commune_is_a_place_of_the_fee_packs(units):
    """A commune code leads to province and former province, also where the tables confuse two of one name."""
    book = FeeBook.default()
    for unit in units.units(Level.COMMUNE, on=AFTER):
        assert book.chain(unit.code)[-2] == unit.parent
    assert all(":" in units.area(unit.code) for unit in units.units(Level.COMMUNE, on=AFTER))
    confused = {"10804": "31:30", "10843": "31:30", "11911": "31:31", "29869": "82:87", "31726": "92:94"}
    assert {code: units.area(code) for code in confused} == confused
    assert (units.area("00004"), units.area("11948"), units.area("99999"), units.area("01")) == (
        "01:01",
        "31:31",
        None,
        None,
    )


def test_the_tables_equal_those_of_the_package():
    """Rebuilt from `vietnamadminunits`, where that is installed: byte by byte."""
    if importlib.util.find_spec("vietnamadminunits") is None:
        pytest.skip("vietnamadminunits is a tool of the builder, not a dependency")
    subprocess.run([sys.executable, str(ROOT / "tools" / "build_reference.py"), "--check"], check=True, timeout=60)


def test_codes_keep_their_zeros():
    """Two, three and five digits, as text."""
    for name, length in (("provinces", 2), ("former_districts", 3), ("communes", 5), ("former_communes", 5)):
        assert {len(row[0]) for row in table(name)} == {length}
