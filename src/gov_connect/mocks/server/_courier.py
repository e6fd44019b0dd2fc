"""Carries what the systems send to the agency, over asyncio: a hanging agency can be let go of."""

from __future__ import annotations

import asyncio
import http.client
import io
import ssl
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable

    from gov_connect.mocks.core import MockSystem, Outgoing

Answer = tuple[int, bytes]
NO_ANSWER: Final[Answer] = (0, b"")
PAUSES: Final = (0.1, 0.3, 1.0)  # seconds between one try and the next
TIMEOUT: Final = 10.0  # seconds that an agency may take
AT_ONCE: Final = 32
_LONGEST_ANSWER: Final = 1 << 20


async def send(outgoing: Outgoing) -> Answer:
    """Send once; status 0 when nothing readable comes back."""
    try:
        async with asyncio.timeout(TIMEOUT):
            return _parsed(await _exchange(outgoing), outgoing.method)
    except (OSError, TimeoutError, ValueError, http.client.HTTPException):
        return NO_ANSWER


async def _exchange(outgoing: Outgoing) -> bytes:
    url = urlsplit(outgoing.url)
    secure = url.scheme == "https"
    context = ssl.create_default_context() if secure else None
    reader, writer = await asyncio.open_connection(url.hostname, url.port or (443 if secure else 80), ssl=context)
    try:
        headers = {
            **outgoing.headers,
            "host": url.netloc,
            "connection": "close",
            "content-length": str(len(outgoing.body)),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        writer.write(f"{outgoing.method} {path} HTTP/1.1\r\n{head}\r\n".encode() + outgoing.body)
        await writer.drain()
        return await reader.read(-1)
    finally:
        writer.close()


class _Bytes:
    """What http.client needs of a socket, over bytes that are all there."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_args: object, **_named: object) -> io.BytesIO:
        return io.BytesIO(self._data)


def _parsed(data: bytes, method: str) -> Answer:
    response = http.client.HTTPResponse(cast("socket.socket", _Bytes(data)), method=method)
    try:
        response.begin()
        return response.status, response.read(_LONGEST_ANSWER)
    finally:
        response.close()


class Courier:
    """Delivers calls, tries again a few times, and can drop everything at once."""

    def __init__(self) -> None:
        """Start with nothing under way; to be made on the loop's thread."""
        self._tasks: set[asyncio.Task[Answer]] = set()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._dropped = False

    async def deliver(self, system: MockSystem, parcels: Iterable[Outgoing]) -> Answer:
        """Deliver in order and give the last answer."""
        answer = NO_ANSWER
        for parcel in parcels:
            if self._dropped:
                return NO_ANSWER
            answer = await self._outcome(self.dispatch(system, parcel))
        return answer

    def dispatch(self, system: MockSystem, parcel: Outgoing) -> asyncio.Task[Answer]:
        """Deliver in the background."""
        task = asyncio.get_running_loop().create_task(self._carry(system, parcel))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def deliver_due(self, system: MockSystem) -> int:
        """Send what a system's schedule calls for by now, until nothing more is due; gives how many calls."""
        count = 0
        while not self._dropped and (parcels := system.due()):
            count += len(parcels)
            await self.deliver(system, parcels)
        return count

    def drop(self) -> None:
        """Give up everything that is under way, and whatever should follow it."""
        self._dropped = True
        for task in self._tasks:
            task.cancel()

    @staticmethod
    async def _outcome(task: asyncio.Task[Answer]) -> Answer:
        await asyncio.wait({task})  # does not raise when the task is dropped
        return NO_ANSWER if task.cancelled() else task.result()

    async def _carry(self, system: MockSystem, parcel: Outgoing) -> Answer:
        async with self._room:
            answer = await send(parcel)
        for pause in PAUSES:
            if system.delivered(parcel, *answer) or parcel.once:
                return answer
            await asyncio.sleep(pause)
            async with self._room:
                answer = await send(parcel)
        system.delivered(parcel, *answer)
        return answer
