"""`gov-connect worker`: delivers what was written down, until it is stopped."""

from __future__ import annotations

import importlib
import json
import signal
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from gov_connect.cli._output import from_environment, wrong

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.client import GovConnect
    from gov_connect.delivery.admin import Admin
    from gov_connect.delivery.base_worker import Pulse


def worker(
    slots: Annotated[int, typer.Option(min=1, max=256)] = 32,
    handlers: str = "",
    health: str = "",
    keep_days: Annotated[int, typer.Option(min=1)] = 365,
) -> None:
    """Deliver what was written down, until stopped."""
    with from_environment() as gov:
        _register(gov, handlers)
        jobs = gov.delivery.jobs(keep=timedelta(days=keep_days))
        one = gov.delivery.distributor(slots=slots, jobs=jobs)
        # Asked here, so that a wrong key or address is said before anything runs.
        gov.delivery.queue.check_key()
        _run(one.start, one.stop, lambda: one.pulse, lambda: metrics(gov.delivery.admin) + gov.metrics(), health)


def _register(gov: GovConnect, name: str) -> None:
    if not name:
        return
    module, _, function = name.partition(":")
    try:
        register = getattr(importlib.import_module(module), function or "register")
    except (ImportError, AttributeError, ValueError):
        wrong("cli.handlers_unknown", "--handlers", name=name)
    register(gov)


def _run(
    start: Callable[[], object],
    stop: Callable[[], object],
    pulse: Callable[[], Pulse],
    figures: Callable[[], str],
    health: str,
) -> None:
    ended = threading.Event()

    def end(number: int, frame: object) -> None:
        del number, frame
        ended.set()

    # Both exist on Windows too, and Ctrl-Break is what services send there.
    for name in ("SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)
    server = _serve(health, pulse, figures) if health else None
    start()
    typer.echo(json.dumps({"worker": "started", "health": None if server is None else server.server_address[1]}))
    try:
        # A wait with an end, since Ctrl-C does not interrupt an endless one on Windows.
        while not ended.wait(0.5):
            pass
    except KeyboardInterrupt:
        pass
    finally:
        stop()
        if server is not None:
            server.shutdown()
    typer.echo(json.dumps({"worker": "stopped", "settled": pulse().settled}))


def _serve(address: str, pulse: Callable[[], Pulse], figures: Callable[[], str]) -> ThreadingHTTPServer:
    """`/healthz` answers 200 while the loop turns, else 503; `/metrics` in the text form of Prometheus."""
    host, _, port = address.rpartition(":")
    if not port.isdigit():
        wrong("cli.not_a_port", "--health")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, figures(), "text/plain; version=0.0.4")
                return
            found = pulse()
            content = {"alive": found.alive, "under_way": found.under_way, "settled": found.settled}
            self._answer(200 if found.alive else 503, json.dumps({**content, "trouble": found.trouble}))

        def _answer(self, status: int, text: str, kind: str = "application/json") -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's own name
            """Stay silent."""

    try:
        server = ThreadingHTTPServer((host or "127.0.0.1", int(port)), Handler)
    except (OSError, OverflowError):
        wrong("cli.port_taken", "--health", address=address)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


_LEVELS: Final[dict[str, int]] = {"ok": 0, "late": 1, "alarm": 2}
"""10 minutes make it late, 8 working hours an alarm."""


def metrics(admin: Admin) -> str:
    """Lag, alarms, counts and times to confirmation per system, as Prometheus text."""
    lines = ["# TYPE gov_connect_delivery_lag_seconds gauge", "# TYPE gov_connect_delivery_events gauge"]
    for one in admin.status():
        lines.append(f'gov_connect_delivery_lag_seconds{{system="{one.system}"}} {one.lag_seconds:.1f}')
        counts = {"waiting": one.waiting, "under_way": one.under_way, "parked": one.parked}
        lines += [
            f'gov_connect_delivery_events{{system="{one.system}",state="{state}"}} {count}'
            for state, count in counts.items()
        ]
        lines.append(f'gov_connect_delivery_lag_alarm{{system="{one.system}"}} {_LEVELS[one.lag]}')
        lines.append(f'gov_connect_delivery_outage{{system="{one.system}"}} {int(one.outage_since is not None)}')
    lines.append("# TYPE gov_connect_delivery_confirmation_seconds summary")
    for delay in admin.delays():
        name, of = "gov_connect_delivery_confirmation_seconds", f'system="{delay.system}"'
        quantiles = {"0.5": delay.median, "0.95": delay.p95, "1": delay.longest}
        lines += [f'{name}{{{of},quantile="{quantile}"}} {seconds:.3f}' for quantile, seconds in quantiles.items()]
        lines.append(f"{name}_count{{{of}}} {delay.count}")
    return "\n".join(lines) + "\n"
