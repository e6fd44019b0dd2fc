"""Shapes that nobody wrote down: the right value, or a typed error; never half a name, never "nobody" by accident."""

from __future__ import annotations

import json
import unicodedata

import pytest

from gov_connect.errors import OutsideSystemError, Refused, UnexpectedReply
from gov_connect.model import CitizenQuery

NUMBER = "<SoDinhDanh>000000000012</SoDinhDanh>"
NAME = "LÊ THỊ HƯ CẤU"


def citizen(name=f"<HoVaTen><Ten>{NAME}</Ten></HoVaTen>", inner="", number=NUMBER):
    return f"<CongdanCollection><CongDan>{number}{name}{inner}</CongDan></CongdanCollection>"


@pytest.mark.parametrize(
    "name",
    [
        f"<HoVaTen>{NAME}</HoVaTen>",
        f"<HoVaTen><Ten><![CDATA[{NAME}]]></Ten></HoVaTen>",
        "<HoVaTen><Ten>LÊ <!-- x -->THỊ<?pi x?> HƯ CẤU</Ten></HoVaTen>",
        "<HoVaTen><Ten>LÊ <b>THỊ</b> HƯ CẤU</Ten></HoVaTen>",
        "<HoVaTen><Ten>L&#202; TH&#x1ECA; H&#x1AF; C&#7844;U</Ten></HoVaTen>",
        f"<HoVaTen><Ten>\n\t{NAME}\n</Ten></HoVaTen>",
        "<HoVaTen><Ten>LÊ  THỊ\nHƯ CẤU</Ten></HoVaTen>",
        f"<HoVaTen><Ten>{unicodedata.normalize('NFD', NAME)}</Ten></HoVaTen>",
        "<hovaten><HO>LÊ</HO><chuDem>THỊ</chuDem><TEN>HƯ CẤU</TEN></hovaten>",
        "<x:HoVaTen xmlns:x='khac'><x:Ten>LÊ THỊ HƯ CẤU</x:Ten></x:HoVaTen>",
        f"<HoVaTen><Ho/><ChuDem xsi:nil='true' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'/><Ten>{NAME}</Ten></HoVaTen>",
    ],
)
def test_a_name_is_read_whole(gov, wire, query, enveloped, name):
    """Comments, CDATA, references, markup inside, other prefixes, decomposed letters."""
    wire.say(enveloped(citizen(name)))
    assert gov.residents.look_up(query).name.reveal().split() == NAME.split()


@pytest.mark.parametrize(
    "row",
    [
        f"{NUMBER}<HoVaTen><Ho>LÊ</Ho><ChuDem>THỊ</ChuDem><Ten/></HoVaTen>",
        f"{NUMBER}<HoVaTen><Ho>LÊ</Ho></HoVaTen>",
        "<HoVaTen><Ho>LÊ</Ho></HoVaTen>",
        f"{NUMBER}<HoVaTen><HoTenKhac>x</HoTenKhac></HoVaTen>",
        "<HoVaTen><HoTenKhac>x</HoTenKhac></HoVaTen>",
        f"{NUMBER}<HoVaTen/>",
    ],
)
def test_a_name_without_its_end_is_no_name_and_not_nobody(gov, wire, query, enveloped, row):
    """A name is never cut; and who has a number or a part of a name is somebody."""
    wire.always = enveloped(f"<CongdanCollection><CongDan>{row}</CongDan></CongdanCollection>")
    for ask in (gov.residents.look_up, gov.residents.verify):
        with pytest.raises(UnexpectedReply, match="citizen_without_name"):
            ask(query)


def test_a_blank_form_is_nobody(gov, wire, query, enveloped):
    """Codes alone, as some systems fill a template, name nobody."""
    row = "<SoDinhDanh/><HoVaTen><Ten/></HoVaTen><GioiTinh>0</GioiTinh><QuocTich>VN</QuocTich>"
    wire.say(enveloped(f"<CongdanCollection><CongDan>{row}</CongDan></CongdanCollection>"))
    assert gov.residents.look_up(query) is None


SOAP11 = (
    '<Fault xmlns="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>Server</faultcode>'
    "<faultstring>BÍ MẬT</faultstring></Fault>"
)
SOAP12 = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code><s:Value>s:Receiver'
    "</s:Value></s:Code><s:Reason><s:Text>BÍ MẬT</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>"
)


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("version", [1.1, 1.2])
@pytest.mark.parametrize("more", ["", "<CongdanCollection/>"])
def test_a_fault_of_either_version_is_an_error(make_gov, wire, query, enveloped, shown, status, version, more):
    """At HTTP 200 too, and beside an empty collection."""
    body = enveloped(SOAP11 + more) if version == 1.1 else SOAP12.replace("</s:Body>", more + "</s:Body>").encode()
    wire.always = (status, body)
    for changes in ({}, {"RESIDENTS__VERIFICATION": "003"}):
        with pytest.raises(UnexpectedReply, match="soap_fault") as caught:
            make_gov(RESIDENTS__ATTEMPTS="1", **changes).residents.verify(query)
        assert "BÍ MẬT" not in shown(caught.value)


