"""Who did what for whom, and why: an append-only log, one hash chain per (agency, writer).

    intent -> on the disk -> the message is sent -> outcome

`verify` finds every change, removal and reordering, and truncation behind an exported head. Bodies can be purged
when their time is over: the chain covers their digests, so it stays whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gov_connect._lazy import lazily

if TYPE_CHECKING:
    from gov_connect.audit.entries import Head, Kind, Mark, Note, Phase
    from gov_connect.audit.log import AuditLog
    from gov_connect.audit.lookups import LookUp, LookUps, Reading
    from gov_connect.audit.verification import Finding, Verification, verify

__all__ = [
    "AuditLog",
    "Finding",
    "Head",
    "Kind",
    "LookUp",
    "LookUps",
    "Mark",
    "Note",
    "Phase",
    "Reading",
    "Verification",
    "verify",
]

__getattr__ = lazily(
    __name__,
    {
        "entries": (
            "Head",
            "Kind",
            "Mark",
            "Note",
            "Phase",
        ),
        "log": ("AuditLog",),
        "lookups": (
            "LookUp",
            "LookUps",
            "Reading",
        ),
        "verification": (
            "Finding",
            "Verification",
            "verify",
        ),
    },
)
