"""A security server of X-Road that speaks the REST protocol, r1 (residents.md §5.2), and in front of it the
forwarder (§5.3).
"""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from dataclasses import replace
from typing import ClassVar, Final
from urllib.parse import unquote

from gov_connect.mocks.core import Call, MockReply, MockRequest, MockSystem, json_reply
from gov_connect.mocks.gateways._behind import GatewayMock, passed_on

CLIENT: Final = "VN/GOV/H99.201/motcua"
RESIDENTS_SERVICE: Final = "VN/GOV/G01/csdldc/tracuu037"
PORTAL_SERVICE: Final = "VN/GOV/000.00.00.G22/vpcpdvcprovider/mapi"
FORWARD_PREFIXES: Final = ("/XrdAdapter/RestService/forward/", "/VXPAdapter/RestService/forward/")
_SERVICES: Final = {RESIDENTS_SERVICE: ("residents", ""), PORTAL_SERVICE: ("portal", "mapi/")}
_CLIENT_PARTS, _SERVICE_PARTS = 4, 5
_ANY_ID: Final = "00000000-0000-0000-0000-000000000000"
_USER: Final = re.compile(r"[A-Z]{2}")
_OWN_HEADERS: Final = ("x-road-client", "x-road-security-server", "x-road-represented-party")


class XRoadMock(GatewayMock):
    """Lets members call the services that they may call. `allow` and `forbid` are the provider's access rights."""

    name: ClassVar[str] = "xroad"

    def allow(self, client: str, service: str) -> None:
        """Give a client the right to call a service."""
        with self._lock:
            self._rights.add((client, service))

    def forbid(self, client: str, service: str) -> None:
        """Take the right away."""
        with self._lock:
            self._rights.discard((client, service))

    def _open(self, request: MockRequest) -> Call:
        forward = next((prefix for prefix in FORWARD_PREFIXES if request.path.startswith(prefix)), "")
        if forward:
            return self._open_forwarded(request, request.path.removeprefix(forward))
        parts = [unquote(part) for part in request.path.split("/")]
        if parts[:2] != ["", "r1"] or len(parts) < _SERVICE_PARTS + 2:
            return _refused(400, "Client.InvalidRequest", "the path is no service of r1")
        service, rest = "/".join(parts[2 : _SERVICE_PARTS + 2]), "/".join(parts[_SERVICE_PARTS + 2 :])
        client = "/".join(unquote(part) for part in request.headers.get("x-road-client", "").split("/"))
        fault = self._complaint(request, client, service)
        if fault is not None:
            return fault
        name, prefix = _SERVICES[service]
        return Call(
            operation=service.rpartition("/")[2],
            subject=request.headers.get("x-road-issue", ""),
            run=lambda: self._pass(request, service, self._behind[name], prefix + rest),
        )

    def _complaint(self, request: MockRequest, client: str, service: str) -> Call | None:
        """Say what the protocol does not allow, by the first rule that is broken."""
        headers, parts = request.headers, client.split("/")
        rules = (
            (not client, 400, "Client.MissingHeader", "X-Road-Client"),
            (len(parts) != _CLIENT_PARTS or not all(parts), 400, "Client.InvalidClientIdentifier", "X-Road-Client"),
            ("x-road-request-hash" in headers, 400, "Client.InvalidRequest", "X-Road-Request-Hash is the server's"),
            (not _is_uuid(headers.get("x-road-id", _ANY_ID)), 400, "Client.InvalidRequest", "X-Road-Id"),
            (not _USER.match(headers.get("x-road-userid", "VN")), 400, "Client.InvalidRequest", "X-Road-UserId"),
            (client not in self._members(), 500, "Server.ClientProxy.UnknownMember", "not a member here"),
            (self._provider(service) is None, 500, "Server.ServerProxy.UnknownService", "no such service"),
            ((client, service) not in self._rights, 500, "Server.ServerProxy.AccessDenied", "no right to call it"),
        )
        return next((_refused(status, kind, text) for broken, status, kind, text in rules if broken), None)

    def _members(self) -> set[str]:
        return {client for client, _ in self._rights}

    def _provider(self, service: str) -> MockSystem | None:
        return self._behind.get(_SERVICES[service][0]) if service in _SERVICES else None

    def _open_forwarded(self, request: MockRequest, rest: str) -> Call:
        """The adapter in front: the provider by dstcode in colons, in a header or in the query."""
        told = unquote(request.headers.get("dstcode") or request.query.get("dstcode", ""))
        service = next((name for name in _SERVICES if told and name.startswith(told.replace(":", "/") + "/")), "")
        system = self._provider(service)
        if system is None:
            return _refused(500, "Server.ClientProxy.UnknownMember", "unknown or missing dstcode")
        return Call(
            operation=f"forward/{service.rpartition('/')[2]}",
            subject="",
            run=lambda: passed_on(system, request, rest, frozenset(("dstcode",))),
        )

    def _pass(self, request: MockRequest, service: str, system: MockSystem, rest: str) -> MockReply:
        message_id = request.headers.get("x-road-id") or str(uuid.uuid4())
        self._ids.add(message_id)
        reply = passed_on(system, request, rest, frozenset(_OWN_HEADERS))
        hashed = hashlib.sha512(_of_headers(request)).digest() + hashlib.sha512(request.body).digest()
        added = {
            "x-road-client": request.headers["x-road-client"],
            "x-road-service": service,
            "x-road-id": message_id,
            "x-road-request-id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.faults.seed}/{message_id}")),
            "x-road-request-hash": base64.b64encode(hashlib.sha512(hashed).digest()).decode(),
        }
        return replace(reply, headers={**reply.headers, **added})

    def _snapshot(self) -> dict[str, object]:
        return {"messages": len(self._ids), "rights": sorted(f"{who} -> {what}" for who, what in self._rights)}

    def _clear(self) -> None:
        self._ids: set[str] = set()
        self._rights = {(CLIENT, service) for service in _SERVICES}


def _of_headers(request: MockRequest) -> bytes:
    return "".join(f"{name}:{value}\r\n" for name, value in sorted(request.headers.items())).encode()


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _refused(status: int, kind: str, message: str) -> Call:
    """Answer as the security server itself does: its errors carry the header X-Road-Error."""
    reply = json_reply({"type": kind, "message": message, "detail": str(uuid.uuid4())}, status=status)
    return Call(operation="", subject="", run=lambda: replace(reply, headers={**reply.headers, "x-road-error": kind}))
