"""VNPAY messages <-> model (payment.md §3.2, §3.4, §3.5, §8)."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from gov_connect.adapters.vnpay import wire
from gov_connect.errors import InvalidInput, Problem, UnexpectedReply
from gov_connect.model import Money, PaymentResult, PaymentState, RefundResult, RefundState
from gov_connect.transport.write import moment_digits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from gov_connect.model import PaymentOrder, Refund
    from gov_connect.settings import VnpaySettings

HUNDREDTHS: Final = 100
"""vnp_Amount is đồng times one hundred, everywhere (§3.5)."""
_RESPONSES: Final = {
    "07": PaymentState.REVIEW,
    "11": PaymentState.EXPIRED,
    "24": PaymentState.CANCELLED,
    **dict.fromkeys(("09", "10", "12", "13", "51", "65", "75", "79", "99"), PaymentState.FAILED),
}
_STATUSES: Final = {"02": PaymentState.FAILED, "04": PaymentState.REVIEW, "07": PaymentState.REVIEW}
_REFUNDS: Final = {
    "00": RefundState.DONE,
    "05": RefundState.PROCESSING,
    "06": RefundState.PROCESSING,
    "09": RefundState.REJECTED,
}
_NOES: Final = frozenset({"02", "03", "91", "95", "97"})
"""The plain refusals of a refund (§3.5)."""
_NO_REASON: Final = "Hoan phi"
_LONGEST_INFO: Final = 255
_LONGEST_AMOUNT: Final = 12
_FULL, _PART = "02", "03"
_CROSSED_D: Final = str.maketrans("đĐ", "dD")


def moment(at: datetime) -> str:
    """yyyyMMddHHmmss, 24 hours, GMT+7."""
    return moment_digits(at)


def info(text: str) -> str:
    """vnp_OrderInfo: letters without marks, digits and plain punctuation only (§3.3)."""
    apart = unicodedata.normalize("NFD", text.translate(_CROSSED_D))
    plain = "".join(char for char in apart if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^A-Za-z0-9.,:_-]+", " ", plain).split())[:_LONGEST_INFO]


def pay_fields(order: PaymentOrder, settings: VnpaySettings) -> dict[str, str]:
    """The parameters of the pay page for an order, without the hash; the same order gives the same ones."""
    text = info(f"Thanh toan ho so {order.dossier}")
    return page_fields(settings, reference=order.reference, amount=order.amount, created=order.created_at, text=text)


def page_fields(
    settings: VnpaySettings, *, reference: str, amount: Money, created: datetime, text: str
) -> dict[str, str]:
    """The parameters of the pay page, without the hash (§3.2).

    Raises:
        InvalidInput: no reference of ours, 0 đồng, more than twelve digits, or no description.
    """
    hundredths = str(amount.dong * HUNDREDTHS)
    broken = {
        "reference": not re.fullmatch(r"[0-9A-Za-z_-]{1,50}", reference),
        "amount": not amount or len(hundredths) > _LONGEST_AMOUNT,
        "text": not text or text != info(text),
    }
    problems = [Problem(path=path, code="value.invalid") for path, wrong in broken.items() if wrong]
    if problems:
        raise InvalidInput("VNPAY payment", problems)
    return {
        "vnp_Version": wire.VERSION,
        "vnp_Command": "pay",
        "vnp_TmnCode": settings.tmn_code,
        "vnp_Amount": hundredths,
        "vnp_CreateDate": moment(created),
        "vnp_ExpireDate": moment(created + timedelta(minutes=settings.minutes_to_pay)),
        "vnp_CurrCode": "VND",
        "vnp_IpAddr": settings.client_ip,
        "vnp_Locale": settings.locale,
        "vnp_OrderInfo": text,
        "vnp_OrderType": settings.order_type,
        "vnp_ReturnUrl": settings.return_url,
        "vnp_TxnRef": reference,
        "vnp_BankCode": settings.bank_code,
    }


def pay_url(page: str, fields: Mapping[str, str], secret: str) -> str:
    """The address of the pay page with its parameters and their hash, which covers the very text sent."""
    query = wire.canonical(fields)
    return f"{page}?{query}&{wire.HASH}={wire.sign(query, secret)}"


def query(order: PaymentOrder, settings: VnpaySettings, request_id: str, now: datetime) -> dict[str, str]:
    """A QueryDR request, without its hash."""
    return {
        "vnp_RequestId": request_id,
        "vnp_Version": wire.VERSION,
        "vnp_Command": "querydr",
        "vnp_TmnCode": settings.tmn_code,
        "vnp_TxnRef": order.reference,
        "vnp_OrderInfo": info(f"Truy van {order.reference}"),
        "vnp_TransactionDate": moment(order.created_at),
        "vnp_CreateDate": moment(now),
        "vnp_IpAddr": settings.client_ip,
    }


def refund(
    order: PaymentOrder, asked: Refund, settings: VnpaySettings, request_id: str, transaction: str
) -> dict[str, str]:
    """A refund request, without its hash; everything in it comes from what is stored.

    vnp_OrderInfo is mandatory: a reason without one letter that VNPAY takes becomes a plain one.
    """
    return {
        "vnp_RequestId": request_id,
        "vnp_Version": wire.VERSION,
        "vnp_Command": "refund",
        "vnp_TmnCode": settings.tmn_code,
        "vnp_TransactionType": _FULL if asked.amount == order.amount else _PART,
        "vnp_TxnRef": order.reference,
        "vnp_Amount": str(asked.amount.dong * HUNDREDTHS),
        "vnp_OrderInfo": info(asked.reason) or f"{_NO_REASON} {order.reference}",
        # May be empty; then it is sent and hashed as empty (§3.5).
        "vnp_TransactionNo": transaction,
        "vnp_TransactionDate": moment(order.created_at),
        "vnp_CreateBy": asked.officer,
        "vnp_CreateDate": moment(asked.created_at),
        "vnp_IpAddr": settings.client_ip,
    }


def state(code: str, status: str) -> PaymentState:
    """Paid only with 00 and 00; codes that are not known leave it to a later query (§3.4)."""
    if code == status == wire.SUCCESS:
        return PaymentState.PAID
    if code == wire.SUCCESS:
        return _STATUSES.get(status, PaymentState.PENDING)
    if _STATUSES.get(status) is PaymentState.REVIEW:
        return PaymentState.REVIEW
    return _RESPONSES.get(code, PaymentState.PENDING)


def is_of_refund(answer: Mapping[str, Any]) -> bool:
    """Whether an answer speaks of a refund, whole (02) or in part (03), rather than of the payment (01, §3.5)."""
    return str(answer.get("vnp_TransactionType") or "").zfill(2) in {_FULL, _PART}


def amount(value: object) -> Money | None:
    """Whole đồng from vnp_Amount; None for everything that is not digits, or not whole đồng."""
    digits = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"[0-9]{1,14}", digits) or int(digits) % HUNDREDTHS:
        return None
    return Money(int(digits) // HUNDREDTHS)


def result(fields: Mapping[str, Any], code: str, status: str) -> PaymentResult:
    """What a notice, or an answer that was verified, says of an order.

    Raises:
        UnexpectedReply: a field breaks its bounds.
    """
    try:
        return PaymentResult(
            reference=str(fields.get("vnp_TxnRef") or ""),
            state=state(code, status),
            amount=amount(fields.get("vnp_Amount")),
            transaction=_number(fields.get("vnp_TransactionNo")),
            bank=str(fields.get("vnp_BankCode") or ""),
            raw_code=code,
            raw_state=status,
            raw_time=str(fields.get("vnp_PayDate") or ""),
        )
    except InvalidInput as error:
        raise UnexpectedReply(system=wire.SYSTEM, reason="malformed_result") from error


def _number(value: object) -> str:
    """vnp_TransactionNo; 0 stands for none, as payments that failed carry it."""
    text = str(value or "")
    return "" if text.strip("0") == "" else text


def refund_result(answer: Mapping[str, Any]) -> RefundResult:
    """What VNPAY says of a refund: 94 is a repetition of one that is under way (§3.5).

    Raises:
        UnexpectedReply: a field breaks its bounds.
    """
    code, status = str(answer.get("vnp_ResponseCode")), str(answer.get("vnp_TransactionStatus") or "")
    if code == "94":
        told = RefundState.PROCESSING
    elif code == wire.SUCCESS:
        told = _REFUNDS.get(status, RefundState.PROCESSING)
    else:
        # A code of no table is no plain no: taking it for one would let the money go out a second time.
        told = RefundState.REJECTED if code in _NOES else RefundState.SENT
    try:
        return RefundResult(
            state=told,
            amount=amount(answer.get("vnp_Amount")),
            transaction=_number(answer.get("vnp_TransactionNo")),
            raw_code=code,
            raw_state=status,
        )
    except InvalidInput as error:
        raise UnexpectedReply(system=wire.SYSTEM, reason="malformed_result") from error
