"""Numbers are given once, agency codes have two forms, local codes have national ones."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, date, datetime

import pytest

from gov_connect.errors import InvalidInput
from gov_connect.model import AgencyCode, DossierCode
from gov_connect.store import Database
from gov_connect.store.code_map import CodeMap
from gov_connect.store.numbers import FORMS, DossierNumbers

DAY = date(2025, 8, 4)
AT = datetime(2025, 8, 4, tzinfo=UTC)
COUNT = """
import sys
from datetime import date
from gov_connect.store import Database
from gov_connect.store.numbers import DossierNumbers
numbers = DossierNumbers(Database(sys.argv[1]))
for _ in range(40):
    print(numbers.next("H99.12.7", date(2025, 8, 4)))
"""


@pytest.fixture
def database(tmp_path):
    made = Database(f"sqlite:///{tmp_path / 'numbers.db'}")
    yield made
    made.close()


def test_no_number_is_given_twice_across_processes(tmp_path):
    """Three processes take forty each at once: 120 numbers, no gap, no double."""
    url = f"sqlite:///{tmp_path / 'n.db'}"
    running = [
        subprocess.Popen([sys.executable, "-W", "error", "-c", COUNT, url], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    given = [line for process in running for line in process.communicate(timeout=60)[0].split()]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert sorted(given) == [f"H99.12.7-250804-{n:04d}" for n in range(1, 121)]


def test_no_number_is_given_twice_across_threads(database):
    """One counter shared by four threads."""
    numbers, given = DossierNumbers(database), []
    threads = [
        threading.Thread(target=lambda: given.extend(numbers.next("H99.12.7", DAY) for _ in range(20)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(given)) == 80


def test_the_counter_is_per_agency_and_starts_anew_each_day(database):
    """Order 1 again on the next day and at the next agency; beyond 9999 the group grows."""
    numbers = DossierNumbers(database)
    assert numbers.next("000.07.12.H99", DAY) == "000.07.12.H99-250804-0001"
    assert numbers.next("000.07.12.H99", date(2025, 8, 5)).endswith("-250805-0001")
    assert numbers.next("H99.12.8", DAY) == "H99.12.8-250804-0001"
    numbers.start_after("H99.12.8", DAY, 9999)
    numbers.start_after("H99.12.8", DAY, 3)
    numbers.start_after("H99.12.9", DAY, 3)
    assert numbers.next("H99.12.8", DAY) == "H99.12.8-250804-10000"
    assert numbers.next("H99.12.9", DAY).endswith("-0004")


@pytest.mark.parametrize(
    ("form", "number"),
    [("legal", "H99.12-250804-0001"), ("patched", "H99.12-250804-00001"), ("newest", "H99.12-20250804-0000001")],
)
def test_the_forms_are_pluggable(database, form, number):
    """Each known form, and what a form makes must be a dossier number."""
    assert DossierNumbers(database, form=FORMS[form]).next("H99.12", DAY) == number


def test_a_form_that_makes_no_number_gives_none_away(database):
    """A refused number leaves the counter where it was."""
    with pytest.raises(InvalidInput):
        DossierNumbers(database, form=lambda agency, day, order: "x").next("H99.12", DAY)
    assert DossierNumbers(database).next("H99.12", DAY) == DossierCode("H99.12-250804-0001")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("000.07.12.H99", "H99.12.07"),
        ("000.00.00.G22", "G22"),
        ("001.07.12.H99", "H99.12.07.001"),
        ("000.00.12.H99", "H99.12"),
    ],
)
def test_agency_codes_go_from_old_to_new_and_back(old, new):
    """Groups reversed, all-zero groups dropped; padding says nothing."""
    assert AgencyCode(old).to_new() == new
    assert AgencyCode(new).to_old() == old
    assert AgencyCode(old).same_as(AgencyCode(new))


def test_agency_codes_are_compared_by_number():
    """`H99.12.7` and `H99.12.07` are one agency; codes that do not fit the old form have none."""
    assert AgencyCode("H99.12.7").same_as(AgencyCode("000.07.12.H99"))
    assert not AgencyCode("H99.12.7").same_as(AgencyCode("H99.12.8"))
    assert AgencyCode("H99.201").to_old() is None
    assert AgencyCode("H99.1A").to_old() is None
    assert AgencyCode("H99.1.2.3.4").to_old() is None
    assert AgencyCode("H99.7").to_new() == "H99.7"


def test_local_codes_are_mapped_exactly(database):
    """No prefix match, no assumption; a suffix is stripped."""
    codes = CodeMap(database, AgencyCode("H99.201"))
    codes.set({"TS_MN.H99": "1.001193", "TS_MN.H98": "1.001193", "X": "2.000635"}, at=AT)
    codes.set({"X": "2.000815"}, at=AT)
    codes.set({"p": " 7 "}, at=AT, kind="paper")
    assert (codes.procedure("TS_MN.H99"), codes.procedure("X")) == ("1.001193", "2.000815")
    assert codes.procedure("3.000181.000.00.00.H22") == "3.000181"
    assert codes.local("1.001193") == ["TS_MN.H98", "TS_MN.H99"]
    assert (codes.national("TS"), codes.national("p", kind="paper")) == (None, "7")
    with pytest.raises(InvalidInput):
        codes.procedure("TS_MN")
    with pytest.raises(InvalidInput):
        codes.set({"a": "1.001193", "b": "x"}, at=AT)
    assert codes.national("a") is None
    assert CodeMap(database, AgencyCode("H99.202")).national("X") is None
