"""The national portal: the samples of national_portal.md §8 are taken, and what breaks a rule is refused."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from gov_connect.mocks import portal
from gov_connect.mocks.core import MockRequest
from gov_connect.mocks.faults import Fault, FaultPlan
from gov_connect.mocks.portal import PortalMock

CODE = "000.07.12.H99-250804-0019"

# Sample S6 (g1 and g2 fields).
S6: dict[str, Any] = json.loads("""{
 "MaHoSo":"000.07.12.H99-250804-0019","MaTTHC":"1.001193","TenTTHC":"Thủ tục đăng ký khai sinh",
 "MaLinhVuc":"G99-TP01","TenLinhVuc":"Hộ tịch",
 "KenhThucHien":"1","ChuHoSo":"Nguyễn Thị Mẫu Một","SoGiayToChuHoSo":"000000000012","LoaiDoiTuong":"1",
 "MaDoiTuong":"","ThongTinKhac":"","Email":"","Fax":"","SoDienThoai":"0900000001",
 "TrichYeuHoSo":"Đăng ký khai sinh cho trẻ Mẫu A","NgayTiepNhan":"20250804081500","NgayHenTra":"20250805170000",
 "TrangThaiHoSo":"2","NgayTra":"","ThongTinTra":"","HinhThuc":"0","NgayKetThucXuLy":"","DonViXuLy":"UBND xã Mẫu",
 "GhiChu":"",
 "TaiLieuNop":[{"TepDinhKemId":"501","TenTepDinhKem":"giay-chung-sinh.pdf","IsDeleted":"False",
  "MaThanhPhanHoSo":"","DuongDanTaiTepTin":"https://motcua.example/f/501","DuocSoHoa":"1","DuocTaiSuDung":"0",
  "DuocLayTuKhoDMQG":"0","MaKetQuaThayThe":""}],
 "DanhSachLePhi":[{"TenPhiLePhi":"Lệ phí hộ tịch","MaPhiLePhi":"2","HinhThucThu":"1","Gia":"0","LoaiPhiLePhi":"1"}],
 "DanhSachTepDinhKemKhac":[],"DanhSachHoSoBoSung":[],"DanhSachGiayToKetQua":[],
 "NoiNopHoSo":"2","HoSoCoThanhPhanSoHoa":"1","TaiKhoanDuocXacThucVoiVNeID":"0","DuocThanhToanTrucTuyen":"0",
 "NgayTuChoi":"","DinhDanhCHS":[{"LoaiDinhDanh":"1","SoDinhDanh":"000000000012"}],
 "NgayNopHoSo":"20250804081500","DSKetNoiCSDL":[{"MaCSDL":"7"}]}""")

# Sample S7, its two rows.
S7: list[dict[str, str]] = json.loads("""[
 {"MaHoSo":"000.07.12.H99-250804-0019","NguoiXuLy":"Trần Văn Thử","ChucDanh":"","ThoiDiemXuLy":"20250804081500",
  "PhongBanXuLy":"Bộ phận một cửa","NoiDungXuLy":"Tiếp nhận hồ sơ","TrangThai":"2","NgayBatDau":"",
  "NgayKetThucTheoQuyDinh":""},
 {"MaHoSo":"000.07.12.H99-250804-0019","NguoiXuLy":"Lê Thị Giả","ChucDanh":"Công chức Tư pháp - Hộ tịch",
  "ThoiDiemXuLy":"20250804093000","PhongBanXuLy":"Tư pháp","NoiDungXuLy":"Thẩm định-Hồ sơ hợp lệ","TrangThai":"4",
  "NgayBatDau":"20250804093000","NgayKetThucTheoQuyDinh":"20250805170000"}]""")

# Sample S8, the final update.
S8: dict[str, Any] = json.loads("""{
 "MaHoSo":"000.07.12.H99-250804-0019","MaTTHC":"1.001193","TenTTHC":"Thủ tục đăng ký khai sinh",
 "MaLinhVuc":"G99-TP01","TenLinhVuc":"Hộ tịch","LoaiDoiTuong":"1","MaDoiTuong":"",
 "TrichYeuHoSo":"Đăng ký khai sinh cho trẻ Mẫu A","NgayTiepNhan":"20250804081500","NgayHenTra":"20250805170000",
 "TrangThaiHoSo":"10","NgayTra":"20250805101500","HinhThuc":"0","NgayKetThucXuLy":"20250805093000",
 "DonViXuLy":"UBND xã Mẫu","TaiLieuNop":[],"DanhSachLePhi":[],
 "DanhSachGiayToKetQua":[{"TenGiayTo":"giay-khai-sinh.pdf","MaThanhPhanHoSo":"","GiayToId":"902",
  "DuongDanTepTinKetQua":"https://motcua.example/f/902","MaGiayToKetQua":"KQ.G99.000001"}]}""")

SUBMISSION = {
    "MaTTHC": "2.000635",
    "MaSoThue": "000000000012",
    "TenThuongNhan": "MẪU THỊ THỬ",
    "SoLuong": "2",
}


def put(call: Any, *records: Any, updating: str = "False") -> dict[str, Any]:
    """Insert or update records."""
    answer: dict[str, Any] = call("DongBoHoSoMC", isUpdating=updating, data=list(records))
    return answer


def is_success(answer: dict[str, Any]) -> bool:
    """Tell whether an answer has a code of success."""
    return answer["error_code"] in (0, "0", "00")


# -- reaching the portal


def test_login_gives_session(portal_caller: Any) -> None:
    """Sample S1: the answer carries a session."""
    reply = portal_caller.raw("mapi/login", {"username": "H99.201", "password": "mat-khau-vi-du"})
    answer = json.loads(reply.body)
    assert is_success(answer)
    assert len(answer["session"]) == 36


def test_a_wrong_password_opens_no_session(portal_caller: Any) -> None:
    """Sample S2: a wrong password is HTTP 200 with -1 and no session."""
    reply = portal_caller.raw("mapi/login", {"username": "H99.201", "password": "x"})
    assert reply.status == 200
    assert json.loads(reply.body) == {"error_code": -1, "message": "Sai tên đăng nhập hoặc mật khẩu"}


@pytest.mark.parametrize(
    "place",
    [
        {"headers": {"content-type": "application/json", "dstcode": portal.DSTCODE}},
        {"headers": {"content-type": "application/json", "dstcode": quote(portal.DSTCODE)}},
        {"headers": {"content-type": "application/json"}, "query": {"dstcode": portal.DSTCODE}},
        {
            "headers": {"content-type": "application/json; charset=utf-8"},
            "query": {"dstcode": quote(portal.DSTCODE)},
        },
    ],
)
def test_the_dstcode_is_taken_from_header_or_query(portal_caller: Any, place: dict[str, Any]) -> None:
    """The provider's code is taken from either place, raw or percent-encoded (§1.1)."""
    content = {"username": portal.USERNAME, "password": portal.PASSWORD}
    assert "session" in json.loads(portal_caller.raw(portal.LOGIN_ENDPOINT, content, **place).body)


