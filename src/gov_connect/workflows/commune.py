"""The life of a dossier at a commune's one-stop desk, from reception to the result.

    receive -> look up the citizen -> quote the fee -> open the payment -> (the citizen pays)
            -> confirm it by query -> register (civil status) -> sync record and progress -> result

`CommuneDesk.advance` runs as far as it can and may be called again at any time, after a crash too:
steps that are done give their stored results, a step in doubt is looked up first.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from gov_connect.adapters.civil_registry import CivilRegistry
from gov_connect.adapters.national_portal import NationalPortal
from gov_connect.delivery import Steps
from gov_connect.errors import (
    GovConnectError,
    InvalidInput,
    KeyConflict,
    NotSupported,
    Refused,
)
from gov_connect.forms import read_birth_form
from gov_connect.model import (
    VIETNAM,
    BookEntry,
    DossierStatus,
    FeeLine,
    Money,
    Payer,
    PaymentOrder,
    PaymentState,
    Procedure,
)
from gov_connect.payments import Payments
from gov_connect.runtime import Blocking
from gov_connect.workflows.papers import BIRTH, Desk, Papers, fee_items, query_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.adapters.residents import Residents
    from gov_connect.delivery import Ledger
    from gov_connect.delivery.ledger import Record
    from gov_connect.fees import FeeBook
    from gov_connect.model import InboundDossier, PaymentLink
    from gov_connect.payments import StoredOrder
    from gov_connect.runtime import Clock, Inner, Program

_DUE: dict[str, timedelta] = {BIRTH: timedelta(days=1)}
_DUE_OTHERWISE = timedelta(days=3)


class Outcome(StrEnum):
    """Where a dossier stands after `advance`."""

    WAITING_FOR_PAYMENT = "waiting_for_payment"
    WAITING_FOR_REGISTRY = "waiting_for_registry"
    BUSY = "busy"
    """Another worker has this dossier; nothing was done."""
    NEEDS_OFFICER = "needs_officer"
    DELIVERED = "delivered"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Systems:
    """The outside systems as the desk uses them."""

    portal: NationalPortal[Inner]
    residents: Callable[[InboundDossier], Residents[Inner]]
    """Acts for the purpose of that dossier."""
    civil_registry: CivilRegistry[Inner]
    payments: Payments[Inner]


class _Parked(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Waiting(Exception):
    def __init__(self, outcome: Outcome, link: PaymentLink | None = None) -> None:
        super().__init__(outcome)
        self.standing = Standing(outcome=outcome, link=link)


def _for_officer(error: GovConnectError) -> bool:
    """Whether trying again cannot help, and a person has to look: no, what is wrong, or what differs."""
    return isinstance(error, (Refused, InvalidInput, NotSupported, KeyConflict)) or error.code.startswith("payment.")


def payment_reference(dossier: str) -> str:
    """The reference of a dossier's first payment: the same however often it is made, so that even a lost
    database cannot charge a citizen twice. It tells nothing about the person. Later attempts come from it.
    """
    return "gc" + hashlib.sha256(f"{dossier}/1".encode()).hexdigest()[:30]


class CommuneDesk:
    """Takes dossiers through their life. One per agency; its programs run in parallel."""

    def __init__(self, desk: Desk, systems: Systems, *, ledger: Ledger, fees: FeeBook, clock: Clock) -> None:
        self._desk = desk
        self._systems = systems
        self._ledger = ledger
        self._fees = fees
        self._clock = clock
        self._procedures: dict[str, Procedure] = {}

    def advance(self, inbound: InboundDossier, *, poll: bool = True) -> Program[Standing]:
        """Take a dossier as far as it goes now.

        Args:
            inbound: the dossier as it was received.
            poll: ask the platform for the payment; False right after the order was opened.

        Raises:
            OutsideSystemError: a system failed; call again later.
        """
        lease: str | None = yield Blocking(lambda: self._ledger.lease(inbound.code))
        if lease is None:
            return Standing(outcome=Outcome.BUSY)
        try:
            standing = yield from self._advance(inbound, Steps(self._ledger, inbound.code, lease), poll=poll)
        except BaseException as error:
            # A program that is closed may not ask for anything more: its lease ends by itself.
            if not isinstance(error, GeneratorExit):
                yield Blocking(lambda: self._ledger.release(inbound.code, lease))
            raise
        yield Blocking(lambda: self._ledger.release(inbound.code, lease))
        return standing

    def _advance(self, inbound: InboundDossier, steps: Steps, *, poll: bool) -> Program[Standing]:
        record: Record | None = yield Blocking(lambda: self._ledger.record(inbound.code))
        if record is not None and record.status is DossierStatus.RESULT_DELIVERED:
            return Standing(outcome=Outcome.DELIVERED)
        shown = DossierStatus.NEW
        try:
            papers = yield from self._accept(inbound, steps)
            shown = DossierStatus.ACCEPTED
            yield from self._collect(papers, steps, poll=poll)
            if inbound.procedure == BIRTH:
                yield from self._register(papers, steps)
            yield from self._deliver(papers, steps)
        except _Waiting as waiting:
            return waiting.standing
        except (_Parked, GovConnectError) as problem:
            if isinstance(problem, GovConnectError) and not _for_officer(problem):
                raise
            reason = problem.reason if isinstance(problem, _Parked) else problem.code
            yield from self._stand(inbound, shown, Outcome.NEEDS_OFFICER, reason=reason)
            return Standing(outcome=Outcome.NEEDS_OFFICER, reason=reason)
        return Standing(outcome=Outcome.DELIVERED)

    def _accept(self, inbound: InboundDossier, steps: Steps) -> Program[Papers]:
        """Look up, quote, and tell the portal that the dossier was accepted."""
        received_at = yield from steps.value("received_at", datetime, self._clock.now)
        procedure = yield from self._procedure(inbound, steps)
        yield from self._identify(inbound, steps)
        fees = yield from steps.value("fees", tuple[FeeLine, ...], lambda: self._quote(inbound, received_at))
        papers = Papers(
            desk=self._desk,
            inbound=inbound,
            procedure=procedure,
            received_at=received_at,
            due_at=received_at + _DUE.get(str(inbound.procedure), _DUE_OTHERWISE),
            fees=fees,
        )
        portal = self._systems.portal
        status = DossierStatus.ACCEPTED
        yield from steps.call("put-accepted", NationalPortal.put, portal, papers.record(status))
        shown = [papers.step(status, received_at)]
        yield from steps.call("report-accepted", NationalPortal.report, portal, shown)
        return papers

    def _procedure(self, inbound: InboundDossier, steps: Steps) -> Program[Procedure]:
        """The procedure with its names and domain, as it was when the dossier was taken up."""
        stored: str | None = yield Blocking(lambda: self._ledger.recall(inbound.code, "procedure"))
        code = str(inbound.procedure)
        if stored is None and code not in self._procedures:
            found = yield from self._systems.portal.procedure(inbound.procedure)
            if found is None:
                raise _Parked("desk.unknown_procedure")
            self._procedures[code] = found
        return (yield from steps.value("procedure", Procedure, lambda: self._procedures[code]))

    def _identify(self, inbound: InboundDossier, steps: Steps) -> Program[None]:
        """Look the applicant up; only whether they match is kept, never the record."""
        known: str | None = yield Blocking(lambda: self._ledger.recall(inbound.code, "identity"))
        if known is None:
            citizen = yield from self._systems.residents(inbound).look_up(query_of(inbound))
            matches = citizen is not None
            if not (yield from steps.value("identity", bool, lambda: matches)):
                raise _Parked("desk.applicant_not_found")
        elif known != "true":
            raise _Parked("desk.applicant_not_found")

    def _quote(self, inbound: InboundDossier, received_at: datetime) -> tuple[FeeLine, ...]:
        quote = self._fees.quote(
            fee_items(inbound),
            on=received_at.astimezone(VIETNAM).date(),
            area=self._desk.area,
            channel="online",
            facts=self._desk.facts,
        )
        if quote.total is None:
            raise _Parked(f"fees.status.{quote.status}")
        return tuple(
            FeeLine(name=line.charge.name, amount=Money(line.net or 0), kind=line.charge.kind) for line in quote.lines
        )

    def _collect(self, papers: Papers, steps: Steps, *, poll: bool) -> Program[None]:
        """Have the fee paid, once; only the platform's own record says that it is."""
        owed = tuple(line for line in papers.fees if line.amount)
        if not owed:
            return
        order = yield from steps.value("order", PaymentOrder, lambda: self._order(papers, owed))
        payments = self._systems.payments
        link = yield from steps.call("payment", Payments.create, payments, order)
        if not poll:
            raise _Waiting(Outcome.WAITING_FOR_PAYMENT, link)
        attempts: list[StoredOrder] = yield Blocking(lambda: payments.book.attempts(order.reference))
        state = yield from payments.status(attempts[-1].order.reference)
        if PaymentState.PAID in {state, *(one.state for one in attempts)}:
            return
        if state is PaymentState.EXPIRED:
            # Nobody refused anything: the payer gets a page that is open again, under a reference of its own.
            raise _Waiting(Outcome.WAITING_FOR_PAYMENT, (yield from payments.renew(order.reference)))
        if state.closed:
            raise _Parked("desk.payment_failed")
        raise _Waiting(Outcome.WAITING_FOR_PAYMENT, attempts[-1].link or link)

    def _order(self, papers: Papers, owed: tuple[FeeLine, ...]) -> PaymentOrder:
        applicant = papers.inbound.applicant
        return PaymentOrder(
            reference=payment_reference(papers.inbound.code),
            dossier=papers.inbound.code,
            procedure=papers.inbound.procedure,
            procedure_name=papers.procedure.name,
            amount=Money.total(line.amount for line in owed),
            lines=owed,
            payer=Payer(name=applicant.name, citizen_id=applicant.citizen_id),
            created_at=self._clock.now(),
        )

    def _register(self, papers: Papers, steps: Steps) -> Program[None]:
        """Have the birth registered, once, and wait until it stands in the books."""
        form = read_birth_form(
            papers.inbound.form,
            dossier=papers.inbound.code,
            unit=self._desk.unit_code,
            received_at=papers.received_at,
        )
        registry = self._systems.civil_registry
        yield from steps.call("register", CivilRegistry.submit, registry, form.registration)
        stored: str | None = yield Blocking(lambda: self._ledger.recall(papers.inbound.code, "book"))
        if stored is not None:
            return
        entry = yield from registry.results(papers.inbound.code, unit=self._desk.unit_code)
        if entry is None:
            raise _Waiting(Outcome.WAITING_FOR_REGISTRY)
        found = entry
        yield from steps.value("book", BookEntry, lambda: found)

    def _deliver(self, papers: Papers, steps: Steps) -> Program[None]:
        """Show the processing and the result at the portal, then close the local record."""
        portal = self._systems.portal
        # The clock may have been set back in between; a dossier is not processed before it came.
        processed_at = yield from steps.value(
            "processed_at", datetime, lambda: max(self._clock.now(), papers.received_at)
        )
        done = papers.record(DossierStatus.PROCESSED, processed_at=processed_at)
        shown = [
            papers.step(DossierStatus.PROCESSING, processed_at),
            papers.step(DossierStatus.PROCESSED, processed_at),
        ]
        yield from steps.call("put-processed", NationalPortal.put, portal, done)
        yield from steps.call("report-processed", NationalPortal.report, portal, shown)
        delivered_at = yield from steps.value("delivered_at", datetime, lambda: max(self._clock.now(), processed_at))
        final = papers.record(DossierStatus.RESULT_DELIVERED, processed_at=processed_at, delivered_at=delivered_at)
        last = [papers.step(DossierStatus.RESULT_DELIVERED, delivered_at)]
        yield from steps.call("put-delivered", NationalPortal.put, portal, final)
        yield from steps.call("report-delivered", NationalPortal.report, portal, last)
        yield from self._stand(papers.inbound, DossierStatus.RESULT_DELIVERED, Outcome.DELIVERED, handled=True)

    def _stand(
        self,
        inbound: InboundDossier,
        status: DossierStatus,
        outcome: Outcome,
        *,
        reason: str = "",
        handled: bool = False,
    ) -> Program[None]:
        yield Blocking(
            lambda: self._ledger.stand(
                inbound.code,
                procedure=inbound.procedure,
                status=status,
                outcome=str(outcome),
                reason=reason,
                handled=handled,
            )
        )
