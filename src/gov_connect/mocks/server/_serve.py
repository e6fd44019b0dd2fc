"""The mocks as a program: one JSON line that says where they are, then service until interrupted."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import threading
from typing import TYPE_CHECKING, Final, TextIO

from gov_connect.mocks.server._running import running_mocks
from gov_connect.mocks.systems import SYSTEMS

if TYPE_CHECKING:
    from collections.abc import Generator

    from gov_connect.mocks.faults import Profile

_TICK: Final = 0.2  # seconds; a wait without end cannot be interrupted on every platform


def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    faults: Profile = "calm",
    seed: int = 0,
    *,
    agency_url: str | None = None,
    out: TextIO | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Print `{"base_urls": …, "environment": …}` on one line and serve until Ctrl-C, SIGTERM or `stop`.

    `port` is that of the first system, the others follow it; 0 takes free ones.
    """
    ports = {name: port + place for place, name in enumerate(SYSTEMS)} if port else {}
    stop = stop or threading.Event()
    with (
        _signals(stop),
        running_mocks(seed=seed, faults=faults, host=host, ports=ports, agency_url=agency_url) as mocks,
    ):
        line = json.dumps({"base_urls": mocks.base_urls, "environment": mocks.environment})
        stream = out or sys.stdout
        stream.write(line + "\n")
        stream.flush()
        with contextlib.suppress(KeyboardInterrupt):
            while not stop.wait(_TICK):
                pass


@contextlib.contextmanager
def _signals(stop: threading.Event) -> Generator[None]:
    """Let Ctrl-C and SIGTERM set the event; only the main thread may listen to signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def on_signal(_number: int, _frame: object) -> None:
        stop.set()

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
