"""Requests read strictly: element order, lengths, one-of rules (residents.md §2.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from gov_connect.mocks._person import plain
from gov_connect.mocks._xml import BadXmlError, parse

if TYPE_CHECKING:
    from gov_connect.mocks._person import Person
    from gov_connect.mocks._xml import Node

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
REQUEST_NAMESPACE: Final = "http://dancuquocgia.bca"
LOOK_UP: Final = "TraCuuThongTinCongDan"
VERIFY: Final = "XacThucThongTinCongDan"
KIN: Final = "XacMinhThongTinNhanThan"
KIN_NAMESPACE: Final = "http://gtel.vn/qldc"
_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)-(\d\d)|(\d\d)(\d\d))")

# (name, longest, required); MaDonVi has two places, of which one may be used (§2.3 rows 3a and 5).
_LOOK_UP_FORM: Final = (
    ("MaYeuCau", 40, True),
    ("MaDVC", 20, True),
    ("MaTichHop", 20, True),
    ("MaDonVi", 35, False),
    ("MaCanBo", 20, True),
    ("MaDonVi", 35, False),
    ("TaiKhoan", 100, False),
    ("SoDienThoai", 20, False),
    ("SoDinhDanh", 12, False),
    ("SoCMND", 9, False),
    ("HoVaTen", 100, True),
    ("NgayThangNamSinh", 0, True),
)
_VERIFY_A: Final = tuple(row for row in _LOOK_UP_FORM if row[0] not in ("MaDonVi", "TaiKhoan", "SoDienThoai"))
_VERIFY_B: Final = (
    ("MaYeuCau", 40, True),
    ("MaDichVu", 20, True),
    ("MaCanBo", 20, True),
    ("SoDinhDanh", 12, True),
    ("SoCMND", 9, True),
    ("HoVaTen", 100, True),
)
_KIN_FORM: Final = (
    ("MaYeuCau", 40, True),
    ("MaDVC", 20, True),
    ("MaTichHop", 20, True),
    ("MaDonVi", 35, True),
    ("MaCanBo", 20, True),
    ("SoDinhDanh", 12, True),
    ("SoCMND", 9, True),
    ("HoVaTen", 100, True),
    ("NgayThangNamSinh", 10, True),
)
_BOTH_NUMBERS: Final = (_VERIFY_B, _KIN_FORM)
_MAY_BE_EMPTY: Final = frozenset(("MaDVC",))  # §2.3 row 2: an empty string was seen


class RefusedRequestError(Exception):
    """The message breaks a rule; the text names the element and never repeats its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked about whom."""

    operation: str  # 037 look-up, 003 or 033 verification
    request_id: str
    number: str = field(repr=False)
    cmnd: str = field(repr=False)
    name: str = field(repr=False)
    birth: tuple[int, ...] = field(repr=False)  # year; year, month; year, month, day; empty in form B

    def matches(self, person: Person) -> bool:
        """Compare after normalising; a date matches only a known date, a year any record of that year."""
        if (self.number and self.number != person.number) or (self.cmnd and self.cmnd != person.cmnd):
            return False
        known = (person.birth.year,) if person.year_only else (person.birth.year, person.birth.month, person.birth.day)
        return plain(self.name) == plain(person.name) and known[: len(self.birth)] == self.birth


def read(body: bytes) -> Query:
    """Read an envelope; raises RefusedRequestError."""
    try:
        envelope = parse(body)
    except BadXmlError as error:
        raise RefusedRequestError(str(error)) from error
    soap_body = envelope.child("Body")
    if (envelope.namespace, envelope.name) != (SOAP, "Envelope") or soap_body is None or soap_body.namespace != SOAP:
        message = "not a SOAP 1.1 envelope"
        raise RefusedRequestError(message)
    if len(soap_body.children) != 1:
        message = "Body must have one child"
        raise RefusedRequestError(message)
    return _query(soap_body.children[0])


def _query(operation: Node) -> Query:
    if (operation.namespace, operation.name) == (KIN_NAMESPACE, KIN):
        return _by_form(operation, _KIN_FORM, ("MaTichHop", ""), KIN)
    name = operation.name.removesuffix("Request")
    if operation.namespace != REQUEST_NAMESPACE or name not in (LOOK_UP, VERIFY):
        message = "unknown operation"
        raise RefusedRequestError(message)
    if name == LOOK_UP:
        return _by_form(operation, _LOOK_UP_FORM, ("MaTichHop", "037"), LOOK_UP)
    if operation.child("MaDichVu") is None:
        return _by_form(operation, _VERIFY_A, ("MaTichHop", "003"), f"{VERIFY}/003")
    return _by_form(operation, _VERIFY_B, ("MaDichVu", "033"), f"{VERIFY}/033")


def _by_form(operation: Node, form: tuple[tuple[str, int, bool], ...], fixed: tuple[str, str], called: str) -> Query:
    values = _in_order(operation, form)
    service, code = fixed
    if code and values[service].text != code:
        raise RefusedRequestError(service)
    number, cmnd = (values[n].text if n in values else "" for n in ("SoDinhDanh", "SoCMND"))
    both_present = "SoDinhDanh" in values and "SoCMND" in values
    # Form B always carries both elements, one of them empty; elsewhere only one element may be there.
    if bool(number) == bool(cmnd) or (both_present and form not in _BOTH_NUMBERS):
        message = "SoDinhDanh or SoCMND, not both"
        raise RefusedRequestError(message)
    if (number and not re.fullmatch(r"\d{12}", number)) or (cmnd and not re.fullmatch(r"\d{9}", cmnd)):
        message = "SoDinhDanh has 12 digits, SoCMND 9"
        raise RefusedRequestError(message)
    return Query(
        operation=called,
        request_id=values["MaYeuCau"].text,
        number=number,
        cmnd=cmnd,
        name=values["HoVaTen"].text,
        birth=_birth(values["NgayThangNamSinh"]) if "NgayThangNamSinh" in values else (),
    )


def _in_order(operation: Node, form: tuple[tuple[str, int, bool], ...]) -> dict[str, Node]:
    """Walk the sequence of the schema beside the elements that came."""
    values: dict[str, Node] = {}
    place = 0
    for element in operation.children:
        while place < len(form) and form[place][0] != element.name:
            name, _, required = form[place]
            if required:
                message = f"{name} expected before {element.name[:40]}"
                raise RefusedRequestError(message)
            place += 1
        if place == len(form) or element.namespace != operation.namespace or element.name in values:
            message = f"{element.name[:40]} is not expected here"
            raise RefusedRequestError(message)
        name, longest, required = form[place]
        both_kinds = form in _BOTH_NUMBERS and name in ("SoDinhDanh", "SoCMND")
        may_be_empty = name in _MAY_BE_EMPTY or both_kinds or not longest
        if (longest and len(element.text) > longest) or (required and not element.text and not may_be_empty):
            raise RefusedRequestError(name)
        values[name] = element
        place += 1
    missing = next((name for name, _, required in form[place:] if required), None)
    if missing:
        message = f"{missing} is missing"
        raise RefusedRequestError(message)
    return values


def _flat_birth(text: str) -> list[str]:
    if not re.fullmatch(r"\d{4}(-\d\d-\d\d)?", text):
        message = "NgayThangNamSinh is yyyy-mm-dd or yyyy"
        raise RefusedRequestError(message)
    return text.split("-")


def _birth(element: Node) -> tuple[int, ...]:
    """Read the choice of Nam, ThangNam and NgayThangNam; one text in the kin service."""
    if element.namespace == KIN_NAMESPACE and not element.children:
        return tuple(int(part) for part in _flat_birth(element.text))
    if len(element.children) != 1 or element.text:
        message = "NgayThangNamSinh has exactly one child"
        raise RefusedRequestError(message)
    child = element.children[0]
    text = child.text
    if child.name == "Nam" and re.fullmatch(r"\d{4}", text):
        return (int(text),)
    if child.name == "ThangNam" and re.fullmatch(r"\d{4}(0[1-9]|1[0-2])", text):
        return (int(text[:4]), int(text[4:]))
    match = _DATE.fullmatch(text)
    if child.name == "NgayThangNam" and match:
        year, month, day = (int(part) for part in match.groups() if part)
        try:
            date(year, month, day)
        except ValueError:
            pass
        else:
            return (year, month, day)
    message = f"NgayThangNamSinh/{child.name[:40]}"
    raise RefusedRequestError(message)
