"""A commune's desk that goes on by itself: dossiers of the portal from reception to the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gov_connect.workflows.application import Application
from gov_connect.workflows.lifecycle import LifeCycle

if TYPE_CHECKING:
    from gov_connect.delivery import Ledger
    from gov_connect.fees import FeeBook
    from gov_connect.model import InboundDossier
    from gov_connect.runtime import Clock, Program
    from gov_connect.workflows.case import Standing, Systems
    from gov_connect.workflows.papers import Desk


class CommuneDesk:
    """Takes dossiers through their life. One per agency; its programs run in parallel."""

    def __init__(self, desk: Desk, systems: Systems, *, ledger: Ledger, fees: FeeBook, clock: Clock) -> None:
        self._life = LifeCycle(desk, systems, ledger=ledger, fees=fees, clock=clock)

    def advance(self, inbound: InboundDossier, *, poll: bool = True, worker: str = "") -> Program[Standing]:
        """Take a dossier as far as it goes now; see `LifeCycle.advance`."""
        return self._life.advance(Application(inbound=inbound), poll=poll, worker=worker)
