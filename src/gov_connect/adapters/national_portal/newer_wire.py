"""Messages of the 2026 generation (§2.10, SEEN): numbers are numbers, codes are its own lists.

Nothing of these tables may be mixed with those of 2020: a citizen is 0 here and 1 there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gov_connect.adapters.national_portal import mapping, wire
from gov_connect.adapters.outcome_words import belies_success, tells_of_the_way
from gov_connect.adapters.reading import answer_object, code_text, folded, not_own_form, number_of, texts
from gov_connect.errors import AuthenticationFailed, InvalidInput, Problem, Refused, UnexpectedReply
from gov_connect.model import VIETNAM, ApplicantKind, DossierStatus
from gov_connect.transport import as_object

if TYPE_CHECKING:
    from datetime import datetime

    from gov_connect.model import Applicant, Dossier, ProgressStep, StatusRow
    from gov_connect.runtime import Reply

APPLICANTS: Final = {
    ApplicantKind.CITIZEN: 0,
    ApplicantKind.ENTERPRISE: 1,
    ApplicantKind.HOUSEHOLD_BUSINESS: 2,
}
_NOT_HELD: Final = (
    "NgayCapDinhDanh",
    "NgaySinh",
    "Fax",
    "MaTinh",
    "MaHuyen",
    "MaXa",
    "DiaChiChiTiet",
    "MaTinhChuHs",
    "MaXaChuHs",
    "DiaChiChiTietChuHs",
)
"""Details of the submitter that a dossier does not hold; sent blank."""
ORIGINAL, COPY, ELECTRONIC = 0, 1, 2
WITH_LISTS: Final = frozenset(
    (DossierStatus.SUPPLEMENT_REQUESTED, DossierStatus.PAYMENT_REQUESTED, DossierStatus.PROCESSED)
)
"""Fees and results may go with these statuses only."""
_TIMED_OUT: Final = frozenset({408, 499})
_DONE, _UNAUTHORISED, _FORBIDDEN = 2, 401, 403
"""The family of success, and two refusals with a meaning of their own."""


def read(reply: Reply) -> Any:
    """`data` of the envelope `{code, message, data}`.

    Raises:
        AuthenticationFailed: 401 or 403, in the envelope or as HTTP status.
        Refused: another 4xx code.
        UnexpectedReply: no envelope, a code with no plain meaning, or words that belie it.
    """
    answer = answer_object(reply, wire.SYSTEM)
    code = code_text(answer.get("code"))
    number, raw = number_of(code), texts(answer.get("message"))
    if number is None:
        raise not_own_form(reply, wire.SYSTEM, "no_code", answer)
    if number in {_UNAUTHORISED, _FORBIDDEN} or reply.status in {_UNAUTHORISED, _FORBIDDEN}:
        raise AuthenticationFailed(system=wire.SYSTEM, status=reply.status, raw_code=code, raw=raw)
    if number // 100 == reply.status // 100 == _DONE:
        if belies_success(raw):
            raise UnexpectedReply(system=wire.SYSTEM, reason="words_differ", status=reply.status, raw=raw)
        return answer.get("data")
    if number in _TIMED_OUT or tells_of_the_way(raw):
        raise UnexpectedReply(system=wire.SYSTEM, reason="cut_off", status=reply.status, raw=raw)
    if number // 100 == 4:  # noqa: PLR2004 - the family of refusals
        raise Refused(system=wire.SYSTEM, status=reply.status, raw_code=code, raw=raw)
    raise UnexpectedReply(system=wire.SYSTEM, reason="unclear_code", status=reply.status, raw=raw)


def read_token(reply: Reply) -> tuple[str, float]:
    """The access token and its life in seconds; bare, or inside `data`.

    Raises:
        AuthenticationFailed: there is none.
    """
    answer = answer_object(reply, wire.SYSTEM)
    place = folded(as_object(answer.get("data")) or {}) or answer
    token, life = place.get("accesstoken"), code_text(place.get("expiresin"))
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token.strip():
        raise AuthenticationFailed(system=wire.SYSTEM, status=reply.status, raw_code=code_text(answer.get("code")))
    return token, float(number_of(life) or 0)


def creation(dossier: Dossier, *, unit: str, service_suffix: str) -> dict[str, object]:
    """Step 4, "NoiHoSo".

    Raises:
        InvalidInput: with every problem at once: an owner without a code here, a file not uploaded.
    """
    owner = dossier.applicant
    problems = [
        Problem(path=f"attachments.{at}", code="value.not_uploaded")
        for at, item in enumerate(dossier.attachments)
        if not item.digest
    ]
    if owner.kind not in APPLICANTS:
        problems.append(Problem(path="applicant.kind", code="value.not_in_list"))
    if problems:
        raise InvalidInput("Dossier", problems)
    code = str(dossier.procedure.code)
    return {
        "MaHoSo": str(dossier.code),
        "MaTTHC": code,
        "MaDichVuCong": code + service_suffix,
        "ChuHoSo": owner.name.reveal(),
        "LoaiDoiTuong": APPLICANTS[owner.kind],
        "MaDonViTiepNhan": unit,
        "NgayNop": _spaced(dossier.submitted_at or dossier.received_at),
        "NgayTiepNhan": _spaced(dossier.received_at),
        "EformThongTinChiTiet": {},
        "ThanhPhanHoSo": [
            {
                "MaThanhPhanHoSo": item.paper_code,
                "TenThanhPhanHoSo": item.name,
                "SoLuong": 1,
                "LoaiBan": ELECTRONIC,
                "GiayToDinhKem": [
                    {
                        "IdGiayTo": item.id,
                        "HashTepTin": item.digest,
                        "TenGiayTo": item.name,
                        "MaKetQua": item.replaced_by,
                    }
                ],
            }
            for item in dossier.attachments
        ],
        "ThongTinNguoiNop": {
            "LoaiDoiTuong": APPLICANTS[owner.kind],
            "IdDoiTuong": owner.account_id,
            "ThongTinChiTiet": _submitter(owner),
        },
    }


def _submitter(owner: Applicant) -> dict[str, str]:
    number = mapping.clear(owner.citizen_id or owner.old_id)
    return {
        "TenNguoiNop": owner.name.reveal(),
        "SoDinhDanh": number,
        "SoDienThoai": mapping.clear(owner.phone),
        "Email": mapping.clear(owner.email),
        "TenChuHs": owner.name.reveal(),
        "SoDinhDanhChuHs": number,
        **dict.fromkeys(_NOT_HELD, ""),
    }


def step_row(step: ProgressStep) -> dict[str, object]:
    """Step 5: the nine fields of 2020 less ChucDanh, and IDHoSo.

    Raises:
        InvalidInput: the portal's own id is not given.
    """
    return {
        "IDHoSo": _portal_id(step.portal_id),
        "MaHoSo": str(step.dossier),
        "NguoiXuLy": mapping.shortened("NguoiXuLy", step.officer.reveal()),
        "ThoiDiemXuLy": _precise(step.at),
        "PhongBanXuLy": step.unit,
        "NoiDungXuLy": step.text,
        "TrangThai": step.status.value,
        "NgayBatDau": _precise(step.started_at),
        "NgayKetThucTheoQuyDinh": _precise(step.due_at),
    }


def status_row(row: StatusRow) -> dict[str, object]:
    """Step 6 (S14); fees and results only with statuses 5, 6 and 9.

    Raises:
        InvalidInput: lists with another status, or no id of the portal.
    """
    if (row.fees or row.results) and row.status not in WITH_LISTS:
        raise InvalidInput("StatusRow", [Problem(path="fees", code="value.not_in_list")])
    made: dict[str, object] = {
        "IdHoSo": _portal_id(row.portal_id),
        "MaHoSo": str(row.dossier),
        "TrangThai": row.status.value,
        "NoiDungYKien": mapping.clear(row.opinion),
        "PhongBanXuLy": row.unit,
        "NoiDungXuLy": row.text,
    }
    if row.fees:
        made["DanhSachLePhi"] = [mapping.fee(line) for line in row.fees]
    if row.results:
        made["DanhSachGiayToKetQua"] = [mapping.result(item) for item in row.results]
    return made


def _portal_id(given: str) -> str:
    if not given:
        raise InvalidInput("Dossier", [Problem(path="portal_id", code="value.missing")])
    return given


def _spaced(at: datetime) -> str:
    return at.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M:%S")


def _precise(at: datetime | None) -> str:
    if at is None:
        return ""
    return at.astimezone(VIETNAM).replace(tzinfo=None).isoformat(timespec="milliseconds")
