"""Portal messages <-> model: codes, dates and names of the first generation (§2.2, §2.3, §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gov_connect.adapters.national_portal.wire import LIMITS
from gov_connect.adapters.reading import code_text, fold, folded, is_zero, rows_of
from gov_connect.errors import InvalidInput, Problem, UnexpectedReply
from gov_connect.model import (
    ApplicantKind,
    Channel,
    FeeKind,
    FeeMoment,
    FeeSort,
    PaidOnline,
    Procedure,
    ProcedureCode,
)
from gov_connect.transport import Unreadable, as_list, as_object, parse_json
from gov_connect.transport.write import moment_digits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gov_connect.model import (
        Applicant,
        Attachment,
        Dossier,
        DossierCode,
        FeeLine,
        OtherPaper,
        Personal,
        ProgressStep,
        ResultDocument,
        SupplementRound,
    )

CHANNELS: Final = {Channel.COUNTER: "1", Channel.ONLINE: "2", Channel.POST: "3"}
APPLICANTS: Final = {
    ApplicantKind.CITIZEN: "1",
    ApplicantKind.ENTERPRISE: "2",
    ApplicantKind.STATE_BODY: "3",
    ApplicantKind.ORGANISATION: "4",
}
PAID_ONLINE: Final = {
    PaidOnline.NO_FEE: "0",
    PaidOnline.NATIONAL_PORTAL: "1",
    PaidOnline.AGENCY_GATEWAY: "2",
    PaidOnline.NOT_ONLINE: "3",
}
FEE_MOMENTS: Final = {FeeMoment.ON_RECEIPT: "1", FeeMoment.ON_SUPPLEMENT: "2", FeeMoment.ON_RESULT: "4"}
FEE_SORTS: Final = {FeeSort.ORDINARY: "1", FeeSort.APPRAISAL: "2", FeeSort.EXTENSION: "3"}
SECOND: Final = frozenset(
    (
        "KenhThucHien",
        "SoGiayToChuHoSo",
        "NoiNopHoSo",
        "HoSoCoThanhPhanSoHoa",
        "TaiKhoanDuocXacThucVoiVNeID",
        "DuocThanhToanTrucTuyen",
        "NgayTuChoi",
        "DinhDanhCHS",
        "NgayNopHoSo",
        "DSKetNoiCSDL",
    )
)
"""Fields that came with the second field generation; those of sub-records below."""
_SECOND_INSIDE: Final = {
    "TaiLieuNop": frozenset(("DuocSoHoa", "DuocTaiSuDung", "DuocLayTuKhoDMQG", "MaKetQuaThayThe")),
    "DanhSachGiayToKetQua": frozenset(("MaGiayToKetQua",)),
}
FEE_CODES: Final = {FeeKind.FEE: "1", FeeKind.CHARGE: "2"}
SUBMITTED_AT_AGENCY: Final = "2"
_COUNTS: Final = frozenset({"total", "count", "totalcount", "totalrecords", "tongso", "soluong", "sobanghi"})
UNKNOWN_OWNER: Final = {"LoaiDinhDanh": "2", "SoDinhDanh": "000000001"}
"""What running clients send when the owner's number is not known; the array may not be empty."""


def moment(at: datetime | None) -> str:
    """`yyyyMMddHHmmss` in Viet Nam, "" for none (never null, §6 row 4)."""
    return "" if at is None else moment_digits(at)


def flag(value: bool) -> str:  # noqa: FBT001 - one value, one meaning
    """The digit flags of the second field generation."""
    return "1" if value else "0"


def truth(value: bool) -> str:  # noqa: FBT001
    """The word booleans of the envelope and of IsDeleted (§6 row 1)."""
    return "True" if value else "False"


def shortened(field: str, text: str) -> str:
    """Cut `text` to the field's limit as running clients do, with three dots."""
    limit = LIMITS[field]
    return text if len(text) <= limit else text[: limit - 4] + "..."


