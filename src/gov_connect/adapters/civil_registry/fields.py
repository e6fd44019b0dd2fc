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
    from gov_connect.adapters.civil_registry.styles import Field, Style
    from gov_connect.model import BookReference, Personal, Requester
    from gov_connect.model.registrants import Identified, Individual

_NOBODY: Final = ("HoTen", "NgaySinh", "DanToc", "QuocTich", "LoaiCuTru")


def clear(value: Personal | None) -> str:
    """What a personal value says, for the wire alone."""
    return "" if value is None else value.reveal()


def birth(registration: BirthRegistration, style: Style) -> dict[str, object]:
    """The fields of a birth."""
    bundled = style.generation != "G1"
    made: list[Field] = []
    if bundled:
        made.append(("?maGCS", clear(registration.notice)))
        made += general(registration.unit, registration.copies)
        made.append(("loaiDangKy", style.code(BIRTH_KINDS[registration.kind])))
        made.append(("ngayCapGCS", style.day(registration.notice_date)))
    made += _child(registration, style, bundled=bundled)
    made += person(style, "me", registration.mother, "mother")
    made += person(style, "cha", registration.father, "father")
    made += requester(style, registration.requester)
    if not bundled:
        made.append(("maGCS", clear(registration.notice)))
        made.append(("ngayCapGCS", style.day(registration.notice_date)))
        made.append(("loaiDangKy", BIRTH_KINDS[registration.kind]))
        made.append(("soLuongBanSao", str(registration.copies)))
    made += earlier(style, registration.earlier)
    return style.finish(made)


def _child(registration: BirthRegistration, style: Style, *, bundled: bool) -> list[Field]:
    child = registration.child
    province = child.birth_province or child.birth_place.province
    made: list[Field] = [
        ("nksHoTen", style.name(child)),
        ("nksGioiTinh", style.code(SEXES[child.sex])),
        ("nksNgaySinh", style.born(child.born)),
        ("nksNgaySinhBangChu", date_in_words(child.born)),
        ("nksNoiSinh", style.place(child.birth_place, province)),
    ]
    if not bundled:
        made.append(("nksNoiSinhDVHC", province))
    if child.birth_place.abroad:
        made.append(("?nksNoiSinhNuocNgoai", child.birth_place.country))
    made += [
        ("nksQueQuan", style.place(child.native_place)),
        ("nksDanToc", style.ethnicity(child.ethnicity, "child.ethnicity")),
        ("nksDanTocKhac", child.ethnicity_other),
        ("nksQuocTich", style.country(child.nationality, "child.nationality")),
        ("?nksQuocTichKhac", child.other_nationality),
        ("nksLoaiKhaiSinh", style.code(_known_parents(registration))),
    ]
    if bundled:
        number = clear(child.citizen_id)
        made += [
            ("nksLoaiGiayToTuyThan", style.code("4" if number else "")),
            ("nksSoGiayToTuyThan", number),
            ("nksNgayCapGiayToTuyThan", ""),
            ("nksNoiCapGiayToTuyThan", ""),
        ]
    return made


def general(unit: str, copies: int) -> list[Field]:
    """Where, and how many copies; text even where it is a number."""
    return [("noiDangKy", unit), ("soLuongBanSao", str(copies))]


def earlier(style: Style, entry: BookReference | None) -> list[Field]:
    """The entry that was made abroad, or before."""
    mark = "" if style.generation != "G1" else "?"
    made: list[Field] = [
        (f"{mark}soDangKyNuocNgoai", "" if entry is None else str(entry.number)),
        (f"{mark}ngayDangKyNuocNgoai", "" if entry is None else style.day(entry.on)),
        (f"{mark}cqNuocNgoaiDaDangKy", "" if entry is None else entry.office),
        (f"{mark}qgNuocNgoaiDaDangKy", "" if entry is None else entry.country),
    ]
    if entry is not None:
        made.append(("?quyenSoDangKyTruocDay", str(entry.book)))
    return made


def person(style: Style, prefix: str, who: Individual | None, path: str) -> list[Field]:
    """A parent or another person without papers' dates; blanks for nobody."""
    if who is None:
        nobody: list[Field] = [(prefix + name, "") for name in _NOBODY]
        return [*nobody, (f"{prefix}NoiCuTru", style.place(None)), *paper(style, prefix, None)]
    return [
        (f"{prefix}HoTen", style.name(who)),
        (f"{prefix}NgaySinh", style.born(who.born)),
        *nation(style, prefix, who, path, mark="?"),
        *residence(style, prefix, who),
        *paper(style, prefix, who),
    ]


def nation(style: Style, prefix: str, who: Individual, path: str, *, mark: str = "") -> list[Field]:
    """Ethnic group and nationalities; `mark` "?" where running clients leave a blank further group out."""
    return [
        (f"{prefix}DanToc", style.ethnicity(who.ethnicity, f"{path}.ethnicity")),
        (f"{mark}{prefix}DanTocKhac", who.ethnicity_other),
        (f"{prefix}QuocTich", style.country(who.nationality, f"{path}.nationality")),
        (f"?{prefix}QuocTichKhac", who.other_nationality),
    ]


def residence(style: Style, prefix: str, who: Individual) -> list[Field]:
    """Where a person lives. A kind that was not said is "no information", never permanent (§4.5 row 12)."""
    kind = NO_INFORMATION if who.residence_kind is None else RESIDENCES[who.residence_kind]
    return [(f"{prefix}LoaiCuTru", style.code(kind)), (f"{prefix}NoiCuTru", style.place(who.residence))]


def paper(style: Style, prefix: str, who: Identified | None, *, dated: bool = False) -> list[Field]:
    """The identity paper, and the personal number in its own field where the generation has one."""
    kind, number = (None, "") if who is None else who.paper
    made: list[Field] = [
        (f"{prefix}LoaiGiayToTuyThan", style.code("" if kind is None else PAPERS[kind])),
        (f"{prefix}GiayToKhac", "" if who is None else who.id_described),
        (f"{prefix}SoGiayToTuyThan", number),
    ]
    if dated:
        made.append((f"{prefix}NgayCapGiayToTuyThan", "" if who is None else style.day(who.id_issued_on)))
        made.append((f"{prefix}NoiCapGiayToTuyThan", "" if who is None else who.id_issued_by))
    if style.generation != "G1":
        made.append((f"{prefix}SoDDCN", "" if who is None else clear(who.citizen_id)))
    return made


def requester(style: Style, who: Requester, *, place: bool = False) -> list[Field]:
    """Who asks; `place` for the events whose G1 carries the requester's address too."""
    bundled = style.generation != "G1"
    made: list[Field] = [
        ("nycHoTen", style.name(who)),
        ("nycQuanHe", who.relation),
        *paper(style, "nyc", who, dated=True),
        ("nycSoDienThoai", clear(who.phone)),
        ("nycEmail", clear(who.email)),
    ]
    if bundled:
        kind = "" if who.residence_kind is None else RESIDENCES[who.residence_kind]
        made.append(("nycLoaiCuTru", style.code(kind)))
    if bundled or place:
        made.append(("nycNoiCuTru", style.place(who.residence)))
    return made


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
