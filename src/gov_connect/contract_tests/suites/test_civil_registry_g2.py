"""The civil registry, generation G2: interlinked dossiers and their results."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.contract_tests import samples
from gov_connect.contract_tests.marks import confirmed, needs, requirement, seen, system_of, writes
from gov_connect.contract_tests.must import broken, must
from gov_connect.contract_tests.tap import members
from gov_connect.model import CivilEvent, DossierCode
from gov_connect.model.bundles import BundleState

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.desk import Desk
    from gov_connect.model import BirthRegistration
    from gov_connect.runtime import Reply

pytestmark = system_of("civil_registry/G2")
_REGISTER, _RESULTS = "nhanHoSoDKHT", "LayKetQua"


def registered(desk: Desk) -> BirthRegistration:
    """An interlinked birth that the registry has accepted."""
    birth = samples.bundle_birth(desk)
    desk.gov.civil_registry.submit(birth)
    return birth


def refused(reply: Reply) -> bool:
    """Whether an answer says no; a list of results that is empty tells nothing either."""
    answer = members(reply)
    return reply.status >= 400 or str(answer.get("status")) != "1"  # noqa: PLR2004 - HTTP


def renewed(desk: Desk, **changes: object) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The message under a new dossier number, changed; None leaves a member out."""

    def edit(message: dict[str, Any]) -> dict[str, Any]:
        made = {**message, "maHoSoMCDT": desk.dossier_code(), **changes}
        return {name: value for name, value in made.items() if value is not None}

    return edit


@confirmed
@requirement("civil_registry.md §1.2")
@requirement("civil_registry.md §1.6")
def test_foreign_token_is_refused(desk: Desk) -> None:
    """Mã truy cập lạ thì không được trả lời kết quả.

    A foreign token is given no results.
    """
    desk.gov.civil_registry.bundle_results(CivilEvent.BIRTH, (DossierCode(desk.dossier_code()),))
    reply = desk.tap.again(desk.tap.last(_RESULTS), headers={"Authorization": "Bearer ma-la"})
    must(reply.status == 401 or refused(reply), vi="mã lạ vẫn được trả lời", en="a foreign token was answered")  # noqa: PLR2004 - HTTP


@seen
@requirement("civil_registry.md §1.6")
def test_unknown_dossier_has_no_result(desk: Desk) -> None:
    """Hồ sơ chưa gửi thì không có kết quả.

    A dossier that was never sent has no result.
    """
    wanted = DossierCode(desk.dossier_code())
    rows = desk.gov.civil_registry.bundle_results(CivilEvent.BIRTH, (wanted,))
    known = [row for row in rows if row.dossier == wanted and row.state is not BundleState.UNKNOWN]
    must(not known, vi="hồ sơ lạ có kết quả", en="an unknown dossier has a result")


@confirmed
@writes
@requirement("civil_registry.md §1.6")
@requirement("civil_registry.md §2.2")
def test_birth_is_accepted_and_has_a_row(desk: Desk) -> None:
    """Hồ sơ liên thông khai sinh hợp lệ được nhận và tra được.

    A right interlinked birth is accepted and has a row.
    """
    birth = registered(desk)
    rows = desk.gov.civil_registry.bundle_results(CivilEvent.BIRTH, (birth.dossier,))
    must([row.dossier for row in rows] == [birth.dossier], vi="nhận mà không tra được", en="it has no row")
    must(rows[0].bundle == birth.bundle, vi="mã liên thông khác", en="the national code is another")


@confirmed
@writes
@requirement("civil_registry.md §1.6")
def test_same_dossier_is_registered_once(desk: Desk) -> None:
    """Gửi lại cùng một hồ sơ thì không đăng ký lần thứ hai, và nói hồ sơ nào.

    The same dossier again makes no second registration, and says which.
    """
    birth = registered(desk)
    reply = desk.tap.again(desk.tap.last(_REGISTER))
    must(refused(reply), vi="nhận lần thứ hai như mới", en="the second was taken as new")
    said = str(birth.dossier) in reply.body.decode("utf-8", "replace")
    must(said, vi="không nói hồ sơ nào", en="it names no dossier")


