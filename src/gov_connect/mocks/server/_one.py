"""One system alone behind HTTP, for as long as a block lasts: for a generation that the four do not hold."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Final

from gov_connect.mocks.server._courier import Courier
from gov_connect.mocks.server._running import _listener, _Server, _silence, _url

if TYPE_CHECKING:
    from collections.abc import Generator

    from gov_connect.mocks.core import MockSystem

_WAIT: Final = 10.0  # seconds for a thing that takes milliseconds


@contextlib.contextmanager
def running_system(system: MockSystem, *, host: str = "127.0.0.1") -> Generator[str]:
    """Serve one system on a free port in the background; gives its address."""
    listener = _listener(host, 0)
    base_url = system.public_url = _url(host, listener)
    ready: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        closing, courier = asyncio.Event(), Courier()
        server = _Server(system, courier, listener)
        await server.started()
        ready.set_result((asyncio.get_running_loop(), closing))
        await closing.wait()
        courier.drop()
        await server.halt()

    def run() -> None:
        with _silence(threading.get_ident()):
            try:
                asyncio.run(serve())
            except Exception as error:  # noqa: BLE001 - handed to the thread that waits
                if not ready.done():
                    ready.set_exception(error)

    thread = threading.Thread(target=run, name=f"gov-connect-mock-{system.name}", daemon=True)
    thread.start()
    try:
        loop, closing = ready.result(_WAIT)
        try:
            yield base_url
        finally:
            loop.call_soon_threadsafe(closing.set)
    finally:
        thread.join(_WAIT)
        listener.close()
