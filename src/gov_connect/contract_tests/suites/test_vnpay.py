"""VNPAY, version 2.1.0."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest

from gov_connect.adapters.vnpay import Vnpay
from gov_connect.contract_tests import samples
from gov_connect.contract_tests.marks import confirmed, needs, requirement, seen, system_of, writes
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.tap import Exchange, members
from gov_connect.errors import AuthenticationFailed, Refused
from gov_connect.model import PaymentState, RefundState
from gov_connect.runtime import Request

if TYPE_CHECKING:
    from gov_connect.contract_tests.desk import Desk
    from gov_connect.mocks.vnpay import VnpayMock
    from gov_connect.model import PaymentOrder
    from gov_connect.runtime import Reply, Sync

pytestmark = system_of("vnpay/2.1.0")
_SERVED = 400
_DUPLICATE = "94"


def adapter(desk: Desk) -> Vnpay[Sync]:
    """The gateway's operations, without the order book."""
    return desk.gov.system(Vnpay)


def visit(desk: Desk, url: str) -> Reply:
    """Open a pay page as the payer's browser does."""
    request = Request(system="vnpay", url=url, method="GET", label="pay page")
    return desk.tap.again(Exchange(request=request))


def opened(desk: Desk, *, paid: bool = False) -> PaymentOrder:
    """An order whose page was opened, and paid where that is wanted."""
    order = samples.order(desk)
    visit(desk, adapter(desk).open(order).url)
    if paid:
        vnpay(desk).settle(str(order.reference), "paid")
    return order


def vnpay(desk: Desk) -> VnpayMock:
    """The payer's side."""
    from gov_connect.mocks.vnpay import VnpayMock

    return desk.lever(VnpayMock)


@confirmed
@writes
@requirement("payment.md §3.2")
@requirement("payment.md §3.3")
def test_pay_page_opens(desk: Desk) -> None:
    """Địa chỉ thanh toán ký đúng thì mở được.

    A rightly signed pay address opens.
    """
    reply = visit(desk, adapter(desk).open(samples.order(desk)).url)
    must(reply.status < _SERVED, vi="trang bị từ chối", en="the page was refused")


@confirmed
@requirement("payment.md §3.3")
@pytest.mark.parametrize("name", ["vnp_Amount", "vnp_TxnRef", "vnp_SecureHash"])
def test_changed_address_is_refused(desk: Desk, name: str) -> None:
    """Địa chỉ thanh toán bị sửa thì bị từ chối.

    A pay address that was changed is refused.
    """
    url = adapter(desk).open(samples.order(desk)).url
    value = dict(parse_qsl(urlsplit(url).query))[name]
    other = ("1" if value[0] != "1" else "2") + value[1:]
    reply = visit(desk, url.replace(f"{name}={value}", f"{name}={other}"))
    text = reply.body.decode("utf-8", "replace").casefold()
    must(reply.status >= _SERVED or "chữ ký" in text, vi="địa chỉ bị sửa vẫn mở", en="a changed address opened")


@seen
@requirement("payment.md §3.5")
def test_order_that_nobody_opened_is_pending(desk: Desk) -> None:
    """Giao dịch chưa ai mở thì không phải đã trả.

    An order that nobody opened is not paid.
    """
    told = adapter(desk).query(samples.order(desk))
    must(told.state is PaymentState.PENDING, vi="trạng thái không phải đang chờ", en="the state is not pending")


@seen
@needs("wrong_credentials")
@requirement("payment.md §3.5")
def test_wrong_secret_is_refused(desk: Desk) -> None:
    """Yêu cầu ký bằng khoá khác thì bị từ chối (97).

    A request signed by another secret is refused (97).
    """
    client = desk.with_settings(VNPAY__HASH_SECRET="KHOAKHAC00000000000000000000000")  # noqa: S106 - wrong on purpose
    order = samples.order(desk)
    try:
        client.system(Vnpay).query(order)
    except (AuthenticationFailed, Refused):
        return
    except Exception as error:  # noqa: BLE001 - an unsigned refusal cannot be read with another secret either
        answer = desk.tap.last("querydr").reply
        must(answer is not None, vi="không có câu trả lời", en="there is no answer")
        assert answer is not None
        code = members(answer).get("vnp_ResponseCode")
        must(code == "97", vi=f"không phải mã 97 ({type(error).__name__})", en="the code is not 97")
        return
    must(False, vi="chữ ký khác vẫn được phục vụ", en="another signature was served")  # noqa: FBT003 - said so


