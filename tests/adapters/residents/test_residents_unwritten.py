"""Answers that nobody wrote down: read where the same thing is read next door, never "nobody" by a failure."""

from __future__ import annotations

import json

import pytest

from gov_connect.errors import OutsideSystemError, UnexpectedReply

NAME = "LÊ THỊ HƯ CẤU"
ROW = {"SoDinhDanh": "000000000012", "HoVaTen": {"Ten": NAME}}
BASE = f"<SoDinhDanh>000000000012</SoDinhDanh><HoVaTen><Ten>{NAME}</Ten></HoVaTen>"


def citizen(inner=""):
    return f"<CongdanCollection><CongDan>{BASE}{inner}</CongDan></CongdanCollection>"


def dresses(xml):
    fragment = xml[xml.index("<CongdanCollection") : xml.index("</e:Body>")]
    inside = f"<return><![CDATA[{fragment}]]></return>"
    return {
        "a blank line first": '\n\n <?xml version="1.0"?>' + xml,
        "a mark and a blank line": '\ufeff\r\n<?xml version="1.0" encoding="UTF-8"?>' + xml,
        "UTF-8 declared UTF-16": '<?xml version="1.0" encoding="UTF-16"?>' + xml,
        "a text in a SOAP body": xml.replace(fragment, inside),
        "a text beside a code": xml.replace(fragment, f"<R><MaLoi>00</MaLoi>{inside}</R>"),
    }


@pytest.mark.parametrize("name", dresses("<CongdanCollection></e:Body>"))
def test_what_is_read_in_one_wrapping_is_read_in_its_neighbour(gov, wire, query, enveloped, name):
    """Somebody inside is somebody, nobody is nobody."""
    wire.say(dresses(enveloped(citizen()).decode())[name].encode())
    assert gov.residents.look_up(query).name.reveal() == NAME
    wire.say(dresses(enveloped("<CongdanCollection></CongdanCollection>").decode())[name].encode())
    assert gov.residents.look_up(query) is None


@pytest.mark.parametrize(
    "answer",
    [
        {"data": {"CongdanCollection": {"CongDan": ROW}}},
        {"error_code": "0", "result": {"Body": {"CongdanCollection": {"CongDan": [ROW]}}}},
        {"response": {"data": {"S:Envelope": {"S:Body": {"CongdanCollection": {"CongDan": ROW}}}}}},
        {"data": [{"CongDanCollection": {"CongDan": ROW}}]},
    ],
)
def test_members_under_a_name_that_only_wraps_are_read(gov, wire, query, answer):
    """`data`, `result`, one in the other."""
    wire.say(answer)
    assert gov.residents.look_up(query).name.reveal() == NAME


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ({"data": "true"}, True),
        ({"data": "False"}, False),
        ({"Body": {"KetQuaXacThuc": {"TonTai": True}}}, True),
        ({"Body": {"KetQuaXacThuc": {"TonTai": False}}}, False),
        ({"data": {"TonTai": True}}, True),
        ({"data": {"KetQuaXacThuc": {"TonTai": "0"}}}, False),
        ({"SoLuongCongDan": 1}, True),
        ({"success": True, "message": "Thành công", "data": False}, False),
    ],
)
def test_yes_and_no_of_json_are_heard(make_gov, wire, query, answer, verdict):
    """As `true`, as a text, inside the element or alone."""
    wire.say(answer)
    assert make_gov(RESIDENTS__VERIFICATION="003").residents.verify(query) is verdict


@pytest.mark.parametrize(
    "answer",
    [
        {"success": False, "data": False},
        {"message": "Lỗi kết nối", "data": False},
        {"message": "Hệ thống đang bảo trì", "Body": {"KetQuaXacThuc": {"TonTai": False}}},
        {"Body": {"KetQuaXacThuc": {"TonTai": False, "Loi": "Timeout"}}},
        {"Body": {"KetQuaXacThuc": {"TonTai": False, "ThongBao": "Lỗi kết nối"}}},
        {"Body": {"KetQuaXacThuc": {"TonTai": False, "MaLoi": 99}}},
    ],
)
def test_a_no_beside_a_failure_is_no_verdict(make_gov, wire, query, answer):
    """Nobody is told "does not exist" by a system that could not look."""
    wire.always = answer
    with pytest.raises(OutsideSystemError):
        make_gov(RESIDENTS__VERIFICATION="003").residents.verify(query)


@pytest.mark.parametrize(
    "beside",
    ["Thông tin của ông Nguyễn Văn Lợi không khớp", "phường Quyên Hà", "Tra cứu qua dịch vụ 003", "Thông tin sai"],
)
def test_a_no_stands_beside_names_and_remarks(make_gov, wire, query, beside):
    """Only a failure takes a no back."""
    wire.always = {"Body": {"KetQuaXacThuc": {"TonTai": False, "GhiChu": beside, "MaLoi": "00"}}}
    assert make_gov(RESIDENTS__VERIFICATION="003").residents.verify(query) is False


@pytest.mark.parametrize("name", ["NGUYỄN VĂN LỢI", "Quyên Hà", "Phiên Hòa"])
def test_nobody_may_be_said_with_a_name(gov, wire, query, enveloped, name):
    """A name that without its marks is a word for a failure is none."""
    wire.always = enveloped(f"<CongdanCollection>Không tìm thấy công dân {name}</CongdanCollection>")
    assert gov.residents.look_up(query) is None


