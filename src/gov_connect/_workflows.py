"""`gov.workflows`: whole procedures, begun once, steered by what people say, carried on by any worker."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import select

from gov_connect.errors import ConfigurationError, InvalidInput, Problem
from gov_connect.model import VIETNAM, AgencyCode, Channel, InboundDossier, Purpose
from gov_connect.store.tables import STEPS
from gov_connect.workflows.application import Application, FurtherRecord, charged, written
from gov_connect.workflows.case import Outcome, Systems
from gov_connect.workflows.certification import open_certification
from gov_connect.workflows.intake import FILES, enclosures, take_in
from gov_connect.workflows.lifecycle import LifeCycle
from gov_connect.workflows.refunding import PREFIX, stored_proposals
from gov_connect.workflows.running import LIFE, LifeFlow
from gov_connect.workflows.signals import Signal, SignalBook, SignalKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from gov_connect._delivery import Delivery
    from gov_connect._parts import Parts
    from gov_connect.adapters.civil_registry import Enclosure
    from gov_connect.client import GovConnect
    from gov_connect.delivery import Ledger
    from gov_connect.delivery.ledger import Record
    from gov_connect.delivery.news import News
    from gov_connect.fees import FeeItem
    from gov_connect.model import DossierCode, Officer, Refund, ResultDocument
    from gov_connect.runtime import Acting, Event
    from gov_connect.workflows import Certification, CertificationRequest, Desk, Standing
    from gov_connect.workflows.case import Phones
    from gov_connect.workflows.intake import TakenIn

_WORKFLOW: Final = "workflow"


class Workflows:
    """The workflows of one agency. Everything is written down and returns; workers do the rest.

    All methods block for a few commits; `dossier` is the number that the workflow began with.
    """

    def __init__(self, parts: Parts, acting: Acting, delivery: Delivery, ledger: Ledger) -> None:
        self._parts: Final = parts
        self._acting: Final = acting
        self._delivery: Final = delivery
        self._ledger: Final = ledger
        self._book: Final = SignalBook(ledger)

    def serve(
        self,
        desk: Desk,
        *,
        officer: Officer | None = None,
        on_standing: Callable[[Application, Standing], None] | None = None,
        patience: float = 600.0,
    ) -> None:
        """Have the workers of this process take the agency's workflows on; call it before they start.

        Args:
            desk: the agency's one-stop desk.
            officer: in whose name the residents database is asked; the acting one when left out.
            on_standing: hears where each request stands after each run; the payment link, when one is waited for.
            patience: seconds between two looks at what systems have not done yet.
        """
        parts = self._parts
        parts.desks[str(self._acting.agency)] = (desk, officer or self._acting.officer)
        runner = WorkflowRunner(parts)
        parts.flows[LIFE] = LifeFlow(
            run=runner.run,
            life=runner.life,
            on_standing=on_standing or (lambda _application, _standing: None),
            patience=patience,
        )

    def receive(self, inbound: InboundDossier) -> None:
        """Take in what the portal pushed: begins a workflow, or gives one its correction or supplement."""
        if inbound.updating and self._runs(inbound.code):
            self._say(inbound.code, SignalKind.CORRECTED, inbound=inbound)
        else:
            self.begin(inbound)

    def begin(
        self,
        inbound: InboundDossier,
        *,
        plan: str = "",
        channel: Channel = Channel.ONLINE,
        facts: Iterable[str] = (),
        items: Iterable[FeeItem] = (),
    ) -> Event[None]:
        """Begin the workflow of a dossier, once.

        Args:
            inbound: the dossier as it was received, at the portal or at the counter.
            plan: name in `workflows.PLANS`; "" lets the procedure tell, and takes the general one for the rest.
            channel: how it came.
            facts: what is proven of this citizen, for reliefs.
            items: what is charged, where no form tells.

        Raises:
            KeyConflict: it began with another content; use `correct`.
        """
        return self.start(
            Application(inbound=inbound, plan=plan, channel=channel, facts=frozenset(facts), charges=written(items))
        )

    def birth_registration(self, inbound: InboundDossier, *, channel: Channel = Channel.ONLINE) -> Event[None]:
        """A birth on time, with as many extract copies as the form asks for: one request, one payment."""
        return self.begin(inbound, plan="birth", channel=channel)

    def extract_copies(self, inbound: InboundDossier, *, channel: Channel = Channel.ONLINE) -> Event[None]:
        """Copies of extracts from the books."""
        return self.begin(inbound, plan="extracts", channel=channel)

    def marital_status(self, inbound: InboundDossier, *, channel: Channel = Channel.ONLINE) -> Event[None]:
        """A certificate of marital status."""
        return self.begin(inbound, plan="marital_status", channel=channel)

    def certification(self, request: CertificationRequest, *, key: str, facts: Iterable[str] = ()) -> Certification:
        """Certified copies and certified signatures in one request: two records, one receipt, one payment.

        Args:
            request: what the citizen wants.
            key: the host's own, once per request; the same key again gives the same numbers.
            facts: what is proven of this citizen, for reliefs.
        """
        now = self._parts.clock.now()
        made = open_certification(request, received_at=now, next_number=self._numbers(key))
        first, *others = made.records
        application = Application(
            inbound=InboundDossier(code=first.dossier, procedure=first.procedure, applicant=request.applicant),
            plan="certification",
            channel=Channel.COUNTER,
            facts=frozenset(facts),
            charges=written(first.items),
            further=tuple(
                FurtherRecord(code=one.dossier, procedure=one.procedure, charges=written(one.items)) for one in others
            ),
        )
        self.start(application)
        return made

    def take_in_bundles(self) -> list[TakenIn]:
        """Take in the birth and death bundles that wait at their platform (LTKS, LTKT), and acknowledge them.

        Raises:
            OutsideSystemError: the platform did not give its list.
        """
        gov = WorkflowRunner(self._parts).client(str(self._acting.agency))
        desk, _ = _served(self._parts, str(self._acting.agency))
        program = take_in(
            gov.inner().bundles, self._ledger, _Reception(self), unit=desk.unit_code, at=self._parts.clock.now()
        )
        found: list[TakenIn] = gov.run(program)
        return found

    def accept(self, dossier: DossierCode) -> bool:
        """The officer takes the dossier in. False, here and below: it was said before, or all has ended.

        Raises:
            InvalidInput: there is no workflow of this number; here and below.
        """
        return self._say(dossier, SignalKind.ACCEPTED)

    def request_supplement(self, dossier: DossierCode, text: str, *, until: datetime | None = None) -> bool:
        """Ask the citizen for something; the clock stands still until it comes, or until `until` has passed."""
        return self._say(dossier, SignalKind.SUPPLEMENT_REQUESTED, text=text, until=until)

    def supplement(self, dossier: DossierCode, inbound: InboundDossier | None = None) -> bool:
        """The citizen has supplemented what was asked for, with the dossier as it is now where that changed."""
        return self._say(dossier, SignalKind.SUPPLEMENTED, inbound=inbound)

    def correct(self, inbound: InboundDossier) -> bool:
        """The citizen has changed the dossier; what costs more is charged, what costs less proposed as a refund."""
        return self._say(inbound.code, SignalKind.CORRECTED, inbound=inbound)

    def await_signature(self, dossier: DossierCode, key: str) -> bool:
        """The result is signed on somebody's phone: goes on once `gov.signing.collect(key)` says so."""
        return self._say(dossier, SignalKind.SIGNING, key=key)

    def issue(self, dossier: DossierCode, *results: ResultDocument) -> bool:
        """The officer has issued the result; one document for each record, or all of the first one."""
        return self._say(dossier, SignalKind.ISSUED, results=results)

    def hand_over(self, dossier: DossierCode) -> bool:
        """The citizen has the result."""
        return self._say(dossier, SignalKind.HANDED_OVER)

    def withdraw(self, dossier: DossierCode, reason: str = "") -> bool:
        """The citizen takes the dossier back; what was paid is proposed as a refund.

        Once the act itself is done it is too late: the workflow stops for an officer, and `go_on` lets it end.
        """
        return self._say(dossier, SignalKind.WITHDRAWN, text=reason or None)

    def refuse(self, dossier: DossierCode, reason: str) -> bool:
        """The officer refuses it: status 3 before it was accepted, 8 after."""
        return self._say(dossier, SignalKind.REFUSED, text=reason)

    def stop(self, dossier: DossierCode, reason: str) -> bool:
        """The agency stops it (status 8), e.g. because it was filed twice."""
        return self._say(dossier, SignalKind.STOPPED, text=reason)

    def go_on(self, dossier: DossierCode) -> bool:
        """The officer has looked: what stopped the workflow is passed over, and tried again."""
        return self._say(dossier, SignalKind.GO_ON)

    def standing(self, dossier: DossierCode) -> Record | None:
        """Where a request stands by the local records: status, outcome, reason; None before its first run."""
        return self._ledger.record(dossier)

    def signals(self, dossier: DossierCode) -> tuple[Signal, ...]:
        """What was said about a request, the oldest first."""
        return self._book.of(self._case_of(dossier))

    def papers(self, dossier: DossierCode) -> tuple[Enclosure, ...]:
        """The papers of an interlinked dossier, those of its supplements behind the first ones."""
        stored = self._ledger.recall_all(self._case_of(_code(dossier)), FILES)
        return tuple(paper for name in sorted(stored) for paper in enclosures(stored[name]))

    def refund_proposals(self) -> list[Refund]:
        """Refunds that workflows propose and nobody has asked for yet: give each to `gov.payments.refund`."""
        mine = (STEPS.c.agency == str(self._acting.agency)) & STEPS.c.name.startswith(PREFIX)
        with self._parts.database.reading() as db:
            rows = db.execute(select(STEPS.c.dossier, STEPS.c.name).where(mine).order_by(STEPS.c.made_at)).all()
        gov = WorkflowRunner(self._parts).client(str(self._acting.agency))
        found = stored_proposals(self._ledger, [(row.dossier, row.name) for row in rows])
        book = gov.payments_through(self._gateway).book
        return [one for one in found if book.refunds.get(one.key) is None]

    @property
    def _gateway(self) -> str:
        served = self._parts.desks.get(str(self._acting.agency))
        return "national_payment" if served is None else served[0].gateway

    def _numbers(self, key: str) -> Callable[[], DossierCode]:
        """Numbers that stand for a key of the host's: made once, the same for ever after."""
        from gov_connect.model import DossierCode as Code  # noqa: PLC0415 - a name of its own

        count = 0

        def following() -> DossierCode:
            nonlocal count
            count += 1
            name = f"number/{key}/{count}"[:100]
            stored = self._ledger.recall(Code(_DESK), name)
            return Code(stored or self._ledger.remember(Code(_DESK), name, str(self.number())))

        return following

    def number(self) -> DossierCode:
        """A fresh dossier number of the agency, of today."""
        from gov_connect.store.numbers import DossierNumbers  # noqa: PLC0415 - on first use

        today = self._parts.clock.now().astimezone(VIETNAM).date()
        return DossierNumbers(self._parts.database).next(self._acting.agency, today)

    def start(self, application: Application) -> Event[None]:
        """Begin the workflow of an application of the host's own making, once; the calls above are made of this.

        Raises:
            KeyConflict: it began with another content.
        """
        charged(application.charges)
        for one in application.further:
            self._ledger.remember(one.code, "case", str(application.code))
        return self._delivery.start(LIFE, str(application.code), application.plain())

    def _case_of(self, dossier: DossierCode) -> DossierCode:
        return type(dossier)(self._ledger.recall(dossier, "case") or str(dossier))

    def _runs(self, code: DossierCode) -> bool:
        """Whether a workflow of this number was ever begun."""
        return bool(self._delivery.admin.events(system=_WORKFLOW, dossier=str(code), limit=1))

    def _say(self, dossier: DossierCode, kind: SignalKind, **said: Any) -> bool:
        code = self._case_of(_code(dossier))
        if not self._runs(code):
            raise InvalidInput("dossier", [Problem(path="", code="value.not_in_list")])
        record = self._ledger.record(code)
        if record is not None and record.outcome in _ENDED:
            return False
        officer = "" if self._acting.officer is None else self._acting.officer.code
        new = self._book.add(code, Signal(kind=kind, at=self._parts.clock.now(), officer=officer, **said))
        self._delivery.wake(str(code))
        for line in self._delivery.admin.events(state="parked", system=_WORKFLOW, dossier=str(code)):
            self._delivery.replay(line.id)
        return new


