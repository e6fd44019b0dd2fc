"""A client of the civil registry, generation G1."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from gov_connect.contract_tests import judge
from gov_connect.contract_tests.marks import client_of, confirmed, requirement, seen
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.suites import every_client, every_registry_client
from gov_connect.contract_tests.suites.every_registry_client import TOKEN, are_taken

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.judge import Traffic

pytestmark = client_of("civil_registry/G1")
_REGISTER, _STATE = "dangKyHoTich", "traTrangThaiHoSo"
_REFUSED = frozenset({"500", "106"})


@confirmed
@requirement("civil_registry.md §1.3")
def test_every_call_is_posted_as_json(traffic: Traffic) -> None:
    """Mọi lời gọi là POST JSON UTF-8.

    Every call is posted as JSON in UTF-8.
    """
    must(traffic.but(TOKEN), vi="không có lời gọi nào", en="there is no call")
    judge.posts_json(traffic.but(TOKEN))


@confirmed
@requirement("civil_registry.md §2.2")
def test_registrations_are_well_formed(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Dữ liệu đăng ký đủ trường, đúng kiểu, đúng danh mục.

    Registrations have their fields, types and codes.
    """
    sent = traffic.to(_REGISTER)
    if not sent:
        skip("không gửi đăng ký nào", "no registration was sent")
    are_taken(str(item.told.get("message")) for item in sent if str(item.told.get("code")) in _REFUSED)


@seen
@requirement("civil_registry.md §1.3")
def test_doubtful_registration_is_looked_up_first(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Chưa rõ kết quả đăng ký thì hỏi trạng thái trước, không gửi lại mù.

    After a registration of unknown outcome it asks for the state before it sends again.
    """
    heard = traffic.but(TOKEN)
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


test_no_person_stands_in_an_address = every_client.test_no_person_stands_in_an_address
test_token_is_used_again = every_registry_client.test_token_is_used_again
