"""The civil registry, generation G1: births."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.contract_tests import samples
from gov_connect.contract_tests.marks import confirmed, needs, requirement, seen, system_of, writes
from gov_connect.contract_tests.must import broken, must
from gov_connect.contract_tests.tap import members
from gov_connect.errors import AuthenticationFailed
from gov_connect.model import DossierCode, RegistrationState

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.desk import Desk
    from gov_connect.model import BirthRegistration
    from gov_connect.runtime import Reply

pytestmark = system_of("civil_registry/G1")
_REGISTER = "dangKyHoTich"
_UNAUTHORISED = 401
_BAD_TOKEN, _BAD_UNIT = "100", "106"


def registered(desk: Desk) -> BirthRegistration:
    """A birth that the registry has accepted."""
    birth = samples.birth(desk)
    desk.gov.civil_registry.submit(birth)
    return birth


def refused(reply: Reply) -> bool:
    """Whether an answer says no."""
    return reply.status >= 400 or str(members(reply).get("status")) == "0"  # noqa: PLR2004 - HTTP


def renewed(desk: Desk, **changes: object) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The message under a new dossier number, changed; None leaves a member out."""

    def edit(message: dict[str, Any]) -> dict[str, Any]:
        made = {**message, "maHoSo": desk.dossier_code(), **changes}
        return {name: value for name, value in made.items() if value is not None}

    return edit


@seen
@needs("wrong_credentials")
@requirement("civil_registry.md §1.2")
def test_wrong_secret_gets_no_token(desk: Desk) -> None:
    """Sai khoá thì không được cấp mã truy cập.

    A wrong secret gets no token.
    """
    client = desk.with_settings(CIVIL_REGISTRY__CLIENT_SECRET="sai-bi-mat")  # noqa: S106 - wrong on purpose
    with pytest.raises(AuthenticationFailed):
        client.civil_registry.status(DossierCode(desk.dossier_code()), unit=desk.known["unit"])


@confirmed
@requirement("civil_registry.md §1.2")
@requirement("civil_registry.md §1.3")
def test_foreign_token_is_refused(desk: Desk) -> None:
    """Mã truy cập lạ thì bị từ chối (mã 100).

    A foreign token is refused (code 100).
    """
    desk.gov.civil_registry.status(DossierCode(desk.dossier_code()), unit=desk.known["unit"])
    reply = desk.tap.again(desk.tap.last("traTrangThaiHoSo"), headers={"Authorization": "Bearer ma-la"})
    told = reply.status == _UNAUTHORISED or str(members(reply).get("code")) == _BAD_TOKEN
    must(told, vi="mã lạ không bị từ chối", en="a foreign token was not refused")


@seen
@requirement("civil_registry.md §1.4")
def test_unknown_dossier_has_no_state(desk: Desk) -> None:
    """Hồ sơ chưa gửi thì không có trạng thái (mã 201).

    A dossier that was never sent has no state (code 201).
    """
    state = desk.gov.civil_registry.status(DossierCode(desk.dossier_code()), unit=desk.known["unit"])
    must(state is None, vi="hồ sơ lạ có trạng thái", en="an unknown dossier has a state")


@seen
@writes
@requirement("civil_registry.md §1.3")
@requirement("civil_registry.md §2.2")
def test_birth_is_accepted_and_has_a_state(desk: Desk) -> None:
    """Đăng ký khai sinh hợp lệ được nhận và có trạng thái.

    A right birth registration is accepted and has a state.
    """
    birth = registered(desk)
    state = desk.gov.civil_registry.status(birth.dossier, unit=birth.unit)
    if state is None:
        broken(vi="hồ sơ đã nhận mà không có trạng thái", en="it was accepted and has no state")
    must(state.state is not RegistrationState.UNKNOWN, vi="trạng thái lạ", en="the state is not of the list")


@seen
@writes
@requirement("civil_registry.md §1.3")
def test_same_dossier_is_registered_once(desk: Desk) -> None:
    """Gửi lại cùng một hồ sơ thì không đăng ký lần thứ hai.

    The same dossier again makes no second registration.
    """
    birth = registered(desk)
    reply = desk.tap.again(desk.tap.last(_REGISTER))
    must(refused(reply), vi="nhận lần thứ hai như mới", en="the second was taken as new")
    must(
        str(birth.dossier) in reply.body.decode("utf-8", "replace"), vi="không nói hồ sơ nào", en="it names no dossier"
    )


