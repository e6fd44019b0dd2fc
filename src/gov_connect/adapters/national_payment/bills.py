"""The platform's receipts, and its question what a dossier owes (payment.md §1.3, §1.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gov_connect.adapters.national_payment import mapping, wire
from gov_connect.adapters.reading import texts
from gov_connect.errors import InvalidInput, Refused, UnexpectedReply
from gov_connect.model import Bill
from gov_connect.transport import Unreadable, as_object, parse_json
from gov_connect.transport.write import moment_digits

if TYPE_CHECKING:
    from datetime import datetime

    from gov_connect.model import AgencyCode, PaymentOrder
    from gov_connect.runtime import Reply
    from gov_connect.settings import NationalPaymentSettings

_PDF: Final = b"%PDF"
_FAILURE: Final = 400
DUE, NOT_DUE, UNKNOWN_DOSSIER = 1, 0, -1
"""error_code of the look-up answer (§1.7)."""


def get_bill(reference: str, moment: str, settings: NationalPaymentSettings) -> dict[str, object]:
    """The GET_BILL message, without its hash."""
    return {**mapping.query(reference, moment, settings), "LoaiBanTin": "GET_BILL"}


def read(reply: Reply) -> Bill:
    """Read either shape: the document itself, or JSON that says where it lies.

    Raises:
        Refused: the platform gives none.
        UnexpectedReply: neither shape.
    """
    start = reply.body.lstrip()[: len(_PDF)]
    if start == _PDF:
        if reply.status >= _FAILURE:
            raise UnexpectedReply(system=wire.SYSTEM, reason="status_differs", status=reply.status)
        return Bill(pdf=reply.body)
    answer = wire.read(reply)
    code = wire.code_of(answer)
    if code != wire.SUCCESS:
        raise Refused(system=wire.SYSTEM, raw_code=code, raw=texts(answer.get("MoTaLoi")))
    try:
        return Bill(url=texts(answer.get("UrlBienLai")))
    except InvalidInput as error:
        raise UnexpectedReply(system=wire.SYSTEM, reason="no_address") from error


def asked_dossier(body: bytes) -> str:
    """The dossier that a look-up asks for, as it was written; "" when it names none."""
    try:
        fields = wire.named(as_object(parse_json(body)) or {}) or {}
    except Unreadable:
        return ""
    return texts(fields.get("MaHoSo"))


def look_up_answer(
    order: PaymentOrder | None,
    settings: NationalPaymentSettings,
    agency: AgencyCode,
    agency_name: str,
    *,
    due: bool,
    moment: datetime,
) -> dict[str, object]:
    """The answer: all fields of ThongTinBienLai flat, or an empty list with the reason as a number."""
    if order is None:
        return {"error_code": UNKNOWN_DOSSIER, "message": []}
    if not due:
        return {"error_code": NOT_DUE, "message": []}
    asked_at = moment_digits(moment)
    owed = {
        **mapping.receipt(order, settings, agency, agency_name),
        "MaTraCuuTT": f"{order.dossier}{asked_at}",
        "transaction_id": order.reference,
        "client_id": settings.partner_code,
    }
    return {"error_code": DUE, "message": owed}
