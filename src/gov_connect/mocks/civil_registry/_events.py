"""The fields of the events besides single births, read strictly (civil_registry.md §2.2 to §2.5, §1.7).

Every reader gives flat texts or raises BadDataError with the field's own name; births are checked by `_birth`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from gov_connect.mocks.civil_registry import _birth, _lists
from gov_connect.mocks.civil_registry._birth import BadDataError, is_valid, named
from gov_connect.mocks.core import as_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

_PERSON: Final = """
    HoTen NgaySinh DanToc DanTocKhac QuocTich QuocTichKhac LoaiCuTru NoiCuTru
    LoaiGiayToTuyThan GiayToKhac SoGiayToTuyThan NgayCapGiayToTuyThan NoiCapGiayToTuyThan SoDDCN
"""
_ASKED: Final = """
    HoTen QuanHe LoaiGiayToTuyThan GiayToKhac SoGiayToTuyThan NgayCapGiayToTuyThan NoiCapGiayToTuyThan SoDDCN
    SoDienThoai Email LoaiCuTru NoiCuTru XacThucThongTin
"""
_DEATH: Final = (
    *named("nkt", f"{_PERSON} GioiTinh NgayChet GioPhutChet NoiChet NguyenNhanChet XacThucThongTin"),
    *named("nyc", _ASKED),
    *named("", "maGBT ngayCapGBT loaiDangKy noiDangKy soLuongBanSao gbtLoai gbtSo gbtNgay gbtCoQuanCap"),
)
_SPOUSE: Final = f"{_PERSON} LoaiTinhTrangHonNhan TinhTrangHonNhan YeuCauXNTTHN NoiXNTTHN CuTruNuocNgoai SoLanKH"
_MARRIAGE: Final = (
    *named("chong", _SPOUSE),
    *named("vo", _SPOUSE),
    *named("", "loaiDangKy noiDangKy ngayXacLapQuanHeHonNhan ghiChu soBanSao soLuongBanSao"),
)
_MARITAL: Final = (
    *named(
        "nxn",
        f"{_PERSON} GioiTinh ThoiGianCuTruTai ThoiGianCuTruTu ThoiGianCuTruDen "
        "TinhTrangHonNhan LoaiMucDichSuDung MucDichSuDung",
    ),
    *named("nyc", _ASKED),
    "soLuongBanSao",
)
_RECOGNITION: Final = (
    *named("cm", f"{_PERSON} QueQuan"),
    *named("nc", f"{_PERSON} QueQuan"),
    *named("nyc", f"{_ASKED} QHNguoiDuocNhan QHNguoiNhan"),
    *named("", "loaiXacNhan soLuongBanSao"),
)
_COPIES: Final = (
    *named("cbs", f"{_PERSON} GioiTinh"),
    *named("nyc", _ASKED),
    *named(
        "",
        "noiDangKy noiDangKyTruocDay soDangKyTruocDay quyenSoDangKyTruocDay ngayDangKyTruocDay "
        "loaiBanSao loaiBSCC thongTinKhac",
    ),
)
KNOWN: Final[Mapping[str, frozenset[str]]] = {
    "KS": _birth.KNOWN | {"quyenSoDangKyTruocDay"},
    "KT": frozenset(_DEATH),
    "KH": frozenset(_MARRIAGE),
    "HN": frozenset(_MARITAL),
    "CMC": frozenset(_RECOGNITION),
    "BS": frozenset(_COPIES),
}
REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "KT": tuple(
        "nktHoTen nktGioiTinh nktNgaySinh nktDanToc nktQuocTich nktLoaiCuTru nktNgayChet nktNoiChet nktNguyenNhanChet "  # noqa: SIM905
        "nycHoTen nycQuanHe nycLoaiGiayToTuyThan nycSoGiayToTuyThan loaiDangKy".split()
    ),
    "KH": tuple(
        f"{who}{what}"
        for who in ("chong", "vo")
        for what in ("HoTen", "NgaySinh", "LoaiTinhTrangHonNhan", "TinhTrangHonNhan", "LoaiGiayToTuyThan", "SoLanKH")
    ),
    "HN": ("nxnHoTen", "nxnNgaySinh", "nxnTinhTrangHonNhan", "nxnLoaiMucDichSuDung", "nycHoTen"),
    "CMC": ("loaiXacNhan", "cmHoTen", "ncHoTen", "nycHoTen"),
    "BS": ("noiDangKy", "cbsHoTen", "cbsNgaySinh", "nycHoTen", "nycQuanHe"),
}
_ADDRESSES: Final = ("NoiSinh", "QueQuan", "NoiCuTru")
_G2_ADDRESS: Final = frozenset({"maTinh", "maHuyen", "maXa", "dcChiTiet"})
_G3_ADDRESS: Final = frozenset({"dcChiTiet", "quocGia", "maTinh", "maXa"})
_INTEGERS: Final = frozenset({"soBanSao", "chongSoLanKH", "voSoLanKH"})
# Blank or not, running clients always send these (samples 8.3 to 8.5).
PRESENT: Final[Mapping[str, tuple[str, ...]]] = {
    "KS": (
        *named("", "loaiDangKy noiDangKy soLuongBanSao ngayCapGCS"),
        *named(
            "nks", "HoTen GioiTinh NgaySinh NgaySinhBangChu NoiSinh QueQuan DanToc DanTocKhac QuocTich LoaiKhaiSinh"
        ),
        *named("me", "HoTen NgaySinh DanToc QuocTich LoaiCuTru NoiCuTru LoaiGiayToTuyThan SoGiayToTuyThan SoDDCN"),
        *named("cha", "HoTen NgaySinh DanToc QuocTich LoaiCuTru NoiCuTru LoaiGiayToTuyThan SoGiayToTuyThan SoDDCN"),
        *named("nyc", "HoTen QuanHe SoGiayToTuyThan SoDDCN SoDienThoai Email LoaiCuTru NoiCuTru"),
        *named("", "soDangKyNuocNgoai ngayDangKyNuocNgoai cqNuocNgoaiDaDangKy qgNuocNgoaiDaDangKy"),
    ),
    "KT": (
        *named("", "maGBT ngayCapGBT loaiDangKy noiDangKy soLuongBanSao gbtLoai gbtSo gbtNgay gbtCoQuanCap"),
        *named("nkt", "HoTen GioiTinh NgaySinh DanToc QuocTich LoaiCuTru NoiCuTru NgayChet GioPhutChet NoiChet"),
        *named("nyc", "HoTen QuanHe SoGiayToTuyThan NoiCuTru SoDienThoai Email"),
    ),
    "KH": (
        *named("", "loaiDangKy noiDangKy ngayXacLapQuanHeHonNhan ghiChu soBanSao soLuongBanSao"),
        *named("chong", "LoaiTinhTrangHonNhan HoTen NgaySinh DanToc QuocTich LoaiCuTru NoiCuTru SoDDCN SoLanKH"),
        *named("vo", "LoaiTinhTrangHonNhan HoTen NgaySinh DanToc QuocTich LoaiCuTru NoiCuTru SoDDCN SoLanKH"),
    ),
}
_SLASHED: Final = re.compile(r"(\d\d)/(\d\d)/(\d{4})")


def read_single(module: str, document: str, received: date) -> dict[str, str]:
    """Read the XML of a single event (G1)."""
    if module == "KS":
        return _birth.read(document, received)
    fields = _birth.leaves(document, KNOWN[module])
    check(module, fields)
    return fields


def read_bundle(module: str, text: str, received: date) -> dict[str, str]:
    """Read the JSON text of an interlinked event (G2): texts, places as objects, blanks sent too."""
    given = _object(text)
    flat: dict[str, str] = {}
    for name, value in given.items():
        _known(module, name)
        if name.endswith(_ADDRESSES) and name != "nktNoiChet":
            flat[name] = _address(name, value, _G2_ADDRESS)
        elif name in _INTEGERS:
            flat[name] = _integer(name, value)
        elif isinstance(value, str):
            flat[name] = value
        else:
            raise BadDataError(name)
    for name in PRESENT[module]:
        if name not in given:
            raise BadDataError(name)
    return _checked(module, flat, received)


def read_newer(module: str, text: str, received: date) -> dict[str, str]:
    """Read the JSON text of a new dossier (G3): names, births and places as objects, codes as numbers."""
    flat: dict[str, str] = {}
    for name, value in _object(text).items():
        _known(module, name)
        flat[name] = _newer_value(name, value)
    if module == "BS" and not re.fullmatch(r"(\d{12})?", flat.get("cbsSoDDCN", "")):
        name = "cbsSoDDCN có độ dài vượt quá số lượng cho phép"
        raise BadDataError(name)
    return _checked(module, flat, received)


def _newer_value(name: str, value: object) -> str:
    if name.endswith("HoTen"):
        parts = as_object(value)
        if parts is None or parts.keys() != {"Ho", "ChuDem", "Ten"} or not parts["Ten"]:
            raise BadDataError(name)
        return " ".join(str(parts[part]) for part in ("Ho", "ChuDem", "Ten") if parts[part])
    if name.endswith(_ADDRESSES) and name != "nktNoiChet":
        return _address(name, value, _G3_ADDRESS)
    if name.endswith("NgaySinh"):
        parts = as_object(value)
        if parts is None or not parts.keys() <= {"namSinh", "thangSinh", "ngaySinh"} or "namSinh" not in parts:
            raise BadDataError(name)
        return ".".join(str(parts[part]) for part in ("ngaySinh", "thangSinh", "namSinh") if part in parts)
    if name.endswith(("GioiTinh", "LoaiCuTru", "LoaiGiayToTuyThan", "loaiBanSao")) and value != "":
        return _integer(name, value)
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        raise BadDataError(name)
    match = _SLASHED.fullmatch(str(value))
    return ".".join(match.groups()) if match else _newer_code(name, str(value))


def _newer_code(name: str, value: str) -> str:
    """Ethnic groups and countries are codes of other lists; names do not exist in them."""
    if name.endswith("DanToc") and value and not value.isdigit():
        message = f"{name} không tồn tại. Vui lòng kiểm tra lại thông tin danh mục theo mô tả trong tài liệu kỹ thuật"
        raise BadDataError(message)
    if name.endswith("DanToc"):
        return "Kinh" if value else ""
    if name.endswith("QuocTich"):
        if value and not re.fullmatch(r"[A-Z]{2}", value):
            message = f"{name} có định dạng không đúng"
            raise BadDataError(message)
        return "Việt Nam" if value == "VN" else value and "Nước ngoài"
    return value


def _checked(module: str, flat: dict[str, str], received: date) -> dict[str, str]:
    fields = {name: value for name, value in flat.items() if value}
    if module == "KS":
        return _birth.check(fields, received)
    check(module, fields)
    return fields


def check(module: str, fields: dict[str, str]) -> None:
    """Hold flat fields of an event to what is required, and to the lists."""
    for name in REQUIRED[module]:
        if not fields.get(name):
            raise BadDataError(name)
    for name, value in fields.items():
        if value and not is_valid(name, value):
            raise BadDataError(name)
    for name, value in fields.items():
        if name.endswith("DanToc") and value == _lists.OTHER_ETHNIC and not fields.get(f"{name}Khac"):
            raise BadDataError(f"{name}Khac")


def _known(module: str, name: str) -> None:
    if name not in KNOWN[module]:
        raise BadDataError(name[:40])


def _object(text: str) -> dict[str, Any]:
    try:
        found = as_object(json.loads(text))
    except ValueError:
        found = None
    if found is None:
        name = "data"
        raise BadDataError(name)
    return found


def _integer(name: str, value: object) -> str:
    if type(value) is not int:
        raise BadDataError(name)
    return str(value)


def _address(name: str, value: object, members: Iterable[str]) -> str:
    """Give a place as text; its codes are text of the right width, or blank."""
    parts = as_object(value)
    if parts is None or parts.keys() != set(members) or not all(isinstance(part, str) for part in parts.values()):
        raise BadDataError(name)
    for member, width in (("maTinh", 2), ("maHuyen", 3), ("maXa", 5)):
        if member in parts and not re.fullmatch(rf"(\d{{{width}}})?", parts[member]):
            raise BadDataError(name)
    return ", ".join(parts[part] for part in ("dcChiTiet", "maXa", "maHuyen", "maTinh") if parts.get(part))
