"""What a worker runs on a schedule: one round of questions over every gateway that can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from gov_connect.payments.polls import PollReport
    from gov_connect.payments.service import Payments
    from gov_connect.runtime import Inner, Program


class Poller:
    """Asks for open payments until they are final, never for longer than `PollPlan` allows.

    A worker sleeps until `due()` and runs `poll_once()`; calling more often, or from several workers at once,
    asks nothing twice.

    Args:
        gateways: the payments of each gateway by name; those that cannot be asked are left out.
    """

    def __init__(self, gateways: Mapping[str, Payments[Inner]]) -> None:
        self._gateways = {name: payments for name, payments in gateways.items() if payments.can_be_asked}

    def due(self) -> datetime | None:
        """When the next question is due, at once if that is past; None while nothing is open. Blocks."""
        times = [payments.book.polls.next_due() for payments in self._gateways.values()]
        return min((time for time in times if time is not None), default=None)

    def poll_once(self, limit: int = 100) -> Program[dict[str, PollReport]]:
        """One round: what came of it by gateway, see `Payments.poll`. A gateway that is down stops no other.

        Args:
            limit: questions for each gateway at most.
        """
        reports: dict[str, PollReport] = {}
        for name, payments in self._gateways.items():
            reports[name] = yield from payments.poll(limit)
        return reports
