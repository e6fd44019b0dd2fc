"""The session: cached for ten minutes, renewed once when it is lost, however that is said."""

from __future__ import annotations

import pytest

from gov_connect.errors import AuthenticationFailed, OutsideSystemError, UnexpectedReply
from gov_connect.model import DossierCode

CODE = DossierCode("000.07.12.H99-250804-0019")
NOTHING = {"error_code": 0, "result": []}
LOST = {"error_code": -1, "message": "Phiên làm việc đã hết hạn"}


def test_a_session_is_used_for_ten_minutes(gov, wire, clock, logged_in):
    """A new login comes only when ten minutes have passed."""
    wire.say(logged_in, NOTHING)
    gov.portal.find(CODE)
    clock.advance(599)
    wire.say(NOTHING)
    gov.portal.find(CODE)
    clock.advance(2)
    wire.say(logged_in, NOTHING)
    gov.portal.find(CODE)
    assert wire.labels == ["login", "TraCuuHoSo", "TraCuuHoSo", "login", "TraCuuHoSo"]


def test_another_agency_has_a_session_of_its_own(gov, wire, logged_in):
    """Sessions are kept by agency and system."""
    wire.say(logged_in, NOTHING, {**logged_in, "session": "khac"}, NOTHING)
    gov.portal.find(CODE)
    gov.acting(agency="H99.12").portal.find(CODE)
    assert [wire.message(n).get("session") for n in (1, 3)] == [logged_in["session"], "khac"]


@pytest.mark.parametrize("lost", [LOST, {"error_code": "1", "message": "INVALID SESSION"}, (401, b""), {}, (200, [{}])])
def test_a_lost_session_is_renewed_once(gov, wire, logged_in, lost):
    """In words, by HTTP 401, or in silence with an empty object."""
    wire.say(logged_in, lost, {**logged_in, "session": "moi"}, NOTHING)
    assert gov.portal.find(CODE) is False
    assert wire.labels == ["login", "TraCuuHoSo", "login", "TraCuuHoSo"]
    assert wire.message()["session"] == "moi"


@pytest.mark.parametrize(
    ("lost", "kind"), [(LOST, AuthenticationFailed), ((401, b""), AuthenticationFailed), ({}, UnexpectedReply)]
)
def test_a_session_that_is_lost_again_is_an_error(gov, wire, logged_in, lost, kind):
    """One renewal, no endless loop."""
    wire.say(logged_in, lost, logged_in, lost)
    with pytest.raises(kind):
        gov.portal.find(CODE)
    assert wire.labels == ["login", "TraCuuHoSo", "login", "TraCuuHoSo"]


def test_the_next_call_after_a_silent_loss_logs_in_anew(gov, wire, logged_in):
    """The stale session is forgotten even when the call itself failed."""
    wire.say(logged_in, {}, logged_in, {})
    with pytest.raises(UnexpectedReply):
        gov.portal.find(CODE)
    wire.say(logged_in, NOTHING)
    gov.portal.find(CODE)
    assert wire.labels[-2:] == ["login", "TraCuuHoSo"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"error_code": -1, "message": "Sai tên đăng nhập hoặc mật khẩu"}, AuthenticationFailed),
        ({"error_code": 0, "message": "Thành công"}, AuthenticationFailed),
        ({"error_code": 0, "session": ""}, AuthenticationFailed),
        ({"error_code": 0, "session": None}, AuthenticationFailed),
        ((401, b"<html/>"), AuthenticationFailed),
        ((403, {"error_code": -1}), AuthenticationFailed),
        ({"error_code": -1, "message": "Lỗi hệ thống: connection reset"}, UnexpectedReply),
        ({}, UnexpectedReply),
        (b"", UnexpectedReply),
    ],
)
def test_a_failed_login_is_said_and_never_taken_for_a_session(gov, wire, answer, kind):
    """No call is made with an empty session."""
    wire.always = answer
    with pytest.raises(kind):
        gov.portal.find(CODE)
    assert set(wire.labels) == {"login"}


@pytest.mark.parametrize(
    "answer",
    [
        {"error_code": "00", "session": " s-1 "},
        {"Error_Code": 0.0, "SESSION": "s-1"},
        {"error_code": 0, "result": {"session": "s-1"}},
        {"error_code": 0, "data": {"Session": "s-1"}},
        [{"error_code": 0, "session": "s-1"}],
    ],
)
def test_the_session_is_found_wherever_it_plainly_stands(gov, wire, answer):
    """Beside the code, or one level down."""
    wire.say((200, answer), NOTHING)
    gov.portal.find(CODE)
    assert wire.message()["session"] == "s-1"


def test_the_password_is_in_no_error(gov, wire, shown):
    """Not even when the portal echoes it."""
    wire.say({"error_code": -1, "message": "mat-khau-lo-ra"})
    with pytest.raises(OutsideSystemError) as caught:
        gov.portal.find(CODE)
    assert "mat-khau-lo-ra" not in shown(caught.value)
