"""The registry behind a WSO2-style gateway: token, three generations of registration, results, catalogues
(§1.2 to §1.7).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import uuid
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import parse_qs

from gov_connect.mocks.civil_registry import _bundles, _events, _lists
from gov_connect.mocks.civil_registry._birth import BadDataError, Registration
from gov_connect.mocks.core import (
    VIETNAM,
    Call,
    MockReply,
    MockRequest,
    MockSystem,
    as_array,
    json_object,
    json_reply,
    media_type,
    vietnam_now,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gov_connect.mocks.civil_registry._bundles import Interlinked
    from gov_connect.mocks.core import Clock
    from gov_connect.mocks.faults import FaultPlan

TOKEN_PATH: Final = "/token"  # noqa: S105 - a path
PREFIX: Final = "/hotich/1.0/"
CLIENT_ID: Final = "khach-hang-mau"
CLIENT_SECRET: Final = "bi-mat-ho-tich-vi-du"  # noqa: S105 - invented
UNITS: Final = (99001, 99002)
REGISTERED: Final = 4  # §5.1
BUNDLE_PATH: Final = "/apiLienThongKSKT/1.0/nhanHoSoDKHT"
# The real paths of these three are not public (§9 row 2).
BUNDLE_RESULT_PATH: Final = "/apiLienThongKSKT/1.0/layKetQua"
NEWER_PATH: Final = "/hoTichMoi/1.0/nhanHoSo"
SYNC_PATH: Final = "/hoTichMoi/1.0/dongBoHoSo"
_NEWER: Final = {
    BUNDLE_PATH: "nhanHoSoDKHT",
    BUNDLE_RESULT_PATH: "LayKetQua",
    NEWER_PATH: "dangKyHoSoMoi",
    SYNC_PATH: "sync-dossiers",
}
_SERVICES: Final = (
    "dangKyHoTich",
    "traTrangThaiHoSo",
    "ketQuaDangKyHS",
    "danhMuc",
    "dsHoSoDangKy",
    "traHoSo",
    "traDanhSachHoSo",
)
_QUESTION: Final = frozenset({"maTinh", "module", "maDinhDanhHoSo"})
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")

# §1.3: code and name; how the names of the two members are spelled is a guess of the wire document.
AUTHEN_ERROR: Final = (100, "AUTHEN_ERROR")
AGENCY_ID_INCORRECT: Final = (106, "AGENCY_ID_INCORRECT")
PROVINCE_ID_INCORRECT: Final = (108, "PROVINCE_ID_INCORRECT")
RECORD_UNCOMPLETE: Final = (200, "RECORD_UNCOMPLETE")
RECORD_NOT_FOUND: Final = (201, "RECORD_NOT_FOUND")
DATA_TYPE_INVALID: Final = (302, "DATA_TYPE_INVALID")
DATA_INCORRECT: Final = (500, "DATA_INCORRECT")

_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=VIETNAM)


class CivilRegistryMock(MockSystem):
    """Registers births at once; another dossier for the same child makes a second paper: see `state`."""

    name: ClassVar[str] = "civil_registry"

    def __init__(
        self,
        *,
        faults: FaultPlan | None = None,
        now: Clock = vietnam_now,
        units: Iterable[int] = UNITS,
        token_life: timedelta = timedelta(hours=1),
    ) -> None:
        """Take the settings."""
        super().__init__(faults=faults, now=now)
        self.units = frozenset(units)
        self.token_life = token_life
        self._clear()

    def set_status(self, code: str, status: int, text: str = "") -> None:
        """Set what traTrangThaiHoSo says: 1 waiting, 2 supplement (with text), 3 eligible, 4 done."""
        with self._lock:
            self._statuses[code] = (status, text)

    def registration(self, code: str) -> Registration:
        """Give one registration, for checks; KeyError when there is none."""
        with self._lock:
            return self._registrations[code]

    def interlinked(self, code: str) -> Interlinked:
        """Give one dossier of the second or third generation, for checks; KeyError when there is none."""
        with self._lock:
            return self._bundles[code]

    def set_bundle_state(self, code: str, state: int, note: str = "", until: str = "") -> None:
        """Set what the results say: 1 sent, 2 supplement, 3 eligible, 4 finished, 6 refused."""
        with self._lock:
            self._bundle_states[code] = (state, note, until)

    def _open(self, request: MockRequest) -> Call:
        if request.path == TOKEN_PATH:
            return Call(operation="", subject="", run=lambda: self._token(request))
        service = _NEWER.get(request.path) or request.path.removeprefix(PREFIX)
        if request.path not in _NEWER and (not request.path.startswith(PREFIX) or service not in _SERVICES):
            return _refused(json_reply({"fault": {"code": 404, "message": "No matching resource"}}, status=404))
        if request.method != "POST":
            return _refused(json_reply({"fault": {"code": 405, "message": "Method not allowed"}}, status=405))
        if media_type(request) != "application/json":
            return _refused(json_reply({"fault": {"code": 415, "message": "Unsupported media type"}}, status=415))
        content = json_object(request.body)
        if content is None:
            return _refused(_error(DATA_INCORRECT, "body"))
        code = content.get("maHoSo") or content.get("maHoSoMCDT")
        subject = code if isinstance(code, str) else ""
        authorization = request.headers.get("authorization", "")
        return Call(
            operation=service,
            subject=subject,
            run=lambda: self._serve(service, content, authorization),
        )

    def _token(self, request: MockRequest) -> MockReply:
        """Issue a token to the client that shows its key and secret (residents.md §5.4)."""
        self._calls["token"] += 1
        form = parse_qs(request.body.decode("utf-8", errors="replace"))
        if request.method != "POST" or media_type(request) != "application/x-www-form-urlencoded":
            return json_reply({"error": "invalid_request", "error_description": "POST a form"}, status=400)
        if form.get("grant_type") != ["client_credentials"]:
            return json_reply(
                {"error": "unsupported_grant_type", "error_description": "client_credentials only"},
                status=400,
            )
        if _basic(request.headers.get("authorization", "")) != f"{CLIENT_ID}:{CLIENT_SECRET}":
            return json_reply(
                {"error": "invalid_client", "error_description": "Client authentication failed"},
                status=401,
            )
        token = str(uuid.uuid5(uuid.NAMESPACE_OID, f"token/{self.faults.seed}/{len(self._tokens)}"))
        self._tokens[token] = self.now()
        seconds = int(self.token_life.total_seconds())
        return json_reply(
            {
                "access_token": token,
                "scope": "default",
                "token_type": "Bearer",
                "expires_in": seconds,
            }
        )

    def _serve(self, service: str, content: dict[str, Any], authorization: str) -> MockReply:
        scheme, _, token = authorization.partition(" ")
        issued = self._tokens.get(token) if scheme.lower() == "bearer" else None
        if issued is None or self.now() - issued >= self.token_life:
            return _error(AUTHEN_ERROR)
        if service in _NEWER.values():
            return self._serve_newer(service, content)
        if service in {"danhMuc", "dsHoSoDangKy", "traHoSo", "traDanhSachHoSo"}:
            return _catalogue(content) if service == "danhMuc" else self._entries(service, content)
        unit = content.get("maDonVi")
        if type(unit) is not int or unit not in self.units:  # a string of digits is not the number that G1 wants
            return _error(AGENCY_ID_INCORRECT)
        if service == "dangKyHoTich":
            return self._register(content, unit)
        return self._look_up(service, content, unit)

    def _register(self, content: dict[str, Any], unit: int) -> MockReply:
        code = content.get("maHoSo")
        if isinstance(code, str) and code in self._registrations:
            self._repeats[code] += 1
            number, _ = DATA_INCORRECT
            return json_reply({"status": 0, "code": number, "message": f"Hồ sơ {code} đã được tiếp nhận"})
        try:
            registration = self._read(content, unit)
        except BadDataError as error:
            self._refusals.append(str(error))
            return _error(DATA_INCORRECT, str(error))
        self._registrations[registration.code] = registration
        self._in_book[unit] += 1
        return json_reply({"status": 1, "value": ""})

    def _read(self, content: dict[str, Any], unit: int) -> Registration:
        extra = content.keys() - {"maDonVi", "module", "maHoSo", "ngayTiepNhan", "data"}
        if extra:
            raise BadDataError(min(extra)[:40])
        for name in ("maHoSo", "data"):
            if not isinstance(content.get(name), str) or not content[name].strip():
                raise BadDataError(name)
        name, module = "module", content.get("module")
        if module not in ("KS", "KT", "KH", "HN", "CMC"):
            raise BadDataError(name)
        received = _received(content.get("ngayTiepNhan"))
        return Registration(
            code=content["maHoSo"],
            unit=unit,
            ordinal=self._in_book[unit] + 1,
            on=self._now().date(),
            fields=_events.read_single(module, content["data"], received),
            module=module,
        )

    def _entries(self, service: str, content: dict[str, Any]) -> MockReply:
        """Give what is registered, by the registry's own ids (§1.4)."""
        module = content.get("module")
        rows = [one.result() | {"maDonVi": one.unit} for one in self._registrations.values() if one.module == module]
        match service:
            case "dsHoSoDangKy":
                day = content.get("ngayCapNhat")
                shown = [{"id": row["id"], "maDonVi": row["maDonVi"]} for row in rows if self._day_of(row) == day]
                return json_reply({"status": 1, "value": shown})
            case "traHoSo":
                wanted: list[object] = [content.get("maHoSo")]
            case _:
                if content.get("maTinh") not in [f"{unit:05d}"[:2] for unit in self.units]:
                    return _error(PROVINCE_ID_INCORRECT)
                wanted = as_array(content.get("dsMaHoSo")) or []
        if any(type(number) is not int for number in wanted):
            return _error(RECORD_NOT_FOUND)
        found = [row for row in rows if row["id"] in wanted]
        return json_reply({"status": 1, "value": found}) if found else _error(RECORD_NOT_FOUND)

    @staticmethod
    def _day_of(row: dict[str, object]) -> str:
        return "-".join(reversed(str(row["ngayDangKy"]).split("/")))

    def _serve_newer(self, service: str, content: dict[str, Any]) -> MockReply:
        if service == "LayKetQua":
            return self._bundle_results(content)
        if service == "sync-dossiers":
            return self._synchronise(content)
        code = content.get("maHoSoMCDT")
        if isinstance(code, str) and code in self._bundles:
            self._repeats[code] += 1
            return _bundle_answer("0", "Lỗi", "500", f"Hồ sơ {code} đã được tiếp nhận")
        read = _bundles.read_bundle if service == "nhanHoSoDKHT" else _bundles.read_newer
        try:
            made = read(content, self.units, self._in_book[0] + 1)
        except BadDataError as error:
            self._refusals.append(str(error))
            if service != "nhanHoSoDKHT":
                return _bundles.newer_fault(str(error), content)
            return _bundle_answer("0", "Lỗi", "500", f"Dữ liệu không hợp lệ: {error}")
        self._bundles[made.code] = made
        self._in_book[0] += 1
        return _bundle_answer("1", "Thành công", "", "")

    def _bundle_results(self, content: dict[str, Any]) -> MockReply:
        codes = as_array(content.get("maDinhDanhHoSo"))
        if codes is None or not codes or len(codes) > _bundles.MOST_CODES or content.keys() != _QUESTION:
            return json_reply({"status": 0, "statusDescription": "maDinhDanhHoSo", "value": None})
        found = [self._bundles[code] for code in codes if isinstance(code, str) and code in self._bundles]
        rows = [self._row(one) for one in found if one.module == content["module"]]
        return json_reply({"status": 1, "statusDescription": "Thành công", "value": rows})

    def _synchronise(self, content: dict[str, Any]) -> MockReply:
        code = content.get("code")
        made = self._bundles.get(code) if isinstance(code, str) else None
        if made is None:
            return json_reply({"List_Suss": [], "List_ERR": [{"code": code, "message": "không tìm thấy"}]})
        return json_reply({"List_Suss": [{"result": {"value": [self._row(made)]}}], "List_ERR": []})

    def _row(self, made: Interlinked) -> dict[str, object]:
        return made.row(*self._bundle_states.get(made.code, (_bundles.FINISHED, "", "")))

    def _look_up(self, service: str, content: dict[str, Any], unit: int) -> MockReply:
        code = content.get("maHoSo")
        registration = self._registrations.get(code) if isinstance(code, str) else None
        if registration is None or registration.unit != unit:
            return _error(RECORD_NOT_FOUND)
        status, text = self._statuses.get(registration.code, (REGISTERED, ""))
        if service == "traTrangThaiHoSo":
            return json_reply({"status": status, "value": text})
        if status != REGISTERED:
            return _error(RECORD_UNCOMPLETE)
        return json_reply({"status": 1, "value": registration.result()})

    def _snapshot(self) -> dict[str, object]:
        children: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
        for code, registration in self._registrations.items():
            children[registration.child()].append(code)
        return {
            "registrations": {
                code: {
                    "unit": r.unit,
                    "so": str(r.ordinal),
                    "quyenSo": r.book,
                    "copies": r.fields.get("soLuongBanSao", ""),
                    "repeats": self._repeats[code],
                }
                for code, r in self._registrations.items()
            },
            # Dossiers that registered one and the same child: each list is one child with several papers.
            "duplicates": [codes for codes in children.values() if len(codes) > 1],
            "refused_fields": list(self._refusals),
            "interlinked": {
                code: {
                    "generation": one.generation,
                    "module": one.module,
                    "unit": one.unit,
                    "bundle": one.bundle,
                    "copies": one.fields.get("soLuongBanSao", ""),
                    "papers": [{"size": paper.size, "sha256": paper.digest} for paper in one.papers],
                    "repeats": self._repeats[code],
                }
                for code, one in self._bundles.items()
            },
        }

    def _clear(self) -> None:
        self._tokens: dict[str, datetime] = {}
        self._registrations: dict[str, Registration] = {}
        self._statuses: dict[str, tuple[int, str]] = {}
        self._bundles: dict[str, Interlinked] = {}
        self._bundle_states: dict[str, tuple[int, str, str]] = {}
        self._repeats: Counter[str] = Counter()
        self._in_book: Counter[int] = Counter()
        self._refusals: list[str] = []

    def _lose_sessions(self) -> None:
        for name in self._tokens:
            self._tokens[name] = _LONG_AGO


