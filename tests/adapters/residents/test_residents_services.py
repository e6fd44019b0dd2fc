"""Verification in its three forms, the kin service, generic calls, and the JSON of provincial gateways."""

from __future__ import annotations

import json

import pytest
from lxml import etree

from gov_connect import GovConnect, Officer, Purpose
from gov_connect.adapters.residents import Service
from gov_connect.errors import (
    ConfigurationError,
    InvalidInput,
    NotSupported,
    OutsideSystemError,
    PurposeRequired,
    Refused,
    UnexpectedReply,
)
from gov_connect.model import CitizenQuery

NUMBER = "<SoDinhDanh>000000000012</SoDinhDanh>"
NAME = "<HoVaTen><Ten>LÊ THỊ HƯ CẤU</Ten></HoVaTen>"


def sent(wire, at=-1):
    """Local name and namespace of the message, and its fields; children as a dictionary."""
    operation = etree.fromstring(wire.sent[at].body)[1][0]
    name = etree.QName(operation)
    fields = [
        (
            etree.QName(each).localname,
            {etree.QName(child).localname: child.text for child in each} if len(each) else each.text,
        )
        for each in operation
    ]
    return name.localname, name.namespace, fields


def test_form_003_has_neither_agency_nor_account(make_gov, wire, query, enveloped):
    """The older form: the fields of 037 with another code, and nothing optional."""
    wire.say(
        enveloped("<XacThucThongTinCongDanResponse><SoLuongCongDan>1</SoLuongCongDan></XacThucThongTinCongDanResponse>")
    )
    gov = make_gov(RESIDENTS__VERIFICATION="003", RESIDENTS__ACCOUNT_FIELDS="true")
    assert gov.residents.verify(query) is True
    name, namespace, fields = sent(wire)
    assert (name, namespace) == ("XacThucThongTinCongDan", "http://dancuquocgia.bca")
    assert fields == [
        ("MaYeuCau", "00000000000000000000000000000002"),
        ("MaDVC", "1.001193"),
        ("MaTichHop", "003"),
        ("MaCanBo", "000000000001"),
        ("SoDinhDanh", "000000000012"),
        ("HoVaTen", "LETHIHUCAU"),
        ("NgayThangNamSinh", {"NgayThangNam": "19990203"}),
    ]


@pytest.mark.parametrize("root", ["XacThucThongTinCongDan", "XacThucThongTinCongDanRequest"])
def test_form_033_has_six_texts(make_gov, wire, enveloped, root):
    """All present, one number empty, no birth date; both names of the message are met."""
    wire.say(enveloped("<KetQuaXacThuc><TonTai>true</TonTai></KetQuaXacThuc>"))
    gov = make_gov(RESIDENTS__VERIFICATION="033", RESIDENTS__VERIFICATION_ROOT=root)
    assert gov.residents.verify(CitizenQuery(old_id="000000012", name="MẪU", born="1980"))
    name, _, fields = sent(wire)
    assert name == root
    assert fields[1:] == [
        ("MaDichVu", "033"),
        ("MaCanBo", "000000000001"),
        ("SoDinhDanh", None),
        ("SoCMND", "000000012"),
        ("HoVaTen", "MAU"),
    ]


def test_verification_may_have_a_place_of_its_own(make_gov, wire, query, enveloped):
    """Its own path and its own endpoint in the hash."""
    wire.say(enveloped("<TonTai>0</TonTai>"), enveloped(""))
    gov = make_gov(
        RESIDENTS__VERIFICATION="003",
        RESIDENTS__VERIFICATION_PATH="003",
        RESIDENTS__VERIFICATION_ENDPOINT="/csdldc/xacthuc003",
    )
    assert gov.residents.verify(query) is False
    gov.residents.look_up(query)
    verifying, looking = wire.sent
    assert (verifying.url, looking.url) == ("https://lgsp.example/037/003", "https://lgsp.example/037")
    assert verifying.headers["Authorization"] != looking.headers["Authorization"]


