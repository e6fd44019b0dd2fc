"""Answers of the portal in every shape whose meaning is plain; all others become typed errors."""

from __future__ import annotations

import json
import unicodedata

import pytest

from gov_connect.adapters.national_portal import wire as portal_wire
from gov_connect.errors import (
    AuthenticationFailed,
    OutcomeUnknown,
    OutsideSystemError,
    Refused,
    UnexpectedReply,
)
from gov_connect.model import DossierCode, ProcedureCode
from gov_connect.runtime import Reply

CODE = DossierCode("000.07.12.H99-250804-0019")
SECRET_NAME = "NGUYỄN THỊ MẪU BÍ MẬT"


def read(content: object, status: int = 200) -> portal_wire.Answer:
    body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    return portal_wire.read(Reply(status=status, body=body))


@pytest.mark.parametrize("code", [0, "0", "00", "000", 0.0, " 0 ", "0.0"])
def test_every_spelling_of_zero_is_success(code):
    """Success was met as 0, "0" and "00"."""
    assert read({"error_code": code}).ok


@pytest.mark.parametrize("code", [-1, "-1", 1, "1", "01", 5, "E01", 2.5])
def test_any_other_code_is_a_refusal_that_keeps_it(code):
    """No table of codes is known, so they stay opaque."""
    answer = read({"error_code": code, "message": "Lỗi"})
    assert (answer.ok, answer.code) == (False, str(code))


@pytest.mark.parametrize("content", [{}, {"error_code": None}, {"error_code": ""}, {"error_code": True}, {"ok": 1}])
def test_an_answer_without_a_code_is_no_answer(content):
    """A missing `error_code` is an error, never a success."""
    with pytest.raises(UnexpectedReply) as caught:
        read(content)
    assert caught.value.reason == "no_error_code"


@pytest.mark.parametrize(
    "content",
    [
        {"Error_Code": 0, "RESULT": [1]},
        {"errorCode": "0", "Result": [1]},
        [{"error_code": 0, "result": [1]}],
        json.dumps({"error_code": "00", "result": [1], "them": {"gi": "đó"}}),
        b"\xef\xbb\xbf" + json.dumps({" error_code ": 0, "result": [1]}).encode(),
        b' \r\n{"error_code": 0, "result": [1]}\r\n ',
    ],
)
def test_wrapping_and_key_case_do_not_matter(content):
    """One object in a list, JSON in a text, a byte-order mark and odd keys are read alike."""
    answer = read(content)
    assert (answer.ok, answer.result) == (True, [1])


def test_two_keys_that_disagree_have_no_plain_meaning():
    """`error_code` 0 beside `Error_Code` -1 is refused."""
    with pytest.raises(UnexpectedReply, match="duplicate_key"):
        read({"error_code": 0, "Error_Code": -1})


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"", UnexpectedReply),
        (200, b"<html><body>OK</body></html>", UnexpectedReply),
        (200, b"null", UnexpectedReply),
        (200, b"[1, 2]", UnexpectedReply),
        (200, b'[{"error_code": 0}, {"error_code": 0}]', UnexpectedReply),
        (200, b'{"error_code": 0', UnexpectedReply),
        (200, b'{"error_code": 0, "error_code": 1}', UnexpectedReply),
        (200, b"\xff\xfe{\x00}\x00", UnexpectedReply),
        (500, b"<h1>Internal Server Error</h1>", UnexpectedReply),
        (500, b'{"type": "Server.ServerProxy.ServiceFailed", "message": "x"}', UnexpectedReply),
        (500, b'{"error_code": 0}', UnexpectedReply),
        (401, b"", AuthenticationFailed),
        (403, b"<html>Forbidden</html>", AuthenticationFailed),
        (404, b"<html>Not Found</html>", Refused),
        (404, b'{"type": "Server.ServerProxy.UnknownService", "message": "no such path"}', Refused),
    ],
)
def test_everything_else_is_a_typed_error(status, body, kind):
    """Pages of gateways, nonsense and contradictions each get their class, with the HTTP status."""
    with pytest.raises(kind) as caught:
        read(body, status)
    assert caught.value.status == status


def test_a_refusal_in_the_portals_own_form_is_read_at_any_http_status():
    """The body counts, as for all known clients."""
    answer = read({"error_code": -1, "message": "Mã hồ sơ đã tồn tại"}, 500)
    assert (answer.ok, answer.already_there) == (False, True)


