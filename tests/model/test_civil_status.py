"""Civil-status events as values: what is possible is representable, what is not is said."""

from __future__ import annotations

from datetime import datetime

import pytest

from gov_connect.errors import InvalidInput
from gov_connect.model import VIETNAM, Address, BirthRegistration, NameParts, Requester
from gov_connect.model.civil_status import DeathRegistration, MarriageRegistration
from gov_connect.model.registrants import Individual

ASKED = {
    "name": "ĐỖ THỊ BỊA RA",
    "relation": "Con",
    "citizen_id": "000000000022",
    "id_issued_on": "2022-02-01",
    "id_issued_by": "Cục",
}
COMMON = {
    "dossier": "H99.201-260106-0007",
    "unit": "99001",
    "received_at": datetime(2026, 1, 6, 15, tzinfo=VIETNAM),
    "requester": ASKED,
}
CHILD = {"name": "MẪU AN", "sex": "female", "born": "2026-01-03", "birth_place": "x", "native_place": "y"}
DEAD = {"deceased": {"name": "MẪU", "born": "1941"}, "died_on": "2026-01-05", "place": "x", "cause": "y"}


def problems(kind, **fields):
    with pytest.raises(InvalidInput) as caught:
        kind(**fields)
    return {(problem.path, problem.code) for problem in caught.value.problems}


def test_a_foundling_has_no_parents():
    """And parents who are not named are no foundling."""
    parent = {"name": "LÊ THỊ HƯ CẤU"}
    assert problems(BirthRegistration, **COMMON, child=CHILD, mother=parent, abandoned=True) == {
        ("abandoned", "value.abandoned")
    }
    assert BirthRegistration(**COMMON, child=CHILD).abandoned is False


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"died_on": "2026-01-07"}, "value.before"),
        ({"died_on": "1940"}, "value.before"),
        ({"died_on": "1941"}, None),
        ({"died_at": "24:00"}, "value.invalid"),
        ({"died_at": "23:59"}, None),
    ],
)
def test_nobody_dies_before_birth_or_after_receipt(changes, code):
    """As far as the dates are known."""
    if code is None:
        assert DeathRegistration(**COMMON, **{**DEAD, **changes})
    else:
        assert {found for _, found in problems(DeathRegistration, **COMMON, **{**DEAD, **changes})} == {code}


def test_everything_wrong_with_a_marriage_is_said_at_once():
    """Both sides, by path."""
    rest = {name: value for name, value in COMMON.items() if name != "requester"}
    assert problems(
        MarriageRegistration, **rest, husband={"name": "", "times": 0}, wife={"status": "x", "name": "A"}
    ) == {
        ("husband.name", "value.empty"),
        ("husband.status", "value.missing"),
        ("husband.times", "value.too_small"),
        ("wife.status", "value.not_among"),
    }


def test_papers_and_numbers():
    """A number alone is a card; another paper is described; a requester has one or the other."""
    assert Individual(name="A", citizen_id="000000000012").paper == ("id_card", "000000000012")
    assert Individual(name="A").paper == (None, "")
    both = Individual(name="A", citizen_id="000000000012", id_kind="passport", id_number="X1")
    assert both.paper == ("passport", "X1")
    assert problems(Individual, name="A", id_kind="other", id_number="1") == {("id_described", "value.needed_with")}
    assert problems(Requester, **{**ASKED, "citizen_id": None}) == {("", "value.one_of")}


def test_other_ethnic_groups_are_named():
    """ "Khác" alone says nothing."""
    assert problems(Individual, name="A", ethnicity="Khác") == {("ethnicity_other", "value.needed_with")}


def test_parts_make_the_name():
    """Or the value is refused."""
    parts = {"family": "TÔN NỮ", "middle": "THỊ", "given": "MẪU"}
    assert Individual(name="TÔN NỮ THỊ MẪU", parts=parts).divided.family.reveal() == "TÔN NỮ"
    assert problems(Individual, name="TÔN THỊ MẪU", parts=parts) == {("parts", "value.name_parts")}
    assert NameParts(given="MẪU").whole.reveal() == "MẪU"


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("Thôn Mẫu", "Thôn Mẫu"),
        ({"detail": "Số 1", "commune": "00004", "names": "Phường Ba Đình"}, "Số 1, Phường Ba Đình"),
        ({"country": "Lào"}, "Lào"),
        ({"detail": "Seattle", "country": "US"}, "Seattle, US"),
        ({"province": "01"}, ""),
    ],
)
def test_addresses_in_words(place, line):
    """Code and text; plain text is an address too."""
    assert Address.model_validate(place).line == line


@pytest.mark.parametrize("place", [{}, {"detail": None}, {"names": "x"}, {"province": "1"}, {"commune": "abc"}, 7])
def test_addresses_that_say_nothing(place):
    """Or what no code looks like."""
    assert problems(lambda **_: Address.model_validate(place))


def test_nothing_of_a_person_is_shown():
    """Neither by repr nor as JSON."""
    death = DeathRegistration(**COMMON, **DEAD, died_at="21:40")
    assert "MẪU" not in repr(death) + death.model_dump_json()
    assert "21:40" not in repr(death)
