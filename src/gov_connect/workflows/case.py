"""One request under way: what the stages of its life share, and how they show it at the portal."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from gov_connect.adapters.civil_registry import CivilRegistry
from gov_connect.adapters.national_portal import NationalPortal
from gov_connect.model import DossierStatus, Note, SupplementRound
from gov_connect.runtime import Blocking
from gov_connect.workflows.signals import ENDINGS, SignalKind, revisions, rounds

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gov_connect.adapters.bundle_platform import BundlePlatform
    from gov_connect.adapters.residents import Residents
    from gov_connect.delivery import Ledger, Steps
    from gov_connect.delivery.news import News
    from gov_connect.fees import FeeBook
    from gov_connect.model import InboundDossier, PaymentLink, Procedure, ProcedureCode
    from gov_connect.payments import Payments
    from gov_connect.reference import WorkCalendar
    from gov_connect.runtime import Clock, Inner, Program
    from gov_connect.workflows.application import Application
    from gov_connect.workflows.papers import Desk, Papers
    from gov_connect.workflows.plans import Plan
    from gov_connect.workflows.signals import Signal, SignalBook

_NOTHING_SAID = Note("Bổ sung hồ sơ")
__all__ = ["Case", "Ended", "Outcome", "Parked", "Phones", "Standing", "Systems", "Waiting", "World"]


class Outcome(StrEnum):
    """Where a dossier stands after `advance`."""

    WAITING_FOR_PAYMENT = "waiting_for_payment"
    WAITING_FOR_REGISTRY = "waiting_for_registry"
    WAITING_FOR_PLATFORM = "waiting_for_platform"
    """The bundle platform is not ready for what it is to be told."""
    WAITING_FOR_OFFICER = "waiting_for_officer"
    """An officer has to accept, issue or hand over."""
    WAITING_FOR_CITIZEN = "waiting_for_citizen"
    """A supplement was asked for."""
    WAITING_FOR_SIGNATURE = "waiting_for_signature"
    """Somebody has to confirm on the phone."""
    BUSY = "busy"
    """Another worker has this dossier; nothing was done."""
    NEEDS_OFFICER = "needs_officer"
    """Something is wrong; `Standing.reason` says what."""
    DELIVERED = "delivered"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    STOPPED = "stopped"

    @property
    def ended(self) -> bool:
        """Whether nothing follows."""
        return self in {Outcome.DELIVERED, Outcome.WITHDRAWN, Outcome.REFUSED, Outcome.STOPPED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What came of one `advance`.

    Attributes:
        reason: code of what an officer has to look at; "" otherwise.
        link: where the citizen pays, while that is waited for.
    """

    outcome: Outcome
    reason: str = ""
    link: PaymentLink | None = None


class _Signature(Protocol):
    @property
    def state(self) -> str: ...
    @property
    def final(self) -> bool: ...


class Phones(Protocol):
    """Where signatures on phones are asked for; `gov.inner().signing` is one."""

    def collect(self, key: str) -> Program[_Signature]:
        """What became of a request."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Systems:
    """The outside systems as the desk uses them; those that are not set up stay None."""

    portal: NationalPortal[Inner]
    residents: Callable[[InboundDossier], Residents[Inner]]
    """Acts for the purpose of that dossier."""
    civil_registry: CivilRegistry[Inner]
    payments: Payments[Inner]
    bundles: BundlePlatform[Inner] | None = None
    signing: Callable[[], Phones] | None = None


class Parked(Exception):
    """A person has to look."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Waiting(Exception):
    """There is nothing to do now."""

    def __init__(self, outcome: Outcome, link: PaymentLink | None = None) -> None:
        super().__init__(outcome)
        self.standing = Standing(outcome=outcome, link=link)


