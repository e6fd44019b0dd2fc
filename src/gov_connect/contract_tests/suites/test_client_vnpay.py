"""A client of VNPAY, version 2.1.0."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from gov_connect.contract_tests import judge
from gov_connect.contract_tests.marks import client_of, confirmed, requirement, seen
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.suites import every_client

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.judge import Heard, Traffic

pytestmark = client_of("vnpay/2.1.0")
_REFUSED = 400
_PAGE = "vpcpay.html"


def messages(traffic: Traffic, command: str = "") -> list[Heard]:
    """Messages to the web API."""
    return [item for item in traffic.heard if item.sent.get("vnp_Command") and command in item.sent["vnp_Command"]]


@confirmed
@requirement("payment.md §3.2")
@requirement("payment.md §3.3")
def test_pay_addresses_are_signed_and_whole(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Địa chỉ thanh toán ký đúng và đủ tham số.

    Pay addresses are rightly signed and have their parameters.
    """
    pages = [item for item in traffic.heard if item.request.path.endswith(_PAGE)]
    if not pages:
        skip("không mở trang thanh toán nào", "no pay page was opened")
    must(all(item.reply.status < _REFUSED for item in pages), vi="trang bị từ chối", en="a page was refused")


@confirmed
@requirement("payment.md §3.5")
def test_messages_are_signed_and_well_formed(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Truy vấn và hoàn tiền ký đúng, đủ trường.

    Queries and refunds are rightly signed and have their members.
    """
    if not messages(traffic):
        skip("không có truy vấn nào", "there is no message")
    judge.posts_json(messages(traffic))
    codes = sorted({str(item.told.get("vnp_ResponseCode")) for item in messages(traffic)} & {"02", "03", "97"})
    must(not codes, vi=f"bị trả mã {', '.join(codes)}", en=f"answered by {', '.join(codes)}")


@confirmed
@requirement("payment.md §3.5")
def test_request_ids_are_never_used_again(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Mỗi truy vấn có vnp_RequestId riêng.

    Every query has a vnp_RequestId of its own.
    """
    ids = [item.sent.get("vnp_RequestId") for item in messages(traffic, "querydr")]
    if not ids:
        skip("không có truy vấn nào", "there is no query")
    must(len(set(ids)) == len(ids), vi="mã yêu cầu bị dùng lại", en="a request id was used again")


@seen
@requirement("payment.md §3.5")
def test_doubtful_refund_is_not_asked_anew(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Chưa rõ kết quả hoàn tiền thì không yêu cầu hoàn lần nữa dưới mã khác.

    A refund of unknown outcome is not asked for again under another id.
    """
    refunds = messages(traffic, "refund")
    doubtful = [item.sent for item in refunds if item.doubtful]
    if not doubtful:
        skip("không có lần hoàn nào chưa rõ kết quả", "no refund was in doubt")
    for first in doubtful:
        ids = {
            item.sent.get("vnp_RequestId")
            for item in refunds
            if (item.sent.get("vnp_TxnRef"), item.sent.get("vnp_Amount"))
            == (first.get("vnp_TxnRef"), first.get("vnp_Amount"))
        }
        must(len(ids) == 1, vi="yêu cầu hoàn lần thứ hai", en="a second refund was asked for")


test_no_person_stands_in_an_address = every_client.test_no_person_stands_in_an_address
