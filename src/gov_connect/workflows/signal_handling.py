"""Between two stages: what people have said meanwhile, and what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gov_connect.delivery.news import SupplementRequested
from gov_connect.model import DossierStatus
from gov_connect.model.bundles import BundleStatus
from gov_connect.runtime import Blocking
from gov_connect.workflows.case import Ended, Outcome, Parked, Waiting
from gov_connect.workflows.platform import tell_platform
from gov_connect.workflows.reception import stored_fees
from gov_connect.workflows.signals import rounds

if TYPE_CHECKING:
    from gov_connect.runtime import Program
    from gov_connect.workflows.case import Case
    from gov_connect.workflows.signals import Signal


def heed(case: Case) -> Program[None]:
    """Read what was said, and act on it as far as the act itself still allows.

    Raises:
        Ended: somebody withdrew, refused or stopped it in time.
        Parked: too late for what was said, or the citizen has let the time for a supplement pass.
        Waiting: for the citizen's supplement.
    """
    case.signals = yield Blocking(lambda: case.book.of(case.application.code))
    settled = yield from case.settled()
    if settled:
        yield from case.freeze()
    case.rewritten()
    yield from stored_fees(case)
    if settled == "sent" or (yield from case.accepted()) == "sent":
        return  # whether it arrived is found out first
    ended = case.ending()
    if ended is not None and not settled:
        raise Ended(ended)
    late = [ended] if ended is not None else []
    if settled:
        late += [one for one in case.signals if one.inbound is not None][case.frozen :]
    # What answers the registry's own question is no change that came too late.
    answers = [answer for asked, answer in rounds(case.signals) if asked.key == "registry"]
    if any(one not in answers and not case.passed_over(one) for one in late):
        raise Parked("desk.too_late")
    yield from _supplements(case)


def _supplements(case: Case) -> Program[None]:
    """Show each request for a supplement and its answer; wait for an answer that has not come."""
    for number, (asked, answer) in enumerate(rounds(case.signals), 1):
        name = f"supplement-{number}"
        if (yield from case.recall("processed_at")) is not None and (yield from case.recall(name)) is None:
            if not case.passed_over(asked):
                raise Parked("desk.too_late")
            continue
        yield from case.steps.value(name, bool, lambda: True)
        text = "" if asked.text is None else asked.text.reveal()
        yield from case.show(
            name, DossierStatus.SUPPLEMENT_REQUESTED, max(asked.at, case.papers[0].received_at), text=text
        )
        yield from tell_platform(case, name, BundleStatus.SUPPLEMENT, note=asked.text, until=asked.until)
        yield from case.news(name, SupplementRequested(dossier=case.application.code, text=text))
        if answer is None:
            if asked.until is not None and case.world.clock.now() > asked.until and not case.passed_over(asked):
                raise Parked("desk.supplement_overdue")
            raise Waiting(Outcome.WAITING_FOR_CITIZEN)
        yield from _answered(case, number, answer)


def _answered(case: Case, number: int, answer: Signal) -> Program[None]:
    known = yield from case.recall(f"supplement-{number}-accepted")
    accepted = yield from case.accepted() if known is None else _same(known)
    was = yield from case.steps.value(f"supplement-{number}-accepted", str, lambda: accepted)
    if was == "done":
        at = max(answer.at, case.papers[0].received_at)
        yield from case.show(f"supplemented-{number}", DossierStatus.PROCESSING, at, text="Đã nhận bổ sung")
    status = BundleStatus.ACCEPTED if was == "done" else BundleStatus.RECEIVED
    yield from tell_platform(case, f"supplemented-{number}", status)


def _same(known: str) -> Program[str]:
    yield from ()
    return known
