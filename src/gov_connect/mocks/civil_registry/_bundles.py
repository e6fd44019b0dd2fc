"""The registry's second and third generation (civil_registry.md §1.6, §1.7): interlinked and new dossiers."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from gov_connect.mocks.civil_registry import _events
from gov_connect.mocks.civil_registry._birth import BadDataError
from gov_connect.mocks.core import as_array, as_object, json_reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.mocks.core import MockReply

MODULES: Final = {"LTKS": "KS", "LTKT": "KT", "LTKH": "KH"}
NEWER: Final = ("KS", "KT", "KH", "BS")
FINISHED: Final = 4  # §5.1
MOST_CODES: Final = 3
_KEYS: Final = frozenset({"maDonVi", "module", "maHoSoLT", "maHoSoMCDT", "ngayTiepNhan", "data"})
_FILE_KEYS: Final = frozenset({"id", "loaiGiayTo", "tenGiayTo", "tenTepDinhKem", "huyGiayTo", "duLieuTepDinhKem"})
_HEADS: Final = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_PDF: Final = base64.b64encode(b"%PDF-1.4\n% mau\n").decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A file that came with a dossier: what is kept of it."""

    name: str = field(repr=False)
    size: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interlinked:
    """An accepted dossier of the second or third generation."""

    code: str
    bundle: str
    module: str
    unit: str
    ordinal: int
    at: datetime
    fields: dict[str, str] = field(repr=False)
    papers: tuple[Paper, ...] = ()
    generation: str = "G2"

    def row(self, state: int, note: str, until: str) -> dict[str, object]:
        """Give the row of the results."""
        return {
            "maDonVi": self.unit,
            "maTinh": self.unit[:2],
            "module": self.module,
            "maHoSoLT": self.bundle,
            "maHoSoMCDT": self.code,
            "errors": None,
            "trangThai": str(state),
            "thoiGianThucHien": f"{self.at:%d/%m/%Y %H:%M:%S}",
            "ghiChu": note,
            "ketQuaXuLy": self._result() if state == FINISHED else None,
            "nguoiXuLy": "Cán bộ Hộ Tịch Mẫu",
            "chucDanh": "Công chức TP-HT",
            "phongBanXuLy": "UBND xã Mẫu",
            "noiDungXuLy": note,
            "hanBoSungHoSo": until or None,
        }

    def _result(self) -> dict[str, object]:
        names = [name for name in self.fields if name.startswith(("nks", "nkt", "chong", "vo", "cbs", "nyc"))]
        shown: dict[str, object] = {name: self.fields[name] for name in names}
        paper = {"LTKS": "giayKhaiSinh", "LTKT": "giayKhaiTu"}.get(self.module)
        return {
            **shown,
            "ngayDangKy": f"{self.at:%d/%m/%Y}",
            "soDangKy": str(self.ordinal),
            "quyenSo": f"01/{self.at:%Y}",
            "trangSo": str(self.ordinal),
            **({paper: _PDF} if paper else {}),
        }


def read_bundle(content: Mapping[str, Any], units: frozenset[int], ordinal: int) -> Interlinked:
    """Read a message of G2; raises BadDataError naming the field."""
    _members(content, _KEYS | {"fileDinhKem"})
    module = content["module"]
    if not isinstance(module, str) or module not in MODULES:
        name = "module"
        raise BadDataError(name)
    unit = _unit(content["maDonVi"], units)
    at = _at(content["ngayTiepNhan"], "%d/%m/%Y %H:%M:%S")
    return Interlinked(
        code=_code(content, "maHoSoMCDT"),
        bundle=_code(content, "maHoSoLT"),
        module=module,
        unit=unit,
        ordinal=ordinal,
        at=at,
        fields=_events.read_bundle(MODULES[module], _code(content, "data"), at.date()),
        papers=_papers(content["fileDinhKem"]),
    )


def read_newer(content: Mapping[str, Any], units: frozenset[int], ordinal: int) -> Interlinked:
    """Read a message of G3; raises BadDataError naming the field."""
    _members(content, _KEYS)
    module = content["module"]
    if module not in NEWER:
        name = "module không tồn tại"
        raise BadDataError(name)
    text = content["ngayTiepNhan"]
    if not isinstance(text, str) or not text.endswith(" "):
        name = "ngayTiepNhan có định dạng không đúng"
        raise BadDataError(name)
    at = _at(text.strip(), "%d/%m/%Y")
    return Interlinked(
        code=_code(content, "maHoSoMCDT"),
        bundle=_code(content, "maHoSoLT"),
        module=module,
        unit=_unit(content["maDonVi"], units),
        ordinal=ordinal,
        at=at,
        fields=_events.read_newer(module, _code(content, "data"), at.date()),
        generation="G3",
    )


def newer_fault(text: str, content: Mapping[str, Any]) -> MockReply:
    """Give the error of G3: one text for all faults, and the request echoed back (§1.7)."""
    said = text if " " in text else f"{text} có định dạng không đúng"
    answer = {"title": "Có lỗi xảy ra.", "errors": said, "status": 500, "inputSend": dict(content)}
    return json_reply(answer, status=500)


def _members(content: Mapping[str, Any], names: frozenset[str]) -> None:
    wrong = content.keys() ^ names
    if wrong:
        raise BadDataError(min(wrong)[:40])


def _code(content: Mapping[str, Any], name: str) -> str:
    value = content[name]
    if not isinstance(value, str) or not value.strip():
        raise BadDataError(name)
    return value


def _unit(value: object, units: frozenset[int]) -> str:
    if not isinstance(value, str) or not value.isdigit() or int(value) not in units:
        name = "maDonVi"
        raise BadDataError(name)
    return value


def _at(value: object, shape: str) -> datetime:
    try:
        return datetime.strptime(value if isinstance(value, str) else "", shape)  # noqa: DTZ007 - the wire's own time
    except ValueError as error:
        name = "ngayTiepNhan"
        raise BadDataError(name) from error


def _papers(value: object) -> tuple[Paper, ...]:
    """Look at the files and keep only their digests: a day's papers would fill the memory."""
    rows = as_array(value)
    name = "fileDinhKem"
    if rows is None:
        raise BadDataError(name)
    made: list[Paper] = []
    for raw in rows:
        row = as_object(raw)
        if row is None or row.keys() != _FILE_KEYS or type(row["id"]) is not int or row["huyGiayTo"] != 0:
            raise BadDataError(name)
        try:
            content = base64.b64decode(row["duLieuTepDinhKem"], validate=True)
        except (binascii.Error, ValueError, TypeError) as error:
            name = "duLieuTepDinhKem"
            raise BadDataError(name) from error
        if not content.startswith(_HEADS):
            name = "duLieuTepDinhKem"
            raise BadDataError(name)
        made.append(
            Paper(name=str(row["tenTepDinhKem"]), size=len(content), digest=hashlib.sha256(content).hexdigest())
        )
    return tuple(made)
