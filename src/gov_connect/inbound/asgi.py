"""The handler as an ASGI application, behind a gate.

The wire has no authentication of its own, so nothing is read from a caller whom the gate does not admit.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from gov_connect.inbound.gate import Asked, Mounted
from gov_connect.inbound.paths import content, may_use
from gov_connect.inbound.reply import answered

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


_FORBIDDEN, _TOO_LARGE, _METHOD = 403, 413, 405


class _GoneError(Exception):
    """The sender hung up in the middle of a body: half of one is not handled."""


class InboundApp(Mounted):
    """Mount this where the portal and the platform push to.

    Args:
        handle: `(path, body) -> InboundReply`, blocking; runs in a thread.
        gate: who may call; see `gov_connect.inbound.gate`.
        peers: short for `Addresses(peers)`; enough in the `offline` environment only.
        environment: which world this is; the default is the strictest.
        largest: bytes of a body beyond which it is refused.

    Raises:
        ConfigurationError: there is no check that this environment accepts.
    """

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        """Answer one ASGI request."""
        if scope["type"] != "http":
            return
        if not self._gate.admits(_asked(scope)):
            await _answer(send, _FORBIDDEN, b"{}")
        elif not may_use(scope["method"], scope["path"]):
            await _answer(send, _METHOD, b"{}")
        else:
            try:
                body = await self._body(receive)
            except _GoneError:
                return
            if body is None:
                await _answer(send, _TOO_LARGE, b"{}")
                return
            given = content(scope["method"], scope["path"], scope.get("query_string") or b"", body)
            reply = await asyncio.to_thread(answered, self._handle, scope["path"], given)
            await _answer(send, reply.status, reply.body, reply.content_type)

    async def _body(self, receive: Callable[[], Awaitable[dict[str, Any]]]) -> bytes | None:
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise _GoneError
            part: bytes = message.get("body", b"")
            size += len(part)
            if size > self._largest:
                return None
            parts.append(part)
            if not message.get("more_body"):
                return b"".join(parts)


def _asked(scope: dict[str, Any]) -> Asked:
    """The caller; a header that stands twice counts as none."""
    headers: dict[str, str] = {}
    for name, value in scope.get("headers", ()):
        key = name.decode("latin-1").lower()
        headers[key] = "" if key in headers else value.decode("latin-1")
    extensions: dict[str, dict[str, Any]] = scope.get("extensions") or {}
    tls = extensions.get("tls") or {}
    return Asked(
        peer=(scope.get("client") or ("",))[0],
        headers=headers,
        certificate="" if tls.get("client_cert_error") else str(tls.get("client_cert_name") or ""),
    )


async def _answer(
    send: Callable[[dict[str, Any]], Awaitable[None]],
    status: int,
    body: bytes,
    content_type: str = "application/json",
) -> None:
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
