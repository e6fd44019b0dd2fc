"""Messages of the residents database exactly as they cross the wire (residents.md §2, §3)."""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias
from xml.sax.saxutils import escape

from gov_connect.errors import InvalidInput, Problem

SYSTEM: Final = "residents"
REQUEST_NAMESPACE: Final = "http://dancuquocgia.bca"
ENVELOPE_NAMESPACE: Final = "http://schemas.xmlsoap.org/soap/envelope/"
CONTENT_TYPE: Final = "application/xml; charset=utf-8"
KIN_NAMESPACE: Final = "http://gtel.vn/qldc"
LOOK_UP: Final = "TraCuuThongTinCongDan"
VERIFY: Final = "XacThucThongTinCongDan"
KIN: Final = "XacMinhThongTinNhanThan"
LOOK_UP_CODE: Final = "037"
VERIFY_CODE: Final = "003"
VERIFY_CODE_OF_2021: Final = "033"
_CROSSED_D: Final = str.maketrans("ĐÐƉ", "DDD")
_SIGNS: Final = frozenset("'’-")

Fields: TypeAlias = "list[tuple[str, str | list[tuple[str, str]]]]"
"""Elements in order; a list stands for children."""


class Service(StrEnum):
    """Names of the database's services (§2.1). Beyond the first three only the names are known."""

    LOOK_UP = LOOK_UP
    VERIFY = VERIFY
    KIN = KIN
    PROVIDE = "CungCapThongTinCongDan"
    HOUSEHOLD_HEAD = "XacMinhThongTinChuHo"
    GUARDIAN = "XacMinhThongTinNguoiGiamHo"
    RESIDENCE = "XacMinhThongTinNoiOHienTai"
    MARRIAGE = "XacMinhTinhTrangHonNhan"
    DEATH = "XacMinhTinhTrangChetMatTich"
    HOUSEHOLD = "CungCapThongTinHoGiaDinh"
    BLOOD_GROUP = "CungCapThongTinNhomMau"
    LIST_BY_PLACE = "CungCapDanhSachTheoDiaPhuong"
    LIST_BY_AGE = "CungCapDanhSachTheoDoTuoi"
    LIST_BY_BLOOD_GROUP = "CungCapDanhSachTheoNhomMau"
    LIST_BY_SEX = "CungCapDanhSachTheoGioiTinh"
    LIST_BY_ETHNICITY = "CungCapDanhSachTheoDanToc"
    LIST_BY_RELIGION = "CungCapDanhSachTheoTonGiao"
    REQUESTS = "GetRequests"
    REQUEST_STATUS = "GetRequestStatus"
    REQUEST_RESULT = "GetRequestResult"
    RESULT_RECORDS = "GetResultDetailAsRecords"
    RESULT_FILE = "GetResultDetailAsFile"
    REQUEST_DETAIL = "GetRequestDetail"
    REQUEST_HISTORY = "GetRequestHistory"
    DELETE_REQUEST = "DeleteRequest"
    CONFIRM_HOUSEHOLD = "XacNhanThongTinHoGiaDinh"
    HOUSEHOLD_BOOK = "XacThucThongTinSoChuHo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """The two headers that authenticate one message (§3). Its repr shows no secret."""

    authorization: str
    timestamp: str

    def __repr__(self) -> str:
        return "Stamp(***)"


def stamp(*, endpoint: str, username: str, secret: str, timestamp: str) -> Stamp:
    """Authenticate a message: hex SHA-256 over plain concatenation, then Basic (§3).

    Args:
        username: of the agency.
        secret: of the agency.
        endpoint: the configured service path, not the posted address.
        timestamp: epoch in milliseconds or seconds, as text.
    """
    digest = hashlib.sha256(f"{endpoint}{username}{timestamp}{secret}".encode()).hexdigest()
    basic = base64.b64encode(f"{username}:{digest}".encode()).decode()
    return Stamp(authorization=f"Basic {basic}", timestamp=timestamp)


def envelope(name: str, fields: Fields, namespace: str = REQUEST_NAMESPACE) -> bytes:
    """A SOAP 1.1 envelope with an empty header; children in the given order (§2.2, §2.3)."""
    inner = "".join(_element(tag, value) for tag, value in fields)
    return (
        f'<soapenv:Envelope xmlns:soapenv="{ENVELOPE_NAMESPACE}" xmlns:dan="{namespace}">'
        f"<soapenv:Header/><soapenv:Body><dan:{name}>{inner}</dan:{name}></soapenv:Body>"
        "</soapenv:Envelope>"
    ).encode()


def _element(tag: str, value: str | list[tuple[str, str]]) -> str:
    inside = escape(value) if isinstance(value, str) else "".join(_element(name, text) for name, text in value)
    return f"<dan:{tag}>{inside}</dan:{tag}>" if inside else f"<dan:{tag}/>"


def plain_name(name: str, *, keep_spaces: bool, keep_marks: bool = False, keep_signs: bool = False) -> str:
    """Upper case without marks: the form in which names are compared (§2.3 row 9, §9 row 4).

    Đ does not decompose and is replaced by hand, its look-alikes too; apostrophes and hyphens fall away.

    Args:
        name: as people write it.
        keep_spaces: one blank between words, as some clients send it.
        keep_marks: capitals only, diacritics stay.
        keep_signs: apostrophes and hyphens stay.

    Raises:
        InvalidInput: a letter that has no Latin form, or no letter at all: a name is never cut.
    """
    apart = unicodedata.normalize("NFKD", name.upper().translate(_CROSSED_D))
    letters = "".join(char for char in apart if char.isalnum())
    if not letters or not letters.isascii():
        raise InvalidInput("CitizenQuery", [Problem(path="name", code="value.latin_letters")])
    shown = unicodedata.normalize("NFC", name.upper()) if keep_marks else apart
    signs = _SIGNS if keep_signs else ()
    words = "".join(char for char in shown if char.isalnum() or char.isspace() or char in signs).split()
    return (" " if keep_spaces else "").join(words)
