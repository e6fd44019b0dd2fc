"""`put` ends in the dossier being there once, or in an error that says what is known."""

from __future__ import annotations

import pytest

from gov_connect.errors import (
    OutcomeUnknown,
    Overloaded,
    Refused,
    SystemPaused,
    TimedOut,
    UnexpectedReply,
    Unreachable,
)

GONE = {"error_code": 0, "result": []}
THERE = {"error_code": 0, "result": [{"MaHoSo": "000.07.12.H99-250804-0019"}]}
DONE = {"error_code": "00", "message": "Thành công"}
ALREADY = {"error_code": -1, "message": "Mã hồ sơ đã tồn tại"}
MISSING = {"error_code": -1, "message": "Hồ sơ không tồn tại"}
CUT_OFF = {"error_code": -1, "message": "Lỗi khi gọi DVCQG: Read timed out"}
REFUSED = {"error_code": -1, "message": "Thiếu trường TrichYeuHoSo"}


def silence(_request):
    raise TimedOut(system="portal", seconds=30)


def put(gov, wire, logged_in, dossier, *answers):
    """Put with these answers after the login; gives the receipt and what was sent, in short."""
    wire.say(logged_in, *answers)
    receipt = gov.portal.put(dossier)
    return receipt.inserted, sent(wire)


def sent(wire):
    found = []
    for at, request in enumerate(wire.sent):
        if request.label == "TraCuuHoSo":
            found.append("look up")
        elif request.label == "DongBoHoSoMC":
            found.append("update" if wire.message(at)["isUpdating"] == "True" else "insert")
    return found


@pytest.mark.parametrize(
    ("answers", "inserted", "expected"),
    [
        ([GONE, DONE], True, ["look up", "insert"]),
        ([THERE, DONE], False, ["look up", "update"]),
        ([GONE, ALREADY, DONE], False, ["look up", "insert", "update"]),
        ([THERE, MISSING, DONE], True, ["look up", "update", "insert"]),
        ([GONE, silence, THERE, DONE], False, ["look up", "insert", "look up", "update"]),
        ([GONE, silence, GONE, DONE], True, ["look up", "insert", "look up", "insert"]),
        ([GONE, (502, b"<html/>"), THERE, DONE], False, ["look up", "insert", "look up", "update"]),
        ([GONE, b"<html/>", THERE, DONE], False, ["look up", "insert", "look up", "update"]),
        ([GONE, (500, DONE), THERE, DONE], False, ["look up", "insert", "look up", "update"]),
        ([GONE, CUT_OFF, THERE, DONE], False, ["look up", "insert", "look up", "update"]),
        (
            [GONE, silence, GONE, silence, THERE, DONE],
            False,
            ["look up", "insert", "look up", "insert", "look up", "update"],
        ),
    ],
)
def test_put_inserts_or_updates(gov, wire, logged_in, dossier, answers, inserted, expected):
    """An unknown outcome is looked up, and never repeated blindly."""
    assert put(gov, wire, logged_in, dossier, *answers) == (inserted, expected)


def test_a_row_without_a_name_does_not_hide_the_other_procedures(gov, wire, logged_in):
    """Nor itself: what is not in the list gets disabled (§2.5)."""
    rows = [{"MATTHC": "1.001193", "TENTTHC": None}, {"MATTHC": "2.000635", "TENTTHC": "Trích lục"}]
    wire.say(logged_in, {"error_code": 0, "result": rows})
    assert [(row.code, row.name) for row in gov.portal.procedures()] == [
        ("1.001193", "1.001193"),
        ("2.000635", "Trích lục"),
    ]


CONTRADICTIONS = [
    {"error_code": 0, "message": "Thất bại"},
    {"error_code": "00", "message": "Lỗi: hồ sơ không hợp lệ"},
    {"error_code": 0, "message": "Có 1 hồ sơ lỗi"},
    {"error_code": 0, "message": "Thành công: 0, không thành công: 1"},
    {"error_code": 0, "message": "Thành công", "result": [{"error_code": "-1"}]},
    {"error_code": 0, "result": [{"MaHoSo": "000.07.12.H99-250804-0019", "error_code": -1, "message": "x"}]},
    {"error_code": 0, "message": {"thanhcong": "0", "thatbai": "1"}},
    {"error_code": 0, "message": "", "success": False},
    {"error_code": 0, "result": {"success": "false"}},
    {"error_code": 0, "message": "", "errors": {"MaTTHC": ["không được để trống"]}},
    {"error_code": 1, "message": "Thêm mới hồ sơ thành công"},
]


