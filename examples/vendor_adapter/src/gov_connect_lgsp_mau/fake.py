"""The bus as a mock: strict, and written from its document, so that it shares nothing with the adapter."""

from __future__ import annotations

from typing import Any

from gov_connect.mocks.core import MockReply, MockRequest, text_reply
from gov_connect.mocks.routed import Handler, RoutedMock
from gov_connect.model import CitizenQuery

SETTINGS = {"base_url": "http://lgsp_mau.invalid", "api_key": "khoa-mau"}
PERSON = {"soDinhDanh": "000000000012", "hoTen": "NGUYỄN THỊ MẪU", "ngaySinh": "1990-05-20"}
KNOWN = CitizenQuery.model_validate({"citizen_id": "000000000012", "name": "NGUYỄN THỊ MẪU", "born": "1990-05-20"})


class FakeLgspMau(RoutedMock):
    """Knows one person, who does not exist."""

    name = "lgsp_mau"
    settings = SETTINGS

    def routes(self) -> dict[str, Handler]:
        """Give the one path."""
        return {"/api/dancu/tracuu": self._look_up}

    def _look_up(self, message: dict[str, Any], request: MockRequest) -> dict[str, Any] | MockReply:
        if request.headers.get("apikey") != SETTINGS["api_key"]:
            return text_reply("Unauthorized", status=401)
        if set(message) != {*PERSON, "maCanBo", "maThuTuc"} or not all(message.values()):
            return {"errorCode": "99", "message": "Thiếu hoặc thừa trường"}
        if any(message[member] != value for member, value in PERSON.items()):
            return {"errorCode": "01", "message": "Không có người khớp"}
        return {"errorCode": "00", "message": "Thành công", "data": PERSON}
