"""More parsers of the portal and the residents database, with messages that they read well."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gov_connect.adapters.bundle_platform import wire as bundle_wire
from gov_connect.adapters.bundle_platform.mapping import dossier_of, news_of
from gov_connect.adapters.civil_registry import wire as registry_wire
from gov_connect.adapters.civil_registry.mapping import bundle_result
from gov_connect.adapters.national_portal import newer_wire, pushes, readers
from gov_connect.adapters.national_portal import wire as portal_wire
from gov_connect.adapters.national_portal.inbound import number_of, read_push
from gov_connect.adapters.residents import wrapped
from gov_connect.adapters.residents.answers import leaves
from gov_connect.adapters.residents.mapping import Reading, citizens, verdict
from gov_connect.delivery.reconciliation.lists import read_local
from gov_connect.errors import UnexpectedReply
from gov_connect.forms import read_form
from gov_connect.model.bundles import BundleNews
from gov_connect.reference import Agencies
from gov_connect.runtime import Reply
from samples import CANARY, CODE, NUMBER, PUSH, RESIDENTS

if TYPE_CHECKING:
    from collections.abc import Callable

SECOND = json.dumps(
    {
        "isUpdating": True,
        "data": {
            "MaHoSoQG": CODE,
            "MaTTHC": "1.001193",
            "MaSoThue": NUMBER,
            "TenThuongNhan": CANARY,
            "ThongTinSuaDoi": {"TenChuongTrinhKM": CANARY},
            "TenTepDangKy": "a.pdf",
            "URLTepDangKy": "https://portal.example/tep/77",
        },
    }
)
ROWS = json.dumps(
    {
        "error_code": "0",
        "result": {
            "data": [
                {
                    "MADVC": "1.001193.01",
                    "MATTHC": "1.001193",
                    "TENDVC": CANARY,
                    "APDUNGDVC": [{"MADONVI": "H99"}],
                    "MADONVI": "H99.201",
                    "CAPDONVI": 3,
                    "MALINHVUC": "G99",
                    "TECHNICALID": "t1",
                    "HOIDAPID": "7",
                    "NOIDUNG": CANARY,
                    "NOIDUNGTRALOI": CANARY,
                    "NGAYTRALOI": "20260105081500",
                }
            ]
        },
    }
)
NEWER = json.dumps({"code": 200, "message": CANARY, "data": {"access_token": "t", "expires_in": 600}})
LOCAL = f"code,status,changed_at,error\n{CODE},4,20260105081500,system.refused\n{CODE}1,9,2026-01-05T08:15:00+07:00,\n"
AGENCIES = "code,name,level,parent,commune,valid_from,valid_to\nH99,Mau,1,,,,\nH99.201,Mau,2,H99,99001,2025-07-01,\n"
VERDICT = RESIDENTS.replace("ns1:CongDan>", "ns1:TonTai>true</ns1:TonTai><ns1:CongDan>", 1)
WRAPPED = json.dumps(
    {
        "Header": "",
        "Body": {
            "CongdanCollection": {
                "CongDan": {
                    "SoDinhDanh": {"@a": "b", "#text": NUMBER},
                    "HoVaTen": {"Ten": CANARY},
                    "NgayThangNamSinh": {"Nam": 1990},
                    "Cha": {"HoVaTen": CANARY, "SoDinhDanh": ""},
                }
            }
        },
        "error_code": "0",
    }
)


def _rows(body: bytes) -> object:
    result = portal_wire.read(Reply(status=200, body=body)).result
    return [
        read(result, "portal")
        for read in (
            readers.online_services,
            readers.agencies,
            readers.domains,
            readers.account_id,
            readers.questions,
            readers.catalogue,
        )
    ]


def _residents_wrapped(body: bytes) -> object:
    root = wrapped.read(Reply(status=200, body=body))
    return citizens(root, Reading(sensitive=True)), leaves(root, sensitive=True)


def _newer(body: bytes) -> object:
    reply = Reply(status=200, body=body)
    return newer_wire.read(reply), newer_wire.read_token(reply)


def _second(body: bytes) -> object:
    number_of(body)
    return read_push(body, path="/nhanhsdvcqg")


BUNDLE = json.dumps(
    {
        "status": 1,
        "maHoSoMCDT": CODE,
        "trangThai": "4",
        "thoiGianThucHien": "05/01/2026 15:20:00",
        "hanBoSungHoSo": "12/01/2026 17:00:00",
        "nguoiXuLy": CANARY,
        "ketQuaXuLy": {"soDinhDanh": NUMBER, "soDangKy": "7", "nksHoTen": CANARY, "giayKhaiSinh": "JVBERi0="},
    }
)
DETAIL = json.dumps(
    {
        "id": 1,
        "maHoSo": "G99.99.01-260105-0003",
        "data": json.dumps(
            {
                "data": f"<hoTich><nksHoTen>{CANARY} &amp; A</nksHoTen><meSoDDCN>{NUMBER}</meSoDDCN></hoTich>",
                "fileDinhKem": [{"id": 1, "tenTepDinhKem": "a.pdf", "duLieuTepDinhKem": "JVBERi0="}],
            }
        ),
        "errors": {"soHoSoLT": ["Cập nhật thành công"]},
    }
)
FORM = json.dumps(
    {
        "HoTenKS": CANARY,
        "NgaySinhChon": "03/01/2026",
        "GioiTinhKS": {"Code": "2", "Name": "Nữ"},
        "nksNoiSinh": "1",
        "nksNoiSinh_TrongNuoc": f"Số 1 {CANARY}, Phường Ba Đình, Thành phố Hà Nội",
        "nksQueQuan_TrongNuoc": CANARY,
        "HoTenMeKS": CANARY,
        "SoDinhDanhMe": NUMBER,
        "MeDiaChi": {"tinh": "01", "xa": "00004", "diaChi": CANARY},
        "HoVaTenC": CANARY,
        "SoDinhDanhC": NUMBER,
        "NgayCapDDC": "01/02/2022",
        "NoiCapDDC": "Cục",
        "QuanHe": "Mẹ",
        "SoLuong": 2,
    },
    ensure_ascii=False,
)


def _bundle_row(body: bytes) -> object:
    return bundle_result(registry_wire.read(Reply(status=200, body=body)).rest)


def _bundle_detail(body: bytes) -> object:
    value = bundle_wire.read(Reply(status=200, body=body), words=True)
    with suppress(UnexpectedReply):
        news_of(value)
    bundle_wire.receipt(value)
    return dossier_of(value, BundleNews(id="1"), body)


def _form(body: bytes) -> object:
    reading = read_form(body, dossier=CODE, unit="99001", received_at=datetime(2026, 1, 5, tzinfo=UTC))
    told = f"{reading!r}{reading.problems}{reading.doubts}{reading.needs}"
    assert CANARY not in told, "a reading shows a person"
    return reading.registration


MORE: dict[str, tuple[Callable[[bytes], object], str]] = {
    "portal_push_second": (_second, SECOND),
    "portal_question": (lambda body: pushes.read_question(body, "MaHoSo"), PUSH),
    "portal_rows": (_rows, ROWS),
    "portal_2026": (_newer, NEWER),
    "reconciliation_list": (lambda body: read_local(body.decode("utf-8", "replace")), LOCAL),
    "agencies_csv": (lambda body: Agencies.from_csv(body.decode("utf-8", "replace")), AGENCIES),
    "residents_verdict": (lambda body: verdict(wrapped.read(Reply(status=200, body=body))), VERDICT),
    "residents_wrapped": (_residents_wrapped, WRAPPED),
    "registry_bundle": (_bundle_row, BUNDLE),
    "bundle_detail": (_bundle_detail, DETAIL),
    "form": (_form, FORM),
}