@pytest.mark.parametrize("headers", [{}, {"dstcode": "VN:GOV:000.00.00.G22:khac"}])
def test_wrong_dstcode_is_an_adapter_error(portal_caller: Any, headers: dict[str, str]) -> None:
    """Without the right code the portal is never reached: 404 with the adapter's own error."""
    reply = portal_caller.raw(portal.LOGIN_ENDPOINT, {}, headers={"content-type": "application/json"} | headers)
    assert reply.status == 404
    assert reply.headers["x-road-error"] == "Server.ClientProxy.UnknownMember"


def test_test_systems_take_no_dstcode() -> None:
    """A test system is set to none, and then none is needed."""
    body = json.dumps({"username": portal.USERNAME, "password": portal.PASSWORD}).encode()
    request = MockRequest(
        method="POST",
        path="/VXPAdapter/RestService/forward/mapi/login",
        headers={"content-type": "application/json"},
        body=body,
    )
    assert "session" in json.loads(PortalMock(dstcode="").handle(request).body)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"path": "/elsewhere"}, 404),
        ({"path": "/XrdAdapter/RestService/forward/mapi/other"}, 404),
        ({"method": "GET"}, 405),
        ({"headers": {"dstcode": portal.DSTCODE, "content-type": "text/plain"}}, 415),
        ({"body": b"not json"}, 200),
        ({"body": b"[]"}, 200),
    ],
)
def test_ill_formed_requests(portal_caller: Any, changes: dict[str, Any], status: int) -> None:
    """What is not a POST of a JSON object to a known path gets no further."""
    reply = portal_caller.raw(portal.SHARE_ENDPOINT, {}, **changes)
    assert reply.status == status
    assert json.loads(reply.body).get("error_code", -1) == -1


