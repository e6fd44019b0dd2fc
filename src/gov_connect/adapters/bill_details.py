"""ThongTinBienLai: what an order pays for, as the payment platform and KeyPay want it told (payment.md §1.4)."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final, Protocol

from gov_connect.model import FeeKind

if TYPE_CHECKING:
    from gov_connect.model import FeeLine, PaymentOrder

FEE_KINDS: Final = {FeeKind.FEE: "1", FeeKind.CHARGE: "2"}
"""LoaiPhiLePhi of the payment message; the dossier sync uses another list under the same name."""
FEES: Final = "2"
"""MaDichVu: fee or charge."""
NO_NUMBER: Final = "000000000"
"""What running clients send for a payer without a number."""
_LONG_NAME, _CUT_NAME = 250, 200
FINE_ONLY: Final = (
    "MaLoaiHinhThuPhat",
    "TenLoaiHinhThuPhat",
    "KhoBac",
    "NgayQD",
    "SoQD",
    "ThoiGianViPham",
    "DiaDiemViPham",
    "TenNguoiViPham",
    "TaiKhoanThuNSNN",
)
"""A fine has fields of its own; for a fee they stay "" (§1.4)."""


class Beneficiary(Protocol):
    """Settings that say who is paid, and what makes a procedure a service."""

    service_suffix: str
    beneficiary_account: str
    beneficiary_bank: str
    beneficiary_name: str


def receipt(order: PaymentOrder, settings: Beneficiary, *, agency: str, agency_name: str) -> dict[str, object]:
    """The block for a fee."""
    name = order.procedure_name
    shown = name[:_CUT_NAME] + "..." if len(name) > _LONG_NAME else name
    payer = order.payer
    return {
        "MaDichVu": FEES,
        "MaDVC": f"{order.procedure}{settings.service_suffix}",
        "TenDVC": shown,
        "MaTTHC": str(order.procedure),
        "TenTTHC": shown,
        "MaDonVi": agency,
        "TenDonVi": agency_name,
        "MaHoSo": str(order.dossier),
        "TKThuHuong": settings.beneficiary_account,
        "MaNHThuHuong": settings.beneficiary_bank,
        "TenTKThuHuong": settings.beneficiary_name,
        "PhiLePhi": [_line(line) for line in order.lines],
        "MaCoQuanQD": agency,
        "TenCoQuanQD": agency_name,
        "NoiDungThanhToan": unaccented(f"Thanh toan ho so {order.dossier}"),
        "HoTenNguoiNop": payer.name.reveal(),
        "SoCMNDNguoiNop": payer.number or NO_NUMBER,
        "DiaChiNguoiNop": "" if payer.address is None else payer.address.reveal(),
        "HuyenNguoiNop": "",
        "TinhNguoiNop": "",
        "DSKhoanNop": [{"NoiDung": line.name, "SoTien": str(line.amount.dong)} for line in order.lines],
        **dict.fromkeys(FINE_ONLY, ""),
    }


def _line(line: FeeLine) -> dict[str, str]:
    return {
        "LoaiPhiLePhi": FEE_KINDS[line.kind],
        "MaPhiLePhi": FEE_KINDS[line.kind],
        "TenPhiLePhi": line.name,
        "SoTien": str(line.amount.dong),
    }


def unaccented(text: str) -> str:
    """Letters without marks, as the platform wants descriptions."""
    apart = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(char for char in apart if not unicodedata.combining(char))