@pytest.mark.parametrize("answer", CONTRADICTIONS)
def test_a_code_that_its_own_words_contradict_is_looked_up(gov, wire, logged_in, dossier, answer):
    """Clients go by the words (§2.3, §6 row 19): neither is believed, the portal is asked."""
    done = put(gov, wire, logged_in, dossier, GONE, answer, THERE, DONE)
    assert done == (False, ["look up", "insert", "look up", "update"])


@pytest.mark.parametrize(
    "message",
    [
        "Thành công",
        "",
        "Thêm mới thành công, không có lỗi",
        "Thành công: 1, thất bại: 0",
        "Thành công 1 hồ sơ, 0 hồ sơ lỗi",
        "Số hồ sơ thành công: 1, số hồ sơ không thành công: 0",
        "Đồng bộ thành công hồ sơ của NGUYỄN VĂN LỢI, Chi cục Thủy lợi",
        "Cập nhật trạng thái 'Bị từ chối tiếp nhận' thành công",
    ],
)
def test_words_of_success_are_no_contradiction(gov, wire, logged_in, dossier, message):
    """Nor is a failure that was counted as none."""
    assert put(gov, wire, logged_in, dossier, GONE, {"error_code": 0, "message": message}) == (
        True,
        ["look up", "insert"],
    )


def test_a_lost_session_is_renewed_whatever_the_code(gov, wire, logged_in, dossier):
    """A stale session is told under code 0 too (§7.2 M4): nothing was done, so the write is sent again."""
    lost = {"error_code": 0, "message": "Phiên làm việc đã hết hạn, vui lòng đăng nhập lại"}
    inserted, steps = put(gov, wire, logged_in, dossier, GONE, lost, {**logged_in, "session": "moi"}, DONE)
    assert (inserted, steps, wire.message()["session"]) == (True, ["look up", "insert", "insert"], "moi")


def test_an_empty_answer_to_an_insert_is_looked_up_with_a_new_session(gov, wire, logged_in, dossier):
    """`{}` may hide a stale session or a dossier that was made."""
    inserted, steps = put(gov, wire, logged_in, dossier, GONE, {}, {**logged_in, "session": "moi"}, THERE, DONE)
    assert (inserted, steps) == (False, ["look up", "insert", "look up", "update"])
    assert wire.message()["session"] == "moi"


def test_the_record_is_the_same_in_every_attempt(gov, wire, logged_in, dossier):
    """Only `isUpdating` changes between an insert and the update that follows."""
    put(gov, wire, logged_in, dossier, GONE, silence, THERE, DONE)
    records = [wire.message(at)["data"] for at, request in enumerate(wire.sent) if request.label == "DongBoHoSoMC"]
    assert records[0] == records[1]


@pytest.mark.parametrize(
    ("answers", "writes"),
    [
        ([GONE, REFUSED], 1),
        ([THERE, REFUSED], 1),
        ([GONE, ALREADY, MISSING], 2),
        ([THERE, MISSING, ALREADY], 2),
        ([GONE, (400, b"<html/>")], 1),
    ],
)
def test_a_refusal_is_raised_after_at_most_one_switch(gov, wire, logged_in, dossier, answers, writes):
    """Two answers that contradict each other end the matter."""
    wire.say(logged_in, *answers)
    with pytest.raises(Refused) as caught:
        gov.portal.put(dossier)
    assert (caught.value.system, wire.labels.count("DongBoHoSoMC")) == ("portal", writes)