@confirmed
@writes
@requirement("civil_registry.md §2.2")
@pytest.mark.parametrize("name", ["nksHoTen", "nksNgaySinh", "nksGioiTinh", "nycHoTen"])
def test_birth_without_a_required_field_is_refused(desk: Desk, name: str) -> None:
    """Thiếu họ tên, ngày sinh, giới tính của trẻ hoặc người yêu cầu thì bị từ chối.

    A birth without name, date or sex of the child, or without requester, is refused.
    """
    registered(desk)

    def edit(message: dict[str, Any]) -> dict[str, Any]:
        data = json.loads(message["data"])
        return renewed(desk, data=json.dumps({**data, name: ""}, ensure_ascii=False))(message)

    must(refused(desk.tap.again(desk.tap.last(_REGISTER), body=edit)), vi=f"vẫn nhận khi thiếu {name}", en="accepted")


@seen
@writes
@requirement("civil_registry.md §1.6")
def test_message_without_dossier_number_is_refused(desk: Desk) -> None:
    """Thông điệp thiếu mã hồ sơ thì bị từ chối.

    A message without a dossier number is refused.
    """
    registered(desk)
    edit = renewed(desk, maHoSoMCDT=None)
    must(refused(desk.tap.again(desk.tap.last(_REGISTER), body=edit)), vi="vẫn được nhận", en="it was accepted")


@seen
@writes
@requirement("civil_registry.md §1.6")
def test_results_are_of_the_module_that_is_asked_for(desk: Desk) -> None:
    """Hỏi khai tử thì không được trả lời khai sinh.

    Who asks for deaths is told of no births.
    """
    birth = registered(desk)
    desk.gov.civil_registry.bundle_results(CivilEvent.BIRTH, (birth.dossier,))
    reply = desk.tap.again(desk.tap.last(_RESULTS), body=lambda message: {**message, "module": "LTKT"})
    must(str(birth.dossier) not in reply.body.decode("utf-8", "replace"), vi="vẫn trả khai sinh", en="a birth was told")


@seen
@writes
@needs("results", "levers")
@requirement("civil_registry.md §1.6")
@requirement("civil_registry.md §5.1")
def test_states_are_of_the_list_and_say_what_is_wanted(desk: Desk) -> None:
    """Trạng thái nằm trong bảng; bổ sung thì nêu nội dung; xong thì có số.

    States are of the list; a supplement says what is wanted; what is finished has its number.
    """
    from gov_connect.mocks.civil_registry import CivilRegistryMock

    birth = registered(desk)
    registry = desk.lever(CivilRegistryMock)
    registry.set_bundle_state(str(birth.dossier), 2, "Bổ sung giấy chứng sinh")
    (row,) = desk.gov.civil_registry.bundle_results(CivilEvent.BIRTH, (birth.dossier,))
    if row.state is not BundleState.SUPPLEMENT_REQUESTED or row.note is None:
        broken(vi="không nêu nội dung bổ sung", en="it does not say what is wanted")
    registry.set_bundle_state(str(birth.dossier), 4)
    (row,) = desk.gov.civil_registry.bundle_results(CivilEvent.BIRTH, (birth.dossier,))
    done = row.state is BundleState.FINISHED and row.entry is not None
    must(done, vi="xong mà không có số đăng ký", en="it is finished and has no number")
    assert row.entry is not None
    place = row.entry.book and row.entry.page and row.entry.registered_on
    must(place, vi="thiếu quyển số, trang số hoặc ngày", en="book, page or day is missing")
    must((row.certificate or b"").startswith(b"%PDF"), vi="không có giấy khai sinh", en="there is no certificate")
    must(row.at is not None, vi="không nêu thời gian thực hiện", en="it does not say when")