@pytest.mark.parametrize(
    "inner",
    [
        "<CongdanCollection/><Loi>Lỗi kết nối</Loi>",
        "<MaLoi>99</MaLoi><CongdanCollection/>",
        "<CongdanCollection><CongDan/></CongdanCollection><ThongBao>Hệ thống đang bảo trì</ThongBao>",
        "<R><Error>E1</Error><CongdanCollection/></R>",
    ],
)
def test_a_failure_beside_an_empty_collection_is_not_nobody(gov, wire, query, enveloped, inner):
    """In words or by a code."""
    wire.always = enveloped(inner)
    with pytest.raises(UnexpectedReply, match="no_collection"):
        gov.residents.look_up(query)


@pytest.mark.parametrize(
    "answer",
    [
        {"CongdanCollection": {"@GhiChu": "Lỗi hệ thống"}},
        {"success": "false", "data": {"CongdanCollection": ""}},
        {"message": "Lỗi kết nối", "data": {"CongdanCollection": None}},
    ],
)
def test_a_failure_beside_an_empty_collection_of_json_is_not_nobody(gov, wire, query, answer):
    """Attributes count in JSON too."""
    wire.always = answer
    with pytest.raises(OutsideSystemError):
        gov.residents.look_up(query)


def test_a_blank_form_with_a_failing_status_is_not_nobody(gov, wire, query, enveloped):
    """HTTP 500 says that something went wrong, whatever template comes with it."""
    wire.always = (500, enveloped("<CongdanCollection><CongDan/></CongdanCollection>"))
    with pytest.raises(OutsideSystemError):
        gov.residents.look_up(query)


@pytest.mark.parametrize("inner", ["<CongdanCollection/><MaLoi>00</MaLoi><ThongBao>Thành công</ThongBao>", ""])
def test_good_news_beside_an_empty_collection_is_nobody(gov, wire, query, enveloped, inner):
    """A code of zero is no failure."""
    wire.say(enveloped(inner))
    assert gov.residents.look_up(query) is None


@pytest.mark.parametrize(
    ("inner", "unread"),
    [
        ("<Cha>NGUYỄN VĂN GIẢ</Cha>", "Cha"),
        ("<Cha><HoVaTen>NGUYỄN VĂN GIẢ</HoVaTen></Cha><Cha><HoVaTen>TRẦN VĂN GIẢ</HoVaTen></Cha>", "Cha"),
        ("<Me><HoVaTen>A</HoVaTen><HoVaTen>B</HoVaTen></Me>", "Me.HoVaTen"),
        ("<SoSoHoKhau>HK 1</SoSoHoKhau>", "SoSoHoKhau"),
        ("<QueQuan><MaTinhThanh>01</MaTinhThanh><MaTinhThanh>02</MaTinhThanh></QueQuan>", "QueQuan.MaTinhThanh"),
        ("<QueQuan>Xã Mẫu<MaTinhThanh>01</MaTinhThanh></QueQuan>", "QueQuan"),
        ("<NgayThangNamSinh><Nam>1999</Nam><Ngay>03</Ngay></NgayThangNamSinh>", "NgayThangNamSinh.Ngay"),
        ("<GioiTinh>1</GioiTinh><GioiTinh>2</GioiTinh>", "GioiTinh"),
    ],
)
def test_what_is_known_by_name_and_not_read_is_listed(gov, wire, query, enveloped, inner, unread):
    """By name only."""
    wire.say(enveloped(citizen(inner)))
    assert gov.residents.look_up(query).unread == (unread,)


def test_a_second_number_may_be_another_s(gov, wire, query, enveloped):
    """Nobody can tell which of two belongs to the name."""
    wire.always = enveloped(citizen("<SoDinhDanh>000000000013</SoDinhDanh>"))
    with pytest.raises(UnexpectedReply, match="unreadable_number"):
        gov.residents.look_up(query)


@pytest.mark.parametrize(
    ("attributes", "as_of", "unread"),
    [
        ({"@ThoiDiemDuLieu": "2026-01-05T01:00:00Z"}, "2026-01-05T08:00:00+07:00", ()),
        ({"@ThoiDiemDuLieu": "05/01/2026 08:00:00"}, "2026-01-05T08:00:00+07:00", ()),
        ({"@ThoiDiemDuLieu": "hôm qua"}, None, ("CongdanCollection.ThoiDiemDuLieu",)),
        ({"@GhiChu": "x", "@SoCongDan": 1, "@xmlns:ns1": "u"}, None, ("CongdanCollection.GhiChu",)),
    ],
)
def test_attributes_of_json_are_attributes(gov, wire, query, attributes, as_of, unread):
    """What nobody reads of them is listed."""
    wire.say(json.loads(json.dumps({"Body": {"CongdanCollection": {**attributes, "CongDan": ROW}}})))
    found = gov.residents.look_up(query)
    assert (found.as_of and found.as_of.isoformat(), found.unread) == (as_of, unread)


def test_a_generic_answer_keeps_attributes_and_text_beside_elements(gov, wire, enveloped):
    """All but the sensitive ones."""
    wire.say(enveloped('<R so="2" DanToc="01">Đầu<Ho loai="x">MỘT</Ho>cuối</R>'))
    answer = gov.residents.call("GetRequests", [], code="1")
    assert {place: text.reveal() for place, text in answer.leaves.items()} == {
        "R": "Đầucuối",
        "R@so": "2",
        "Ho": "MỘT",
        "Ho@loai": "x",
    }
