"""The handler as an ASGI application, behind an allow-list of peer addresses.

The wire has no authentication of its own, so nothing is answered to an address that is not listed.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from gov_connect.inbound.handler import InboundReply

_FORBIDDEN, _TOO_LARGE, _METHOD = 403, 413, 405


class _GoneError(Exception):
    """The sender hung up in the middle of a body: half of one is not handled."""


class InboundApp:
    """Mount this where the portal and the platform push to.

    Args:
        handle: `(path, body) -> InboundReply`, blocking; runs in a thread.
        peers: addresses that may call; required, since look-ups and pushes carry citizens' data.
        largest: bytes of a body beyond which it is refused.
    """

    def __init__(
        self,
        handle: Callable[[str, bytes], InboundReply],
        *,
        peers: Collection[str],
        largest: int = 24 * 1024 * 1024,
    ) -> None:
        self._handle: Final = handle
        self._peers: Final = frozenset(peers)
        self._largest: Final = largest

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        """Answer one ASGI request."""
        if scope["type"] != "http":
            return
        peer = (scope.get("client") or ("",))[0]
        if peer not in self._peers:
            await _answer(send, _FORBIDDEN, b"{}")
        elif scope["method"] != "POST":
            await _answer(send, _METHOD, b"{}")
        else:
            try:
                body = await self._body(receive)
            except _GoneError:
                return
            if body is None:
                await _answer(send, _TOO_LARGE, b"{}")
                return
            reply = await asyncio.to_thread(self._handle, scope["path"], body)
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
