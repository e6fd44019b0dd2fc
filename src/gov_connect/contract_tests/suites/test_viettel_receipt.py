"""Viettel SInvoice: issued once per transaction, numbered, cancelled, shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from gov_connect.adapters.e_receipt import ViettelReceipts
from gov_connect.contract_tests import samples
from gov_connect.contract_tests.marks import needs, requirement, seen, system_of, writes
from gov_connect.contract_tests.must import broken, must
from gov_connect.errors import AuthenticationFailed, OutsideSystemError, Refused

if TYPE_CHECKING:
    from gov_connect.contract_tests.desk import Desk
    from gov_connect.model import Receipt, ReceiptRequest

pytestmark = system_of("viettel_receipt/1")
_CREATE: Final = "createInvoice"
_SECTION: Final = "payment.md §6.5"
_FAILURE, _UNAUTHORISED = 400, 401
_ANOTHER: Final = "00000000-0000-4000-8000-{:012d}"


def issued(desk: Desk) -> tuple[ReceiptRequest, Receipt]:
    """A receipt that was issued."""
    request = samples.receipt(desk)
    return request, desk.gov.system(ViettelReceipts).publish(request)


def changed(desk: Desk, part: str, **members: Any) -> int:
    """The HTTP status for the last receipt under another transaction, with other members in one part."""

    def edit(message: dict[str, Any]) -> dict[str, Any]:
        uuid = {"transactionUuid": _ANOTHER.format(desk.number())}
        made = {**message, "generalInvoiceInfo": {**message["generalInvoiceInfo"], **uuid}}
        return {**made, part: {**made[part], **members}}

    return desk.tap.again(desk.tap.last(_CREATE), body=edit).status


@seen
@needs("wrong_credentials")
@requirement(_SECTION)
def test_wrong_password_is_refused(desk: Desk) -> None:
    """Sai mật khẩu thì không đăng nhập được.

    A wrong password does not log in.
    """
    wrong = desk.with_settings(VIETTEL_RECEIPT__PASSWORD="sai")  # noqa: S106 - wrong on purpose
    with pytest.raises((AuthenticationFailed, Refused)):
        wrong.system(ViettelReceipts).publish(samples.receipt(desk))


@seen
@writes
@requirement(_SECTION)
def test_foreign_token_is_refused(desk: Desk) -> None:
    """Mã truy cập lạ thì bị từ chối.

    A foreign token is refused.
    """
    issued(desk)
    reply = desk.tap.again(desk.tap.last(_CREATE), headers={"Authorization": "Bearer ma-la"})
    must(reply.status == _UNAUTHORISED, vi="mã lạ vẫn được nhận", en="a foreign token was served")


@seen
@writes
@requirement(_SECTION)
def test_two_receipts_have_two_numbers(desk: Desk) -> None:
    """Hai biên lai có hai số khác nhau.

    Two receipts have two numbers.
    """
    must(issued(desk)[1].number != issued(desk)[1].number, vi="trùng số", en="the numbers are the same")


@seen
@writes
@requirement(_SECTION)
def test_same_transaction_is_issued_once(desk: Desk) -> None:
    """Gửi lại cùng transactionUuid thì được đúng số cũ.

    The same transactionUuid again gets the same number.
    """
    request, first = issued(desk)
    again = desk.gov.system(ViettelReceipts).publish(request)
    must(again.number == first.number, vi="phát hành lần thứ hai", en="it was issued twice")


@seen
@writes
@requirement(_SECTION)
@pytest.mark.parametrize(
    ("part", "members"),
    [("summarizeInfo", {"totalAmountWithTax": 1}), ("generalInvoiceInfo", {"templateCode": "khac"})],
    ids=["sum", "symbol"],
)
def test_receipt_that_does_not_add_up_is_refused(desk: Desk, part: str, members: dict[str, Any]) -> None:
    """Sai tổng tiền hoặc sai mẫu số thì bị từ chối.

    A wrong sum or a foreign form symbol is refused.
    """
    issued(desk)
    must(changed(desk, part, **members) >= _FAILURE, vi="vẫn được nhận", en="it was accepted")


@seen
@writes
@needs("bills")
@requirement(_SECTION)
def test_receipt_can_be_shown(desk: Desk) -> None:
    """Biên lai đã phát hành tải được bản PDF.

    An issued receipt can be fetched as PDF.
    """
    _, receipt = issued(desk)
    must(
        desk.gov.system(ViettelReceipts).document(receipt).pdf.startswith(b"%PDF"),
        vi="không có PDF",
        en="there is no PDF",
    )


@seen
@writes
@requirement(_SECTION)
def test_receipt_is_cancelled_once(desk: Desk) -> None:
    """Biên lai hủy được một lần; lần thứ hai bị từ chối.

    A receipt is cancelled once; the second time is refused.
    """
    _, receipt = issued(desk)
    service = desk.gov.system(ViettelReceipts)
    service.cancel(receipt, reason="Hoàn phí")
    try:
        service.cancel(receipt, reason="Hoàn phí")
    except OutsideSystemError:
        return
    broken(vi="hủy được hai lần", en="it was cancelled twice")