def test_the_code_of_a_security_server_is_kept():
    """What the way itself answers names its own fault."""
    with pytest.raises(Refused) as caught:
        read({"type": "Client.UnknownMember", "message": SECRET_NAME}, 400)
    assert caught.value.raw_code == "Client.UnknownMember"


def spellings(text: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFD", text.replace("đ", "d")) if not unicodedata.combining(c))
    return [text, text.upper(), unicodedata.normalize("NFD", text), plain, f"  {text}.\n", text.replace(" ", "  ")]


@pytest.mark.parametrize(
    "text",
    [
        text
        for said in ("Mã hồ sơ đã tồn tại", "Hồ sơ 000-1 đã được đồng bộ", "Trùng mã hồ sơ", "Hồ sơ bị trùng")
        for text in spellings(said)
    ]
    + ["Dossier already exists", "duplicate refId"],
)
def test_already_there_is_understood_in_any_spelling(text):
    """With or without marks, decomposed, in capitals."""
    assert read({"error_code": -1, "message": text}).already_there
    assert not read({"error_code": 0, "message": text}).already_there


@pytest.mark.parametrize(
    "text",
    [
        text
        for said in ("Hồ sơ không tồn tại", "Không tìm thấy hồ sơ", "Chưa có hồ sơ này", "Không tìm thấy dữ liệu")
        for text in spellings(said)
    ]
    + ["Mã hồ sơ 000.07.12.H99-250804-0019 không tồn tại trên hệ thống", "Dossier not found", "not found"],
)
def test_not_there_is_understood_in_any_spelling(text):
    """The same for a dossier that is unknown."""
    assert read({"error_code": -1, "message": text}).not_there


@pytest.mark.parametrize(
    "text",
    [
        "Mã thủ tục không tồn tại",
        "Dịch vụ không tồn tại tại địa chỉ này",
        "Thành phần hồ sơ không tồn tại",
        "Hồ sơ có mã thủ tục không tồn tại",
        "Đơn vị không tồn tại",
        "",
    ],
)
def test_something_else_that_is_missing_is_not_the_dossier(text):
    """A wrong procedure code must not look like a free dossier number."""
    assert not read({"error_code": -1, "message": text}).not_there


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("Phiên làm việc không hợp lệ", True),
        ("PHIEN DA HET HAN", True),
        ("Session expired", True),
        ("Invalid token", True),
        ("Chưa đăng nhập", True),
        ("Sai phiên bản dữ liệu", False),
        ("Dữ liệu không hợp lệ", False),
    ],
)
def test_a_lost_session_is_told_from_other_refusals(text, lost):
    """Phiên is a session, phiên bản a version."""
    assert read({"error_code": -1, "message": text}).session_lost is lost


@pytest.mark.parametrize("message", [["Hồ sơ đã tồn tại"], {"vi": "Hồ sơ đã tồn tại"}, [{"loi": ["Hồ sơ đã tồn tại"]}]])
def test_a_message_may_be_a_list_or_an_object(message):
    """What it says is what counts."""
    assert read({"error_code": -1, "message": message}).already_there


@pytest.mark.parametrize(
    ("result", "there"),
    [
        ([], False),
        (None, False),
        ("", False),
        ({}, False),
        ([{}], False),
        ([None], False),
        ([{"MaHoSo": ""}], False),
        ("[]", False),
        ({"data": []}, False),
        (False, False),
        ([{"MaHoSo": str(CODE)}], True),
        ([{"MAHOSO": f" {CODE} "}], True),
        ({"MaHoSo": str(CODE)}, True),
        ([{"TrangThai": "2"}], True),
        ([str(CODE)], True),
        ({"total": 0}, False),
        ({"total": "0", "data": []}, False),
        ({"total": 1, "data": [{"MaHoSo": str(CODE)}]}, True),
        ({"hoSo": {"maHoSo": str(CODE)}, "trangThai": 2}, True),
        ({"MaHoSo": "000.07.12.H99-250804-0020"}, False),
        ({"data": [{"x": 1}]}, True),
        ('[{"mahoso": "000.07.12.H99-250804-0019"}]', True),
        (True, True),
        ([{"MaHoSo": "000.07.12.H99-250804-0020"}], False),
    ],
)
def test_a_dossier_is_there_when_the_result_holds_it(gov, wire, logged_in, result, there):
    """Anything in the list means yes, unless it names another dossier."""
    wire.say(logged_in, {"error_code": 0, "result": result})
    assert gov.portal.find(CODE) is there


