"""The civil registry, generation G3: new dossiers and their synchronisation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.contract_tests import samples
from gov_connect.contract_tests.marks import requirement, seen, system_of, writes
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.tap import members
from gov_connect.model import DossierCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.desk import Desk
    from gov_connect.model import BirthRegistration
    from gov_connect.runtime import Reply

pytestmark = system_of("civil_registry/G3")
_REGISTER, _SYNC = "dangKyHoSoMoi", "sync-dossiers"


def registered(desk: Desk) -> BirthRegistration:
    """A birth that the registry has accepted."""
    birth = samples.birth(desk)
    desk.gov.civil_registry.submit(birth)
    return birth


def refused(reply: Reply) -> bool:
    """Whether an answer says no."""
    return reply.status >= 400 or str(members(reply).get("status")) not in {"1", "200"}  # noqa: PLR2004 - HTTP


def renewed(desk: Desk, **changes: object) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The message under a new dossier number, changed; None leaves a member out."""

    def edit(message: dict[str, Any]) -> dict[str, Any]:
        made = {**message, "maHoSoMCDT": desk.dossier_code(), **changes}
        return {name: value for name, value in made.items() if value is not None}

    return edit


@seen
@requirement("civil_registry.md §1.2")
@requirement("civil_registry.md §1.7")
def test_foreign_token_is_refused(desk: Desk) -> None:
    """Mã truy cập lạ thì bị từ chối.

    A foreign token is refused.
    """
    desk.gov.civil_registry.synchronise(DossierCode(desk.dossier_code()))
    reply = desk.tap.again(desk.tap.last(_SYNC), headers={"Authorization": "Bearer ma-la"})
    told = reply.status == 401 or "List_Suss" not in members(reply)  # noqa: PLR2004 - HTTP
    must(told, vi="mã lạ vẫn được trả lời", en="a foreign token was answered")


@seen
@requirement("civil_registry.md §1.7")
def test_unknown_dossier_is_not_synchronised(desk: Desk) -> None:
    """Hồ sơ chưa gửi thì không có gì để đồng bộ.

    A dossier that was never sent has nothing to synchronise.
    """
    rows = desk.gov.civil_registry.synchronise(DossierCode(desk.dossier_code()))
    must(not rows, vi="hồ sơ lạ có dữ liệu", en="an unknown dossier was told of")


@seen
@writes
@requirement("civil_registry.md §1.7")
def test_dossier_is_accepted_and_synchronised(desk: Desk) -> None:
    """Hồ sơ hợp lệ được nhận và tra lại được.

    A right dossier is accepted and can be synchronised.
    """
    birth = registered(desk)
    rows = desk.gov.civil_registry.synchronise(birth.dossier)
    must([row.dossier for row in rows] == [birth.dossier], vi="nhận mà không tra được", en="it has no row")
    must(rows[0].raw_state, vi="không nêu trạng thái", en="it does not say where it stands")


@seen
@writes
@requirement("civil_registry.md §1.7")
def test_same_dossier_is_registered_once(desk: Desk) -> None:
    """Gửi lại cùng một hồ sơ thì không đăng ký lần thứ hai.

    The same dossier again makes no second registration.
    """
    registered(desk)
    must(refused(desk.tap.again(desk.tap.last(_REGISTER))), vi="nhận lần thứ hai như mới", en="taken as new")


@seen
@writes
@requirement("civil_registry.md §1.7")
def test_code_that_is_no_code_is_refused(desk: Desk) -> None:
    """Dân tộc phải là mã, không phải tên.

    An ethnic group is a code, not a name.
    """
    registered(desk)

    def edit(message: dict[str, Any]) -> dict[str, Any]:
        data = json.loads(message["data"])
        named = {name: "Kinh" for name in data if name.endswith("DanToc")}
        return renewed(desk, data=json.dumps({**data, **named}, ensure_ascii=False))(message)

    must(refused(desk.tap.again(desk.tap.last(_REGISTER), body=edit)), vi="nhận tên thay mã", en="it was accepted")


@seen
@writes
@requirement("civil_registry.md §1.7")
@pytest.mark.parametrize("name", ["maHoSoMCDT", "maDonVi", "module", "data"])
def test_message_without_a_member_is_refused(desk: Desk, name: str) -> None:
    """Thiếu mã hồ sơ, đơn vị, nghiệp vụ hoặc dữ liệu thì bị từ chối.

    A message without number, unit, module or data is refused.
    """
    registered(desk)
    edit = renewed(desk, **{name: None})
    must(refused(desk.tap.again(desk.tap.last(_REGISTER), body=edit)), vi=f"vẫn nhận khi thiếu {name}", en="accepted")
