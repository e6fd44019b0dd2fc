"""Messages of the platform: hash orders, and what an INIT must be (payment.md §1.3-1.5)."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from gov_connect.mocks.core import as_array, as_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VERSION: Final = "1.0.6"
INIT_HASH_FIELDS: Final = (
    "LoaiBanTin",
    "PhienBan",
    "MaDoiTac",
    "MaThamChieu",
    "SoTien",
    "LoaiHinhThanhToan",
    "MaKenhThanhToan",
    "MaThietBi",
    "NgonNgu",
    "MaTienTe",
    "MaNganHang",
    "ThongTinGiaoDich",
    "ThoiGianGD",
    "Ip",
)
QUERY_HASH_FIELDS: Final = ("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD")
CONFIRM_HASH_FIELDS: Final = (
    "LoaiBanTin",
    "MaLoi",
    "MaDoiTac",
    "MaThamChieu",
    "SoTien",
    "MaTienTe",
    "MaGiaoDich",
    "MaNganHang",
    "ThoiGianGD",
    "ThongTinGiaoDich",
)
_FIXED: Final = {
    "LoaiBanTin": "INIT",
    "PhienBan": VERSION,
    "LoaiHinhThanhToan": "PAY",
    "NgonNgu": "vi-VN",
    "MaTienTe": "VND",
}
_LONGEST_REFERENCE: Final = 50
_FEE_FIELDS: Final = ("MaDVC", "TenDVC", "MaTTHC", "TenTTHC", "MaDonVi", "TenDonVi", "MaHoSo")
_FINE_FIELDS: Final = (
    "MaLoaiHinhThuPhat",
    "TenLoaiHinhThuPhat",
    "KhoBac",
    "NgayQD",
    "SoQD",
    "TenNguoiViPham",
)
_ALWAYS: Final = (
    "TKThuHuong",
    "MaNHThuHuong",
    "TenTKThuHuong",
    "NoiDungThanhToan",
    "HoTenNguoiNop",
    "SoCMNDNguoiNop",
    "DiaChiNguoiNop",
)
_LINES: Final = {
    "PhiLePhi": ("LoaiPhiLePhi", "MaPhiLePhi", "TenPhiLePhi"),
    "DSKhoanNop": ("NoiDung",),
}
# By MaDichVu: 1 is a fine, 2 a fee or charge.
_REQUIRED: Final = {"1": _ALWAYS + _FINE_FIELDS, "2": _ALWAYS + _FEE_FIELDS}
_AMOUNT: Final = re.compile(r"[1-9]\d{0,14}")
_FREE_AMOUNT: Final = re.compile(r"0|[1-9]\d{0,14}")
_MOMENT: Final = re.compile(r"\d{14}")
_DOSSIER: Final = re.compile(r"[0-9A-Z]{1,3}(?:\.[0-9A-Z]{1,3}){0,7}-\d{6}(?:\d{2})?-\d{4,7}")


def signature(fields: Iterable[str], message: Mapping[str, Any], secret: str) -> str:
    """Give MaXacThuc: the SHA-256 of the values and the secret, joined by "|"; a missing value is empty."""
    values = ("" if message.get(name) is None else str(message[name]) for name in fields)
    return hashlib.sha256("|".join((*values, secret)).encode()).hexdigest()


def is_signed(fields: Iterable[str], message: Mapping[str, Any], secret: str) -> bool:
    """Compare in constant time, hex in either case."""
    given = message.get("MaXacThuc")
    return isinstance(given, str) and hmac.compare_digest(
        given.lower().encode(), signature(fields, message, secret).encode()
    )


def dossier_in(text: str) -> str:
    """Find the dossier number in a description such as "THANH TOAN HO SO <number>"; "" when there is none."""
    match = _DOSSIER.search(text)
    return match[0] if match else ""


def is_moment(value: object) -> bool:
    """Tell whether a value is yyyyMMddHHmmss and exists."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return False
    try:
        datetime.strptime(value, "%Y%m%d%H%M%S")  # noqa: DTZ007 - local time without a zone, as on the wire
    except ValueError:
        return False
    return True


def init_complaint(message: Mapping[str, Any]) -> str | None:
    """Name the first member of an INIT that is wrong, or `None`."""
    bill = message.get("ThongTinBienLai")
    if set(message) != {*INIT_HASH_FIELDS, "MaXacThuc", "ThongTinBienLai"}:
        return "danh sách trường"
    for name in INIT_HASH_FIELDS:
        value = message[name]
        if not isinstance(value, str) or not value or "|" in value or _FIXED.get(name, value) != value:
            return name
    checks = {
        "MaThamChieu": len(message["MaThamChieu"]) <= _LONGEST_REFERENCE,
        "SoTien": bool(_AMOUNT.fullmatch(message["SoTien"])),
        "ThongTinGiaoDich": message["ThongTinGiaoDich"].isascii(),
        "ThoiGianGD": is_moment(message["ThoiGianGD"]),
        "Ip": _is_ipv4(message["Ip"]),
    }
    wrong = next((name for name, right in checks.items() if not right), None)
    return wrong or _bill_complaint(bill, int(message["SoTien"]))


def _is_ipv4(value: str) -> bool:
    try:
        ipaddress.IPv4Address(value)
    except ValueError:
        return False
    return True


def _bill_complaint(bill: object, total: int) -> str | None:
    """Check ThongTinBienLai (§1.4): required members, and three sums that agree."""
    members = as_object(bill)
    if members is None:
        return "ThongTinBienLai"
    names = _REQUIRED.get(str(members.get("MaDichVu")))  # a string in one sender, a number in the other
    if names is None:
        return "MaDichVu"
    blank = next((name for name in names if not _is_filled(name, members.get(name))), None)
    lines = (name for name, needed in _LINES.items() if not _adds_up(members.get(name), needed, total))
    return blank or next(lines, None)


def _is_filled(name: str, value: object) -> bool:
    return isinstance(value, str) and (bool(value.strip()) or name == "DiaChiNguoiNop")


def _adds_up(rows: object, needed: tuple[str, ...], total: int) -> bool:
    elements = as_array(rows)
    if elements is None:
        return False
    amounts = [_amount(row, needed) for row in elements]
    return None not in amounts and sum(amount or 0 for amount in amounts) == total


def _amount(row: object, needed: tuple[str, ...]) -> int | None:
    """Read SoTien of a row: a number or digits; `None` when the row is wrong."""
    members = as_object(row) or {}
    if not all(str(members.get(name, "")).strip() for name in needed):
        return None
    value = members.get("SoTien")
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return int(value) if _FREE_AMOUNT.fullmatch(str(value)) else None
