"""A client of the civil registry, generation G3: new dossiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from gov_connect.contract_tests import judge
from gov_connect.contract_tests.marks import client_of, requirement, seen
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.suites import every_client, every_registry_client
from gov_connect.contract_tests.suites.every_registry_client import TOKEN, are_taken

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.judge import Traffic

pytestmark = client_of("civil_registry/G3")
_REGISTER, _SYNC = "/nhanHoSo", "/dongBoHoSo"
_FAILURE = 500


@seen
@requirement("civil_registry.md §1.7")
def test_every_call_is_posted_as_json(traffic: Traffic) -> None:
    """Mọi lời gọi là POST JSON UTF-8.

    Every call is posted as JSON in UTF-8.
    """
    judge.posts_json(traffic.but(TOKEN))


@seen
@requirement("civil_registry.md §1.7")
def test_dossiers_are_well_formed(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Hồ sơ đủ trường, đúng kiểu, đúng danh mục.

    Dossiers have their fields, types and codes.
    """
    sent = traffic.to(_REGISTER)
    if not sent:
        skip("không gửi hồ sơ nào", "no dossier was sent")
    are_taken(str(item.told.get("errors") or "") for item in sent if item.reply.status == _FAILURE)


@seen
@requirement("civil_registry.md §1.7")
def test_doubtful_dossier_is_looked_up_first(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Chưa rõ kết quả gửi hồ sơ thì đồng bộ trước, không gửi lại mù.

    After a dossier of unknown outcome it synchronises before it sends again.
    """
    asked = judge.asks_before_repeating(
        traffic,
        is_write=lambda item: item.request.path.endswith(_REGISTER),
        subject=lambda item: item.sent.get("maHoSoMCDT"),
        asks_about=lambda item, first: (
            item.request.path.endswith(_SYNC) and item.sent.get("code") == first.sent.get("maHoSoMCDT")
        ),
    )
    if asked is None:
        skip("không có lần gửi nào chưa rõ kết quả", "no outcome was in doubt")
    must(asked, vi="gửi lại mà không đồng bộ", en="it was sent again without synchronising")


test_no_person_stands_in_an_address = every_client.test_no_person_stands_in_an_address
test_token_is_used_again = every_registry_client.test_token_is_used_again