def test_unknown_session_is_refused(portal_caller: Any) -> None:
    """A call with a session that was never issued says so."""
    portal_caller.session = "00000000-0000-4000-8000-000000000000"
    answer = portal_caller("LayDanhSachTTHC", share=True)
    assert answer["error_code"] == -1
    assert "session" in answer["message"]


def test_session_ends_after_ten_minutes(portal_caller: Any, clock: Any) -> None:
    """A session lives ten minutes and no longer."""
    portal_caller.log_in()
    clock.advance(minutes=10)
    assert is_success(portal_caller("LayDanhSachTTHC", share=True))
    clock.advance(seconds=1)
    assert portal_caller("LayDanhSachTTHC", share=True)["error_code"] == -1


def test_success_is_spelt_in_three_ways(portal_caller: Any) -> None:
    """Success is met as 0, "0" and "00" (§1.4)."""
    codes = [portal_caller("LayDanhSachTTHC", share=True)["error_code"] for _ in range(3)]
    assert sorted(map(str, codes)) == ["0", "0", "00"]
    assert {type(code) for code in codes} == {int, str}


# -- catalogues


def test_procedures_are_listed(portal_caller: Any) -> None:
    """Sample S3: code and name, keys in capitals."""
    rows = portal_caller("LayDanhSachTTHC", share=True)["result"]
    assert {"MATTHC": "1.001193", "TENTTHC": "Thủ tục đăng ký khai sinh"} in rows
    wanted = {"2.000815", "2.000884", "1.001193", "2.000635", "1.004873", "1.000656", "2.002621", "1.004859"}
    assert {row["MATTHC"] for row in rows} == wanted


def test_procedure_has_domain_and_result(portal_caller: Any) -> None:
    """Sample S4: what a dossier record is copied from."""
    (detail,) = portal_caller("LayThuTuc", maTTHC="1.001193")["result"]
    assert detail["LINHVUCTHUCHIEN"] == [{"MALINHVUC": "G99-TP01", "TENLINHVUC": "Hộ tịch"}]
    assert detail["KETQUATHUCHIEN"][0]["MAKETQUA"] == "KQ.G99.000001"


def test_fees_of_procedures(portal_caller: Any) -> None:
    """A fee is free text on the wire; a procedure without one has an empty list."""
    fees = {}
    for code in ("2.000635", "1.004873"):
        (detail,) = portal_caller("LayThuTuc", maTTHC=code)["result"]
        fees[code] = [row["SOTIEN"] for row in detail["CACHTHUCTHUCHIEN"][0]["THOIGIAN"][0]["PHILEPHI"]]
    assert fees == {"2.000635": ["8000"], "1.004873": []}


def test_unknown_procedure_is_an_empty_result(portal_caller: Any) -> None:
    """Nothing found is an empty array."""
    assert portal_caller("LayThuTuc", maTTHC="9.999999")["result"] == []


def test_agencies_and_domains(portal_caller: Any) -> None:
    """The small catalogues are there as well."""
    assert portal_caller("LayDanhMucCoQuan", share=True)["result"][0]["MADONVI"] == "H99.201"
    domains = portal_caller("LayDanhMucLinhVuc", share=True)["result"]
    assert [row["MALINHVUC"] for row in domains] == ["G99-TP01", "G99-TP02"]


def test_account_of_a_number_is_stable(portal_caller: Any) -> None:
    """Sample S9: one number has one account id."""
    ask = {"provider": "wso2is", "mstorcmnd": "0000000001"}
    first, second = (portal_caller("TraCuuTechID", share=True, **ask)["result"] for _ in range(2))
    assert first == second
    assert first[0]["TECHNICALID"]
    refused = portal_caller("TraCuuTechID", share=True, provider="x", mstorcmnd="1")
    assert refused["error_code"] == -1


@pytest.mark.parametrize(("service", "share"), [("LayThuTuc", True), ("LayDanhSachTTHC", False), ("KhongCo", True)])
def test_services_live_at_one_endpoint(portal_caller: Any, service: str, share: bool) -> None:  # noqa: FBT001
    """A service is offered at its own endpoint only (§2.1)."""
    parameters = {"maTTHC": "1.001193"} if service == "LayThuTuc" else {}
    assert portal_caller(service, share=share, **parameters)["error_code"] == -1


