"""What went over the wires of the mocks: the last calls, kept in memory only, shown with people masked."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from datetime import datetime

Direction = Literal["in", "out"]
KEPT: Final = 2000
LARGEST: Final = 64 * 1024  # bytes of a message that are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One call with its answer.

    Attributes:
        direction: "in" for a call of the agency, "out" for one that the system made to the agency.
        subject: what it was about (a dossier number, a payment reference), "" when nothing could be read.
        fault: the planned fault that met it, or "".
        status: HTTP status; 0 where there was no answer.
        milliseconds: inside the system, the network left out.
    """

    number: int
    at: datetime
    system: str
    direction: Direction
    method: str
    path: str
    operation: str
    subject: str
    fault: str
    status: int
    milliseconds: float
    content_type: str
    asked: bytes = field(repr=False)
    answered: bytes = field(repr=False)

    def concerns(self, code: str) -> bool:
        """Whether it names a dossier or a reference anywhere."""
        raw = code.encode()
        return self.subject == code or raw in self.asked or raw in self.answered or code in self.path


class Journal:
    """The last exchanges of all systems together, newest last. Safe to share between threads."""

    def __init__(self, kept: int = KEPT) -> None:
        """Take how many are kept."""
        self._rows: deque[Exchange] = deque(maxlen=kept)
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def add(
        self,
        *,
        at: datetime,
        system: str,
        direction: Direction,
        method: str,
        path: str,
        status: int,
        operation: str = "",
        subject: str = "",
        fault: str = "",
        milliseconds: float = 0.0,
        content_type: str = "",
        asked: bytes = b"",
        answered: bytes = b"",
    ) -> None:
        """Keep one exchange; of long messages only the beginning."""
        with self._lock:
            row = Exchange(
                number=next(self._numbers),
                at=at,
                system=system,
                direction=direction,
                method=method,
                path=path,
                operation=operation,
                subject=subject,
                fault=fault,
                status=status,
                milliseconds=milliseconds,
                content_type=content_type,
                asked=asked[:LARGEST],
                answered=answered[:LARGEST],
            )
            self._rows.append(row)

    def rows(self, *, system: str = "", about: str = "", limit: int = KEPT) -> list[Exchange]:
        """The newest first, of one system or about one code when these are given."""
        with self._lock:
            rows = list(self._rows)
        found = [row for row in reversed(rows) if not system or row.system == system]
        if about:
            found = [row for row in found if row.concerns(about)]
        return found[:limit]

    def one(self, number: int) -> Exchange | None:
        """One exchange, while it is kept."""
        with self._lock:
            return next((row for row in self._rows if row.number == number), None)

    def clear(self) -> None:
        """Forget all; numbers go on."""
        with self._lock:
            self._rows.clear()
