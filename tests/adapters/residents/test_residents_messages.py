"""What is sent to the residents database: canonical bytes, authentication, and normalised names."""

from __future__ import annotations

import base64
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gov_connect import Officer
from gov_connect.adapters.residents import wire as residents_wire
from gov_connect.errors import InvalidInput, NotSupported, PurposeRequired
from gov_connect.model import CitizenQuery
from gov_connect.runtime import Reply

DAN = "{http://dancuquocgia.bca}"
HEAD = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:dan="http://dancuquocgia.bca">'
    "<soapenv:Header/><soapenv:Body><dan:TraCuuThongTinCongDan>"
)


def fields_of(body):
    operation = etree.fromstring(body)[1][0]
    return [(child.tag.removeprefix(DAN), child.text) for child in operation]


def test_the_envelope_is_canonical_to_the_byte(gov, wire, query, live):
    """Namespaces, prefixes and the order of elements are fixed."""
    wire.say(live)
    gov.residents.look_up(query)
    request = wire.sent[0]
    assert request.body.decode() == (
        HEAD + "<dan:MaYeuCau>00000000000000000000000000000002</dan:MaYeuCau>"
        "<dan:MaDVC>1.001193</dan:MaDVC><dan:MaTichHop>037</dan:MaTichHop>"
        "<dan:MaDonVi>000.00.00.H99</dan:MaDonVi><dan:MaCanBo>000000000001</dan:MaCanBo>"
        "<dan:SoDinhDanh>000000000012</dan:SoDinhDanh><dan:HoVaTen>LETHIHUCAU</dan:HoVaTen>"
        "<dan:NgayThangNamSinh><dan:NgayThangNam>19990203</dan:NgayThangNam></dan:NgayThangNamSinh>"
        "</dan:TraCuuThongTinCongDan></soapenv:Body></soapenv:Envelope>"
    )
    assert (request.url, request.headers["Content-Type"]) == (
        "https://lgsp.example/037",
        "application/xml; charset=utf-8",
    )


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("before_officer", ["MaTichHop", "MaDonVi", "MaCanBo", "SoDinhDanh"]),
        ("after_officer", ["MaTichHop", "MaCanBo", "MaDonVi", "SoDinhDanh"]),
        ("omit", ["MaTichHop", "MaCanBo", "SoDinhDanh", "HoVaTen"]),
    ],
)
def test_the_agency_stands_where_the_settings_say(make_gov, wire, query, live, place, expected):
    """Systems differ in the place of MaDonVi."""
    wire.say(live)
    make_gov(RESIDENTS__AGENCY_PLACE=place).residents.look_up(query)
    assert [name for name, _ in fields_of(wire.sent[0].body)][2:6] == expected


def test_account_fields_follow_the_officer(make_gov, wire, query, live):
    """TaiKhoan and SoDienThoai, the literal 0 for no telephone; text is escaped."""
    wire.say(live)
    officer = Officer(code="cb-1", account="a<b>&c")
    make_gov(RESIDENTS__ACCOUNT_FIELDS="true").acting(officer=officer).residents.look_up(query)
    assert fields_of(wire.sent[0].body)[4:7] == [("MaCanBo", "cb-1"), ("TaiKhoan", "a<b>&c"), ("SoDienThoai", "0")]


@pytest.mark.parametrize(
    ("timestamp", "digest"),
    [
        ("1767225600000", "26985c8b375eccb5628163bd588f802d0f37bc2ebf481027584ab1365a79238b"),
        ("1767225600", "5ca076ac3a74b502b9e914aa277f936a23375e74b6c23d90039a1fa24de9f969"),
    ],
)
def test_the_stamp_equals_the_vectors(timestamp, digest):
    """Hex SHA-256 over endpoint, user, timestamp and secret, then Basic."""
    stamp = residents_wire.stamp(
        endpoint="/csdldc/tracuu037", username="don_vi_mau", secret="bi-mat-vi-du", timestamp=timestamp
    )
    assert base64.b64decode(stamp.authorization.removeprefix("Basic ")).decode() == f"don_vi_mau:{digest}"
    assert digest not in repr(stamp)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "1754270100000"),
        ({"RESIDENTS__TIMESTAMP_UNIT": "s"}, "1754270100"),
        ({"RESIDENTS__TIMESTAMP_UNIT": "s", "RESIDENTS__CLOCK_OFFSET": "-60"}, "1754270040"),
    ],
)
def test_the_timestamp_has_the_unit_and_offset_of_the_settings(make_gov, wire, query, live, changes, expected):
    """Milliseconds or seconds, of our clock and the configured offset."""
    wire.say(live)
    make_gov(**changes).residents.look_up(query)
    assert wire.sent[0].headers["Timestamp"] == expected