class Ended(Exception):
    """Somebody ended it before its result."""

    def __init__(self, signal: Signal) -> None:
        super().__init__(signal.kind)
        self.signal = signal


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What all cases of a desk share.

    Attributes:
        tell: has the host told of something, durably and once per key.
    """

    desk: Desk
    systems: Systems
    ledger: Ledger
    fees: FeeBook
    clock: Clock
    calendar: WorkCalendar
    tell: Callable[[News, str], object]
    procedures: dict[str, Procedure] = field(default_factory=dict)

    def procedure(self, code: ProcedureCode) -> Program[Procedure | None]:
        """A procedure as the portal describes it; asked for once while this process runs."""
        known = self.procedures.get(str(code))
        if known is None:
            known = yield from self.systems.portal.procedure(code)
            if known is not None:
                self.procedures[str(code)] = known
        return known


@dataclass(slots=True, kw_only=True)
class Case:
    """One request under way. What it holds is read anew from the records in every run.

    Attributes:
        poll: whether to ask the gateway for a payment that is waited for.
        papers: one for each record behind the request.
        begun: the steps that began in earlier runs, by key, with their number and state.
        shown: the status that the portal holds, as far as is known.
        frozen: how many changes of the content the act itself has taken in, once it is done; None before.
    """

    world: World
    plan: Plan
    application: Application
    steps: Steps
    book: SignalBook
    poll: bool
    papers: tuple[Papers, ...] = ()
    signals: tuple[Signal, ...] = ()
    frozen: int | None = None
    begun: dict[str, tuple[int, str]] = field(default_factory=dict)
    shown: DossierStatus = DossierStatus.NEW
    _newest: float = 0.0

    @property
    def inbound(self) -> InboundDossier:
        """The dossier as it stands now, under its own number."""
        contents = revisions(self.signals)[: self.frozen]
        first = self.application.inbound
        if not contents:
            return first
        return contents[-1].model_copy(update={"code": first.code, "procedure": first.procedure})

    @property
    def revision(self) -> int:
        """How often the citizen has changed the content."""
        return len(revisions(self.signals)[: self.frozen])

    @property
    def staffed(self) -> bool:
        """Whether officers accept, issue and hand over."""
        return self.world.desk.staffed or self.plan.staffed

    def named(self, name: str, record: int = 0, *, revised: bool = False) -> str:
        """Name of a step: of the n-th record, and of this content where that matters."""
        again = f"-c{self.revision}" if revised and self.revision else ""
        return (f"{name}-{record + 1}" if record else name) + again

    def first(self, kind: SignalKind) -> Signal | None:
        """The first signal of a kind."""
        return next((signal for signal in self.signals if signal.kind is kind), None)

    def ending(self) -> Signal | None:
        """The first word that ends it before its result, unless an officer went on all the same."""
        found = next((signal for signal in self.signals if signal.kind in ENDINGS), None)
        return None if found is None or self.passed_over(found) else found

    def passed_over(self, signal: Signal) -> bool:
        """Whether an officer said after this signal that the workflow goes on all the same."""
        after = self.signals[self.signals.index(signal) + 1 :]
        return any(later.kind is SignalKind.GO_ON for later in after)

    def now(self) -> datetime:
        """The moment; never before the dossier was received, whatever the clock says."""
        now = self.world.clock.now()
        return max(now, self.papers[0].received_at) if self.papers else now

    def settled(self) -> Program[str]:
        """Whether the act itself is done: "" not yet, "sent" nobody knows, "done" it cannot be taken back."""
        ledger, code = self.world.ledger, self.application.code
        if self.plan.event is None:
            stored: str | None = yield Blocking(lambda: ledger.recall(code, "processed_at"))
            return "done" if stored is not None else ""
        state: str = yield Blocking(lambda: ledger.stands(system=CivilRegistry.system, key=f"{code}/register"))
        return state if state in {"sent", "done"} else ""

    def accepted(self) -> Program[str]:
        """Whether the portal has been told that the dossier was accepted: "" no, "sent" perhaps, "done" yes."""
        ledger, code = self.world.ledger, self.application.code
        state: str = yield Blocking(lambda: ledger.stands(system=NationalPortal.system, key=f"{code}/put-accepted"))
        return state if state in {"sent", "done"} else ""

    def recall(self, name: str) -> Program[str | None]:
        """The stored value of a step, as JSON, or None."""
        ledger, code = self.world.ledger, self.application.code
        stored: str | None = yield Blocking(lambda: ledger.recall(code, name))
        return stored

    def commit(self) -> Program[None]:
        """Write down that the act is done with this content."""
        yield from self.steps.value(f"content-{self.revision}", bool, lambda: True)

    def freeze(self) -> Program[None]:
        """Hold on to the content with which the act was done, or may have been done."""
        ledger, code = self.world.ledger, self.application.code
        stored: dict[str, str] = yield Blocking(lambda: ledger.recall_all(code, "content-"))
        self.frozen = max((int(name.removeprefix("content-")) for name in stored), default=0)

    def show(
        self,
        name: str,
        status: DossierStatus,
        at: datetime,
        *,
        text: str = "",
        note: Note | None = None,
        processed_at: datetime | None = None,
    ) -> Program[None]:
        """Have the portal hold every record in this status, with one row of progress; what was shown, was."""
        portal, last = self.world.systems.portal, self.named(f"report-{name}", len(self.papers) - 1)
        if self.begun.get(f"{self.application.code}/{last}", (0, ""))[1] == "done":
            self.has_shown(name, status)
            return
        delivered = at if status is DossierStatus.RESULT_DELIVERED else None
        for number, papers in enumerate(self.papers):
            record = papers.record(status, processed_at=processed_at, delivered_at=delivered, closed_at=at, note=note)
            yield from self.steps.call(self.named(f"put-{name}", number), NationalPortal.put, portal, record)
            row = [papers.step(status, at, text)]
            yield from self.steps.call(self.named(f"report-{name}", number), NationalPortal.report, portal, row)
        self.has_shown(name, status)

    def has_shown(self, name: str, status: DossierStatus) -> None:
        """Take note of a status, unless a later one has been shown already."""
        number, _ = self.begun.get(f"{self.application.code}/put-{name}", (float("inf"), ""))
        if number >= self._newest:
            self._newest, self.shown = number, status

    def news(self, name: str, news: News) -> Program[None]:
        """Tell the host, once."""
        key = f"{self.application.code}/{name}"
        yield Blocking(lambda: self.world.tell(news, key))

    def rewritten(self) -> None:
        """Bring the papers up to what the signals say: content, supplements, the later due date."""
        calendar, inbound = self.world.calendar, self.inbound
        pairs = rounds(self.signals)
        waited = sum(
            (calendar.hours_between(asked.at, answer.at) for asked, answer in pairs if answer is not None), start=0.0
        )
        self.papers = tuple(
            replace(
                papers,
                inbound=inbound,
                supplements=tuple(self._round(number, *pair) for number, pair in enumerate(pairs, 1)),
                due_at=self.plan.due(papers.received_at, calendar, waited),
            )
            for papers in self.papers
        )

    def _round(self, number: int, asked: Signal, answer: Signal | None) -> SupplementRound:
        officer = self.world.desk.officer
        return SupplementRound(
            id=number,
            requested_by=officer,
            request=asked.text or _NOTHING_SAID,
            requested_at=asked.at,
            received_by=None if answer is None else officer,
            # A clock that was set back in between makes no answer come before its question.
            received_at=None if answer is None else max(answer.at, asked.at),
            done=answer is not None,
        )
