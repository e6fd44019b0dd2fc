"""Forms that the tests start from, and one way to read them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from gov_connect.forms import read_form
from gov_connect.model import VIETNAM

SAMPLES = Path(__file__).parent.parent / "samples"
REST = {"nksQueQuan_TrongNuoc": "Xã Mẫu", "NgayCapDDC": "01/02/2022", "NoiCapDDC": "Cục Cảnh sát QLHC về TTXH"}
REQUESTER = {
    "NycSoGiayto": "000000000022",
    "NycNgayCapGiayTo": "01/02/2022",
    "NycNoiCapGiayTo": "Cục Cảnh sát QLHC về TTXH",
}


def _sample(name):
    return json.loads((SAMPLES / name).read_text("utf-8"))


@pytest.fixture
def birth_form():
    """Sample 8.10 with what the law asks beyond it."""
    return {**_sample("forms/8_10_birth.json"), **REST}


@pytest.fixture
def death_form():
    """Sample 8.11 with the requester's papers."""
    return {**_sample("forms/8_11_death.json"), **REQUESTER}


@pytest.fixture
def bundle_birth_form():
    """A birth as the bundle's form has it (§4.2 b)."""
    place = {"tinh": "99", "xa": "99001", "diaChi": "Bệnh viện Mẫu"}
    return {
        "Ho": "PHẠM",
        "ChuDem": "THỬ NGHIỆM",
        "Ten": "AN",
        "NgaySinh": "03/01/2026",
        "GioiTinh": {"Code": "2", "Name": "Nữ"},
        "MaDanToc": {"Code": "01", "Name": "Kinh"},
        "MaQuocTich": "VN",
        "NsMaQuocGia": "VN",
        "NsDiaChi": place,
        "QqDiaChi": {"tinh": "99", "xa": "99001", "diaChi": ""},
        "ChaHo": "PHẠM",
        "ChaChuDem": "VĂN",
        "ChaTen": "GIẢ ĐỊNH",
        "ChaNgaySinh": "1997",
        "ChaSoGiayTo": "000000000011",
        "MeHoTen": "LÊ THỊ HƯ CẤU",
        "MeSoGiayTo": "000000000012",
        "MeLoaiCuTru": "1",
        "MeDiaChi": {"tinh": "99", "xa": "99001", "diaChi": "Thôn Mẫu"},
        "NycHoTen": "LÊ THỊ HƯ CẤU",
        "NycQuanHe": "Mẹ",
        "NycSoGiayto": "000000000012",
        "NycNgayCap": "01/02/2022",
        "NycNoiCap": "Cục Cảnh sát QLHC về TTXH",
        "CapBanSao": True,
        "BanSaoSoLuong": 2,
    }


@pytest.fixture
def read():
    """Read a form as received on 2026-01-06 by unit 99001; `without` drops leaves, `options` go on."""

    def one(form, *, without=(), options=None, **changes):
        leaves = {name: value for name, value in form.items() if name not in without} | changes
        fixed = {
            "dossier": "H99.201-260106-0007",
            "unit": "99001",
            "received_at": datetime(2026, 1, 6, 15, tzinfo=VIETNAM),
        }
        return read_form(leaves, **{**fixed, **(options or {})})

    return one
