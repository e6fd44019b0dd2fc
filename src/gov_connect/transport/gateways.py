"""The ways to an outside system, chosen by configuration alone (residents.md §5).

Between an agency and a national system stands a security server, a forwarder, a provincial bus, or
nothing. An adapter builds its message once; the way gives the address, adds its own headers, obtains
its token, and says so when the fault is the way's own. Settings hold a way under `gateway`, told by
its `kind`, so that a move to another platform is a change of settings.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias
from urllib.parse import quote, urlencode, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from gov_connect.errors import AuthenticationFailed, ConfigurationError, Problem, Refused, UnexpectedReply
from gov_connect.resilience.guard import reachable
from gov_connect.runtime.effects import Request
from gov_connect.transport.tokens import bearer, forget_bearer

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.runtime.effects import Flow, Reply
    from gov_connect.runtime.operation import Context

HttpAddress: TypeAlias = Annotated[
    str, Field(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$", max_length=2000), AfterValidator(reachable)
]
_XROAD_ERROR: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_UNAUTHORISED, _CLIENT_ERROR, _SERVER_ERROR = 401, 400, 500


class _Way(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)

    @property
    def takes_authorization(self) -> bool:
        """Whether the way needs the Authorization header for itself (§5.4, row "clash")."""
        return False

    def address(self, base_url: str, path: str) -> str:
        """Where a message for `path` of the outside system is posted."""
        return _joined(base_url, path)

    def headers(self, context: Context) -> dict[str, str]:
        """What the way adds to every message."""
        del context
        return {}


class Plain(_Way):
    """Nothing in between: the address is the system's own."""

    kind: Literal["plain"] = "plain"


class XRoad(_Way):
    """X-Road message protocol for REST, r1 (§5.2); headers of the message itself pass unchanged."""

    kind: Literal["xroad"] = "xroad"
    client: Annotated[str, Field(pattern=r"^[^/\s]+(/[^/\s]+){3}$")]
    """Who calls: instance/class/member/subsystem."""
    service: Annotated[str, Field(pattern=r"^[^/\s]+(/[^/\s]+){4,5}$")]
    """What is called: instance/class/member/subsystem/service, and a version where there is one."""
    security_server: str = ""
    represented_party: str = ""
    send_issue: bool = True
    """Whether the dossier number goes along as X-Road-Issue."""
    send_user: bool = False
    """Whether the officer's code goes along as X-Road-UserId, after the country."""

    def address(self, base_url: str, path: str) -> str:
        """`/r1/` and the service, each part encoded by itself."""
        return _joined(_joined(base_url, "r1/" + _slashed(self.service)), path)

    def headers(self, context: Context) -> dict[str, str]:
        """Who calls, with an id of its own for each attempt."""
        acting = context.acting
        added = {"X-Road-Client": _slashed(self.client), "X-Road-Id": str(uuid.UUID(hex=context.ids.new()))}
        if self.security_server:
            added["X-Road-Security-Server"] = _slashed(self.security_server)
        if self.represented_party:
            added["X-Road-Represented-Party"] = _slashed(self.represented_party)
        if self.send_issue and acting.purpose is not None:
            added["X-Road-Issue"] = str(acting.purpose.dossier)
        if self.send_user and acting.officer is not None:
            added["X-Road-UserId"] = "VN" + quote(acting.officer.code, safe="")
        return added


class Forwarder(_Way):
    """XrdAdapter, or VXPAdapter by its newer name, in front of a security server (§5.3)."""

    kind: Literal["forwarder"] = "forwarder"
    forward_path: Annotated[str, Field(pattern=r"^[^\s?#]*$")] = "/XrdAdapter/RestService/forward"
    dstcode: Annotated[str, Field(pattern=r"^[^\s&#]*$")] = ""
    """Provider in colon notation, e.g. `VN:GOV:000.00.00.G22:vpcpdvcprovider`; blank on test systems."""
    dstcode_in: Literal["header", "query"] = "query"
    raw_dstcode: bool = False
    """Whether the colons in the query stay as they are; both are met."""
    providerurl: str = ""
    """The provider's base address as the provider sees it; left out when blank."""

    def address(self, base_url: str, path: str) -> str:
        """`{adapter}{forward_path}/{path}?dstcode=…&providerurl=…`."""
        base, forward = base_url.rstrip("/"), self.forward_path.rstrip("/")
        root = base if forward and base.endswith(forward) else _joined(base, forward)
        query: list[str] = []
        if self.dstcode and self.dstcode_in == "query":
            query.append("dstcode=" + quote(self.dstcode, safe=":" if self.raw_dstcode else ""))
        if self.providerurl:
            query.append("providerurl=" + quote(self.providerurl, safe=""))
        return _joined(root, path) + ("?" + "&".join(query) if query else "")

    def headers(self, context: Context) -> dict[str, str]:
        """The provider, where the adapter wants it as a header."""
        del context
        return {"dstcode": self.dstcode} if self.dstcode and self.dstcode_in == "header" else {}


class Lgsp(_Way):
    """A provincial or ministerial bus on WSO2 API Manager (§5.4): client-credentials token, Bearer.

    The bus holds the credential of the national system and adds it itself.
    """

    kind: Literal["lgsp"] = "lgsp"
    token_url: HttpAddress
    consumer_key: Annotated[str, Field(min_length=1)]
    consumer_secret: SecretStr

    @property
    def takes_authorization(self) -> bool:
        """The Bearer token stands there."""
        return True

    def token_headers(self) -> dict[str, str]:
        """How the token is asked for."""
        pair = f"{self.consumer_key}:{self.consumer_secret.get_secret_value()}"
        return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


