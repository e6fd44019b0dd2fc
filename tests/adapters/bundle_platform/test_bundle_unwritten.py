"""Details and lists that nobody wrote down: no leaf is lost, what is not read is named, a failure is not "nothing"."""

from __future__ import annotations

import json

import pytest

from gov_connect.errors import UnexpectedReply

TOKEN = {"token": "t-1"}
CODE = "G99.99.01-260105-0003"
NAME = {"nksHoTen": "MẪU AN"}
XML = "<hoTich><nksHoTen>MẪU AN</nksHoTen></hoTich>"
PAPER = {"id": 1, "loaiGiayTo": 1, "tenTepDinhKem": "a.pdf", "huyGiayTo": 0, "duLieuTepDinhKem": "JVBERi0xLjQK"}


@pytest.fixture
def fetched(bundles, wire):
    """Fetch a detail with this content, and these members beside it."""

    def fetch(data, **more):
        wire.say(TOKEN, {"data": {"maHoSo": CODE, "data": data, **more}})
        return bundles.fetch("7")

    return fetch


def told(dossier):
    return {name: text.reveal() for name, text in dossier.form.items()}


def test_every_leaf_of_sample_8_11_is_kept(fetched):
    """Yes and no, numbers, lists, rows, objects in text."""
    leaves = {
        "NdktTen": "KHÔNG THẬT",
        "CapBanSao": True,
        "KhongLay": False,
        "BanSaoSoluong": 1,
        "NctccDiaChi": {"tinh": "99"},
        "so": [1, 2],
        "con": [{"ten": "A"}, {"ten": "B"}],
        "khac": '{"x": false}',
        "ghiChu": '"Đồng ý"',
        "trong": None,
    }
    found = fetched(json.dumps(leaves))
    assert told(found) == {
        "NdktTen": "KHÔNG THẬT",
        "CapBanSao": "true",
        "KhongLay": "false",
        "BanSaoSoluong": "1",
        "NctccDiaChi.tinh": "99",
        "so": "1; 2",
        "con.0.ten": "A",
        "con.1.ten": "B",
        "khac.x": "false",
        "ghiChu": '"Đồng ý"',
    }
    assert found.unread == ()


@pytest.mark.parametrize(
    ("data", "more", "form", "unread"),
    [
        (XML, {"maMoi": "x", "ngayHenTra": "07/01/2026", "moc": None}, NAME, ("maMoi", "ngayHenTra")),
        (json.dumps({"data": XML, "maMoi": True}), {}, NAME, ("maMoi",)),
        (XML, {"ngayTiepNhan": "tuần trước"}, NAME, ("ngayTiepNhan",)),
        (XML, {"module": {"x": 1}}, NAME, ("module",)),
        (XML.replace("<nksHoTen>", '<nksHoTen ma="5">'), {}, NAME, ("nksHoTen (ma)",)),
        (XML.replace("<hoTich>", '<hoTich loai="1">'), {}, NAME, ("hoTich (loai)",)),
        (XML.replace("MẪU AN", "MẪU <b>A</b>N"), {}, NAME, ()),
        (XML.replace("<nks", "chữ<nks", 1), {}, {**NAME, "hoTich": "chữ"}, ()),
        (
            XML.replace("</hoT", "<noi>Bệnh viện<xa>1</xa></noi></hoT"),
            {},
            {**NAME, "noi": "Bệnh viện", "noi.xa": "1"},
            (),
        ),
        (["a", "b"], {}, {"data": "a; b"}, ()),
        (True, {}, {}, ("data: not_a_form",)),
        (json.dumps([{"a": "1"}, {"a": "2"}]), {}, {"0.a": "1", "1.a": "2"}, ()),
    ],
)
def test_what_is_not_read_is_named(fetched, data, more, form, unread):
    """At both levels, attributes, text beside elements; a name with markup inside is one name."""
    found = fetched(data, **more)
    assert found.unread == unread
    assert told(found) == form


