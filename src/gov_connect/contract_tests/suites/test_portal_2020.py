"""The national portal, generation 2020."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.contract_tests import samples
from gov_connect.contract_tests.marks import confirmed, guess, needs, requirement, seen, system_of, writes
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.tap import members
from gov_connect.errors import AuthenticationFailed
from gov_connect.model import DossierCode, DossierStatus, ProcedureCode
from gov_connect.transport import as_list, as_object

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.desk import Desk
    from gov_connect.runtime import Reply

pytestmark = system_of("portal/2020")
_SUCCESS = ("0", "00")
_OK = 200
_AUTHORISATION = (401, 403)
_OF_A_PROCEDURE = ("MACOQUANCONGBO", "CACHTHUCTHUCHIEN", "THANHPHANHOSO", "KETQUATHUCHIEN")
"""Members of LayThuTuc that the published samples have as well (§2.5, S4); the tables may be empty."""


def says_yes(reply: Reply) -> bool:
    """Whether an answer grants what was asked."""
    return reply.status == _OK and str(members(reply).get("error_code")) in _SUCCESS


def edited(**changes: object) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Change members of the first record of `data`; None leaves one out."""

    def edit(message: dict[str, Any]) -> dict[str, Any]:
        record = {**message["data"][0], **changes}
        return {**message, "data": [{name: value for name, value in record.items() if value is not None}]}

    return edit


@confirmed
@requirement("national_portal.md §1.2")
def test_login_gives_a_session(desk: Desk) -> None:
    """Đăng nhập đúng thì được cấp phiên làm việc.

    The right password opens a session.
    """
    client = desk.with_settings()
    client.portal.find(DossierCode(desk.dossier_code()))
    answer = desk.tap.last("login").reply
    assert answer is not None
    session = members(answer).get("session")
    must(isinstance(session, str) and session, vi="không có session", en="there is no session")


@confirmed
@needs("wrong_credentials")
@requirement("national_portal.md §1.2")
def test_wrong_password_is_refused(desk: Desk) -> None:
    """Sai mật khẩu thì bị từ chối.

    A wrong password is refused.
    """
    client = desk.with_settings(PORTAL__PASSWORD="sai-mat-khau")  # noqa: S106 - wrong on purpose
    with pytest.raises(AuthenticationFailed):
        client.portal.find(DossierCode(desk.dossier_code()))


@confirmed
@requirement("national_portal.md §1.2")
def test_unknown_session_is_refused(desk: Desk) -> None:
    """Phiên không do hệ thống cấp thì bị từ chối.

    A session that was never given is refused.
    """
    desk.gov.portal.find(DossierCode(desk.dossier_code()))
    exchange = desk.tap.last("TraCuuHoSo")
    reply = desk.tap.again(
        exchange, body=lambda message: {**message, "session": "00000000-0000-0000-0000-000000000000"}
    )
    must(
        reply.status in _AUTHORISATION or not says_yes(reply),
        vi="phiên lạ vẫn được phục vụ",
        en="a foreign session was served",
    )


@confirmed
@requirement("national_portal.md §1.4")
def test_answers_are_json_in_utf8_with_a_code(desk: Desk, warn: Callable[[str, str], None]) -> None:
    """Mọi câu trả lời là JSON UTF-8 có error_code và message.

    Every answer is JSON in UTF-8 with error_code and message.
    """
    desk.with_settings().portal.find(DossierCode(desk.dossier_code()))
    desk.gov.portal.procedure(ProcedureCode(desk.known["procedure"]))
    for exchange in desk.tap.exchanges:
        assert exchange.reply is not None
        answer = members(exchange.reply)
        must("error_code" in answer, vi="thiếu error_code", en="error_code is missing")
        must(isinstance(answer.get("message", ""), str), vi="message không phải chuỗi", en="message is no text")
        if exchange.reply.status != _OK:
            warn("câu trả lời nghiệp vụ không dùng HTTP 200", "an answer does not come with HTTP 200")


@confirmed
@needs("catalogues")
@requirement("national_portal.md §2.5")
def test_procedures_are_listed(desk: Desk) -> None:
    """Danh sách thủ tục có mã và tên.

    The list of procedures has codes and names.
    """
    found = desk.gov.portal.procedures()
    must(found, vi="danh sách trống", en="the list is empty")
    must(all(item.name.strip() for item in found), vi="có thủ tục không tên", en="a procedure has no name")
    wanted = ProcedureCode(desk.known["procedure"])
    must(any(item.code == wanted for item in found), vi="thiếu thủ tục đã biết", en="the known procedure is missing")


