"""Shapes that nobody wrote down: the right value, or a typed error; never an empty list on an outage."""

from __future__ import annotations

import json
import unicodedata

import pytest

from gov_connect.adapters.national_portal import wire as portal_wire
from gov_connect.errors import (
    AuthenticationFailed,
    InvalidInput,
    OutsideSystemError,
    Refused,
    UnexpectedReply,
)
from gov_connect.model import (
    Catalogue,
    CitizenId,
    DossierCode,
    FormText,
    ProcedureCode,
    Question,
    QuestionAnswer,
)
from gov_connect.runtime import Reply

CODE = DossierCode("000.07.12.H99-250804-0019")
PROCEDURE = ProcedureCode("1.001193")
ROW = {"MATTHC": "1.001193", "TENTTHC": "Thủ tục đăng ký khai sinh"}


def said(message, code="-1"):
    body = json.dumps({"error_code": code, "message": message}, ensure_ascii=False).encode()
    return portal_wire.read(Reply(status=200, body=body))


@pytest.mark.parametrize("wrapper", ["returnSession", "data", "d", "Response", "result"])
@pytest.mark.parametrize("code", [0, "0", "00", 0.0])
def test_an_envelope_alone_inside_an_object_is_read(gov, wire, wrapper, code):
    """One client reads its session out of `returnSession` (§1.2)."""
    wire.say({wrapper: {"error_code": code, "session": "s-1"}}, {wrapper: {"error_code": code, "result": [{"a": "b"}]}})
    assert gov.portal.find(CODE) is True
    assert wire.message()["session"] == "s-1"


@pytest.mark.parametrize(
    "answer",
    [
        {"returnSession": {"session": "s"}},
        {"returnSession": [{"error_code": 0}, {"error_code": 0}]},
        {"a": {"b": {"error_code": 0, "session": "s"}}},
        {"a": {"error_code": 0, "session": "s"}, "b": 1},
        {"returnSession": None},
    ],
)
def test_an_envelope_that_does_not_stand_alone_is_none(gov, wire, answer):
    """Nothing is searched for."""
    wire.always = answer
    with pytest.raises(OutsideSystemError):
        gov.portal.find(CODE)


@pytest.mark.parametrize(
    "text",
    [
        "Hồ sơ đã có trong hệ thống",
        "Hồ sơ trùng",
        "Mã hồ sơ đã được sử dụng.",
        "HỒ SƠ ĐÃ TỒN TẠI",
        unicodedata.normalize("NFD", "Mã hồ sơ đã tồn tại"),
        "Record already exists",
    ],
)
def test_words_say_that_it_is_already_there(text):
    """In any spelling."""
    assert (said(text).already_there, said(text).not_there) == (True, False)


@pytest.mark.parametrize(
    "text",
    [
        "Hồ sơ chưa được đồng bộ",
        "Hồ sơ này chưa được thêm mới",
        "No data found",
        "no records found.",
        "Mã hồ sơ không có trên hệ thống",
        unicodedata.normalize("NFD", "Không tìm thấy hồ sơ"),
    ],
)
def test_words_say_that_it_is_not_there(text):
    """Every wording seen means that the portal lacks the dossier, and never that it has it."""
    assert (said(text).not_there, said(text).already_there) == (True, False)


@pytest.mark.parametrize(
    "text",
    [
        "Hồ sơ trung tâm hành chính không hợp lệ",
        "Không đồng bộ được hồ sơ do thiếu trường",
        "Hồ sơ không được đồng bộ: thiếu trường TrichYeuHoSo",
        "Không tìm thấy thủ tục của hồ sơ",
        "Không tìm thấy lĩnh vực",
        "Giấy tờ đã có trong hồ sơ",
        "Phiên bản dữ liệu không đúng",
        "",
    ],
)
def test_other_words_say_neither(text):
    """A reason of the record's own stays a refusal."""
    answer = said(text)
    assert (answer.already_there, answer.not_there, answer.session_lost) == (False, False, False)