def test_a_missing_result_means_nothing(gov, wire, logged_in):
    """Clients test for the key."""
    wire.say(logged_in, {"error_code": 0, "message": ""})
    assert gov.portal.find(CODE) is False


def test_a_refusal_that_says_not_found_means_no(gov, wire, logged_in):
    """Some answer the question with an error code and words."""
    wire.say(logged_in, {"error_code": -1, "message": "Không tìm thấy hồ sơ"})
    assert gov.portal.find(CODE) is False


@pytest.mark.parametrize(
    "result",
    [
        *(3, 1.5, "có lẽ", [[1]], [7]),
        *({"total": 1}, {"code": 0}, {"message": "Không có"}, {"data": {"message": "x"}}, '{"trangThai": "2"}'),
    ],
)
def test_a_result_without_plain_meaning_is_refused(gov, wire, logged_in, result):
    """A number or a sentence is neither yes nor no."""
    wire.say(logged_in, {"error_code": 0, "result": result})
    with pytest.raises(UnexpectedReply) as caught:
        gov.portal.find(CODE)
    assert (caught.value.system, caught.value.reason) == ("portal", "unclear_result")
    assert caught.value.correlation_id


@pytest.mark.parametrize(
    "answer",
    [
        {"error_code": -1, "message": f"Hồ sơ của {SECRET_NAME} sai"},
        {"message": SECRET_NAME},
        (500, {"message": SECRET_NAME}),
        (404, {"type": SECRET_NAME}),
        (403, f"<p>{SECRET_NAME}</p>".encode()),
        f"<p>{SECRET_NAME}</p>".encode(),
        {"error_code": 0, "result": SECRET_NAME},
        {"error_code": 0, "result": [{"MATTHC": SECRET_NAME}]},
    ],
)
def test_no_error_shows_what_the_portal_wrote(gov, wire, logged_in, shown, answer):
    """Names stay in `raw`, which hides itself; the place and the correlation id are there."""
    wire.say(logged_in)
    wire.always = lambda request: logged_in if request.label == "login" else answer
    with pytest.raises(OutsideSystemError) as caught:
        gov.portal.procedure(ProcedureCode("1.001193"))
    assert SECRET_NAME not in shown(caught.value)
    assert (caught.value.system, bool(caught.value.operation), len(caught.value.correlation_id)) == ("portal", True, 32)
    assert not isinstance(caught.value, OutcomeUnknown)


@pytest.mark.parametrize(
    "text",
    [
        text
        for said in ("Thủ tục không tồn tại", "Không tìm thấy thủ tục 1.001193", "Mã TTHC 1.001193 không có")
        for text in spellings(said)
    ]
    + ["1.001193 không tồn tại trên Cổng dịch vụ công", "Không tìm thấy dữ liệu", "Procedure not found", "not found"],
)
def test_a_procedure_that_is_not_there_is_none(gov, wire, logged_in, text):
    """Said of the procedure, or of nothing in particular."""
    wire.say(logged_in, {"error_code": -1, "message": text})
    assert gov.portal.procedure(ProcedureCode("1.001193")) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Phiên làm việc không tồn tại", AuthenticationFailed),
        ("Session not found", AuthenticationFailed),
        ("Không tìm thấy đơn vị", Refused),
        ("Không tìm thấy đơn vị thủ tục", Refused),
        ("Service không tồn tại", Refused),
        ("Dịch vụ lấy thủ tục không tồn tại", Refused),
        ("Không có quyền xem thủ tục", Refused),
        ("Thủ tục 1.001193: không tìm thấy đơn vị", Refused),
        ("11.001193 không tồn tại", Refused),
        ("1.0011930 không tồn tại", Refused),
    ],
)
def test_something_else_that_is_missing_is_not_the_procedure(gov, wire, logged_in, text, kind):
    """A lost session or a wrong unit must not look like a procedure that does not exist."""
    wire.always = lambda request: logged_in if request.label == "login" else {"error_code": -1, "message": text}
    with pytest.raises(kind):
        gov.portal.procedure(ProcedureCode("1.001193"))