@confirmed
@requirement("national_portal.md §2.5")
def test_procedure_has_its_domain(desk: Desk) -> None:
    """Chi tiết thủ tục có đúng mã, tên và lĩnh vực.

    The details of a procedure have its own code, a name and a domain.
    """
    code = ProcedureCode(desk.known["procedure"])
    found = desk.gov.portal.procedure(code)
    must(found is not None, vi="không có thủ tục đã biết", en="the known procedure is not there")
    assert found is not None
    must(found.domain_code and found.domain_name, vi="thiếu lĩnh vực", en="its domain is missing")
    reply = desk.tap.last("LayThuTuc").reply
    assert reply is not None
    row = as_object(as_list(members(reply).get("result"))[0]) or {}
    lost = ", ".join(name for name in _OF_A_PROCEDURE if row.get(name) is None)
    must(not lost, vi=f"thiếu {lost}", en=f"{lost} is missing")


@seen
@requirement("national_portal.md §2.5")
def test_vietnamese_letters_arrive_whole(desk: Desk, warn: Callable[[str, str], None]) -> None:
    """Chữ tiếng Việt được giữ nguyên.

    Vietnamese letters arrive as they are.
    """
    found = desk.gov.portal.procedure(ProcedureCode(desk.known["procedure"]))
    assert found is not None
    name = found.name
    must("?" not in name and "\ufffd" not in name, vi="chữ bị thay bằng dấu hỏi", en="letters became question marks")
    must(any(ord(letter) > 0x7F for letter in name), vi="mất dấu tiếng Việt", en="the diacritics are gone")  # noqa: PLR2004 - ASCII
    broken = any(pair in name for pair in ("Ã", "áº", "á»", "Ä"))
    must(not broken, vi="chữ bị giải mã sai bảng mã", en="the text was decoded by a wrong table")
    reply = desk.tap.last("LayThuTuc").reply
    assert reply is not None
    text = reply.body.decode("utf-8", "replace")
    if unicodedata.normalize("NFC", text) != text:
        warn("chữ tiếng Việt không ở dạng dựng sẵn (NFC)", "Vietnamese letters are not composed (NFC)")


@seen
@needs("look_up")
@requirement("national_portal.md §2.4")
def test_unknown_dossier_is_not_found(desk: Desk) -> None:
    """Hồ sơ chưa từng gửi thì tra cứu không thấy.

    A dossier that was never sent is not found.
    """
    must(
        not desk.gov.portal.find(DossierCode(desk.dossier_code())),
        vi="tra cứu thấy hồ sơ không tồn tại",
        en="a dossier that does not exist was found",
    )


@seen
@writes
@needs("look_up")
@requirement("national_portal.md §2.2")
@requirement("national_portal.md §2.4")
def test_dossier_that_was_put_is_found(desk: Desk) -> None:
    """Hồ sơ đã gửi thì tra cứu thấy.

    A dossier that was put is found.
    """
    dossier = samples.dossier(desk)
    receipt = desk.gov.portal.put(dossier)
    must(receipt.inserted, vi="hồ sơ mới không được thêm", en="a new dossier was not inserted")
    must(desk.gov.portal.find(dossier.code), vi="không tra cứu thấy", en="it is not found")


@confirmed
@writes
@requirement("national_portal.md §2.2")
def test_dossier_can_be_updated(desk: Desk) -> None:
    """Hồ sơ đã có thì cập nhật được.

    A dossier that is there can be updated.
    """
    dossier = samples.dossier(desk)
    desk.gov.portal.put(dossier)
    receipt = desk.gov.portal.put(dossier.model_copy(update={"status": DossierStatus.PROCESSING}))
    must(not receipt.inserted, vi="bị thêm lần nữa thay vì cập nhật", en="it was inserted again and not updated")


@seen
@writes
@requirement("national_portal.md §2.2")
def test_insert_twice_is_refused(desk: Desk) -> None:
    """Thêm mới hồ sơ đã có thì bị từ chối.

    Inserting a dossier that is there is refused.
    """
    desk.gov.portal.put(samples.dossier(desk))
    reply = desk.tap.again(desk.tap.last("DongBoHoSoMC"))
    must(not says_yes(reply), vi="hồ sơ trùng vẫn được nhận", en="the duplicate was accepted")


@seen
@writes
@requirement("national_portal.md §2.2")
def test_update_of_an_unknown_dossier_is_refused(desk: Desk) -> None:
    """Cập nhật hồ sơ chưa có thì bị từ chối.

    Updating a dossier that is not there is refused.
    """
    desk.gov.portal.put(samples.dossier(desk))
    other = edited(MaHoSo=desk.dossier_code())
    reply = desk.tap.again(desk.tap.last("DongBoHoSoMC"), body=lambda message: {**other(message), "isUpdating": "True"})
    must(not says_yes(reply), vi="hồ sơ chưa có vẫn được cập nhật", en="an absent dossier was updated")


@confirmed
@writes
@requirement("national_portal.md §2.2")
@pytest.mark.parametrize("name", ["MaTTHC", "TrangThaiHoSo", "NgayTiepNhan"])
def test_record_without_a_required_member_is_refused(desk: Desk, name: str) -> None:
    """Hồ sơ thiếu trường bắt buộc thì bị từ chối.

    A record without a required member is refused.
    """
    desk.gov.portal.put(samples.dossier(desk))
    edit = edited(MaHoSo=desk.dossier_code(), **{name: None})
    reply = desk.tap.again(desk.tap.last("DongBoHoSoMC"), body=edit)
    must(not says_yes(reply), vi=f"vẫn nhận khi thiếu {name}", en=f"accepted without {name}")


