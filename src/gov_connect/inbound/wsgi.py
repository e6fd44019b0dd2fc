"""The handler as a WSGI application, behind the same gate as the ASGI one."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from gov_connect.inbound.gate import Asked, Mounted
from gov_connect.inbound.paths import content, may_use
from gov_connect.inbound.reply import InboundReply, answered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


_EMPTY: Final = b"{}"
_MOST_DIGITS: Final = 12


class InboundWsgi(Mounted):
    """Mount this where the portal and the platform push to. See `InboundApp` for the arguments."""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one WSGI request."""
        reply = self._reply(environ)
        headers = [("Content-Type", reply.content_type), ("Content-Length", str(len(reply.body)))]
        start_response(f"{reply.status} {HTTPStatus(reply.status).phrase}", headers)
        return [reply.body]

    def _reply(self, environ: dict[str, Any]) -> InboundReply:
        path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
        if not self._gate.admits(_asked(environ)):
            return _refusal(HTTPStatus.FORBIDDEN)
        if not may_use(environ.get("REQUEST_METHOD", ""), path):
            return _refusal(HTTPStatus.METHOD_NOT_ALLOWED)
        body = self._body(environ)
        if isinstance(body, HTTPStatus):
            return _refusal(body)
        query = str(environ.get("QUERY_STRING", "")).encode("latin-1", "replace")
        return answered(self._handle, path, content(environ["REQUEST_METHOD"], path, query, body))

    def _body(self, environ: dict[str, Any]) -> bytes | HTTPStatus:
        """The whole body, or why there is none to handle. One sent in chunks has no length: it is read where the
        server says where it ends, and never taken for an empty one.
        """
        length = environ.get("CONTENT_LENGTH") or ""
        if not length and "chunked" in str(environ.get("HTTP_TRANSFER_ENCODING", "")).lower():
            if not environ.get("wsgi.input_terminated"):
                return HTTPStatus.LENGTH_REQUIRED
            whole: bytes = environ["wsgi.input"].read(self._largest + 1)
            return whole if len(whole) <= self._largest else HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        if not re.fullmatch(r"[0-9]*", length):
            return HTTPStatus.BAD_REQUEST
        if len(length) > _MOST_DIGITS or int(length or 0) > self._largest:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        body: bytes = environ["wsgi.input"].read(int(length)) if int(length or 0) else b""
        # The sender hung up: half a body is not handled.
        return body if len(body) == int(length or 0) else HTTPStatus.BAD_REQUEST


def _asked(environ: dict[str, Any]) -> Asked:
    headers = {
        key.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for key, value in environ.items()
        if key.startswith("HTTP_")
    }
    verified = environ.get("SSL_CLIENT_VERIFY") == "SUCCESS"
    return Asked(
        peer=str(environ.get("REMOTE_ADDR", "")),
        headers=headers,
        certificate=str(environ.get("SSL_CLIENT_S_DN", "")) if verified else "",
    )


def _refusal(status: HTTPStatus) -> InboundReply:
    return InboundReply(status=status.value, body=_EMPTY)
