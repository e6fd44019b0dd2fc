"""A birth is registered once, whatever the registry answers; tokens are renewed once."""

from __future__ import annotations

import json
import unicodedata

import pytest

from gov_connect.errors import (
    AuthenticationFailed,
    OutcomeUnknown,
    OutsideSystemError,
    Refused,
    TimedOut,
    UnexpectedReply,
    Unreachable,
)

ACCEPTED = {"status": 1, "value": ""}
UNKNOWN = {"status": 0, "code": 201, "message": "RECORD_NOT_FOUND"}
AUTHEN_ERROR = {"status": 0, "code": 100, "message": "AUTHEN_ERROR"}


def silence(_request):
    raise TimedOut(system="civil_registry", seconds=30)


@pytest.mark.parametrize(
    "answer",
    [ACCEPTED, {"status": "1"}, {"Status": 1.0, "value": None}, {"STATUS": " 01 "}, [ACCEPTED], json.dumps(ACCEPTED)],
)
def test_accepted_is_understood_in_every_dress(gov, wire, token, birth, answer):
    """Number or text, other key case, a list of one, JSON inside JSON."""
    wire.say(token, (200, answer) if isinstance(answer, list) else (lambda _r, a=answer: a))
    assert gov.civil_registry.submit(birth).already_there is False


def spellings(text):
    plain = "".join(c for c in unicodedata.normalize("NFD", text.replace("đ", "d")) if not unicodedata.combining(c))
    return [
        text,
        text.upper(),
        unicodedata.normalize("NFD", text),
        plain,
        text.replace("đ", "ð"),
        text.replace(" ", "\n "),
    ]


@pytest.mark.parametrize(
    "text", spellings("Hồ sơ H99.201-260105-0007 đã được tiếp nhận") + spellings("đã được tiếp nhận.")
)
@pytest.mark.parametrize("key", ["errorDescription", "message", "value", "statusDescription"])
def test_already_received_is_success_in_any_spelling(gov, wire, token, birth, text, key):
    """Decomposed, in capitals, without marks, wherever the text stands."""
    wire.say(token, {"status": "0", "errorCode": "500", key: text})
    assert gov.civil_registry.submit(birth).already_there is True


@pytest.mark.parametrize(
    "text",
    ["Hồ sơ chưa được tiếp nhận", "Hồ sơ H99.201-260105-0099 đã được tiếp nhận cho cùng trẻ", "đã tiếp nhận xong?"],
)
def test_what_was_not_received_is_not_success(gov, wire, token, birth, text):
    """Not yet received, or another dossier, is a refusal."""
    wire.say(token, {"status": 0, "code": 500, "message": text})
    with pytest.raises(Refused):
        gov.civil_registry.submit(birth)


CUT_OFF = [
    "java.net.SocketTimeoutException: Read timed out",
    "Client received SOAP Fault from server",
    "Không nhận được phản hồi từ hệ thống BTP",
    "Quá thời gian chờ",
    "Lỗi hệ thống",
]


@pytest.mark.parametrize("text", CUT_OFF)
def test_words_of_the_way_are_looked_up(gov, wire, token, birth, text):
    """A gateway's time-out in the registry's own form is no refusal: a second paper could be a second birth."""
    wire.say(token, {"status": 0, "message": text}, {"status": 1, "value": ""})
    assert gov.civil_registry.submit(birth).already_there is True
    assert wire.labels == ["token", "dangKyHoTich", "traTrangThaiHoSo"]
    wire.say({"status": 0, "message": text}, {"status": 0, "message": text})
    with pytest.raises(OutcomeUnknown):
        gov.civil_registry.submit(birth)


def test_a_question_that_was_cut_off_refuses_nothing(gov, wire, token, birth):
    """It is asked again; a refusal would end the waiting for a result."""
    wire.say(token, {"status": 0, "message": CUT_OFF[0]})
    with pytest.raises(UnexpectedReply):
        gov.civil_registry.results(birth.dossier, unit=birth.unit)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 1, "value": "DATA_INCORRECT"},
        {"status": "1", "errorCode": "500", "errorDescription": "Thiếu nksHoTen"},
        {"status": 1, "message": "Thất bại"},
        {"status": "²"},
        {"status": 200, "message": "OK"},
    ],
)
def test_a_yes_that_its_own_words_belie_is_looked_up(gov, wire, token, birth, answer):
    """A child taken for registered that is not would never be; no status crashes the reader."""
    wire.say(token, answer, UNKNOWN, answer, UNKNOWN)
    with pytest.raises(OutcomeUnknown):
        gov.civil_registry.submit(birth)
    wire.say({"status": 1, "code": "00", "message": "Thành công"})
    assert gov.civil_registry.submit(birth).already_there is False


@pytest.mark.parametrize("text", ["nksHoTen có định dạng không đúng", "Hồ sơ quá hạn xử lý", "Công dân chưa phản hồi"])
def test_words_about_the_data_are_a_refusal(gov, wire, token, birth, text):
    """They are for the officer, and nothing is sent again."""
    wire.say(token, {"status": 0, "code": 500, "message": text})
    with pytest.raises(Refused):
        gov.civil_registry.submit(birth)