@pytest.mark.parametrize(
    ("message", "code"), [("Unauthorized", -1), ("x", 401), ("x", "401"), ("Hết phiên làm việc", 5)]
)
def test_a_lost_session_is_known_by_code_or_word(gov, wire, logged_in, message, code):
    """401 as a code is as plain as a word."""
    lost = {"error_code": code, "message": message}
    wire.say(logged_in, lost, logged_in, {"error_code": 0, "result": []})
    assert gov.portal.find(CODE) is False
    wire.say(lost, logged_in, lost)
    with pytest.raises(AuthenticationFailed):
        gov.portal.find(CODE)


LISTS = {
    "procedures": lambda portal: portal.procedures(),
    "agencies": lambda portal: portal.agencies(),
    "domains": lambda portal: portal.domains(),
    "online services": lambda portal: portal.online_services(),
    "a code list": lambda portal: portal.catalogue(Catalogue.COUNTRIES),
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("rest", [{}, {"result": None}])
def test_success_without_a_list_is_no_empty_list(gov, wire, logged_in, name, rest):
    """By an empty catalogue, every procedure would be disabled (§1.4, §2.5)."""
    wire.say(logged_in, {"error_code": 0, "message": "", **rest})
    with pytest.raises(UnexpectedReply, match="no_result"):
        LISTS[name](gov.portal)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("result", [[], {}, {"data": []}])
def test_an_empty_list_is_one(gov, wire, logged_in, name, result):
    """Words for "nothing found" in place of the rows are an empty list, no failure."""
    wire.say(logged_in, {"error_code": 0, "result": result})
    assert LISTS[name](gov.portal) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"error_code": 0},
        {"error_code": 0, "result": None},
        {"error_code": 0, "result": ""},
        {"error_code": 0, "result": []},
    ],
)
def test_a_look_up_without_a_result_found_nothing(gov, wire, logged_in, answer):
    """Here clients test for the key, so its absence means nothing found (§1.4)."""
    wire.say(logged_in, answer, answer, answer)
    assert gov.portal.find(CODE) is False
    assert gov.portal.procedure(PROCEDURE) is None
    assert gov.portal.account_id(CitizenId("000000000012")) is None


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"<html><body>Login</body></html>"),
        (200, b""),
        (200, b"{}"),
        (200, b"[]"),
        (204, b""),
        (404, b"Not Found"),
        (500, b'{"error_code":0,"result":[]}'),
        (502, b"<html/>"),
        (200, b'<?xml version="1.0"?><Fault/>'),
        (200, '{"error_code":0,"result":[]}'.encode("utf-16")),
        (200, {"fault": {"code": 900901, "message": "Invalid Credentials"}}),
        (200, {"type": "Server.ClientProxy.IOError", "message": "x"}),
        (200, {"error_code": -1, "message": "Lỗi hệ thống"}),
        (200, {"error_code": False, "result": []}),
        (200, {"error_code": [], "result": []}),
    ],
)
def test_no_outage_is_taken_for_nothing(make_gov, wire, logged_in, answer):
    """Every read raises; none gives False, None or an empty list."""
    portal = make_gov(PORTAL__ATTEMPTS="1").portal
    reads = [
        lambda: portal.find(CODE),
        lambda: portal.procedure(PROCEDURE),
        lambda: portal.account_id(CitizenId("000000000012")),
        portal.questions,
        *(lambda read=read: read(portal) for read in LISTS.values()),
    ]
    wire.say(logged_in)
    wire.always = lambda request: logged_in if request.label == "login" else answer
    for read in reads:
        with pytest.raises(OutsideSystemError):
            read()


