"""The registry mock's second and third generation: the samples pass, anything else is refused by name."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from gov_connect.mocks import MockRequest
from gov_connect.mocks.civil_registry import (
    BUNDLE_PATH,
    BUNDLE_RESULT_PATH,
    CLIENT_ID,
    CLIENT_SECRET,
    NEWER_PATH,
    SYNC_PATH,
    TOKEN_PATH,
    CivilRegistryMock,
)

SAMPLES = Path(__file__).parent.parent / "samples" / "civil_registry"
REQUESTER = {"nycNgayCapGiayToTuyThan": "01.02.2022", "nycNoiCapGiayToTuyThan": "Cục"}


def sample(name: str) -> dict[str, Any]:
    """Read a sample message."""
    message: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
    return message


@pytest.fixture
def call() -> Any:
    """Post a message with a token; gives HTTP status and answer."""
    mock = CivilRegistryMock()
    basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
    form = {"authorization": f"Basic {basic}", "content-type": "application/x-www-form-urlencoded"}
    issued = mock.handle(
        MockRequest(method="POST", path=TOKEN_PATH, headers=form, body=b"grant_type=client_credentials")
    )
    token = json.loads(issued.body)["access_token"]

    def one(path: str, message: dict[str, Any], **data: Any) -> tuple[int, dict[str, Any]]:
        if data:
            inner = {**json.loads(message["data"]), **data}
            message = {**message, "data": json.dumps({key: value for key, value in inner.items() if value != "-"})}
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        reply = mock.handle(MockRequest(method="POST", path=path, headers=headers, body=json.dumps(message).encode()))
        return reply.status, json.loads(reply.body)

    one.mock = mock  # type: ignore[attr-defined]
    return one


@pytest.mark.parametrize(("name", "data"), [("8_3_request", {}), ("8_4_request", REQUESTER), ("8_5_request", {})])
def test_the_samples_pass_once(call: Any, name: str, data: dict[str, Any]) -> None:
    """Accepted, then already there."""
    message = sample(name)
    assert call(BUNDLE_PATH, message, **data)[1]["status"] == "1"
    again = call(BUNDLE_PATH, message, **data)[1]
    assert (again["status"], "đã được tiếp nhận" in again["errorDescription"]) == ("0", True)


def test_sample_8_9_passes(call: Any) -> None:
    """And is found by the look-up of new dossiers."""
    message = sample("8_9_request")
    assert call(NEWER_PATH, message)[1]["status"] == "1"
    assert call(SYNC_PATH, {"code": message["maHoSoMCDT"]})[1]["List_Suss"]
    assert call(SYNC_PATH, {"code": "x"})[1]["List_Suss"] == []


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"nksGioiTinh": 2}, "nksGioiTinh"),
        ({"nksGioiTinh": "4"}, "nksGioiTinh"),
        ({"nksNoiSinh": "Bệnh viện"}, "nksNoiSinh"),
        ({"nksNoiSinh": {"maTinh": "9", "maHuyen": "", "maXa": "", "dcChiTiet": ""}}, "nksNoiSinh"),
        ({"nksNoiSinh": {"maTinh": "99", "dcChiTiet": ""}}, "nksNoiSinh"),
        ({"nycEmail": "-"}, "nycEmail"),
        ({"nksTen": "x"}, "nksTen"),
        ({"nksHoTen": ""}, "nksHoTen"),
        ({"nksNgaySinh": "03/01/2026"}, "nksNgaySinh"),
        ({"nksDanToc": "01"}, "nksDanToc"),
    ],
)
def test_births_are_read_strictly(call: Any, data: dict[str, Any], field: str) -> None:
    """Texts, objects of four members, everything there, nothing else."""
    answer = call(BUNDLE_PATH, sample("8_3_request"), **data)[1]
    assert (answer["status"], field in answer["errorDescription"]) == ("0", True)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"module": "KS"}, "module"),
        ({"maDonVi": 99001}, "maDonVi"),
        ({"ngayTiepNhan": "2026-01-05"}, "ngayTiepNhan"),
        ({"extra": 1}, "extra"),
        ({"fileDinhKem": [{"id": 1}]}, "fileDinhKem"),
        ({"data": "x"}, "data"),
    ],
)
def test_envelopes_are_read_strictly(call: Any, change: dict[str, Any], field: str) -> None:
    """A member that is missing or wrong is refused, and the answer names it."""
    answer = call(BUNDLE_PATH, {**sample("8_3_request"), **change})[1]
    assert field in answer["errorDescription"]


def test_papers_are_looked_at(call: Any) -> None:
    """Base64 of a PDF or a picture; only sizes and digests are kept."""
    message = sample("8_3_request")
    (paper,) = message["fileDinhKem"]
    for content in ("%%%", base64.b64encode(b"MZ").decode()):
        bad = {**message, "fileDinhKem": [{**paper, "duLieuTepDinhKem": content}]}
        assert "duLieuTepDinhKem" in call(BUNDLE_PATH, bad)[1]["errorDescription"]
    call(BUNDLE_PATH, message)
    (kept,) = call.mock.interlinked(message["maHoSoMCDT"]).papers
    assert kept.size == 9


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"cbsHoTen": "NGÔ THỊ MẪU"}, "cbsHoTen"),
        ({"cbsSoDDCN": "0000000000041"}, "độ dài vượt quá"),
        ({"cbsDanToc": "Kinh"}, "không tồn tại"),
        ({"cbsQuocTich": "Việt Nam"}, "định dạng không đúng"),
        ({"cbsNgaySinh": "28/02/2004"}, "cbsNgaySinh"),
        ({"cbsGioiTinh": "2"}, "cbsGioiTinh"),
    ],
)
def test_new_dossiers_are_read_strictly(call: Any, data: dict[str, Any], said: str) -> None:
    """One text for the fault, HTTP 500, and the request echoed."""
    status, answer = call(NEWER_PATH, sample("8_9_request"), **data)
    assert (status, answer["status"], said in answer["errors"]) == (500, 500, True)
    assert answer["inputSend"]["module"] == "BS"


def test_results_are_asked_for_three_at_once(call: Any) -> None:
    """A fourth code is one too many; states can be set."""
    message = sample("8_3_request")
    call(BUNDLE_PATH, message)
    code = message["maHoSoMCDT"]
    call.mock.set_bundle_state(code, 2, "Bổ sung giấy chứng sinh", "12/01/2026 17:00:00")
    question = {"maTinh": "99", "module": "LTKS", "maDinhDanhHoSo": [code, "a", "b"]}
    (row,) = call(BUNDLE_RESULT_PATH, question)[1]["value"]
    assert (row["trangThai"], row["ghiChu"], row["ketQuaXuLy"]) == ("2", "Bổ sung giấy chứng sinh", None)
    assert call(BUNDLE_RESULT_PATH, {**question, "maDinhDanhHoSo": [code, "a", "b", "c"]})[1]["status"] == 0
    assert call(BUNDLE_RESULT_PATH, {**question, "module": "LTKT"})[1]["value"] == []