_ENDED: Final = frozenset(str(outcome) for outcome in Outcome if outcome.ended)
_DESK: Final = "DESK-000101-0000"
"""Under this the numbers of keys are kept; no dossier is called so."""


def _code(dossier: DossierCode | str) -> DossierCode:
    from gov_connect.model import DossierCode as Code  # noqa: PLC0415 - a name of its own

    return Code(dossier)


def _served(parts: Parts, agency: str) -> tuple[Desk, Officer | None]:
    """Who serves an agency here.

    Raises:
        ConfigurationError: nobody said `gov.workflows.serve(desk)`.
    """
    served = parts.desks.get(agency)
    if served is None:
        raise ConfigurationError([Problem(path="workflows.serve", code="value.missing")])
    return served


class _Reception:
    """The desk as the intake of bundles needs it."""

    def __init__(self, flows: Workflows) -> None:
        self._flows = flows

    def number(self) -> DossierCode:
        return self._flows.number()

    def begin(self, application: Application) -> object:
        return self._flows.start(application)

    def supplemented(self, inbound: InboundDossier) -> object:
        return self._flows.supplement(inbound.code, inbound)


class WorkflowRunner:
    """Runs workflows for every agency that is served here. Repetitions are the queue's, not the guard's."""

    def __init__(self, parts: Parts) -> None:
        self._parts: Final = parts
        self._lives: Final[dict[str, LifeCycle]] = {}

    @cached_property
    def _gov(self) -> GovConnect:
        from gov_connect.client import GovConnect  # noqa: PLC0415 - the two need each other

        return GovConnect(parts=self._parts, once=True)

    def run(self, program: Any) -> Any:
        """Run a program to its end."""
        return self._gov.run(program)

    def client(self, agency: str) -> GovConnect:
        """The façade of an agency."""
        return self._gov.acting(agency=AgencyCode(agency))

    def life(self, agency: str) -> LifeCycle | None:
        """The life cycle of an agency's desk; None when it is served by another process."""
        if agency not in self._parts.desks:
            return None
        if agency not in self._lives:
            desk, officer = _served(self._parts, agency)
            gov = self.client(agency)
            inner = gov.inner()

            def residents(inbound: InboundDossier) -> Any:
                purpose = Purpose(procedure=inbound.procedure, dossier=inbound.code)
                return gov.acting(officer=officer, purpose=purpose).inner().residents

            def tell(news: News, key: str) -> None:
                # As with dossiers and payments: told where the host's handlers are known.
                if self._parts.handlers.wants(type(news)):
                    gov.delivery.with_key(key).publish(news)

            systems = Systems(
                portal=inner.portal,
                residents=residents,
                civil_registry=inner.civil_registry,
                payments=inner.payments_through(desk.gateway),
                bundles=_if_set(self._parts, agency, inner),
                # The checkers cannot see an operation as a protocol's method.
                signing=lambda: cast("Phones", inner.signing),
            )
            self._lives[agency] = LifeCycle(
                desk, systems, ledger=gov.ledger, fees=gov.fees, clock=self._parts.clock, tell=tell
            )
        return self._lives[agency]


def _if_set(parts: Parts, agency: str, inner: Any) -> Any:
    """The bundle platform, where it is set up."""
    try:
        parts.settings.need("bundle_platform", AgencyCode(agency))
    except ConfigurationError:
        return None
    return inner.bundles
