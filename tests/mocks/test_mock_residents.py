"""The residents database: who is admitted, what is a valid question, and the forms of the answer."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from lxml import etree

from gov_connect.mocks import residents
from gov_connect.mocks.core import MockReply, MockRequest
from gov_connect.mocks.people import Person, situations
from gov_connect.mocks.residents import ResidentsMock, authorization

DATA = "{http://www.mic.gov.vn/dancu/1.0}"
BODY = "{http://schemas.xmlsoap.org/soap/envelope/}Body"
PERSON = Person(
    number="000000000012",
    cmnd="000000012",
    name="ĐỖ THỊ HƯ CẤU",
    birth=date(1999, 2, 28),
    year_only=False,
    sex="2",
    ethnic_code="01",
    ethnic_name="Kinh",
    marital="2",
    phone="0900000012",
    hamlet="Thôn Thử & Mẫu",
    issued=date(2022, 2, 1),
)
YEAR_ONLY = replace(
    PERSON, number="000000000013", cmnd="", name="VÍ VĂN DỤ", sex="1", birth=date(1950, 1, 1), year_only=True
)
LEAVES = (
    ("MaYeuCau", "1"),
    ("MaDVC", "VPCP"),
    ("MaTichHop", "037"),
    ("MaCanBo", "cb"),
    ("SoDinhDanh", PERSON.number),
    ("HoVaTen", "DOTHIHUCAU"),
)
BIRTH = "<dan:NgayThangNam>19990228</dan:NgayThangNam>"


@pytest.fixture
def ask(residents_caller: Any) -> Any:
    """Give a caller to a database that knows the two people above."""
    residents_caller.system.add(PERSON, YEAR_ONLY)
    return residents_caller


def citizens(reply: MockReply) -> list[Any]:
    """Give the CongDan elements of a reply."""
    body = etree.fromstring(reply.body).find(BODY)
    assert body is not None
    return list(body.iter(f"{DATA}CongDan"))


def texts(element: Any, path: str) -> str:
    """Give the text under a path of local names."""
    return element.findtext("/".join(DATA + step for step in path.split("/"))) or ""


def fault(reply: MockReply) -> str:
    """Give the text of a SOAP fault."""
    assert reply.status == 500
    return etree.fromstring(reply.body).findtext(".//faultstring") or ""


# -- admission (§3)


@pytest.mark.parametrize(
    ("timestamp", "digest"),
    [
        ("1767225600000", "26985c8b375eccb5628163bd588f802d0f37bc2ebf481027584ab1365a79238b"),
        ("1767225600", "5ca076ac3a74b502b9e914aa277f936a23375e74b6c23d90039a1fa24de9f969"),
    ],
)
def test_authorizations_are_those_of_the_vectors(timestamp: str, digest: str) -> None:
    """The two computed vectors of the wire document."""
    import base64  # noqa: PLC0415

    value = authorization(
        endpoint="/csdldc/tracuu037", username="don_vi_mau", secret="bi-mat-vi-du", timestamp=timestamp
    )
    assert base64.b64decode(value.removeprefix("Basic ")).decode() == f"don_vi_mau:{digest}"


@pytest.mark.parametrize("unit", [1, 1000])
def test_seconds_and_milliseconds(ask: Any, clock: Any, unit: int) -> None:
    """The unit of the timestamp is told by its length."""
    headers = ask.headers(str(int(clock().timestamp()) * unit))
    assert ask.send(ask.body(*LEAVES, birth=BIRTH), headers).status == 200


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_stale_timestamp_is_refused(ask: Any, clock: Any, seconds: int) -> None:
    """Five minutes either way are allowed, one second more is not."""
    stamp = int(clock().timestamp())
    assert ask.send(ask.body(*LEAVES, birth=BIRTH), ask.headers(str(stamp + seconds))).status == 401
    within = ask.headers(str(stamp + seconds // abs(seconds) * 300))
    assert ask.send(ask.body(*LEAVES, birth=BIRTH), within).status == 200


@pytest.mark.parametrize(
    "change",
    [
        {"authorization": "Basic ZG9uX3ZpX21hdTp4"},
        {"authorization": "Bearer x"},
        {"authorization": "Basic %%%"},
        {"authorization": ""},
        {"timestamp": "yesterday"},
        {"timestamp": ""},
    ],
)
def test_wrong_credentials_are_refused(ask: Any, change: dict[str, str]) -> None:
    """Anything but the right hash over the right timestamp is 401."""
    assert ask.send(ask.body(*LEAVES, birth=BIRTH), ask.headers() | change).status == 401
    assert ask.system.state()["unauthorized"] == 1


@pytest.mark.parametrize(
    ("kind", "status"), [("application/xml; charset=utf-8", 200), ("text/xml", 200), ("text/plain", 415)]
)
def test_both_content_types_of_xml_are_taken(ask: Any, kind: str, status: int) -> None:
    """application/xml is what clients send (quirk 23); text/xml is taken too."""
    assert ask.send(ask.body(*LEAVES, birth=BIRTH), ask.headers() | {"content-type": kind}).status == status


def test_one_path_takes_post_alone(ask: Any) -> None:
    """There is one path, and it takes POST."""
    headers = ask.headers()
    assert ask.system.handle(MockRequest(method="POST", path="/", headers=headers)).status == 404
    assert ask.system.handle(MockRequest(method="GET", path=residents.ENDPOINT, headers=headers)).status == 405


# -- the question (§2.3)


@pytest.mark.parametrize(
    "name",
    [
        "DOTHIHUCAU",
        "ĐỖ THỊ HƯ CẤU",
        "đỗ thị hư cấu",
        unicodedata.normalize("NFD", "Đỗ Thị Hư Cấu"),
        "DO-THI HU.CAU",
    ],
)
@pytest.mark.parametrize("birth", ["1999", "19990228", "1999-02-28"])
def test_names_and_dates_in_all_forms(ask: Any, name: str, birth: str) -> None:
    """Names are compared after normalising; a year or a date in either form finds the person."""
    assert len(citizens(ask.look_up(PERSON.number, name, birth))) == 1


def test_nine_digits_are_a_cmnd(ask: Any) -> None:
    """The old number finds the same person."""
    (found,) = citizens(ask.look_up(PERSON.cmnd, PERSON.name, "1999"))
    assert texts(found, "SoDinhDanh") == PERSON.number


@pytest.mark.parametrize(
    ("number", "name", "birth"),
    [
        (PERSON.number, "VÍ VĂN DỤ", "1999"),
        (PERSON.number, PERSON.name, "1998"),
        (PERSON.number, PERSON.name, "19990227"),
        ("000000000099", PERSON.name, "1999"),
        (YEAR_ONLY.number, YEAR_ONLY.name, "19500101"),
    ],
)
def test_all_parts_must_match(ask: Any, number: str, name: str, birth: str) -> None:
    """Number, name and birth must agree; a date never matches a record that has only the year."""
    assert citizens(ask.look_up(number, name, birth)) == []


def test_not_found_in_two_shapes(ask: Any) -> None:
    """Nobody is told by turns without a collection and with an empty one."""
    replies = [ask.look_up("000000000099", "X", "1999") for _ in range(4)]
    assert [b"CongdanCollection" in reply.body for reply in replies] == [False, True, False, True]
    assert {reply.status for reply in replies} == {200}


@pytest.mark.parametrize("place", [3, 4])
def test_the_agency_is_met_in_either_place(ask: Any, place: int) -> None:
    """MaDonVi is met before and after MaCanBo; the officer's account and phone follow the latter."""
    leaves = [*LEAVES[:place], ("MaDonVi", "H99.01.02"), *LEAVES[place:]]
    if place == 4:
        leaves[5:5] = [("TaiKhoan", "Cán bộ Mẫu"), ("SoDienThoai", "0")]
    assert len(citizens(ask.send(ask.body(*leaves, birth=BIRTH)))) == 1