def test_parameter_names_are_not_uniform(portal_caller: Any) -> None:
    """`mahoso` is not `maHoSo`: the wrong spelling is refused (quirk 6)."""
    assert portal_caller("TraCuuHoSo", maHoSo=CODE)["error_code"] == -1


def test_agency_code_is_checked(portal_caller: Any) -> None:
    """`madonvi` has the form of an agency code."""
    assert portal_caller("LayDanhSachTTHC", share=True, madonvi="xã mẫu")["error_code"] == -1


# -- dossiers of the agency


def test_life_of_a_walk_in_dossier(portal_caller: Any) -> None:
    """Samples S5 to S8 in turn: not there, inserted, steps, final update."""
    assert portal_caller("TraCuuHoSo", mahoso=CODE)["result"] == []
    assert put(portal_caller, S6)["message"] == "Thêm mới hồ sơ thành công"
    assert is_success(portal_caller("CapNhatTienDoHoSoMC", data=S7))
    assert portal_caller("TraCuuHoSo", mahoso=CODE)["result"][0]["TrangThaiHoSo"] == "2"
    assert put(portal_caller, S8, updating="True")["message"] == "Cập nhật hồ sơ thành công"
    shown = portal_caller.system.state()["dossiers"][CODE]
    assert (shown["status"], shown["inserts"], shown["updates"]) == ("10", 1, 1)
    assert [step["TrangThai"] for step in shown["steps"]] == ["2", "4"]
    assert shown["results"] == ["KQ.G99.000001"]


def test_second_insert_says_already_there(portal_caller: Any) -> None:
    """A blind second insert is refused, and counted."""
    put(portal_caller, S6)
    answer = put(portal_caller, S6)
    assert answer["error_code"] == -1
    assert "Hồ sơ đã tồn tại" in answer["message"]
    assert portal_caller.system.dossier(CODE).refused_inserts == 1


def test_update_of_nothing_is_refused(portal_caller: Any) -> None:
    """An update needs a dossier."""
    assert put(portal_caller, S6, updating="True")["error_code"] == -1


def test_one_bad_record_refuses_all(portal_caller: Any) -> None:
    """Records of one call stand and fall together."""
    other = S6 | {"MaHoSo": "000.07.12.H99-250804-0020"}
    assert put(portal_caller, other, S6 | {"HinhThuc": "9"})["error_code"] == -1
    assert portal_caller.system.state()["dossiers"] == {}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"TrangThaiHoSo": 2}, "TrangThaiHoSo"),
        ({"TrangThaiHoSo": "11"}, "TrangThaiHoSo"),
        ({"NgayTiepNhan": "20250230081500"}, "NgayTiepNhan"),
        ({"NgayTiepNhan": "04/08/2025 08:15:00"}, "NgayTiepNhan"),
        ({"NgayTiepNhan": ""}, "NgayTiepNhan"),
        ({"NgayHenTra": None}, "NgayHenTra"),
        ({"TrichYeuHoSo": "x" * 1001}, "TrichYeuHoSo"),
        ({"TrichYeuHoSo": " "}, "TrichYeuHoSo"),
        ({"GhiChu": "x" * 2001}, "GhiChu"),
        ({"MaHoSo": "so-cua-toi"}, "MaHoSo"),
        ({"MaTTHC": "3.000181.000.00.00.H22"}, "MaTTHC"),
        ({"MaTTHC": "9.999999"}, "MaTTHC"),
        ({"MaLinhVuc": "G99-TP02"}, "MaLinhVuc"),
        ({"MaDoiTuong": 5}, "MaDoiTuong"),
        ({"MaHoSo": 5}, "MaHoSo"),
        ({"HinhThuc": None}, "HinhThuc"),
        ({"NgayHenTra": 20250805}, "NgayHenTra"),
        ({"KenhThucHien": "4"}, "KenhThucHien"),
        ({"DinhDanhCHS": []}, "DinhDanhCHS"),
        ({"DinhDanhCHS": [{"LoaiDinhDanh": "2", "SoDinhDanh": "000000000012"}]}, "DinhDanhCHS"),
        ({"DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": 1, "Them": ""}]}, "DinhDanhCHS"),
        ({"DanhSachLePhi": [{"TenPhiLePhi": "a"}]}, "DanhSachLePhi"),
        ({"DanhSachLePhi": {}}, "DanhSachLePhi"),
        ({"DanhSachTepDinhKemKhac": ["x"]}, "DanhSachTepDinhKemKhac"),
        ({"DanhSachTepDinhKemKhac": [{"SoLuong": 1.5}]}, "DanhSachTepDinhKemKhac"),
        ({"DanhSachLePhi": [dict(S6["DanhSachLePhi"][0], Gia="8.000")]}, "DanhSachLePhi"),
        ({"LoaiHoSo": "1"}, "LoaiHoSo"),
    ],
)
def test_bad_fields_are_named(portal_caller: Any, change: dict[str, Any], named: str) -> None:
    """A refusal names the field and repeats no value."""
    answer = put(portal_caller, S6 | change)
    assert answer["error_code"] == -1
    assert named in answer["message"]
    assert "Nguyễn" not in answer["message"]


