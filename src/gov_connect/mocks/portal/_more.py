"""Further services: code lists, online services, satisfaction totals, questions (national_portal.md §2.5, §2.7)."""

from __future__ import annotations

import re
from typing import Any, Final

from gov_connect.mocks.core import as_array
from gov_connect.mocks.portal._catalogue import PROCEDURES
from gov_connect.mocks.portal._checks import Spec, matching, problem, rows, text, text_or
from gov_connect.mocks.portal._services import Answer, Desk, Envelope, Service

_PERCENT: Final = matching(re.compile(r"\d{1,3}%"), "phải có dạng 55%")
_RATING: Final[Spec] = {
    "NgayTongHop": matching(re.compile(r"\d{1,2}-\d{4}"), "phải có dạng M-YYYY"),
    "TongSoNguoiDanhGia": text_or(int),
    "PhanTramDanhGiaRatHaiLong": _PERCENT,
    "PhanTramDanhGiaHaiLong": _PERCENT,
    "PhanTramDanhGiaChuaHaiLong": _PERCENT,
    "DanhSachNoiDungYKien": lambda value: None if as_array(value) is not None else "phải là mảng",
    "MaThuTuc": text(),
    "NoiDung": text(),
    "PhanTramDanhGiaDichVuRatHaiLong": _PERCENT,
    "PhanTramDanhGiaDichVuHaiLong": _PERCENT,
    "PhanTramDanhGiaDichVuChuaHaiLong": _PERCENT,
    "Madonvi": text(blank=False),
    "TenDonVi": text(),
}
_QUESTION: Final[Spec] = {
    name: text()
    for name in ("MaLinhVuc", "TENDONVI", "MADONVI", "NOIDUNG", "HOVATEN", "THUDIENTU", "MATTHCDP", "TRANGTHAI")
} | {"HOIDAPID": text(blank=False)}
_REPLY: Final[Spec] = {name: text() for name in ("TRALOIID", "NGUOITRALOI", "CHUCVUNGUOITRALOI", "NGAYTRALOI")} | {
    "HOIDAPID": text(blank=False),
    "NOIDUNGTRALOI": text(blank=False),
}
ASKED: Final = {
    "HOIDAPID": "7001",
    "MALINHVUC": "G99-TP01",
    "TENDONVI": "Ủy ban nhân dân xã Mẫu",
    "MADONVI": "H99.201",
    "NOIDUNG": "Đăng ký khai sinh cần giấy tờ gì?",
    "HOVATEN": "Nguyễn Văn Ví Dụ",
    "THUDIENTU": "hoi@mau.example",
    "MATTHCDP": "1.001193",
    "TRANGTHAI": "1",
}
_LISTS: Final[dict[str, list[dict[str, Any]]]] = {
    "LayDanhMucTinhThanh": [{"MATINHTHANH": "99", "TENTINHTHANH": "Tỉnh Mẫu"}],
    "LayDanhMucQuanHuyen": [{"MAQUANHUYEN": "999", "TENQUANHUYEN": "Huyện Mẫu", "MATINHTHANH": "99"}],
    "LayDanhMucPhuongXa": [{"MAPHUONGXA": "99001", "TENPHUONGXA": "Xã Mẫu", "MATINHTHANH": "99"}],
    "LayDanhMucQuocGia": [{"MAQUOCGIA": "VN", "TENQUOCGIA": "Việt Nam"}],
    "LayDanhMucDanToc": [{"MADANTOC": "01", "TENDANTOC": "Kinh"}],
    "LayDanhMucTonGiao": [{"MATONGIAO": "00", "TENTONGIAO": "Không"}],
    "LayDanhMucGioiTinh": [{"MAGIOITINH": "2", "TENGIOITINH": "Nữ"}],
    "LayDanhMucTinhTrangHonNhan": [{"MATINHTRANG": "1", "TENTINHTRANG": "Chưa kết hôn"}],
    "LayDanhMucDoiTuong": [{"MADOITUONG": "1", "TENDOITUONG": "Công dân Việt Nam"}],
    "LayDanhMucCapThucHien": [{"MACAP": "3", "TENCAP": "Cấp xã"}],
    "LayDanhMucCanCuPhapLy": [{"SOVANBAN": "60/2014/QH13", "TENVANBAN": "Luật Hộ tịch"}],
    "LayDanhMucLePhi": [{"MAPHILEPHI": "2", "TENPHILEPHI": "Lệ phí hộ tịch"}],
    "LayDanhMucThuTucThuocLoai": [{"MALOAI": "1", "TENLOAI": "Toàn trình"}],
    "LayDanhMucNhomThuTuc": [{"MANHOM": "01", "TENNHOM": "Có con nhỏ"}],
}


