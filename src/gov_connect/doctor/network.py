"""The way to a system: its name, its port, its certificate, its clock."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from gov_connect.doctor.findings import LOCAL, Finding, Level
from gov_connect.errors import ConfigurationError, OutsideSystemError
from gov_connect.runtime import Request, Timeouts
from gov_connect.transport.names import addresses, connected
from gov_connect.transport.tls import checks_of, full_checks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gov_connect.errors import Param
    from gov_connect.runtime import Carrier, TlsFiles

_PATIENCE: Final = Timeouts(connect=5, read=10, total=15)
SOON_DAYS: Final = 30
MOST_SKEW: Final = 60.0
"""Seconds: beyond them stamps of messages are refused by some systems (residents.md §3)."""
_HTTPS: Final = 443
_EXPIRED: Final = 10
"""OpenSSL's X509_V_ERR_CERT_HAS_EXPIRED."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How one system is reached."""

    system: str
    url: str
    tls: TlsFiles | None
    carrier: Carrier
    now: Callable[[], datetime]
    production: bool = False


def check_way(way: Way) -> Iterator[Finding]:
    """DNS, port, TLS, dates of the server's certificate, clock; stops at the first that fails."""
    parts = urlsplit(way.url)
    host, port = parts.hostname or "", parts.port or (_HTTPS if parts.scheme == "https" else 80)
    found = _addresses(host, port)
    if not found:
        yield _fault(way, "dns", "doctor.dns", host=host)
        return
    yield Finding(check="dns", system=way.system, level=Level.GOOD, code="doctor.good")
    if way.production and parts.scheme == "http" and any(ip_address(one).is_global for one in found):
        params: dict[str, Param] = {"host": host}
        yield Finding(check="tls", system=way.system, level=Level.WARNING, code="doctor.plain_http", params=params)
    try:
        if parts.scheme == "https":
            yield from _check_tls(way, host, port)
        else:
            connected(host, port, _PATIENCE.connect).close()
    except ConfigurationError as error:
        yield _fault(way, "tls", "doctor.files", variables=", ".join(one.path for one in error.problems))
        return
    except ssl.SSLCertVerificationError as error:
        if error.verify_code == _EXPIRED:
            yield _fault(way, "certificate", "doctor.server_expired", host=host)
            return
        yield _fault(way, "tls", "doctor.untrusted", host=host, reason=error.verify_message)
        return
    except ssl.SSLError as error:
        yield _fault(way, "tls", "doctor.tls", host=host, reason=error.reason or "-")
        return
    except OSError:
        yield _fault(way, "port", "doctor.port", host=host, port=port)
        return
    yield from _check_clock(way)


def _fault(way: Way, check: str, code: str, **params: str | int) -> Finding:
    return Finding(check=check, system=way.system, level=Level.FAULT, code=code, params=params)


def _addresses(host: str, port: int) -> tuple[str, ...]:
    """Of a machine; () where its name does not resolve."""
    try:
        return addresses(host, port, _PATIENCE.connect)
    except (OSError, UnicodeError):
        return ()


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _check_tls(way: Way, host: str, port: int) -> Iterator[Finding]:
    context = full_checks() if way.tls is None else checks_of(way.tls, way.system)
    with connected(host, port, _PATIENCE.connect) as bare, bare.dup() as same:
        # Each byte of a handshake starts the socket's own time anew: whoever sends them one by one never ends.
        end = threading.Timer(_PATIENCE.total, _hang_up, (same,))
        end.start()
        try:
            with context.wrap_socket(bare, server_hostname=host) as wrapped:
                told = wrapped.getpeercert() or {}
        finally:
            end.cancel()
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(told["notAfter"])), UTC)
    yield from certificate_dates(way.system, "server certificate", ends, way.now())


def certificate_dates(system: str, what: str, ends: datetime, now: datetime) -> Iterator[Finding]:
    """Whether a certificate holds long enough: a fault when it is over, a warning a month before."""
    days = (ends - now).days
    params: dict[str, Param] = {"what": what, "day": ends.date().isoformat(), "days": days}
    if days < 0:
        yield Finding(check="certificate", system=system, level=Level.FAULT, code="doctor.expired", params=params)
    elif days < SOON_DAYS:
        yield Finding(check="certificate", system=system, level=Level.WARNING, code="doctor.expires", params=params)
    else:
        yield Finding(check="certificate", system=system, level=Level.GOOD, code="doctor.good")


def skew_of(told: str, now: datetime) -> int | None:
    """Seconds that our clock is ahead of a `Date` header; None for a header that tells no moment."""
    try:
        there = parsedate_to_datetime(told)
    except (ValueError, TypeError, OverflowError):
        return None
    # "-0000" is a moment of an unknown zone, and comes without one.
    return None if there.tzinfo is None else round((now - there).total_seconds())


def _check_clock(way: Way) -> Iterator[Finding]:
    """Our clock beside the `Date` of an answer, whatever the answer is; nothing is said that means anything."""
    asked = Request(system=way.system, url=way.url, method="GET", repeatable=True, label="doctor", tls=way.tls)
    try:
        told = way.carrier.send(asked, _PATIENCE).headers.get("date", "")
    except OutsideSystemError as error:
        yield _fault(way, "answer", "doctor.no_answer", reason=error.code)
        return
    skew = skew_of(told, way.now())
    if skew is None:
        yield Finding(check="clock", system=way.system, level=Level.NOTE, code="doctor.no_date")
    elif abs(skew) > MOST_SKEW:
        params: dict[str, Param] = {"seconds": skew, "other": way.system}
        yield Finding(check="clock", system=LOCAL, level=Level.FAULT, code="doctor.clock", params=params)
    else:
        yield Finding(check="clock", system=way.system, level=Level.GOOD, code="doctor.good")