def changed(name: str, text: str) -> list[tuple[str, str]]:
    """Give the usual leaves with another text in one."""
    return [(n, text if n == name else t) for n, t in LEAVES]


@pytest.mark.parametrize(
    ("leaves", "birth"),
    [
        ([*LEAVES[:3], ("MaDonVi", "H99"), LEAVES[3], ("MaDonVi", "H99"), *LEAVES[4:]], BIRTH),
        ([LEAVES[1], LEAVES[0], *LEAVES[2:]], BIRTH),
        ([*LEAVES[:4], LEAVES[5], LEAVES[4]], BIRTH),
        ([*LEAVES[:5], ("SoCMND", "000000012"), LEAVES[5]], BIRTH),
        ([*LEAVES[:4], LEAVES[5]], BIRTH),
        (LEAVES[:5], BIRTH),
        (LEAVES, ""),
        (LEAVES, BIRTH + "<dan:Nam>1999</dan:Nam>"),
        (LEAVES, "<dan:NgayThangNam>28021999</dan:NgayThangNam>"),
        (LEAVES, "<dan:NgayThangNam>19990229</dan:NgayThangNam>"),
        (LEAVES, "<dan:Nam>99</dan:Nam>"),
        (LEAVES, "1999"),
        ([*LEAVES, ("GioiTinh", "2")], BIRTH),
        (changed("MaYeuCau", "1" * 41), BIRTH),
        (changed("MaYeuCau", ""), BIRTH),
        (changed("MaDVC", "x" * 21), BIRTH),
        (changed("MaTichHop", "033"), BIRTH),
        (changed("SoDinhDanh", "00000000001"), BIRTH),
        (changed("SoDinhDanh", "00000000001x"), BIRTH),
        (changed("HoVaTen", "X" * 101), BIRTH),
    ],
)
def test_broken_rules_are_faults(ask: Any, leaves: Any, birth: str) -> None:
    """Order, lengths, one-of rules and dates are checked; the fault names an element, never a person."""
    text = fault(ask.send(ask.body(*leaves, birth=birth)))
    assert text.startswith("Invalid request: ")
    assert PERSON.number not in text
    assert "HUCAU" not in text
    assert ask.system.state()["refused"] == 1