@pytest.mark.parametrize(
    ("inner", "answer"),
    [
        ("<KetQuaXacThuc><TonTai>true</TonTai></KetQuaXacThuc>", True),
        ("<KetQuaXacThucResponse><TonTai> 1 </TonTai></KetQuaXacThucResponse>", True),
        ("<XacThucThongTinCongDanResponse><tontai>FALSE</tontai></XacThucThongTinCongDanResponse>", False),
        ("<XacThucThongTinCongDanResponse><SoLuongCongDan>0</SoLuongCongDan></XacThucThongTinCongDanResponse>", False),
        ("<x:R xmlns:x='urn:x'><x:SoLuongCongDan>01</x:SoLuongCongDan></x:R>", True),
    ],
)
def test_yes_and_no_are_read_by_whichever_element_comes(make_gov, wire, query, enveloped, inner, answer):
    """TonTai or SoLuongCongDan, any prefix, any wrapper."""
    wire.say(enveloped(inner))
    assert make_gov(RESIDENTS__VERIFICATION="033").residents.verify(query) is answer


@pytest.mark.parametrize(
    ("inner", "reason"),
    [
        ("", "no_verdict"),
        ("<KetQuaXacThuc/>", "no_verdict"),
        ("<KetQuaXacThuc><TonTai/></KetQuaXacThuc>", "no_verdict"),
        ("<KetQuaXacThuc><TonTai>có lẽ</TonTai></KetQuaXacThuc>", "no_verdict"),
        ("<R><SoLuongCongDan>-1</SoLuongCongDan></R>", "no_verdict"),
        ("<Fault><faultstring>x</faultstring></Fault>", "soap_fault"),
    ],
)
def test_anything_else_is_neither_yes_nor_no(make_gov, wire, query, enveloped, inner, reason):
    """An outage, a fault or nonsense is an error, never "no"."""
    wire.always = enveloped(inner)
    with pytest.raises(UnexpectedReply) as caught:
        make_gov(RESIDENTS__VERIFICATION="003").residents.verify(query)
    assert caught.value.reason == reason


def test_kin_needs_the_operators_code(make_gov, gov, wire, query, enveloped):
    """It is not publicly known, so it is not guessed."""
    with pytest.raises(NotSupported):
        gov.residents.kin(query)
    assert wire.sent == []
    father = "<HoVaTen><Ho>LÊ</Ho><ChuDem>VĂN</ChuDem><Ten>GIẢ</Ten></HoVaTen>"
    relative = f"<Cha><SoDinhDanh>000000000013</SoDinhDanh>{father}</Cha>"
    wire.say(enveloped(f"<CongdanCollection><CongDan>{NUMBER}{NAME}{relative}</CongDan></CongdanCollection>"))
    found = make_gov(RESIDENTS__KIN_CODE="099").residents.kin(query)
    assert found.father.name.reveal() == "LÊ VĂN GIẢ"
    name, namespace, fields = sent(wire)
    assert (name, namespace) == ("XacMinhThongTinNhanThan", "http://gtel.vn/qldc")
    assert [field for field, _ in fields] == [
        "MaYeuCau",
        "MaDVC",
        "MaTichHop",
        "MaDonVi",
        "MaCanBo",
        "SoDinhDanh",
        "SoCMND",
        "HoVaTen",
        "NgayThangNamSinh",
    ]
    assert dict(fields)["NgayThangNamSinh"] == "1999-02-03"


def test_any_named_service_can_be_called(gov, wire, enveloped):
    """The common head, then what is given; the answer by dotted places, every value hidden."""
    wire.say(
        enveloped(
            "<R><Ho><Ten>MỘT</Ten><Ten>HAI</Ten></Ho><DanToc>01</DanToc><NhomMau>02</NhomMau><Rong/></R>",
        )
    )
    answer = gov.residents.call(
        Service.HOUSEHOLD, [("SoDinhDanh", "000000000012"), ("Ky", {"TuNgay": "2025", "DenNgay": "2026"})], code="034"
    )
    name, _, fields = sent(wire)
    assert name == "CungCapThongTinHoGiaDinh"
    assert fields[2:] == [
        ("MaTichHop", "034"),
        ("MaDonVi", "000.00.00.H99"),
        ("MaCanBo", "000000000001"),
        ("SoDinhDanh", "000000000012"),
        ("Ky", {"TuNgay": "2025", "DenNgay": "2026"}),
    ]
    assert answer.root == "R"
    assert {place: text.reveal() for place, text in answer.leaves.items()} == {"Ho.Ten": "MỘT", "Ho.Ten[2]": "HAI"}
    assert "MỘT" not in repr(answer) + str(answer) + answer.model_dump_json()


