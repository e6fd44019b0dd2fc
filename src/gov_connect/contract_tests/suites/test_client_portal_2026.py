"""A client of the national portal, generation 2026."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from gov_connect.contract_tests import judge
from gov_connect.contract_tests.marks import client_of, requirement, seen
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.suites import every_client

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.judge import Heard, Traffic

pytestmark = client_of("portal/2026")
_BAD_REQUEST = 400


def to(traffic: Traffic, place: str) -> list[Heard]:
    """Calls of one of the six paths."""
    return [item for item in traffic.heard if item.request.path.endswith(f"/{place}")]


@seen
@requirement("national_portal.md §2.10")
def test_token_is_used_again(traffic: Traffic) -> None:
    """Một mã truy cập dùng cho nhiều lời gọi.

    One token serves many calls.
    """
    must(traffic.heard, vi="không có lời gọi nào", en="there is no call")
    tokens = to(traffic, "token")
    judge.opens_few_sessions(len(tokens), len(traffic.heard) - len(tokens))


@seen
@requirement("national_portal.md §2.10")
def test_messages_are_well_formed(traffic: Traffic) -> None:
    """Không thông điệp nào bị trả lỗi 400.

    No message is answered by 400.
    """
    wrong = [item for item in traffic.heard if item.reply.status == _BAD_REQUEST]
    places = sorted({item.request.path for item in wrong})
    must(not wrong, vi=f"bị trả 400: {', '.join(places)}", en=f"answered by 400: {', '.join(places)}")


@seen
@requirement("national_portal.md §2.10")
def test_doubtful_creation_is_not_repeated(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Chưa rõ kết quả tạo hồ sơ thì không tự gửi lại.

    A creation of unknown outcome is not sent again on its own.
    """
    made = to(traffic, "dossier")
    doubtful = [item.sent.get("MaHoSo") for item in made if item.doubtful]
    if not doubtful:
        skip("không có lần gửi nào chưa rõ kết quả", "no outcome was in doubt")
    sent = [item.sent.get("MaHoSo") for item in made]
    must(all(sent.count(code) == 1 for code in doubtful), vi="đã gửi lại", en="it was sent again")


test_no_person_stands_in_an_address = every_client.test_no_person_stands_in_an_address
