"""The 2026 generation as a mock (national_portal.md §2.10): its own codes, envelope and strictness."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

from gov_connect.mocks.core import (
    Call,
    MockReply,
    MockRequest,
    MockSystem,
    as_array,
    as_object,
    json_object,
    json_reply,
    json_value,
    vietnam_now,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gov_connect.mocks.core import Clock
    from gov_connect.mocks.faults import FaultPlan

CLIENT_ID: Final = "don-vi-mau"
CLIENT_SECRET: Final = "bi-mat-mau"  # noqa: S105 - the example secret of an invented agency
PATHS: Final = {name: f"/2026/{name}" for name in ("token", "number", "upload", "dossier", "progress", "status")}
_NUMBER: Final = re.compile(r"[A-Z][0-9]{2}(\.[0-9A-Z]+)*-\d{8}-\d{7}|[0-9A-Z.]+-\d{6}-\d{4,5}")
_SPACED: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_PRECISE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}")
_DOSSIER: Final = (
    "MaHoSo MaTTHC MaDichVuCong ChuHoSo LoaiDoiTuong MaDonViTiepNhan NgayNop NgayTiepNhan "
    "EformThongTinChiTiet ThanhPhanHoSo ThongTinNguoiNop"
)
_STEP: Final = (
    "IDHoSo MaHoSo NguoiXuLy ThoiDiemXuLy PhongBanXuLy NoiDungXuLy TrangThai NgayBatDau NgayKetThucTheoQuyDinh"
)
_ROW: Final = "IdHoSo MaHoSo TrangThai NoiDungYKien PhongBanXuLy NoiDungXuLy"
_LISTS: Final = frozenset(("DanhSachLePhi", "DanhSachGiayToKetQua"))
_WITH_LISTS: Final = (5, 6, 9)
_CITIZEN, _LAST_KIND, _LAST_STATUS = 0, 2, 10
_LIFE: Final = timedelta(minutes=10)


class PortalMock2026(MockSystem):
    """Keeps dossiers by its own ids; takes numbers as numbers and nothing of the 2020 lists."""

    name: ClassVar[str] = "portal_2026"

    def __init__(self, *, faults: FaultPlan | None = None, now: Clock = vietnam_now) -> None:
        """Take the settings; credentials are the constants of this module."""
        super().__init__(faults=faults, now=now)
        self._clear()

    def _open(self, request: MockRequest) -> Call:
        run: dict[str, Callable[[MockRequest], MockReply]] = {
            PATHS["number"]: self._number,
            PATHS["upload"]: self._upload,
            PATHS["dossier"]: self._create,
            PATHS["progress"]: self._progress,
            PATHS["status"]: self._status,
        }
        if request.path == PATHS["token"]:
            return Call(operation="", subject="", run=lambda: self._token(request))
        serve = run.get(request.path)
        if serve is None:
            return Call(operation="", subject="", run=lambda: _say(404, "Không có API"))
        issued = self._tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if issued is None or self.now() - issued > _LIFE:
            return Call(operation="", subject="", run=lambda: _say(401, "Token không hợp lệ"))
        content = json_object(request.body) or {}
        subject = content.get("MaHoSo", "")
        return Call(
            operation=request.path.rpartition("/")[2],
            subject=subject if isinstance(subject, str) else "",
            run=lambda: serve(request),
        )

    def _token(self, request: MockRequest) -> MockReply:
        content = json_object(request.body) or {}
        if (content.get("client_id"), content.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _say(401, "Sai client_id hoặc client_secret")
        token = f"token-{len(self._tokens) + 1}"
        self._tokens[token] = self.now()
        life = int(_LIFE.total_seconds())
        return json_reply({"access_token": token, "expires_in": life, "token_type": "Bearer", "scope": "dvc"})

    def _number(self, request: MockRequest) -> MockReply:
        code = (json_object(request.body) or {}).get("code")
        if not isinstance(code, str) or not re.fullmatch(r"[A-Z]\d{2}(\.[0-9A-Z]+)*", code):
            return _say(400, "Thiếu code")
        self._issued[code] += 1
        return _say(200, "Thành công", {"value": f"{code}-{self._now():%Y%m%d}-{self._issued[code]:07d}"})

    def _upload(self, request: MockRequest) -> MockReply:
        if not request.headers.get("content-type", "").startswith("multipart/form-data; boundary="):
            return _say(400, "Phải là multipart")
        boundary = request.headers["content-type"].partition("boundary=")[2].encode()
        head, _, rest = request.body.partition(b"\r\n\r\n")
        content = rest.rpartition(b"\r\n--" + boundary + b"--")[0]
        if b'name="files"' not in head or not content:
            return _say(400, "Thiếu files")
        digest = hashlib.sha256(content).hexdigest()
        self._files[f"tep-{len(self._files) + 1}"] = digest
        return _say(200, "Thành công", [{"IdTepTin": f"tep-{len(self._files)}", "HashTepTin": digest}])

    def _create(self, request: MockRequest) -> MockReply:
        content = json_object(request.body) or {}
        reason = self._complaint(content)
        if reason:
            return _say(400, reason)
        portal_id = f"00000000-0000-0000-0000-{len(self._dossiers) + 1:012d}"
        self._dossiers[portal_id] = {"record": content, "steps": [], "rows": [], "status": 1}
        return _say(200, "Thành công", {"idHoSo": portal_id, "maHoSo": content["MaHoSo"]})

    def _complaint(self, content: dict[str, Any]) -> str | None:  # noqa: PLR0911 - one return per rule
        if set(content) != set(_DOSSIER.split()):
            return "Thiếu hoặc thừa trường"
        if not all(isinstance(content[name], str) for name in ("MaHoSo", "NgayNop", "NgayTiepNhan")):
            return "Kiểu dữ liệu"
        if not _NUMBER.fullmatch(content["MaHoSo"]):
            return "MaHoSo"
        if any(item["record"]["MaHoSo"] == content["MaHoSo"] for item in self._dossiers.values()):
            return "Mã hồ sơ đã tồn tại"
        if not _SPACED.fullmatch(content["NgayNop"]) or not _SPACED.fullmatch(content["NgayTiepNhan"]):
            return "Ngày phải có dạng yyyy-MM-dd HH:mm:ss"
        kind = content["LoaiDoiTuong"]
        if type(kind) is not int or not _CITIZEN <= kind <= _LAST_KIND:
            return "LoaiDoiTuong"
        papers = [as_object(row) or {} for row in as_array(content["ThanhPhanHoSo"]) or []]
        files = [as_object(file) or {} for row in papers for file in as_array(row.get("GiayToDinhKem")) or []]
        if any(self._files.get(str(file.get("IdGiayTo"))) != file.get("HashTepTin") for file in files):
            return "Tệp chưa được tải lên hoặc mã băm không khớp"
        return None

    def _progress(self, request: MockRequest) -> MockReply:
        return self._take(request, "IDHoSo", "steps", frozenset(_STEP.split()))

    def _status(self, request: MockRequest) -> MockReply:
        return self._take(request, "IdHoSo", "rows", frozenset(_ROW.split()))

    def _take(self, request: MockRequest, key: str, place: str, members: frozenset[str]) -> MockReply:
        rows = [as_object(row) or {} for row in as_array(json_value(request.body)) or []]
        for row in rows:
            dossier = self._dossiers.get(str(row.get(key)))
            status = row.get("TrangThai")
            lists = _LISTS & set(row) if place == "rows" else frozenset[str]()
            if set(row) - lists != set(members) or dossier is None or dossier["record"]["MaHoSo"] != row["MaHoSo"]:
                return _say(400, f"Dòng không hợp lệ: {key}")
            if type(status) is not int or not 1 <= status <= _LAST_STATUS or (lists and status not in _WITH_LISTS):
                return _say(400, "TrangThai")
            if place == "steps" and not _PRECISE.fullmatch(str(row["ThoiDiemXuLy"])):
                return _say(400, "ThoiDiemXuLy")
        if not rows:
            return _say(400, "Thiếu dữ liệu")
        for row in rows:
            kept = self._dossiers[str(row[key])]
            kept[place].append(row)
            kept["status"] = row["TrangThai"]
        return _say(200, "Thành công")

    def _snapshot(self) -> dict[str, object]:
        return {
            "dossiers": {
                item["record"]["MaHoSo"]: {
                    "portal_id": portal_id,
                    "kind": item["record"]["LoaiDoiTuong"],
                    "status": item["status"],
                    "steps": len(item["steps"]),
                    "rows": len(item["rows"]),
                }
                for portal_id, item in self._dossiers.items()
            },
            "files": len(self._files),
        }

    def _clear(self) -> None:
        self._tokens: dict[str, datetime] = {}
        self._dossiers: dict[str, dict[str, Any]] = {}
        self._files: dict[str, str] = {}
        self._issued: Counter[str] = Counter()


def _say(code: int, message: str, data: object = None) -> MockReply:
    return json_reply({"code": code, "message": message, "data": data}, status=code)
