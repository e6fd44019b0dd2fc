"""Procedures as the portal describes them: upper, lower and mixed keys, dirty values, any wrapping."""

from __future__ import annotations

import json

import pytest

from gov_connect.errors import UnexpectedReply
from gov_connect.model import ProcedureCode

PROCEDURE = {"MATTHC": "1.001193", "TENTTHC": "Thủ tục đăng ký khai sinh"}


@pytest.mark.parametrize(
    ("row", "domain", "papers", "published"),
    [
        (PROCEDURE, "", (), True),
        ({"matthc": "1.001193 ", "tentthc": " Thủ tục đăng ký khai sinh "}, "", (), True),
        ({"MaTTHC": "1.001193", "TenTTHC": "Thủ tục đăng ký khai sinh", "TrangThai": 1}, "", (), True),
        ({**PROCEDURE, "MATTHC": "1.001193.000.00.00.H22", "TRANGTHAI": "0"}, "", (), False),
        ({**PROCEDURE, "TRANGTHAI": 0, "LINHVUCTHUCHIEN": None, "KETQUATHUCHIEN": ""}, "", (), False),
        ({**PROCEDURE, "LINHVUCTHUCHIEN": {"MaLinhVuc": "G99-TP01"}}, "G99-TP01", (), True),
        ({**PROCEDURE, "LINHVUCTHUCHIEN": [{"malinhvuc": "G99-TP01"}, {}]}, "G99-TP01", (), True),
        ({**PROCEDURE, "KETQUATHUCHIEN": {"MAKETQUA": "KQ.1"}}, "", ("KQ.1",), True),
        ({**PROCEDURE, "KETQUATHUCHIEN": [{"maketqua": "KQ.1"}, None, {"MAKETQUA": None}]}, "", ("KQ.1",), True),
        ({**PROCEDURE, "CACHTHUCTHUCHIEN": [{"THOIGIAN": [{"PHILEPHI": "miễn phí"}]}]}, "", (), True),
    ],
)
@pytest.mark.parametrize("wrap", [lambda row: [row], lambda row: row, lambda row: {"data": [row]}, json.dumps])
def test_procedures_are_read_in_any_case_and_wrapping(gov, wire, logged_in, row, domain, papers, published, wrap):
    """Upper, lower and mixed keys, an object for a list of one, dirty values."""
    wire.say(logged_in, {"error_code": "0", "result": wrap(row)})
    found = gov.portal.procedure(ProcedureCode("1.001193"))
    assert found is not None
    assert (found.name, found.domain_code, found.result_codes, found.published) == (
        "Thủ tục đăng ký khai sinh",
        domain,
        papers,
        published,
    )


@pytest.mark.parametrize(
    "answer",
    [
        {"error_code": 0, "result": []},
        {"error_code": 0},
        {"error_code": 0, "result": [{**PROCEDURE, "MATTHC": "2.000635"}]},
        {"error_code": -1, "message": "Không tìm thấy thủ tục"},
        {"error_code": "-1", "message": "THU TUC KHONG TON TAI"},
    ],
)
def test_a_procedure_that_is_not_there_is_none(gov, wire, logged_in, answer):
    """None, not an error: the portal understood and has no such thing."""
    wire.say(logged_in, answer)
    assert gov.portal.procedure(ProcedureCode("1.001193")) is None


@pytest.mark.parametrize(
    "row",
    [
        {"TENTTHC": "x"},
        {"MATTHC": "khac", "TENTTHC": "x"},
        "chữ",
        3,
        {},
        {**PROCEDURE, "TENTTHC": True},
    ],
)
def test_a_row_that_is_no_procedure_is_refused(gov, wire, logged_in, row):
    """A list with a row that nobody understands is not passed on shortened."""
    wire.say(logged_in, {"error_code": 0, "result": [PROCEDURE, row]})
    with pytest.raises(UnexpectedReply, match="not_a_procedure"):
        gov.portal.procedures()