@pytest.mark.parametrize(
    ("born", "style", "child"),
    [
        ("1999-02-03", "yyyyMMdd", ("NgayThangNam", "19990203")),
        ("1999-02-03", "yyyy-MM-dd", ("NgayThangNam", "1999-02-03")),
        ("1999-02", "yyyyMMdd", ("Nam", "1999")),
        ("1999", "yyyy-MM-dd", ("Nam", "1999")),
    ],
)
def test_the_birth_date_is_one_child(make_gov, wire, live, born, style, child):
    """The full date in the configured form, or the year when less is known."""
    wire.say(live)
    query = CitizenQuery(citizen_id="000000000012", name="MẪU", born=born)
    make_gov(RESIDENTS__DATE_FORMAT=style).residents.look_up(query)
    inside = etree.fromstring(wire.sent[0].body)[1][0][-1]
    assert [(each.tag.removeprefix(DAN), each.text) for each in inside] == [child]


def test_a_nine_digit_number_goes_as_cmnd_alone(gov, wire, enveloped):
    """Never both elements."""
    wire.say(enveloped(""))
    gov.residents.look_up(CitizenQuery(old_id="000000012", name="MẪU", born="1980"))
    names = dict(fields_of(wire.sent[0].body))
    assert names["SoCMND"] == "000000012"
    assert "SoDinhDanh" not in names


@pytest.mark.parametrize(
    ("name", "packed", "spaced"),
    [
        ("Nguyễn Văn Mẫu", "NGUYENVANMAU", "NGUYEN VAN MAU"),
        ("Đỗ Đình Thử", "DODINHTHU", "DO DINH THU"),
        ("đỗ đình thử", "DODINHTHU", "DO DINH THU"),
        ("ÐỖ GIẢ", "DOGIA", "DO GIA"),
        ("H'Mông  Giả", "HMONGGIA", "HMONG GIA"),
        ("Y-Thử\u00a0Êban", "YTHUEBAN", "YTHU EBAN"),
        (unicodedata.normalize("NFD", "Trần Thị Hoà"), "TRANTHIHOA", "TRAN THI HOA"),
        ("ＬÊ\u200b Ư ơ", "LEUO", "LE U O"),
    ],
)
def test_names_are_reduced_to_capitals_without_marks(name, packed, spaced):
    """Đ by hand, apostrophes and hyphens away, blanks kept or not."""
    cleaned = CitizenQuery(citizen_id="000000000012", name=name, born="1999").name.reveal()
    assert residents_wire.plain_name(cleaned, keep_spaces=False) == packed
    assert residents_wire.plain_name(cleaned, keep_spaces=True) == spaced


VIETNAMESE = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ '-", min_size=1
).filter(lambda text: any(char.isalpha() for char in text))


@given(VIETNAMESE)
def test_every_spelling_of_a_name_reduces_to_one_text(name):
    """NFC, NFD, capitals and the reduced form itself give the same ASCII capitals."""
    once = residents_wire.plain_name(name, keep_spaces=False)
    assert once.isascii()
    assert once.isupper()
    for other in (
        name.upper(),
        unicodedata.normalize("NFD", name),
        once,
        residents_wire.plain_name(name, keep_spaces=True),
    ):
        assert residents_wire.plain_name(other, keep_spaces=False) == once


@pytest.mark.parametrize("name", ["阮文", "NGUYỄN 文", "Łukasz", "МAU"])
def test_a_name_that_would_be_cut_is_refused_and_not_shown(gov, wire, name, shown):
    """A letter without Latin form is not dropped in silence."""
    query = CitizenQuery(citizen_id="000000000012", name=name, born="1999")
    with pytest.raises(InvalidInput) as caught:
        gov.residents.look_up(query)
    assert wire.sent == []
    assert name not in shown(caught.value)


def test_a_name_without_letters_is_refused(gov, wire):
    """An empty HoVaTen never leaves."""
    with pytest.raises(InvalidInput):
        gov.residents.look_up(CitizenQuery(citizen_id="000000000012", name="?!", born="1999"))
    assert wire.sent == []


def test_nothing_is_asked_without_purpose_and_officer(gov, wire, query):
    """Reading personal data needs both."""
    bare = type(gov)(parts=gov._parts)
    for acting in (bare, bare.acting(officer=Officer(code="cb-1"))):
        with pytest.raises(PurposeRequired):
            acting.residents.look_up(query)
    assert wire.sent == []


def test_test_people_never_reach_production(make_gov, wire, query):
    """A number that was never issued is refused before anything is sent."""
    with pytest.raises(NotSupported):
        make_gov(ENVIRONMENT="production", STORE_KEY="QUFB" * 10 + "QUE=").residents.verify(query)
    assert wire.sent == []


@pytest.mark.parametrize("first", [(502, b"<html/>"), (500, b"x"), (503, b""), (429, b"")])
def test_each_attempt_has_an_id_and_a_stamp_of_its_own(gov, wire, clock, query, live, first):
    """MaYeuCau is never used twice, and time goes on between attempts."""
    wire.say(first, Reply(status=200, body=live))
    assert gov.residents.verify(query)
    ids = [fields_of(request.body)[0][1] for request in wire.sent]
    stamps = [int(request.headers["Timestamp"]) for request in wire.sent]
    assert len(set(ids)) == len(ids) == 2
    assert stamps[0] < stamps[1]
    assert len({request.headers["X-Correlation-Id"] for request in wire.sent}) == 1
