"""The birth form of the legacy e-form generation -> registration (civil_registry.md §4.2, §8.10)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gov_connect.model import BirthRegistration, PartialDate, RegistrationKind, Sex

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from gov_connect.model import DossierCode, Personal

# field of the model -> leaves of the form that may carry it, the first filled one counts
ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "child.name": ("HoTenKS",),
    "child.sex": ("GioiTinhKS",),
    "child.born": ("NgaySinhChon", "NgaySinhKS"),
    "child.ethnicity": ("DanTocKS",),
    "child.nationality": ("QuocTichKS",),
    "child.birth_place": ("nksNoiSinh_TrongNuoc", "nksNoiSinh_NuocNgoai"),
    "child.native_place": ("nksQueQuan_TrongNuoc", "nksQueQuan_NuocNgoai"),
    "mother.name": ("HoTenMeKS",),
    "mother.born": ("NgaySinhMeKS", "NamSinhMeKS"),
    "mother.citizen_id": ("SoDinhDanhMe",),
    "mother.ethnicity": ("DanTocMeKS",),
    "mother.nationality": ("QuocTichMeKS",),
    "mother.residence": ("MeNoiCuTru_TrongNuoc", "MeNoiCuTru_NuocNgoai"),
    "father.name": ("HoTenChaKS",),
    "father.born": ("NgaySinhChaKS", "NamSinhChaKS"),
    "father.citizen_id": ("SoDinhDanhCha",),
    "father.ethnicity": ("DanTocChaKS",),
    "father.nationality": ("QuocTichChaKS",),
    "father.residence": ("ChaNoiCuTru_TrongNuoc", "ChaNoiCuTru_NuocNgoai"),
    "requester.name": ("HoVaTenC",),
    "requester.citizen_id": ("SoDinhDanhC",),
    "requester.id_issued_on": ("NgayCapDDC",),
    "requester.id_issued_by": ("NoiCapDDC",),
    "requester.relation": ("QuanHe",),
    "requester.phone": ("DienThoaiC", "SoDienThoaiC"),
    "kind": ("loaiDangKy",),
    "copies": ("SoLuong",),
}
SEXES: Final = {
    "1": Sex.MALE,
    "2": Sex.FEMALE,
    "3": Sex.UNKNOWN,
    "nam": Sex.MALE,
    "nữ": Sex.FEMALE,
    "nu": Sex.FEMALE,
    "chưa xác định": Sex.UNKNOWN,
}
"""List L1 of the registry, and its words."""
KINDS: Final = {
    "1": RegistrationKind.ON_TIME,
    "2": RegistrationKind.AGAIN,
    "3": RegistrationKind.FOREIGN,
    "4": RegistrationKind.LATE,
}
_WHOLE: Final = re.compile(r"0*([0-9]{1,6})(?:\.0+)?")


PRESENTATION: Final = frozenset({"nksNoiSinh", "nksQueQuan", "nksLoaiKhaiSinh"})
"""Leaves that only say which other leaf was shown; the answer follows from the filled ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BirthForm:
    """A mapped form.

    Attributes:
        unmapped: leaves that nothing reads, by name: they are reported, never dropped in silence.
    """

    registration: BirthRegistration
    unmapped: tuple[str, ...]


def read_birth_form(
    form: Mapping[str, Personal], *, dossier: DossierCode, unit: str, received_at: datetime
) -> BirthForm:
    """Map a birth form.

    Raises:
        InvalidInput: with every missing or wrong field at once.
    """
    by_name = {leaf.strip().casefold(): leaf for leaf in sorted(form, reverse=True)}
    used: set[str] = set()
    fields: dict[str, Any] = {"dossier": dossier, "unit": unit, "received_at": received_at}
    for path, leaves in ALIASES.items():
        filled = [by_name[leaf.casefold()] for leaf in leaves if leaf.casefold() in by_name]
        if filled:
            chosen = form[filled[0]].reveal()
            _place(fields, path, chosen)
            # Another leaf for the same thing counts as read when it says the same, or only the year of it.
            used.update(leaf for leaf in filled if chosen.endswith(form[leaf].reveal()))
    registration = BirthRegistration(**fields)
    unmapped = tuple(sorted(leaf for leaf in form if leaf not in used and leaf.strip() not in PRESENTATION))
    return BirthForm(registration=registration, unmapped=unmapped)


def _place(fields: dict[str, Any], path: str, text: str) -> None:
    """Put `text` under its dotted path, decoded where that has a plain meaning; else as it stands,
    so that the value object says what is wrong with it.
    """
    parent, _, name = path.rpartition(".")
    target = fields.setdefault(parent, {}) if parent else fields
    match name:
        case "born" | "id_issued_on":
            target[name] = _day(text)
        case "sex":
            target[name] = SEXES.get(_number(text).casefold(), text)
        case "kind":
            target[name] = KINDS.get(_number(text), text)
        case "copies":
            target[name] = int(_number(text)) if _WHOLE.fullmatch(text) else text
        case _:
            target[name] = text


def _number(text: str) -> str:
    """`1` for `01`, `1` and `1.0`; anything else as it stands."""
    match = _WHOLE.fullmatch(text)
    return match.group(1) if match else text


def _day(text: str) -> str:
    """A date in the model's own order; anything that is none as it stands."""
    day = PartialDate.read(text)
    return text if day is None else day.iso
