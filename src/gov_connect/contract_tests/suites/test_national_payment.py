"""The national payment platform, version 1.0.6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from gov_connect.contract_tests import samples
from gov_connect.contract_tests.marks import confirmed, needs, requirement, seen, system_of, writes
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.tap import members
from gov_connect.errors import Refused
from gov_connect.model import PaymentResult, PaymentState

if TYPE_CHECKING:
    from gov_connect.contract_tests.desk import Desk
    from gov_connect.mocks.national_payment import NationalPaymentMock
    from gov_connect.runtime import Reply

pytestmark = system_of("national_payment/1.0.6")
AGENCY = "Ủy ban nhân dân xã Mẫu"
_ADDRESS = "https://motcua.example/DvcPayment/Confirm"


def granted(reply: Reply) -> bool:
    """Whether an answer says yes, in either shape."""
    answer = members(reply)
    return answer.get("MaLoi") == "00" or str(answer.get("error_code")) in {"0", "00"}


def platform(desk: Desk) -> NationalPaymentMock:
    """The payer's side."""
    from gov_connect.mocks.national_payment import NationalPaymentMock

    return desk.lever(NationalPaymentMock)


@confirmed
@writes
@requirement("payment.md §1.3")
def test_order_gets_an_address_to_pay_at(desk: Desk) -> None:
    """Giao dịch mới được cấp địa chỉ thanh toán.

    A new order gets an address to pay at.
    """
    link = desk.gov.national_payment.open(samples.order(desk), agency_name=AGENCY)
    must(urlsplit(link.url).scheme in {"http", "https"}, vi="không phải địa chỉ web", en="it is no web address")


@seen
@writes
@requirement("payment.md §1.11")
def test_same_order_gets_the_same_address(desk: Desk) -> None:
    """Gửi lại đúng giao dịch thì được đúng địa chỉ cũ.

    The very same order again gets the same address.
    """
    order = samples.order(desk)
    first = desk.gov.national_payment.open(order, agency_name=AGENCY)
    must(
        desk.gov.national_payment.open(order, agency_name=AGENCY).url == first.url,
        vi="địa chỉ khác",
        en="the address differs",
    )


@confirmed
@writes
@requirement("payment.md §1.5")
@pytest.mark.parametrize("name", ["Ip", "MaThamChieu", "MaXacThuc"])
def test_message_that_was_changed_is_refused(desk: Desk, name: str) -> None:
    """Thông điệp bị sửa mà không ký lại thì bị từ chối.

    A message that was changed and not signed again is refused.
    """
    desk.gov.national_payment.open(samples.order(desk), agency_name=AGENCY)

    def edit(message: dict[str, Any]) -> dict[str, Any]:
        fresh = {**message, "MaThamChieu": f"kit{desk.number()}"}
        return {**fresh, name: "203.0.113.9" if name == "Ip" else f"0{fresh[name]}"}

    must(not granted(desk.tap.again(desk.tap.last("INIT"), body=edit)), vi="vẫn được nhận", en="it was accepted")


@seen
@writes
@requirement("payment.md §1.11")
def test_reference_is_not_taken_for_another_amount(desk: Desk) -> None:
    """Mã tham chiếu đã dùng không nhận số tiền khác.

    A reference that was used takes no other amount.
    """
    order = samples.order(desk)
    desk.gov.national_payment.open(order, agency_name=AGENCY)
    other = samples.order_of(desk.clock, str(order.reference), str(order.dossier), 30_000)
    with pytest.raises(Refused):
        desk.gov.national_payment.open(other, agency_name=AGENCY)


@seen
@writes
@requirement("payment.md §1.3")
def test_unpaid_order_is_not_paid(desk: Desk) -> None:
    """Giao dịch chưa trả tiền thì truy vấn không báo đã trả.

    An order that nobody paid is not told as paid.
    """
    order = samples.order(desk)
    desk.gov.national_payment.open(order, agency_name=AGENCY)
    told = desk.gov.national_payment.query(order)
    must(told.state is PaymentState.PENDING, vi="trạng thái không phải đang chờ", en="the state is not pending")


@seen
@requirement("payment.md §1.3")
def test_unknown_order_is_not_paid(desk: Desk) -> None:
    """Giao dịch không có thì không báo đã trả.

    An order that does not exist is not told as paid.
    """
    try:
        told: PaymentResult | None = desk.gov.national_payment.query(samples.order(desk))
    except Refused:
        told = None
    must(told is None or told.state is not PaymentState.PAID, vi="báo đã trả", en="it is told as paid")


