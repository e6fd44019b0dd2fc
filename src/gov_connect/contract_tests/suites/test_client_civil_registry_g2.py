"""A client of the civil registry, generation G2: interlinked dossiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from gov_connect.contract_tests import judge
from gov_connect.contract_tests.marks import client_of, confirmed, requirement
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.suites import every_client, every_registry_client
from gov_connect.contract_tests.suites.every_registry_client import TOKEN, are_taken
from gov_connect.transport import as_list

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.judge import Traffic

pytestmark = client_of("civil_registry/G2")
_REGISTER, _RESULTS = "nhanHoSoDKHT", "layKetQua"
_MOST_CODES = 3
_NUMBERS = ("maHoSoMCDT", "maHoSoLT")


@confirmed
@requirement("civil_registry.md §1.6")
def test_every_call_is_posted_as_json(traffic: Traffic) -> None:
    """Mọi lời gọi là POST JSON UTF-8.

    Every call is posted as JSON in UTF-8.
    """
    judge.posts_json(traffic.but(TOKEN))


@confirmed
@requirement("civil_registry.md §1.6")
@requirement("civil_registry.md §2.2")
def test_registrations_are_well_formed(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Hồ sơ đủ trường, đúng kiểu, đúng danh mục.

    Dossiers have their fields, types and codes.
    """
    sent = traffic.to(_REGISTER)
    if not sent:
        skip("không gửi hồ sơ nào", "no dossier was sent")
    are_taken(str(item.told.get("errorDescription") or "") for item in sent if not item.doubtful)


@confirmed
@requirement("civil_registry.md §1.6")
def test_at_most_three_codes_are_asked_for(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Mỗi lần hỏi kết quả không quá ba mã hồ sơ.

    Results are asked for by at most three codes a call.
    """
    asked = traffic.to(_RESULTS)
    if not asked:
        skip("không hỏi kết quả", "no results were asked for")
    counts = [len(as_list(item.sent.get("maDinhDanhHoSo"))) for item in asked]
    fits = all(0 < count <= _MOST_CODES for count in counts)
    must(fits, vi="hỏi quá ba mã", en="more than three codes, or no list")


@confirmed
@requirement("civil_registry.md §1.6")
def test_doubtful_dossier_keeps_its_numbers(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Chưa rõ kết quả gửi hồ sơ thì chỉ gửi lại dưới đúng mã cũ.

    A dossier of unknown outcome is sent again under its own numbers only, by which it is registered once.
    """
    sent = traffic.to(_REGISTER)
    doubtful = [item.sent for item in sent if item.doubtful]
    if not doubtful:
        skip("không có lần gửi nào chưa rõ kết quả", "no outcome was in doubt")
    for first in doubtful:
        same = [item.sent for item in sent if item.sent.get("data") == first.get("data")]
        kept = all(other.get(name) == first.get(name) for other in same for name in _NUMBERS)
        must(kept, vi="gửi lại dưới mã khác", en="it was sent again under another number")


test_no_person_stands_in_an_address = every_client.test_no_person_stands_in_an_address
test_token_is_used_again = every_registry_client.test_token_is_used_again
