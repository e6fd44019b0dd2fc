"""The agency's own listener: where the portal pushes to and the platform sends its notices."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Generator

    from gov_connect.inbound.asgi import InboundApp


class _Quiet(uvicorn.Config):
    """A server that leaves the process's own logging alone."""

    def configure_logging(self) -> None:
        """Do nothing."""


@contextlib.contextmanager
def listening(app: InboundApp, port: int = 0) -> Generator[str, None, None]:
    """Serve `app` on loopback for the length of the block; gives its address. Port 0 takes a free one."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    server = uvicorn.Server(_Quiet(app, ws="none", lifespan="off", access_log=False, timeout_graceful_shutdown=1))
    ended = threading.Event()

    def serve() -> None:
        try:
            asyncio.run(server.serve(sockets=[listener]))
        finally:
            ended.set()

    thread = threading.Thread(target=serve, name="gov-connect-agency", daemon=True)
    thread.start()
    try:
        while not server.started and not ended.is_set():
            ended.wait(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(5)
        listener.close()
