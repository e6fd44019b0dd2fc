"""The data of a birth registration, read strictly (civil_registry.md §2.2, module KS on the G1 wire)."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from gov_connect.mocks._person import plain
from gov_connect.mocks._xml import BadXmlError, parse
from gov_connect.mocks.civil_registry import _lists

if TYPE_CHECKING:
    from collections.abc import Callable, Container

_CHILD_REQUIRED: Final = """
    HoTen GioiTinh NgaySinh NgaySinhBangChu NoiSinh QueQuan DanToc QuocTich LoaiKhaiSinh
"""
_CHILD: Final = f"""
    {_CHILD_REQUIRED} NoiSinhDVHC NoiSinhNuocNgoai DanTocKhac QuocTichKhac
    LoaiGiayToTuyThan SoGiayToTuyThan NgayCapGiayToTuyThan NoiCapGiayToTuyThan
"""
_PARENT: Final = """
    HoTen NgaySinh DanToc DanTocKhac QuocTich QuocTichKhac LoaiCuTru NoiCuTru
    LoaiGiayToTuyThan SoGiayToTuyThan GiayToKhac SoDDCN XacThucThongTin
"""
_REQUESTER_REQUIRED: Final = """
    HoTen QuanHe LoaiGiayToTuyThan SoGiayToTuyThan NgayCapGiayToTuyThan NoiCapGiayToTuyThan
"""
_REQUESTER: Final = f"""
    {_REQUESTER_REQUIRED} GiayToKhac SoDDCN LoaiCuTru NoiCuTru SoDienThoai Email XacThucThongTin
"""
_GENERAL: Final = """
    maGCS ngayCapGCS loaiDangKy noiDangKy soLuongBanSao
    soDangKyNuocNgoai ngayDangKyNuocNgoai cqNuocNgoaiDaDangKy qgNuocNgoaiDaDangKy
"""


def named(prefix: str, names: str) -> tuple[str, ...]:
    """Give names with their prefix."""
    return tuple(prefix + name for name in names.split())


KNOWN: Final = frozenset(
    (
        *named("nks", _CHILD),
        *named("me", _PARENT),
        *named("cha", _PARENT),
        *named("nyc", _REQUESTER),
        *named("", _GENERAL),
    )
)
# Those marked Y that the one sample of G1 carries as well: the registering unit travels in maDonVi there.
_REQUIRED: Final = (*named("nks", _CHILD_REQUIRED), *named("nyc", _REQUESTER_REQUIRED), "loaiDangKy")
_REQUIRED_OF_PARENT: Final = (
    "HoTen",
    "DanToc",
    "QuocTich",
    "LoaiCuTru",
    "LoaiGiayToTuyThan",
    "SoGiayToTuyThan",
)
_DAY: Final = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})")
_PARTIAL: Final = re.compile(r"(?:(\d\d)\.)?(\d{4})")
_COMPACT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)")


class BadDataError(Exception):
    """A field is missing, unknown or ill-formed; the text is the field's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """An accepted registration: who asked for it, and the paper that came of it."""

    code: str
    unit: int
    ordinal: int
    on: date
    fields: dict[str, str] = field(repr=False)
    module: str = "KS"

    @property
    def book(self) -> str:
        """Give the number of the register book (§3)."""
        return f"01/{self.on:%Y}"

    def child(self) -> tuple[str, str, str]:
        """Give what makes a child one child: name, birth date, mother's (else father's) number."""
        values = self.fields
        parent = values.get("meSoGiayToTuyThan") or values.get("chaSoGiayToTuyThan", "")
        if self.module != "KS":
            return (self.module, self.code, "")  # only births are watched for a second paper
        return (plain(values["nksHoTen"]), values["nksNgaySinh"], parent)

    def result(self) -> dict[str, object]:
        """Give the data of ketQuaDangKyHS; member names are those of traHoSo (§1.4, sample 8.2).

        The personal number is left out: it arrives days later (§3).
        """
        return {
            "id": 70000 + self.ordinal,
            "so": str(self.ordinal),
            "quyenSo": self.book,
            "trangSo": str(self.ordinal),
            "ngayDangKy": f"{self.on:%d/%m/%Y}",
            **self.fields,
        }


def read(document: str, received: date) -> dict[str, str]:
    """Read `<hotich><hoso>…`; raises BadDataError naming the field."""
    return check(leaves(document, KNOWN), received)


def check(fields: dict[str, str], received: date) -> dict[str, str]:
    """Hold the fields of a birth to what is required and to the lists."""
    for name in _REQUIRED:
        _demand(fields, name)
    for name, value in fields.items():
        if value and not is_valid(name, value):
            raise BadDataError(name)
    for prefix, known in (("me", _lists.MOTHER_KNOWN), ("cha", _lists.FATHER_KNOWN)):
        _check_parent(fields, prefix, known=fields["nksLoaiKhaiSinh"] in known)
    for prefix in ("nks", "me", "cha"):
        if fields.get(f"{prefix}DanToc") == _lists.OTHER_ETHNIC:
            _demand(fields, f"{prefix}DanTocKhac")
    for prefix in ("me", "cha", "nyc"):
        if fields.get(f"{prefix}LoaiGiayToTuyThan") == _lists.OTHER_PAPER:
            _demand(fields, f"{prefix}GiayToKhac")
    born = _DAY.fullmatch(fields["nksNgaySinh"])
    if born and date(int(born[3]), int(born[2]), int(born[1])) > received:
        name = "nksNgaySinh"
        raise BadDataError(name)
    return fields


