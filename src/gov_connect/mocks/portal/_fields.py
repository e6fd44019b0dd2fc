"""The records that the portal takes, field by field (national_portal.md §2.2, §2.3, §2.6, §5)."""

from __future__ import annotations

from typing import Final

from gov_connect.mocks.core import as_array, as_object
from gov_connect.mocks.portal._checks import (
    DOSSIER_NUMBER,
    PROCEDURE_CODE,
    Spec,
    digits,
    matching,
    moment,
    one_of,
    rows,
    text,
    text_or,
)

STATUSES: Final = tuple(str(number) for number in range(1, 11))
MAX_STEPS: Final = 10  # §2.3: rows a call
_FLAG: Final = one_of("0", "1")
_NUMBER: Final = matching(DOSSIER_NUMBER, "mã hồ sơ không đúng cấu trúc")

_PAPER: Final[Spec] = {
    "TepDinhKemId": text(),
    "TenTepDinhKem": text(4000),
    "IsDeleted": one_of("True", "False"),
    "MaThanhPhanHoSo": text(),
    "DuongDanTaiTepTin": text(),
    "DuocSoHoa": _FLAG,
    "DuocTaiSuDung": one_of("0", "1", "2"),
    "DuocLayTuKhoDMQG": _FLAG,
    "MaKetQuaThayThe": text(),
}
_FEE: Final[Spec] = {
    "TenPhiLePhi": text(),
    "MaPhiLePhi": text(blank=False),
    "HinhThucThu": one_of("1", "2", "4"),
    "Gia": digits(),
    "LoaiPhiLePhi": one_of("1", "2", "3"),
}
_FEES: Final = rows(_FEE, required=_FEE)
_OTHER_PAPERS: Final = rows({"TenGiayTo": text(2000), "SoLuong": text_or(int), "LoaiGiayTo": text_or(int)})
_RESULT: Final[Spec] = {
    "TenGiayTo": text(2000, blank=False),
    "MaThanhPhanHoSo": text(),
    "GiayToId": text(),
    "DuongDanTepTinKetQua": text(),
    "MaGiayToKetQua": text(),
}
_SUPPLEMENT: Final[Spec] = {
    "HoSoBoSungId": text_or(int),
    "NguoiYeuCauBoSung": text(),
    "NoiDungBoSung": text(),
    "NgayBoSung": moment(),
    "NguoiTiepNhanBoSung": text(),
    "ThongTinTiepNhan": text(),
    "NgayTiepNhanBoSung": moment(),
    "TrangThaiBoSung": text_or(bool),
    "DanhSachGiayToBoSung": _OTHER_PAPERS,
    "DanhSachLePhiBoSung": _FEES,
    "NgayHenTraTruoc": moment(),
    "NgayHenTraMoi": moment(),
}


def _identifiers(value: object) -> str | None:
    """Check DinhDanhCHS: never empty, kind 1 has twelve digits, kind 2 nine."""
    elements = as_array(value)
    if not elements:
        return "phải là mảng không rỗng"
    return None if all(map(_is_identifier, elements)) else "số định danh không khớp loại"


def _is_identifier(row: object) -> bool:
    members = as_object(row) or {}
    length = {"1": 12, "2": 9}.get(str(members.get("LoaiDinhDanh")))
    number = members.get("SoDinhDanh")
    if members.keys() - {"LoaiDinhDanh", "SoDinhDanh"} or not isinstance(number, str):
        return False
    return len(number) == length and number.isascii() and number.isdigit()


