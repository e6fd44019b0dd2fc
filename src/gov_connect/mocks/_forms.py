"""The e-form leaves that a citizen fills in, per procedure (civil_registry.md §4.2, §4.4, §8.10).

Key families are those of the legacy e-forms. `NgaySinhC` (and `NYC_NgaySinh`) is the requester's date of
birth by the pattern of `NgaySinhC1`; `SoTrang` and `SoBan` are pages and copies of a certified copy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from gov_connect.mocks._person import COMMUNE, Person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

_ISSUER: Final = "Cục Cảnh sát QLHC về TTXH"
_SINGLE_MOTHERS: Final = 0.15  # share of births without a known father
_BY_FATHER: Final = 0.6  # share of births with a known father where he is the one who comes
_PAPERS: Final = ("Bằng tốt nghiệp mẫu", "Học bạ mẫu", "Giấy xác nhận mẫu", "Hợp đồng mẫu")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What one citizen submits: the procedure, the applicant, and the leaves of the e-form."""

    procedure: str
    applicant: Person
    fields: dict[str, str] = field(repr=False)

    def to_portal(self) -> dict[str, str]:
        """Give the flat mapping that `PortalMock.submit` and `POST /_mock/submit` take."""
        applicant = self.applicant
        return {
            "MaTTHC": self.procedure,
            "MaSoThue": applicant.key,
            "TenThuongNhan": applicant.name,
            "DienThoai": applicant.phone,
            "SoDienThoaiNguoiLienHe": applicant.phone,
            "NguoiLienHe": applicant.name,
            **self.fields,
        }


@dataclass(frozen=True, slots=True)
class Crowd:
    """Queues of people to draw applicants and parents from."""

    anyone: Iterator[Person]
    women: Iterator[Person]
    men: Iterator[Person]


def fill(random: Random, procedure: str, crowd: Crowd, day: date) -> Submission:
    """Fill in one form."""
    return _FORMS[procedure](random, crowd, day)


def _certified_copy(random: Random, crowd: Crowd, _day: date) -> Submission:
    applicant = next(crowd.anyone)
    fields = _requester(applicant) | {
        "TenGiayTo": random.choice(_PAPERS),
        "SoTrang": str(random.choice((1, 1, 2, 2, 2, 3, 5, 8, 40, 250))),
        "SoBan": str(random.randint(1, 5)),
    }
    return Submission(procedure="2.000815", applicant=applicant, fields=fields)


def _certified_signature(random: Random, crowd: Crowd, _day: date) -> Submission:
    applicant = next(crowd.anyone)
    fields = _requester(applicant) | {
        "TenGiayTo": random.choice(_PAPERS),
        "SoLuong": str(random.choice((1, 1, 1, 2, 3))),
    }
    return Submission(procedure="2.000884", applicant=applicant, fields=fields)


def _birth(random: Random, crowd: Crowd, day: date) -> Submission:
    mother = next(crowd.women)
    father = None if random.random() < _SINGLE_MOTHERS else next(crowd.men)
    applicant = father if father and random.random() < _BY_FATHER else mother
    born = day - timedelta(days=random.randint(1, 45))
    sex = random.choice("12")
    family = (father or mother).name.split()[0]
    child = f"{family} {'VĂN' if sex == '1' else 'THỊ'} SƠ SINH {random.choice(('MẪU', 'THỬ', 'NHÁP', 'GIẢ'))}"
    kin = father or mother
    fields = _requester(applicant) | {
        "QuanHe": "Cha" if applicant is father else "Mẹ",
        "loaiDangKy": "1",
        "HoTenKS": child,
        "NgaySinhChon": f"{born:%d/%m/%Y}",
        "GioiTinhKS": sex,
        "DanTocKS": kin.ethnic_name,
        "QuocTichKS": "Việt Nam",
        "nksNoiSinh": "1",
        "nksNoiSinh_TrongNuoc": f"Trạm y tế xã Mẫu, {COMMUNE}",
        "nksQueQuan": "1",
        "nksQueQuan_TrongNuoc": COMMUNE,
        "nksLoaiKhaiSinh": "1" if father else "3",
        "SoLuong": str(random.choice((0, 1, 2, 3))),
    }
    fields |= _parent(mother, "Me")
    if father:
        fields |= _parent(father, "Cha")
    return Submission(procedure="1.001193", applicant=applicant, fields=fields)