@pytest.mark.parametrize(
    ("answer", "code", "raw_code"),
    [
        ({"status": 0, "code": 101, "message": "IP_DISALLOWED"}, "system.misconfigured", "101"),
        ({"status": 0, "code": 106, "message": "AGENCY_ID_INCORRECT"}, "system.misconfigured", "106"),
        ({"status": "0", "errorCode": "108"}, "system.misconfigured", "108"),
        ({"status": 0, "error_code": 302.0}, "system.misconfigured", "302"),
        ({"status": 0, "message": "Lỗi: AGENCY_ID_INCORRECT"}, "system.misconfigured", "106"),
        ({"status": 0, "code": "agency_id_incorrect"}, "system.misconfigured", "106"),
        ({"status": 0, "value": 106}, "system.misconfigured", "106"),
        ({"status": 0, "value": "AGENCY_ID_INCORRECT"}, "system.misconfigured", "106"),
        ({"status": 0, "code": 500, "message": "DATA_INCORRECT: nksNgaySinh"}, "system.refused", "500"),
        ({"status": 0, "code": 200}, "system.not_finished", "200"),
        ({"status": 0}, "system.refused", ""),
        ({"title": "Có lỗi xảy ra.", "errors": "nksHoTen quá dài", "status": 500}, "system.refused", "500"),
    ],
)
def test_each_error_gets_its_class(gov, wire, token, birth, answer, code, raw_code):
    """Configuration, data, not finished: the registry's code is kept, wherever it stood."""
    wire.say(token, answer)
    with pytest.raises(Refused) as caught:
        gov.civil_registry.submit(birth)
    assert (caught.value.code, caught.value.raw_code) == (code, raw_code)


@pytest.mark.parametrize(
    "doubt", [silence, (502, b"<html/>"), b"<html/>", {}, {"status": "7"}, (500, ACCEPTED), (504, b"")]
)
@pytest.mark.parametrize(("status", "calls"), [({"status": 1}, 1), ({"status": "4"}, 1), (UNKNOWN, 2)])
def test_an_unknown_outcome_is_looked_up_first(gov, wire, token, birth, doubt, status, calls):
    """Known means done, without a second submission; unknown means once more."""
    wire.say(token, doubt, status, ACCEPTED)
    submission = gov.civil_registry.submit(birth)
    assert wire.labels.count("dangKyHoTich") == calls
    assert submission.already_there is (calls == 1)


@pytest.mark.parametrize(
    "look_up",
    [
        silence,
        b"<html/>",
        {"status": 0, "code": 106},
        (200, {"status": 9}),
        (500, {"timestamp": "x", "status": 500, "error": "Internal Server Error", "path": "/hotich"}),
        (200, {"status": 500, "errors": "Lỗi"}),
        (404, {"fault": {"code": 404, "message": "No matching resource"}}),
    ],
)
def test_a_look_up_that_fails_leaves_the_outcome_unknown(gov, wire, token, birth, look_up, shown):
    """An error page with a `status` of its own is not "we have it"."""
    wire.say(token, silence)
    wire.always = look_up
    with pytest.raises(OutcomeUnknown) as caught:
        gov.civil_registry.submit(birth)
    assert (caught.value.system, caught.value.reason) == ("civil_registry", "network.timed_out")
    assert wire.labels.count("dangKyHoTich") == 1
    assert "HƯ CẤU" not in shown(caught.value)


def test_two_unknown_outcomes_are_enough(gov, wire, token, birth):
    """The second is not followed by a third."""
    wire.say(token, silence, UNKNOWN, b"<html/>", UNKNOWN)
    with pytest.raises(OutcomeUnknown):
        gov.civil_registry.submit(birth)
    assert wire.labels.count("dangKyHoTich") == 2


@pytest.mark.parametrize(("status", "calls"), [({"status": 1}, 0), (UNKNOWN, 1)])
def test_a_doubtful_submission_is_looked_up_before_anything_is_sent(gov, wire, token, birth, status, calls):
    """After a crash the caller says so."""
    wire.say(token, status, ACCEPTED)
    assert gov.civil_registry.submit(birth, doubtful=True).already_there is (calls == 0)
    assert wire.labels.count("dangKyHoTich") == calls


@pytest.mark.parametrize(
    "refusal", [AUTHEN_ERROR, {"status": "0", "message": "AUTHEN_ERROR"}, (401, b""), (401, {"fault": {}})]
)
def test_a_refused_token_is_renewed_once(gov, wire, token, birth, refusal):
    """Code 100, its name, or HTTP 401."""
    wire.say(token, refusal, {**token, "access_token": "t-2"}, ACCEPTED)
    gov.civil_registry.submit(birth)
    assert [request.headers["Authorization"] for request in wire.sent[1::2]] == ["Bearer t-1", "Bearer t-2"]
    assert wire.labels == ["token", "dangKyHoTich", "token", "dangKyHoTich"]


