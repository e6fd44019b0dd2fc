"""Every parser that reads bytes from outside, with a message that it reads well.

A parser may return, or raise an error of this library. Anything else is a crash; so is an error whose text
shows a canary, a false person planted in the messages.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handed import HANDED
from more import MORE
from services import SERVICES
from signed import SIGNATURES

from gov_connect.adapters.civil_registry import wire as registry_wire
from gov_connect.adapters.civil_registry.mapping import book_entry
from gov_connect.adapters.national_payment import mapping as payment_mapping
from gov_connect.adapters.national_payment import wire as payment_wire
from gov_connect.adapters.national_portal import mapping as portal_mapping
from gov_connect.adapters.national_portal import wire as portal_wire
from gov_connect.adapters.national_portal.inbound import read_push
from gov_connect.adapters.national_portal.pushes import read_notice as read_tax_notice
from gov_connect.adapters.national_portal.pushes import read_voucher
from gov_connect.adapters.residents.mapping import Reading, citizens
from gov_connect.adapters.vietqr import payload as qr
from gov_connect.adapters.vnpay import wire as vnpay_wire
from gov_connect.adapters.vnpay.notice import read_notice as read_vnpay
from gov_connect.audit.heads import Export
from gov_connect.errors import GovConnectError
from gov_connect.fees._raw import parse_pack
from gov_connect.model import VIETNAM
from gov_connect.payments.reconcile import read_statement
from gov_connect.runtime import Reply
from gov_connect.signing.verdict import Finding
from gov_connect.transport import Unreadable, parse_json, parse_xml, xml_root
from samples import CANARY, CODE, INNER, NUMBER, PAYMENT, PORTAL, PUSH, REGISTRY, RESIDENTS

if TYPE_CHECKING:
    from collections.abc import Callable


def _portal(body: bytes) -> object:
    return portal_mapping.procedures(portal_wire.read(Reply(status=200, body=body)).result, "portal")


def _registry(body: bytes) -> object:
    return book_entry(CODE, registry_wire.read(Reply(status=200, body=body)).value, "civil_registry")


def _payment(body: bytes) -> object:
    return payment_mapping.outcome(payment_wire.read(Reply(status=200, body=body)), "gc1", "DT")


def _notice(body: bytes) -> object:
    message: Any = parse_json(body)
    if not isinstance(message, dict):
        return None
    payment_wire.genuine(message, "secret")
    return payment_mapping.notice(message)


def _residents(body: bytes) -> object:
    return citizens(xml_root(Reply(status=200, body=body), "residents"), Reading(sensitive=True))


PACK = Path(__file__).parent / "corpus" / "pack" / "seed.toml"
VNPAY = {
    "vnp_Amount": "2500000",
    "vnp_BankCode": "NCB",
    "vnp_OrderInfo": CANARY,
    "vnp_PayDate": "20260105081500",
    "vnp_ResponseCode": "00",
    "vnp_TmnCode": "DEMO0001",
    "vnp_TransactionNo": "14422574",
    "vnp_TransactionStatus": "00",
    "vnp_TxnRef": "gc0001",
}
STATEMENT = "MaThamChieu;SoTien;MaGiaoDich;TrangThai\ngc1;25000;PP1;1\ngc2;6000;PP2;0\n"
VOUCHER = json.dumps(
    {
        "service": "NhanChungTuThueDat",
        "isSync": "true",
        "isUpdating": False,
        "data": {
            "MaHoSo": CODE,
            "HoTenNguoiNopTien": CANARY,
            "SoCMND": NUMBER,
            "ThongTinThanhToan": {
                "SoTien": "25000",
                "ThoiGianThanhToan": "20260105081500",
                "TrangThaiThanhToan": "1",
                "MaThongBaoThue": "TB1",
                "NoiDungThanhToan": CANARY,
            },
        },
    }
)
TAX = json.dumps(
    {"service": "NhanThongBaoThueDat", "data": {"FileThongBaoThue": base64.b64encode(RESIDENTS.encode()).decode()}}
)
HEADS = json.dumps(
    {
        "format": "gov_connect audit heads 1",
        "made_at": "2026-01-05T01:15:00.000000+00:00",
        "heads": [["H99.201", "one", 7, "ab" * 32]],
        "public_key": "AA==",
        "signature": "AA==",
        "timestamp": "",
    }
)


def _qr(body: bytes) -> object:
    """As it came, and with its check sum put right, so that what lies behind it is reached."""
    text = body.decode("latin-1")
    mended = text[:-4] + qr.crc(text[:-4]) if text.isascii() else text
    try:
        qr.decode(text)
    except GovConnectError:
        return qr.decode(mended)
    return None


def _vnpay(body: bytes) -> object:
    """As it came, and signed, so that what lies behind the hash is reached."""
    read_vnpay(body, tmn_code="DEMO0001", secret="secret")
    signed = body.decode("latin-1").partition("&vnp_SecureHash=")[0]
    value = vnpay_wire.sign(signed, "secret")
    return read_vnpay(f"{signed}&vnp_SecureHash={value}".encode(), tmn_code="DEMO0001", secret="secret")


def _voucher(body: bytes) -> object:
    return read_voucher(body)


def _tax_notice(body: bytes) -> object:
    return read_tax_notice(body, at=AT)


AT = dt.datetime(2026, 1, 5, 8, 15, tzinfo=VIETNAM)


def _qr_seed() -> bytes:
    return qr.encode(qr.Transfer(bank="970436", account="0000000001", purpose="HS1")).encode()


def _vnpay_seed() -> bytes:
    text = vnpay_wire.canonical(VNPAY)
    return f"{text}&vnp_SecureHash={vnpay_wire.sign(text, 'secret')}".encode()


@dataclass(frozen=True)
class Target:
    """A parser and a message it reads; `pure` ones touch nothing and are run a million times."""

    parse: Callable[[bytes], object]
    seed: Callable[[], bytes]
    pure: bool = True


def _text(text: str) -> Callable[[], bytes]:
    return text.encode


def _seed(given: str | Callable[[], str | bytes]) -> Callable[[], bytes]:
    def made() -> bytes:
        value = given if isinstance(given, str) else given()
        return value.encode() if isinstance(value, str) else value

    return made


TARGETS: dict[str, Target] = {
    "json": Target(parse_json, _text(PORTAL)),
    "xml": Target(parse_xml, _text(RESIDENTS)),
    "portal_reply": Target(_portal, _text(PORTAL)),
    "portal_push": Target(lambda body: read_push(body, path="/addtthcKhuyenMai"), _text(PUSH)),
    "tax_notice": Target(_tax_notice, _text(TAX)),
    "tax_voucher": Target(_voucher, _text(VOUCHER)),
    "residents_reply": Target(_residents, _text(RESIDENTS)),
    "registry_reply": Target(_registry, _text(REGISTRY)),
    "payment_reply": Target(_payment, _text(PAYMENT)),
    "payment_notice": Target(_notice, _text(json.dumps(INNER))),
    "vnpay_notice": Target(_vnpay, _vnpay_seed),
    "qr": Target(_qr, _qr_seed),
    "pack": Target(parse_pack, PACK.read_bytes),
    "statement": Target(read_statement, _text(STATEMENT)),
    "audit_heads": Target(Export.from_json, _text(HEADS)),
    **{name: Target(parse, _seed(seed)) for name, (parse, seed) in {**MORE, **SERVICES, **HANDED}.items()},
    **{name: Target(parse, seed, pure=pure) for name, (parse, seed, pure) in SIGNATURES.items()},
}
ALLOWED = (GovConnectError, Unreadable, Finding)
"""What a parser may raise."""


def fault_of(name: str, body: bytes) -> tuple[bool, str]:
    """Run one target on one input: whether it was read, and what is wrong with how it ended ("" for nothing)."""
    try:
        TARGETS[name].parse(body)
    except ALLOWED as error:
        shown = CANARY in f"{error!s}{error!r}{error.args}"
        return False, f"an error shows a person: {type(error).__name__}" if shown else ""
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return False, type(error).__name__
    return True, ""


def corpus(name: str) -> list[bytes]:
    """The seed of a target, and every file that stands in its corpus."""
    folder = Path(__file__).parent / "corpus" / name
    return [TARGETS[name].seed(), *(path.read_bytes() for path in sorted(folder.glob("*")) if path.is_file())]
