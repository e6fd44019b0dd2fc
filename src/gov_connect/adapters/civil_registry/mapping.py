"""Civil-registry messages <-> model, generation G1 (civil_registry.md §2.2, §2.7)."""

from __future__ import annotations

from typing import Any, Final

from gov_connect.adapters.reading import code_text, folded, rows_of
from gov_connect.errors import InvalidInput, UnexpectedReply
from gov_connect.model import (
    VIETNAM,
    BirthRegistration,
    BookEntry,
    CitizenId,
    DossierCode,
    Parent,
    PartialDate,
    Personal,
    RegistrationKind,
    RegistrationState,
    Sex,
)
from gov_connect.transport import Unreadable, as_object, parse_json

BIRTH: Final = "KS"
SEXES: Final = {Sex.MALE: "1", Sex.FEMALE: "2", Sex.UNKNOWN: "3"}
"""List L1; not the residents database's list."""
KINDS: Final = {
    RegistrationKind.ON_TIME: "1",
    RegistrationKind.AGAIN: "2",
    RegistrationKind.FOREIGN: "3",
    RegistrationKind.LATE: "4",
}
"""List L3."""
IDENTITY_CARD: Final = "4"
"""Thẻ căn cước, list L2."""
PERMANENT: Final = "1"
"""Thường trú, list L5."""
NOT_KNOWN: Final = "0"
"""Không có thông tin, list L5; the field itself is required with a parent."""
STATES: Final = {
    "1": RegistrationState.RECEIVED,
    "2": RegistrationState.SUPPLEMENT_REQUESTED,
    "3": RegistrationState.ELIGIBLE,
    "4": RegistrationState.REGISTERED,
}
"""Status numbers of G1 (§1.4); other generations and the bundle platform count differently."""
_ORDINALS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def birth_message(registration: BirthRegistration, data: str) -> dict[str, object]:
    """The JSON message around the XML; `maDonVi` is a number here, text in later generations."""
    return {
        "maDonVi": int(registration.unit),
        "module": BIRTH,
        "maHoSo": str(registration.dossier),
        "ngayTiepNhan": registration.received_at.astimezone(VIETNAM).strftime("%Y-%m-%d"),
        "data": data,
    }


def birth_fields(registration: BirthRegistration) -> dict[str, str]:
    """The XML fields of a birth, in the order of the sample; absent ones are left out."""
    child, asked = registration.child, registration.requester
    fields = {
        "nksHoTen": child.name.reveal(),
        "nksGioiTinh": SEXES[child.sex],
        "nksNgaySinh": dotted(child.born),
        "nksNgaySinhBangChu": in_words(child.born),
        "nksNoiSinh": child.birth_place.reveal(),
        "nksNoiSinhDVHC": child.birth_province,
        "nksQueQuan": child.native_place.reveal(),
        "nksDanToc": child.ethnicity,
        "nksQuocTich": child.nationality,
        "nksLoaiKhaiSinh": _known_parents(registration),
        **_parent("me", registration.mother),
        **_parent("cha", registration.father),
        "nycHoTen": asked.name.reveal(),
        "nycQuanHe": asked.relation,
        "nycLoaiGiayToTuyThan": IDENTITY_CARD,
        "nycSoGiayToTuyThan": asked.citizen_id.reveal(),
        "nycNgayCapGiayToTuyThan": dotted(asked.id_issued_on),
        "nycNoiCapGiayToTuyThan": asked.id_issued_by,
        "nycSoDienThoai": _clear(asked.phone),
        "loaiDangKy": KINDS[registration.kind],
        "soLuongBanSao": str(registration.copies),
    }
    return {name: text for name, text in fields.items() if text}


def _parent(prefix: str, parent: Parent | None) -> dict[str, str]:
    if parent is None:
        return {}
    number = _clear(parent.citizen_id)
    residence = _clear(parent.residence)
    return {
        f"{prefix}HoTen": parent.name.reveal(),
        f"{prefix}NgaySinh": "" if parent.born is None else dotted(parent.born),
        f"{prefix}DanToc": parent.ethnicity,
        f"{prefix}QuocTich": parent.nationality,
        f"{prefix}LoaiCuTru": PERMANENT if residence else NOT_KNOWN,
        f"{prefix}NoiCuTru": residence,
        f"{prefix}LoaiGiayToTuyThan": IDENTITY_CARD if number else "",
        f"{prefix}SoGiayToTuyThan": number,
    }


