"""A provincial bus on WSO2: a token by client credentials or by `lgspaccesstoken` keys, then the services behind
it (residents.md §5.4, §5.5).
"""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import parse_qsl

from gov_connect.mocks.core import (
    Call,
    MockReply,
    MockRequest,
    MockSystem,
    as_object,
    json_object,
    json_reply,
    json_value,
    media_type,
)
from gov_connect.mocks.gateways._behind import GatewayMock, passed_on, with_credential

TOKEN_PATH: Final = "/token"  # noqa: S105 - a path
# Contexts of the bus are each province's own; these are the mock's.
RESIDENTS_PATH: Final = "/csdldc/1.0/tracuu037"
PORTAL_PATH: Final = "/dvcqg/1.0"
CONSUMER_KEY: Final = "ung-dung-mau"
CONSUMER_SECRET: Final = "bi-mat-ung-dung"  # noqa: S105 - invented
APP_NAME: Final = "mot-cua-mau"
ACCESS_KEY: Final = "khoa-truy-cap-mau"
SECRET_KEY: Final = "khoa-bi-mat-mau"  # noqa: S105 - invented
_LIFE: Final = timedelta(hours=1)
_KEYS: Final = ["AccessKey", "SecretKey", "AppName", "PartnerCode", "PartnerCodeCus"]
_WRAPPING: Final = {"accessToken", "lgspAccessToken", "AuthHash", "data"}
_NO_CREDENTIALS, _BAD_CREDENTIALS, _NO_RESOURCE = 900902, 900901, 404
_BODY_TYPE: Final = "text/xml; charset=utf-8"


class LgspMock(GatewayMock):
    """Wraps the residents database and the portal; holds the credential of the first and adds it itself."""

    name: ClassVar[str] = "lgsp"

    def expire_tokens(self) -> None:
        """Let every token be too old."""
        with self._lock:
            self._lose_sessions()

    def _open(self, request: MockRequest) -> Call:
        if request.path == TOKEN_PATH:
            return Call(operation="", subject="", run=lambda: self._token(request))
        system, rest = self._target(request.path)
        if system is None:
            return _refused(404, _NO_RESOURCE, "No matching resource found")
        if request.method != "POST":
            return _refused(405, 405, "Method not allowed")
        keys = request.headers.get("lgspaccesstoken", "")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return _refused(401, _NO_CREDENTIALS, "Missing Credentials")
        issued = self._tokens.get(token)
        if issued is None or self._now() >= issued[0] or issued[1] != keys:
            return _refused(401, _BAD_CREDENTIALS, "Invalid Credentials")
        return Call(
            operation=f"{system.name}/{rest}".rstrip("/"), subject="", run=lambda: self._pass(system, request, rest)
        )

    def _target(self, path: str) -> tuple[MockSystem | None, str]:
        if path == RESIDENTS_PATH:
            return self._behind.get("residents"), ""
        if path.startswith(PORTAL_PATH + "/"):
            return self._behind.get("portal"), path.removeprefix(PORTAL_PATH + "/")
        return None, ""

    def _token(self, request: MockRequest) -> MockReply:
        self._calls["token"] += 1
        form = dict(parse_qsl(request.body.decode("latin-1")))
        if request.method != "POST" or media_type(request) != "application/x-www-form-urlencoded":
            return json_reply({"error": "invalid_request"}, status=400)
        if form.get("grant_type") != "client_credentials":
            return json_reply({"error": "unsupported_grant_type"}, status=400)
        keys = request.headers.get("lgspaccesstoken", "")
        authorization = request.headers.get("authorization", "")
        # One way or the other: with lgspaccesstoken there is no Basic (§5.5).
        known = _keys_fit(keys) and not authorization if keys else _basic_fits(authorization)
        if not known:
            error = {"error": "invalid_client", "error_description": "A valid OAuth client could not be found"}
            return json_reply(error, status=401)
        self._issued += 1
        token = str(uuid.uuid5(uuid.NAMESPACE_OID, f"lgsp/{self.faults.seed}/{self._issued}"))
        self._tokens[token] = (self._now() + _LIFE, keys)
        life = int(_LIFE.total_seconds())
        return json_reply({"access_token": token, "scope": "default", "token_type": "Bearer", "expires_in": life})

    def _pass(self, system: MockSystem, request: MockRequest, rest: str) -> MockReply:
        inner = _unwrapped(request)
        if system.name == "residents":
            inner = replace(inner, headers=with_credential(inner.headers, self.now().timestamp()))
            return passed_on(system, inner, rest, frozenset(("lgspaccesstoken",)))
        return passed_on(system, inner, rest, frozenset(("lgspaccesstoken", "authorization")))

    def _lose_sessions(self) -> None:
        self._tokens.clear()

    def _snapshot(self) -> dict[str, object]:
        return {"tokens": len(self._tokens), "behind": sorted(self._behind)}

    def _clear(self) -> None:
        self._tokens: dict[str, tuple[datetime, str]] = {}
        self._issued = 0


def _basic_fits(header: str) -> bool:
    scheme, _, value = header.partition(" ")
    return scheme.lower() == "basic" and _decoded(value) == f"{CONSUMER_KEY}:{CONSUMER_SECRET}".encode()


def _keys_fit(value: str) -> bool:
    """Tell whether the keys are right, and in the order that the bus wants."""
    told: dict[str, Any] = as_object(json_value(_decoded(value))) or {}
    return list(told) == _KEYS and (told["AccessKey"], told["SecretKey"], told["AppName"]) == (
        ACCESS_KEY,
        SECRET_KEY,
        APP_NAME,
    )


def _unwrapped(request: MockRequest) -> MockRequest:
    """Take the message out of the JSON in which one province wraps it (§5.5)."""
    told = json_object(request.body) or {}
    if set(told) != _WRAPPING or not isinstance(told["data"], str):
        return request
    return replace(request, body=told["data"].encode(), headers={**request.headers, "content-type": _BODY_TYPE})


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _refused(status: int, code: int, text: str) -> Call:
    """Answer as WSO2 API Manager does."""
    fault = {"fault": {"code": code, "message": text, "description": text}}
    reply = MockReply(status=status, headers={"content-type": "application/json"}, body=json.dumps(fault).encode())
    return Call(operation="", subject="", run=lambda: reply)