def record(dossier: Dossier, *, generation: int = 2, submitted_at: str = SUBMITTED_AT_AGENCY) -> dict[str, object]:
    """One element of DongBoHoSoMC's `data`, scalars as text; the first field generation lacks the later fields.

    Raises:
        InvalidInput: the owner is of a kind that this generation has no code for.
    """
    if dossier.applicant.kind not in APPLICANTS:
        raise InvalidInput("Dossier", [Problem(path="applicant.kind", code="value.not_in_list")])
    made = _record(dossier, submitted_at)
    if not dossier.receipt_number:
        del made["SoBienNhan"]
    return made if generation > 1 else _first(made)


def _first(made: dict[str, Any]) -> dict[str, object]:
    """The record as the first field generation has it."""
    record = {name: value for name, value in made.items() if name not in SECOND}
    for name, later in _SECOND_INSIDE.items():
        record[name] = [{key: value for key, value in row.items() if key not in later} for row in record[name]]
    return record


def _record(dossier: Dossier, submitted_at: str) -> dict[str, Any]:
    owner = dossier.applicant
    online = dossier.channel is Channel.ONLINE
    procedure = dossier.procedure
    return {
        "MaHoSo": str(dossier.code),
        "MaTTHC": str(procedure.code),
        "TenTTHC": procedure.name,
        "MaLinhVuc": procedure.domain_code,
        "TenLinhVuc": procedure.domain_name,
        "SoBienNhan": dossier.receipt_number,
        "KenhThucHien": CHANNELS[dossier.channel],
        "ChuHoSo": owner.name.reveal(),
        "SoGiayToChuHoSo": clear(owner.citizen_id or owner.old_id),
        "LoaiDoiTuong": APPLICANTS[owner.kind],
        # The portal's account id belongs to dossiers born online only (§2.2 MaDoiTuong).
        "MaDoiTuong": owner.account_id if online else "",
        "ThongTinKhac": "",
        "Email": clear(owner.email),
        "Fax": "",
        "SoDienThoai": clear(owner.phone),
        "TrichYeuHoSo": shortened("TrichYeuHoSo", dossier.summary.reveal()),
        "NgayTiepNhan": moment(dossier.received_at),
        "NgayHenTra": moment(dossier.due_at),
        "TrangThaiHoSo": str(dossier.status),
        "NgayTra": moment(dossier.delivered_at),
        "ThongTinTra": "",
        "HinhThuc": flag(dossier.result_by_post),
        "NgayKetThucXuLy": moment(dossier.processed_at),
        "DonViXuLy": dossier.unit_name,
        "GhiChu": clear(dossier.note),
        "TaiLieuNop": list(map(attachment, dossier.attachments)),
        "DanhSachLePhi": list(map(fee, dossier.fees)),
        "DanhSachTepDinhKemKhac": list(map(_other_paper, dossier.other_papers)),
        "DanhSachHoSoBoSung": list(map(_supplement, dossier.supplements)),
        "DanhSachGiayToKetQua": list(map(result, dossier.results)),
        "NoiNopHoSo": submitted_at,
        "HoSoCoThanhPhanSoHoa": flag(any(item.digitised for item in dossier.attachments)),
        "TaiKhoanDuocXacThucVoiVNeID": flag(dossier.verified_account),
        "DuocThanhToanTrucTuyen": PAID_ONLINE[dossier.paid_online],
        "NgayTuChoi": moment(dossier.refused_at),
        "DinhDanhCHS": [_identifier(owner)],
        "NgayNopHoSo": moment(dossier.submitted_at or dossier.received_at),
        "DSKetNoiCSDL": [{"MaCSDL": code} for code in dossier.databases],
    }


def clear(value: Personal | None) -> str:
    """The value in clear for the wire, "" for none."""
    return "" if value is None else value.reveal()


def _identifier(owner: Applicant) -> dict[str, str]:
    if owner.citizen_id is not None:
        return {"LoaiDinhDanh": "1", "SoDinhDanh": owner.citizen_id.reveal()}
    if owner.old_id is not None:
        return {"LoaiDinhDanh": "2", "SoDinhDanh": owner.old_id.reveal()}
    return dict(UNKNOWN_OWNER)


