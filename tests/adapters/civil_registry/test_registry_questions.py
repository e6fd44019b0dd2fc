"""Where a registration stands, and where it is in the books."""

from __future__ import annotations

import json

import pytest

from gov_connect.errors import Refused, UnexpectedReply
from gov_connect.model import DossierCode, RegistrationState

CODE = DossierCode("H99.201-260105-0007")
ROW = {"so": "7", "quyenSo": "01/2026", "trangSo": 7, "nksHoTen": "PHẠM THỬ NGHIỆM AN", "ngayDangKy": "05/01/2026"}


def test_the_status_question_is_that_of_sample_8_2(gov, wire, sample, token):
    """What the registry wants supplemented comes with it and hides itself."""
    wire.say(token, sample("civil_registry/8_2_status_reply.json"))
    status = gov.civil_registry.status(CODE, unit="99001")
    assert wire.message() == sample("civil_registry/8_2_status_request.json")
    assert (status.state, status.request.reveal()) == (
        RegistrationState.SUPPLEMENT_REQUESTED,
        "Bổ sung giấy chứng sinh",
    )
    assert "chứng sinh" not in f"{status} {status!r}"


@pytest.mark.parametrize(
    ("number", "state"),
    [
        (1, RegistrationState.RECEIVED),
        ("2", RegistrationState.SUPPLEMENT_REQUESTED),
        (3.0, RegistrationState.ELIGIBLE),
        (" 4 ", RegistrationState.REGISTERED),
        ("6", RegistrationState.UNKNOWN),
        (17, RegistrationState.UNKNOWN),
    ],
)
def test_status_numbers_are_decoded_and_kept(gov, wire, token, number, state):
    """An unknown number means that the registry does not know yet; it is kept as written."""
    wire.say(token, {"status": number, "value": "x" * 3000})
    status = gov.civil_registry.status(CODE, unit="99001")
    assert (status.state, status.raw_state) == (state, str(number).strip().removesuffix(".0"))


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 0, "code": 201},
        {"status": "0", "message": "record_not_found"},
        {"status": 0, "message": "Không tìm thấy hồ sơ"},
        {"status": 0, "thongBao": "x", "message": f"Hồ sơ {CODE} không tồn tại."},
    ],
)
def test_a_dossier_that_is_not_known_is_none(gov, wire, token, answer):
    """201 by number, by name, or in plain words: nobody knows what errors call their code (§9 row 3)."""
    wire.say(token, answer, answer)
    assert gov.civil_registry.status(CODE, unit="99001") is None
    assert gov.civil_registry.results(CODE, unit="99001") is None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"status": 0, "code": 106}, Refused),
        ({"status": 0, "code": 106, "message": "Không tìm thấy"}, Refused),
        ({"status": 0, "message": "Không tìm thấy đơn vị"}, Refused),
        ({"status": 0, "message": "Không tìm thấy hồ sơ do lỗi kết nối"}, UnexpectedReply),
        ({"status": 500, "errors": "x"}, Refused),
        ({"status": "xong"}, UnexpectedReply),
        ({"status": True}, UnexpectedReply),
        ({"status": None}, UnexpectedReply),
        ({"value": 1}, UnexpectedReply),
        (b"<html/>", UnexpectedReply),
        ((500, {"status": 500, "error": "Internal Server Error"}), UnexpectedReply),
    ],
)
@pytest.mark.parametrize("question", ["status", "results"])
def test_anything_else_is_a_typed_error(gov, wire, token, answer, kind, question):
    """For both questions alike."""
    wire.say(token)
    wire.always = answer
    with pytest.raises(kind) as caught:
        getattr(gov.civil_registry, question)(CODE, unit="99001")
    assert (caught.value.system, len(caught.value.correlation_id)) == ("civil_registry", 32)


@pytest.mark.parametrize(
    "value",
    [
        ROW,
        [ROW],
        json.dumps(ROW),
        json.dumps([ROW]),
        json.dumps(json.dumps(ROW)),
        {"SO": 7, "QuyenSo": "01/2026 ", "trangso": "7", "NgayDangKy": "05.01.2026"},
        {"soDangKy": "7", "quyenSo": "01/2026", "trangSo": "7", "ngayDangKy": "20260105"},
        {"numberNo": 7.0, "quyenSo": "01/2026", "trangSo": "7", "ngayDangKy": "05/01/2026 15:20:00"},
    ],
)
def test_a_result_is_read_as_text_object_or_list(gov, wire, token, value):
    """Any case of keys, any of the registry's dates, numbers as numbers or text."""
    wire.say(token, {"status": 1, "value": value})
    entry = gov.civil_registry.results(CODE, unit="99001")
    assert (entry.number, entry.book, entry.page, entry.registered_on.iso) == ("7", "01/2026", "7", "2026-01-05")


def test_the_result_of_sample_8_6_is_read(gov, wire, sample, token):
    """The personal number of the child comes with it."""
    wire.say(token, {"status": 1, "value": sample("civil_registry/8_6_result.json")})
    entry = gov.civil_registry.results(CODE, unit="99001")
    assert (entry.number, entry.citizen_id.reveal()) == ("7", "000000000099")


@pytest.mark.parametrize("number", ["12", "09900000001x", "099000000012", None, True])
def test_a_personal_number_that_is_none_is_left_out(gov, wire, token, number):
    """It may come days later; nothing is made up."""
    wire.say(token, {"status": 1, "value": {**ROW, "nksSoDinhDanh": number}})
    assert gov.civil_registry.results(CODE, unit="99001").citizen_id is None


@pytest.mark.parametrize(
    "value", ["", None, [], {}, "xong", "<xml/>", 7, [ROW, ROW], {"quyenSo": "1"}, {"so": " "}, [[ROW]]]
)
def test_a_result_without_a_number_in_the_books_is_refused(gov, wire, token, value):
    """Registered is concluded from an entry in the books, from nothing less."""
    wire.say(token, {"status": 1, "value": value})
    with pytest.raises(UnexpectedReply, match="no_book_entry"):
        gov.civil_registry.results(CODE, unit="99001")


@pytest.mark.parametrize("answer", [{"status": 0, "code": 200}, {"status": 0, "message": "RECORD_UNCOMPLETE"}])
def test_a_registration_that_is_not_finished_has_no_result(gov, wire, token, answer):
    """Ask again later."""
    wire.say(token, answer)
    assert gov.civil_registry.results(CODE, unit="99001") is None
