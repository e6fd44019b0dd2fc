"""One system's server on a socket, on a loop that is running; it leaves the process's own logging alone."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from typing import TYPE_CHECKING, Any, Final, cast

import uvicorn

from gov_connect.mocks.systems import SYSTEMS

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

_LOGGERS: Final = ("uvicorn.error", "uvicorn.access", "uvicorn.asgi")


class _Config(uvicorn.Config):
    """Settings that leave the process's own logging alone: another uvicorn may run beside us."""

    def configure_logging(self) -> None:
        """Do nothing."""


class Server:
    """One system's uvicorn on the shared loop."""

    def __init__(self, app: Any, listener: socket.socket) -> None:
        config = _Config(
            app,
            http="auto",
            ws="none",
            lifespan="off",
            interface="asgi3",
            proxy_headers=False,
            access_log=False,
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
        self._uvicorn = uvicorn.Server(config)
        self._task = asyncio.get_running_loop().create_task(self._uvicorn.serve(sockets=[listener]))

    async def started(self) -> None:
        """Wait until connections are taken."""
        while not self._uvicorn.started:
            if self._task.done():
                await self._task
                message = "the server did not start"
                raise RuntimeError(message)
            await asyncio.sleep(0.002)

    async def halt(self) -> None:
        """Stop listening at once, cut every connection, held ones too, and wait for the end."""
        self._uvicorn.should_exit = True
        for server in self._uvicorn.servers:
            server.close()
        for connection in list(self._uvicorn.server_state.connections):
            cast("Any", connection).transport.abort()
        await self._task


def bind_all(host: str, ports: Mapping[str, int]) -> dict[str, socket.socket]:
    """A socket for every system; those without a port of their own get a free one.

    Raises:
        ValueError: a port for a system that is not there.
        OSError: a port is taken; nothing is left open.
    """
    unknown = ports.keys() - set(SYSTEMS)
    if unknown:
        message = f"unknown systems in ports: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    listeners: dict[str, socket.socket] = {}
    try:
        for name in SYSTEMS:
            listeners[name] = listener_at(host, ports.get(name, 0))
    except OSError:
        for listener in listeners.values():
            listener.close()
        raise
    return listeners


def listener_at(host: str, port: int) -> socket.socket:
    """A socket that is bound, 0 to any free port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio turns Nagle's algorithm off only for sockets that say they are
    # TCP; `socket.create_server` leaves it at 0, and every reply would wait 40 ms for an acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere the option would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def url_of(host: str, listener: socket.socket) -> str:
    """The address by which this machine reaches it."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - a name for it, not a bind
    shown = f"[{reachable}]" if ":" in reachable else reachable
    return f"http://{shown}:{listener.getsockname()[1]}"


@contextlib.contextmanager
def silenced(thread: int) -> Generator[None]:
    """Drop what uvicorn logs of our thread, and only of it; an error would be a fault of ours and stays."""

    def is_wanted(record: logging.LogRecord) -> bool:
        return record.thread != thread or record.levelno >= logging.ERROR

    loggers = [logging.getLogger(name) for name in _LOGGERS]
    for logger in loggers:
        logger.addFilter(is_wanted)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(is_wanted)
