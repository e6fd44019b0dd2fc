"""What an audit entry is, and how it is hashed.

    hash  = SHA-256(domain, agency, writer, sequence, at, kind, phase, refers, content, previous)
    content = SHA-256(domain, salt, everything the entry says)
    mac   = keyed digest of the hash, so that nobody without the store key can write a new chain

Anybody can recompute hashes from the rows alone; only the key's holder can check the macs.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from json.encoder import encode_basestring_ascii as quoted
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

ORIGIN: Final = "0" * 64
"""What the first entry of a chain names as the hash before it."""
ROW: Final = ("agency", "writer", "sequence", "at", "kind", "phase", "refers", "content", "previous")
BODY: Final = (
    "day",
    "officer",
    "system",
    "operation",
    "procedure",
    "dossier",
    "request_id",
    "subject",
    "outcome",
    "details",
)
_TYPES: Final[Mapping[str, type]] = {"sequence": int, "refers": int, "details": bytes}
"""Columns that are not text."""


# Whoever changed a row may have put anything there: it must count as changed, not stop the check.
_ENCODER: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), default=repr)
_OURS: Final = frozenset({str, int})
"""Types of what is written down, bytes in hexadecimal."""


class Kind(StrEnum):
    """What an entry is about."""

    LOOK_UP = "look_up"
    """Somebody's data is read."""
    WRITE = "write"
    """Something is written in an outside system."""
    OUTCOME = "outcome"
    """What came of an intent."""
    SIGNATURE = "signature"
    OVERRIDE = "override"
    """A fee was typed instead of computed."""
    PURGE = "purge"
    """Stored data was deleted."""
    DISCLOSURE = "disclosure"
    """An outside system asked us about a dossier or fetched a file, and was told."""
    ANCHOR = "anchor"
    """The heads of other chains, or of all when they are exported."""


LASTING: Final = frozenset({Kind.ANCHOR, Kind.PURGE})
"""Kinds that are never purged, and whose details anybody may read: a verifier without the key needs them."""


class Phase(StrEnum):
    """Which half of the matter an entry is."""

    INTENT = "intent"
    """Written before anything is sent."""
    OUTCOME = "outcome"
    """What came of the intent that `refers` names."""
    WHOLE = "whole"
    """Both in one."""


class Mark(NamedTuple):
    """The place of an entry; sequences of a chain count from 1 without a gap."""

    agency: str
    writer: str
    sequence: int


class Head(NamedTuple):
    """The last entry of a chain at some moment."""

    agency: str
    writer: str
    sequence: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What is to be written down.

    Attributes:
        officer: the account that acts; "" for the system's own.
        request_id: id of the message as the outside system sees it, or of the call in the logs.
        subject: the number of the person, in clear; it is stored as a keyed digest. "" for none.
        details: what else belongs to it; stored sealed. Names, numbers and codes only.
    """

    agency: str
    kind: Kind
    operation: str
    officer: str = ""
    system: str = ""
    procedure: str = ""
    dossier: str = ""
    request_id: str = ""
    subject: str = field(default="", repr=False)
    details: Mapping[str, str | int | None] = field(default_factory=dict[str, "str | int | None"], repr=False)


def content_hash(salt: str, body: Mapping[str, Any]) -> str:
    """The digest that stands for a body in the chain; the salt hides what could be guessed once it is gone."""
    values = [value.hex() if isinstance(value := body[name], bytes) else value for name in BODY]
    return _digest(b"gov_connect audit body 1\n", [salt, *values])


def row_hash(row: Mapping[str, Any]) -> str:
    """The hash of a chain row, by its columns without `hash` and `mac`."""
    return _digest(b"gov_connect audit row 1\n", [row[name] for name in ROW])


def as_written(columns: Mapping[str, Any]) -> bool:
    """Whether columns of an entry or its body have the types they were written with.

    SQLite lets a column hold anything, and bytes have the digest of the text that spells them.
    """
    return all(type(value) is _TYPES.get(name, str) and _writable(value) for name, value in columns.items())


def _writable(value: object) -> bool:
    """Whether a text could have been written: half letters are not."""
    return not isinstance(value, str) or value.isascii() or not any("\ud800" <= char <= "\udfff" for char in value)


def same_entry(one: Any, other: Any) -> Any:
    """The condition that joins two of the audit tables, entry by entry."""
    return (one.c.agency == other.c.agency) & (one.c.writer == other.c.writer) & (one.c.sequence == other.c.sequence)


def _digest(domain: bytes, values: list[Any]) -> str:
    return hashlib.sha256(domain + _listed(values).encode()).hexdigest()


def _listed(values: list[Any]) -> str:
    """A JSON array without spaces; one of texts and whole numbers alone in half the time that an encoder takes."""
    if _OURS.issuperset(map(type, values)):
        return f"[{','.join([quoted(value) if type(value) is str else str(value) for value in values])}]"
    return _ENCODER.encode(values)