def _known_parents(registration: BirthRegistration) -> str:
    """List L4: 1 both known, 2 mother not known, 3 father not known, 4 neither."""
    match registration.mother, registration.father:
        case Parent(), Parent():
            return "1"
        case None, Parent():
            return "2"
        case Parent(), None:
            return "3"
        case _:
            return "4"


def _clear(value: Personal | None) -> str:
    return "" if value is None else value.reveal()


def dotted(day: PartialDate) -> str:
    """`dd.MM.yyyy`, `MM.yyyy` or `yyyy` (§7 row 1)."""
    parts = [f"{part:02d}" for part in (day.day, day.month) if part is not None]
    return ".".join([*parts, f"{day.year:04d}"])


def in_words(day: PartialDate) -> str:
    """The date in Vietnamese words, e.g. `Ngày ba tháng một năm hai nghìn không trăm hai mươi sáu`."""
    parts = [f"năm {_number_in_words(day.year)}"]
    if day.month is not None:
        # The fourth month is tháng tư, not tháng bốn.
        parts.insert(0, "tháng " + ("tư" if day.month == 4 else _number_in_words(day.month)))  # noqa: PLR2004
    if day.day is not None:
        parts.insert(0, f"ngày {_number_in_words(day.day)}")
    text = " ".join(parts)
    return text[0].upper() + text[1:]


def _number_in_words(number: int) -> str:
    """Whole numbers below 10,000 as dates are spoken."""
    thousands, rest = divmod(number, 1000)
    hundreds, small = divmod(rest, 100)
    words: list[str] = []
    if thousands:
        words.append(f"{_ORDINALS[thousands]} nghìn")
    if hundreds or (thousands and small):
        words.append(f"{_ORDINALS[hundreds]} trăm")
    if small or not words:
        words.append(_below_hundred(small, after_hundreds=bool(words)))
    return " ".join(words)


def _below_hundred(number: int, *, after_hundreds: bool) -> str:
    tens, unit = divmod(number, 10)
    if tens == 0:
        return f"lẻ {_ORDINALS[unit]}" if after_hundreds else _ORDINALS[unit]
    head = "mười" if tens == 1 else f"{_ORDINALS[tens]} mươi"
    if unit == 0:
        return head
    spoken = {1: "một" if tens == 1 else "mốt", 5: "lăm"}.get(unit, _ORDINALS[unit])
    return f"{head} {spoken}"


def book_entry(dossier: DossierCode, value: object, system: str) -> BookEntry:
    """Read the value of a finished registration: JSON text, an object, or a list of one.

    Raises:
        UnexpectedReply: it is no such thing, or names no place in the books.
    """
    rows = rows_of(_parsed(value))
    found = as_object(rows[0]) if len(rows) == 1 else None
    row = folded(found or {}) or {}
    number = _first(row, "so", "sodangky", "numberno")
    if not number:
        raise UnexpectedReply(system=system, reason="no_book_entry")
    return BookEntry(
        dossier=dossier,
        number=number,
        book=_first(row, "quyenso"),
        page=_first(row, "trangso"),
        registered_on=PartialDate.read(_first(row, "ngaydangky")),
        citizen_id=_citizen_id(_first(row, "nkssodinhdanh", "sodinhdanh")),
    )


def _parsed(value: object) -> object:
    """`value`, out of up to two layers of JSON text."""
    for _layer in (1, 2):
        if isinstance(value, str) and value.strip():
            try:
                value = parse_json(value)
            except Unreadable:
                return None
    return value


def _first(row: dict[str, Any], *names: str) -> str:
    return next(filter(None, (code_text(row.get(name)) for name in names)), "")


def _citizen_id(text: str) -> CitizenId | None:
    try:
        return CitizenId(text) if text else None
    except InvalidInput:
        return None
