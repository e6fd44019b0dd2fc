"""What both kinds of worker are: the start, the end, carrying an event out, and telling of alarms."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self, TypedDict, Unpack

from gov_connect.delivery.outcomes import Outcome, judged
from gov_connect.resilience.attempts import LOGGER

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from gov_connect.delivery.health import Ring
    from gov_connect.delivery.outcomes import Claimed
    from gov_connect.delivery.periodic import Job
    from gov_connect.delivery.queue import Queue

Alarm = tuple[str, str, "Ring", str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds by this machine's monotonic clock.

    Attributes:
        beat: between two signs of life.
        dead_after: a worker whose beat stands still for so long is taken for dead.
        idle: longest sleep while nothing is due; our own process rings the bell before.
        gather: how long results are gathered before they are written together; longer while no slot idles.
        grace: how long `stop` waits for what is under way.
    """

    beat: float = 3.0
    dead_after: float = 20.0
    idle: float = 1.0
    gather: float = 0.01
    grace: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """How a worker does; `GET /healthz` shows it. `alive` turns false when its loop stands still."""

    alive: bool
    under_way: int
    settled: dict[str, int] = field(default_factory=dict[str, int])
    trouble: str = ""


class WorkerOptions(TypedDict, total=False):
    """What every worker is made with; see `BaseWorker`."""

    slots: int
    without: Callable[[], Collection[str]]
    jobs: Sequence[Job]
    timing: Timing | None
    on_alarm: Callable[[Alarm], None] | None


class BaseWorker(ABC):
    """One worker.

    Args:
        queue: all work of one database.
        perform: carries one event out; raises what went wrong.
        name: as which it signs on.
        slots: events at once.
        without: systems that this worker does not serve.
        jobs: what it does now and then beside the queue.
        timing: seconds of everything.
        on_alarm: hears each alarm once.
    """

    def __init__(
        self,
        queue: Queue,
        perform: Callable[[Claimed], Outcome],
        *,
        name: str,
        **options: Unpack[WorkerOptions],
    ) -> None:
        self._queue: Final = queue
        self._perform: Final = perform
        self._name: Final = name
        self._slots: Final = options.get("slots", 32)
        self._without: Final = options.get("without", tuple)
        self._jobs: Final = options.get("jobs", ())
        self._timing: Final = options.get("timing") or Timing()
        self._on_alarm: Final = options.get("on_alarm") or log_alarm
        self._stopping: Final = threading.Event()
        self._settled: Final = Counter[str]()
        self._token = ""
        self._trouble = ""
        self._thread: threading.Thread | None = None

    @abstractmethod
    def run(self) -> None:
        """Work until `stop` is called from another thread."""

    @property
    @abstractmethod
    def pulse(self) -> Pulse:
        """How it does."""

    def start(self) -> Self:
        """Work in a thread of its own, inside the host's process."""
        self._thread = threading.Thread(target=self.run, name=f"gov-connect-{self._name}", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Claim nothing more; let what is under way end, write it down, sign off. Waits for it, when started."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(self._timing.grace + 10)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def _performed(self, event: Claimed) -> Outcome:
        try:
            return self._perform(event)
        except Exception as error:  # noqa: BLE001 - whatever it was, the event must go on
            return judged(event, error)


def announce(on_alarm: Callable[[Alarm], None], alarms: Sequence[Alarm]) -> None:
    """Tell the host; what its code does wrong with an alarm must not end the worker."""
    for alarm in alarms:
        try:
            on_alarm(alarm)
        except Exception:
            logging.getLogger(LOGGER).exception("alarm_not_heard")


def log_alarm(alarm: Alarm) -> None:
    """Where nobody wants to be told, the log is."""
    agency, system, ring, detail = alarm
    log = logging.getLogger(LOGGER)
    log.warning("%s agency=%s system=%s detail=%s", ring, agency, system, detail)