def _online_services(_desk: Desk, _envelope: Envelope) -> Answer:
    """Give the list under `data`: the one service whose result is an object (§1.4)."""
    found = [
        {
            "MADVC": f"{code}.01",
            "TENDVC": item.name,
            "MATTHC": code,
            "TENTTHC": item.name,
            "TENCOQUANBANHANH": "Bộ Mẫu",
            "TENLINHVUC": item.domain_name,
            "APDUNGDVC": [{"MADONVI": "H99.201", "MUCDO": "4"}],
        }
        for code, item in PROCEDURES.items()
    ]
    return Answer(result={"data": found})


def _publication(_desk: Desk, envelope: Envelope) -> Answer:
    return Answer(result=[{"MAQDCB": envelope.text("idQDCB"), "TENQDCB": "Quyết định công bố mẫu"}])


def _taker(name: str, spec: Spec, required: tuple[str, ...]) -> Service:
    """Make a service that checks rows and keeps them."""
    check = rows(spec, required=required)

    def run(desk: Desk, envelope: Envelope) -> Answer:
        data = envelope.content["data"]
        reason = check(data) or (None if data else "data phải là mảng không rỗng")
        if reason:
            return Answer(message=f"Dữ liệu không hợp lệ: {reason}", refused=True)
        desk.kept.setdefault(name, []).extend(data)
        return Answer(message="Thành công")

    return Service(run=run, parameters=frozenset(("data",)))


def _answer_questions(desk: Desk, envelope: Envelope) -> Answer:
    for row in as_array(envelope.content["data"]) or [None]:
        reason = problem(row, _REPLY, ("HOIDAPID", "NOIDUNGTRALOI"))
        if reason or row["HOIDAPID"] != ASKED["HOIDAPID"]:
            return Answer(message=f"Câu hỏi không tồn tại hoặc không hợp lệ: {reason or 'HOIDAPID'}", refused=True)
        desk.kept.setdefault("DongBoKetQuaHoiDapGuiTuDVCQG", []).append(row)
    return Answer(message="Thành công")


def _answers(desk: Desk, envelope: Envelope) -> Answer:
    kept = desk.kept.get("DongBoKetQuaHoiDapGuiTuDVCQG", [])
    return Answer(result=[row for row in kept if row["HOIDAPID"] == envelope.text("cauhoiid")])


def _list_of(name: str) -> Service:
    return Service(run=lambda _desk, _envelope: Answer(result=list(_LISTS[name])), shared=True)


MORE_SERVICES: Final[dict[str, Service]] = {
    **{name: _list_of(name) for name in _LISTS},
    "LayQDCB": Service(run=_publication, parameters=frozenset(("idQDCB",)), shared=True),
    "LayDVC": Service(run=_online_services),
    "DongBoDanhGia": _taker("DongBoDanhGia", _RATING, tuple(_RATING)),
    "DongBoHoiDap": _taker("DongBoHoiDap", _QUESTION, ("HOIDAPID", "NOIDUNG")),
    "LayDanhSachHoiDapGuiTuDVCQG": Service(run=lambda _desk, _envelope: Answer(result=[ASKED])),
    "LayDanhSachHoiDapBoCoQuan": Service(
        run=lambda desk, _envelope: Answer(result=list(desk.kept.get("DongBoHoiDap", [])))
    ),
    "LayNoiDungTraLoiTheoCauHoi": Service(run=_answers, parameters=frozenset(("cauhoiid",))),
    "DongBoKetQuaHoiDapGuiTuDVCQG": Service(run=_answer_questions, parameters=frozenset(("data",))),
}
