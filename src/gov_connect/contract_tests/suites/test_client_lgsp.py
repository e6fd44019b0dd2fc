"""A client of a provincial bus: the token, and the calls under it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from gov_connect.contract_tests import judge
from gov_connect.contract_tests.marks import client_of, confirmed, requirement, seen
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.suites import every_client

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.judge import Traffic

pytestmark = client_of("lgsp/wso2")
_SECTION = "residents.md §5.4"
_TOKEN = "/token"  # noqa: S105 - a path
_UNAUTHORISED, _NOT_FOUND = 401, 404
_FORM = "application/x-www-form-urlencoded"


@seen
@requirement(_SECTION)
def test_token_is_asked_for_by_a_form(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Xin mã truy cập bằng biểu mẫu client_credentials, khóa đúng.

    A token is asked for by a form of client_credentials, with the right keys.
    """
    asked = traffic.to(_TOKEN)
    if not asked:
        skip("không xin mã truy cập", "no token was asked for")
    for item in asked:
        kind = item.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        must(kind == _FORM, vi="sai Content-Type", en="another Content-Type")
        right = b"grant_type=client_credentials" in item.request.body and item.reply.status != _UNAUTHORISED
        must(right, vi="sai biểu mẫu hoặc sai khóa", en="another form, or wrong keys")


@seen
@requirement(_SECTION)
def test_token_is_used_again(traffic: Traffic) -> None:
    """Một mã truy cập dùng cho nhiều lời gọi; bị từ chối mới xin lại.

    One token serves many calls; another is asked for only after a refusal.
    """
    calls = traffic.but(_TOKEN)
    must(calls, vi="không có lời gọi nào", en="there is no call")
    refused = sum(item.reply.status == _UNAUTHORISED for item in calls)
    judge.opens_few_sessions(len(traffic.to(_TOKEN)) - refused, len(calls))


@confirmed
@requirement(_SECTION)
def test_every_call_carries_the_token(traffic: Traffic) -> None:
    """Mọi lời gọi mang mã truy cập, và chỉ mã đó.

    Every call carries the token, and no consumer key.
    """
    bearing = all(
        item.request.headers.get("authorization", "").lower().startswith("bearer ") for item in traffic.but(_TOKEN)
    )
    must(bearing, vi="lời gọi không mang mã truy cập", en="a call without the token, or with the keys themselves")


@seen
@requirement(_SECTION)
def test_refused_token_is_not_used_again(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Mã truy cập đã bị từ chối thì không dùng nữa.

    A token that was refused is not used again.
    """
    refused: set[str] = set()
    for item in traffic.but(_TOKEN):
        token = item.request.headers.get("authorization", "")
        must(token not in refused, vi="dùng lại mã đã bị từ chối", en="a refused token was used again")
        if item.reply.status == _UNAUTHORISED:
            refused.add(token)
    if not refused:
        skip("không mã nào bị từ chối", "no token was refused")


@seen
@requirement(_SECTION)
def test_addresses_are_known(traffic: Traffic) -> None:
    """Mọi địa chỉ gọi đều có trên trục.

    The bus knows every address that is called.
    """
    unknown = [item for item in traffic.heard if item.reply.status == _NOT_FOUND]
    must(not unknown, vi="địa chỉ không có trên trục", en="an address that the bus does not know")


test_no_person_stands_in_an_address = every_client.test_no_person_stands_in_an_address
