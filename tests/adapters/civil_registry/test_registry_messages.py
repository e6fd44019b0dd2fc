"""What is sent to the civil registry equals sample 8.1, element by element."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gov_connect.adapters.civil_registry import fields as registry_fields
from gov_connect.adapters.civil_registry import wire as registry_wire
from gov_connect.adapters.civil_registry.envelopes import message
from gov_connect.adapters.civil_registry.styles import G1, dotted
from gov_connect.errors import InvalidInput, NotSupported
from gov_connect.model import Child, Parent, PartialDate, RegistrationKind, date_in_words

ACCEPTED = {"status": 1, "value": ""}


def elements(data):
    return [(element.tag, element.text) for element in etree.fromstring(data)[0]]


def test_a_birth_is_sample_8_1_exactly(gov, wire, sample, token, birth):
    """The envelope member by member, the XML element by element, in order."""
    wire.say(token, sample("civil_registry/8_1_reply1.json"))
    submission = gov.civil_registry.submit(birth)
    sent, expected = wire.message(), sample("civil_registry/8_1_request.json")
    assert elements(sent["data"]) == elements(expected["data"])
    assert sent == expected
    assert wire.sent[-1].url == "https://gateway.example/hotich/1.0/dangKyHoTich"
    assert wire.sent[-1].headers["Authorization"] == "Bearer t-1"
    assert (submission.dossier, submission.already_there) == ("H99.201-260105-0007", False)


def test_names_are_escaped_and_come_back_whole(make_birth):
    """The five marks of XML inside names and places; no text becomes an element."""
    name = "MẪU <b>&amp; 'A' \"B\" ]]> THỬ"
    child = Child(name=name, sex="male", born="2026-01-03", birth_place=name, native_place="a\nb")
    data = registry_wire.document(registry_fields.birth(make_birth(child=child), G1()))
    found = dict(elements(data))
    assert (found["nksHoTen"], found["nksNoiSinh"], found["nksQueQuan"]) == (name, name, "a\nb")
    assert "nksNoiSinhDVHC" not in found


@pytest.mark.parametrize(
    ("mother", "father", "kind"), [(True, True, "1"), (False, True, "2"), (True, False, "3"), (False, False, "4")]
)
def test_the_known_parents_decide_the_kind(make_birth, birth, mother, father, kind):
    """A parent who is not known leaves no element behind."""
    given_ = make_birth(mother=birth.mother if mother else None, father=birth.father if father else None)
    fields = registry_fields.birth(given_, G1())
    assert fields["nksLoaiKhaiSinh"] == kind
    assert any(name.startswith("me") for name in fields) is mother
    assert any(name.startswith("cha") for name in fields) is father


@pytest.mark.parametrize(
    ("day", "text"), [("2026-01-03", "03.01.2026"), ("2026-01", "01.2026"), ("1999", "1999"), ("0999", None)]
)
def test_partial_dates_are_written_with_dots(day, text):
    """As much as is known, never more."""
    if text is None:
        with pytest.raises(InvalidInput):
            PartialDate.parse(day)
    else:
        assert dotted(PartialDate.parse(day)) == text


def test_a_parent_of_whom_only_the_name_is_known_leaves_the_rest_out(make_birth):
    """Neither a birth date nor a paper is made up."""
    fields = registry_fields.birth(make_birth(mother=Parent(name="LÊ THỊ HƯ CẤU")), G1())
    assert not {"meNgaySinh", "meNoiCuTru", "meLoaiGiayToTuyThan", "meSoGiayToTuyThan"} & set(fields)


@pytest.mark.parametrize("kind", RegistrationKind)
def test_each_kind_has_a_code_of_list_l3(make_birth, kind):
    """1 on time, 2 again, 3 foreign, 4 late, 5 for people with papers."""
    fields = registry_fields.birth(make_birth(kind=kind), G1())
    assert fields["loaiDangKy"] == {"on_time": "1", "again": "2", "foreign": "3", "late": "4", "from_papers": "5"}[kind]


def test_the_day_of_receipt_is_that_of_vietnam(gov, make_birth):
    """Six in the evening of the 4th in UTC is the 5th."""
    late = make_birth(received_at=datetime(2026, 1, 4, 18, tzinfo=UTC))
    assert message(late, "G1", gov.settings.civil_registry)["ngayTiepNhan"] == "2026-01-05"


@pytest.mark.parametrize(
    ("received", "born", "good"),
    [
        (datetime(2026, 1, 2, 18, tzinfo=UTC), "2026-01-03", True),
        (datetime(2026, 1, 2, 16, tzinfo=UTC), "2026-01-03", False),
        (datetime(2026, 1, 2, 16, tzinfo=UTC), "2026-01", True),
        (datetime(2026, 1, 2, 16, tzinfo=UTC), "2026-02", False),
        (datetime(2026, 1, 2, 16, tzinfo=UTC), "2027", False),
    ],
)
def test_nobody_is_born_after_the_day_of_receipt(make_birth, birth, received, born, good):
    """Compared in Vietnam's days, as far as the date is known."""
    child = Child(**{**dict(birth.child), "born": born})
    if good:
        assert make_birth(received_at=received, child=child)
    else:
        with pytest.raises(InvalidInput, match=r"child\.born"):
            make_birth(received_at=received, child=child)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-01-03", "Ngày ba tháng một năm hai nghìn không trăm hai mươi sáu"),
        ("2000-04-04", "Ngày bốn tháng tư năm hai nghìn"),
        ("2005-10-10", "Ngày mười tháng mười năm hai nghìn không trăm lẻ năm"),
        ("1999-12-31", "Ngày ba mươi mốt tháng mười hai năm một nghìn chín trăm chín mươi chín"),
        ("1955-11-15", "Ngày mười lăm tháng mười một năm một nghìn chín trăm năm mươi lăm"),
        ("2021-05-21", "Ngày hai mươi mốt tháng năm năm hai nghìn không trăm hai mươi mốt"),
        ("1900-06-25", "Ngày hai mươi lăm tháng sáu năm một nghìn chín trăm"),
        ("1904-03", "Tháng ba năm một nghìn chín trăm lẻ bốn"),
        ("1914", "Năm một nghìn chín trăm mười bốn"),
        ("2010-07-11", "Ngày mười một tháng bảy năm hai nghìn không trăm mười"),
    ],
)
def test_known_dates_are_spoken_exactly(day, words):
    """One and eleven, five and fifteen, the fourth month, round hundreds."""
    assert date_in_words(PartialDate.parse(day)) == words


SPOKEN = {"ngày", "tháng", "năm", "không", "một", "hai", "ba", "bốn", "tư", "sáu", "bảy", "tám", "chín"}
SPOKEN |= {"mười", "mươi", "mốt", "lăm", "lẻ", "trăm", "nghìn"}


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_every_date_is_spoken_in_known_words_and_differs(day):
    """Shape, vocabulary, and no two neighbouring days or years alike."""
    words = date_in_words(PartialDate.of(day))
    assert words[:5] == "Ngày "
    assert {word.lower() for word in words.split()} <= SPOKEN
    assert words.count(" tháng ") == 1
    assert words != date_in_words(PartialDate(day.year + 1, day.month, 1 if day.month == 2 else day.day))


def test_test_people_never_reach_production(make_gov, wire, birth):
    """One test number among the people is enough to refuse."""
    with pytest.raises(NotSupported):
        make_gov(ENVIRONMENT="production", STORE_KEY="QUFB" * 10 + "QUE=").civil_registry.submit(birth)
    assert wire.sent == []
