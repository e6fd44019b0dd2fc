"""A client of VNPT SmartCA, protocol sp769."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NoReturn

from gov_connect.contract_tests import judge
from gov_connect.contract_tests.marks import client_of, confirmed, requirement, seen
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.suites import every_client

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.judge import Heard, Traffic

pytestmark = client_of("smartca/sp769")
_SECTION = "signature.md §1.4"
_SIGN, _STATUS, _PHONE = "signatures/sign", "/status", "/phone/"
_HASH = re.compile(r"[0-9a-fA-F]{64}")
_MOST_QUESTIONS = 24


def messages(traffic: Traffic) -> list[Heard]:
    """Messages of the client; clicks on a phone are none."""
    return [item for item in traffic.heard if not item.request.path.startswith(_PHONE)]


def asked(item: Heard) -> tuple[str, ...]:
    """What a request wants to have signed."""
    return tuple(str(one.get("data_to_be_signed")) for one in item.sent.get("sign_files") or ())


@confirmed
@requirement(_SECTION)
def test_every_call_is_posted_as_json(traffic: Traffic) -> None:
    """Mọi lời gọi là POST JSON UTF-8.

    Every call is posted as JSON in UTF-8.
    """
    must(messages(traffic), vi="không có lời gọi nào", en="there is no call")
    judge.posts_json([item for item in messages(traffic) if not item.request.path.endswith(_STATUS)])


@confirmed
@requirement(_SECTION)
def test_messages_are_well_formed(traffic: Traffic) -> None:
    """Đúng tài khoản, đủ trường; không thông điệp nào bị trả mã 400 hoặc 401.

    Account and members are right: no message but a question is answered by code 400 or 401.
    """
    calls = [item for item in messages(traffic) if not item.request.path.endswith(_STATUS)]
    codes = sorted({str(item.told.get("status_code")) for item in calls} & {"400", "401"})
    must(not codes, vi=f"bị trả mã {', '.join(codes)}", en=f"answered by {', '.join(codes)}")


@confirmed
@requirement(_SECTION)
def test_only_hashes_leave_the_agency(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Chỉ gửi băm SHA-256, không gửi tệp.

    Only SHA-256 hashes are sent, never a file.
    """
    sent = traffic.to(_SIGN)
    if not sent:
        skip("không yêu cầu ký", "nothing was to be signed")
    files = [one for item in sent for one in item.sent.get("sign_files") or ()]
    good = all(one.get("sign_type") == "hash" for one in files) and all(
        _HASH.fullmatch(data) for item in sent for data in asked(item)
    )
    must(good, vi="gửi tệp hoặc băm khác", en="a file, or another hash, was sent")


@confirmed
@requirement(_SECTION)
def test_transaction_keeps_its_content(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Một mã giao dịch chỉ đi với một bộ băm.

    A transaction id always carries the same hashes.
    """
    sent = traffic.to(_SIGN)
    if not sent:
        skip("không yêu cầu ký", "nothing was to be signed")
    first: dict[str, tuple[str, ...]] = {}
    for item in sent:
        same = first.setdefault(str(item.sent.get("transaction_id")), asked(item)) == asked(item)
        must(same, vi="một giao dịch, hai nội dung", en="one transaction, two contents")


@confirmed
@requirement(_SECTION)
def test_doubtful_request_is_looked_up_first(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Chưa rõ yêu cầu ký đã tới chưa thì hỏi trạng thái trước, không gửi lại mù.

    After a request of unknown outcome it asks about it before it sends the same hashes again.
    """
    looked = judge.asks_before_repeating(
        traffic,
        is_write=lambda item: item.request.path.endswith(_SIGN),
        subject=asked,
        asks_about=lambda item, first: (
            item.request.path.endswith(_STATUS) and str(first.sent.get("transaction_id")) in item.request.path
        ),
    )
    if looked is None:
        skip("không có yêu cầu nào chưa rõ kết quả", "no outcome was in doubt")
    must(looked, vi="gửi lại mà không hỏi trạng thái", en="it was sent again without asking")


@seen
@requirement(_SECTION)
def test_it_does_not_ask_for_ever(traffic: Traffic) -> None:
    """Mỗi giao dịch hỏi trạng thái không quá 24 lần.

    A transaction is asked about at most 24 times.
    """
    times = Counter(item.request.path for item in traffic.to(_STATUS))
    must(all(count <= _MOST_QUESTIONS for count in times.values()), vi="hỏi quá 24 lần", en="asked more than 24 times")


test_no_person_stands_in_an_address = every_client.test_no_person_stands_in_an_address
