"""The platform of interlinked dossiers: list, content, acknowledgement, reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from gov_connect.contract_tests.marks import needs, requirement, seen, system_of, writes
from gov_connect.contract_tests.must import broken, must
from gov_connect.errors import AuthenticationFailed, OutsideSystemError
from gov_connect.model import DossierCode
from gov_connect.model.bundles import BundleReport, BundleStatus

if TYPE_CHECKING:
    from gov_connect.contract_tests.desk import Desk
    from gov_connect.model.bundles import BundleNews, BundleReceipt

pytestmark = system_of("bundle_platform/1")
_REPORT: Final = "capNhatTrangThaiHoSoDVCLTHoTich"
_FIELDS: Final = {"nksHoTen": "PHẠM <THỬ> & MẪU", "meHoTen": "LÊ THỊ HƯ CẤU"}
_PAPER: Final = b"%PDF-1.4\n"
_UNAUTHORISED: Final = 401


def filed(desk: Desk) -> BundleNews:
    """A dossier that a citizen has filed, as the list shows it."""
    from gov_connect.mocks.bundle_platform import BundlePlatformMock

    code = desk.lever(BundlePlatformMock).file(_FIELDS, files={"gcs.pdf": _PAPER})
    found = [item for item in desk.gov.bundles.pending() if item.code == code]
    if len(found) != 1:
        broken(vi="hồ sơ đã nộp không có trong danh sách", en="what was filed is not on the list")
    return found[0]


def told(desk: Desk, news: BundleNews, status: BundleStatus, sent: tuple[int, ...]) -> BundleReceipt:
    """Report a status."""
    report = BundleReport.model_validate(
        {
            "procedure": news.procedure,
            "bundle": news.code,
            "dossier": DossierCode(desk.dossier_code()),
            "status": status,
            "at": desk.clock.now().replace(microsecond=0),
            "officer": "Cán bộ Mẫu",
            "result": '{"soDangKy": "1"}' if status is BundleStatus.HAS_RESULT else "",
        }
    )
    return desk.gov.bundles.report(report, sent=sent)


@seen
@needs("wrong_credentials")
@requirement("civil_registry.md §1.2")
def test_wrong_password_gets_no_token(desk: Desk) -> None:
    """Sai mật khẩu thì không được cấp mã truy cập.

    A wrong password gets no token.
    """
    with pytest.raises(AuthenticationFailed):
        desk.with_settings(BUNDLE_PLATFORM__PASSWORD="sai-mat-khau").bundles.pending()  # noqa: S106 - wrong on purpose


@seen
@requirement("civil_registry.md §1.2")
def test_foreign_token_is_refused(desk: Desk) -> None:
    """Mã truy cập lạ thì bị từ chối.

    A foreign token is refused.
    """
    desk.gov.bundles.pending()
    reply = desk.tap.again(desk.tap.last("list"), headers={"Authorization": "Bearer ma-la"})
    must(reply.status == _UNAUTHORISED, vi="mã lạ vẫn được trả lời", en="a foreign token was answered")


@seen
@requirement("civil_registry.md §1.8")
def test_unknown_id_gives_no_dossier(desk: Desk) -> None:
    """Mã lạ thì không có hồ sơ.

    An unknown id gives no dossier.
    """
    must(desk.gov.bundles.fetch("99999999") is None, vi="mã lạ có hồ sơ", en="an unknown id has a dossier")


@seen
@needs("levers")
@requirement("civil_registry.md §1.8")
def test_dossier_comes_whole(desk: Desk) -> None:
    """Nội dung và giấy tờ về nguyên vẹn, kể cả dấu < và &.

    Fields and papers come whole, "<" and "&" too.
    """
    found = desk.gov.bundles.fetch(filed(desk))
    if found is None:
        broken(vi="danh sách có mà không lấy được", en="it is on the list and cannot be fetched")
    whole = {name: text.reveal() for name, text in found.form.items()} == _FIELDS
    must(whole and not found.unread, vi="nội dung khác", en="the fields are others")
    must([file.content for file in found.files] == [_PAPER], vi="giấy tờ khác", en="the papers are others")
    told = found.unit and found.procedure and found.module and found.submitted_at
    must(told, vi="thiếu đơn vị, thủ tục, nghiệp vụ hoặc ngày", en="unit, procedure, module or day is missing")


@seen
@writes
@needs("levers")
@requirement("civil_registry.md §1.8")
def test_only_the_acknowledgement_takes_it_off_the_list(desk: Desk) -> None:
    """Lấy nội dung chưa làm mất hồ sơ khỏi danh sách; báo đã nhận mới làm mất.

    Fetching leaves a dossier on the list; only the acknowledgement takes it off.
    """
    news = filed(desk)
    desk.gov.bundles.fetch(news)
    waiting = {item.code for item in desk.gov.bundles.pending()}
    must(news.code in waiting, vi="lấy xong đã mất", en="fetching took it off the list")
    desk.gov.bundles.acknowledge(news.code)
    waiting = {item.code for item in desk.gov.bundles.pending()}
    must(news.code not in waiting, vi="đã báo nhận mà vẫn còn", en="it was acknowledged and is still there")


@seen
@writes
@requirement("civil_registry.md §1.8")
def test_acknowledgement_of_an_unknown_dossier_is_no_success(desk: Desk) -> None:
    """Báo nhận hồ sơ lạ thì không được báo thành công.

    The acknowledgement of an unknown dossier is no success.
    """
    try:
        desk.gov.bundles.acknowledge("G99.99.99-000101-0000")
    except OutsideSystemError:
        return
    broken(vi="báo thành công", en="it said done")


@seen
@writes
@needs("levers")
@requirement("civil_registry.md §5.1")
def test_statuses_are_taken_in_their_order(desk: Desk) -> None:
    """Trạng thái báo theo đúng thứ tự thì được nhận.

    Statuses in their order are taken.
    """
    news, sent = filed(desk), list[int]()
    order = (BundleStatus.RECEIVED, BundleStatus.ACCEPTED, BundleStatus.HANDED_OVER, BundleStatus.HAS_RESULT)
    for status in (*order, BundleStatus.RETURNED):
        must(told(desk, news, status, tuple(sent)).done, vi=f"không nhận bước {int(status)}", en="a step was not taken")
        sent.append(int(status))


@seen
@writes
@needs("levers")
@requirement("civil_registry.md §5.1")
@requirement("civil_registry.md §5.2")
def test_status_out_of_order_is_not_done(desk: Desk) -> None:
    """Nhảy bước thì câu trả lời không được là thành công.

    A step that is skipped is not answered as done.
    """
    from gov_connect.contract_tests.tap import members
    from gov_connect.mocks.bundle_platform import BundlePlatformMock

    news = filed(desk)
    told(desk, news, BundleStatus.RECEIVED, ())
    reply = desk.tap.again(desk.tap.last(_REPORT), body=lambda message: {**message, "trangThai": 5})
    statuses = desk.lever(BundlePlatformMock).statuses(news.code)
    must("thành công" not in str(members(reply)).lower(), vi="nhảy bước vẫn thành công", en="a skipped step was done")
    must(statuses == [1], vi="bước nhảy được ghi", en="the skipped step was kept")