@pytest.mark.parametrize("name", ["MaHoSo", "TenTTHC", "TenLinhVuc", "LoaiDoiTuong", "HinhThuc", "DonViXuLy"])
def test_missing_fields_are_named(portal_caller: Any, name: str) -> None:
    """A required field of generation 1 cannot be left out."""
    assert f"thiếu trường {name}" in put(portal_caller, {k: v for k, v in S6.items() if k != name})["message"]


@pytest.mark.parametrize("data", [[], {}, "x", ["x"]])
def test_data_is_an_array_of_objects(portal_caller: Any, data: object) -> None:
    """`data` of a record sync is a filled array."""
    assert portal_caller("DongBoHoSoMC", isUpdating="False", data=data)["error_code"] == -1


def test_null_where_the_field_sends_it(portal_caller: Any) -> None:
    """Some clients send null for the account, the channel, contacts and the date of refusal."""
    nulls = dict.fromkeys(("MaDoiTuong", "KenhThucHien", "Email", "SoDienThoai", "NgayTuChoi"))
    assert is_success(put(portal_caller, S6 | nulls))


def test_is_updating_is_a_capitalised_string(portal_caller: Any) -> None:
    """JSON booleans are for the other direction (quirk 1)."""
    assert put(portal_caller, S6, updating="false")["error_code"] == -1
    assert portal_caller("DongBoHoSoMC", isUpdating=False, data=[S6])["error_code"] == -1


def test_newer_generation_requires_more(portal_caller: Any, clock: Any) -> None:
    """A portal set to generation 2 wants its fields as well."""
    call = type(portal_caller)(PortalMock(now=clock, generation=2))
    assert "SoGiayToChuHoSo" in put(call, S8)["message"]
    assert is_success(put(call, S6))


def test_odd_moves_are_taken_and_noted(portal_caller: Any) -> None:
    """The table of moves is a guess, so a move outside it is only a warning."""
    put(portal_caller, S6)
    put(portal_caller, S8, updating="True")
    put(portal_caller, S6 | {"TenTTHC": "Khai sinh", "MaTTHC": "2.000635"}, updating="True")
    assert portal_caller.system.state()["warnings"] == [
        f"{CODE}: status 2 -> 10",
        f"{CODE}: procedure 1.001193 -> 2.000635",
        f"{CODE}: status 10 -> 2",
        f"{CODE}: TenTTHC differs from LayThuTuc.TENTTHC",
    ]


def test_steps_need_a_dossier_and_at_most_ten_rows(portal_caller: Any) -> None:
    """Steps are refused for an unknown dossier, by the eleventh row, and when a field is wrong."""
    assert portal_caller("CapNhatTienDoHoSoMC", data=S7)["error_code"] == -1
    put(portal_caller, S6)
    assert portal_caller("CapNhatTienDoHoSoMC", data=S7 * 6)["error_code"] == -1
    assert portal_caller("CapNhatTienDoHoSoMC", data=[])["error_code"] == -1
    for change in ({"NoiDungXuLy": None}, {"NguoiXuLy": "x" * 51}, {"TrangThai": "0"}, {"IDHoSo": "1"}):
        assert portal_caller("CapNhatTienDoHoSoMC", data=[S7[0] | change])["error_code"] == -1


