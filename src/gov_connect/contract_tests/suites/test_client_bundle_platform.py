"""A client of the platform of interlinked dossiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from gov_connect.contract_tests import judge
from gov_connect.contract_tests.marks import client_of, requirement, seen
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.suites import every_client
from gov_connect.transport import as_object

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.judge import Traffic

pytestmark = client_of("bundle_platform/1")
_TOKEN, _TAKEN, _REPORT, _DETAIL = "token", "danhanhoso", "capnhattrangthai", "/hosolienthong/"
_REFUSED = frozenset((400, 401, 405, 415))


@seen
@requirement("civil_registry.md §1.2")
def test_token_is_used_again(traffic: Traffic) -> None:
    """Một mã truy cập dùng cho nhiều lời gọi.

    One token serves many calls.
    """
    must(traffic.but(_TOKEN), vi="không có lời gọi nào", en="there is no call")
    judge.opens_few_sessions(len(traffic.to(_TOKEN)), len(traffic.but(_TOKEN)))


@seen
@requirement("civil_registry.md §1.8")
def test_calls_have_their_methods_and_types(traffic: Traffic) -> None:
    """Đúng phương thức, đúng Content-Type, có mã truy cập.

    Calls have their methods, their content type and a token.
    """
    wrong = sorted({item.reply.status for item in traffic.heard} & _REFUSED)
    must(not wrong, vi=f"bị trả {wrong}", en=f"answered by {wrong}")


@seen
@requirement("civil_registry.md §1.8")
def test_only_what_was_fetched_is_acknowledged(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Chỉ báo đã nhận hồ sơ đã lấy được nội dung.

    Only a dossier whose content was fetched is acknowledged; else it would be lost.
    """
    fetched: set[str] = set()
    acknowledged = False
    for item in traffic.heard:
        if _DETAIL in item.request.path and not item.doubtful:
            fetched.add(str((as_object(item.told.get("data")) or {}).get("maHoSo")))
        if item.request.path.endswith(_TAKEN):
            acknowledged = True
            known = str(item.sent.get("maHoSo")) in fetched
            must(known, vi="báo đã nhận khi chưa lấy nội dung", en="acknowledged before its content was fetched")
    if not acknowledged:
        skip("không báo nhận hồ sơ nào", "nothing was acknowledged")


@seen
@requirement("civil_registry.md §1.8")
@requirement("civil_registry.md §5.1")
def test_reports_are_whole_and_in_order(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Báo trạng thái đủ trường và đúng thứ tự.

    Reports of status have their members and keep the order.
    """
    reports = [item for item in traffic.to(_REPORT) if not item.doubtful]
    if not reports:
        skip("không báo trạng thái nào", "no status was reported")
    wrong = [item for item in reports if "thành công" not in item.reply.body.decode("utf-8", "replace")]
    must(not wrong, vi=f"{len(wrong)} lần bị từ chối", en=f"{len(wrong)} were refused")


@seen
@requirement("civil_registry.md §5.2")
def test_status_that_was_refused_is_not_repeated(traffic: Traffic) -> None:
    """Trạng thái bị từ chối bằng lời thì không gửi lại y nguyên.

    A status that the text refuses, though HTTP says 200, is not sent again as it was.
    """
    refused: list[bytes] = []
    for item in traffic.to(_REPORT):
        must(item.request.body not in refused, vi="gửi lại y nguyên", en="it was sent again as it was")
        if not item.doubtful and "thành công" not in item.reply.body.decode("utf-8", "replace"):
            refused.append(item.request.body)


test_no_person_stands_in_an_address = every_client.test_no_person_stands_in_an_address