def test_sensitive_leaves_need_a_purpose_that_names_them(gov, wire, enveloped):
    """Ethnicity, religion and blood group are dropped from generic answers too."""
    wire.say(enveloped("<R><DanToc><MaDanToc>01</MaDanToc></DanToc></R>"), enveloped(""))
    purpose = Purpose(procedure="1.001193", dossier="H99.12.7-250804-0019", sensitive=True)
    answer = gov.acting(purpose=purpose).residents.call("CungCapThongTinNhomMau", [], code="1")
    assert list(answer.leaves) == ["DanToc.MaDanToc"]
    assert gov.residents.call("GetRequests", [], code="1").root == ""


@pytest.mark.parametrize(
    ("service", "fields", "paths"),
    [
        ("TraCuuMoiThu", [], ["service"]),
        ("GetRequests", [("a b", "x"), ("ok", "\x00"), ("Cha", {"<x>": "y"})], ["fields.0", "fields.1", "fields.2"]),
    ],
)
def test_a_wrong_call_is_told_whole_and_not_sent(gov, wire, service, fields, paths):
    """Names off the list, names that are no elements, texts that XML cannot hold."""
    with pytest.raises(InvalidInput) as caught:
        gov.residents.call(service, fields, code="1")
    assert [problem.path for problem in caught.value.problems] == paths
    assert wire.sent == []


def test_generic_calls_need_a_purpose_and_read_faults(gov, wire, enveloped):
    """As every reading of personal data does."""
    bare = GovConnect(parts=gov._parts)
    with pytest.raises(PurposeRequired):
        bare.residents.call("GetRequests", [], code="1")
    wire.always = enveloped("<Fault><faultstring>x</faultstring></Fault>")
    with pytest.raises(UnexpectedReply, match="soap_fault"):
        gov.residents.call("GetRequests", [], code="1")
    wire.always = enveloped(f"<R>{'<a>1</a>' * 20_002}</R>")
    with pytest.raises(UnexpectedReply, match="too_many_leaves"):
        gov.residents.call("GetRequests", [], code="1")


@pytest.mark.parametrize(
    ("changes", "tag", "expected"),
    [
        ({"PROCEDURE_CODES": '{"1.001193": "G15-TP110"}'}, "MaDVC", "G15-TP110"),
        ({"PROCEDURE_CODES": '{"*": "VPCP"}'}, "MaDVC", "VPCP"),
        ({"PROCEDURE_CODES": '{"2.000815": "x", "*": ""}'}, "MaDVC", None),
        ({"OFFICER_AS": "account"}, "MaCanBo", "tk-mau"),
        ({"OFFICER_AS": "fixed", "OFFICER_FIXED": "VDXP_VPCP"}, "MaCanBo", "VDXP_VPCP"),
        ({"NAME_SPACES": "true"}, "HoVaTen", "LE THI H'CAU-DA".replace("'", "").replace("-", "")),
        ({"NAME_SPACES": "true", "NAME_SIGNS": "true"}, "HoVaTen", "LE THI H'CAU-DA"),
        ({"NAME_SPACES": "true", "NAME_MARKS": "true"}, "HoVaTen", "LÊ THỊ HCẤUĐÁ"),
        ({"MONTH_CHILD": "true"}, "NgayThangNamSinh", {"ThangNam": "199902"}),
        ({}, "NgayThangNamSinh", {"Nam": "1999"}),
    ],
)
def test_every_variant_of_a_field_is_a_setting(make_gov, wire, enveloped, changes, tag, expected):
    """What real systems differ in, each alone."""
    wire.say(enveloped(""))
    gov = make_gov(**{f"RESIDENTS__{name}": value for name, value in changes.items()})
    officer = Officer(code="cb-1", account="tk-mau")
    gov.acting(officer=officer).residents.look_up(
        CitizenQuery(citizen_id="000000000012", name="Lê Thị H'Cấu-Đá", born="1999-02")
    )
    assert dict(sent(wire)[2])[tag] == expected


def test_further_headers_are_settings(make_gov, wire, query, live):
    """SOAPAction, ESB_… and ApiKey; none of them by default."""
    wire.say(live, live)
    make_gov().residents.look_up(query)
    make_gov(RESIDENTS__SOAP_ACTION="true", RESIDENTS__ESB_HEADERS="true", RESIDENTS__API_KEY="k").residents.look_up(
        query
    )
    names = {"SOAPAction", "ESB_SOURCE_TYPE", "ESB_SOURCE_USERNAME", "ApiKey"}
    assert not names & wire.sent[0].headers.keys()
    assert [wire.sent[1].headers[name] for name in sorted(names)] == ["k", "don_vi_mau", "don_vi_mau", '""']


