"""A carrier that keeps what passes, so that a check can judge the wire itself, send it again, and show it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gov_connect.contract_tests.masking import masked_body, masked_headers, masked_url
from gov_connect.contract_tests.must import broken
from gov_connect.errors import OutsideSystemError
from gov_connect.runtime import Timeouts
from gov_connect.transport import Unreadable, as_object, parse_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.runtime import Carrier, Reply, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request, and its reply or the error that came instead."""

    request: Request
    reply: Reply | None = None
    error: str = ""

    def shown(self) -> str:
        """Both sides, masked, as a person would mail them."""
        request = self.request
        head = f"{request.method} {masked_url(request.url)}\n{masked_headers(request.headers)}"
        lines = [f">>> {request.label}".rstrip(), head, "", masked_body(request.body), ""]
        if self.reply is None:
            return "\n".join([*lines, f"<<< {self.error}"])
        reply = self.reply
        return "\n".join(
            [*lines, f"<<< HTTP {reply.status}", masked_headers(reply.headers), "", masked_body(reply.body)]
        )


class Tap:
    """Stands before a carrier and keeps every exchange since the last `clear`."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._lock = threading.Lock()
        self._kept: list[Exchange] = []

    def send(self, request: Request, timeouts: Timeouts) -> Reply:
        """Carry and keep."""
        try:
            reply = self._carrier.send(request, timeouts)
        except OutsideSystemError as error:
            self._keep(Exchange(request=request, error=error.code))
            raise
        self._keep(Exchange(request=request, reply=reply))
        return reply

    def close(self) -> None:
        """Close what is behind."""
        self._carrier.close()

    def clear(self) -> None:
        """Forget what has passed."""
        with self._lock:
            self._kept.clear()

    @property
    def exchanges(self) -> list[Exchange]:
        """What has passed, in order."""
        with self._lock:
            return list(self._kept)

    def last(self, label: str) -> Exchange:
        """The last exchange of a wire call.

        Raises:
            Broken: there was none.
        """
        found = next((item for item in reversed(self.exchanges) if item.request.label == label), None)
        if found is None:
            broken(vi=f"không có lời gọi {label} nào", en=f"there was no call {label}")
        return found

    def again(
        self,
        exchange: Exchange,
        *,
        body: Callable[[dict[str, Any]], dict[str, Any]] | bytes | None = None,
        headers: dict[str, str] | None = None,
        url: str = "",
    ) -> Reply:
        """Send a request that has passed once more, changed: this is how wrong messages are made.

        Args:
            exchange: what passed.
            body: new bytes, or what to make of the members of a JSON body.
            headers: those that are changed; "" leaves one out.
            url: another address of the same system.
        """
        request = exchange.request
        if callable(body):
            import json  # noqa: PLC0415 - only here

            changed = json.dumps(body(json.loads(request.body)), ensure_ascii=False).encode()
        else:
            changed = request.body if body is None else body
        lower = {name.lower() for name in headers or {}}
        kept = {name: value for name, value in request.headers.items() if name.lower() not in lower}
        given = {name: value for name, value in (headers or {}).items() if value}
        wrong = replace(request, body=changed, headers=kept | given, url=url or request.url, renew=None)
        return self.send(wrong, Timeouts())

    def _keep(self, exchange: Exchange) -> None:
        with self._lock:
            self._kept.append(exchange)


def members(reply: Reply) -> dict[str, Any]:
    """The members of a JSON reply.

    Raises:
        Broken: it is not a JSON object in UTF-8.
    """
    try:
        found = as_object(parse_json(reply.body))
    except Unreadable:
        found = None
    if found is None:
        broken(vi="câu trả lời không phải đối tượng JSON mã hoá UTF-8", en="the reply is no JSON object in UTF-8")
    return found
