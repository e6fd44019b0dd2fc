"""The mocks as a program: one JSON line that says where they are, then service until interrupted."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import threading
from typing import TYPE_CHECKING, Final, TextIO

from gov_connect.mocks import recording
from gov_connect.mocks._access import Access
from gov_connect.mocks.server._running import running_mocks, running_system
from gov_connect.mocks.systems import SYSTEMS
from gov_connect.mocks.vendors import vendor_environment

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from gov_connect.mocks.faults import Profile
    from gov_connect.mocks.routed import RoutedMock

_TICK: Final = 0.2  # seconds; a wait without end cannot be interrupted on every platform


def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    faults: Profile | Mapping[str, Profile] = "calm",
    seed: int = 0,
    *,
    agency_url: str | None = None,
    console: int | None = None,
    allow_remote: bool = False,
    through: str = "",
    record: Path | None = None,
    replay: Path | None = None,
    out: TextIO | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Print `{"base_urls": …, "environment": …, "console": …}` on one line and serve until Ctrl-C, SIGTERM or `stop`.

    With `allow_remote` the line has `token` too, which the control API wants as the header `X-Mock-Token`.

    `port` is that of the first system, the others follow it; 0 takes free ones. `through` names the way of which
    the environment is told: `lgsp`, `xroad` or `portal_2026`; "" for none.
    """
    ports = {name: port + place for place, name in enumerate(SYSTEMS)} if port else {}
    stop = stop or threading.Event()
    with (
        _signals(stop),
        running_mocks(
            seed=seed,
            faults=faults,
            host=host,
            ports=ports,
            agency_url=agency_url,
            console=console,
            allow_remote=allow_remote,
        ) as mocks,
    ):
        if replay is not None:
            recording.replay(replay, mocks.systems)
        told: dict[str, object] = {"base_urls": mocks.base_urls, "environment": mocks.environment}
        if through:
            told["environment"] = mocks.environment_through(through)
        if mocks.access.token:
            told["token"] = mocks.access.token
        if mocks.console_url:
            told["console"] = mocks.console_url
        _tell(told, out)
        _wait(stop)
        if record is not None:
            written, left_out = recording.record(mocks.journal, record)
            sys.stderr.write(f"recorded {written}, left out {left_out} with numbers of people\n")


def serve_vendor(
    mock: RoutedMock,
    host: str = "127.0.0.1",
    *,
    allow_remote: bool = False,
    out: TextIO | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Do the same for one vendor's mock."""
    stop = stop or threading.Event()
    access = Access.for_host(host, allow_remote=allow_remote)
    with _signals(stop), running_system(mock, host=host, access=access) as base_url:
        line: dict[str, object] = {
            "base_urls": {mock.name: base_url},
            "environment": vendor_environment(mock, base_url),
        }
        if access.token:
            line["token"] = access.token
        _tell(line, out)
        _wait(stop)


def _tell(line: Mapping[str, object], out: TextIO | None) -> None:
    stream = out or sys.stdout
    stream.write(json.dumps(line) + "\n")
    stream.flush()


def _wait(stop: threading.Event) -> None:
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
