"""What a program may ask of the outside world: send, wait, touch the store. Nothing else does I/O.

An operation is a generator of requests. Resilience, delivery and workflows are generators too, which
yield the asks below; so all of it is written once and driven by either driver.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFiles:
    """Files that a connection to one system needs; "" for the roots that come along, and for no own
    certificate.
    """

    ca_file: str = ""
    client_cert: str = ""
    client_key: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One message to an outside system. Its repr shows neither headers, query nor body.

    Attributes:
        system: name of the outside system, e.g. "portal".
        url: absolute address; personal data never stands in it.
        repeatable: whether sending it twice does no harm. When False, a request that may have
            arrived is not sent again and the outcome is reported as unknown.
        renew: makes a fresh request for a further attempt, where the wire wants one (a new time
            stamp, a new request id); None repeats the same bytes.
        label: wire name of the call for the logs, e.g. "DongBoHoSoMC".
        tls: certificates of the connection; the guard fills it from the settings.
    """

    system: str
    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: bytes = field(default=b"", repr=False)
    repeatable: bool = False
    renew: Callable[[], Request] | None = field(default=None, repr=False)
    label: str = ""
    tls: TlsFiles | None = None

    def sent_with(
        self, headers: Mapping[str, str], tls: TlsFiles | None, renew: Callable[[], Request] | None
    ) -> Request:
        """The same with these instead of its own; `dataclasses.replace` costs three times as much."""
        return Request(
            system=self.system,
            url=self.url,
            method=self.method,
            headers=headers,
            body=self.body,
            repeatable=self.repeatable,
            renew=renew,
            label=self.label,
            tls=tls,
        )

    @property
    def place(self) -> str:
        """Address without query, for logs."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}{parts.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer, whole and bounded. Its repr shows no body.

    Attributes:
        status: HTTP status.
        headers: names in lower case.
        body: decoded from any content encoding.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Bounds of one exchange, in seconds.

    Attributes:
        connect: to open a connection, and to get one from the pool.
        read: longest silence.
        total: the whole exchange, reading headers and body included.
    """

    connect: float = 5.0
    read: float = 30.0
    total: float = 60.0


@dataclass(frozen=True, slots=True)
class Send:
    """Carry `request` and give back its `Reply`.

    Attributes:
        recorded: whether the audit log already knows of it.
    """

    request: Request
    timeouts: Timeouts
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Blocking(Generic[T]):
    """Do a piece of blocking work (a store access) and give back its result."""

    work: Callable[[], T]


Ask: TypeAlias = Send | Sleep | Blocking[Any]
Program: TypeAlias = Generator[Ask, Any, T]
"""What a driver runs to its end."""
Flow: TypeAlias = Generator[Request | Ask, Any, T]
"""What an operation is: it yields requests, receives replies, and returns a model object."""
