"""The platform of interlinked dossiers: token, list, detail in three wrappings, acknowledgement, status reports
decided by text (civil_registry.md §1.8, §5.1, §5.2).

Only the path of the detail is known; the others are settings, and these are this mock's own.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final
from xml.sax.saxutils import escape

from gov_connect.mocks.core import (
    Call,
    MockReply,
    MockRequest,
    MockSystem,
    json_object,
    json_reply,
    media_type,
    vietnam_now,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.mocks.core import Clock
    from gov_connect.mocks.faults import FaultPlan

TOKEN_PATH: Final = "/api/lienthongdvclt/token"  # noqa: S105 - a path
LIST_PATH: Final = "/api/lienthongdvclt/danhsachhosolienthong"
DETAIL_PATH: Final = "/api/lienthongdvclt/hosolienthong/"
ACKNOWLEDGE_PATH: Final = "/api/lienthongdvclt/danhanhoso"
STATUS_PATH: Final = "/api/lienthongdvclt/capnhattrangthai"
USERNAME: Final = "mot-cua-mau"
PASSWORD: Final = "mat-khau-lien-thong-vi-du"  # noqa: S105 - invented
_LIFE: Final = timedelta(minutes=30)
_STATUSES: Final = frozenset(range(1, 8))
_OFFICE: Final = 5
_AFTER: Final[dict[int, tuple[int, ...]]] = {
    1: (3, 2, 6),
    2: (1, 3, 6),
    3: (7, 2, 6),
    7: (4, 2, 6),
    4: (5,),
    5: (),
    6: (),
}
_ENDED: Final = (5, 6)
_FIELDS: Final = frozenset(
    "maTTHC soHoSoLT coQuanXuLy maHoSo trangThai thoiGianThucHien ghiChu ketQuaXuLy nguoiXuLy chucDanh "  # noqa: SIM905
    "phongBanXuLy noiDungXuLy ngayBatDau ngayKetThucTheoQuyDinh ngayHenTraTruoc ngayHenTraMoi hanBoSungHoSo".split()
)
_DATES: Final = (
    "thoiGianThucHien",
    "ngayBatDau",
    "ngayKetThucTheoQuyDinh",
    "ngayHenTraTruoc",
    "ngayHenTraMoi",
    "hanBoSungHoSo",
)
_MOMENT: Final = re.compile(r"(\d\d/\d\d/\d{4} \d\d:\d\d:\d\d)?")


class BundlePlatformMock(MockSystem):
    """Citizens file here; the agency fetches, acknowledges, and reports in order."""

    name: ClassVar[str] = "bundle_platform"

    def __init__(self, *, faults: FaultPlan | None = None, now: Clock = vietnam_now) -> None:
        """Take the settings."""
        super().__init__(faults=faults, now=now)
        self._clear()

    def file(
        self,
        fields: Mapping[str, str],
        *,
        procedure: str = "2.000986",
        module: str = "KS",
        unit: int = 99001,
        files: Mapping[str, bytes] | None = None,
        raw_xml: bool = False,
        code: str = "",
    ) -> str:
        """File a dossier as a citizen, or mend the one of `code`: it waits again; gives its national code.

        `raw_xml` joins the XML without escaping, as real senders do.
        """
        with self._lock:
            known = self._dossiers.get(code, {"id": 501 + len(self._dossiers)})
            number = int(str(known["id"])) - 500
            code = code or f"G99.99.01-{self._now():%y%m%d}-{number:04d}"
            self._taken.discard(code)
            self._dossiers[code] = {
                "id": 500 + number,
                "maDonVi": unit,
                "maTTHC": procedure,
                "module": module,
                "maHoSo": code,
                "ngayTiepNhan": f"{self._now():%d/%m/%Y %H:%M:%S}",
                "techId": f"t-{500 + number}",
            }
            self._contents[code] = _content(fields, files or {}, raw_xml=raw_xml)
            return code

    def waiting(self) -> list[str]:
        """Give the codes of the dossiers that nobody has acknowledged, oldest first."""
        with self._lock:
            return [code for code in self._dossiers if code not in self._taken]

    def statuses(self, code: str) -> list[int]:
        """Give what the agency has reported of a dossier, oldest first."""
        with self._lock:
            return list(self._told.get(code, ()))

    def _open(self, request: MockRequest) -> Call:
        if request.path == TOKEN_PATH:
            return Call(operation="", subject="", run=lambda: self._token(request))
        method, operation = {
            LIST_PATH: ("GET", "list"),
            ACKNOWLEDGE_PATH: ("PUT", "daNhan"),
            STATUS_PATH: ("POST", "capNhatTrangThai"),
        }.get(request.path, ("GET", "detail" if request.path.startswith(DETAIL_PATH) else ""))
        if not operation:
            return _refused(404, "Not Found")
        if request.method != method:
            return _refused(405, "Method Not Allowed")
        content = json_object(request.body) if method != "GET" else {}
        if content is None or (method != "GET" and media_type(request) != "application/json"):
            return _refused(415, "Unsupported Media Type")
        if not self._allowed(request.headers.get("authorization", "")):
            return _refused(401, "Unauthorized")
        subject = str(content.get("maHoSo", "")) or request.path.rpartition("/")[2]
        return Call(operation=operation, subject=subject, run=lambda: self._serve(operation, request.path, content))

    def _token(self, request: MockRequest) -> MockReply:
        """Both ways of asking for a token that were seen (§1.2)."""
        self._calls["token"] += 1
        content = json_object(request.body) or {}
        token = str(uuid.uuid5(uuid.NAMESPACE_OID, f"bundle/{self.faults.seed}/{len(self._tokens)}"))
        until = self._now() + _LIFE
        if content == {"userName": USERNAME, "password": PASSWORD}:
            answer = {"token": token, "refreshToken": f"r-{token}", "refreshTokenExpiryTime": until.isoformat()}
        elif content == {"SecretId": USERNAME, "SecretPass": PASSWORD}:
            answer = {"token": token, "expiration": until.isoformat()}
        else:
            return json_reply({"title": "Unauthorized", "status": 401}, status=401)
        self._tokens[token] = until
        return json_reply(answer)

    def _allowed(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        until = self._tokens.get(token) if scheme.lower() == "bearer" else None
        return until is not None and self._now() < until

    def _serve(self, operation: str, path: str, content: dict[str, Any]) -> MockReply:
        match operation:
            case "list":
                return json_reply({"data": [self._dossiers[code] for code in self.waiting()]})
            case "detail":
                return self._detail(path.removeprefix(DETAIL_PATH))
            case "daNhan":
                return self._acknowledge(content)
            case _:
                return self._report(content)

    def _detail(self, number: str) -> MockReply:
        row = next((row for row in self._dossiers.values() if str(row["id"]) == number), None)
        if row is None:
            return json_reply({"title": "Not Found", "status": 404}, status=404)
        head = {name: value for name, value in row.items() if name != "id"}
        return json_reply({"data": {**head, "data": self._contents[str(row["maHoSo"])], "fileDinhKem": []}})

    def _acknowledge(self, content: dict[str, Any]) -> MockReply:
        code = content.get("maHoSo")
        if content.keys() != {"maHoSo", "daNhan"} or content["daNhan"] is not True or code not in self._dossiers:
            return _said("Hồ sơ không hợp lệ", key="maHoSo")
        self._taken.add(str(code))
        return _said("Cập nhật thành công", key="maHoSo")

    def _report(self, content: dict[str, Any]) -> MockReply:
        """HTTP and `status` say 200 whatever comes of it; the text decides (§5.2)."""
        code, status = content.get("soHoSoLT"), content.get("trangThai")
        wrong = content.keys() ^ _FIELDS or [name for name in _DATES if not _is_moment(content.get(name))]
        empty = status == 4 and not content.get("ketQuaXuLy")  # noqa: PLR2004 - has a result
        office = content.get("coQuanXuLy")
        if wrong or empty or type(status) is not int or status not in _STATUSES or office != _OFFICE:
            return _said("Logic xử lý không hợp lệ")
        if code not in self._dossiers:
            return _said("Hồ sơ không tồn tại")
        told = self._told.setdefault(str(code), [])
        last = told[-1] if told else None
        if status == last:
            return _said("Cập nhật thành công")
        if last in _ENDED:
            ended = "Hồ sơ đã trả kết quả, không được cập nhật trạng thái"
            return _said(ended if last == _ENDED[0] else "Hồ sơ bị từ chối. Không thể cập nhật trạng thái")
        allowed = (1,) if last is None else _AFTER[last]
        if status not in allowed:
            return _said(f"Hồ sơ chưa cập nhật trạng thái {allowed[0]}")
        told.append(status)
        return _said("Cập nhật thành công")

    def _snapshot(self) -> dict[str, object]:
        return {
            "dossiers": {
                code: {"taken": code in self._taken, "statuses": list(self._told.get(code, ()))}
                for code in self._dossiers
            }
        }

    def _lose_sessions(self) -> None:
        self._tokens.clear()

    def _clear(self) -> None:
        self._tokens: dict[str, datetime] = {}
        self._dossiers: dict[str, dict[str, object]] = {}
        self._contents: dict[str, str] = {}
        self._taken: set[str] = set()
        self._told: dict[str, list[int]] = {}


def _content(fields: Mapping[str, str], files: Mapping[str, bytes], *, raw_xml: bool) -> str:
    """Wrap the fields: XML text in JSON text (§8.7)."""
    inner = "".join(f"<{name}>{text if raw_xml else escape(text)}</{name}>" for name, text in fields.items())
    papers = [
        {
            "id": number,
            "loaiGiayTo": 1,
            "tenGiayTo": "Giấy chứng sinh",
            "tenTepDinhKem": name,
            "huyGiayTo": 0,
            "duLieuTepDinhKem": base64.b64encode(content).decode(),
        }
        for number, (name, content) in enumerate(files.items(), 1)
    ]
    return json.dumps({"data": f"<hoTich>{inner}</hoTich>", "fileDinhKem": papers}, ensure_ascii=False)


def _is_moment(value: object) -> bool:
    return isinstance(value, str) and _MOMENT.fullmatch(value) is not None


def _said(text: str, *, key: str = "soHoSoLT") -> MockReply:
    return json_reply({"errors": {key: [text]}, "type": "", "title": "", "status": 200, "traceId": "00-0-00"})


def _refused(status: int, title: str) -> Call:
    return Call(operation="", subject="", run=lambda: json_reply({"title": title, "status": status}, status=status))
