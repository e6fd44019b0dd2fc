"""What waits is listed, fetched and acknowledged, in every plain shape of an answer; an outage is never an answer."""

from __future__ import annotations

import pytest

from gov_connect.errors import (
    AuthenticationFailed,
    ConfigurationError,
    InvalidInput,
    OutsideSystemError,
    Refused,
    UnexpectedReply,
)
from gov_connect.model.bundles import BundleNews, BundleReport, BundleStatus

TOKEN = {"token": "t-1", "refreshToken": "r", "refreshTokenExpiryTime": "2025-08-11T08:15:00Z"}
CODE = "G22.99.01-250804-0001"
ROW = {
    "id": 7,
    "maDonVi": 99001,
    "maTTHC": "2.000986",
    "module": "KS",
    "maHoSo": CODE,
    "ngayTiepNhan": "04/08/2025 08:15:00",
    "techId": "t",
}
ITEM = BundleNews(id="7", code=CODE, procedure="2.000986", module="KS")
XML = "<hoTich><nksHoTen>MẪU AN</nksHoTen></hoTich>"


@pytest.fixture
def pulling(bundles, wire):
    """A client that the platform has logged in."""
    wire.say(TOKEN)
    return bundles


@pytest.mark.parametrize(
    "answer",
    [{"data": [ROW]}, [ROW], {"data": ROW}, {"Data": [ROW], "status": 200}, {"data": [ROW], "error_code": "00"}],
)
def test_the_list_is_read_in_every_plain_shape(pulling, wire, answer):
    """Under `data`, bare, or one object instead of a list of one."""
    wire.say((200, answer))
    (item,) = pulling.pending()
    assert (item.id, item.code, item.procedure, item.module, item.unit) == ("7", CODE, "2.000986", "KS", "99001")
    assert item.submitted_at.isoformat() == "2025-08-04T08:15:00+07:00"
    login, listing = wire.sent
    assert wire.message(0) == {"userName": "mot-cua", "password": "mat-khau"}
    assert (listing.method, listing.url, listing.body) == ("GET", "https://lienthong.example/list", b"")
    assert (listing.headers["Authorization"], "Authorization" in login.headers) == ("Bearer t-1", False)


def test_what_a_row_says_and_nobody_reads_is_named(pulling, wire):
    """Members that no row had before, and times that are none; what is blank, or read, is not."""
    row = {**ROW, "ngayTiepNhan": "hôm qua", "uuTien": "khẩn", "ghiChu": "", "techId": None}
    wire.say((200, {"data": [ROW, row]}))
    assert [item.unread for item in pulling.pending()] == [(), ("ngayTiepNhan", "uuTien")]


@pytest.mark.parametrize("answer", [{"data": []}, {"data": None}, []])
def test_an_empty_list_says_that_nothing_waits(pulling, wire, answer):
    """An empty list is an answer."""
    wire.say((200, answer))
    assert pulling.pending() == ()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({}, UnexpectedReply),
        (b"", UnexpectedReply),
        ((200, b"<html>"), UnexpectedReply),
        (b"null", UnexpectedReply),
        (b'"x"', UnexpectedReply),
        ({"message": "x"}, UnexpectedReply),
        ({"data": [{}]}, UnexpectedReply),
        ({"data": [5]}, UnexpectedReply),
        ({"data": [{**ROW, "maHoSo": None}]}, UnexpectedReply),
        ({"data": [], "Data": [1]}, UnexpectedReply),
        ({"error_code": -1, "message": "x", "data": []}, Refused),
        ((404, b""), Refused),
        ((500, {"data": []}), UnexpectedReply),
        ((403, {"data": []}), AuthenticationFailed),
    ],
)
def test_an_outage_is_never_an_empty_list(pulling, wire, answer, kind):
    """Without a list there is an error."""
    wire.always = answer
    with pytest.raises(kind):
        pulling.pending()