def wrappings(xml: str):
    declared = '<?xml version="1.0" encoding="UTF-16"?>' + xml
    escaped = xml.replace("&", "&amp;").replace("<", "&lt;")
    return {
        "a JSON text": json.dumps(xml),
        "a JSON text with a mark": "\ufeff" + json.dumps("\ufeff" + xml),
        "message": json.dumps({"error_code": 0, "message": "\ufeff\n" + xml}),
        "data": json.dumps({"error_code": "00", "data": xml}),
        "result, declared otherwise": json.dumps({"result": declared}),
        "a text inside XML": f'<string xmlns="http://tempuri.org/">{escaped}</string>',
        "CDATA inside XML": f"<string><![CDATA[{xml}]]></string>",
        "SOAP 1.2": xml.replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"),
    }


@pytest.mark.parametrize("name", wrappings(""))
def test_every_plain_wrapping_is_opened(gov, wire, query, enveloped, name):
    """The citizen inside is the same; nobody inside is nobody."""
    wire.say(wrappings(enveloped(citizen()).decode())[name].encode())
    assert gov.residents.look_up(query).name.reveal() == NAME
    wire.say(wrappings(enveloped("<CongdanCollection/>").decode())[name].encode())
    assert gov.residents.look_up(query) is None


ROW = {"SoDinhDanh": "000000000012", "HoVaTen": {"Ten": NAME}}


@pytest.mark.parametrize(
    "answer",
    [
        {"soapenv:Envelope": {"soapenv:Header": None, "soapenv:Body": {"ns1:CongdanCollection": {"ns1:CongDan": ROW}}}},
        {"S:Body": {"CongdanCollection": {"CongDan": [ROW]}}},
        {"ns1:CongdanCollection": {"ns1:CongDan": {f"ns1:{name}": value for name, value in ROW.items()}}},
        {"Envelope": {"@xmlns": "x", "Body": {"CongdanCollection": {"@SoCongDan": "1", "CongDan": ROW}}}},
        {"BODY": {"CONGDANCOLLECTION": {"CONGDAN": ROW}}},
    ],
)
def test_prefixes_and_case_do_not_matter_in_json_either(gov, wire, query, answer):
    """A generic mapper keeps them."""
    wire.say(answer)
    assert gov.residents.look_up(query).name.reveal() == NAME


@pytest.mark.parametrize(
    "answer",
    [
        b'"x"',
        b'"<html><br></html>"',
        b'"\\u003chtml/\\u003e"',
        {"message": "<html><body>Loi</body></html>"},
        {"message": "<soapenv:Envelope"},
        {"error_code": 0, "message": "Không tìm thấy"},
        {"error_code": 0, "message": ""},
        {"error_code": 0},
        {"data": None},
        {"data": ""},
        {"data": []},
        {"Body": {"Loi": "x"}},
        {"soapenv:Body": {"soapenv:Fault": {"faultstring": "x"}}},
        b"<string>&lt;html/&gt;</string>",
        b"<string/>",
        b"<html><head/><body/></html>",
        b"<Envelope/>",
        b"<Envelope><Header/></Envelope>",
        b"<Envelope><Body><TraCuuThongTinCongDanResponse><Loi/></TraCuuThongTinCongDanResponse></Body></Envelope>",
        b" ",
        b"null",
        b"[]",
        b"0",
    ],
)
def test_whatever_is_no_answer_is_an_error_and_never_nobody(gov, wire, query, answer):
    """Neither `None` nor `False` comes of it."""
    wire.always = answer if isinstance(answer, bytes) else (200, answer)
    for ask in (gov.residents.look_up, gov.residents.verify):
        with pytest.raises(OutsideSystemError):
            ask(query)


@pytest.mark.parametrize("code", [-1, "-1", 1.0, "ERR", "004"])
def test_a_gateway_s_code_refuses_whatever_stands_beside_it(gov, wire, query, enveloped, code):
    """Even a whole envelope."""
    wire.always = (200, {"error_code": code, "message": enveloped(citizen()).decode()})
    with pytest.raises(Refused):
        gov.residents.look_up(query)


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"name": "Le Thi Hu Cau"}, True),
        ({"name": unicodedata.normalize("NFD", "Lê Thị Hư Cấu")}, True),
        ({"born": "1999"}, True),
        ({"name": "Lê Thị Khác"}, False),
        ({"born": "1999-02-04"}, False),
        ({"born": "1998"}, False),
    ],
)
def test_a_record_that_says_otherwise_verifies_nothing(gov, wire, query, enveloped, change, same):
    """A gateway that looks for the number alone does not make every name right."""
    inner = "<NgayThangNamSinh><Nam>1999</Nam><NgayThangNam>19990203</NgayThangNam></NgayThangNamSinh>"
    wire.say(enveloped(citizen(inner=inner)))
    asked = CitizenQuery(**{"citizen_id": "000000000012", "name": "Lê Thị Hư Cấu", "born": "1999-02-03", **change})
    assert gov.residents.verify(asked) is same


