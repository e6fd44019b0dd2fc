"""What is told about each attempt, and to whom: logs, metrics, the demo's table."""

from __future__ import annotations

import functools
import logging
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from gov_connect.privacy import logger_of, mask_personal

LOGGER: Final = "gov_connect"
# A library stays silent unless the host asks: no handler of ours, and not the last resort either.
_LOGGER: Final = logging.getLogger(LOGGER)
logger_of(LOGGER).addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One exchange with an outside system, in figures and codes only.

    Attributes:
        outcome: "answered", or the code of the error.
        seconds: how long it took.
        number: 1 for the first attempt of an exchange.
    """

    agency: str
    system: str
    operation: str
    wire: str
    number: int
    outcome: str
    status: int | None
    seconds: float
    correlation_id: str


Observer: TypeAlias = Callable[[Attempt], None]


class Answers(threading.local):
    """Which systems answered on this thread: an observer for whoever runs a program of many calls."""

    def __init__(self) -> None:
        super().__init__()
        self._systems: set[str] = set()

    def __call__(self, attempt: Attempt) -> None:
        """Take note of one attempt."""
        if attempt.outcome == "answered":
            self._systems.add(attempt.system)

    def taken(self) -> frozenset[str]:
        """The systems that answered since the last time this was asked."""
        found, self._systems = frozenset(self._systems), set()
        return found


def log_attempt(attempt: Attempt) -> None:
    """Write one structlog event: info when answered, warning otherwise."""
    answered = attempt.outcome == "answered"
    level = logging.INFO if answered else logging.WARNING
    pipeline = _host_pipeline()
    if pipeline is None:
        if not _LOGGER.isEnabledFor(level):
            return
        pipeline = _plain_pipeline()
    event = "answered" if answered else "attempt_failed"
    pipeline.log(
        level,
        event,
        agency=attempt.agency,
        system=attempt.system,
        operation=attempt.operation,
        wire=attempt.wire,
        attempt=attempt.number,
        outcome=attempt.outcome,
        status=attempt.status,
        ms=round(attempt.seconds * 1000, 1),
        correlation_id=attempt.correlation_id,
    )


def _host_pipeline() -> Any:
    """The host's own structlog pipeline, which has its own levels; None when it configured none.

    Asked each time, since a host may configure it after our first event.
    """
    structlog = sys.modules.get("structlog")
    # Another thread may be importing it at this moment: then it has no such function yet.
    is_configured = getattr(structlog, "is_configured", None)
    if structlog is None or is_configured is None or not is_configured():
        return None
    return structlog.get_logger(LOGGER)


@functools.cache
def _plain_pipeline() -> Any:
    """Events as key=value text in `logging`."""
    import structlog  # noqa: PLC0415 - costs import time that a quiet program need not pay

    return structlog.wrap_logger(
        logging.getLogger(LOGGER),
        processors=[
            mask_personal,
            structlog.processors.KeyValueRenderer(key_order=["event"]),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