DOSSIER: Final[Spec] = {
    "MaHoSo": _NUMBER,
    "MaTTHC": matching(PROCEDURE_CODE, "mã thủ tục không đúng cấu trúc"),
    "TenTTHC": text(blank=False),
    "MaLinhVuc": text(blank=False),
    "TenLinhVuc": text(blank=False),
    "SoBienNhan": text(),
    "KenhThucHien": one_of("1", "2", "3", null=True),
    "ChuHoSo": text(),
    "SoGiayToChuHoSo": text(),
    "LoaiDoiTuong": one_of("1", "2", "3", "4"),
    "MaDoiTuong": text(null=True),
    "ThongTinKhac": text(),
    "Email": text(null=True),
    "SoDienThoai": text(null=True),
    "Fax": text(),
    "TrichYeuHoSo": text(1000, blank=False),
    "NgayTiepNhan": moment(blank=False),
    "NgayHenTra": moment(),
    "TrangThaiHoSo": one_of(*STATUSES),
    "NgayTra": moment(),
    "ThongTinTra": text(),
    "HinhThuc": _FLAG,
    "NgayKetThucXuLy": moment(),
    "DonViXuLy": text(blank=False),
    "GhiChu": text(2000),
    "TaiLieuNop": rows(_PAPER, required=("TepDinhKemId", "TenTepDinhKem", "DuongDanTaiTepTin")),
    "DanhSachLePhi": _FEES,
    "DanhSachTepDinhKemKhac": _OTHER_PAPERS,
    "DanhSachHoSoBoSung": rows(_SUPPLEMENT),
    "DanhSachGiayToKetQua": rows(_RESULT, required=("TenGiayTo",)),
    "NoiNopHoSo": one_of("1", "2"),
    "HoSoCoThanhPhanSoHoa": _FLAG,
    "TaiKhoanDuocXacThucVoiVNeID": _FLAG,
    "DuocThanhToanTrucTuyen": one_of("0", "1", "2", "3"),
    "NgayTuChoi": moment(null=True),
    "DinhDanhCHS": _identifiers,
    "NgayNopHoSo": moment(blank=False),
    "DSKetNoiCSDL": rows({"MaCSDL": text(blank=False)}, required=("MaCSDL",)),
}
DOSSIER_REQUIRED: Final = (
    "MaHoSo",
    "MaTTHC",
    "TenTTHC",
    "MaLinhVuc",
    "TenLinhVuc",
    "LoaiDoiTuong",
    "TrichYeuHoSo",
    "NgayTiepNhan",
    "TrangThaiHoSo",
    "HinhThuc",
    "DonViXuLy",
)
# Generation 2 (§2.2): required only by a portal that is set to it.
DOSSIER_REQUIRED_G2: Final = (
    "SoGiayToChuHoSo",
    "NoiNopHoSo",
    "HoSoCoThanhPhanSoHoa",
    "TaiKhoanDuocXacThucVoiVNeID",
    "DuocThanhToanTrucTuyen",
    "DinhDanhCHS",
    "NgayNopHoSo",
    "DSKetNoiCSDL",
)

STEP: Final[Spec] = {
    "MaHoSo": _NUMBER,
    "NguoiXuLy": text(50, blank=False),
    "ChucDanh": text(),
    "ThoiDiemXuLy": moment(blank=False),
    "PhongBanXuLy": text(),
    "NoiDungXuLy": text(),
    "TrangThai": one_of(*STATUSES),
    "NgayBatDau": moment(),
    "NgayKetThucTheoQuyDinh": moment(),
}
STEP_REQUIRED: Final = ("MaHoSo", "NguoiXuLy", "ThoiDiemXuLy", "NoiDungXuLy", "TrangThai")

ANSWER: Final[Spec] = {
    "MaHoSo": _NUMBER,
    "MaHoSoDonVi": text(),
    "MaDoiTuong": text(null=True),
    "NoiDung": text(),
    "NgayXuLy": moment(blank=False),
    # §2.6: a reduced list that differs per client; 11 is a refusal.
    "TrangThai": one_of(*STATUSES, "11"),
    "TaiLieuXuLy": rows(_PAPER),
}
ANSWER_REQUIRED: Final = ("MaHoSo", "MaHoSoDonVi", "NoiDung", "NgayXuLy", "TrangThai")

# §3: the moves that the evidence allows. A move outside is taken all the same, and noted as a warning.
MOVES: Final[dict[str, frozenset[str]]] = {
    "1": frozenset(("2", "3", "5", "7")),
    "2": frozenset(("4", "5", "6", "7", "8", "9")),
    "3": frozenset(),
    "4": frozenset(("5", "6", "7", "8", "9")),
    "5": frozenset(("1", "2", "4", "7", "8")),
    "6": frozenset(("4", "7", "8", "9")),
    "7": frozenset(),
    "8": frozenset(),
    "9": frozenset(("10", "4")),
    "10": frozenset(("4",)),
}
