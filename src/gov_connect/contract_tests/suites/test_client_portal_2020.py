"""A client of the national portal, generation 2020."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from gov_connect.contract_tests import judge
from gov_connect.contract_tests.marks import client_of, confirmed, requirement, seen
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.suites import every_client
from gov_connect.transport import as_list, as_object

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.judge import Heard, Traffic

pytestmark = client_of("portal/2020")
_PUT = "DongBoHoSoMC"
_MOST_STEPS = 10
_SUCCESS = ("0", "00")


def calls(traffic: Traffic, service: str = "") -> list[Heard]:
    """Calls of a service, or of all but the login."""
    return [item for item in traffic.heard if item.sent.get("service") and service in {"", item.sent["service"]}]


def rows(item: Heard) -> list[dict[str, Any]]:
    """The records of a call."""
    return [row for row in map(as_object, as_list(item.sent.get("data"))) if row is not None]


@confirmed
@requirement("national_portal.md §1.3")
def test_every_call_is_posted_as_json(traffic: Traffic) -> None:
    """Mọi lời gọi là POST JSON UTF-8.

    Every call is posted as JSON in UTF-8.
    """
    must(traffic.heard, vi="không có lời gọi nào", en="there is no call")
    judge.posts_json(traffic.heard)


@confirmed
@requirement("national_portal.md §1.3")
def test_every_call_has_its_envelope(traffic: Traffic) -> None:
    """Mọi lời gọi dịch vụ có session, madonvi, service.

    Every call of a service has session, madonvi, service.
    """
    for item in calls(traffic):
        lacking = [name for name in ("session", "madonvi") if not isinstance(item.sent.get(name), str)]
        must(not lacking, vi=f"thiếu {', '.join(lacking)}", en=f"{', '.join(lacking)} missing")


@seen
@requirement("national_portal.md §1.2")
def test_session_is_used_again(traffic: Traffic) -> None:
    """Một phiên dùng cho nhiều lời gọi.

    One session serves many calls.
    """
    logins = sum("password" in item.sent for item in traffic.heard)
    judge.opens_few_sessions(logins, len(calls(traffic)))


@confirmed
@requirement("national_portal.md §2.2")
def test_records_are_well_formed(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Hồ sơ gửi đi đủ trường, đúng kiểu, đúng danh mục.

    Records have their members, types and codes.
    """
    puts = calls(traffic, _PUT)
    if not puts:
        skip("không gửi hồ sơ nào", "no dossier was sent")
    refused = [item for item in puts if "không hợp lệ" in str(item.told.get("message", ""))]
    names = sorted({str(item.told["message"]).partition("không hợp lệ:")[2].strip()[:60] for item in refused})
    must(not refused, vi=f"bị từ chối: {'; '.join(names)}", en=f"refused: {'; '.join(names)}")


@confirmed
@requirement("national_portal.md §2.2")
def test_scalars_of_a_record_are_texts(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Mọi giá trị đơn của hồ sơ là chuỗi.

    Every scalar of a record is a text.
    """
    records = [row for item in calls(traffic, _PUT) for row in rows(item)]
    if not records:
        skip("không gửi hồ sơ nào", "no dossier was sent")
    wrong = sorted({name for row in records for name, value in row.items() if isinstance(value, (int, float))})
    must(not wrong, vi=f"không phải chuỗi: {', '.join(wrong)}", en=f"no texts: {', '.join(wrong)}")


@seen
@requirement("national_portal.md §2.2")
def test_doubtful_insert_is_looked_up_first(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Chưa rõ kết quả thêm mới thì tra cứu trước, không gửi lại mù.

    After an insert of unknown outcome it looks up before it sends again.
    """
    heard = calls(traffic)
    place = next((n for n, item in enumerate(heard) if item.sent["service"] == _PUT and item.doubtful), None)
    if place is None:
        skip("không có lần gửi nào chưa rõ kết quả", "no outcome was in doubt")
    code = rows(heard[place])[0].get("MaHoSo")
    for item in heard[place + 1 :]:
        if item.sent["service"] == "TraCuuHoSo" and item.sent.get("mahoso") == code:
            return
        again = item.sent["service"] == _PUT and any(row.get("MaHoSo") == code for row in rows(item))
        must(not again, vi="gửi lại mà không tra cứu", en="it was sent again without a look-up")


@seen
@requirement("national_portal.md §2.2")
def test_dossier_is_not_inserted_twice(traffic: Traffic) -> None:
    """Không thêm mới hai lần cùng một hồ sơ.

    No dossier is inserted twice.
    """
    inserted: set[Any] = set()
    for item in calls(traffic, _PUT):
        codes = {row.get("MaHoSo") for row in rows(item)} if item.sent.get("isUpdating") == "False" else set[Any]()
        must(not codes & inserted, vi="thêm mới lần thứ hai", en="it was inserted a second time")
        if str(item.told.get("error_code")) in _SUCCESS or item.doubtful:
            inserted |= codes


@seen
@requirement("national_portal.md §2.3")
def test_at_most_ten_steps_a_call(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Mỗi lần gửi không quá mười dòng tiến độ.

    At most ten steps go in one call.
    """
    reports = calls(traffic, "CapNhatTienDoHoSoMC")
    if not reports:
        skip("không gửi tiến độ nào", "no step was sent")
    must(all(len(rows(item)) <= _MOST_STEPS for item in reports), vi="quá mười dòng", en="more than ten rows")


test_no_person_stands_in_an_address = every_client.test_no_person_stands_in_an_address