def test_month_of_birth_is_taken(ask: Any) -> None:
    """ThangNam was never seen in a client; the schema has it."""
    reply = ask.send(ask.body(*LEAVES, birth="<dan:ThangNam>199902</dan:ThangNam>"))
    assert len(citizens(reply)) == 1


def test_empty_procedure_code_is_taken(ask: Any) -> None:
    """One client sends MaDVC empty."""
    assert len(citizens(ask.send(ask.body(*changed("MaDVC", ""), birth=BIRTH)))) == 1


def test_request_id_is_used_once(ask: Any) -> None:
    """A second request of the same MaYeuCau is a fault, whatever came of the first."""
    ask.send(ask.body(*LEAVES, birth=BIRTH))
    assert "MaYeuCau" in fault(ask.send(ask.body(*LEAVES, birth=BIRTH)))
    assert ask.system.state()["duplicate_request_ids"] == 1


@pytest.mark.parametrize(
    "body",
    [
        "not xml",
        "<a/>",
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"/>',
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>',
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><x/></s:Body></s:Envelope>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///nowhere">]><a>&b;</a>',
    ],
)
def test_what_is_no_soap_request_is_a_fault(ask: Any, body: str) -> None:
    """What is no envelope with one known operation, or brings a DOCTYPE, is a fault."""
    assert fault(ask.send(body)).startswith("Invalid request: ")


def test_prefix_does_not_matter_but_namespace_does(ask: Any) -> None:
    """Any prefix will do; the namespace of every child is checked."""
    body = ask.body(*LEAVES, birth=BIRTH)
    assert ask.send(body.replace("dan:", "qldc:").replace("xmlns:dan", "xmlns:qldc")).status == 200
    assert fault(
        ask.send(body.replace("<dan:HoVaTen>", '<HoVaTen xmlns="urn:x">').replace("</dan:HoVaTen>", "</HoVaTen>"))
    )