def _refused(reply: MockReply) -> Call:
    return Call(operation="", subject="", run=lambda: reply)


def _error(kind: tuple[int, str], detail: str = "") -> MockReply:
    code, name = kind
    return json_reply({"status": 0, "code": code, "message": f"{name}: {detail}" if detail else name})


def _bundle_answer(status: str, said: str, code: str, error: str) -> MockReply:
    """Answer in the envelope of G2: all texts (sample 8.3)."""
    return json_reply(
        {"status": status, "statusDescription": said, "errorCode": code, "errorDescription": error},
    )


def _catalogue(content: dict[str, Any]) -> MockReply:
    """Give a catalogue; `value` is JSON inside a string (§1.4)."""
    kind = content.get("loaiDanhMuc")
    if type(kind) is not int or kind not in _lists.CATALOGUES:
        return _error(DATA_TYPE_INVALID)
    return json_reply({"status": 1, "value": json.dumps(_lists.CATALOGUES[kind], ensure_ascii=False)})


def _received(value: object) -> date:
    name = "ngayTiepNhan"
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise BadDataError(name)
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise BadDataError(name) from error


def _basic(header: str) -> str:
    scheme, _, value = header.partition(" ")
    try:
        return base64.b64decode(value, validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, ValueError):
        return ""