@pytest.mark.parametrize(
    ("paper", "cancelled", "unread"),
    [
        ({"huyGiayTo": True}, True, ()),
        ({"huyGiayTo": "1"}, True, ()),
        ({"huyGiayTo": "True"}, True, ()),
        ({"huyGiayTo": False}, False, ()),
        ({"huyGiayTo": None}, False, ()),
        ({"huyGiayTo": "có"}, False, ("fileDinhKem.0.huyGiayTo",)),
        ({"ghiChu": "x"}, False, ("fileDinhKem.0.ghiChu",)),
    ],
)
def test_a_cancelled_paper_is_cancelled_however_it_is_said(fetched, paper, cancelled, unread):
    """A word nobody knows is named."""
    found = fetched(XML, fileDinhKem=[{**PAPER, **paper}])
    assert ([file.cancelled for file in found.files], found.unread) == ([cancelled], unread)


@pytest.mark.parametrize(
    "at", ["2026-01-05T01:00:00Z", "2026-01-05T08:00:00+07:00", "20260105080000", 1767574800, "05/01/2026 08:00 AM"]
)
def test_the_hour_of_submission_is_the_same_in_every_dress(fetched, at):
    """In Viet Nam's time."""
    found = fetched(XML, ngayTiepNhan=at)
    assert (found.submitted_at.isoformat(), found.unread) == ("2026-01-05T08:00:00+07:00", ())


@pytest.mark.parametrize(
    "beside",
    [
        {"errors": "Không có dữ liệu"},
        {"errors": {"x": ["Không tìm thấy hồ sơ xã Vĩnh Lợi"]}},
        {"message": "Lấy danh sách thành công, tổng 0 lỗi"},
        {"message": "Cơ quan: UBND xã Vĩnh Lợi"},
        {"message": "Lấy danh sách hồ sơ thuộc dịch vụ thành công"},
    ],
)
def test_an_empty_list_may_be_spoken_of(bundles, wire, beside):
    """Names of places and "nothing found" are no failure, wherever they stand."""
    wire.say(TOKEN, {**beside, "data": []})
    assert bundles.pending() == ()


FAILURES = [
    {"errors": "Không tìm thấy máy chủ"},
    {"errors": "Không có dữ liệu do lỗi kết nối"},
    {"errors": {"x": ["Lỗi"]}, "status": 200},
    {"errors": {"x": ["Server error"]}, "status": 500},
    {"succeeded": False, "messages": ["x"]},
    {"success": "false"},
    {"error_code": "0", "message": "Hệ thống đang bảo trì"},
    {"status": 503, "title": "x"},
    {"message": "Phiên làm việc đã hết hạn"},
]


@pytest.mark.parametrize("answer", FAILURES)
@pytest.mark.parametrize("empty", [None, [], {}, ""])
def test_a_failure_is_never_nothing(bundles, wire, answer, empty):
    """Neither an empty list nor "there is no such dossier"."""
    wire.say(TOKEN, {**answer, "data": empty}, {**answer, "data": empty})
    for ask in (bundles.pending, lambda: bundles.fetch("7")):
        with pytest.raises(UnexpectedReply, match="failure_told"):
            ask()


@pytest.mark.parametrize(
    "beside",
    [
        {},
        {"errors": None, "status": 200, "title": "OK"},
        {"errors": {"x": ["Thành công"]}, "succeeded": True},
        {"message": "Không có hồ sơ dịch vụ công liên thông", "status": "200"},
        {"errors": {"id": ["Không tồn tại"]}, "status": 404},
    ],
)
def test_nothing_is_still_an_answer(bundles, wire, beside):
    """Good news, or words for nothing, beside an empty content."""
    wire.say(TOKEN, {**beside, "data": []}, {**beside, "data": None})
    assert (bundles.pending(), bundles.fetch("7")) == ((), None)


def test_a_flag_alone_acknowledges(bundles, wire):
    """`succeeded` without a word says it as well as a word; its no says no."""
    wire.say(TOKEN, {"succeeded": True}, {"succeeded": False})
    assert bundles.acknowledge(CODE).done is True
    with pytest.raises(UnexpectedReply):
        bundles.acknowledge(CODE)