def leaves(document: str, known: Container[str]) -> dict[str, str]:
    """Give the leaves of `<hotich><hoso>`, none twice and none unknown."""
    try:
        root = parse(document)
    except BadXmlError as error:
        name = "data"
        raise BadDataError(name) from error
    if root.name != "hotich" or len(root.children) != 1 or root.children[0].name != "hoso":
        name = "data"
        raise BadDataError(name)
    fields: dict[str, str] = {}
    for leaf in root.children[0].children:
        if leaf.name not in known or leaf.children or leaf.name in fields:
            raise BadDataError(leaf.name[:40])
        fields[leaf.name] = leaf.text
    return fields


def _demand(fields: dict[str, str], name: str) -> None:
    if not fields.get(name):
        raise BadDataError(name)


def _check_parent(fields: dict[str, str], prefix: str, *, known: bool) -> None:
    if not known:
        extra = next(
            (n for n, v in fields.items() if v and n.startswith(prefix) and n[len(prefix) :][:1].isupper()),
            "",
        )
        if extra:
            raise BadDataError(extra)
        return
    for name in _REQUIRED_OF_PARENT:
        _demand(fields, prefix + name)
    if fields[f"{prefix}LoaiCuTru"] != _lists.NO_RESIDENCE:
        _demand(fields, f"{prefix}NoiCuTru")


def _is_date(value: str) -> bool:
    """Tell whether a text is dd.MM.yyyy, MM.yyyy or yyyy and exists (quirk 1)."""
    partial = _PARTIAL.fullmatch(value)
    if partial:
        return partial[1] is None or 1 <= int(partial[1]) <= 12  # noqa: PLR2004 - months
    day = _DAY.fullmatch(value)
    return day is not None and _exists(int(day[3]), int(day[2]), int(day[1]))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _is_notice_date(value: str) -> bool:
    """Tell whether a text is a date of a birth notice: yyyyMMdd inbound, dd.MM.yyyy outbound (§2.2)."""
    compact = _COMPACT.fullmatch(value)
    return (
        _exists(*(int(part) for part in compact.groups()))
        if compact
        else bool(_DAY.fullmatch(value)) and _is_date(value)
    )


def _listed(values: Container[str]) -> Callable[[str], bool]:
    return lambda value: value in values


def _digits(length: str) -> Callable[[str], bool]:
    pattern = re.compile(rf"\d{length}")
    return lambda value: bool(pattern.fullmatch(value))


# By the end of the name, longest first.
_RULES: Final[tuple[tuple[str, Callable[[str], bool]], ...]] = (
    ("ngayCapGCS", _is_notice_date),
    ("ngayCapGBT", _is_notice_date),
    ("ngayXacLapQuanHeHonNhan", _is_date),
    ("NgayChet", _is_date),
    ("gbtNgay", _is_date),
    ("GioPhutChet", lambda value: re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) is not None),
    ("gbtLoai", _listed(frozenset("01234567"))),
    ("LoaiTinhTrangHonNhan", _listed(frozenset("12345"))),
    ("LoaiMucDichSuDung", _listed(frozenset("12345"))),
    ("loaiXacNhan", _listed(frozenset("1234"))),
    ("SoLanKH", _digits("{1,2}")),
    ("NgaySinhBangChu", lambda value: not any(letter.isdigit() for letter in value)),
    ("NgayCapGiayToTuyThan", _is_date),
    ("LoaiGiayToTuyThan", _listed(_lists.PAPERS)),
    ("nksLoaiKhaiSinh", _listed(_lists.PARENTS_KNOWN)),
    ("nksNoiSinhDVHC", _digits("{2}")),
    ("soLuongBanSao", _digits("{1,3}")),
    ("QuocTichKhac", _lists.is_country_name),
    ("loaiDangKy", _listed(_lists.KINDS_OF_REGISTRATION)),
    ("noiDangKy", _digits("{5}")),
    ("LoaiCuTru", _listed(_lists.RESIDENCES)),
    ("GioiTinh", _listed(_lists.SEXES)),
    ("NgaySinh", _is_date),
    ("QuocTich", _lists.is_country_name),
    ("DanToc", _lists.is_ethnic_name),
    ("SoDDCN", _digits("{12}")),
)


@functools.cache
def _rule(name: str) -> Callable[[str], bool] | None:
    return next((rule for end, rule in _RULES if name.endswith(end)), None)


def is_valid(name: str, value: str) -> bool:
    """Tell whether a value fits the rule of its field, by the end of the field's name."""
    rule = _rule(name)
    return rule is None or rule(value)
