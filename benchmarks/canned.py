"""A server that gives recorded answers at once, so that a run measures its client and not the mocks.

    python benchmarks/canned.py answers.json        prints its port, then serves until it is ended

`answers.json` maps "PATH SERVICE" to [status, content type, body]; SERVICE is the word after `"service":`
in the message, or empty.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path

SERVICE = re.compile(rb'"service"\s*:\s*"(\w+)"')
LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)


def key_of(path: bytes, body: bytes) -> str:
    """Under what an answer is recorded."""
    found = SERVICE.search(body)
    return f"{path.split(b'?')[0].decode()} {found.group(1).decode() if found else ''}"


class Canned(asyncio.Protocol):
    """One connection."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        self._answers = answers
        self._got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each message as soon as it is whole."""
        self._got += data
        while True:
            end = self._got.find(b"\r\n\r\n")
            if end < 0:
                return
            length = LENGTH.search(self._got[:end])
            whole = end + 4 + (int(length.group(1)) if length else 0)
            if len(self._got) < whole:
                return
            path = self._got.split(b" ", 2)[1]
            key = key_of(path, self._got[end + 4 : whole])
            self._got = self._got[whole:]
            self._transport.write(self._answers.get(key, b"HTTP/1.1 500 Unknown\r\nContent-Length: 0\r\n\r\n"))


def written(status: int, kind: str, body: bytes) -> bytes:
    """An answer as it goes over the wire."""
    return f"HTTP/1.1 {status} Answer\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def serve(stored: dict[str, tuple[int, str, str]]) -> None:
    """Serve on a free port."""
    answers = {key: written(status, kind, body.encode()) for key, (status, kind, body) in stored.items()}
    server = await asyncio.get_running_loop().create_server(lambda: Canned(answers), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