def test_a_fixed_officer_must_be_given(make_gov):
    """Settings are refused whole, before anything is asked."""
    with pytest.raises(ConfigurationError):
        make_gov(RESIDENTS__OFFICER_AS="fixed")


def test_opencps_takes_the_question_as_json(make_gov, wire, query):
    """Its own keys; the date with dashes whatever the settings say; the answer is mapped JSON."""
    wire.say({"Body": {"CongdanCollection": {"CongDan": {"SoDinhDanh": "000000000012", "HoVaTen": {"Ten": "LÊ"}}}}})
    gov = make_gov(RESIDENTS__DIALECT="opencps")
    assert gov.residents.look_up(query).name.reveal() == "LÊ"
    assert wire.message() == {
        "MaYeuCau": "00000000000000000000000000000002",
        "MaTichHop": "037",
        "MaDVC": "1.001193",
        "HoVaTen": "LETHIHUCAU",
        "StaffEmail": "000000000001",
        "GovAgencyCode": "000.00.00.H99",
        "type": "TraCuuThongTinCongDan",
        "SoDinhDanh": "000000000012",
        "NgayThangNamSinh": "1999-02-03",
    }
    assert wire.sent[0].headers["Content-Type"].startswith("application/json")


def test_td_takes_the_question_as_json(make_gov, wire, query, live):
    """All keys, empty where nothing is known; the answer is SOAP as text."""
    wire.say({"error_code": "0", "message": live.decode()})
    make_gov(RESIDENTS__DIALECT="td").residents.look_up(query)
    assert wire.message() == {
        "HoVaTen": "LETHIHUCAU",
        "SoDinhDanh": "000000000012",
        "SoCMND": "",
        "NgayThangNam": "19990203",
        "Nam": "",
        "MaTichHop": "037",
        "MaDVC": "1.001193",
        "MaCanBo": "000000000001",
        "MaYeuCau": "00000000000000000000000000000002",
    }


def test_a_gateway_without_a_service_is_told_before_sending(make_gov, wire, query):
    """Kin and 033 have no JSON form."""
    for changes, ask in (({"KIN_CODE": "1"}, "kin"), ({"VERIFICATION": "033"}, "verify")):
        gov = make_gov(RESIDENTS__DIALECT="td", **{f"RESIDENTS__{name}": value for name, value in changes.items()})
        with pytest.raises(NotSupported):
            getattr(gov.residents, ask)(query)
    assert wire.sent == []


@pytest.mark.parametrize(("data", "answer"), [(True, True), (False, False)])
def test_a_bare_yes_or_no_is_read(make_gov, wire, query, data, answer):
    """One province answers a verification with `data` alone."""
    wire.say({"data": data})
    assert make_gov(RESIDENTS__VERIFICATION="003").residents.verify(query) is answer


@pytest.mark.parametrize("code", ["004", "005"])
def test_a_gateways_own_refusal_keeps_its_code(make_gov, wire, query, code):
    """Procedure not licensed, officer without right."""
    wire.always = (403, json.dumps({"errorCode": code}).encode())
    with pytest.raises(Refused) as caught:
        make_gov(RESIDENTS__DIALECT="opencps").residents.look_up(query)
    assert caught.value.raw_code == code


@pytest.mark.parametrize(
    ("lists", "code", "names"),
    [
        ({}, "04", ("", "", "")),
        ({"ETHNICITY_LIST": "1979", "RELIGION_LIST": "opencps"}, "04", ("Hoa", "Hồi giáo", "1979")),
        ({"ETHNICITY_LIST": "2008", "RELIGION_LIST": "td"}, "4", ("Mường", "Cao đài", "2008")),
        ({"ETHNICITY_LIST": "1979", "RELIGION_LIST": "td"}, "54", ("Rơ-măm", "", "1979")),
        ({"ETHNICITY_LIST": "2008", "RELIGION_LIST": "opencps"}, "21", ("", "", "")),
        ({"ETHNICITY_LIST": "1979"}, "99", ("", "", "")),
    ],
)
def test_codes_are_decoded_only_by_the_list_of_the_settings(make_gov, wire, query, enveloped, lists, code, names):
    """Lists conflict: the raw code stays, and the list that gave the name is told."""
    wire.say(
        enveloped(
            f"<CongdanCollection><CongDan>{NUMBER}{NAME}<DanToc>{code}</DanToc><TonGiao>{code}</TonGiao>"
            "<NhomMau>01</NhomMau></CongDan></CongdanCollection>"
        )
    )
    purpose = Purpose(procedure="1.001193", dossier="H99.12.7-250804-0019", sensitive=True)
    gov = make_gov(**{f"RESIDENTS__{name}": value for name, value in lists.items()}).acting(purpose=purpose)
    found = gov.residents.look_up(query)
    assert (found.ethnicity.name, found.religion.name, found.ethnicity.decoded_by) == names
    assert (found.ethnicity.code, found.religion.code, found.blood_group.code) == (code, code, "01")