def _extract_copy(random: Random, crowd: Crowd, _day: date) -> Submission:
    applicant = next(crowd.anyone)
    entered = f"{random.randint(1, 28):02d}/{random.randint(1, 12):02d}/2015"
    fields = _requester(applicant, prefix="NYC_") | {
        "NDK_HoVaTen": applicant.name,
        "NDK_NgaySinh": applicant.birth_text,
        "NDK_GioiTinh": applicant.sex,
        "NDK_DanToc": applicant.ethnic_name,
        "NDK_QuocTich": "Việt Nam",
        "NDK_SoDinhDanh": applicant.key,
        "HoSo_TenGiayTo": random.choice(("Giấy khai sinh", "Trích lục kết hôn")),
        "HoSo_CoQuanDangKy": "Ủy ban nhân dân xã Mẫu",
        "HoSo_So": str(random.randint(1, 200)),
        "HoSo_QuyenSo": "01/2015",
        "HoSo_NgayCapSo": entered,
        "SoLuong": str(random.randint(1, 4)),
    }
    return Submission(procedure="2.000635", applicant=applicant, fields=fields)


def _marital_status(random: Random, crowd: Crowd, _day: date) -> Submission:
    applicant = next(crowd.anyone)
    fields = _requester(applicant) | {
        "HoVaTenC1": applicant.name,
        "NgaySinhC1": applicant.birth_text,
        "GioiTinhC1": applicant.sex,
        "DanTocC1": applicant.ethnic_name,
        "SoDinhDanhC1": applicant.key,
        "NgayCapDDC1": f"{applicant.issued:%d/%m/%Y}",
        "NoiCapDDC1": _ISSUER,
        "nxnNoiCuTru_TrongNuoc": applicant.residence,
        "TinhTrangHonNhanC1": "1",
        "nxnLoaiTinhTrangHonNhan": "1",
        "MucDich": random.choice(("1", "5")),
        "SoLuong": "1",
    }
    return Submission(procedure="1.004873", applicant=applicant, fields=fields)


def _requester(person: Person, prefix: str = "") -> dict[str, str]:
    names = ("HoVaTen", "NgaySinh", "SoDinhDanh", "NgayCap", "NoiCap", "NoiCuTru_TrongNuoc")
    if not prefix:
        names = ("HoVaTenC", "NgaySinhC", "SoDinhDanhC", "NgayCapDDC", "NoiCapDDC", "nycNoiCuTru")
    values = (
        person.name,
        person.birth_text,
        person.key,
        f"{person.issued:%d/%m/%Y}",
        _ISSUER,
        person.residence,
    )
    return {f"{prefix}{name}": value for name, value in zip(names, values, strict=True)}


def _parent(person: Person, who: str) -> dict[str, str]:
    """Fill in a parent; the form asks for the year of birth only (civil_registry.md §4.2)."""
    return {
        f"HoTen{who}KS": person.name,
        f"NamSinh{who}KS": f"{person.birth:%Y}",
        f"SoDinhDanh{who}": person.number,
        f"NgayCapDD{who}": f"{person.issued:%d/%m/%Y}",
        f"NoiCapDD{who}": _ISSUER,
        f"DanToc{who}KS": person.ethnic_name,
        f"QuocTich{who}KS": "Việt Nam",
        f"{who}LoaiCuTru": "1",
        f"{who}NoiCuTru_TrongNuoc": person.residence,
    }


_FORMS: Final[dict[str, Callable[[Random, Crowd, date], Submission]]] = {
    "2.000815": _certified_copy,
    "2.000884": _certified_signature,
    "1.001193": _birth,
    "2.000635": _extract_copy,
    "1.004873": _marital_status,
}
