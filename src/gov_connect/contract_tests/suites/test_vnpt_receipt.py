"""VNPT's e-receipts: issued once per key, numbered, cancelled, shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from gov_connect.adapters.e_receipt import VnptReceipts
from gov_connect.contract_tests import samples
from gov_connect.contract_tests.marks import confirmed, needs, requirement, system_of, writes
from gov_connect.contract_tests.must import broken, must
from gov_connect.errors import AuthenticationFailed, OutsideSystemError
from gov_connect.model import Money, Receipt

if TYPE_CHECKING:
    from gov_connect.contract_tests.desk import Desk
    from gov_connect.model import ReceiptRequest

pytestmark = system_of("vnpt_receipt/1")
_PUBLISH: Final = "ImportAndPublishInv"
_SECTION: Final = "payment.md §6.4"


def issued(desk: Desk) -> tuple[ReceiptRequest, Receipt]:
    """A receipt that was issued."""
    request = samples.receipt(desk)
    return request, desk.gov.system(VnptReceipts).publish(request)


def said(desk: Desk, label: str, *changes: tuple[str, str]) -> str:
    """What the service says to the last message of a kind, changed."""
    exchange = desk.tap.last(label)
    body = exchange.request.body.decode()
    for old, new in changes:
        body = body.replace(old, new)
    return desk.tap.again(exchange, body=body.encode()).body.decode("utf-8", "replace")


@confirmed
@needs("wrong_credentials")
@requirement(_SECTION)
@pytest.mark.parametrize("name", ["PASSWORD", "ACCOUNT_PASSWORD"])
def test_wrong_password_is_refused(desk: Desk, name: str) -> None:
    """Sai một trong hai mật khẩu thì bị từ chối (ERR:1).

    A wrong password of either pair is refused (ERR:1).
    """
    wrong = desk.with_settings(**{f"VNPT_RECEIPT__{name}": "sai"})
    with pytest.raises(AuthenticationFailed):
        wrong.system(VnptReceipts).publish(samples.receipt(desk))


@confirmed
@writes
@requirement(_SECTION)
def test_receipt_has_its_symbols_and_a_number(desk: Desk) -> None:
    """Biên lai phát hành có mẫu số, ký hiệu và số.

    An issued receipt has form, symbol and number.
    """
    _, receipt = issued(desk)
    must(receipt.number.isdecimal() and receipt.number.strip("0"), vi="không có số", en="it has no number")
    must(receipt.form and receipt.symbol, vi="thiếu mẫu số hoặc ký hiệu", en="form or symbol is missing")


@confirmed
@writes
@requirement(_SECTION)
def test_two_receipts_have_two_numbers(desk: Desk) -> None:
    """Hai biên lai có hai số khác nhau.

    Two receipts have two numbers.
    """
    must(issued(desk)[1].number != issued(desk)[1].number, vi="trùng số", en="the numbers are the same")


@confirmed
@writes
@requirement(_SECTION)
def test_same_key_is_issued_once(desk: Desk) -> None:
    """Gửi lại cùng khóa thì không phát hành lần thứ hai (ERR:13).

    The same key again is not issued twice (ERR:13).
    """
    issued(desk)
    must("ERR:13" in said(desk, _PUBLISH), vi="phát hành lần thứ hai", en="it was issued twice")


@confirmed
@writes
@requirement(_SECTION)
def test_symbols_that_do_not_fit_are_refused(desk: Desk) -> None:
    """Sai mẫu số, ký hiệu thì bị từ chối (ERR:20).

    Symbols that do not fit are refused (ERR:20).
    """
    request, receipt = issued(desk)
    answer = said(desk, _PUBLISH, (request.key, request.key + "x"), (f">{receipt.symbol}<", ">ZZ-99E<"))
    must("ERR:20" in answer, vi="nhận ký hiệu lạ", en="foreign symbols were taken")


@confirmed
@writes
@requirement(_SECTION)
def test_batch_with_wrong_data_is_refused_whole(desk: Desk) -> None:
    """Dữ liệu thiếu thẻ thì cả lô bị từ chối (ERR:3).

    A batch that lacks a tag is refused as a whole (ERR:3).
    """
    request, _ = issued(desk)
    answer = said(desk, _PUBLISH, (request.key, request.key + "y"), ("&lt;VATRate&gt;0&lt;/VATRate&gt;", ""))
    must("ERR:3" in answer, vi="thiếu thẻ vẫn nhận", en="it was taken")


@confirmed
@writes
@needs("bills")
@requirement(_SECTION)
def test_receipt_can_be_shown(desk: Desk) -> None:
    """Biên lai đã phát hành tải được bản PDF.

    An issued receipt can be fetched as PDF.
    """
    _, receipt = issued(desk)
    bill = desk.gov.system(VnptReceipts).document(receipt)
    must(bill.pdf.startswith(b"%PDF"), vi="không có PDF", en="there is no PDF")


@confirmed
@requirement(_SECTION)
def test_unknown_key_has_no_document(desk: Desk) -> None:
    """Khóa lạ thì không có biên lai.

    An unknown key has no receipt.
    """
    unknown = Receipt(
        key=f"phi-{desk.dossier_code()}",
        number="1",
        amount=Money(1000),
        issued_at=desk.clock.now().replace(microsecond=0),
    )
    try:
        desk.gov.system(VnptReceipts).document(unknown)
    except OutsideSystemError:
        return
    broken(vi="khóa lạ có biên lai", en="an unknown key has a receipt")


@confirmed
@writes
@requirement(_SECTION)
def test_paid_receipt_is_not_cancelled_before_it_is_unpaid(desk: Desk) -> None:
    """Biên lai đã thu tiền phải bỏ thu trước khi hủy; hủy hai lần thì báo đã hủy (ERR:8).

    A paid receipt must be marked unpaid first; the second cancellation says so (ERR:8).
    """
    (_, first), (_, second) = issued(desk), issued(desk)
    desk.gov.system(VnptReceipts).cancel(first, reason="Hoàn phí")
    must("ERR:8" in said(desk, "cancelInv"), vi="hủy hai lần", en="it was cancelled twice")
    paid = said(desk, "cancelInv", (first.key, second.key))
    must("OK:" not in paid, vi="hủy biên lai còn thu tiền", en="a paid receipt was cancelled")
