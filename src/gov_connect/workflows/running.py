"""A workflow as work of the queue: a worker runs it as far as it goes, and again when what it waits for may be there.

Human waits hold nothing: the event is due again later, or at once when `gov.delivery.wake(dossier)` says that the
payment or the supplement has come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gov_connect.delivery.outcomes import Stopped
from gov_connect.workflows.commune import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.delivery.outcomes import Claimed
    from gov_connect.model import InboundDossier
    from gov_connect.runtime import Program
    from gov_connect.workflows.commune import CommuneDesk, Standing

COMMUNE: Final = "commune"
"""Name under which `CommuneFlow` stands in the queue."""


class CommuneFlow:
    """The life of a dossier at a commune's desk, as work of the queue.

    Args:
        run: runs a program, e.g. `gov.run`.
        desk: takes dossiers through their life.
        read: the dossier of a number, as it was received.
        told: hears where each dossier stands after each run; the payment link, when one is waited for.
        patience: seconds between two looks at what people or systems have not done yet.
    """

    def __init__(
        self,
        *,
        run: Callable[[Program[Standing]], Standing],
        desk: CommuneDesk,
        read: Callable[[str], InboundDossier],
        told: Callable[[InboundDossier, Standing], None],
        patience: float = 600.0,
    ) -> None:
        self._run = run
        self._desk = desk
        self._read = read
        self._told = told
        self._patience = patience
        self._opened: set[str] = set()

    def __call__(self, event: Claimed) -> float | None:
        """Take the dossier of an event as far as it goes.

        Raises:
            Stopped: an officer has to look; the event is parked with the reason.
        """
        inbound = self._read(event.dossier)
        asked = event.dossier in self._opened
        standing = self._run(self._desk.advance(inbound, poll=asked, worker=event.owner))
        self._told(inbound, standing)
        match standing.outcome:
            case Outcome.DELIVERED:
                return None
            case Outcome.NEEDS_OFFICER:
                raise Stopped(standing.reason)
            case Outcome.WAITING_FOR_PAYMENT:
                self._opened.add(event.dossier)
                return self._patience if asked else min(1.0, self._patience)
            case Outcome.WAITING_FOR_REGISTRY | Outcome.BUSY:
                return self._patience
