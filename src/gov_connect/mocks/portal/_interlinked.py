"""The platform of interlinked procedures: a list, the content of each, and the word that takes one off it (§7.1).

Only the path of the content is public; the others are the mock's own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from gov_connect.mocks.core import Call, MockReply, json_object, json_reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from gov_connect.mocks.core import MockRequest

ROOT: Final = "/api/lienthongdvclt/"
LOGIN_PATH: Final = ROOT + "token"
LIST_PATH: Final = ROOT + "danhsach"
CONTENT_PATH: Final = ROOT + "hosolienthong"
ACKNOWLEDGE_PATH: Final = ROOT + "danhan"
USERNAME: Final = "don-vi-mau"
PASSWORD: Final = "mat-khau-mau"  # noqa: S105 - the example password of an invented agency
_MODULES: Final = {"2.000986": "KS", "1.011733": "KT"}
_DATA: Final = "<hoTich><HoTen>MẪU THỊ LIÊN THÔNG</HoTen></hoTich>"


class Interlinked:
    """What waits, by number; the portal mock holds one of these."""

    def __init__(self) -> None:
        """Begin with nothing waiting and nobody logged in."""
        self._items: dict[str, dict[str, Any]] = {}
        self._content: dict[str, str] = {}
        self._received: list[str] = []
        self._tokens: set[str] = set()

    def submit(self, number: str, procedure: str, data: str, now: datetime) -> None:
        """A citizen submits, or mends what was submitted: it is on the list again."""
        known = self._items.get(number, {"id": len(self._items) + 1})
        self._items[number] = {
            "id": known["id"],
            "maDonVi": 99001,
            "maTTHC": procedure,
            "module": _MODULES.get(procedure, "KS"),
            "maHoSo": number,
            "ngayTiepNhan": now.strftime("%d/%m/%Y %H:%M:%S"),
            "techId": "",
        }
        self._content[number] = json.dumps({"data": data or _DATA, "fileDinhKem": []}, ensure_ascii=False)
        self._received = [taken for taken in self._received if taken != number]

    def waiting(self) -> list[str]:
        """Numbers that nobody has acknowledged."""
        return [number for number in self._items if number not in self._received]

    def forget_tokens(self) -> None:
        """Log everybody out."""
        self._tokens.clear()

    def open(self, request: MockRequest) -> Call:
        """Read a request to this platform."""
        run: Callable[[], MockReply]
        if request.path == LOGIN_PATH and request.method == "POST":
            return Call(operation="", subject="", run=lambda: self._log_in(json_object(request.body) or {}))
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
            return Call(operation="", subject="", run=lambda: MockReply(status=401))
        subject = ""
        if request.path == LIST_PATH and request.method == "GET":
            run = self._list
        elif request.path.startswith(CONTENT_PATH + "/") and request.method == "GET":
            subject = request.path.rpartition("/")[2]
            run = lambda: self._detail(subject)  # noqa: E731 - one of three
        elif request.path == ACKNOWLEDGE_PATH and request.method == "PUT":
            content = json_object(request.body) or {}
            subject = str(content.get("maHoSo", ""))
            run = lambda: self._acknowledge(content)  # noqa: E731
        else:
            run = lambda: MockReply(status=404)  # noqa: E731
        return Call(operation="interlinked", subject=subject, run=run)

    def _log_in(self, content: Mapping[str, Any]) -> MockReply:
        if (content.get("userName"), content.get("password")) != (USERNAME, PASSWORD):
            return MockReply(status=401)
        token = f"lien-thong-{len(self._tokens) + 1}"
        self._tokens.add(token)
        return json_reply({"token": token, "refreshToken": "", "refreshTokenExpiryTime": "2099-01-01T00:00:00"})

    def _list(self) -> MockReply:
        return json_reply({"data": [self._items[number] for number in self.waiting()]})

    def _detail(self, which: str) -> MockReply:
        item = next((item for item in self._items.values() if str(item["id"]) == which), None)
        if item is None:
            return MockReply(status=404)
        shown = {name: value for name, value in item.items() if name != "id"}
        return json_reply({"data": {**shown, "data": self._content[item["maHoSo"]], "fileDinhKem": []}})

    def _acknowledge(self, content: Mapping[str, Any]) -> MockReply:
        number = content.get("maHoSo")
        if number not in self._items or content.get("daNhan") is not True or set(content) != {"maHoSo", "daNhan"}:
            return json_reply({"message": "Không tìm thấy hồ sơ"})
        if number not in self._received:
            self._received.append(number)
        return json_reply({"message": "Cập nhật thành công"})
