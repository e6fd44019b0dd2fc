"""Hundreds of special cases: counted by what is special, and each of them read through the library."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import product

import pytest

from gov_connect import CitizenQuery, DossierCode, GovConnect, Officer, ProcedureCode, Purpose
from gov_connect.mocks.people import population, situations

PEOPLE = situations(0)
BIRTHS = {"ordinary", "year_only", "leap_day", "centenarian", "newborn"}
PAPERS = {"number", "number_and_cmnd", "cmnd_only"}
PARENTS = {"both_parents", "unknown_father", "unknown_mother", "no_parents"}
TIERS = {"three_tiers", "two_tiers", "abroad", "no_address"}
OTHERS = {
    *("usual_name", "single_name", "long_name", "apostrophe", "crossed_d", "two_words"),
    *("vietnamese", "told_vietnamese", "lao", "stateless"),
    *("kinh", "tay", "thai", "unknown_ethnic"),
}


def test_the_cases_are_many_and_differ():
    """Every birth with every paper, parents and address; names and nations in turn; twins beside them."""
    met = Counter(label for person in PEOPLE for label in set(person.situation))
    assert len(set(PEOPLE)) == len(PEOPLE) >= 280
    grid = {person.situation[:4] for person in PEOPLE if len(person.situation) == 7}
    assert grid == set(product(BIRTHS, PAPERS, PARENTS, TIERS))
    assert len({person.situation for person in PEOPLE}) > 200
    assert min(met[label] for label in BIRTHS | PAPERS | PARENTS | TIERS | OTHERS) >= 15
    pairs = {(first, second) for person in PEOPLE for first in person.situation for second in person.situation}
    assert {(birth, name) for birth in BIRTHS for name in ("single_name", "long_name", "apostrophe")} <= pairs


def test_twins_share_all_but_name_and_number():
    """Twenty pairs of one birth and one home."""
    homes = defaultdict(list)
    for person in PEOPLE:
        if "twins" in person.situation:
            homes[person.hamlet].append(person)
    assert len(homes) == 20
    for first, second in homes.values():
        assert (first.birth, first.father, first.mother) == (second.birth, second.father, second.mother)
        assert (first.name != second.name, first.number != second.number) == (True, True)


def test_nobody_of_them_can_be_real():
    """Numbers begin with 0000, and are nobody else's here."""
    assert all(
        re.fullmatch(r"00001\d{7}|", person.number) and re.fullmatch(r"00001\d{4}|", person.cmnd) for person in PEOPLE
    )
    assert all(person.number or person.cmnd for person in PEOPLE)
    keys = [person.key for person in (*population(0), *PEOPLE)]
    assert len(set(keys)) == len(keys)
    assert situations(0) == PEOPLE != situations(1)


@pytest.fixture(scope="module")
def look_up():
    """Look a person up as an officer does."""
    with GovConnect.offline() as gov:
        acting = gov.acting(
            officer=Officer(code="cb-01"),
            purpose=Purpose(procedure=ProcedureCode("1.001193"), dossier=DossierCode("H99.201-261120-0001")),
        )

        def ask(person):
            number = {"citizen_id": person.number} if person.number else {"old_id": person.cmnd}
            born = f"{person.birth:%Y}" if person.year_only else f"{person.birth:%Y-%m-%d}"
            return acting.residents.look_up(CitizenQuery(**number, name=person.name, born=born))

        yield ask


def test_each_of_them_is_read_as_what_they_are(look_up):
    """Precision of birth, papers, parents, districts and nationality come through, or stay absent."""
    for person in [*PEOPLE[::7], *PEOPLE[-4:]]:
        found, label = look_up(person), set(person.situation)
        assert found is not None, person.situation
        assert found.name.reveal() == person.name
        assert (found.citizen_id is None) == ("cmnd_only" in label)
        assert (found.born.year, found.born.month is None) == (person.birth.year, person.year_only)
        assert (found.father is None, found.mother is None) == (person.father is None, person.mother is None)
        home = found.permanent_address
        assert (home is None or not home.province) == (person.tier in {"none", "abroad"})
        if home is not None and home.province:
            assert bool(home.district) == (person.tier == "three")
        assert found.nationality == person.nationality
        assert found.unread == ()
