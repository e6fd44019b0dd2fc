"""The fields of the events other than births; loaded when one of them is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gov_connect.adapters.civil_registry.fields import (
    clear,
    general,
    nation,
    paper,
    person,
    requester,
    residence,
)
from gov_connect.adapters.civil_registry.lists import SEXES
from gov_connect.model.civil_status import (
    DeathKind,
    DeathPaper,
    DeathRegistration,
    ExtractRequest,
    Kin,
    MaritalPurpose,
    MaritalStatus,
    MaritalStatusRequest,
    MarriageKind,
    MarriageRegistration,
    ParentChildRecognition,
    RecognitionKind,
    Spouse,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gov_connect.adapters.civil_registry.styles import Field, Style
    from gov_connect.model import Registration
    from gov_connect.model.registrants import Individual

DEATH_KINDS: Final = {DeathKind.ON_TIME: "1", DeathKind.LATE: "4", DeathKind.LONG_AGO: "5"}
"""List L3-KT."""
DEATH_PAPERS: Final = {kind: str(number) for number, kind in enumerate(DeathPaper)}
"""List L6, in the order of the enumeration: 0 none to 7 witnesses."""
MARRIAGE_KINDS: Final = {MarriageKind.FIRST: "1", MarriageKind.AGAIN: "2"}
STATUSES: Final = {
    MaritalStatus.NEVER: ("1", "Chưa đăng ký kết hôn với ai"),
    MaritalStatus.MARRIED: ("2", "Đang có vợ/chồng"),
    MaritalStatus.DIVORCED: ("3", "Đã ly hôn, chưa kết hôn với ai"),
    MaritalStatus.WIDOWED: ("4", "Vợ/chồng đã chết, chưa kết hôn với ai"),
    MaritalStatus.NOT_IN_PERIOD: ("5", "Trong thời gian nêu trên chưa đăng ký kết hôn; hiện tại đang có vợ/chồng"),
}
"""List L8 with its words."""
PURPOSES: Final = {kind: str(number) for number, kind in enumerate(MaritalPurpose, 1)}
"""List L9."""
RECOGNITIONS: Final = {kind: str(number) for number, kind in enumerate(RecognitionKind, 1)}
"""List L10."""


def fields_of(registration: Registration, style: Style) -> dict[str, object]:
    """The fields of any event but a birth."""
    return style.finish(_BUILDERS[type(registration)](registration, style))


def _death(registration: DeathRegistration, style: Style) -> Iterator[Field]:
    who, proof = registration.deceased, registration.proof
    yield "maGBT", clear(registration.notice)
    yield "ngayCapGBT", style.day(registration.notice_date)
    yield "loaiDangKy", style.code(DEATH_KINDS[registration.kind])
    yield from general(registration.unit, registration.copies)
    yield from _whole(style, "nkt", who, "deceased")
    yield "nktNgayChet", style.day(registration.died_on)
    yield "nktGioPhutChet", registration.died_at
    # Text in every generation; only results carry an object (§2.3).
    yield "nktNoiChet", registration.place.line
    yield "nktNguyenNhanChet", registration.cause.reveal()
    yield "gbtLoai", style.code("" if proof is None else DEATH_PAPERS[proof.kind])
    yield "gbtSo", "" if proof is None else proof.number
    yield "gbtNgay", "" if proof is None else style.day(proof.issued_on)
    yield "gbtCoQuanCap", "" if proof is None else proof.issued_by
    yield from requester(style, registration.requester, place=True)


def _whole(style: Style, prefix: str, who: Individual, path: str) -> Iterator[Field]:
    """A person with sex and dated papers."""
    yield f"{prefix}HoTen", style.name(who)
    yield f"{prefix}GioiTinh", style.code("" if who.sex is None else SEXES[who.sex])
    yield f"{prefix}NgaySinh", style.born(who.born)
    yield from nation(style, prefix, who, path)
    yield from residence(style, prefix, who)
    yield from paper(style, prefix, who, dated=True)


def _marriage(registration: MarriageRegistration, style: Style) -> Iterator[Field]:
    yield "loaiDangKy", style.code(MARRIAGE_KINDS[registration.kind])
    yield "noiDangKy", registration.unit
    yield "ngayXacLapQuanHeHonNhan", style.day(registration.established_on)
    yield "ghiChu", clear(registration.note)
    # Twice, once as a number (§7 row 4).
    yield "soBanSao", registration.copies
    yield "soLuongBanSao", str(registration.copies)
    yield from _spouse(style, "chong", registration.husband, "husband")
    yield from _spouse(style, "vo", registration.wife, "wife")


def _spouse(style: Style, prefix: str, who: Spouse, path: str) -> Iterator[Field]:
    code, words = STATUSES[who.status]
    yield f"{prefix}LoaiTinhTrangHonNhan", style.code(code)
    yield f"{prefix}TinhTrangHonNhan", who.status_text or words
    yield f"{prefix}YeuCauXNTTHN", who.certificate_wanted
    yield f"{prefix}NoiXNTTHN", who.certificate_from
    yield f"{prefix}HoTen", style.name(who)
    yield f"{prefix}NgaySinh", style.born(who.born)
    yield from nation(style, prefix, who, path)
    yield f"?{prefix}CuTruNuocNgoai", who.residence_abroad
    yield from residence(style, prefix, who)
    yield from paper(style, prefix, who, dated=True)
    yield f"{prefix}SoLanKH", who.times


def _marital(registration: MaritalStatusRequest, style: Style) -> Iterator[Field]:
    yield from _whole(style, "nxn", registration.person, "person")
    yield "nxnThoiGianCuTruTai", registration.lived_at
    yield "nxnThoiGianCuTruTu", style.day(registration.lived_from)
    yield "nxnThoiGianCuTruDen", style.day(registration.lived_until)
    yield "nxnTinhTrangHonNhan", registration.status_text or STATUSES[registration.status][1]
    yield "nxnLoaiMucDichSuDung", style.code(PURPOSES[registration.purpose])
    yield "nxnMucDichSuDung", registration.purpose_text
    yield from requester(style, registration.requester)
    yield "?soLuongBanSao", str(registration.copies or "")


def _recognition(registration: ParentChildRecognition, style: Style) -> Iterator[Field]:
    yield "loaiXacNhan", style.code(RECOGNITIONS[registration.kind])
    yield from _kin(style, "cm", registration.recogniser, "recogniser")
    yield from _kin(style, "nc", registration.recognised, "recognised")
    yield "nycQHNguoiDuocNhan", registration.relation_to_recognised
    yield "nycQHNguoiNhan", registration.relation_to_recogniser
    yield from requester(style, registration.requester)
    yield "?soLuongBanSao", str(registration.copies or "")


def _kin(style: Style, prefix: str, who: Kin, path: str) -> Iterator[Field]:
    yield from person(style, prefix, who, path)
    yield f"{prefix}QueQuan", style.place(who.native_place)


def _extract(registration: ExtractRequest, style: Style) -> Iterator[Field]:
    entry = registration.entry
    yield "noiDangKy", registration.unit
    yield "noiDangKyTruocDay", entry.office
    yield "soDangKyTruocDay", str(entry.number)
    yield "quyenSoDangKyTruocDay", str(entry.book)
    yield "ngayDangKyTruocDay", style.day(entry.on)
    yield "loaiBanSao", registration.copy_kind
    yield "loaiBSCC", ""
    yield "thongTinKhac", _further(registration)
    yield from _whole(style, "cbs", registration.person, "person")
    yield from requester(style, registration.requester)


def _further(registration: ExtractRequest) -> str:
    """What has no field of its own: which paper, and how many copies (where it goes is not known, §2.5)."""
    parts = [
        clear(registration.further),
        f"Giấy tờ: {registration.paper}" if registration.paper else "",
        f"Số lượng bản sao đề nghị cấp: {registration.copies}" if registration.copies else "",
    ]
    return "; ".join(filter(None, parts))


_BUILDERS: Final[dict[type[Registration], Callable[[Any, Style], Iterator[Field]]]] = {
    DeathRegistration: _death,
    MarriageRegistration: _marriage,
    MaritalStatusRequest: _marital,
    ParentChildRecognition: _recognition,
    ExtractRequest: _extract,
}