@pytest.mark.parametrize(
    ("attribute", "moment"),
    [
        ('ThoiDiemDuLieu="2026-01-01T00:00:00"', "2026-01-01T00:00:00+07:00"),
        ('ThoiDiemDuLieu="2026-01-01T00:00:00Z"', "2026-01-01T07:00:00+07:00"),
        ('ThoiDiemDuLieu="hôm qua"', None),
        ("", None),
    ],
)
def test_the_moment_of_the_data_is_kept(gov, wire, query, enveloped, attribute, moment):
    """Without a zone it is Viet Nam's; unit codes mean little without it."""
    wire.say(enveloped(f"<CongdanCollection {attribute}><CongDan>{NUMBER}{NAME}</CongDan></CongdanCollection>"))
    found = gov.residents.look_up(query)
    assert (found.as_of and found.as_of.isoformat()) == moment


@pytest.mark.parametrize(
    ("inner", "unread"),
    [
        (
            "<ThuongTru><MaTinhThanh>99</MaTinhThanh><TenTinhThanh>X</TenTinhThanh></ThuongTru>",
            ("ThuongTru.TenTinhThanh",),
        ),
        ("<Cha><HoVaTen>LÊ VĂN</HoVaTen><Tuoi>9</Tuoi></Cha>", ("Cha.Tuoi",)),
        ("<LoaiTaiKhoan>2</LoaiTaiKhoan><ThuDienTu>x@y.z</ThuDienTu>", ("LoaiTaiKhoan", "ThuDienTu")),
    ],
)
def test_extras_of_gateways_are_listed_not_used(gov, wire, query, enveloped, inner, unread):
    """An e-mail address that a gateway made up is nobody's contact."""
    wire.say(enveloped(f"<CongdanCollection><CongDan>{NUMBER}{NAME}{inner}</CongDan></CongdanCollection>"))
    assert gov.residents.look_up(query).unread == unread


def test_ten_thousand_citizens_are_refused_at_once(gov, wire, query, enveloped):
    """Bounded work, a typed error, nothing shown."""
    row = f"<CongDan>{NUMBER}{NAME}</CongDan>"
    wire.always = enveloped(f"<CongdanCollection>{row * 10_000}</CongdanCollection>")
    with pytest.raises(UnexpectedReply, match="too_many_citizens"):
        gov.residents.look_up(query)


def test_an_outage_is_never_nobody(gov, wire, query):
    """Every failure raises; only a plain answer gives None."""
    for answer in ((502, b""), (500, b"<x/>"), (200, b""), (200, b"<html/>"), (200, b" " * 1000)):
        wire.always = answer
        with pytest.raises(OutsideSystemError):
            gov.residents.look_up(query)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<?xml version='1.0' encoding='UTF-16'?><a/>", "not_soap"),
        (b"<?xml version='1.0' encoding='khong-co'?><a/>", "not_xml"),
        ("<a>Lê</a>".encode("latin-1"), "not_xml"),
        (b"<a>\x00</a>", "not_xml"),
        (b"\x00" * 1000, "not_xml"),
        (b" " * 5_000_000, "not_xml"),
        (b"<a>" * 5000, "not_xml"),
        (b"<a>" + b"x" * 11_000_000 + b"</a>", "not_xml"),
        (b"<CongdanCollection>" + b" " * 9_000_000 + b"</CongdanCollection>", None),
    ],
)
def test_hostile_bytes_are_bounded_and_typed(gov, wire, query, body, reason):
    """Wrong encodings, NUL bytes, whitespace without end, depth and size without measure."""
    wire.always = body
    if reason is None:
        assert gov.residents.look_up(query) is None
        return
    with pytest.raises(UnexpectedReply) as caught:
        gov.residents.look_up(query)
    assert caught.value.reason == reason