def attachment(item: Attachment) -> dict[str, str]:
    """One element of TaiLieuNop."""
    # Flags are written out: a dossier has many files, and calls would take half of the time.
    reused = "0" if not item.reused else "2" if item.replaced_by else "1"
    return {
        "TepDinhKemId": item.id,
        "TenTepDinhKem": shortened("TenTepDinhKem", item.name),
        "IsDeleted": "True" if item.deleted else "False",
        "MaThanhPhanHoSo": item.paper_code,
        "DuongDanTaiTepTin": item.url,
        "DuocSoHoa": "1" if item.digitised else "0",
        "DuocTaiSuDung": reused,
        "DuocLayTuKhoDMQG": "1" if item.from_personal_store else "0",
        "MaKetQuaThayThe": item.replaced_by,
    }


def fee(line: FeeLine) -> dict[str, str]:
    """One element of DanhSachLePhi; both generations have the same lists here (§2.10)."""
    return {
        "TenPhiLePhi": line.name,
        "MaPhiLePhi": line.code or FEE_CODES[line.kind],
        "HinhThucThu": FEE_MOMENTS[line.collected],
        "Gia": str(line.amount.dong),
        "LoaiPhiLePhi": FEE_SORTS[line.sort],
    }


def _other_paper(item: OtherPaper) -> dict[str, object]:
    return {"TenGiayTo": shortened("TenGiayTo", item.name), "SoLuong": item.copies, "LoaiGiayTo": item.kind}


def _supplement(item: SupplementRound) -> dict[str, object]:
    """One element of DanhSachHoSoBoSung; its id is a number and its state a truth value (§2.2)."""
    return {
        "HoSoBoSungId": item.id,
        "NguoiYeuCauBoSung": item.requested_by.reveal(),
        "NoiDungBoSung": item.request.reveal(),
        "NgayBoSung": moment(item.requested_at),
        "NguoiTiepNhanBoSung": clear(item.received_by),
        "ThongTinTiepNhan": clear(item.received_note),
        "NgayTiepNhanBoSung": moment(item.received_at),
        "TrangThaiBoSung": item.done,
        "DanhSachGiayToBoSung": [_other_paper(paper) for paper in item.papers],
        "DanhSachLePhiBoSung": [fee(line) for line in item.fees],
        "NgayHenTraTruoc": moment(item.due_before),
        "NgayHenTraMoi": moment(item.due_after),
    }


def result(item: ResultDocument) -> dict[str, str]:
    """One element of DanhSachGiayToKetQua."""
    return {
        "TenGiayTo": shortened("TenGiayTo", item.name),
        "MaThanhPhanHoSo": "",
        "GiayToId": item.id,
        "DuongDanTepTinKetQua": item.url,
        "MaGiayToKetQua": item.result_code,
    }


def step_row(step: ProgressStep) -> dict[str, str]:
    """One row of CapNhatTienDoHoSoMC: nine fields, none of them null (§2.3)."""
    return {
        "MaHoSo": str(step.dossier),
        "NguoiXuLy": shortened("NguoiXuLy", step.officer.reveal()),
        "ChucDanh": step.title,
        "ThoiDiemXuLy": moment(step.at),
        "PhongBanXuLy": step.unit,
        "NoiDungXuLy": step.text,
        "TrangThai": str(step.status),
        "NgayBatDau": moment(step.started_at),
        "NgayKetThucTheoQuyDinh": moment(step.due_at),
    }


def is_there(result: object, code: DossierCode, system: str) -> bool:
    """Whether the result of TraCuuHoSo holds the dossier: anything in the list means yes (§2.4).

    An object that stands alone must name it: it may as well be a count or a message.

    Raises:
        UnexpectedReply: neither a list nor such an object nor a truth value.
    """
    if isinstance(result, bool):
        return result
    reason = "unclear_result"
    found = rows(result, system, reason=reason)
    alone = as_object(_unpacked(result, system, reason))
    if alone is None:
        return any(_is_of(row, code) for row in found)
    named = _named(alone)
    if not named and not _is_empty(alone):
        raise UnexpectedReply(system=system, reason=reason)
    return str(code) in named


