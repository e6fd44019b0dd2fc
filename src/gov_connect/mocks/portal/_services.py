"""The services of the portal: functions from desk and envelope to an answer (national_portal.md §2)."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from gov_connect.mocks.core import as_array, as_object
from gov_connect.mocks.portal._catalogue import PROCEDURES
from gov_connect.mocks.portal._checks import problem
from gov_connect.mocks.portal._dossiers import PortalDossier
from gov_connect.mocks.portal._fields import (
    ANSWER,
    ANSWER_REQUIRED,
    DOSSIER,
    DOSSIER_REQUIRED,
    DOSSIER_REQUIRED_G2,
    MAX_STEPS,
    STEP,
    STEP_REQUIRED,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_AGENCY: Final = re.compile(r"[0-9A-Z]{1,3}(\.[0-9A-Z]{1,3}){0,7}")
_NEWER_GENERATION: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The body of every call to a service (§1.3)."""

    session: str
    agency: str
    service: str
    content: dict[str, Any] = field(repr=False)

    def text(self, name: str) -> str:
        """Give a parameter, "" when it is absent or not a string."""
        value = self.content.get(name)
        return value if isinstance(value, str) else ""

    def rows(self) -> list[Any]:
        """Give the elements of `data`; an object counts as one."""
        data = self.content.get("data")
        elements = as_array(data)
        return [data] if elements is None else elements

    def subject(self) -> str:
        """Give the dossier number that the call carries, else the person's number, else nothing."""
        first = as_object(next(iter(self.rows()), None)) or {}
        number = first.get("MaHoSo")
        return number if isinstance(number, str) else self.text("mahoso") or self.text("mstorcmnd")