def test_a_row_that_says_too_little_hides_no_other(pulling, wire):
    """It is shown with blanks, since it waits too; it cannot be fetched, and nothing is asked for another's id."""
    wire.say({"data": [5, {**ROW, "id": "9" * 101}, ROW, {**ROW, "id": 8, "maHoSo": None}]})
    shown = [(item.id, item.code) for item in pulling.pending()]
    assert shown == [("", ""), ("", CODE), ("7", CODE), ("8", "")]
    with pytest.raises(InvalidInput):
        pulling.fetch(BundleNews(code=CODE))
    assert wire.labels == ["token", "list"]


def test_a_local_procedure_code_and_an_odd_date_are_kept_or_left_out(pulling, wire):
    """Neither makes the list unreadable."""
    wire.say({"data": [{**ROW, "maTTHC": "LT.1", "ngayTiepNhan": "hôm qua", "techId": None, "module": None}]})
    (item,) = pulling.pending()
    assert (item.procedure, item.submitted_at, item.tech_id, item.module) == ("LT.1", None, "", "")


@pytest.mark.parametrize(
    "answer",
    [
        {"data": {"data": XML, "fileDinhKem": []}},
        {"data": [{"maHoSo": CODE, "data": XML}]},
        {"maHoSo": CODE, "data": XML},
        [{"data": {"MaHoSo": CODE, "data": XML}}],
    ],
)
def test_the_content_comes_by_the_platform_s_id_and_hides_itself(pulling, wire, answer):
    """What the detail leaves out is known from the list; the answer stays as it came."""
    wire.say((200, answer))
    found = pulling.fetch(ITEM.model_copy(update={"id": "7/../8"}))
    assert wire.sent[-1].url == "https://lienthong.example/api/lienthongdvclt/hosolienthong/7%2F..%2F8"
    assert (found.code, found.procedure, found.form["nksHoTen"].reveal()) == (CODE, "2.000986", "MẪU AN")
    assert (b"nksHoTen" in found.content, "nksHoTen" in repr(found)) == (True, False)


def test_an_empty_content_is_told(pulling, wire):
    """It is taken as it came, and says that nothing was read out of it."""
    wire.say({"data": {"data": "{}", "fileDinhKem": []}})
    found = pulling.fetch(ITEM)
    assert (found.form, found.unread, found.content != b"") == ({}, ("data: empty",), True)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        b"",
        b"<html/>",
        (500, b""),
        {"error_code": -1},
        {"data": {"maHoSo": "G22.99.01-250804-0002", "data": XML}},
    ],
)
def test_no_content_is_an_error(pulling, wire, answer):
    """Nothing is taken in empty, and nothing under another's code."""
    wire.say((200, answer) if isinstance(answer, list) else answer)
    wire.always = answer
    with pytest.raises(OutsideSystemError):
        pulling.fetch(ITEM)


@pytest.mark.parametrize(
    "answer",
    [
        {"message": "Cập nhật thành công"},
        b'"C\xe1\xba\xadp nh\xe1\xba\xadt th\xc3\xa0nh c\xc3\xb4ng"',
        "CẬP NHẬT THÀNH CÔNG".encode(),
        {"error_code": "00"},
        {"data": {"thongBao": "cập nhật thành công"}},
        {"message": "Updated successfully"},
        {"errors": {"maHoSo": ["Cập nhật thành công"]}, "type": "", "title": "", "status": 200, "traceId": "0"},
        {"message": "Hồ sơ đã tồn tại trong một cửa điện tử"},
    ],
)
def test_an_acknowledgement_is_decided_by_code_or_text(pulling, wire, answer):
    """The platform says it in words."""
    wire.say(answer)
    assert pulling.acknowledge(CODE).done is True
    request = wire.sent[-1]
    assert (request.method, wire.message()) == ("PUT", {"maHoSo": CODE, "daNhan": True})


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"message": "Cập nhật không thành công"}, UnexpectedReply),
        ({"message": "Chưa thành công"}, UnexpectedReply),
        ({"message": "Update unsuccessful"}, UnexpectedReply),
        ({"message": "Hồ sơ không tồn tại"}, UnexpectedReply),
        ({"message": "Không tìm thấy hồ sơ", "error_code": 1}, Refused),
        ({}, UnexpectedReply),
        (b"", UnexpectedReply),
        (b"<html>success</html>", UnexpectedReply),
        ((400, {"message": "thành công"}), Refused),
    ],
)
def test_anything_else_acknowledges_nothing(pulling, wire, answer, kind):
    """The dossier stays on the list, and the caller knows."""
    wire.always = answer
    with pytest.raises(kind):
        pulling.acknowledge(CODE)