@seen
@writes
@needs("levers")
@requirement("payment.md §1.2")
@requirement("payment.md §1.3")
def test_paid_order_is_paid_with_its_amount(desk: Desk) -> None:
    """Giao dịch đã trả thì truy vấn báo đã trả, đúng số tiền.

    A paid order is told as paid, with its amount.
    """
    order = samples.order(desk)
    desk.gov.national_payment.open(order, agency_name=AGENCY)
    platform(desk).pay(str(order.reference))
    told = desk.gov.national_payment.query(order)
    must(told.state is PaymentState.PAID, vi="không báo đã trả", en="it is not told as paid")
    must(told.amount == order.amount, vi="số tiền khác", en="the amount differs")


@seen
@writes
@needs("levers")
@requirement("payment.md §1.3")
def test_failed_order_is_not_paid(desk: Desk) -> None:
    """Giao dịch hỏng thì truy vấn báo hỏng.

    A failed order is told as failed.
    """
    order = samples.order(desk)
    desk.gov.national_payment.open(order, agency_name=AGENCY)
    platform(desk).fail(str(order.reference))
    told = desk.gov.national_payment.query(order)
    must(told.state is PaymentState.FAILED, vi="không báo hỏng", en="it is not told as failed")


@confirmed
@writes
@needs("levers")
@requirement("payment.md §1.5")
@requirement("payment.md §1.10")
def test_notice_is_signed_and_true(desk: Desk) -> None:
    """Thông báo CONFIRM được ký đúng, đúng giao dịch và số tiền.

    The notice CONFIRM is rightly signed, with the order's reference and amount.
    """
    order = samples.order(desk)
    desk.gov.national_payment.open(order, agency_name=AGENCY)
    platform(desk).notify_url = _ADDRESS
    (notice,) = platform(desk).pay(str(order.reference))
    read = desk.gov.national_payment.read_notice(notice.body)
    must(read.genuine, vi="chữ ký sai", en="its hash is wrong")
    must(read.result is not None and read.result.reference == order.reference, vi="giao dịch khác", en="another order")
    assert read.result is not None
    must(read.result.amount == order.amount, vi="số tiền khác", en="the amount differs")
    must(read.result.state is PaymentState.PAID, vi="không báo đã trả", en="it is not told as paid")


@confirmed
@writes
@needs("levers")
@requirement("payment.md §1.10")
def test_notice_is_repeated_until_taken(desk: Desk) -> None:
    """Bên nhận chưa trả lời 00 thì thông báo còn phải gửi lại.

    A notice that was not answered by 00 is to be sent again.
    """
    order = samples.order(desk)
    desk.gov.national_payment.open(order, agency_name=AGENCY)
    platform(desk).notify_url = _ADDRESS
    (notice,) = platform(desk).pay(str(order.reference))
    refused = platform(desk).delivered(notice, 200, b'{"MaLoi":"99"}')
    must(not refused, vi="99 bị coi là đã nhận", en="99 counted as taken")
    must(platform(desk).delivered(notice, 200, b'{"MaLoi":"00"}'), vi="00 không được tính", en="00 did not count")


@confirmed
@writes
@needs("bills")
@requirement("payment.md §1.3")
def test_receipt_is_not_given_before_payment(desk: Desk) -> None:
    """Chưa trả tiền thì chưa có biên lai.

    There is no receipt before the payment.
    """
    order = samples.order(desk)
    desk.gov.national_payment.open(order, agency_name=AGENCY)
    unpaid = PaymentResult(reference=order.reference, state=PaymentState.PENDING)
    with pytest.raises(Refused):
        desk.gov.national_payment.bill(order, paid=unpaid)


@confirmed
@writes
@needs("bills", "levers")
@requirement("payment.md §1.3")
def test_receipt_is_given_after_payment(desk: Desk) -> None:
    """Trả tiền rồi thì có biên lai.

    There is a receipt after the payment.
    """
    order = samples.order(desk)
    desk.gov.national_payment.open(order, agency_name=AGENCY)
    platform(desk).pay(str(order.reference))
    bill = desk.gov.national_payment.bill(order, paid=desk.gov.national_payment.query(order))
    must(bill.url or bill.pdf.startswith(b"%PDF"), vi="không có biên lai", en="there is no receipt")
