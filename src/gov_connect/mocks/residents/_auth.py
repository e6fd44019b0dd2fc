"""Who calls: the headers Authorization and Timestamp (residents.md §3)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

_TIMESTAMP: Final = re.compile(r"\d{10}|\d{13}")
_MILLISECONDS: Final = 13  # digits of an epoch in ms; ten digits are seconds


def authorization(*, endpoint: str, username: str, secret: str, timestamp: str) -> str:
    """Give the value of the header Authorization."""
    digest = hashlib.sha256(f"{endpoint}{username}{timestamp}{secret}".encode()).hexdigest()
    return "Basic " + base64.b64encode(f"{username}:{digest}".encode()).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A caller that may be admitted, with the endpoint that its hash is made over."""

    endpoint: str
    username: str
    secret: str = field(repr=False)


def refusal(headers: Mapping[str, str], account: Account, *, now: datetime, skew: timedelta) -> str | None:
    """Say why a call is not admitted, or `None`."""
    timestamp = headers.get("timestamp", "")
    if not _TIMESTAMP.fullmatch(timestamp):
        return "Timestamp header missing or not an epoch"
    seconds = int(timestamp) / (1000 if len(timestamp) == _MILLISECONDS else 1)
    if abs(now.timestamp() - seconds) > skew.total_seconds():
        return "Timestamp is stale"
    given = _decoded(headers.get("authorization", ""))
    expected = _decoded(
        authorization(endpoint=account.endpoint, username=account.username, secret=account.secret, timestamp=timestamp)
    )
    if not given or not hmac.compare_digest(given, expected):
        return "Authorization does not match"
    return None


def _decoded(header: str) -> bytes:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return b""