def test_a_token_that_is_refused_twice_is_an_error(pulling, wire):
    """A 401 fetches one more token; a second 401 is an error."""
    wire.say((401, b""), {**TOKEN, "token": "t-2"}, {"data": []})
    assert pulling.pending() == ()
    assert [request.headers.get("Authorization") for request in wire.sent] == [None, "Bearer t-1", None, "Bearer t-2"]
    wire.say((401, b""), TOKEN, (401, b""))
    with pytest.raises(AuthenticationFailed):
        pulling.pending()


@pytest.mark.parametrize("answer", [(401, b""), {}, {"token": ""}, {"token": None}, {"token": "a\nb"}, {"data": {}}])
def test_no_token_is_an_error(bundles, wire, answer):
    """Nothing is asked without one."""
    wire.always = answer
    with pytest.raises(AuthenticationFailed):
        bundles.pending()
    assert set(wire.labels) == {"token"}


@pytest.mark.parametrize("answer", [{"data": {"token": "t-3"}}, {"accessToken": "t-3"}])
def test_a_token_in_other_places(bundles, wire, answer):
    """Under `data`, or by another name."""
    wire.say(answer, {"data": []})
    assert bundles.pending() == ()
    assert wire.sent[-1].headers["Authorization"] == "Bearer t-3"


def test_an_outage_of_the_login_is_no_wrong_password(bundles, wire):
    """What failed is the system."""
    wire.always = (500, {"title": "x"})
    with pytest.raises(UnexpectedReply):
        bundles.pending()


def test_status_reports_may_have_a_token_of_their_own(make_bundles, wire):
    """Another path, another account; the one for pulling stays (national_portal.md §7.1)."""
    bundles = make_bundles(
        BUNDLE_PLATFORM__REPORTS__TOKEN_PATH="/token-2",
        BUNDLE_PLATFORM__REPORTS__SECRET_ID="bao-cao",
        BUNDLE_PLATFORM__REPORTS__SECRET_PASS="mat-khau-khac",
    )
    wire.say(TOKEN, {"data": []}, {"token": "t-9", "expiration": "2025-08-04T09:15:00"}, {"errors": ["thành công"]})
    assert bundles.pending() == ()
    told = BundleReport(
        procedure="2.000986",
        bundle=CODE,
        dossier="H99.201-250804-0019",
        status=BundleStatus.RECEIVED,
        at="2025-08-04T08:20:00+07:00",
        officer="Cán bộ Mẫu",
    )
    assert bundles.report(told, sent=()).done is True
    assert wire.sent[2].url == "https://lienthong.example/token-2"
    assert wire.message(2) == {"SecretId": "bao-cao", "SecretPass": "mat-khau-khac"}
    assert [request.headers.get("Authorization") for request in wire.sent[1::2]] == ["Bearer t-1", "Bearer t-9"]


def test_without_settings_nothing_is_sent(gov, wire):
    """The variable is named."""
    with pytest.raises(ConfigurationError, match=r"BUNDLE_PLATFORM__BASE_URL|settings"):
        gov.bundles.pending()
    assert wire.sent == []