# -- the answer (§2.4)


def test_a_plain_answer_has_the_whole_name_and_codes_as_text(ask: Any) -> None:
    """The whole name in Ten, both dates, codes as text, addresses with three codes, prefix ns1."""
    reply = ask.look_up(PERSON.number, PERSON.name, "19990228")
    (found,) = citizens(reply)
    assert b"<ns1:CongdanCollection" in reply.body
    assert [texts(found, f"HoVaTen/{part}") for part in ("Ho", "ChuDem", "Ten")] == ["", "", PERSON.name]
    assert texts(found, "NgayThangNamSinh/NgayThangNam") == "19990228"
    assert texts(found, "NgayThangNamSinh/Nam") == "1999"
    assert (texts(found, "GioiTinh"), texts(found, "DanToc"), texts(found, "QuocTich")) == ("2", "01", "")
    assert texts(found, "ThuongTru/MaQuanHuyen") == "999"
    assert texts(found, "ThuongTru/ChiTiet") == "THÔN THỬ & MẪU"
    assert texts(found, "VoChong/HoVaTen")
    order = "SoDinhDanh SoCMND HoVaTen GioiTinh DanToc TonGiao TinhTrangHonNhan NhomMau NgayThangNamSinh"
    assert [etree.QName(child).localname for child in found][:9] == order.split()


def test_a_record_of_a_year_leaves_the_date_empty(ask: Any) -> None:
    """A record that has only the year leaves the date empty."""
    (found,) = citizens(ask.look_up(YEAR_ONLY.number, YEAR_ONLY.name, "1950"))
    assert texts(found, "NgayThangNamSinh/Nam") == "1950"
    assert texts(found, "NgayThangNamSinh/NgayThangNam") == ""


def test_modes_bend_the_answer(ask: Any) -> None:
    """Each mode of residents.md §4 changes what it names; together they still are one record."""
    ask.system.set_modes("two_tier", "cmnd_only", "year_only")
    (found,) = citizens(ask.look_up(PERSON.number, PERSON.name, "1999"))
    assert found.find(f"{DATA}ThuongTru/{DATA}MaQuanHuyen") is None
    assert (texts(found, "SoDinhDanh"), texts(found, "SoCMND")) == ("", PERSON.cmnd)
    assert texts(found, "NgayThangNamSinh/NgayThangNam") == ""
    assert ask.system.state()["modes"] == ["cmnd_only", "two_tier", "year_only"]
    ask.system.set_modes()
    (found,) = citizens(ask.look_up(PERSON.number, PERSON.name, "1999"))
    assert texts(found, "ThuongTru/MaQuanHuyen") == "999"


def test_the_qcvn_form_splits_names_and_codes(ask: Any) -> None:
    """QCVN 109: split name, structures for codes, one unit code, dashes in the date, relatives' names split."""
    ask.system.set_modes("qcvn")
    (found,) = citizens(ask.look_up(PERSON.number, PERSON.name, "1999"))
    assert [texts(found, f"HoVaTen/{part}") for part in ("Ho", "ChuDem", "Ten")] == ["ĐỖ", "THỊ HƯ", "CẤU"]
    assert texts(found, "DanToc/MaDanToc") == "01"
    assert texts(found, "ThuongTru/MaDonViHanhChinh") == "99001"
    assert texts(found, "NgayThangNamSinh/NgayThangNam") == "1999-02-28"
    assert texts(found, "VoChong/HoVaTen/Ho")


def test_the_database_fails_when_it_is_told_to(ask: Any) -> None:
    """The database can be made to fail of itself."""
    ask.system.set_modes("fault")
    assert fault(ask.look_up(PERSON.number, PERSON.name, "1999")) == "Internal error"


