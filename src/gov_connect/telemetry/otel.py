"""OpenTelemetry, where the host uses it: a span, a counter and a histogram per attempt.

Nothing is imported for it: a host that has set OpenTelemetry up has imported it already. Attributes are figures
and codes; no body, header, person or dossier goes into a span.
"""

from __future__ import annotations

import functools
import sys
import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from gov_connect.resilience import Attempt

_NAME: Final = "gov_connect"


def tell(attempt: Attempt) -> None:
    """An observer: hand one attempt to OpenTelemetry, if it is there."""
    if "opentelemetry.trace" not in sys.modules and "opentelemetry.metrics" not in sys.modules:
        return
    parts = _parts()
    if parts is None:
        return
    tracer, counter, times, error = parts
    ended = time.time_ns()
    attributes = {
        "gov_connect.agency": attempt.agency,
        "gov_connect.system": attempt.system,
        "gov_connect.operation": attempt.operation,
        "gov_connect.outcome": attempt.outcome,
    }
    span = tracer.start_span(
        f"{attempt.operation} {attempt.wire}".strip(),
        start_time=ended - int(attempt.seconds * 1e9),
        attributes={
            **attributes,
            "gov_connect.wire": attempt.wire,
            "gov_connect.attempt": attempt.number,
            "gov_connect.correlation_id": attempt.correlation_id,
            "http.response.status_code": attempt.status or 0,
        },
    )
    if attempt.outcome != "answered":
        span.set_status(error)
    span.end(end_time=ended)
    counter.add(1, attributes)
    times.record(attempt.seconds, attributes)


@functools.cache
def _parts() -> tuple[Any, Any, Any, Any] | None:
    """Tracer, counter, histogram, and what a failed span is; None without the library."""
    try:
        from opentelemetry import metrics, trace  # noqa: PLC0415 - only where the host has it
    except ImportError:
        return None
    meter = metrics.get_meter(_NAME)
    return (
        trace.get_tracer(_NAME),
        meter.create_counter("gov_connect.attempts", description="Attempts at outside systems"),
        meter.create_histogram("gov_connect.attempt.duration", unit="s"),
        trace.Status(trace.StatusCode.ERROR),
    )