@dataclass(frozen=True, slots=True)
class Desk:
    """What a service works on."""

    dossiers: dict[str, PortalDossier]
    generation: int
    kept: dict[str, list[Any]] = field(default_factory=dict[str, list[Any]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a service says; `result` is absent from the wire when it is `None`."""

    message: str = ""
    result: list[dict[str, Any]] | dict[str, Any] | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service, where it lives, and the parameters it takes besides session, madonvi and service."""

    run: Callable[[Desk, Envelope], Answer]
    parameters: frozenset[str] = frozenset()
    shared: bool = False

    def complaint(self, envelope: Envelope) -> str | None:
        """Say what is wrong with the envelope."""
        if not _AGENCY.fullmatch(envelope.agency):
            return "Mã đơn vị (madonvi) không hợp lệ"
        given = frozenset(envelope.content) - {"session", "madonvi", "service"}
        if given != self.parameters:
            return f"Tham số của dịch vụ phải là: {', '.join(sorted(self.parameters)) or 'không có'}"
        return None


def read_envelope(content: dict[str, Any]) -> Envelope:
    """Read the members that every call has; what is not a string reads as empty and is refused later."""
    values = (content.get(name) for name in ("session", "madonvi", "service"))
    session, agency, service = (value if isinstance(value, str) else "" for value in values)
    return Envelope(session=session, agency=agency, service=service, content=content)


def refusal(message: str) -> dict[str, object]:
    """Give the body of a refusal (§1.4)."""
    return {"error_code": -1, "message": message}


def _refuse(message: str) -> Answer:
    return Answer(message=message, refused=True)


def _procedures(_desk: Desk, _envelope: Envelope) -> Answer:
    return Answer(result=[procedure.listing() for procedure in PROCEDURES.values()])


def _procedure(_desk: Desk, envelope: Envelope) -> Answer:
    procedure = PROCEDURES.get(envelope.text("maTTHC"))
    return Answer(result=[procedure.detail()] if procedure else [])


def _agencies(_desk: Desk, _envelope: Envelope) -> Answer:
    return Answer(result=[{"MADONVI": "H99.201", "TENDONVI": "Ủy ban nhân dân xã Mẫu", "CAPDONVI": 3}])


def _domains(_desk: Desk, _envelope: Envelope) -> Answer:
    domains = {p.domain_code: p.domain_name for p in PROCEDURES.values()}
    return Answer(result=[{"MALINHVUC": c, "TENLINHVUC": n, "MANGANH": "G99"} for c, n in sorted(domains.items())])


def _account(_desk: Desk, envelope: Envelope) -> Answer:
    """Give the account of a number; the same number always has the same account (§2.5)."""
    number = envelope.text("mstorcmnd")
    if envelope.text("provider") != "wso2is" or not re.fullmatch(r"\d{9,13}", number):
        return _refuse("Tham số provider hoặc mstorcmnd không hợp lệ")
    return Answer(result=[{"TECHNICALID": str(uuid.uuid5(uuid.NAMESPACE_OID, number))}])


def _find(desk: Desk, envelope: Envelope) -> Answer:
    """Say whether a dossier is there (§2.4); the content of an element is not known, so it is kept short."""
    dossier = desk.dossiers.get(envelope.text("mahoso"))
    if dossier is None:
        return Answer(result=[])
    return Answer(result=[{"MaHoSo": dossier.code, "MaTTHC": dossier.procedure, "TrangThaiHoSo": dossier.status}])


def _put(desk: Desk, envelope: Envelope) -> Answer:
    """Insert or update dossiers (§2.2); one bad record refuses the whole call."""
    data = as_array(envelope.content["data"])
    if not data:
        return _refuse("data phải là mảng không rỗng")
    required = DOSSIER_REQUIRED + (DOSSIER_REQUIRED_G2 if desk.generation >= _NEWER_GENERATION else ())
    for record in data:
        reason = problem(record, DOSSIER, required) or _disagreement(record)
        if reason:
            return _refuse(f"Dữ liệu hồ sơ không hợp lệ: {reason}")
    known = [record["MaHoSo"] for record in data if record["MaHoSo"] in desk.dossiers]
    match envelope.text("isUpdating"):
        case "False":
            return _insert(desk, data, known)
        case "True":
            return _update(desk, data, known)
        case _:
            return _refuse('isUpdating phải là "True" hoặc "False"')


def _insert(desk: Desk, data: list[dict[str, Any]], known: list[str]) -> Answer:
    if known:
        for code in known:
            desk.dossiers[code].refused_inserts += 1
        return _refuse(f"Hồ sơ đã tồn tại: {', '.join(known)}")
    for record in data:
        _store(desk, record)
    return Answer(message="Thêm mới hồ sơ thành công")


def _update(desk: Desk, data: list[dict[str, Any]], known: list[str]) -> Answer:
    if len(known) != len(data):
        return _refuse("Hồ sơ chưa tồn tại trên hệ thống")
    for record in data:
        _store(desk, record)
    return Answer(message="Cập nhật hồ sơ thành công")


def _disagreement(record: dict[str, Any]) -> str | None:
    procedure = PROCEDURES.get(record["MaTTHC"])
    if procedure is None:
        return "MaTTHC: thủ tục không có trong cơ sở dữ liệu quốc gia"
    return None if record["MaLinhVuc"] == procedure.domain_code else "MaLinhVuc: không phải lĩnh vực của thủ tục"


def _store(desk: Desk, record: dict[str, Any]) -> None:
    code = record["MaHoSo"]
    dossier = desk.dossiers.get(code)
    if dossier is not None:
        dossier.update(record)
    else:
        desk.dossiers[code] = dossier = PortalDossier(
            code=code,
            procedure=record["MaTTHC"],
            origin="agency",
            status=record["TrangThaiHoSo"],
            record=record,
            inserts=1,
        )
    if record["TenTTHC"] != PROCEDURES[dossier.procedure].name:
        dossier.warnings.append("TenTTHC differs from LayThuTuc.TENTTHC")


def _report(desk: Desk, envelope: Envelope) -> Answer:
    """Append processing steps (§2.3)."""
    data = as_array(envelope.content["data"])
    if not data or len(data) > MAX_STEPS:
        return _refuse(f"data phải là mảng từ 1 đến {MAX_STEPS} dòng")
    for row in data:
        reason = problem(row, STEP, STEP_REQUIRED)
        if reason:
            return _refuse(f"Dữ liệu tiến độ không hợp lệ: {reason}")
        if row["MaHoSo"] not in desk.dossiers:
            return _refuse("Hồ sơ chưa tồn tại trên hệ thống")
    for row in data:
        desk.dossiers[row["MaHoSo"]].add_step(row)
    return Answer(message="Cập nhật thành công")


def _answer(desk: Desk, envelope: Envelope) -> Answer:
    """Take the agency's word about a dossier born here (§2.6); here `data` is an object."""
    data = envelope.content["data"]
    reason = problem(data, ANSWER, ANSWER_REQUIRED)
    if reason or envelope.text("type") != "2":
        return _refuse(f"Dữ liệu trạng thái không hợp lệ: {reason or 'type'}")
    dossier = desk.dossiers.get(data["MaHoSo"])
    if dossier is None or dossier.origin != "portal":
        return _refuse("Hồ sơ không được tạo từ Cổng Dịch vụ công quốc gia")
    dossier.answer(data)
    return Answer(message="Thành công")


# §2.1: S = share endpoint, I = integration endpoint.
SERVICES: Final[dict[str, Service]] = {
    "LayDanhSachTTHC": Service(run=_procedures, shared=True),
    "LayDanhMucCoQuan": Service(run=_agencies, shared=True),
    "LayDanhMucLinhVuc": Service(run=_domains, shared=True),
    "TraCuuTechID": Service(run=_account, parameters=frozenset(("provider", "mstorcmnd")), shared=True),
    "LayThuTuc": Service(run=_procedure, parameters=frozenset(("maTTHC",))),
    "TraCuuHoSo": Service(run=_find, parameters=frozenset(("mahoso",))),
    "DongBoHoSoMC": Service(run=_put, parameters=frozenset(("isUpdating", "data"))),
    "CapNhatTienDoHoSoMC": Service(run=_report, parameters=frozenset(("data",))),
    "DongBoTrangThaiHoSo": Service(run=_answer, parameters=frozenset(("type", "data"))),
}