def test_repeated_steps_are_kept_once(portal_caller: Any) -> None:
    """The very same row again is counted, not appended."""
    put(portal_caller, S6)
    for _ in range(3):
        portal_caller("CapNhatTienDoHoSoMC", data=S7)
    assert [step["repeats"] for step in portal_caller.system.state()["dossiers"][CODE]["steps"]] == [3, 3]


# -- dossiers of citizens


def test_submitted_dossier_is_pushed_flat(portal_caller: Any) -> None:
    """Sample S10: the push is one flat object with the portal's number and the citizen's fields."""
    system = portal_caller.system
    system.agency_url = "http://agency.example/"
    code = system.submit(SUBMISSION)
    (push,) = system.pushes(code)
    body = json.loads(push.body)
    assert code == "H99.201-260105-0001"
    assert push.url == "http://agency.example/XrdAdapter/RestService/forward/addtthcKhuyenMai"
    assert body["MaHoSo"] == code
    assert SUBMISSION.items() <= body.items()
    assert body["NgayNopHoSo"] == "20260105080000"
    assert body["TaiLieuNop"] == [{"TenTepDinhKem": "giay-to.pdf", "Base64": "JVBERi0xLjQK"}]


def test_numbers_count_per_agency_and_day(portal_caller: Any, clock: Any) -> None:
    """The counter belongs to one agency and restarts every day (§4.1)."""
    submit = portal_caller.system.submit
    codes = [submit(SUBMISSION), submit(SUBMISSION), submit(SUBMISSION, agency="H99.202")]
    clock.advance(days=1)
    codes.append(submit(SUBMISSION))
    assert [code[-11:] for code in codes] == ["260105-0001", "260105-0002", "260105-0001", "260106-0001"]


@pytest.mark.parametrize("missing", ["MaTTHC", "MaSoThue", "TenThuongNhan"])
def test_submission_lacks_a_field(portal_caller: Any, missing: str) -> None:
    """A submission without what every push has is an error of the caller and uses up no number."""
    with pytest.raises(ValueError, match=missing):
        portal_caller.system.submit({k: v for k, v in SUBMISSION.items() if k != missing})
    assert portal_caller.system.submit(SUBMISSION).endswith("-0001")


@pytest.mark.parametrize(
    ("status", "answer", "taken"),
    [
        (200, {"error_code": 0, "message": "…| create dossier success"}, True),
        (200, {"error_code": 1, "message": "…| duplicate refId"}, True),
        (201, {"error_code": "0"}, True),
        (200, {"error_code": -1, "message": "…| Not found serviceInfo mapping"}, False),
        (500, {"error_code": 0}, False),
        (200, {}, False),
        (0, None, False),
    ],
)
def test_only_zero_and_one_acknowledge(portal_caller: Any, status: int, answer: object, taken: bool) -> None:  # noqa: FBT001
    """The agency's answer acknowledges by 0 or 1; anything else leaves the push pending."""
    system = portal_caller.system
    system.agency_url = "http://agency.example"
    code = system.submit(SUBMISSION)
    (push,) = system.pushes(code)
    assert system.delivered(push, status, json.dumps(answer).encode()) is taken
    assert (code in system.pending_pushes()) is not taken
    assert system.state()["unacknowledged"] == ([] if taken else [code])


def test_nothing_is_pushed_without_an_agency(portal_caller: Any) -> None:
    """Nothing can be pushed before an agency is registered."""
    code = portal_caller.system.submit(SUBMISSION)
    assert portal_caller.system.pushes(code) == ()
    assert portal_caller.system.pending_pushes() == {}


def test_a_push_may_come_twice() -> None:
    """A planned DUPLICATE pushes the same body twice; other faults do not touch a push."""
    system = PortalMock(faults=FaultPlan())
    system.agency_url = "http://agency.example"
    system.faults.script("addtthcKhuyenMai", [Fault.DUPLICATE, Fault.ERROR_BEFORE])
    first, second = system.pushes(system.submit(SUBMISSION))
    assert first == second
    assert len(system.pushes(system.submit(SUBMISSION))) == 1
    assert system.state()["faults"] == {"duplicate": 1}


