"""A workflow as work of the queue: a worker runs it as far as it goes, and again when what it waits for may be there.

Human waits hold nothing: the event is due again later, or at once when `gov.delivery.wake(dossier)` says that the
payment, the supplement or the signature has come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gov_connect.delivery.outcomes import Stopped
from gov_connect.delivery.states import UNSERVED
from gov_connect.workflows.application import Application
from gov_connect.workflows.case import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.delivery.outcomes import Claimed
    from gov_connect.model import InboundDossier
    from gov_connect.runtime import Program
    from gov_connect.workflows.case import Standing
    from gov_connect.workflows.commune import CommuneDesk
    from gov_connect.workflows.lifecycle import LifeCycle

COMMUNE: Final = "commune"
"""Name under which `CommuneFlow` stands in the queue."""
LIFE: Final = "life"
"""Name under which `LifeFlow` stands in the queue."""
_PEOPLE: Final = frozenset((Outcome.WAITING_FOR_OFFICER, Outcome.WAITING_FOR_CITIZEN))
"""What people do is said by a signal, which wakes the workflow: nobody needs to look."""


class _Opened:
    """Which dossiers were asked to pay in this process: a gateway is not asked in the moment it hears of an order."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._seen: set[str] = set()

    def asked(self, dossier: str) -> bool:
        """Whether the fee was asked for before."""
        return dossier in self._seen

    def wait(self, dossier: str, standing: Standing) -> float | None:
        """Seconds until it goes on, None when it has ended.

        Raises:
            Stopped: an officer has to look; the event is parked with the reason.
        """
        if standing.outcome.ended:
            self._seen.discard(dossier)
            return None
        if standing.outcome is Outcome.NEEDS_OFFICER:
            raise Stopped(standing.reason)
        if standing.outcome is Outcome.WAITING_FOR_PAYMENT and dossier not in self._seen:
            self._seen.add(dossier)
            return min(1.0, self._patience)
        return self._patience * (6 if standing.outcome in _PEOPLE else 1)


class LifeFlow:
    """The life of a request, as work of the queue; what it began with is the event's own content.

    Args:
        run: runs a program, e.g. `gov.run`.
        life: the life cycle of an agency's desk; None for one that is served elsewhere.
        on_standing: hears where each request stands after each run; the payment link, when one is waited for.
        patience: seconds between two looks at what systems have not done yet; at people six times as long.
    """

    def __init__(
        self,
        *,
        run: Callable[[Program[Standing]], Standing],
        life: Callable[[str], LifeCycle | None],
        on_standing: Callable[[Application, Standing], None],
        patience: float = 600.0,
    ) -> None:
        self._run = run
        self._life = life
        self._on_standing = on_standing
        self._patience = patience
        self._opened = _Opened(patience)

    def __call__(self, event: Claimed) -> float | None:
        """Take the request of an event as far as it goes.

        Raises:
            Stopped: an officer has to look; the event is parked with the reason.
        """
        application = Application.from_json(event.payload)
        life = self._life(event.agency)
        if life is None:
            return UNSERVED
        poll = self._opened.asked(event.dossier)
        standing = self._run(life.advance(application, poll=poll, worker=event.owner))
        self._on_standing(application, standing)
        return self._opened.wait(event.dossier, standing)


class CommuneFlow:
    """The life of a dossier at a commune's desk, as work of the queue.

    Args:
        run: runs a program, e.g. `gov.run`.
        desk: takes dossiers through their life.
        read: the dossier of a number, as it was received.
        on_standing: hears where each dossier stands after each run; the payment link, when one is waited for.
        patience: seconds between two looks at what people or systems have not done yet.
    """

    def __init__(
        self,
        *,
        run: Callable[[Program[Standing]], Standing],
        desk: CommuneDesk,
        read: Callable[[str], InboundDossier],
        on_standing: Callable[[InboundDossier, Standing], None],
        patience: float = 600.0,
    ) -> None:
        self._run = run
        self._desk = desk
        self._read = read
        self._on_standing = on_standing
        self._opened = _Opened(patience)

    def __call__(self, event: Claimed) -> float | None:
        """Take the dossier of an event as far as it goes.

        Raises:
            Stopped: an officer has to look; the event is parked with the reason.
        """
        inbound = self._read(event.dossier)
        poll = self._opened.asked(event.dossier)
        standing = self._run(self._desk.advance(inbound, poll=poll, worker=event.owner))
        self._on_standing(inbound, standing)
        return self._opened.wait(event.dossier, standing)
