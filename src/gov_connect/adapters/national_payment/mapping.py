"""Platform messages <-> model (payment.md §1.3, §1.4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from gov_connect.adapters import bill_details
from gov_connect.adapters.national_payment import wire
from gov_connect.adapters.reading import code_text
from gov_connect.errors import InvalidInput, UnexpectedReply
from gov_connect.model import DossierCode, Money, PaymentResult, PaymentState
from gov_connect.transport.write import moment_digits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.model import AgencyCode, PaymentOrder
    from gov_connect.settings import NationalPaymentSettings

STATES: Final = {"1": PaymentState.PAID, "3": PaymentState.PENDING, "4": PaymentState.FAILED}
"""TrangThaiGD; anything else reads as pending (§1.3)."""
_ANOTHER: Final = {
    "MaThamChieu": "another_reference",
    "MaDoiTac": "another_partner",
    "MaTienTe": "another_currency",
}
_LONGEST_REFERENCE: Final = 50


def moment(order: PaymentOrder) -> str:
    """ThoiGianGD: 24-hour local time, the same text in INIT, QUERY and GET_BILL (§1.10)."""
    return moment_digits(order.created_at)


def init(
    order: PaymentOrder, settings: NationalPaymentSettings, agency: AgencyCode, agency_name: str
) -> dict[str, object]:
    """The INIT message, without its hash; every value is text."""
    return {
        "LoaiBanTin": "INIT",
        "PhienBan": settings.version,
        "MaDoiTac": settings.partner_code,
        "MaThamChieu": order.reference,
        "SoTien": str(order.amount.dong),
        "LoaiHinhThanhToan": "PAY",
        "MaKenhThanhToan": "1",
        "MaThietBi": "1",
        "NgonNgu": "vi-VN",
        "MaTienTe": wire.CURRENCY,
        "MaNganHang": "PAYMENT",
        "ThongTinGiaoDich": f"THANH TOAN HO SO {order.dossier}",
        "ThoiGianGD": moment(order),
        "Ip": settings.client_ip,
        "ThongTinBienLai": receipt(order, settings, agency, agency_name),
    }


def receipt(
    order: PaymentOrder, settings: NationalPaymentSettings, agency: AgencyCode, agency_name: str
) -> dict[str, object]:
    """ThongTinBienLai for a fee (§1.4)."""
    return bill_details.receipt(order, settings, agency=str(agency), agency_name=agency_name)


def query(reference: str, moment_sent: str, settings: NationalPaymentSettings) -> dict[str, object]:
    """The QUERY message, without its hash."""
    return {
        "LoaiBanTin": "QUERY",
        "PhienBan": settings.version,
        "MaDoiTac": settings.partner_code,
        "MaThamChieu": reference,
        "ThoiGianGD": moment_sent,
    }


def outcome(answer: Mapping[str, Any], reference: str, partner: str) -> PaymentResult:
    """Read a QUERY answer: paid only with MaLoi 00 and TrangThaiGD 1 (§1.3), and only for this order (§1.10).

    Raises:
        UnexpectedReply: it speaks of another order, partner or currency, of an amount that is none, or of a
            payment without saying how much.
    """
    own = {"MaThamChieu": reference, "MaDoiTac": partner, "MaTienTe": wire.CURRENCY}
    for name, reason in _ANOTHER.items():
        if (code_text(answer.get(name)) or own[name]) != own[name]:
            raise UnexpectedReply(system=wire.SYSTEM, reason=reason)
    code, raw_state = wire.code_of(answer), code_text(answer.get("TrangThaiGD"))
    state = STATES.get(raw_state, PaymentState.PENDING)
    if code != wire.SUCCESS and state is PaymentState.PAID:
        state = PaymentState.PENDING
    told = _result(answer, reference, state, raw_state)
    if state is PaymentState.PAID and told.amount is None:
        raise UnexpectedReply(system=wire.SYSTEM, reason="missing_field")
    return told


def notice(message: Mapping[str, Any]) -> PaymentResult:
    """Read a CONFIRM whose hash was verified.

    Raises:
        UnexpectedReply: no code, no reference, or an amount that is none.
    """
    code = wire.code_of(message)
    if not code:  # says neither paid nor failed (§1.3)
        raise UnexpectedReply(system=wire.SYSTEM, reason="missing_field")
    state = PaymentState.PAID if code == wire.SUCCESS else PaymentState.FAILED
    reference = code_text(message.get("MaThamChieu"))
    if proven_dossier(message):
        # Born at the portal, so it may look like none of ours; it is only compared, never stored.
        reference = re.sub(r"[^0-9A-Za-z_-]", "-", reference)[:_LONGEST_REFERENCE] or "-"
    return _result(message, reference, state)


def proven_dossier(message: Mapping[str, Any]) -> str:
    """MaHoSo of a payment that began at the portal (§1.7); "" when no hashed field names the dossier too.

    MaHoSo itself is outside the hash: alone it could turn somebody's payment to another dossier.
    """
    dossier = code_text(message.get("MaHoSo"))
    hashed = (code_text(message.get("MaThamChieu")), *code_text(message.get("ThongTinGiaoDich")).split())
    try:
        code = DossierCode(dossier)
    except InvalidInput:
        return ""
    asked = re.compile(re.escape(code) + r"(?:[0-9]{14})?")
    return str(code) if any(asked.fullmatch(text) for text in hashed) else ""


def _result(message: Mapping[str, Any], reference: str, state: PaymentState, raw_state: str = "") -> PaymentResult:
    try:
        return PaymentResult(
            reference=reference,
            state=state,
            amount=amount(message.get("SoTien")),
            transaction=code_text(message.get("MaGiaoDich")),
            bank=code_text(message.get("MaNganHang")),
            raw_code=wire.code_of(message),
            raw_state=raw_state,
            raw_time=code_text(message.get("ThoiGianGD")),
        )
    except InvalidInput as error:
        raise UnexpectedReply(system=wire.SYSTEM, reason="malformed_result") from error


def amount(value: object) -> Money | None:
    """An amount as number or digits; None when absent.

    Raises:
        UnexpectedReply: present and not a whole, positive number of đồng.
    """
    if value is None or value == "":
        return None
    digits = code_text(value)
    # "25.000" may be twenty-five or twenty-five thousand: only decimals of at most two zeros are plain.
    if re.fullmatch(r"[0-9]{1,12}(?:\.0{1,2})?", digits):
        return Money(int(digits.partition(".")[0]))
    raise UnexpectedReply(system=wire.SYSTEM, reason="bad_amount")
