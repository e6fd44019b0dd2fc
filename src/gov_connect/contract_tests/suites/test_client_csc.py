"""A client of the CSC API, version 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from gov_connect.contract_tests import judge
from gov_connect.contract_tests.marks import client_of, requirement, seen
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.suites import every_client

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.judge import Traffic

pytestmark = client_of("csc/1")
_SECTION = "signature.md §1.7"
_AUTHORISE, _SIGN = "credentials/authorize", "signatures/signHash"
_REFUSED = 400


@seen
@requirement(_SECTION)
def test_every_call_is_posted_as_json(traffic: Traffic) -> None:
    """Mọi lời gọi là POST JSON UTF-8.

    Every call is posted as JSON in UTF-8.
    """
    must(traffic.heard, vi="không có lời gọi nào", en="there is no call")
    judge.posts_json(traffic.heard)


@seen
@requirement(_SECTION)
def test_messages_are_well_formed(traffic: Traffic) -> None:
    """Đúng mã truy cập, đủ trường; không thông điệp nào bị trả lỗi.

    Token and members are right: no message is answered by an error.
    """
    wrong = [item for item in traffic.heard if not item.doubtful and item.reply.status >= _REFUSED]
    codes = sorted({str(item.told.get("error")) for item in wrong})
    must(not wrong, vi=f"bị trả lỗi {', '.join(codes)}", en=f"answered by {', '.join(codes)}")


@seen
@requirement(_SECTION)
def test_what_is_signed_was_authorised(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Ký đúng những băm đã xin phép, đúng số lượng.

    Exactly the hashes that were authorised are signed.
    """
    if not traffic.to(_SIGN):
        skip("không yêu cầu ký", "nothing was to be signed")
    granted = {str(item.told.get("SAD")): item.sent.get("hash") for item in traffic.to(_AUTHORISE)}
    for item in traffic.to(_SIGN):
        same = granted.get(str(item.sent.get("SAD"))) == item.sent.get("hash")
        must(same, vi="băm khác băm đã xin phép", en="other hashes than those that were authorised")


@seen
@requirement(_SECTION)
def test_authorisation_is_used_once(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Một lần cho phép chỉ dùng một lần, kể cả khi chưa rõ kết quả.

    An authorisation is used once, in doubt too.
    """
    used = [item.sent.get("SAD") for item in traffic.to(_SIGN)]
    if not used:
        skip("không yêu cầu ký", "nothing was to be signed")
    must(len(set(used)) == len(used), vi="dùng lại lần cho phép", en="an authorisation was used again")


test_no_person_stands_in_an_address = every_client.test_no_person_stands_in_an_address
