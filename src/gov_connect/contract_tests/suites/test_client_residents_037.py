"""A client of the national residents database, service 037."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gov_connect.contract_tests.marks import client_of, confirmed, requirement, seen
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.suites import every_client
from gov_connect.transport import Unreadable, parse_xml

if TYPE_CHECKING:
    from gov_connect.contract_tests.judge import Heard, Traffic

pytestmark = client_of("residents/037")
_UNAUTHORISED = 401
_FAULT = 500


def asked(traffic: Traffic) -> list[Heard]:
    """The questions; reading the contract is none."""
    found = [item for item in traffic.heard if item.request.method == "POST"]
    must(found, vi="không có yêu cầu nào", en="there is no request")
    return found


def text_of(item: Heard, name: str) -> str:
    """The text of an element of a request, "" when there is none."""
    try:
        root = parse_xml(item.request.body)
    except Unreadable:
        return ""
    return next((element.text or "" for element in root.iter() if str(element.tag).endswith(f"}}{name}")), "")


@confirmed
@requirement("residents.md §3")
def test_every_request_is_stamped_rightly(traffic: Traffic) -> None:
    """Mọi yêu cầu có mã băm và dấu thời gian đúng.

    Every request has a right hash and time stamp.
    """
    refused = [item for item in asked(traffic) if item.reply.status == _UNAUTHORISED]
    must(not refused, vi="bị trả 401", en="answered by 401")


@confirmed
@requirement("residents.md §2.3")
def test_requests_keep_order_and_lengths(traffic: Traffic) -> None:
    """Trường của yêu cầu đúng thứ tự, đúng độ dài.

    The elements of requests keep their order and lengths.
    """
    wrong = [item for item in asked(traffic) if item.reply.status == _FAULT and b"Invalid request" in item.reply.body]
    must(not wrong, vi="máy chủ báo yêu cầu sai", en="the server calls a request invalid")


@confirmed
@requirement("residents.md §2.3")
def test_request_ids_are_never_used_again(traffic: Traffic) -> None:
    """Mỗi yêu cầu có MaYeuCau riêng.

    Every request has a MaYeuCau of its own.
    """
    ids = [text_of(item, "MaYeuCau") for item in asked(traffic)]
    must(all(ids), vi="thiếu MaYeuCau", en="MaYeuCau is missing")
    must(len(set(ids)) == len(ids), vi="MaYeuCau bị dùng lại", en="a MaYeuCau was used again")


@confirmed
@requirement("residents.md §8")
def test_officer_and_purpose_are_told(traffic: Traffic) -> None:
    """Mọi yêu cầu nêu cán bộ và thủ tục.

    Every request names officer and procedure.
    """
    for name in ("MaCanBo", "MaDVC"):
        present = all(text_of(item, name).strip() for item in asked(traffic))
        must(present, vi=f"thiếu {name}", en=f"{name} is missing")


@seen
@requirement("residents.md §2.3")
def test_names_are_written_as_the_service_wants(traffic: Traffic) -> None:
    """Họ tên viết hoa, không dấu.

    Names are in capitals and without diacritics.
    """
    names = [text_of(item, "HoVaTen") for item in asked(traffic)]
    must(all(re.fullmatch(r"[A-Z0-9 ]+", name) for name in names), vi="còn dấu hoặc chữ thường", en="another form")


test_no_person_stands_in_an_address = every_client.test_no_person_stands_in_an_address