class LgspAccessToken(_Way):
    """A bus with `lgspaccesstoken` keys (§5.5). The key travels in every call: https only."""

    kind: Literal["lgspaccesstoken"] = "lgspaccesstoken"
    token_url: Annotated[HttpAddress, Field(pattern=r"^https://")]
    app_name: Annotated[str, Field(min_length=1)]
    access_key: Annotated[str, Field(min_length=1)]
    secret_key: SecretStr
    partner_code: str = ""
    partner_code_cus: str = ""
    wrap: bool = False
    """Whether the message travels as text inside JSON (the wrapping of Hậu Giang)."""
    key_name: str = ""
    key_pass: SecretStr = SecretStr("")
    """With `key_name`, the officer's credential inside the wrapping."""

    @property
    def takes_authorization(self) -> bool:
        """The Bearer token stands there."""
        return True

    @property
    def value(self) -> str:
        """Base64 of the keys as JSON, in this order (§5.5)."""
        keys = {
            "AccessKey": self.access_key,
            "SecretKey": self.secret_key.get_secret_value(),
            "AppName": self.app_name,
            "PartnerCode": self.partner_code,
            "PartnerCodeCus": self.partner_code_cus,
        }
        return base64.b64encode(json.dumps(keys, separators=(",", ":")).encode()).decode()

    def token_headers(self) -> dict[str, str]:
        """How the token is asked for: no Basic."""
        return {"lgspaccesstoken": self.value}

    def wrapped(self, request: Request, token: str) -> Request:
        """The message inside JSON, its credentials beside it."""
        pair = f"{self.key_name}:{self.key_pass.get_secret_value()}"
        body = {
            "accessToken": f"Bearer {token}",
            "lgspAccessToken": self.value,
            "AuthHash": base64.b64encode(pair.encode()).decode(),
            "data": request.body.decode(),
        }
        headers = {**request.headers, "Content-Type": "application/json; charset=utf-8"}
        return replace(request, headers=headers, body=json.dumps(body, ensure_ascii=False).encode())


Gateway: TypeAlias = Annotated[Plain | XRoad | Forwarder | Lgsp | LgspAccessToken, Field(discriminator="kind")]


def send(way: Gateway, request: Request, context: Context) -> Flow[Reply]:
    """Carry `request` over `way`. A token that is refused is fetched once more.

    Raises:
        AuthenticationFailed: a fresh token was not accepted either, or none was given.
        Refused: the security server says that our request is wrong.
        UnexpectedReply: the security server could not carry it (`security_server`).
    """
    if isinstance(way, (Lgsp, LgspAccessToken)):
        return (yield from _with_token(way, request, context))
    reply: Reply = yield _dressed(request, lambda plain: _with_headers(plain, way.headers(context)))
    if reply.headers.get("x-road-error"):
        raise _way_fault(request, reply)
    return reply


def _with_token(way: Lgsp | LgspAccessToken, request: Request, context: Context) -> Flow[Reply]:
    for _ in range(2):
        token = yield from bearer(context, request.system, _token_request(way, request.system))
        reply: Reply = yield _dressed(request, partial(_tokened, way, token))
        if reply.headers.get("x-road-error"):  # a security server behind the bus
            raise _way_fault(request, reply)
        if reply.status != _UNAUTHORISED:
            return reply
        forget_bearer(context, request.system, token)
    raise AuthenticationFailed(system=request.system, status=_UNAUTHORISED)


def _token_request(way: Lgsp | LgspAccessToken, system: str) -> Request:
    return Request(
        system=system,
        url=way.token_url,
        headers={**way.token_headers(), "Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode({"grant_type": "client_credentials"}).encode(),
        repeatable=True,
        label="token",
    )


def _tokened(way: Lgsp | LgspAccessToken, token: str, request: Request) -> Request:
    if isinstance(way, LgspAccessToken):
        request = way.wrapped(request, token) if way.wrap else request
        return _with_headers(request, {"Authorization": f"Bearer {token}", "lgspaccesstoken": way.value})
    return _with_headers(request, {"Authorization": f"Bearer {token}"})


def _with_headers(request: Request, added: dict[str, str]) -> Request:
    return request.sent_with({**request.headers, **added}, request.tls, request.renew) if added else request


def _dressed(request: Request, dress: Callable[[Request], Request]) -> Request:
    """`request` as the way wants it; each further attempt is dressed afresh."""
    renew, dressed = request.renew, dress(request)
    if dressed is request:  # a way that adds nothing
        return request

    def again() -> Request:
        return _dressed(request if renew is None else renew(), dress)

    return dressed.sent_with(dressed.headers, dressed.tls, again)


def _way_fault(request: Request, reply: Reply) -> Refused | UnexpectedReply:
    """The error of a security server, told from one of the system itself by its header (§5.2)."""
    told = reply.headers["x-road-error"].strip()
    code = told if _XROAD_ERROR.fullmatch(told) else ""
    raw = reply.body[:4096].decode("utf-8", "replace")
    if _CLIENT_ERROR <= reply.status < _SERVER_ERROR:
        return Refused(system=request.system, code="system.misconfigured", status=reply.status, raw_code=code, raw=raw)
    return UnexpectedReply(system=request.system, reason="security_server", status=reply.status, raw_code=code, raw=raw)


def _slashed(identifier: str) -> str:
    return "/".join(quote(part, safe="") for part in identifier.split("/"))


@lru_cache(maxsize=256)
def _joined(base_url: str, path: str) -> str:
    """`path` below `base_url`, never at another host.

    Raises:
        ConfigurationError: the address would have another host.
    """
    url = f"{base_url.rstrip('/')}/{path.lstrip('/')}" if path.strip("/") else base_url
    if urlsplit(url)[:2] != urlsplit(base_url)[:2]:
        raise ConfigurationError([Problem(path="base_url", code="settings.other_host")])
    return url
