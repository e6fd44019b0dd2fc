"""A client of an X-Road security server."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, NoReturn

from gov_connect.contract_tests import judge
from gov_connect.contract_tests.marks import client_of, confirmed, requirement
from gov_connect.contract_tests.must import must

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.judge import Heard, Traffic

pytestmark = client_of("xroad/r1")
_SECTION = "residents.md §5.2"
_USER = re.compile(r"[A-Z]{2}\S+")


def messages(traffic: Traffic) -> list[Heard]:
    """Calls of the REST protocol."""
    found = [item for item in traffic.heard if item.request.path.startswith("/r1/")]
    must(found, vi="không có lời gọi nào theo giao thức r1", en="there is no call of r1")
    return found


@confirmed
@requirement(_SECTION)
def test_messages_name_client_and_service(traffic: Traffic) -> None:
    """Mọi thông điệp nêu đúng bên gọi và dịch vụ.

    Every message names its client and a service rightly.
    """
    kinds = sorted({item.reply.headers.get("x-road-error", "") for item in messages(traffic)} - {""})
    must(not kinds, vi=f"máy chủ báo {', '.join(kinds)}", en=f"the server says {', '.join(kinds)}")


@confirmed
@requirement(_SECTION)
def test_message_ids_are_uuids_of_their_own(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """X-Road-Id là UUID, không dùng lại cho thông điệp khác.

    An X-Road-Id is a UUID and stands for one message.
    """
    sent = [(item.request.headers.get("x-road-id", ""), item.request.body) for item in messages(traffic)]
    sent = [(name, body) for name, body in sent if name]
    if not sent:
        skip("không đặt X-Road-Id", "no X-Road-Id was given")
    bodies: dict[str, bytes] = {}
    for name, body in sent:
        must(_is_uuid(name), vi="X-Road-Id không phải UUID", en="an X-Road-Id is no UUID")
        must(bodies.setdefault(name, body) == body, vi="X-Road-Id bị dùng lại", en="an X-Road-Id was used again")


@confirmed
@requirement(_SECTION)
def test_user_begins_with_a_country(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """X-Road-UserId bắt đầu bằng mã nước.

    An X-Road-UserId begins with a country code.
    """
    users = {item.request.headers.get("x-road-userid", "") for item in messages(traffic)} - {""}
    if not users:
        skip("không nêu cán bộ", "no officer is named")
    must(all(_USER.fullmatch(user) for user in users), vi="thiếu mã nước", en="the country code is missing")


@confirmed
@requirement(_SECTION)
def test_headers_of_the_server_are_left_to_it(traffic: Traffic) -> None:
    """Không tự đặt X-Road-Request-Hash, X-Road-Request-Id.

    X-Road-Request-Hash and X-Road-Request-Id are left to the server.
    """
    own = {"x-road-request-hash", "x-road-request-id"}
    must(
        not any(own & item.request.headers.keys() for item in messages(traffic)),
        vi="tự đặt tiêu đề của máy chủ",
        en="a header of the server was sent",
    )


@confirmed
@requirement("residents.md §8")
def test_no_person_stands_in_an_address(traffic: Traffic) -> None:
    """Địa chỉ và tiêu đề X-Road không chứa số giấy tờ của người dân.

    No address, and no header of X-Road, holds a personal number.
    """
    judge.keeps_people_out_of_addresses(traffic)
    headers = [
        item.request.headers.get(name, "") for item in traffic.heard for name in ("x-road-issue", "x-road-userid")
    ]
    must(not any(judge.PERSON.search(text) for text in headers), vi="nằm trong tiêu đề", en="it stands in a header")


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
