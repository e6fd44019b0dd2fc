"""The civil registry, G1: sample 8.1 is registered, and every broken rule is named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gov_connect.mocks.core import MockRequest
from gov_connect.mocks.faults import Fault

# Sample 8.1 of civil_registry.md.
DATA = (
    "<hotich><hoso><nksHoTen>PHẠM THỬ NGHIỆM AN</nksHoTen><nksGioiTinh>2</nksGioiTinh>"
    "<nksNgaySinh>03.01.2026</nksNgaySinh>"
    "<nksNgaySinhBangChu>Ngày ba tháng một năm hai nghìn không trăm hai mươi sáu</nksNgaySinhBangChu>"
    "<nksNoiSinh>Bệnh viện Mẫu, phường Ví Dụ, tỉnh Giả Định</nksNoiSinh><nksNoiSinhDVHC>99</nksNoiSinhDVHC>"
    "<nksQueQuan>Xã Mẫu, tỉnh Giả Định</nksQueQuan><nksDanToc>Kinh</nksDanToc><nksQuocTich>Việt Nam</nksQuocTich>"
    "<nksLoaiKhaiSinh>1</nksLoaiKhaiSinh><meHoTen>LÊ THỊ HƯ CẤU</meHoTen><meNgaySinh>1999</meNgaySinh>"
    "<meDanToc>Kinh</meDanToc><meQuocTich>Việt Nam</meQuocTich><meLoaiCuTru>1</meLoaiCuTru>"
    "<meNoiCuTru>Xã Mẫu, tỉnh Giả Định</meNoiCuTru><meLoaiGiayToTuyThan>4</meLoaiGiayToTuyThan>"
    "<meSoGiayToTuyThan>000000000012</meSoGiayToTuyThan><chaHoTen>PHẠM VĂN GIẢ ĐỊNH</chaHoTen>"
    "<chaNgaySinh>20.05.1997</chaNgaySinh><chaDanToc>Kinh</chaDanToc><chaQuocTich>Việt Nam</chaQuocTich>"
    "<chaLoaiCuTru>1</chaLoaiCuTru><chaNoiCuTru>Xã Mẫu, tỉnh Giả Định</chaNoiCuTru>"
    "<chaLoaiGiayToTuyThan>4</chaLoaiGiayToTuyThan><chaSoGiayToTuyThan>000000000011</chaSoGiayToTuyThan>"
    "<nycHoTen>PHẠM VĂN GIẢ ĐỊNH</nycHoTen><nycQuanHe>Cha</nycQuanHe>"
    "<nycLoaiGiayToTuyThan>4</nycLoaiGiayToTuyThan><nycSoGiayToTuyThan>000000000011</nycSoGiayToTuyThan>"
    "<nycNgayCapGiayToTuyThan>01.02.2022</nycNgayCapGiayToTuyThan>"
    "<nycNoiCapGiayToTuyThan>Cục Cảnh sát QLHC về TTXH</nycNoiCapGiayToTuyThan><loaiDangKy>1</loaiDangKy>"
    "<soLuongBanSao>3</soLuongBanSao></hoso></hotich>"
)
CODE = "H99.201-260105-0007"
REQUEST = {"maDonVi": 99001, "module": "KS", "maHoSo": CODE, "ngayTiepNhan": "2026-01-05", "data": DATA}
ACCEPTED = {"status": 1, "value": ""}
WHICH = {"maDonVi": 99001, "maHoSo": CODE}


def with_leaf(name: str, text: str) -> dict[str, Any]:
    """Set one leaf of the sample, adding it at the end when it is not there."""
    start = DATA.find(f"<{name}>")
    if start < 0:
        return REQUEST | {"data": DATA.replace("</hoso>", f"<{name}>{text}</{name}></hoso>")}
    end = DATA.index(f"</{name}>")
    return REQUEST | {"data": f"{DATA[:start]}<{name}>{text}{DATA[end:]}"}


def without(*names: str) -> str:
    """Take leaves out of the sample."""
    data = DATA
    for name in names:
        start, end = data.index(f"<{name}>"), data.index(f"</{name}>") + len(f"</{name}>")
        data = data[:start] + data[end:]
    return data


FATHER = [
    f"cha{n}"
    for n in [
        "HoTen",
        "NgaySinh",
        "DanToc",
        "QuocTich",
        "LoaiCuTru",
        "NoiCuTru",
        "LoaiGiayToTuyThan",
        "SoGiayToTuyThan",
    ]
]


def refused(answer: dict[str, Any], field: str) -> bool:
    """Tell whether an answer refuses that field."""
    return answer == {"status": 0, "code": 500, "message": f"DATA_INCORRECT: {field}"}


# -- token (residents.md §5.4)


def test_key_and_secret_buy_a_token(registry_caller: Any) -> None:
    """The key and secret buy a bearer token for an hour."""
    answer = json.loads(registry_caller.ask_token().body)
    assert (answer["token_type"], answer["expires_in"], answer["scope"]) == ("Bearer", 3600, "default")


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"body": b"grant_type=password"}, 400, "unsupported_grant_type"),
        ({"method": "GET"}, 400, "invalid_request"),
        ({"headers": {"content-type": "application/json"}}, 400, "invalid_request"),
        ({"headers": {"content-type": "application/x-www-form-urlencoded"}}, 401, "invalid_client"),
        (
            {"headers": {"content-type": "application/x-www-form-urlencoded", "authorization": "Basic %"}},
            401,
            "invalid_client",
        ),
    ],
)
def test_anything_else_buys_no_token(registry_caller: Any, changes: dict[str, Any], status: int, error: str) -> None:
    """Anything else gets the error of the protocol."""
    reply = registry_caller.ask_token(**changes)
    assert (reply.status, json.loads(reply.body)["error"]) == (status, error)


def test_a_wrong_secret_is_refused(registry_caller: Any) -> None:
    """A wrong secret is 401."""
    assert registry_caller.ask_token(secret="x").status == 401


def test_bad_or_old_token_is_100(registry_caller: Any, clock: Any) -> None:
    """An unknown or expired token is code 100 in a body, not an HTTP status."""
    assert registry_caller("dangKyHoTich", REQUEST) == ACCEPTED
    clock.advance(hours=1)
    assert registry_caller("danhMuc", {}) == {"status": 0, "code": 100, "message": "AUTHEN_ERROR"}
    registry_caller.token = "x"
    assert registry_caller("danhMuc", {})["code"] == 100


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"path": "/hotich/1.0/xoaHoSo"}, 404),
        ({"path": "/other"}, 404),
        ({"method": "GET"}, 405),
        ({"headers": {"content-type": "text/plain"}}, 415),
        ({"body": b"x"}, 200),
    ],
)
def test_ill_formed_requests(registry_caller: Any, changes: dict[str, Any], status: int) -> None:
    """The gateway turns away what is not a POST of JSON to a known service."""
    request: dict[str, Any] = {
        "method": "POST",
        "path": "/hotich/1.0/danhMuc",
        "headers": {"content-type": "application/json"},
        "body": b"{}",
    }
    assert registry_caller.system.handle(MockRequest(**(request | changes))).status == status


# -- registration (§1.3, §2.2)


def test_sample_is_registered_at_once(registry_caller: Any) -> None:
    """Sample 8.1 is accepted, stands at 4, and has its number and book."""
    assert registry_caller("dangKyHoTich", REQUEST) == ACCEPTED
    assert registry_caller("traTrangThaiHoSo", WHICH) == {"status": 4, "value": ""}
    result = registry_caller("ketQuaDangKyHS", WHICH)
    assert result["status"] == 1
    assert (result["value"]["so"], result["value"]["quyenSo"]) == ("1", "01/2026")
    assert result["value"]["nksHoTen"] == "PHẠM THỬ NGHIỆM AN"
    assert registry_caller.system.registration(CODE).unit == 99001


def test_the_same_dossier_is_registered_once(registry_caller: Any) -> None:
    """A second time is an error that means success, and makes no second paper."""
    registry_caller("dangKyHoTich", REQUEST)
    answer = registry_caller("dangKyHoTich", REQUEST)
    assert answer == {"status": 0, "code": 500, "message": f"Hồ sơ {CODE} đã được tiếp nhận"}
    state = registry_caller.system.state()
    assert state["registrations"][CODE]["repeats"] == 1
    assert state["duplicates"] == []


def test_other_dossier_for_the_same_child_is_a_second_paper(registry_caller: Any) -> None:
    """The registry does not notice; the state does. Twins are not duplicates."""
    other, twin = "H99.201-260105-0008", "H99.201-260105-0009"
    registry_caller("dangKyHoTich", REQUEST)
    spelt = with_leaf("nksHoTen", "Phạm Thử Nghiệm An") | {"maHoSo": other}
    assert registry_caller("dangKyHoTich", spelt) == ACCEPTED
    assert registry_caller("dangKyHoTich", with_leaf("nksHoTen", "PHẠM THỬ BÌNH") | {"maHoSo": twin}) == ACCEPTED
    assert registry_caller.system.state()["duplicates"] == [[CODE, other]]


def test_a_single_mother_has_no_father_block(registry_caller: Any) -> None:
    """Kind 3 has a mother and no father block."""
    data = without(*FATHER).replace("<nksLoaiKhaiSinh>1", "<nksLoaiKhaiSinh>3")
    assert registry_caller("dangKyHoTich", REQUEST | {"data": data}) == ACCEPTED


@pytest.mark.parametrize("kind", ["2", "4", "5"])
def test_unknown_mother_has_no_block(registry_caller: Any, kind: str) -> None:
    """A parent who is said to be unknown must not be described."""
    answer = registry_caller("dangKyHoTich", with_leaf("nksLoaiKhaiSinh", kind))
    assert refused(answer, "meHoTen")


def test_known_parent_has_a_block(registry_caller: Any) -> None:
    """A parent who is said to be known must be described."""
    assert refused(registry_caller("dangKyHoTich", REQUEST | {"data": without(*FATHER)}), "chaHoTen")


@pytest.mark.parametrize(
    "name",
    [
        "nksHoTen",
        "nksGioiTinh",
        "nksNgaySinh",
        "nksNgaySinhBangChu",
        "nksNoiSinh",
        "nksQueQuan",
        "nksDanToc",
        "nksQuocTich",
        "nksLoaiKhaiSinh",
        "meDanToc",
        "meNoiCuTru",
        "meSoGiayToTuyThan",
        "nycQuanHe",
        "nycNgayCapGiayToTuyThan",
        "loaiDangKy",
    ],
)
def test_a_missing_required_leaf_is_named(registry_caller: Any, name: str) -> None:
    """A required leaf that is absent or empty is named, and nothing is registered."""
    assert refused(registry_caller("dangKyHoTich", REQUEST | {"data": without(name)}), name)
    assert refused(registry_caller("dangKyHoTich", with_leaf(name, " ")), name)
    assert registry_caller.system.state()["registrations"] == {}
    assert registry_caller.system.state()["refused_fields"] == [name, name]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nksGioiTinh", "Nữ"),
        ("nksNgaySinh", "03/01/2026"),
        ("nksNgaySinh", "31.02.2026"),
        ("nksNgaySinh", "13.2026"),
        ("nksNgaySinh", "06.01.2026"),
        ("nksNgaySinhBangChu", "03.01.2026"),
        ("nksDanToc", "01"),
        ("nksQuocTich", "VN"),
        ("nksNoiSinhDVHC", "099"),
        ("nksLoaiKhaiSinh", "6"),
        ("meNgaySinh", "99"),
        ("meLoaiCuTru", "3"),
        ("meLoaiGiayToTuyThan", "9"),
        ("meSoDDCN", "12"),
        ("nycNgayCapGiayToTuyThan", "2022-02-01"),
        ("loaiDangKy", "0"),
        ("soLuongBanSao", "ba"),
        ("ngayCapGCS", "20260132"),
        ("ngayCapGCS", "1.1.2026"),
        ("khongCo", "x"),
        ("nksHoTen", "<Ho>PHẠM</Ho>"),
    ],
)
def test_ill_formed_leaf(registry_caller: Any, name: str, text: str) -> None:
    """Lists, dates and unknown names are checked."""
    assert refused(registry_caller("dangKyHoTich", with_leaf(name, text)), name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nksNgaySinh", "01.2026"),
        ("nksNgaySinh", "2026"),
        ("nksDanToc", "Ba Na (Rơ-ngao)"),
        ("nksDanToc", "Mông (Hmông)"),
        ("nksDanToc", "Người nước ngoài"),
        ("meLoaiCuTru", "2"),
        ("meSoDDCN", "000000000012"),
        ("ngayCapGCS", "20260104"),
        ("ngayCapGCS", "04.01.2026"),
        ("maGCS", ""),
        ("soLuongBanSao", "0"),
    ],
)
def test_well_formed_leaf(registry_caller: Any, name: str, text: str) -> None:
    """Partial dates, sub-groups and the optional leaves are taken."""
    assert registry_caller("dangKyHoTich", with_leaf(name, text)) == ACCEPTED


def test_other_needs_its_text(registry_caller: Any) -> None:
    """An ethnic group "Khác" and a paper of kind 8 bring a text along."""
    assert refused(registry_caller("dangKyHoTich", with_leaf("nksDanToc", "Khác")), "nksDanTocKhac")
    assert refused(registry_caller("dangKyHoTich", with_leaf("nycLoaiGiayToTuyThan", "8")), "nycGiayToKhac")


def test_a_repeated_leaf_is_refused(registry_caller: Any) -> None:
    """A leaf comes once."""
    data = DATA.replace("<loaiDangKy>", "<loaiDangKy>1</loaiDangKy><loaiDangKy>")
    assert refused(registry_caller("dangKyHoTich", REQUEST | {"data": data}), "loaiDangKy")


@pytest.mark.parametrize(
    "data",
    [
        "<hotich><hoso><nksHoTen>A & B</nksHoTen></hoso></hotich>",
        "<hoTich><hoso/></hoTich>",
        "<hotich><hoso/><hoso/></hotich>",
        '<!DOCTYPE hotich [<!ENTITY x "y">]><hotich><hoso><nksHoTen>&x;</nksHoTen></hoso></hotich>',
    ],
)
def test_a_bad_document_is_refused(registry_caller: Any, data: str) -> None:
    """Unescaped text, another root, two dossiers or a DOCTYPE make the document bad."""
    assert refused(registry_caller("dangKyHoTich", REQUEST | {"data": data}), "data")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"module": "LTKS"}, "module"),
        ({"maHoSo": " "}, "maHoSo"),
        ({"maHoSo": 7}, "maHoSo"),
        ({"data": {}}, "data"),
        ({"ngayTiepNhan": "05/01/2026"}, "ngayTiepNhan"),
        ({"ngayTiepNhan": "2026-02-30"}, "ngayTiepNhan"),
        ({"maHoSoLT": "x"}, "maHoSoLT"),
    ],
)
def test_a_request_without_one_of_its_members_is_refused(
    registry_caller: Any, change: dict[str, Any], field: str
) -> None:
    """The five members of the request are checked too."""
    assert refused(registry_caller("dangKyHoTich", REQUEST | change), field)


@pytest.mark.parametrize("unit", ["99001", 99009, True, None, 99001.0])
@pytest.mark.parametrize("service", ["dangKyHoTich", "traTrangThaiHoSo", "ketQuaDangKyHS"])
def test_unit_is_a_known_number(registry_caller: Any, unit: object, service: str) -> None:
    """MaDonVi is a JSON number of a known unit; a string of the same digits is not."""
    answer = registry_caller(service, REQUEST | {"maDonVi": unit})
    assert answer == {"status": 0, "code": 106, "message": "AGENCY_ID_INCORRECT"}


# -- looking up (§1.4)


def test_unknown_dossier_is_201(registry_caller: Any) -> None:
    """A dossier of nobody, or of another unit, is not found."""
    registry_caller("dangKyHoTich", REQUEST)
    for change in ({"maHoSo": "H99.201-260105-0009"}, {"maHoSo": None}, {"maDonVi": 99002}):
        assert registry_caller("traTrangThaiHoSo", WHICH | change)["code"] == 201


def test_supplement_is_asked_for(registry_caller: Any) -> None:
    """Sample 8.2: status 2 with its text; until 4 there is no result."""
    registry_caller("dangKyHoTich", REQUEST)
    registry_caller.system.set_status(CODE, 2, "Bổ sung giấy chứng sinh")
    assert registry_caller("traTrangThaiHoSo", WHICH) == {"status": 2, "value": "Bổ sung giấy chứng sinh"}
    assert registry_caller("ketQuaDangKyHS", WHICH)["message"] == "RECORD_UNCOMPLETE"
    registry_caller.system.set_status(CODE, 4)
    assert registry_caller("ketQuaDangKyHS", WHICH)["status"] == 1


@pytest.mark.parametrize("kind", range(1, 6))
def test_catalogue_is_json_in_a_string(registry_caller: Any, kind: int) -> None:
    """Sample 8.2: the value of a catalogue is text that holds JSON."""
    rows = json.loads(registry_caller("danhMuc", {"loaiDanhMuc": kind})["value"])
    assert {"ma", "ten"} == rows[0].keys()


def test_an_unknown_catalogue_is_refused(registry_caller: Any) -> None:
    """Any other kind is code 302."""
    for kind in (0, "3", True):
        assert registry_caller("danhMuc", {"loaiDanhMuc": kind})["code"] == 302


def test_what_is_never_answered_is_registered_all_the_same(registry_caller: Any) -> None:
    """The one that is never answered has been registered all the same."""
    registry_caller.ask_token()
    registry_caller.system.faults.script("dangKyHoTich", [Fault.TIMEOUT_AFTER])
    registry_caller("dangKyHoTich", REQUEST)
    assert "đã được tiếp nhận" in registry_caller("dangKyHoTich", REQUEST)["message"]


def test_numbers_run_per_unit(registry_caller: Any) -> None:
    """Each unit has its own book."""
    for number, unit in enumerate((99001, 99002, 99001)):
        change = {"maHoSo": f"H99.201-260105-00{number}0", "maDonVi": unit}
        assert registry_caller("dangKyHoTich", with_leaf("nksHoTen", "A" * (number + 1)) | change) == ACCEPTED
    shown = registry_caller.system.state()["registrations"].values()
    assert [(r["unit"], r["so"]) for r in shown] == [(99001, "1"), (99002, "1"), (99001, "2")]


def test_no_personal_data_is_shown(registry_caller: Any) -> None:
    """Neither the state nor the repr of a registration has a name or number of a person."""
    registry_caller("dangKyHoTich", REQUEST)
    system = registry_caller.system
    shown = json.dumps(system.state(), ensure_ascii=False) + repr(system.registration(CODE))
    assert "NGHIỆM" not in shown
    assert "000000000012" not in shown
