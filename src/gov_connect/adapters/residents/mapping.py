"""Residents messages <-> model: a tolerant reader by local name (residents.md §2.4, §9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gov_connect.adapters.reading import plain
from gov_connect.errors import InvalidInput, UnexpectedReply
from gov_connect.model import (
    Citizen,
    CitizenId,
    Coded,
    OldIdNumber,
    PartialDate,
    Personal,
    PersonName,
    PlaceRecord,
    PlaceText,
    Relative,
    Sex,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element  # pyright: ignore[reportPrivateUsage] - lxml's only name for it

SYSTEM: Final = "residents"
SEXES: Final = {"1": Sex.MALE, "2": Sex.FEMALE, "nam": Sex.MALE, "nu": Sex.FEMALE}
_ADDRESSES: Final = {
    "NoiDangKyKhaiSinh": "birth_place",
    "QueQuan": "native_place",
    "ThuongTru": "permanent_address",
    "NoiOHienTai": "present_address",
}
_RELATIVES: Final = {
    "Cha": "father",
    "Me": "mother",
    "VoChong": "spouse",
    "NguoiDaiDien": "representative",
    "ChuHo": "household_head",
}
_SENSITIVE: Final = {"DanToc": "ethnicity", "TonGiao": "religion"}
_BARE: Final = ("CongdanCollection", "CongDan", "Body", "Fault", "TraCuuThongTinCongDanResponse")
_KNOWN: Final = frozenset(
    name.casefold()
    for name in (
        *_ADDRESSES,
        *_RELATIVES,
        *_SENSITIVE,
        "SoDinhDanh",
        "SoCMND",
        "HoVaTen",
        "GioiTinh",
        "TinhTrangHonNhan",
        "NhomMau",
        "NgayThangNamSinh",
        "QuocTich",
        "SoSoHoKhau",
    )
)


def citizens(root: _Element, *, sensitive: bool) -> list[Citizen]:
    """All citizens of a reply, whatever prefix or wrapper it has; [] when nobody matches.

    Raises:
        UnexpectedReply: a SOAP fault, no SOAP body, or a citizen that cannot be read.
    """
    body = _body(root)
    fault = next(_all(body, "Fault"), None)
    if fault is not None:
        raise UnexpectedReply(system=SYSTEM, reason="soap_fault", raw=_deep_text(fault))
    rows = list(_all(body, "CongDan"))
    # An empty CongDan is how some systems say that there is nobody (§2.4 row 3).
    named = [row for row in rows if _name(_child(row, "HoVaTen"))]
    if any(row not in named and _numbered(row) for row in rows):
        raise UnexpectedReply(system=SYSTEM, reason="citizen_without_name")
    if not named and not _plainly_empty(body, rows):
        raise UnexpectedReply(system=SYSTEM, reason="no_collection")
    return [_citizen(row, sensitive=sensitive) for row in named]


def _plainly_empty(body: _Element, rows: list[_Element]) -> bool:
    """Nothing in the body, or a CongdanCollection without people: both mean "not found" (§2.4)."""
    if rows or any(True for _ in _all(body, "CongdanCollection")):
        return True
    known = all(any(_is(item, name) for name in _BARE) for item in body.iter() if item is not body)
    return known and not _deep_text(body)


def _numbered(row: _Element) -> bool:
    return bool(_text(row, "SoDinhDanh") or _text(row, "SoCMND"))


def _body(root: _Element) -> _Element:
    if _is(root, "Envelope"):
        body = _child(root, "Body")
        if body is None:
            raise UnexpectedReply(system=SYSTEM, reason="no_soap_body")
        return body
    # Some gateways hand on the body's child alone.
    if any(_is(root, name) for name in _BARE):
        return root
    raise UnexpectedReply(system=SYSTEM, reason="not_soap")


def _citizen(row: _Element, *, sensitive: bool) -> Citizen:
    try:
        name = PersonName(_name(_child(row, "HoVaTen")))
    except InvalidInput as error:
        raise UnexpectedReply(system=SYSTEM, reason="bad_name") from error
    unread = [_local(child) for child in _children(row) if _local(child).casefold() not in _KNOWN]
    fields: dict[str, Any] = {
        "name": name,
        "citizen_id": _personal(CitizenId, row, "SoDinhDanh", unread),
        "old_id": _personal(OldIdNumber, row, "SoCMND", unread),
        "born": _born(_child(row, "NgayThangNamSinh"), unread),
        "sex_code": _text(row, "GioiTinh")[:50],
        "sex": SEXES.get(plain(_text(row, "GioiTinh")).lstrip("0"), Sex.UNKNOWN),
        "marital_status": _coded(_child(row, "TinhTrangHonNhan")),
        "nationality": _text(row, "QuocTich"),
    }
    for tag, field in _ADDRESSES.items():
        fields[field] = _place(_child(row, tag), unread)
    for tag, field in _RELATIVES.items():
        fields[field] = _relative(_child(row, tag), unread)
    if sensitive:
        for tag, field in _SENSITIVE.items():
            fields[field] = _coded(_child(row, tag))
    return Citizen(**fields, unread=tuple(dict.fromkeys(unread)))


def _personal(kind: type[Personal], parent: _Element, name: str, unread: list[str]) -> Any:
    """A personal value of the reply; one that breaks its rules is listed rather than guessed at."""
    return _made(kind, _text(parent, name), f"{_local(parent)}.{name}" if not _is(parent, "CongDan") else name, unread)


def _made(kind: type[Personal], text: str, place: str, unread: list[str]) -> Any:
    if not text:
        return None
    try:
        return kind(text)
    except InvalidInput:
        unread.append(place)
        return None


def _name(element: _Element | None) -> str:
    """Whole name: text, or Ho + ChuDem + Ten with the empty parts left out (§9 row 3)."""
    if element is None:
        return ""
    parts = [_text(element, tag) for tag in ("Ho", "ChuDem", "Ten")]
    return " ".join(part for part in parts if part) or (element.text or "").strip()


def _born(element: _Element | None, unread: list[str]) -> PartialDate | None:
    """The birth date, as exact as the reply has it (§2.4 row 9); None when its parts contradict each
    other, and listed then, and when a part cannot be read.
    """
    if element is None:
        return None
    written = [_text(element, tag) for tag in ("NgayThangNam", "ThangNam", "Nam")]
    filled = [text for text in [*written, (element.text or "").strip()] if text.strip("0")]
    dates = [day for text in filled if (day := PartialDate.read(text)) is not None]
    exact = max(dates, key=lambda day: len(day.iso), default=None)
    agree = exact is not None and all(exact.iso.startswith(day.iso) for day in dates)
    if len(dates) != len(filled) or not agree:
        unread.extend(["NgayThangNamSinh"] if filled else [])
    return exact if agree else None


def _coded(element: _Element | None) -> Coded | None:
    """A code as text or as structure (MaDanToc + TenGoi); None when empty."""
    if element is None:
        return None
    code, name = (element.text or "").strip(), ""
    for child in _children(element):
        if _local(child).casefold().startswith("ma"):
            code = (child.text or "").strip()
        elif _local(child).casefold().startswith("ten"):
            name = (child.text or "").strip()
    return Coded(code=code[:50], name=name[:200]) if code or name else None


def _place(element: _Element | None, unread: list[str]) -> PlaceRecord | None:
    if element is None:
        return None
    detail = _text(element, "ChiTiet") or ("" if len(element) else (element.text or "").strip())
    record = PlaceRecord(
        province=_text(element, "MaTinhThanh"),
        district=_text(element, "MaQuanHuyen"),
        commune=_text(element, "MaPhuongXa"),
        unit=_text(element, "MaDonViHanhChinh"),
        detail=_made(PlaceText, detail, f"{_local(element)}.ChiTiet", unread),
        country=_text(element, "QuocGia"),
    )
    return None if record == PlaceRecord() else record


def _relative(element: _Element | None, unread: list[str]) -> Relative | None:
    if element is None:
        return None
    name = _name(_child(element, "HoVaTen"))
    relative = Relative(
        name=_made(PersonName, name, f"{_local(element)}.HoVaTen", unread),
        citizen_id=_personal(CitizenId, element, "SoDinhDanh", unread),
        old_id=_personal(OldIdNumber, element, "SoCMND", unread),
        nationality=_text(element, "QuocTich"),
        relation=_text(element, "QuanHe"),
    )
    return None if relative == Relative() else relative


def _local(element: _Element) -> str:
    tag = str(element.tag)
    return tag.rpartition("}")[2]


def _children(element: _Element) -> Iterator[_Element]:
    return iter(element)


def _is(element: _Element, name: str) -> bool:
    return _local(element).casefold() == name.casefold()


def _child(element: _Element, name: str) -> _Element | None:
    return next((child for child in _children(element) if _is(child, name)), None)


def _all(element: _Element, name: str) -> Iterator[_Element]:
    """`element` and everything below it of that name."""
    return (item for item in element.iter() if _is(item, name))


def _text(element: _Element, name: str) -> str:
    child = _child(element, name)
    return "" if child is None else (child.text or "").strip()


def _deep_text(element: _Element) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split())