def test_portal_born_dossier_is_there(portal_caller: Any) -> None:
    """It is found, cannot be inserted, and can be updated; its own submission is still what is pushed."""
    system = portal_caller.system
    system.agency_url = "http://agency.example"
    code = system.submit(SUBMISSION)
    record = S6 | {"MaHoSo": code, "MaTTHC": "2.000635", "TenTTHC": "Cấp bản sao trích lục hộ tịch"}
    assert portal_caller("TraCuuHoSo", mahoso=code)["result"][0]["TrangThaiHoSo"] == "1"
    assert "đã tồn tại" in put(portal_caller, record)["message"]
    assert is_success(put(portal_caller, record, updating="True"))
    assert json.loads(system.pushes(code)[0].body)["TenThuongNhan"] == "MẪU THỊ THỬ"
    shown = system.state()["dossiers"][code]
    assert (shown["origin"], shown["status"], shown["inserts"]) == ("portal", "2", 0)


def test_answer_about_a_portal_born_dossier(portal_caller: Any) -> None:
    """Sample S12: here `data` is an object; the reduced code 11 is a refusal."""
    code = portal_caller.system.submit(SUBMISSION)
    data: dict[str, Any] = {
        "MaHoSo": code,
        "MaHoSoDonVi": "000.00.12.H99-250801-0003",
        "MaDoiTuong": "00000000-0000-0000-0000-0000000000t1",
        "NoiDung": "Đã tiếp nhận",
        "NgayXuLy": "20250801150000",
        "TrangThai": "2",
        "TaiLieuXuLy": [],
    }
    assert is_success(portal_caller("DongBoTrangThaiHoSo", type="2", data=data))
    assert is_success(portal_caller("DongBoTrangThaiHoSo", type="2", data=data | {"TrangThai": "11"}))
    shown = portal_caller.system.state()["dossiers"][code]
    assert (shown["status"], shown["local_numbers"]) == ("3", ["000.00.12.H99-250801-0003"])
    for change, kind in (({"NgayXuLy": ""}, "2"), ({}, "1"), ({"MaHoSo": CODE}, "2")):
        assert portal_caller("DongBoTrangThaiHoSo", type=kind, data=data | change)["error_code"] == -1


def test_late_answer_after_a_reset_is_no_error(portal_caller: Any) -> None:
    """An answer about a dossier that a reset has removed asks for nothing more."""
    system = portal_caller.system
    code = system.submit(SUBMISSION)
    system.reset()
    assert system.pushed(code, 500, b"")


def test_fault_subject_is_the_dossier(portal_caller: Any) -> None:
    """A scripted fault meets the service by its name; login is never met."""
    system = portal_caller.system
    system.faults.script("DongBoHoSoMC", [Fault.TIMEOUT_AFTER])
    portal_caller.log_in()
    envelope = {"session": portal_caller.session, "madonvi": "H99", "service": "DongBoHoSoMC"}
    reply = portal_caller.raw(portal.INTEGRATION_ENDPOINT, envelope | {"isUpdating": "False", "data": [S6]})
    assert reply.hold
    assert system.dossier(CODE).inserts == 1
    assert system.state()["calls"] == {"login": 1, "DongBoHoSoMC": 1}


def test_dossier_shows_no_personal_data(portal_caller: Any) -> None:
    """Neither the repr of a dossier nor the state has the owner's name or number."""
    put(portal_caller, S6)
    shown = repr(portal_caller.system.dossier(CODE)) + json.dumps(portal_caller.system.state(), ensure_ascii=False)
    assert "Mẫu Một" not in shown
    assert "000000000012" not in shown


def test_rough_day_is_the_same_in_any_order(portal_caller: Any) -> None:
    """Two runs of a rough day meet the same faults, though the dossiers come in another order."""
    codes = [f"H99.201-260105-{number:04d}" for number in range(100)]
    met: list[dict[str, int]] = []
    for order in (codes, codes[::-1]):
        call = type(portal_caller)(PortalMock(faults=FaultPlan("rough", 11), now=portal_caller.system.now))
        call.log_in()
        envelope = {"session": call.session, "madonvi": "H99", "service": "DongBoHoSoMC", "isUpdating": "False"}
        for code in order:
            call.raw(portal.INTEGRATION_ENDPOINT, envelope | {"data": [S6 | {"MaHoSo": code}]})
        met.append(call.system.state()["faults"])
        assert len(call.system.state()["dossiers"]) == 100 - met[-1]["error_before"]
    assert met[0] == met[1]
    assert met[0].keys() == {"error_before", "timeout_after", "duplicate"}