@pytest.mark.parametrize(("name", "count"), [("DOTHIHUCAU", "1"), ("NGUOIKHAC", "0")])
def test_003_counts_who_matches(ask: Any, name: str, count: str) -> None:
    """Form A of the verification counts who matches."""
    leaves = dict(LEAVES) | {"MaTichHop": "003", "HoVaTen": name}
    reply = ask.send(ask.body(*leaves.items(), operation="XacThucThongTinCongDan", birth=BIRTH))
    assert f"SoLuongCongDan>{count}<".encode() in reply.body


@pytest.mark.parametrize("root", ["XacThucThongTinCongDan", "XacThucThongTinCongDanRequest"])
@pytest.mark.parametrize(("name", "answer"), [("DOTHIHUCAU", b"true"), ("NGUOIKHAC", b"false")])
def test_033_answers_with_both_numbers(ask: Any, root: str, name: str, answer: bytes) -> None:
    """Form B has both numbers, one of them empty, no birth date, and two names of its root."""
    leaves = (
        ("MaYeuCau", "1"),
        ("MaDichVu", "033"),
        ("MaCanBo", "cb"),
        ("SoDinhDanh", PERSON.number),
        ("SoCMND", ""),
        ("HoVaTen", name),
    )
    assert b"TonTai>" + answer in ask.send(ask.body(*leaves, operation=root)).body


def test_people_of_the_seed_are_known() -> None:
    """Without a list of its own a database knows everybody of its seed, special cases too; a reset keeps them."""
    system = ResidentsMock()
    assert system.state()["people"] == 2000 + len(situations(0))
    system.reset()
    assert system.state()["people"] == 2000 + len(situations(0))
    assert ResidentsMock(people=[PERSON]).state()["people"] == 1


KIN_FORM = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Header/><soapenv:Body>'
    '<q:XacMinhThongTinNhanThan xmlns:q="http://gtel.vn/qldc"><q:MaYeuCau>k-1</q:MaYeuCau><q:MaDVC>1.001193</q:MaDVC>'
    "<q:MaTichHop>099</q:MaTichHop><q:MaDonVi>H99</q:MaDonVi><q:MaCanBo>cb</q:MaCanBo>"
    "<q:SoDinhDanh>{number}</q:SoDinhDanh><q:SoCMND/><q:HoVaTen>{name}</q:HoVaTen>"
    "<q:NgayThangNamSinh>{born}</q:NgayThangNamSinh></q:XacMinhThongTinNhanThan></soapenv:Body></soapenv:Envelope>"
)


def test_the_contract_is_open_and_points_back() -> None:
    """WSDL and schemas come without credentials, from one place; other questions by GET are refused."""
    system = ResidentsMock()
    path = "/csdldc/tracuu037"
    wsdl = system.handle(MockRequest(method="GET", path=path, query={"wsdl": ""})).body.decode()
    assert f'location="{system.public_url}{path}"' in wsdl
    for name in ("requests.xsd", "kin.xsd", "citizens.xsd"):
        assert f'schemaLocation="{system.public_url}{path}?xsd={name}"' in wsdl
        assert system.handle(MockRequest(method="GET", path=path, query={"xsd": name})).status == 200
    for query in ({}, {"xsd": "../settings.py"}):
        assert system.handle(MockRequest(method="GET", path=path, query=query)).status == 405


@pytest.mark.parametrize(
    ("name", "born", "status", "expected"),
    [
        (None, None, 200, "<ns1:Ho>"),
        ("KHONGCO", None, 200, "Body"),
        (None, "5/1/1999", 500, "NgayThangNamSinh is yyyy-mm-dd or yyyy"),
    ],
)
def test_the_kin_service_takes_nine_texts(
    residents_caller: Any, name: str | None, born: str | None, status: int, expected: str
) -> None:
    """In its own namespace; relatives come in the form of the standard."""
    person = next(iter(residents_caller.system._people.values()))
    day = f"{person.birth:%Y}" if person.year_only else f"{person.birth:%Y-%m-%d}"
    body = KIN_FORM.format(number=person.number, name=name or person.name, born=born or day)
    reply = residents_caller.send(body)
    assert reply.status == status
    assert expected in reply.body.decode()
    assert ("CongDan>" in reply.body.decode()) is (status == 200 and name is None)
