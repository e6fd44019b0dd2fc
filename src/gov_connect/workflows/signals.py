"""What people say about a dossier under way: written down first, heeded by the workflow at its next step.

| signal               | said by           | what the workflow makes of it                                |
|----------------------|-------------------|--------------------------------------------------------------|
| accepted             | officer           | status 2; only where officers decide                         |
| supplement_requested | officer, registry | status 5; waits, the clock stands still                      |
| supplemented         | citizen           | status 4; goes on with the new content                       |
| corrected            | citizen           | the new content, a new quote; never after it was registered  |
| signing              | officer           | waits for the phone under that key                           |
| issued               | officer           | the result is there                                          |
| handed_over          | officer           | status 10                                                    |
| withdrawn            | citizen           | status 7, a refund is proposed                               |
| refused              | officer           | status 3 before acceptance, 8 after it; a refund is proposed |
| stopped              | officer           | status 8, a refund is proposed                               |
| go_on                | officer           | what stopped the workflow before it is passed over           |
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import AwareDatetime, Field

from gov_connect.model import DossierCode, InboundDossier, Note, ResultDocument
from gov_connect.model._base import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gov_connect.delivery import Ledger


class SignalKind(StrEnum):
    """What was said."""

    ACCEPTED = "accepted"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    SUPPLEMENTED = "supplemented"
    CORRECTED = "corrected"
    SIGNING = "signing"
    ISSUED = "issued"
    HANDED_OVER = "handed_over"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    STOPPED = "stopped"
    GO_ON = "go_on"


ENDINGS: Final = frozenset((SignalKind.WITHDRAWN, SignalKind.REFUSED, SignalKind.STOPPED))


class Signal(Value):
    """One thing that was said.

    Attributes:
        officer: account of who said it, or entered it for the citizen.
        text: why, or what is missing; may speak of people.
        until: by when a supplement is wanted.
        inbound: the dossier as the citizen supplemented or corrected it.
        results: what was issued; one for each record of the request.
        key: of a signature on somebody's phone.
    """

    kind: SignalKind
    at: AwareDatetime
    officer: Annotated[str, Field(max_length=50)] = ""
    text: Note | None = None
    until: AwareDatetime | None = None
    inbound: InboundDossier | None = None
    results: tuple[ResultDocument, ...] = ()
    key: Annotated[str, Field(max_length=100)] = ""

    def says_the_same(self, other: Signal) -> bool:
        """Whether it only repeats another one."""
        return self.model_copy(update={"at": other.at, "officer": other.officer}) == other


class SignalBook:
    """The signals of one agency's dossiers, sealed among the step results. All methods block."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger: Final = ledger

    def add(self, dossier: DossierCode, signal: Signal) -> bool:
        """Write a signal down behind the others; False when it only repeats the last one, or the last content."""
        while True:
            known = self.of(dossier)
            before = [one for one in known if one.inbound is not None] if signal.inbound is not None else known
            if before and signal.says_the_same(before[-1]):
                return False
            made = signal.to_json()
            # Whoever came first has the number; the other one takes the next.
            if self._ledger.remember(dossier, f"signal-{len(known) + 1:06d}", made) == made:
                return True

    def of(self, dossier: DossierCode) -> tuple[Signal, ...]:
        """The signals of a dossier, the oldest first."""
        stored = self._ledger.recall_all(dossier, "signal-")
        return tuple(Signal.from_json(stored[name]) for name in sorted(stored))


def rounds(signals: Iterable[Signal]) -> list[tuple[Signal, Signal | None]]:
    """Each request for a supplement with its answer, the oldest first; a correction answers too."""
    made: list[tuple[Signal, Signal | None]] = []
    for signal in signals:
        waiting = bool(made) and made[-1][1] is None
        if signal.kind is SignalKind.SUPPLEMENT_REQUESTED and not waiting:
            made.append((signal, None))
        elif signal.kind in {SignalKind.SUPPLEMENTED, SignalKind.CORRECTED} and waiting:
            made[-1] = (made[-1][0], signal)
    return made


def revisions(signals: Iterable[Signal]) -> list[InboundDossier]:
    """The contents that came after the first one, the oldest first."""
    return [signal.inbound for signal in signals if signal.inbound is not None]
