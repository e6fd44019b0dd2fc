"""What every mock system has in common: plain requests and replies, one lock, planned faults, a snapshot.

Nothing here knows of sockets or web frameworks. The server puts a system behind HTTP; the offline fake calls
`handle` directly.
"""

from __future__ import annotations

import base64
import json
import re
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from gov_connect.mocks.faults import Fault, FaultPlan

if TYPE_CHECKING:
    from gov_connect.mocks.journal import Journal

VIETNAM: Final = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
JSON_TYPE: Final = "application/json; charset=utf-8"
HTML_TYPE: Final = "text/html; charset=utf-8"
VIEWPORT: Final = '<meta name="viewport" content="width=device-width, initial-scale=1">'
OK: Final = 200
# A client keeps sealed records in a file; this key is as false as the people in them.
STORE_KEY: Final = base64.b64encode(b"gov-connect: a key for mocks 001").decode()
MULTIPLE_CHOICES: Final = 300
LATE_SECONDS: Final = 2.0
_LONGEST_STEP: Final = 366 * 86400.0

Clock = Callable[[], datetime]


def vietnam_now() -> datetime:
    """Give the present time where the agencies are."""
    return datetime.now(VIETNAM)


class MovableClock:
    """A clock that can be put forward, so that a schedule of an hour is a test of a second."""

    def __init__(self, base: Clock = vietnam_now) -> None:
        """Take the clock that runs below."""
        self._base = base
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        """Tell the time."""
        return self._base() + self._ahead

    def advance(self, seconds: float) -> None:
        """Put it forward; ValueError for a step back."""
        if not 0 <= seconds <= _LONGEST_STEP:
            message = "seconds: from 0 to a year"
            raise ValueError(message)
        self._ahead += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class MockRequest:
    """One HTTP request as it reaches a system; header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A call that the system itself makes to the agency; `subject` says what it is about.

    `once` means that the system's own schedule says when it is tried again.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: bytes = field(default=b"", repr=False)
    subject: str = ""
    method: str = "POST"
    once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MockReply:
    """What the system answers.

    `hold` means that no answer comes; `delay` that it comes after so many seconds; `drip` byte by byte.
    """

    status: int = OK
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: bytes = field(default=b"", repr=False)
    hold: bool = False
    delay: float = 0.0
    drip: bool = False
    outgoing: tuple[Outgoing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that has been read: which operation, about what, and how to answer it.

    An empty operation is exempt from faults (login, tokens, pages for people).
    """

    operation: str
    subject: str
    run: Callable[[], MockReply] = field(repr=False)


def json_reply(value: object, *, status: int = OK, outgoing: tuple[Outgoing, ...] = ()) -> MockReply:
    """Answer with JSON in UTF-8, letters unescaped as the real systems do."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return MockReply(status=status, headers={"content-type": JSON_TYPE}, body=body, outgoing=outgoing)


def text_reply(text: str, *, status: int, content_type: str = "text/plain; charset=utf-8") -> MockReply:
    """Answer with text."""
    return MockReply(status=status, headers={"content-type": content_type}, body=text.encode())


def json_value(body: bytes) -> object:
    """Read JSON in UTF-8; `None` when the body is anything else."""
    try:
        value: object = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return value


def json_object(body: bytes) -> dict[str, Any] | None:
    """Read a JSON object in UTF-8; `None` when the body is anything else."""
    return as_object(json_value(body))


def as_object(value: object) -> dict[str, Any] | None:
    """Give a value back when it is a JSON object."""
    if not isinstance(value, dict):
        return None
    members: dict[str, Any] = cast("Any", value)
    return members


def as_array(value: object) -> list[Any] | None:
    """Give a value back when it is a JSON array."""
    if not isinstance(value, list):
        return None
    elements: list[Any] = cast("Any", value)
    return elements


def media_type(request: MockRequest) -> str:
    """Give the content type without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


_INSTEAD: Final = {
    Fault.ERROR_BEFORE: text_reply("Service Unavailable", status=503),
    Fault.HTTP_500: text_reply("Internal Server Error", status=500),
    Fault.EMPTY_OBJECT: json_reply({}),
    Fault.LOST: MockReply(hold=True),
    Fault.MAINTENANCE: MockReply(
        status=503,
        headers={"content-type": HTML_TYPE, "retry-after": "120"},
        body="<html><body><h1>Hệ thống đang bảo trì</h1></body></html>".encode(),
    ),
}
_BAD_GATEWAY: Final = text_reply(
    "<html><body><h1>502 Bad Gateway</h1></body></html>", status=502, content_type=HTML_TYPE
)


def is_success(status: int) -> bool:
    """Tell whether an HTTP status is of the 2xx family."""
    return OK <= status < MULTIPLE_CHOICES


