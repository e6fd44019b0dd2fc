"""Faults that are planned, so that a bad day can be repeated: a hash decides, never a random generator.

Two runs with one seed meet the same faults whatever the order of the calls: the choice depends only on what
is asked (dossier, operation, attempt) and not on when.
"""

from __future__ import annotations

import hashlib
from collections import deque
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Profile = Literal["calm", "rough", "storm", "odd"]


class Fault(StrEnum):
    """One way for a call to go wrong; "acts" means that the request has had its effect all the same."""

    ERROR_BEFORE = "error_before"
    """HTTP 503, nothing done."""
    TIMEOUT_AFTER = "timeout_after"
    """Acts, then never answers."""
    DUPLICATE = "duplicate"
    """The very same request is processed twice; the second answer is given."""
    MALFORMED = "malformed"
    """Acts, then answers HTTP 200 with a body that is neither JSON nor XML."""
    EMPTY_OBJECT = "empty_object"
    """HTTP 200 with `{}`, nothing done (national_portal.md §1.2)."""
    HTTP_500 = "http_500"
    """HTTP 500, nothing done."""
    GATEWAY_502_AFTER = "gateway_502_after"
    """Acts, then a gateway in front answers 502 with an HTML page."""
    LOST = "lost"
    """Nothing done, and never an answer."""
    LATE = "late"
    """Acts, and answers after two seconds."""
    SLOW_DRIP = "slow_drip"
    """Acts, and answers byte by byte."""
    WRONG_ENCODING = "wrong_encoding"
    """Acts, and answers in UTF-16 under the declaration of UTF-8."""
    WRONG_SIGNATURE = "wrong_signature"
    """Acts; check values in the answer and in notices that follow from it are wrong."""
    OUT_OF_ORDER = "out_of_order"
    """Acts; what it would tell the agency now comes after the next such call."""
    SESSION_LOST = "session_lost"
    """All sessions and tokens are forgotten before the request is read."""
    MAINTENANCE = "maintenance"
    """HTTP 503 with Retry-After and a page for people, nothing done."""


# Share of calls, in per cent, in the order in which the hash is laid out.
PROFILES: Final[dict[Profile, tuple[tuple[Fault, int], ...]]] = {
    "calm": (),
    "rough": ((Fault.ERROR_BEFORE, 5), (Fault.TIMEOUT_AFTER, 5), (Fault.DUPLICATE, 5)),
    "storm": (
        (Fault.ERROR_BEFORE, 8),
        (Fault.TIMEOUT_AFTER, 8),
        (Fault.DUPLICATE, 8),
        (Fault.MALFORMED, 2),
        (Fault.EMPTY_OBJECT, 2),
        (Fault.HTTP_500, 2),
        (Fault.GATEWAY_502_AFTER, 2),
    ),
    "odd": tuple((fault, 3) for fault in Fault),
}


def known_profile(name: object) -> Profile:
    """The profile of that name; ValueError when there is none."""
    for profile in PROFILES:
        if profile == name:
            return profile
    message = f"unknown fault profile; known: {', '.join(PROFILES)}"
    raise ValueError(message)


class FaultPlan:
    """Says which fault, if any, meets the n-th attempt of an operation on a dossier."""

    def __init__(self, profile: Profile = "calm", seed: int = 0) -> None:
        """Take a named profile and the seed that makes the run repeatable."""
        self.seed: Final = seed
        self.change(profile)
        self._scripts: dict[str, deque[Fault | None]] = {}

    def __repr__(self) -> str:
        """Show the profile and the seed."""
        return f"FaultPlan(profile={self.profile!r}, seed={self.seed})"

    def change(self, profile: Profile) -> None:
        """Go on under another profile; ValueError for one that is not known."""
        self.profile: Profile = known_profile(profile)

    def script(self, operation: str, faults: Iterable[Fault | None]) -> None:
        """Lay faults out for the next calls of an operation; `None` lets one pass. Used before any hash."""
        laid_out = [Fault(fault) if fault else None for fault in faults]  # all of them are known, or none is laid out
        self._scripts.setdefault(operation, deque()).extend(laid_out)

    def choose(self, *, dossier: str, operation: str, attempt: int) -> Fault | None:
        """Give the fault of this attempt (the first attempt is 1)."""
        script = self._scripts.get(operation)
        if script:
            return script.popleft()
        shares = PROFILES[self.profile]
        if not shares:
            return None
        text = f"{self.seed}\n{dossier}\n{operation}\n{attempt}".encode()
        point = int.from_bytes(hashlib.sha256(text).digest()[:8]) / 2**64 * 100
        edge = 0
        for fault, share in shares:
            edge += share
            if point < edge:
                return fault
        return None

    def clear(self) -> None:
        """Forget what was scripted and not yet used."""
        self._scripts.clear()
