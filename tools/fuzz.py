"""Feeds damaged messages to every parser that reads bytes from outside.

    python tools/fuzz.py [--inputs 20000] [--seed 1] [--target NAME]

A parser may return, or raise an error of this library. Anything else is a crash; so is an error whose text
shows a canary, a false person planted in the messages. A crash is printed with the bytes that caused it.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gov_connect.adapters.bundle_platform.wire import Unwrapped, opened, receipt
from gov_connect.adapters.civil_registry import wire as registry_wire
from gov_connect.adapters.civil_registry.mapping import book_entry, bundle_result
from gov_connect.adapters.national_payment import mapping as payment_mapping
from gov_connect.adapters.national_payment import wire as payment_wire
from gov_connect.adapters.national_portal import mapping as portal_mapping
from gov_connect.adapters.national_portal import wire as portal_wire
from gov_connect.adapters.national_portal.inbound import read_push
from gov_connect.adapters.residents.mapping import Reading, citizens
from gov_connect.errors import GovConnectError
from gov_connect.forms import read_form
from gov_connect.model import DossierCode
from gov_connect.runtime import Reply
from gov_connect.transport import Unreadable, parse_json, parse_xml, xml_root

if TYPE_CHECKING:
    from collections.abc import Callable

CANARY = "CANARYMAU"
NUMBER = "000000000012"
CODE = DossierCode("H99.201-260105-0007")

PORTAL = json.dumps(
    {
        "error_code": 0,
        "message": f"Thành công {CANARY}",
        "session": "s",
        "result": [
            {
                "MATTHC": "1.001193",
                "TENTTHC": "Thủ tục",
                "LINHVUCTHUCHIEN": [{"MALINHVUC": "G99"}],
                "KETQUATHUCHIEN": [{"MAKETQUA": "KQ.G99.000001"}],
            }
        ],
    }
)
PUSH = json.dumps(
    {
        "MaHoSo": CODE,
        "MaTTHC": "1.001193",
        "MaSoThue": NUMBER,
        "TenThuongNhan": CANARY,
        "DiaChiDoanhNghiep": {"MaTinh": "00", "DiaChiChiTiet": CANARY},
        "DienThoai": "0900000001",
        "NgayNopHoSo": "20260105081500",
        "TepDonDangKy": "JVBERi0xLjQK",
        "TenTepDonDangKy": "don.pdf",
        "TaiLieuNop": [{"TenTepDinhKem": "a.pdf", "Base64": "JVBERi0xLjQK"}],
        "SoLuong": "2",
    }
)
REGISTRY = json.dumps(
    {
        "status": 1,
        "code": 500,
        "message": f"DATA_INCORRECT: {CANARY}",
        "value": [{"so": "7", "quyenSo": "01/2026", "trangSo": "7", "ngayDangKy": "05/01/2026", "nksHoTen": CANARY}],
    }
)
INNER = {
    "MaLoi": "00",
    "MoTaLoi": CANARY,
    "MaDoiTac": "DT",
    "MaThamChieu": "gc1",
    "SoTien": 25000,
    "MaTienTe": "VND",
    "TrangThaiGD": "1",
    "MaGiaoDich": "PP1",
    "UrlThanhToan": "https://pay.example/x",
}
PAYMENT = json.dumps({"error_code": "0", "message": json.dumps(INNER), "extra": INNER})
RESIDENTS = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    '<ns1:CongdanCollection xmlns:ns1="http://www.mic.gov.vn/dancu/1.0"><ns1:CongDan>'
    f"<ns1:SoDinhDanh>{NUMBER}</ns1:SoDinhDanh><ns1:HoVaTen><ns1:Ho/><ns1:Ten>{CANARY}</ns1:Ten></ns1:HoVaTen>"
    "<ns1:GioiTinh>1</ns1:GioiTinh><ns1:DanToc>01</ns1:DanToc><ns1:NgayThangNamSinh><ns1:Nam>1990</ns1:Nam>"
    "<ns1:NgayThangNam>19900520</ns1:NgayThangNam></ns1:NgayThangNamSinh><ns1:ThuongTru><ns1:MaTinhThanh>01"
    f"</ns1:MaTinhThanh><ns1:ChiTiet>{CANARY}</ns1:ChiTiet></ns1:ThuongTru><ns1:Cha><ns1:HoVaTen>{CANARY}"
    "</ns1:HoVaTen></ns1:Cha></ns1:CongDan></ns1:CongdanCollection></s:Body></s:Envelope>"
)

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


def _portal(body: bytes) -> object:
    return portal_mapping.procedures(portal_wire.read(Reply(status=200, body=body)).result, "portal")


def _registry(body: bytes) -> object:
    return book_entry(CODE, registry_wire.read(Reply(status=200, body=body)).value, "civil_registry")


def _bundle_row(body: bytes) -> object:
    return bundle_result(registry_wire.read(Reply(status=200, body=body)).rest)


def _bundle_detail(body: bytes) -> object:
    detail: Any = opened(body.decode("utf-8", "replace"))
    if not isinstance(detail, dict):
        return None
    receipt(detail)
    return Unwrapped(detail)


def _form(body: bytes) -> object:
    reading = read_form(body, dossier=CODE, unit="99001", received_at=datetime(2026, 1, 5, tzinfo=UTC))
    told = f"{reading!r}{reading.problems}{reading.doubts}{reading.needs}"
    assert CANARY not in told, "a reading shows a person"
    return reading.registration


def _payment(body: bytes) -> object:
    return payment_mapping.outcome(payment_wire.read(Reply(status=200, body=body)), "gc1")


def _notice(body: bytes) -> object:
    message: Any = parse_json(body)
    if not isinstance(message, dict):
        return None
    payment_wire.genuine(message, "secret")
    return payment_mapping.notice(message)


def _residents(body: bytes) -> object:
    return citizens(xml_root(Reply(status=200, body=body), "residents"), Reading(sensitive=True))


TARGETS: dict[str, tuple[Callable[[bytes], object], str]] = {
    "json": (parse_json, PORTAL),
    "xml": (parse_xml, RESIDENTS),
    "portal_reply": (_portal, PORTAL),
    "portal_push": (lambda body: read_push(body, path="/addtthcKhuyenMai"), PUSH),
    "residents_reply": (_residents, RESIDENTS),
    "registry_reply": (_registry, REGISTRY),
    "registry_bundle": (_bundle_row, BUNDLE),
    "bundle_detail": (_bundle_detail, DETAIL),
    "form": (_form, FORM),
    "payment_reply": (_payment, PAYMENT),
    "payment_notice": (_notice, json.dumps(INNER)),
}
TOKENS = [
    b"null", b"true", b"-1", b"1e999", b"NaN", b'""', b"[]", b"{}", b"0", b'"0"', b"[[[[", b"\x00", b"\xff\xfe",
    b"<!DOCTYPE a>", b"&x;", b"<![CDATA[", b"]]>", b"--", b"99999999999999999999", b'"\\ud800"', b"\\u0000",
    "ữ".encode(), b"\xef\xbb\xbf", b" " * 64, b'"2026-13-45"', b"1990-02-30", b":", b",", b'"', b"\\",
]  # fmt: skip


def damaged(seed: bytes, chance: random.Random) -> bytes:
    """A damaged copy: bytes flipped, cut, doubled, or tokens put in; a few faults at once."""
    body = bytearray(seed)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(body) + 1)
        to = min(len(body), at + chance.randint(1, 24))
        match chance.randrange(5):
            case 0:
                body[at:to] = b""
            case 1:
                body[at:at] = chance.choice(TOKENS)
            case 2:
                body[at:to] = chance.choice(TOKENS)
            case 3:
                body[at:at] = body[at:to] * chance.randint(1, 3)
            case _:
                if at < len(body):
                    body[at] = chance.randrange(256)
    return bytes(body)


def campaign(name: str, inputs: int, seed: int) -> tuple[int, list[str]]:
    """Run one target; gives how many inputs were read without an error, and the crashes."""
    parser, message = TARGETS[name]
    chance = random.Random(f"{seed}/{name}")
    original = message.encode()
    read, crashes = 0, []
    for _ in range(inputs):
        body = damaged(original, chance)
        try:
            parser(body)
            read += 1
        except (GovConnectError, Unreadable) as error:
            if CANARY in f"{error!s}{error!r}{error.args}":
                crashes.append(f"{name}: an error shows a person: {body!r}")
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            crashes.append(f"{name}: {type(error).__name__}: {body!r}")
    return read, crashes


def main() -> int:
    """Run the campaign and print one JSON line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--inputs", type=int, default=125_000, help="per target")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--target", choices=sorted(TARGETS))
    chosen = options.parse_args()
    began = time.monotonic()
    names = [chosen.target] if chosen.target else list(TARGETS)
    results = {name: campaign(name, chosen.inputs, chosen.seed) for name in names}
    crashes = [crash for _read, found in results.values() for crash in found]
    for crash in crashes[:20]:
        print(crash, file=sys.stderr)
    report = {
        "inputs": chosen.inputs * len(names),
        "read": {name: read for name, (read, _found) in results.items()},
        "crashes": len(crashes),
        "seed": chosen.seed,
        "seconds": round(time.monotonic() - began, 1),
    }
    print(json.dumps(report))
    return 1 if crashes else 0


if __name__ == "__main__":
    sys.exit(main())
