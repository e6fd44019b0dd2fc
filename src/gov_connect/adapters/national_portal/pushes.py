"""Further messages from the portal: land-tax vouchers and notices, look-ups of one dossier (§2.8, §5)."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any, Final

from gov_connect.adapters import bill_details
from gov_connect.adapters.national_portal import mapping
from gov_connect.adapters.national_portal.inbound import envelope, leaves, only, truth_of
from gov_connect.adapters.reading import code_text, fold, folded, moment
from gov_connect.errors import InvalidInput, Problem
from gov_connect.model import DossierCode, Money, TaxNotice, TaxVoucher
from gov_connect.transport import Unreadable, parse_xml

if TYPE_CHECKING:
    from datetime import datetime

    from gov_connect.model import Dossier, Payable

NOTICE_PATH: Final = "nhantbthuedvcqg"
SEARCH_PATH: Final = "search/call"
FILE_PATH: Final = "downloadfile"
PAYMENT_PATH: Final = "dptracuuthanhtoanhs"
VOUCHER_SERVICE: Final = "NhanChungTuThueDat"
NOTICE_SERVICE: Final = "NhanThongBaoThueDat"
_OPTIONAL: Final = {
    "tax_number": "MaSoThue",
    "id_number": "SoCMTNguoiNopTien",
    "address": "DiaChiNguoiNopTien",
    "province": "TinhNguoiNopTien",
    "district": "HuyenNguoiNopTien",
    "commune": "XaNguoiNopTien",
    "file_url": "UrlFileChungTu",
}
_AMOUNT: Final = re.compile(r"([0-9]{1,12})(?:\.0{1,2})?")
_READ: Final = frozenset(
    fold(name)
    for name in (
        *_OPTIONAL.values(),
        *("MaHoSo", "HoTenNguoiNopTien", "ThongTinThanhToan", "MaThongBaoThue", "ThoiGianThanhToan", "SoTien"),
        *("NoiDungThanhToan", "TrangThaiThanhToan"),
    )
)


def service_of(body: bytes) -> str:
    """The `service` of an envelope, "" when it names none.

    Raises:
        InvalidInput: no JSON object.
    """
    return code_text(envelope(body).get("service"))


def read_voucher(body: bytes) -> TaxVoucher:
    """Read NhanChungTuThueDat (S13).

    Raises:
        InvalidInput: with every problem at once, by the wire's names.
    """
    given = envelope(body)
    inner = only(given.get("data")) or {}
    data = folded(inner) or {}
    payment = only(data.get("thongtinthanhtoan")) or {}
    paid = folded(payment) or {}
    problems: list[Problem] = []

    def take(name: str, place: dict[str, Any], *, required: bool = True) -> str:
        text = code_text(place.get(name.casefold()))
        if required and not text:
            problems.append(Problem(path=name, code="value.missing"))
        return text

    amount, at, status = (take(name, paid) for name in ("SoTien", "ThoiGianThanhToan", "TrangThaiThanhToan"))
    paid_at, plain = moment(at), _AMOUNT.fullmatch(amount)
    if amount and plain is None:
        problems.append(Problem(path="SoTien", code="value.digits_only"))
    if at and paid_at is None:
        problems.append(Problem(path="ThoiGianThanhToan", code="value.not_a_date"))
    if status and not re.fullmatch(r"-?[0-9]{1,4}", status):
        problems.append(Problem(path="TrangThaiThanhToan", code="value.not_whole_number"))
    flags = {name: truth_of(given.get(name.casefold())) for name in ("isSync", "isUpdating")}
    problems += [Problem(path=name, code="value.invalid") for name, flag in flags.items() if flag is None]
    dossier, payer, notice = take("MaHoSo", data), take("HoTenNguoiNopTien", data), take("MaThongBaoThue", paid)
    further = leaves(
        {
            **{name: value for name, value in inner.items() if fold(name) not in _READ},
            **{f"ThongTinThanhToan.{name}": value for name, value in payment.items() if fold(name) not in _READ},
        },
        problems,
    )
    if problems or plain is None:
        raise InvalidInput("voucher", problems)
    values: dict[str, Any] = {field: take(name, data, required=False) for field, name in _OPTIONAL.items()}
    values["text"] = take("NoiDungThanhToan", paid, required=False)
    made: dict[str, Any] = {
        "dossier": dossier,
        "payer": payer,
        "notice": notice,
        "paid_at": paid_at,
        "further": further,
        "amount": Money(int(plain[1])),
        "status": int(status),
        "synchronous": flags["isSync"],
        "updating": flags["isUpdating"],
    }
    return TaxVoucher(**made, **{field: text for field, text in values.items() if text})


def read_notice(body: bytes, *, at: datetime) -> TaxNotice:
    """Read NhanThongBaoThueDat: base64 of well-formed XML; its shape is not public.

    Raises:
        InvalidInput: no such document.
    """
    given = envelope(body)
    data = folded(only(given.get("data")) or {}) or {}
    text = data.get("filethongbaothue")
    problem = Problem(path="FileThongBaoThue", code="value.missing" if not text else "value.invalid")
    if not isinstance(text, str) or code_text(given.get("service")) != NOTICE_SERVICE:
        raise InvalidInput("notice", [problem])
    try:
        document = base64.b64decode("".join(text.split()), validate=True)
        parse_xml(document)
    except (binascii.Error, ValueError, Unreadable):
        raise InvalidInput("notice", [problem]) from None
    return TaxNotice(document=document, received_at=at)


def read_question(body: bytes, name: str) -> DossierCode:
    """The dossier number of a look-up: `masohoso` of search/call, `MaHoSo` of the payment look-up.

    Raises:
        InvalidInput: it has none.
    """
    given = envelope(body)
    number = code_text(given.get(name.casefold())) or code_text(
        (folded(only(given.get("data")) or {}) or {}).get(name.casefold())
    )
    if not number:
        raise InvalidInput("look-up", [Problem(path=name, code="value.missing")])
    return DossierCode(number)


def summary(dossier: Dossier) -> dict[str, str]:
    """What search/call gives of one dossier: nine fields, none of them personal."""
    record = mapping.record(dossier)
    names = "MaHoSo MaTTHC TenTTHC MaLinhVuc TenLinhVuc LoaiDoiTuong TrangThaiHoSo HinhThuc DonViXuLy"
    return {name: str(record[name]) for name in names.split()}


def payable(item: Payable, *, at: datetime, client: str) -> dict[str, object]:
    """What the payment look-up gives: amounts are numbers in PhiLePhi and texts in DSKhoanNop (§5).

    Args:
        item: what the host says is bill_details.
        at: when it was asked.
        client: client_id where the host names none.
    """
    asked = f"{item.dossier}{mapping.moment(at)}"
    return {
        "MaTraCuuTT": asked,
        "transaction_id": item.transaction or asked,
        "client_id": item.client or client,
        "MaHoSo": str(item.dossier),
        "MaDichVu": bill_details.FEES,
        "MaDVC": item.service_code,
        "TenDVC": item.service_name,
        "MaTTHC": str(item.procedure),
        "TenTTHC": item.procedure_name,
        "MaDonVi": item.agency,
        "TenDonVi": item.agency_name,
        "PhiLePhi": [
            {
                "LoaiPhiLePhi": bill_details.FEE_KINDS[fee.kind],
                "MaPhiLePhi": fee.code,
                "TenPhiLePhi": fee.name,
                "SoTien": fee.amount.dong,
            }
            for fee in item.fees
        ],
        "TKThuHuong": item.account,
        "MaNHThuHuong": item.bank,
        "TenTKThuHuong": item.account_name,
        "MaCoQuanQD": item.decided_by,
        "TenCoQuanQD": item.decided_by_name,
        "NoiDungThanhToan": item.text.reveal(),
        "HoTenNguoiNop": item.payer.reveal(),
        "SoCMNDNguoiNop": item.payer_id.reveal(),
        "DiaChiNguoiNop": mapping.clear(item.payer_address),
        "HuyenNguoiNop": item.payer_district,
        "TinhNguoiNop": item.payer_province,
        "DSKhoanNop": [{"NoiDung": fee.name, "SoTien": str(fee.amount.dong)} for fee in item.fees],
        **dict.fromkeys(bill_details.FINE_ONLY, ""),
    }