def test_another_old_card_is_another_citizen(gov, wire, enveloped):
    """The number that was asked for is the one that comes back, or an error."""
    asked = CitizenQuery(old_id="000000012", name="Lê Thị Hư Cấu", born="1999")
    wire.say(enveloped(citizen(number="<SoCMND>000000012</SoCMND>")), enveloped(citizen()))
    assert gov.residents.look_up(asked).old_id == asked.old_id
    assert gov.residents.look_up(asked).citizen_id is not None
    wire.always = enveloped(citizen(number="<SoCMND>000000013</SoCMND>"))
    with pytest.raises(UnexpectedReply, match="another_citizen"):
        gov.residents.look_up(asked)


def test_a_name_beyond_all_questions_verifies_nothing(gov, wire, query, enveloped):
    """Letters without a Latin form are no crash."""
    wire.say(enveloped(citizen("<HoVaTen><Ten>黎氏</Ten></HoVaTen>")))
    assert gov.residents.verify(query) is False


@pytest.mark.parametrize("written", ["000000000012", "12", "000 000 000 012", " 000000000012\n"])
def test_the_number_asked_for_is_known_again_without_its_zeros(gov, wire, query, enveloped, written):
    """Gateways of JSON cut them off; blanks do not matter either."""
    row = {"SoDinhDanh": int(written) if written == "12" else written, "HoVaTen": {"Ten": NAME}}
    wire.say({"Body": {"CongdanCollection": {"CongDan": row}}})
    assert gov.residents.look_up(query).citizen_id == query.citizen_id
    wire.say(enveloped(citizen(number=f"<SoDinhDanh>{written}</SoDinhDanh>")))
    assert gov.residents.look_up(query).citizen_id == query.citizen_id


@pytest.mark.parametrize("written", ["13", "0000000000012x", "000-000-000-012", "99000000012", "????"])
def test_a_number_that_nobody_can_read_may_be_another_s(gov, wire, query, enveloped, written):
    """No citizen is given out whose number is not the one asked for."""
    wire.always = enveloped(citizen(number=f"<SoDinhDanh>{written}</SoDinhDanh>"))
    for ask in (gov.residents.look_up, gov.residents.verify):
        with pytest.raises(UnexpectedReply, match="unreadable_number"):
            ask(query)


@pytest.mark.parametrize(
    "inner",
    [
        "<CongdanCollection><ThongBao>Lỗi kết nối cơ sở dữ liệu</ThongBao></CongdanCollection>",
        "<CongdanCollection>Timeout</CongdanCollection>",
        "<CongdanCollection>Không có kết nối tới CSDL</CongdanCollection>",
        "<CongdanCollection>Không tìm thấy máy chủ</CongdanCollection>",
        "<CongdanCollection>Dịch vụ không tồn tại</CongdanCollection>",
        "<CongdanCollection>Hệ thống đang bảo trì, không có dữ liệu</CongdanCollection>",
        "<CongdanCollection><Ma>500</Ma></CongdanCollection>",
        '<CongdanCollection SoCongDan="0" GhiChu="Lỗi hệ thống"/>',
    ],
)
def test_a_failure_inside_an_empty_collection_is_not_nobody(gov, wire, query, enveloped, inner):
    """Only words for "not found", or none, say that nobody matches."""
    wire.always = enveloped(inner)
    for ask in (gov.residents.look_up, gov.residents.verify):
        with pytest.raises(UnexpectedReply, match="no_collection"):
            ask(query)


@pytest.mark.parametrize(
    "inner",
    [
        "<CongdanCollection><ThongBao>Không tìm thấy công dân</ThongBao></CongdanCollection>",
        "<CongdanCollection>Không có dữ liệu</CongdanCollection>",
        "<CongdanCollection>Công dân không tồn tại trong hệ thống</CongdanCollection>",
        '<CongdanCollection SoCongDan="0" GhiChu="Công dân không tồn tại" ThoiDiemDuLieu="2026-01-05T08:00:00"/>',
        "<CongdanCollection><Loi/><GhiChu>No data</GhiChu></CongdanCollection>",
    ],
)
def test_words_for_not_found_say_nobody(gov, wire, query, enveloped, inner):
    """In an element, as text, or as a note."""
    wire.say(enveloped(inner))
    assert gov.residents.look_up(query) is None