@guess
@writes
@requirement("national_portal.md §2.2")
@pytest.mark.parametrize("wrong", ["20261320080000", "20/11/2026"])
def test_moment_that_does_not_exist_is_refused(desk: Desk, wrong: str) -> None:
    """Thời điểm không tồn tại hoặc sai dạng thì bị từ chối.

    A moment that does not exist or has another form is refused.
    """
    desk.gov.portal.put(samples.dossier(desk))
    edit = edited(MaHoSo=desk.dossier_code(), NgayTiepNhan=wrong)
    reply = desk.tap.again(desk.tap.last("DongBoHoSoMC"), body=edit)
    must(not says_yes(reply), vi="thời điểm sai vẫn được nhận", en="the wrong moment was accepted")


@confirmed
@writes
@requirement("national_portal.md §2.3")
def test_steps_are_taken(desk: Desk) -> None:
    """Tiến độ của hồ sơ đã có thì được nhận.

    Steps of a dossier that is there are taken.
    """
    dossier = samples.dossier(desk)
    desk.gov.portal.put(dossier)
    must(desk.gov.portal.report(samples.steps(desk, dossier.code, 2)) == 2, vi="thiếu dòng", en="rows are missing")  # noqa: PLR2004 - two


@seen
@writes
@requirement("national_portal.md §2.3")
def test_steps_of_an_unknown_dossier_are_refused(desk: Desk) -> None:
    """Tiến độ của hồ sơ chưa có thì bị từ chối.

    Steps of a dossier that is not there are refused.
    """
    dossier = samples.dossier(desk)
    desk.gov.portal.put(dossier)
    desk.gov.portal.report(samples.steps(desk, dossier.code))
    reply = desk.tap.again(desk.tap.last("CapNhatTienDoHoSoMC"), body=edited(MaHoSo=desk.dossier_code()))
    must(not says_yes(reply), vi="tiến độ của hồ sơ lạ vẫn được nhận", en="steps of a foreign dossier were taken")


@guess
@writes
@requirement("national_portal.md §2.3")
def test_more_than_ten_steps_are_refused(desk: Desk) -> None:
    """Quá mười dòng tiến độ một lần gọi thì bị từ chối.

    More than ten steps a call are refused.
    """
    dossier = samples.dossier(desk)
    desk.gov.portal.put(dossier)
    desk.gov.portal.report(samples.steps(desk, dossier.code))
    reply = desk.tap.again(
        desk.tap.last("CapNhatTienDoHoSoMC"), body=lambda message: {**message, "data": message["data"] * 11}
    )
    must(not says_yes(reply), vi="mười một dòng vẫn được nhận", en="eleven rows were taken")


@seen
@requirement("national_portal.md §2.1")
def test_unknown_service_is_refused(desk: Desk) -> None:
    """Dịch vụ không có thì bị từ chối.

    A service that does not exist is refused.
    """
    desk.gov.portal.find(DossierCode(desk.dossier_code()))
    reply = desk.tap.again(desk.tap.last("TraCuuHoSo"), body=lambda message: {**message, "service": "KhongCoDichVuNay"})
    must(not says_yes(reply), vi="dịch vụ lạ vẫn trả lời thành công", en="an unknown service answered success")


@confirmed
@needs("levers")
@requirement("national_portal.md §2.8")
def test_push_can_be_read_and_is_repeated_until_taken(desk: Desk) -> None:
    """Hồ sơ Cổng đẩy xuống đọc được, và được đẩy lại đến khi được nhận.

    What the portal pushes can be read, and is pushed again until it is taken.
    """
    from gov_connect.mocks.portal import PortalMock

    portal = desk.lever(PortalMock)
    portal.agency_url = "http://agency.invalid"
    code = portal.submit(
        {"MaTTHC": desk.known["procedure"], "MaSoThue": "000000000012", "TenThuongNhan": "NGUYỄN THỊ MẪU"}
    )
    (first, *_) = portal.pushes(code)
    path = first.url.removeprefix(portal.agency_url)
    inbound = desk.gov.portal.receive(first.body, path=path)
    must(str(inbound.code) == code, vi="mã hồ sơ khác", en="the dossier number differs")
    must(not portal.pushed(code, 200, b'{"error_code":-1}'), vi="từ chối bị coi là đã nhận", en="a refusal counted")
    must(code in portal.pending_pushes(), vi="không đẩy lại", en="it is not pushed again")
    must(portal.pushed(code, 200, b'{"error_code":0}'), vi="xác nhận không được tính", en="the receipt did not count")
    must(code not in portal.pending_pushes(), vi="vẫn đẩy sau khi đã nhận", en="it is pushed after it was taken")
