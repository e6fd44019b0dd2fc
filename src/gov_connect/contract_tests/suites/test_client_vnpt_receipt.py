"""A client of VNPT's e-receipts."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, NoReturn

from gov_connect.contract_tests import judge
from gov_connect.contract_tests.marks import client_of, confirmed, requirement, seen
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.suites import every_client

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.judge import Heard, Traffic

pytestmark = client_of("vnpt_receipt/1")
_SECTION = "payment.md §6.4"
_PUBLISH = b"ImportAndPublishInv>"
_FAULT = 400
_KEY = re.compile(r"<key>([^<]*)</key>")
_ERROR = re.compile(r"Result>(ERR:\d+)")


def published(traffic: Traffic) -> list[tuple[Heard, list[str], str]]:
    """Batches that were sent: their keys, and the content without them."""
    found: list[tuple[Heard, list[str], str]] = []
    for item in traffic.heard:
        if _PUBLISH in item.request.body:
            text = html.unescape(item.request.body.decode("utf-8", "replace"))
            keys = _KEY.findall(text)
            for key in filter(None, keys):  # it may stand in other tags too
                text = text.replace(key, "")
            found.append((item, keys, text))
    return found


def errors(traffic: Traffic) -> set[str]:
    """Error texts of the answers."""
    return {code for item in traffic.heard for code in _ERROR.findall(item.reply.body.decode("utf-8", "replace"))}


@confirmed
@requirement(_SECTION)
def test_messages_are_soap_as_the_services_want(traffic: Traffic) -> None:
    """Thông điệp SOAP đúng dịch vụ, đúng SOAPAction, đủ tham số theo thứ tự.

    Messages are SOAP of the right service and SOAPAction, with the parameters in order.
    """
    must(traffic.heard, vi="không có lời gọi nào", en="there is no call")
    wrong = sorted({item.reply.status for item in traffic.heard if not item.doubtful and item.reply.status >= _FAULT})
    must(not wrong, vi=f"bị trả {wrong}", en=f"answered by {wrong}")


@confirmed
@requirement(_SECTION)
def test_receipts_are_well_formed(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Đăng nhập đúng, dữ liệu đủ thẻ, đúng tổng, đúng mẫu số và ký hiệu.

    Logins, tags, sums and symbols of receipts are right.
    """
    if not published(traffic):
        skip("không phát hành biên lai nào", "no receipt was issued")
    wrong = sorted(errors(traffic) & {"ERR:1", "ERR:3", "ERR:20"})
    must(not wrong, vi=f"bị trả {', '.join(wrong)}", en=f"answered by {', '.join(wrong)}")


@confirmed
@requirement(_SECTION)
def test_key_keeps_its_content(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Một khóa chỉ đi với một nội dung.

    A key always carries the same content.
    """
    sent = published(traffic)
    if not sent:
        skip("không phát hành biên lai nào", "no receipt was issued")
    contents: dict[str, set[str]] = {}
    for _, keys, content in sent:
        for key in keys:
            contents.setdefault(key, set()).add(content)
    must(all(len(each) == 1 for each in contents.values()), vi="một khóa, hai nội dung", en="one key, two contents")


@confirmed
@requirement(_SECTION)
def test_doubtful_receipt_keeps_its_key(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Chưa rõ kết quả phát hành thì chỉ gửi lại dưới đúng khóa cũ.

    A receipt of unknown outcome is sent again under its own key only.
    """
    sent = published(traffic)
    doubtful = [(keys, content) for item, keys, content in sent if item.doubtful]
    if not doubtful:
        skip("không có lần phát hành nào chưa rõ kết quả", "no outcome was in doubt")
    for keys, content in doubtful:
        others = [other for _, other, same in sent if same == content and other != keys]
        must(not others, vi="phát hành lần hai dưới khóa khác", en="it was issued again under another key")


@confirmed
@requirement(_SECTION)
def test_paid_receipt_is_cancelled_in_two_steps(traffic: Traffic) -> None:
    """Hủy biên lai đã thu thì bỏ xác nhận thanh toán trước.

    A paid receipt is cancelled after its payment was taken back.
    """
    must("ERR:9" not in errors(traffic), vi="hủy khi chưa bỏ xác nhận", en="cancelled before it was unpaid")


@seen
@requirement(_SECTION)
def test_keys_hold_no_person(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Khóa biên lai không chứa số giấy tờ, dài không quá 100.

    Keys hold no personal number and are at most 100 long.
    """
    keys = [key for _, each, _ in published(traffic) for key in each]
    if not keys:
        skip("không phát hành biên lai nào", "no receipt was issued")
    good = all(len(key) <= 100 and not judge.PERSON.search(key) for key in keys)  # noqa: PLR2004 - the wire's
    must(good, vi="khóa chứa số giấy tờ hoặc quá dài", en="a key holds a personal number, or is too long")


test_no_person_stands_in_an_address = every_client.test_no_person_stands_in_an_address
