"""Registrations -> fields, by the registry's own names (civil_registry.md §2.2 to §2.5).

A field marked "?" is sent only where it is filled in: running clients leave it out (§4.5 row 7), and what the
citizen typed is to arrive all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gov_connect.adapters.civil_registry.lists import (
    BIRTH_KINDS,
    KNOWN_PARENTS,
    NO_INFORMATION,
    PAPERS,
    RESIDENCES,
    SEXES,
)
from gov_connect.model import BirthRegistration, Parent, date_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gov_connect.adapters.civil_registry.styles import Field, Style
    from gov_connect.model import BookReference, Personal, Requester
    from gov_connect.model.registrants import Identified, Individual

_NOBODY: Final = ("HoTen", "NgaySinh", "DanToc", "QuocTich", "LoaiCuTru")


def clear(value: Personal | None) -> str:
    """What a personal value says, for the wire alone."""
    return "" if value is None else value.reveal()


def birth(registration: BirthRegistration, style: Style) -> dict[str, object]:
    """The fields of a birth."""
    return style.finish(_birth(registration, style))


def _birth(registration: BirthRegistration, style: Style) -> Iterator[Field]:
    child, bundled = registration.child, style.generation != "G1"
    province = child.birth_province or child.birth_place.province
    if bundled:
        yield "?maGCS", clear(registration.notice)
        yield from general(registration.unit, registration.copies)
        yield "loaiDangKy", style.code(BIRTH_KINDS[registration.kind])
        yield "ngayCapGCS", style.day(registration.notice_date)
    yield "nksHoTen", style.name(child)
    yield "nksGioiTinh", style.code(SEXES[child.sex])
    yield "nksNgaySinh", style.born(child.born)
    yield "nksNgaySinhBangChu", date_in_words(child.born)
    yield "nksNoiSinh", style.place(child.birth_place, province)
    if not bundled:
        yield "nksNoiSinhDVHC", province
    if child.birth_place.abroad:
        yield "?nksNoiSinhNuocNgoai", child.birth_place.country
    yield "nksQueQuan", style.place(child.native_place)
    yield "nksDanToc", style.ethnicity(child.ethnicity, "child.ethnicity")
    yield "nksDanTocKhac", child.ethnicity_other
    yield "nksQuocTich", style.country(child.nationality, "child.nationality")
    yield "?nksQuocTichKhac", child.other_nationality
    yield "nksLoaiKhaiSinh", style.code(_known_parents(registration))
    if bundled:
        number = clear(child.citizen_id)
        yield "nksLoaiGiayToTuyThan", style.code("4" if number else "")
        yield "nksSoGiayToTuyThan", number
        yield "nksNgayCapGiayToTuyThan", ""
        yield "nksNoiCapGiayToTuyThan", ""
    yield from person(style, "me", registration.mother, "mother")
    yield from person(style, "cha", registration.father, "father")
    yield from requester(style, registration.requester)
    if not bundled:
        yield "maGCS", clear(registration.notice)
        yield "ngayCapGCS", style.day(registration.notice_date)
        yield "loaiDangKy", BIRTH_KINDS[registration.kind]
        yield "soLuongBanSao", str(registration.copies)
    yield from earlier(style, registration.earlier)


def general(unit: str, copies: int) -> Iterator[Field]:
    """Where, and how many copies; text even where it is a number."""
    yield "noiDangKy", unit
    yield "soLuongBanSao", str(copies)


def earlier(style: Style, entry: BookReference | None) -> Iterator[Field]:
    """The entry that was made abroad, or before."""
    mark = "" if style.generation != "G1" else "?"
    given = {
        "soDangKyNuocNgoai": "" if entry is None else str(entry.number),
        "ngayDangKyNuocNgoai": "" if entry is None else style.day(entry.on),
        "cqNuocNgoaiDaDangKy": "" if entry is None else entry.office,
        "qgNuocNgoaiDaDangKy": "" if entry is None else entry.country,
    }
    yield from ((mark + name, value) for name, value in given.items())
    if entry is not None:
        yield "?quyenSoDangKyTruocDay", str(entry.book)


def person(style: Style, prefix: str, who: Individual | None, path: str) -> Iterator[Field]:
    """A parent or another person without papers' dates; blanks for nobody."""
    if who is None:
        yield from ((prefix + name, "") for name in _NOBODY)
        yield f"{prefix}NoiCuTru", style.place(None)
    else:
        yield f"{prefix}HoTen", style.name(who)
        yield f"{prefix}NgaySinh", style.born(who.born)
        yield from nation(style, prefix, who, path, mark="?")
        yield from residence(style, prefix, who)
    yield from paper(style, prefix, who)


def nation(style: Style, prefix: str, who: Individual, path: str, *, mark: str = "") -> Iterator[Field]:
    """Ethnic group and nationalities; `mark` "?" where running clients leave a blank further group out."""
    yield f"{prefix}DanToc", style.ethnicity(who.ethnicity, f"{path}.ethnicity")
    yield f"{mark}{prefix}DanTocKhac", who.ethnicity_other
    yield f"{prefix}QuocTich", style.country(who.nationality, f"{path}.nationality")
    yield f"?{prefix}QuocTichKhac", who.other_nationality


def residence(style: Style, prefix: str, who: Individual) -> Iterator[Field]:
    """Where a person lives. A kind that was not said is "no information", never permanent (§4.5 row 12)."""
    kind = NO_INFORMATION if who.residence_kind is None else RESIDENCES[who.residence_kind]
    yield f"{prefix}LoaiCuTru", style.code(kind)
    yield f"{prefix}NoiCuTru", style.place(who.residence)


def paper(style: Style, prefix: str, who: Identified | None, *, dated: bool = False) -> Iterator[Field]:
    """The identity paper, and the personal number in its own field where the generation has one."""
    kind, number = (None, "") if who is None else who.paper
    yield f"{prefix}LoaiGiayToTuyThan", style.code("" if kind is None else PAPERS[kind])
    yield f"{prefix}GiayToKhac", "" if who is None else who.id_described
    yield f"{prefix}SoGiayToTuyThan", number
    if dated:
        yield f"{prefix}NgayCapGiayToTuyThan", "" if who is None else style.day(who.id_issued_on)
        yield f"{prefix}NoiCapGiayToTuyThan", "" if who is None else who.id_issued_by
    if style.generation != "G1":
        yield f"{prefix}SoDDCN", "" if who is None else clear(who.citizen_id)


def requester(style: Style, who: Requester, *, place: bool = False) -> Iterator[Field]:
    """Who asks; `place` for the events whose G1 carries the requester's address too."""
    yield "nycHoTen", style.name(who)
    yield "nycQuanHe", who.relation
    yield from paper(style, "nyc", who, dated=True)
    yield "nycSoDienThoai", clear(who.phone)
    yield "nycEmail", clear(who.email)
    if style.generation != "G1":
        yield "nycLoaiCuTru", style.code("" if who.residence_kind is None else RESIDENCES[who.residence_kind])
    if style.generation != "G1" or place:
        yield "nycNoiCuTru", style.place(who.residence)


def _known_parents(registration: BirthRegistration) -> str:
    if registration.abandoned:
        return KNOWN_PARENTS["abandoned"]
    match registration.mother, registration.father:
        case Parent(), Parent():
            return KNOWN_PARENTS["both"]
        case None, Parent():
            return KNOWN_PARENTS["father"]
        case Parent(), None:
            return KNOWN_PARENTS["mother"]
        case _:
            return KNOWN_PARENTS["neither"]
