"""The states of an event and its lanes, as docs/explanation/durability.md draws them."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where an event stands."""

    WAITING = "waiting"
    SENT = "sent"
    DONE = "done"
    PARKED = "parked"
    CANCELLED = "cancelled"
    FAILED = "failed"
    """Of a step only: an error came back that says nothing was done."""


class Lane(StrEnum):
    """What kind of work an event is; each lane of a dossier has its own order."""

    OUT = "out"
    IN = "in"
    FLOW = "flow"
    STEP = "step"


OPEN_STATES: Final = frozenset({State.WAITING, State.SENT, State.PARKED})
"""While an event is in one of these, what was written after it for the same dossier waits."""
UNSERVED: Final = 5.0
"""Seconds after which work is looked at again for which this worker has no code."""