@seen
@writes
@requirement("civil_registry.md §1.3")
def test_unit_is_a_number_that_is_known(desk: Desk) -> None:
    """Mã đơn vị lạ thì bị từ chối (mã 106).

    An unknown unit is refused (code 106).
    """
    registered(desk)
    reply = desk.tap.again(desk.tap.last(_REGISTER), body=renewed(desk, maDonVi=1))
    must(refused(reply), vi="đơn vị lạ vẫn được nhận", en="a foreign unit was accepted")
    must(str(members(reply).get("code")) == _BAD_UNIT, vi="không phải mã 106", en="the code is not 106")


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
        head, _, rest = str(message["data"]).partition(f"<{name}>")
        return renewed(desk, data=head + rest.partition(f"</{name}>")[2])(message)

    must(refused(desk.tap.again(desk.tap.last(_REGISTER), body=edit)), vi=f"vẫn nhận khi thiếu {name}", en="accepted")


@seen
@writes
@requirement("civil_registry.md §1.3")
def test_message_without_dossier_number_is_refused(desk: Desk) -> None:
    """Thông điệp thiếu mã hồ sơ thì bị từ chối.

    A message without a dossier number is refused.
    """
    registered(desk)
    edit = renewed(desk, maHoSo=None)
    must(refused(desk.tap.again(desk.tap.last(_REGISTER), body=edit)), vi="vẫn được nhận", en="it was accepted")


@seen
@writes
@needs("results", "levers")
@requirement("civil_registry.md §1.4")
@requirement("civil_registry.md §3")
def test_result_comes_when_it_is_done(desk: Desk) -> None:
    """Chưa xong thì chưa có kết quả; xong thì có số và quyển số.

    No result while it waits; number and book when it is done.
    """
    from gov_connect.mocks.civil_registry import CivilRegistryMock

    birth = registered(desk)
    registry = desk.lever(CivilRegistryMock)
    registry.set_status(str(birth.dossier), 1)
    early = desk.gov.civil_registry.results(birth.dossier, unit=birth.unit)
    must(early is None, vi="chưa xong đã có kết quả", en="there is a result before it is done")
    registry.set_status(str(birth.dossier), 4)
    entry = desk.gov.civil_registry.results(birth.dossier, unit=birth.unit)
    if entry is None:
        broken(vi="xong mà không có kết quả", en="it is done and there is no result")
    place = entry.number and entry.book and entry.page
    must(place, vi="thiếu số, quyển số hoặc trang số", en="number, book or page is missing")


@seen
@writes
@needs("levers")
@requirement("civil_registry.md §1.4")
def test_supplement_says_what_is_wanted(desk: Desk) -> None:
    """Yêu cầu bổ sung nêu nội dung cần bổ sung.

    A request for a supplement says what is wanted.
    """
    from gov_connect.mocks.civil_registry import CivilRegistryMock

    birth = registered(desk)
    desk.lever(CivilRegistryMock).set_status(str(birth.dossier), 2, "Bổ sung giấy chứng sinh")
    state = desk.gov.civil_registry.status(birth.dossier, unit=birth.unit)
    if state is None or state.state is not RegistrationState.SUPPLEMENT_REQUESTED:
        broken(vi="không báo bổ sung", en="it does not ask for a supplement")
    must(state.request is not None, vi="không nêu nội dung", en="it does not say what is wanted")


@seen
@writes
@requirement("civil_registry.md §1.4")
def test_dossier_of_another_unit_is_not_told(desk: Desk) -> None:
    """Đơn vị khác không hỏi được hồ sơ của đơn vị này.

    Another unit is not told of this unit's dossier.
    """
    birth = registered(desk)
    desk.gov.civil_registry.status(birth.dossier, unit=birth.unit)
    other = int(birth.unit) + 1
    reply = desk.tap.again(desk.tap.last("traTrangThaiHoSo"), body=lambda message: {**message, "maDonVi": other})
    must(refused(reply), vi="đơn vị khác vẫn xem được", en="another unit was told")