class MockSystem(ABC):
    """An outside system: `handle` answers requests, `state` shows what has come of them."""

    name: ClassVar[str]

    def __init__(self, *, faults: FaultPlan | None = None, now: Clock = vietnam_now) -> None:
        """Take the plan of faults and the clock."""
        self.faults = faults or FaultPlan()
        self.now = now
        # Where the server listens: the root of links that the system hands out.
        self.public_url = f"https://{self.name.replace('_', '-')}.example"
        # Re-entrant: the server calls from its loop, tests call `submit` or `pay` from their own thread.
        self._lock = threading.RLock()
        self._calls: Counter[str] = Counter()
        self._attempts: Counter[tuple[str, str]] = Counter()
        self._faults_met: Counter[str] = Counter()
        # Told of every exchange, in order: who records or judges what clients send.
        self.watchers: list[Callable[[MockRequest, MockReply], None]] = []
        self._held: tuple[Outgoing, ...] = ()
        self.journal: Journal | None = None
        self.recorded: dict[tuple[str, str], deque[MockReply]] = {}

    def handle(self, request: MockRequest) -> MockReply:
        """Answer one request, subject to the plan of faults."""
        began = time.perf_counter()
        with self._lock:
            call = self._open(request)
            fault = None
            if call.operation:
                self._calls[call.operation] += 1
                fault = self._fault_for(call.operation, call.subject)
                if fault is Fault.SESSION_LOST:
                    self._lose_sessions()
                    call = self._open(request)
                reply = self._recorded(call) or self._perform(call, fault)
            else:
                reply = call.run()
            for watch in self.watchers:
                watch(request, reply)
        if self.journal is not None:
            self.journal.add(
                at=self.now(),
                system=self.name,
                direction="in",
                method=request.method,
                path=request.path,
                operation=call.operation,
                subject=call.subject,
                fault=fault.value if fault else "",
                status=0 if reply.hold else reply.status,
                milliseconds=(time.perf_counter() - began) * 1000,
                asked=request.body,
                content_type=reply.headers.get("content-type", ""),
                answered=reply.body,
            )
        return reply

    def state(self) -> dict[str, object]:
        """Give a JSON-able snapshot for checks."""
        with self._lock:
            common: dict[str, object] = {
                "system": self.name,
                "calls": dict(self._calls),
                "faults": dict(self._faults_met),
            }
            return common | self._snapshot()

    def reset(self) -> None:
        """Forget everything but the settings."""
        with self._lock:
            self._calls.clear()
            self._attempts.clear()
            self._faults_met.clear()
            self._held = ()
            self.faults.clear()
            self._clear()

    def due(self) -> tuple[Outgoing, ...]:
        """Give the calls to the agency whose time has come; most systems have no schedule."""
        return ()

    def delivered(self, outgoing: Outgoing, status: int, body: bytes) -> bool:
        """Take the agency's answer to a call of ours (status 0: no answer); false asks for another try."""
        del outgoing, body
        return is_success(status)

    def _recorded(self, call: Call) -> MockReply | None:
        """Give what was recorded for this call; the last recorded answer is given again and again."""
        replies = self.recorded.get((call.operation, call.subject))
        if not replies:
            return None
        return replies.popleft() if len(replies) > 1 else replies[0]

    def _lose_sessions(self) -> None:
        """Forget sessions and tokens, as a restart would; most systems have none."""
        return

    @abstractmethod
    def _open(self, request: MockRequest) -> Call:
        """Read a request as far as its operation and subject; refusals are answers of the call."""

    @abstractmethod
    def _snapshot(self) -> dict[str, object]:
        """Give this system's own part of the state."""

    @abstractmethod
    def _clear(self) -> None:
        """Forget this system's own data."""

    def _fault_for(self, operation: str, subject: str, among: frozenset[Fault] = frozenset(Fault)) -> Fault | None:
        """Count an attempt and ask the plan; faults that make no sense here are none."""
        key = (operation, subject)
        self._attempts[key] += 1
        fault = self.faults.choose(dossier=subject, operation=operation, attempt=self._attempts[key])
        if fault is None or fault not in among:
            return None
        self._faults_met[fault.value] += 1
        return fault

    def _now(self) -> datetime:
        """Give the time of the clock as the wires write it: local, where the agencies are."""
        return self.now().astimezone(VIETNAM)

    def _perform(self, call: Call, fault: Fault | None) -> MockReply:
        instead = _INSTEAD.get(fault) if fault else None
        if instead is not None:
            return instead
        reply = call.run()
        if fault is Fault.DUPLICATE:
            again = call.run()
            reply = replace(again, outgoing=reply.outgoing + again.outgoing)
        if fault is Fault.OUT_OF_ORDER:
            self._held += reply.outgoing
            return replace(reply, outgoing=())
        if self._held and reply.outgoing:
            reply, self._held = replace(reply, outgoing=reply.outgoing + self._held), ()
        return _spoilt(reply, fault)


def _spoilt(reply: MockReply, fault: Fault | None) -> MockReply:
    """The answer of a system that has acted, as the fault leaves it."""
    changes: dict[str, Any] = {}
    match fault:
        case Fault.TIMEOUT_AFTER:
            changes = {"hold": True}
        case Fault.MALFORMED:
            changes = {"status": OK, "body": b'{"error_code":0,"mess'}
        case Fault.GATEWAY_502_AFTER:
            return replace(_BAD_GATEWAY, outgoing=reply.outgoing)
        case Fault.LATE:
            changes = {"delay": LATE_SECONDS}
        case Fault.SLOW_DRIP:
            changes = {"drip": True}
        case Fault.WRONG_ENCODING:
            changes = {"body": reply.body.decode("utf-8", errors="replace").encode("utf-16")}
        case Fault.WRONG_SIGNATURE:
            spoilt = tuple(replace(one, body=_unsigned(one.body), url=_unsigned_url(one.url)) for one in reply.outgoing)
            changes = {"body": _unsigned(reply.body), "outgoing": spoilt}
        case _:
            return reply
    return replace(reply, **changes)


_CHECK: Final = re.compile(
    rb"""((?:MaXacThuc|vnp_SecureHash|checksum|check_sum|SecureHash|signature|sign)["']?\s*[:=]\s*["']?)([0-9A-Za-z+/])""",
    re.IGNORECASE,
)


def _unsigned(body: bytes) -> bytes:
    """The same with another first character in each check value."""
    return _CHECK.sub(lambda found: found[1] + (b"0" if found[2] != b"0" else b"1"), body)


def _unsigned_url(url: str) -> str:
    return _unsigned(url.encode()).decode()
