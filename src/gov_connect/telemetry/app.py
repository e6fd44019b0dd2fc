"""`/metrics` and `/healthz` as a small ASGI application that a worker or a host mounts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from gov_connect.errors import GovConnectError
from gov_connect.telemetry.metrics import CONTENT_TYPE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class MetricsApp:
    """Answers GET. What it shows names nobody, but keep it off the internet all the same.

    Args:
        metrics: gives the text, e.g. `gov.metrics`.
    """

    def __init__(self, metrics: Callable[[], str]) -> None:
        self._metrics = metrics

    async def __call__(self, scope: MutableMapping[str, Any], receive: object, send: Send) -> None:
        """One request."""
        del receive
        if scope["type"] != "http":
            return
        status, kind, text = await self._answer(scope["method"], scope["path"])
        headers = [(b"content-type", kind.encode()), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else text.encode()})

    async def _answer(self, method: str, path: str) -> tuple[int, str, str]:
        plain = "text/plain; charset=utf-8"
        if method not in {"GET", "HEAD"}:
            return 405, plain, "method not allowed\n"
        if not path.endswith(("/metrics", "/healthz")):
            return 404, plain, "not found\n"
        try:
            text = await asyncio.to_thread(self._metrics)
        except GovConnectError as error:
            # The records cannot be read: whoever watches shall see that, by its code.
            return 503, plain, f"{error.code}\n"
        return (200, plain, "ok\n") if path.endswith("/healthz") else (200, CONTENT_TYPE, text)
