"""Dossiers of interlinked procedures: listed, fetched, acknowledged, in every plain shape of an answer (§7.1)."""

from __future__ import annotations

import pytest

from gov_connect.errors import (
    AuthenticationFailed,
    ConfigurationError,
    OutsideSystemError,
    Refused,
    UnexpectedReply,
)
from gov_connect.model import PendingDossier

PULL = {
    "PORTAL__PULL__BASE_URL": "https://lienthong.example",
    "PORTAL__PULL__USERNAME": "don-vi",
    "PORTAL__PULL__PASSWORD": "bi-mat",
    "PORTAL__PULL__LOGIN_PATH": "/token",
    "PORTAL__PULL__LIST_PATH": "/danhsach",
    "PORTAL__PULL__ACKNOWLEDGE_PATH": "/danhan",
}
TOKEN = {"token": "t-1", "refreshToken": "r", "refreshTokenExpiryTime": "2025-08-11T08:15:00Z"}
NUMBER = "G22.99.01-250804-0001"
ROW = {
    "id": 7,
    "maDonVi": 99001,
    "maTTHC": "2.000986",
    "module": "KS",
    "maHoSo": NUMBER,
    "ngayTiepNhan": "04/08/2025 08:15:00",
    "techId": "t",
}
ITEM = PendingDossier(id="7", number=NUMBER)


@pytest.fixture
def pulling(make_gov, wire):
    """A client of a platform that has logged it in."""
    wire.say(TOKEN)
    return make_gov(**PULL).portal


@pytest.mark.parametrize("answer", [{"data": [ROW]}, [ROW], {"data": ROW}, {"Data": [ROW], "status": 200}])
def test_the_list_is_read_in_every_plain_shape(pulling, wire, answer):
    """Under `data`, bare, or one object instead of a list of one."""
    wire.say((200, answer))
    (item,) = pulling.pending()
    assert (item.id, item.number, item.procedure, item.module, item.unit) == ("7", NUMBER, "2.000986", "KS", "99001")
    assert item.submitted_at.isoformat() == "2025-08-04T08:15:00+07:00"
    login, listing = wire.sent
    assert wire.message(0) == {"userName": "don-vi", "password": "bi-mat"}
    assert (listing.method, listing.url, listing.body) == ("GET", "https://lienthong.example/danhsach", b"")
    assert (listing.headers["Authorization"], "Authorization" in login.headers) == ("Bearer t-1", False)


@pytest.mark.parametrize("answer", [{"data": []}, {"data": None}, []])
def test_nothing_waits(pulling, wire, answer):
    """An empty list is an answer."""
    wire.say((200, answer))
    assert pulling.pending() == []


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


def test_a_local_procedure_code_and_an_odd_date_are_kept_or_left_out(pulling, wire):
    """Neither makes the list unreadable."""
    wire.say({"data": [{**ROW, "maTTHC": "LT.1", "ngayTiepNhan": "hôm qua", "techId": None, "module": None}]})
    (item,) = pulling.pending()
    assert (item.procedure, item.procedure_raw, item.submitted_at, item.account_id) == (None, "LT.1", None, "")


def test_the_content_comes_as_it_is_and_hides_itself(pulling, wire):
    """By the platform's id; its form is that of the procedure."""
    wire.say({"data": {"data": "{}", "fileDinhKem": []}})
    found = pulling.content(ITEM.model_copy(update={"id": "7/../8"}))
    assert wire.sent[-1].url == "https://lienthong.example/api/lienthongdvclt/hosolienthong/7%2F..%2F8"
    assert (found.content.startswith(b'{"data"'), "fileDinhKem" in repr(found)) == (True, False)


@pytest.mark.parametrize("answer", [{}, [], b"", b"<html/>", (404, b""), {"error_code": -1}])
def test_no_content_is_an_error(pulling, wire, answer):
    """Nothing is taken in empty."""
    wire.say((200, answer) if isinstance(answer, list) else answer)
    with pytest.raises(OutsideSystemError):
        pulling.content(ITEM)


@pytest.mark.parametrize(
    "answer",
    [
        {"message": "Cập nhật thành công"},
        b'"C\xe1\xba\xadp nh\xe1\xba\xadt th\xc3\xa0nh c\xc3\xb4ng"',
        "CẬP NHẬT THÀNH CÔNG".encode(),
        {"error_code": "00"},
        {"data": {"thongBao": "cập nhật thành công"}},
        {"message": "Updated successfully"},
    ],
)
def test_an_acknowledgement_is_decided_by_code_or_text(pulling, wire, answer):
    """The platform says it in words."""
    wire.say(answer)
    pulling.acknowledge(NUMBER)
    request = wire.sent[-1]
    assert (request.method, wire.message()) == ("PUT", {"maHoSo": NUMBER, "daNhan": True})


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"message": "Cập nhật không thành công"}, UnexpectedReply),
        ({"message": "Chưa thành công"}, UnexpectedReply),
        ({"message": "Update unsuccessful"}, UnexpectedReply),
        ({"message": "Không tìm thấy hồ sơ", "error_code": 1}, Refused),
        ({}, UnexpectedReply),
        (b"", UnexpectedReply),
        (b"<html>x</html>", UnexpectedReply),
        ((400, {"message": "thành công"}), Refused),
    ],
)
def test_anything_else_acknowledges_nothing(pulling, wire, answer, kind):
    """The dossier stays on the list, and the caller knows."""
    wire.always = answer
    with pytest.raises(kind):
        pulling.acknowledge(NUMBER)


def test_a_token_that_is_refused_is_renewed_once(pulling, wire):
    """A 401 fetches one more token; a second 401 is an error."""
    wire.say((401, b""), {**TOKEN, "token": "t-2"}, {"data": []})
    assert pulling.pending() == []
    assert [request.headers.get("Authorization") for request in wire.sent] == [None, "Bearer t-1", None, "Bearer t-2"]
    wire.say((401, b""), TOKEN, (401, b""))
    with pytest.raises(AuthenticationFailed):
        pulling.pending()


@pytest.mark.parametrize("answer", [(401, b""), {}, {"token": ""}, {"token": None}, {"token": "a\nb"}, {"data": {}}])
def test_no_token_is_an_error(make_gov, wire, answer):
    """Nothing is asked without one."""
    wire.always = answer
    with pytest.raises(AuthenticationFailed):
        make_gov(**PULL).portal.pending()
    assert set(wire.labels) == {"login"}


def test_without_settings_nothing_is_sent(gov, wire):
    """The variable is named."""
    with pytest.raises(ConfigurationError, match=r"PORTAL__PULL__BASE_URL|settings"):
        gov.portal.pending()
    assert wire.sent == []