def _named(value: object) -> set[str]:
    """All dossier numbers inside an object."""
    members = as_object(value)
    if members is None:
        return set[str]().union(*(_named(row) for row in as_list(value) if row is not value))
    found = {code_text(inner) for key, inner in members.items() if fold(key) == "mahoso"} - {""}
    return found.union(*(_named(inner) for inner in members.values()))


def _is_empty(fields: dict[str, Any]) -> bool:
    """Whether an object holds nothing: no value, empty lists, a count of zero."""
    return all(
        inner in (None, "", [], {}) or (fold(key) in _COUNTS and is_zero(code_text(inner)))
        for key, inner in fields.items()
    )


def _is_of(row: object, code: DossierCode) -> bool:
    """Whether a row, of which nothing is known, may be that of `code`: it names no other dossier."""
    fields = as_object(row)
    if fields is None:
        return row is not None and row != ""
    named = code_text((folded(fields) or {}).get("mahoso"))
    return any(value not in (None, "") for value in fields.values()) and named in {"", str(code)}


def procedures(result: object, system: str) -> list[Procedure]:
    """Read the result of LayThuTuc or LayDanhSachTTHC: UPPERCASE keys, lists or one object (§2.5).

    Raises:
        UnexpectedReply: a row is not a procedure.
    """
    found: list[Procedure] = []
    for row in rows(result, system, reason="not_a_procedure"):
        fields = folded(as_object(row) or {})
        if not fields:
            raise UnexpectedReply(system=system, reason="not_a_procedure")
        try:
            found.append(_procedure(fields))
        except InvalidInput as error:
            raise UnexpectedReply(system=system, reason="not_a_procedure") from error
    return found


def rows(result: object, system: str, *, reason: str) -> list[Any]:
    """The rows of a result: a list, one object, either of them under `data` or as JSON text."""
    found = rows_of(_unpacked(result, system, reason))
    if any(isinstance(row, (bool, int, float, list)) for row in found):
        raise UnexpectedReply(system=system, reason=reason)
    return found


def _unpacked(result: object, system: str, reason: str) -> Any:
    """A result without its wrappings: JSON text, and `data` alone."""
    if isinstance(result, str):
        try:
            result = parse_json(result) if result.strip() else None
        except Unreadable:
            raise UnexpectedReply(system=system, reason=reason) from None
    wrapper = folded(as_object(result) or {}) or {}
    return wrapper["data"] if [*wrapper] == ["data"] else result


def _procedure(row: dict[str, Any]) -> Procedure:
    # Clients use element 0 of the domains, the only one there is (§2.5).
    domain = [*tables(row.get("linhvucthuchien")), dict[str, Any]()][0]
    papers = tables(row.get("ketquathuchien"))
    codes = (code_text(paper.get("maketqua")) for paper in papers)
    return Procedure(
        code=ProcedureCode(code_text(row.get("matthc"))),
        # A row without a name still says that the procedure is there; one that is not listed gets disabled (§2.5).
        name=code_text(row.get("matthc" if row.get("tentthc") in (None, "") else "tentthc")),
        domain_code=code_text(domain.get("malinhvuc")),
        domain_name=code_text(domain.get("tenlinhvuc")),
        result_codes=tuple(code for code in codes if code),
        published=row.get("trangthai") is not False and code_text(row.get("trangthai")) in {"", "1", "01"},
    )


def tables(value: object) -> list[dict[str, Any]]:
    """The objects of a list, or the one object that stands for it, keys folded; odd entries fall away."""
    found = (folded(as_object(row) or {}) for row in rows_of(value))
    return [row for row in found if row]


def chunks(steps: Sequence[ProgressStep], size: int) -> list[list[ProgressStep]]:
    """Split `steps` into calls of at most `size` rows, in order.

    Raises:
        InvalidInput: there is nothing to report.
    """
    if not steps:
        raise InvalidInput("steps", [Problem(path="steps", code="value.empty")])
    return [list(steps[start : start + size]) for start in range(0, len(steps), size)]
