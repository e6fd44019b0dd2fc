"""The end before a result: withdrawn, refused, or stopped; with a proposal to give back what was paid."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from gov_connect.delivery.news import DossierWithdrawn
from gov_connect.model import DossierStatus
from gov_connect.model.bundles import BundleStatus
from gov_connect.workflows.case import Outcome
from gov_connect.workflows.platform import tell_platform
from gov_connect.workflows.refunding import propose_all
from gov_connect.workflows.signals import SignalKind

if TYPE_CHECKING:
    from gov_connect.runtime import Program
    from gov_connect.workflows.case import Case
    from gov_connect.workflows.signals import Signal

_OUTCOMES: Final = {
    SignalKind.WITHDRAWN: Outcome.WITHDRAWN,
    SignalKind.REFUSED: Outcome.REFUSED,
    SignalKind.STOPPED: Outcome.STOPPED,
}


def close(case: Case, signal: Signal) -> Program[Outcome]:
    """Show the end everywhere, propose the refund, tell the host."""
    accepted = yield from case.accepted()
    status = DossierStatus((yield from case.steps.value("closed_status", int, lambda: int(_status(signal, accepted)))))
    at = yield from case.steps.value("closed_at", datetime, case.now)
    yield from propose_all(case, signal)
    text = "" if signal.text is None else signal.text.reveal()
    yield from case.show("closed", status, at, text=text, note=signal.text)
    yield from tell_platform(case, "refused", BundleStatus.REFUSED, note=signal.text)
    if signal.kind is SignalKind.WITHDRAWN:
        yield from case.news("withdrawn", DossierWithdrawn(dossier=case.application.code, reason=text))
    return _OUTCOMES[signal.kind]


def _status(signal: Signal, accepted: str) -> DossierStatus:
    """Refusal is a refusal to accept only as long as nothing was accepted (national_portal.md §3)."""
    if signal.kind is SignalKind.WITHDRAWN:
        return DossierStatus.WITHDRAWN
    before = signal.kind is SignalKind.REFUSED and not accepted
    return DossierStatus.NOT_ACCEPTED if before else DossierStatus.STOPPED