@pytest.mark.parametrize(
    "row",
    [
        {**ROW, "LINHVUCTHUCHIEN": {"MALINHVUC": "G99-TP01", "TENLINHVUC": "Hộ tịch"}},
        {**ROW, "LINHVUCTHUCHIEN": [{"MaLinhVuc": "G99-TP01", "TenLinhVuc": "Hộ tịch"}, None, "x"]},
        {**{key.lower(): value for key, value in ROW.items()}, "linhvucthuchien": [{"MALINHVUC": "G99-TP01"}]},
        {**ROW, "MATTHC": "1.001193.000.00.00.H99", "LINHVUCTHUCHIEN": [{"MALINHVUC": " G99-TP01 "}]},
        {**ROW, "MATTHC": 1.001193, "LINHVUCTHUCHIEN": [{"MALINHVUC": "G99-TP01"}], "KETQUATHUCHIEN": None},
    ],
)
@pytest.mark.parametrize(
    "wrap", [lambda row: [row], lambda row: row, lambda row: {"data": [row]}, lambda row: json.dumps([row])]
)
def test_a_procedure_is_read_in_every_plain_shape(gov, wire, logged_in, row, wrap):
    """One object for a list of one, other key case, a suffix, JSON in a text."""
    wire.say(logged_in, {"error_code": "0", "result": wrap(row)})
    found = gov.portal.procedure(PROCEDURE)
    assert (found.code, found.domain_code, found.name) == ("1.001193", "G99-TP01", ROW["TENTTHC"])


@pytest.mark.parametrize("row", [{**ROW, "MATTHC": 1.0012}, {**ROW, "MATTHC": None}, "x", 5])
def test_a_row_that_is_no_procedure_is_an_error(gov, wire, logged_in, row):
    """Not skipped: whatever is missing from the list gets disabled."""
    wire.say(logged_in, {"error_code": 0, "result": [ROW, row]})
    with pytest.raises(UnexpectedReply, match="not_a_procedure"):
        gov.portal.procedures()


@pytest.mark.parametrize("owner", ["000.00.00.H99", "h99", "H99", "H99.00"])
def test_own_domains_are_known_by_either_form_of_the_agency(gov, wire, logged_in, owner):
    """The catalogue writes MANGANH in its own form (§2.5, §4.2)."""
    rows = [
        {"MALINHVUC": "A", "TENLINHVUC": "a", "MANGANH": owner},
        {"MALINHVUC": "B", "MANGANH": "G01"},
        {"MALINHVUC": "C"},
    ]
    wire.say(logged_in, {"error_code": 0, "result": rows})
    assert [domain.code for domain in gov.portal.domains()] == ["A"]


@pytest.mark.parametrize(
    ("first", "second"),
    [("Hồ sơ đã tồn tại", "Hồ sơ không tồn tại"), ("Hồ sơ đã tồn tại", "Thiếu trường")],
)
def test_a_portal_that_contradicts_itself_is_quoted_by_what_says_more(gov, wire, logged_in, dossier, first, second):
    """Neither there nor not: the first reason; a reason of the record's own: that one."""
    answers = [{"error_code": -1, "message": text} for text in (first, second)]
    wire.say(logged_in, {"error_code": 0, "result": []}, *answers)
    with pytest.raises(Refused) as caught:
        gov.portal.put(dossier)
    assert caught.value.raw.reveal() == (first if "không" in second else second)
    assert len(wire.sent) == 4


def test_a_question_without_text_does_not_hide_the_others(gov, wire, logged_in):
    """Blank is None; to publish it is refused before anything is sent."""
    rows = [{"HOIDAPID": 7, "NOIDUNG": ""}, {"HOIDAPID": "8", "NOIDUNG": "Hỏi"}]
    wire.say(logged_in, {"error_code": 0, "result": rows}, {"error_code": 0, "result": {"HOIDAPID": 7, "TRALOIID": 1}})
    questions = gov.portal.questions()
    assert [(item.id, item.text and item.text.reveal()) for item in questions] == [("7", None), ("8", "Hỏi")]
    (answer,) = gov.portal.question_answers("7")
    assert (answer.text, answer.id) == (None, "1")
    sent = len(wire.sent)
    with pytest.raises(InvalidInput):
        gov.portal.publish_questions(questions)
    with pytest.raises(InvalidInput):
        gov.portal.answer_questions([answer])
    assert len(wire.sent) == sent
    assert Question(id="1", text=FormText("x")).text != QuestionAnswer(question="1", text=None).text
