"""What came of one attempt at an event, and whose fault it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from gov_connect.errors import (
    AuthenticationFailed,
    GovConnectError,
    KeyConflict,
    LedgerError,
    OutcomeUnknown,
    OutsideSystemError,
    Overloaded,
    Refused,
    SystemPaused,
    TimedOut,
    UnexpectedReply,
    Unreachable,
    UsageError,
)

if TYPE_CHECKING:
    from gov_connect.delivery.states import Lane

MOST_TRIES: Final = 12
_LONGEST_WAIT: Final = 3600.0
_LONGEST_FLOW_WAIT: Final = 300.0
_ON_THE_WAY: Final = frozenset({"connection_lost", "gateway", "server_error"})
_OF_THE_WAY: Final = ("network.", "system.")
"""How the reason of an unknown outcome begins when it is the code of what failed on the way."""
_FOR_PEOPLE: Final = frozenset({"ledger.wrong_key", "ledger.nested", "ledger.forked"})
"""What is wrong with the records that no waiting mends: a missing key, a handler or a server that does it wrongly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """An event that a worker has, in clear; its content hides itself.

    Attributes:
        tries: number of this attempt.
        doubtful: an earlier attempt may have arrived.
        owner: the worker's token.
    """

    id: int
    agency: str
    system: str
    lane: Lane
    operation: str
    dossier: str
    key: str
    payload: str = field(repr=False)
    acting: str = field(repr=False)
    tries: int
    doubtful: bool
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an event stands: what is known of it without its content."""

    id: int
    agency: str
    system: str
    dossier: str


class Kind(StrEnum):
    """What becomes of the event."""

    DONE = "done"
    AGAIN = "again"
    PARKED = "parked"
    KEPT = "kept"
    """It was settled on the way, in the transaction of whoever handled it."""


class Verdict(StrEnum):
    """What it says about the system."""

    SPOKE = "spoke"
    FAILED = "failed"
    WAIT = "wait"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an attempt.

    Attributes:
        result: JSON in clear; hides itself.
        code: of the error.
        wait: seconds before the next attempt, or that the system wants to be left alone.
        counted: whether it was one of the event's own tries, or an outage's.
        doubtful: whether it may have arrived.
        about: the system that the verdict is about, where that is not the event's own.
        answered: further systems that answered on the way.
    """

    event: Claimed
    kind: Kind
    verdict: Verdict = Verdict.NONE
    result: str = field(default="", repr=False)
    code: str = ""
    wait: float = 0.0
    counted: bool = True
    doubtful: bool = False
    about: str = ""
    answered: frozenset[str] = frozenset()


class Stopped(Exception):
    """A workflow that people must look at.

    Attributes:
        code: why, as a key of the catalogue.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code: Final = code


def done(event: Claimed, result: str, verdict: Verdict = Verdict.SPOKE) -> Outcome:
    """It was carried out."""
    return Outcome(event=event, kind=Kind.DONE, verdict=verdict, result=result)


def judged(event: Claimed, error: Exception) -> Outcome:  # noqa: PLR0911 - one return per row of the table
    """What an error means for the event and for the system: the table of docs/explanation/durability.md."""
    again = Kind.AGAIN
    match error:
        case Stopped():
            return Outcome(event=event, kind=Kind.PARKED, code=error.code)
        case SystemPaused():
            return _outcome(event, again, error, Verdict.WAIT, wait=min(60.0, max(0.5, error.seconds)), counted=False)
        case Overloaded():
            wait = 5.0 if error.retry_after is None else min(error.retry_after, _LONGEST_WAIT)
            return _outcome(event, again, error, Verdict.WAIT, wait=wait, counted=False)
        case Unreachable() | AuthenticationFailed():
            return _outcome(event, again, error, Verdict.FAILED, wait=1.0, counted=False)
        case TimedOut() | OutcomeUnknown() | UnexpectedReply() if _of_the_way(error):
            return _outcome(event, again, error, Verdict.FAILED, wait=1.0, counted=False, doubtful=True)
        case Refused():
            return _outcome(event, Kind.PARKED, error, Verdict.SPOKE)
        case UsageError() | KeyConflict():
            return _outcome(event, Kind.PARKED, error, Verdict.NONE)
        case LedgerError():
            kind = Kind.PARKED if error.code in _FOR_PEOPLE else again
            return _outcome(event, kind, error, Verdict.NONE, wait=1.0, counted=False, doubtful=True)
        case _:
            gave_up = event.tries >= MOST_TRIES
            verdict = Verdict.SPOKE if isinstance(error, (UnexpectedReply, OutcomeUnknown)) else Verdict.NONE
            wait = min(_LONGEST_WAIT, 0.5 * 2.0 ** min(event.tries, 13))
            return _outcome(event, Kind.PARKED if gave_up else again, error, verdict, wait=wait, doubtful=True)


def _of_the_way(error: TimedOut | OutcomeUnknown | UnexpectedReply) -> bool:
    """Whether the way to the system failed, and not its words: then waiting mends it."""
    if isinstance(error, TimedOut):
        return True
    return error.reason in _ON_THE_WAY or (isinstance(error, OutcomeUnknown) and error.reason.startswith(_OF_THE_WAY))


def interrupted(event: Claimed, error: OutsideSystemError) -> Outcome:
    """A system failed in the middle of a workflow, which goes on from there: soon at first, then rarely."""
    about = judged(event, error)
    verdict = about.verdict if about.verdict is not Verdict.WAIT else Verdict.NONE
    wait = (
        error.seconds
        if isinstance(error, SystemPaused)
        else min(_LONGEST_FLOW_WAIT, 0.05 * 2.0 ** min(event.tries, 14))
    )
    return Outcome(
        event=event, kind=Kind.AGAIN, verdict=verdict, code=error.code, wait=wait, doubtful=False, about=error.system
    )


def _outcome(
    event: Claimed,
    kind: Kind,
    error: Exception,
    verdict: Verdict,
    *,
    wait: float = 0.0,
    counted: bool = True,
    doubtful: bool = False,
) -> Outcome:
    code = error.code if isinstance(error, GovConnectError) else "delivery.failed"
    if not isinstance(error, OutsideSystemError) and verdict is not Verdict.NONE:
        verdict = Verdict.NONE
    # An earlier doubt outlives this attempt: its look-up may be what failed.
    return Outcome(
        event=event,
        kind=kind,
        verdict=verdict,
        code=code,
        wait=wait,
        counted=counted,
        doubtful=doubtful or (event.doubtful and kind is not Kind.DONE),
    )
