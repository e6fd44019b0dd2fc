"""A client of Viettel MySign."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, NoReturn

from gov_connect.contract_tests import judge
from gov_connect.contract_tests.marks import client_of, confirmed, requirement
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.suites import every_client

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.judge import Heard, Traffic

pytestmark = client_of("mysign/1.9")
_SECTION = "signature.md §1.6"
_LOGIN, _SIGN, _PHONE = "/login", "/signHash", "/phone/"
_PLAIN = re.compile(rb"[A-Za-z0-9_\- ]{0,99}")
_REFUSED = 400
_HASH_BYTES = 32


def messages(traffic: Traffic) -> list[Heard]:
    """Messages of the client; clicks on a phone are none."""
    return [item for item in traffic.heard if not item.request.path.startswith(_PHONE)]


def hashes(item: Heard) -> tuple[str, ...]:
    """What a request wants to have signed."""
    return tuple(str(one) for one in item.sent.get("hash") or ())


@confirmed
@requirement(_SECTION)
def test_every_call_is_posted_as_json(traffic: Traffic) -> None:
    """Mọi lời gọi là POST JSON UTF-8.

    Every call is posted as JSON in UTF-8.
    """
    must(messages(traffic), vi="không có lời gọi nào", en="there is no call")
    judge.posts_json(messages(traffic))


@confirmed
@requirement(_SECTION)
def test_token_is_used_again(traffic: Traffic) -> None:
    """Một mã truy cập của người ký dùng cho nhiều lời gọi.

    A signer's token serves many calls.
    """
    users = {str(item.sent.get("user_id")) for item in traffic.to(_LOGIN)}
    logins, calls = len(traffic.to(_LOGIN)), len(messages(traffic))
    judge.opens_few_sessions(logins - max(0, len(users) - 1), calls - logins)


@confirmed
@requirement(_SECTION)
def test_messages_are_well_formed(traffic: Traffic) -> None:
    """Đúng tài khoản, đủ trường; không thông điệp nào bị trả lỗi.

    Accounts and members are right: no message is answered by an error.
    """
    wrong = [item for item in messages(traffic) if not item.doubtful and item.reply.status >= _REFUSED]
    codes = sorted({str(item.told.get("error")) for item in wrong})
    must(not wrong, vi=f"bị trả lỗi {', '.join(codes)}", en=f"answered by {', '.join(codes)}")


@confirmed
@requirement(_SECTION)
def test_only_hashes_leave_the_agency(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Chỉ gửi băm SHA-256, không gửi tệp.

    Only SHA-256 hashes are sent, never a file.
    """
    sent = traffic.to(_SIGN)
    if not sent:
        skip("không yêu cầu ký", "nothing was to be signed")
    good = all(len(_decoded(one)) == _HASH_BYTES for item in sent for one in hashes(item))
    must(good, vi="không phải băm SHA-256", en="what is to be signed is no SHA-256")


@confirmed
@requirement(_SECTION)
def test_names_are_plain(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Tên tài liệu và mô tả là chữ không dấu, dưới 100 ký tự, mã hóa base64.

    Names of documents and descriptions are plain letters, fewer than 100, in base64.
    """
    sent = traffic.to(_SIGN)
    if not sent:
        skip("không yêu cầu ký", "nothing was to be signed")
    texts = [one.get("document_name") for item in sent for one in item.sent.get("documents") or ()]
    texts += [item.sent.get("description") or "" for item in sent]
    must(all(_PLAIN.fullmatch(_decoded(text)) for text in texts), vi="có dấu hoặc quá dài", en="it is not plain")


@confirmed
@requirement(_SECTION)
def test_doubtful_request_is_not_repeated(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Chưa rõ yêu cầu ký đã tới chưa thì không tự gửi lại: không có cách nào hỏi.

    A request of unknown outcome is not sent again on its own: there is no way to ask about it.
    """
    sent = traffic.to(_SIGN)
    doubtful = [hashes(item) for item in sent if item.doubtful]
    if not doubtful:
        skip("không có yêu cầu nào chưa rõ kết quả", "no outcome was in doubt")
    every = [hashes(item) for item in sent]
    must(all(every.count(one) == 1 for one in doubtful), vi="gửi lại yêu cầu ký", en="it was sent again")


def _decoded(value: object) -> bytes:
    try:
        return base64.b64decode(str(value or ""), validate=True)
    except (binascii.Error, ValueError):
        return b"\xff"


test_no_person_stands_in_an_address = every_client.test_no_person_stands_in_an_address