@seen
@requirement("payment.md §3.5")
def test_request_id_is_good_once_a_day(desk: Desk) -> None:
    """Mã yêu cầu dùng lại trong ngày thì bị từ chối (94).

    A request id that was used today is refused (94).
    """
    adapter(desk).query(samples.order(desk))
    reply = desk.tap.again(desk.tap.last("querydr"))
    must(members(reply).get("vnp_ResponseCode") == _DUPLICATE, vi="không phải mã 94", en="the code is not 94")


@confirmed
@writes
@needs("levers")
@requirement("payment.md §3.5")
def test_paid_order_is_paid_with_its_amount(desk: Desk) -> None:
    """Giao dịch đã trả thì truy vấn báo đã trả, đúng số tiền, ký đúng.

    A paid order is told as paid, with its amount, rightly signed.
    """
    order = opened(desk, paid=True)
    told = adapter(desk).query(order)
    must(told.state is PaymentState.PAID, vi="không báo đã trả", en="it is not told as paid")
    must(told.amount == order.amount, vi="số tiền khác", en="the amount differs")


@confirmed
@writes
@needs("levers")
@requirement("payment.md §3.4")
@pytest.mark.parametrize("outcome", ["paid", "failed"])
def test_notice_is_signed_and_true(desk: Desk, outcome: str) -> None:
    """Thông báo IPN được ký đúng và nói đúng kết quả.

    The notice IPN is rightly signed and tells the outcome.
    """
    order = opened(desk)
    vnpay(desk).settle(str(order.reference), "paid" if outcome == "paid" else "failed")
    notices = [notice for notice in vnpay(desk).due_notices() if notice.reference == order.reference]
    must(len(notices) == 1, vi="không có thông báo", en="there is no notice")
    read = adapter(desk).read_notice(notices[0].query.encode())
    must(read.genuine, vi="chữ ký sai", en="its hash is wrong")
    must(read.result is not None, vi="không đọc được", en="it cannot be read")
    assert read.result is not None
    must(read.result.amount == order.amount, vi="số tiền khác", en="the amount differs")
    paid = read.result.state is PaymentState.PAID
    must(paid == (outcome == "paid"), vi="kết quả khác", en="the outcome differs")


@confirmed
@writes
@needs("levers")
@requirement("payment.md §3.4")
def test_notice_ends_when_it_is_taken(desk: Desk) -> None:
    """Trả lời 97 thì gửi lại, trả lời 00 thì thôi.

    After 97 the notice comes again, after 00 no more.
    """
    order = opened(desk, paid=True)
    notices = [notice for notice in vnpay(desk).due_notices() if notice.reference == order.reference]
    again = not vnpay(desk).answered(notices[0], 200, b'{"RspCode":"97"}')
    must(again, vi="97 bị coi là đã nhận", en="97 counted as taken")
    must(vnpay(desk).answered(notices[0], 200, b'{"RspCode":"00"}'), vi="00 không được tính", en="00 did not count")


@seen
@writes
@needs("refunds", "levers")
@requirement("payment.md §3.5")
def test_part_of_a_payment_is_given_back(desk: Desk) -> None:
    """Hoàn một phần tiền đã trả thì được nhận.

    Giving back a part of what was paid is taken up.
    """
    order = opened(desk, paid=True)
    paid = adapter(desk).query(order)
    told = adapter(desk).give_back(order, samples.refund(desk, order, 10_000), paid=paid)
    must(told.state is not RefundState.REJECTED, vi="bị từ chối", en="it was refused")


@seen
@writes
@needs("refunds", "levers")
@requirement("payment.md §3.5")
def test_more_than_was_paid_is_not_given_back(desk: Desk) -> None:
    """Hoàn quá số tiền đã trả thì bị từ chối.

    Giving back more than was paid is refused.
    """
    order = opened(desk, paid=True)
    paid = adapter(desk).query(order)
    adapter(desk).give_back(order, samples.refund(desk, order, 20_000), paid=paid)
    told = adapter(desk).give_back(order, samples.refund(desk, order, 20_000), paid=paid)
    must(told.state is RefundState.REJECTED, vi="vẫn được hoàn", en="it was given back")


@seen
@writes
@needs("refunds", "levers")
@requirement("payment.md §3.5")
def test_unpaid_order_gives_nothing_back(desk: Desk) -> None:
    """Giao dịch chưa trả thì không hoàn tiền.

    An order that was not paid gives nothing back.
    """
    order = opened(desk)
    unpaid = adapter(desk).query(order)
    told = adapter(desk).give_back(order, samples.refund(desk, order, 10_000), paid=unpaid)
    must(told.state is RefundState.REJECTED, vi="vẫn được hoàn", en="it was given back")
