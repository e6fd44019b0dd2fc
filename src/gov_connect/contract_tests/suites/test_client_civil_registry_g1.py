"""A client of the civil registry, generation G1."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from gov_connect.contract_tests import judge
from gov_connect.contract_tests.marks import client_of, confirmed, requirement, seen
from gov_connect.contract_tests.must import must

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.judge import Heard, Traffic

pytestmark = client_of("civil_registry/G1")
_REGISTER, _STATE = "dangKyHoTich", "traTrangThaiHoSo"


def calls(traffic: Traffic, service: str = "") -> list[Heard]:
    """Calls of a service, or of all but the token."""
    services = [item for item in traffic.heard if not item.request.path.endswith("/token")]
    return [item for item in services if item.request.path.endswith(service)]


@confirmed
@requirement("civil_registry.md §1.3")
def test_every_call_is_posted_as_json(traffic: Traffic) -> None:
    """Mọi lời gọi là POST JSON UTF-8.

    Every call is posted as JSON in UTF-8.
    """
    must(calls(traffic), vi="không có lời gọi nào", en="there is no call")
    judge.posts_json(calls(traffic))


@seen
@requirement("civil_registry.md §1.2")
def test_token_is_used_again(traffic: Traffic) -> None:
    """Một mã truy cập dùng cho nhiều lời gọi.

    One token serves many calls.
    """
    judge.opens_few_sessions(len(traffic.heard) - len(calls(traffic)), len(calls(traffic)))


@confirmed
@requirement("civil_registry.md §2.2")
def test_registrations_are_well_formed(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Dữ liệu đăng ký đủ trường, đúng kiểu, đúng danh mục.

    Registrations have their fields, types and codes.
    """
    sent = calls(traffic, _REGISTER)
    if not sent:
        skip("không gửi đăng ký nào", "no registration was sent")
    names = sorted(
        {str(item.told.get("message"))[:60] for item in sent if str(item.told.get("code")) in {"500", "106"}}
    )
    names = [name for name in names if "đã được tiếp nhận" not in name]
    must(not names, vi=f"bị từ chối: {'; '.join(names)}", en=f"refused: {'; '.join(names)}")


@seen
@requirement("civil_registry.md §1.3")
def test_doubtful_registration_is_looked_up_first(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Chưa rõ kết quả đăng ký thì hỏi trạng thái trước, không gửi lại mù.

    After a registration of unknown outcome it asks for the state before it sends again.
    """
    heard = calls(traffic)
    place = next((n for n, item in enumerate(heard) if item.request.path.endswith(_REGISTER) and item.doubtful), None)
    if place is None:
        skip("không có lần gửi nào chưa rõ kết quả", "no outcome was in doubt")
    code = heard[place].sent.get("maHoSo")
    for item in heard[place + 1 :]:
        if item.sent.get("maHoSo") != code:
            continue
        if item.request.path.endswith(_STATE):
            return
        must(
            not item.request.path.endswith(_REGISTER),
            vi="gửi lại mà không hỏi trạng thái",
            en="it was sent again without asking for the state",
        )


@seen
@requirement("civil_registry.md §1.3")
def test_child_is_registered_under_one_dossier(traffic: Traffic) -> None:
    """Một trẻ không bị đăng ký dưới hai mã hồ sơ.

    No child is registered under two dossier numbers.
    """
    must(not traffic.mock.state()["duplicates"], vi="một trẻ có hai đăng ký", en="a child has two registrations")


@confirmed
@requirement("residents.md §8")
def test_no_person_stands_in_an_address(traffic: Traffic) -> None:
    """Địa chỉ gọi không chứa số giấy tờ của người dân.

    No address holds a personal number.
    """
    judge.keeps_people_out_of_addresses(traffic)
