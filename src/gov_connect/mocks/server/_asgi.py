"""A system as a bare ASGI application: no router between the wire and the state machine."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from gov_connect.mocks._access import LOOPBACK, Access
from gov_connect.mocks.core import MockReply, MockRequest, text_reply
from gov_connect.mocks.server._control import PREFIX, control

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, MutableMapping

    from gov_connect.mocks.core import MockSystem
    from gov_connect.mocks.server._courier import Courier

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

LONGEST_HOLD: Final = 120.0  # seconds
DRIP_PAUSE: Final = 0.05  # seconds
LARGEST_BODY: Final = 64 << 20


def application(system: MockSystem, courier: Courier, access: Access | None = None) -> Application:
    """Put a system behind HTTP; `access` says whether steering it needs a token."""
    access = access or Access()

    async def app(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        body = await _body(receive)
        if body is None:
            return
        if len(body) > LARGEST_BODY:
            await _answer(text_reply("Content Too Large", status=413), send)
            return
        path: str = scope["path"]
        if not _may(scope, system, access):
            reply = text_reply("Forbidden", status=403)
        elif path.startswith(PREFIX):
            reply = await control(system, courier, scope["method"], path, body)
        else:
            reply = system.handle(_request(scope, path, body))
            for parcel in reply.outgoing:
                courier.dispatch(system, parcel)
            if reply.hold:
                if await _disconnected(receive):
                    return
                reply = text_reply("Gateway Timeout", status=504)
            if reply.delay:
                await asyncio.sleep(reply.delay)
        await (_drip if reply.drip else _answer)(reply, send)

    return app


def _may(scope: Mapping[str, Any], system: MockSystem, access: Access) -> bool:
    """Whether a request may go on: no page of another site steers the mocks or presses their buttons."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    steers = scope["path"].startswith(PREFIX)
    if steers and not access.admits(headers):
        return False
    # A browser names the page it comes from, whatever the form's type; programs do not.
    browsing = scope["method"] != "GET" and "origin" in headers
    if not steers and not browsing:
        return True
    # A name of another site that points here would make its pages look like ours; a token is beyond such pages.
    return not _from_another_site(headers) and (bool(access.token) or _is_own_name(headers, scope, system))


def _is_own_name(headers: Mapping[str, str], scope: Mapping[str, Any], system: MockSystem) -> bool:
    """Whether a request calls us by loopback, by the address it came to, or by the name we were given."""
    try:
        asked = urlsplit(f"//{headers.get('host', '')}").hostname
    except ValueError:
        return False
    bound: tuple[str, int] = scope.get("server") or ("", 0)
    return asked in {*LOOPBACK, bound[0] or "localhost", urlsplit(system.public_url).hostname}


def _from_another_site(headers: Mapping[str, str]) -> bool:
    origin = headers.get("origin", "")
    return bool(origin) and origin.partition("//")[2] != headers.get("host", "")


def _request(scope: MutableMapping[str, Any], path: str, body: bytes) -> MockRequest:
    query: bytes = scope["query_string"]
    return MockRequest(
        method=scope["method"],
        path=path,
        query=dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True)) if query else {},
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        body=body,
    )


async def _body(receive: Receive) -> bytes | None:
    """Read the body, not far beyond the limit; `None` when the client has gone."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        chunks.append(chunk)
        if size > LARGEST_BODY or not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def _disconnected(receive: Receive) -> bool:
    """Leave the client in silence until it goes away; false when it outlasts us."""
    try:
        async with asyncio.timeout(LONGEST_HOLD):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True


async def _answer(reply: MockReply, send: Send) -> None:
    await _begin(reply, send)
    await send({"type": "http.response.body", "body": reply.body})


async def _drip(reply: MockReply, send: Send) -> None:
    """Answer byte by byte, and in one piece what is left after a while."""
    await _begin(reply, send)
    slow = min(len(reply.body), int(LONGEST_HOLD / DRIP_PAUSE))
    for place in range(slow):
        await send({"type": "http.response.body", "body": reply.body[place : place + 1], "more_body": True})
        await asyncio.sleep(DRIP_PAUSE)
    await send({"type": "http.response.body", "body": reply.body[slow:]})


async def _begin(reply: MockReply, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers.items()]
    if reply.headers.get("content-type", "").startswith("text/html"):
        headers.append((b"x-frame-options", b"DENY"))
    headers.append((b"content-length", str(len(reply.body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