def test_a_token_that_is_refused_again_is_an_error(gov, wire, token, birth):
    """One renewal."""
    wire.say(token, AUTHEN_ERROR, token, AUTHEN_ERROR)
    with pytest.raises(AuthenticationFailed) as caught:
        gov.civil_registry.submit(birth)
    assert (caught.value.raw_code, len(wire.sent)) == ("100", 4)


@pytest.mark.parametrize(
    ("life", "kept"), [(3600, 3569), ("3600", 3569), (3600.0, 3569), (None, 3569), ("lâu", 3569), (60, 29)]
)
def test_a_token_is_kept_a_little_less_long_than_it_lives(gov, wire, clock, token, birth, life, kept):
    """Thirty seconds before its end a new one is fetched."""
    wire.say({**token, "expires_in": life}, ACCEPTED)
    gov.civil_registry.submit(birth)
    clock.advance(kept)
    wire.say(ACCEPTED)
    gov.civil_registry.submit(birth)
    clock.advance(2)
    wire.say(token, ACCEPTED)
    gov.civil_registry.submit(birth)
    assert wire.labels == ["token", *["dangKyHoTich"] * 2, "token", "dangKyHoTich"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((401, {"error": "invalid_client"}), AuthenticationFailed),
        ((400, {"error": "invalid_grant"}), AuthenticationFailed),
        ((403, b""), AuthenticationFailed),
        ((404, b"<html/>"), Refused),
        ((200, {}), UnexpectedReply),
        ((200, {"access_token": ""}), UnexpectedReply),
        ((200, {"access_token": ["x"]}), UnexpectedReply),
        ((200, b"<html/>"), UnexpectedReply),
        ((500, {"access_token": "x"}), UnexpectedReply),
    ],
)
def test_a_token_that_does_not_come_is_said(gov, wire, birth, answer, kind):
    """Nothing is sent with an empty token."""
    wire.always = answer
    with pytest.raises(kind):
        gov.civil_registry.submit(birth)
    assert set(wire.labels) == {"token"}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((403, b"<html/>"), AuthenticationFailed),
        ((404, {"fault": {"code": 900404, "message": "x"}}), Refused),
        ((415, b""), Refused),
    ],
)
def test_a_gateway_that_turns_the_call_away_has_done_nothing(gov, wire, token, birth, answer, kind):
    """HTTP 4xx is a refusal, not a doubt: no look-up."""
    wire.say(token, answer)
    with pytest.raises(kind):
        gov.civil_registry.submit(birth)
    assert wire.labels == ["token", "dangKyHoTich"]


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 0, "code": 500, "message": "DATA_INCORRECT: LÊ THỊ HƯ CẤU"},
        {"status": 500, "errors": "LÊ THỊ HƯ CẤU", "inputSend": {"meHoTen": "LÊ THỊ HƯ CẤU"}},
        (400, {"fault": {"code": "LÊ THỊ HƯ CẤU"}}),
    ],
)
def test_no_error_repeats_the_echoed_request(gov, wire, token, birth, answer, shown):
    """The registry echoes what it was sent; that stays hidden."""
    wire.say(token, answer)
    with pytest.raises(OutsideSystemError) as caught:
        gov.civil_registry.submit(birth)
    assert "HƯ CẤU" not in shown(caught.value)


@pytest.mark.parametrize(
    "later",
    [
        Unreachable(system="civil_registry"),
        (429, b""),
        (404, {"fault": {"code": 404}}),
        (403, b"<html/>"),
        AUTHEN_ERROR,
        {"status": 0, "code": 200},
        {"status": 0, "code": 106},
        {"status": 0, "code": 500, "message": "Trẻ này đã được đăng ký trước đó"},
        {"status": 0, "code": 500, "message": "Duplicate record"},
    ],
)
def test_a_doubt_outlives_a_second_send_that_failed(gov, wire, token, birth, later):
    """The first one may still arrive: no connection for the second, or a closed gate, is no answer."""
    wire.say(token, silence, UNKNOWN)
    wire.always = lambda request: token if request.label == "token" else later
    with pytest.raises(OutcomeUnknown) as caught:
        gov.civil_registry.submit(birth)
    assert (caught.value.reason, caught.value.operation) == ("network.timed_out", "civil_registry.submit")


def test_a_refusal_of_the_same_data_ends_a_doubt(gov, wire, token, birth):
    """What the registry refuses now it refuses whenever the first one arrives."""
    wire.say(token, silence, UNKNOWN, {"status": 0, "code": 500, "message": "DATA_INCORRECT"})
    with pytest.raises(Refused):
        gov.civil_registry.submit(birth)


def test_without_a_doubt_no_connection_is_just_that(gov, wire, token, birth):
    """Nothing was sent at all."""
    wire.say(token)
    wire.always = Unreachable(system="civil_registry")
    with pytest.raises(Unreachable):
        gov.civil_registry.submit(birth)