@pytest.mark.parametrize(
    "look_up", [silence, b"<html/>", (502, b""), REFUSED, {"error_code": 0, "result": "có thể"}, (404, b"")]
)
def test_an_unknown_outcome_that_cannot_be_looked_up_stays_unknown(gov, wire, logged_in, dossier, look_up, shown):
    """The error says that it was sent, and carries the place, not the person."""
    wire.say(logged_in, GONE, silence)
    wire.always = look_up
    with pytest.raises(OutcomeUnknown) as caught:
        gov.portal.put(dossier)
    error = caught.value
    assert (error.system, error.operation, error.reason) == ("portal", "portal.put", "network.timed_out")
    assert len(error.correlation_id) == 32
    assert wire.labels.count("DongBoHoSoMC") == 1
    assert "Mẫu" not in shown(error)


def test_three_unknown_outcomes_are_enough(gov, wire, logged_in, dossier):
    """Each was looked up and not found; after the third the outcome stays unknown."""
    wire.say(logged_in, GONE, *([b"<html/>", GONE] * 3))
    with pytest.raises(OutcomeUnknown):
        gov.portal.put(dossier)
    assert sent(wire) == ["look up", "insert", "look up", "insert", "look up", "insert"]


def test_an_insert_that_was_never_sent_is_simply_sent_again(gov, wire, logged_in, dossier):
    """No connection, or "come back later": nothing was done, so no look-up is needed."""
    answers = [GONE, Unreachable(system="portal"), (429, b""), DONE]
    inserted, steps = put(gov, wire, logged_in, dossier, *answers)
    assert (inserted, steps) == (True, ["look up", "insert", "insert", "insert"])


def test_a_login_that_fails_before_the_write_is_not_an_unknown_outcome(gov, wire, clock, logged_in, dossier):
    """The session ran out between look-up and write: nothing was sent, and the error says so."""

    def slow(_request):
        clock.advance(700)
        return GONE

    wire.say(logged_in, slow)
    wire.always = b"<html/>"
    with pytest.raises(UnexpectedReply):
        gov.portal.put(dossier)
    assert wire.labels == ["login", "TraCuuHoSo", "login"]


def test_a_first_look_up_that_fails_stops_before_anything_is_written(gov, wire, logged_in, dossier):
    """An exception does not count as "not there"."""
    wire.say(logged_in)
    wire.always = (502, b"")
    with pytest.raises((UnexpectedReply, SystemPaused, Overloaded)):
        gov.portal.put(dossier)
    assert "DongBoHoSoMC" not in wire.labels


@pytest.mark.parametrize(
    ("look_up", "later"),
    [
        (GONE, Unreachable(system="portal")),
        (GONE, (429, b"")),
        (GONE, (404, b"<html/>")),
        (GONE, (403, b"<html/>")),
        (GONE, {"error_code": -1, "message": "Phiên làm việc không tồn tại"}),
        (THERE, Unreachable(system="portal")),
        (THERE, silence),
    ],
)
def test_a_doubt_outlives_a_later_write_that_failed(gov, wire, logged_in, dossier, look_up, later):
    """The first insert may still arrive, so nothing that proves nothing hides it."""
    wire.say(logged_in, GONE, silence, look_up)

    def answer(request):
        if request.label == "login":
            return logged_in
        return later(request) if callable(later) else later

    wire.always = answer
    with pytest.raises(OutcomeUnknown) as caught:
        gov.portal.put(dossier)
    assert (caught.value.reason, caught.value.operation) == ("network.timed_out", "portal.put")


def test_a_refusal_of_the_same_record_ends_a_doubt(gov, wire, logged_in, dossier):
    """What the portal refuses now it refuses whenever the first one arrives."""
    wire.say(logged_in, GONE, silence, GONE, REFUSED)
    with pytest.raises(Refused):
        gov.portal.put(dossier)


def test_a_look_up_that_was_cut_off_refuses_nothing(gov, wire, logged_in, dossier):
    """Before the write: the dossier is put again later, and is not put aside for an officer."""
    wire.say(logged_in, CUT_OFF)
    with pytest.raises(UnexpectedReply):
        gov.portal.put(dossier)


def test_two_contradicting_refusals_do_not_end_a_doubt(gov, wire, logged_in, dossier):
    """ "Already there" may speak of the first insert, whatever the update is told."""
    wire.say(logged_in, GONE, silence, GONE, ALREADY, MISSING)
    with pytest.raises(OutcomeUnknown):
        gov.portal.put(dossier)
