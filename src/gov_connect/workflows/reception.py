"""The stages up to the fee: taken up, identified, quoted, accepted, paid."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from gov_connect.model import (
    VIETNAM,
    DossierStatus,
    FeeLine,
    Money,
    Payer,
    PaymentOrder,
    PaymentState,
    Procedure,
)
from gov_connect.model.bundles import BundleStatus
from gov_connect.payments import Payments
from gov_connect.runtime import Blocking
from gov_connect.workflows.application import charged
from gov_connect.workflows.case import Outcome, Parked, Waiting
from gov_connect.workflows.papers import Papers, query_of
from gov_connect.workflows.platform import tell_platform
from gov_connect.workflows.refunding import propose_overpaid
from gov_connect.workflows.signals import SignalKind, rounds

if TYPE_CHECKING:
    from gov_connect.fees import FeeItem
    from gov_connect.model import DossierCode, PaymentLink, ProcedureCode
    from gov_connect.payments import StoredOrder
    from gov_connect.runtime import Program
    from gov_connect.workflows.case import Case

_LINES: TypeAdapter[tuple[FeeLine, ...]] = TypeAdapter(tuple[FeeLine, ...])


def payment_reference(dossier: str, number: int = 1) -> str:
    """The reference of a dossier's n-th order: the same however often it is made, so that even a lost
    database cannot charge a citizen twice. It tells nothing about the person. Later attempts come from it.
    """
    return "gc" + hashlib.sha256(f"{dossier}/{number}".encode()).hexdigest()[:30]


def take_up(case: Case) -> Program[None]:
    """Note when the dossier came and what procedures it is about; the same for ever after."""
    world, application = case.world, case.application
    received_at = yield from case.steps.value("received_at", datetime, world.clock.now)
    records: list[tuple[DossierCode, ProcedureCode]] = [(application.code, application.inbound.procedure)]
    records += [(one.code, one.procedure) for one in application.further]
    made: list[Papers] = []
    for number, (code, wanted) in enumerate(records):
        procedure = yield from _procedure(case, number, wanted)
        made.append(
            Papers(
                desk=world.desk,
                code=code,
                inbound=application.inbound,
                procedure=procedure,
                received_at=received_at,
                due_at=case.plan.due(received_at, world.calendar),
                channel=application.channel,
                looked_up=case.plan.looks_up,
            )
        )
    case.papers = tuple(made)


def _procedure(case: Case, number: int, wanted: ProcedureCode) -> Program[Procedure]:
    """The procedure with its names and domain, as it was when the dossier was taken up."""
    name = case.named("procedure", number)
    if (yield from case.recall(name)) is None:
        found = yield from case.world.procedure(wanted)
        if found is None:
            raise Parked("desk.unknown_procedure")
        return (yield from case.steps.value(name, Procedure, lambda: found))
    return (yield from case.steps.value(name, Procedure, _never))


def _never() -> Procedure:
    raise AssertionError("it is stored")


def identify(case: Case) -> Program[None]:
    """Look the applicant up; only whether they match is kept, never the record."""
    known = yield from case.recall("identity")
    if known is None:
        inbound = case.inbound
        citizen = yield from case.world.systems.residents(inbound).look_up(query_of(inbound))
        matches = citizen is not None
        if not (yield from case.steps.value("identity", bool, lambda: matches)):
            raise Parked("desk.applicant_not_found")
    elif known != "true":
        raise Parked("desk.applicant_not_found")


def accept(case: Case) -> Program[None]:
    """Quote the fee and tell the portal that the dossier was accepted; where officers decide, once one has."""
    yield from tell_platform(case, "received", BundleStatus.RECEIVED)
    if case.staffed and case.first(SignalKind.ACCEPTED) is None:
        raise Waiting(Outcome.WAITING_FOR_OFFICER)
    yield from _quote(case)
    received_at = case.papers[0].received_at
    first = yield from case.steps.value("accepted_content", int, lambda: case.revision)
    yield from case.show("accepted", DossierStatus.ACCEPTED, received_at)
    yield from tell_platform(case, "accepted", BundleStatus.ACCEPTED)
    if case.revision > first and _corrected(case):
        began = yield from case.recall("processing_at")
        later = began is not None or any(answer is not None for _, answer in rounds(case.signals))
        status = DossierStatus.PROCESSING if later else DossierStatus.ACCEPTED
        at = yield from case.steps.value(f"corrected_at-{case.revision}", datetime, case.now)
        yield from case.show(f"corrected-{case.revision}", status, at, text="Công dân sửa đổi nội dung")


def _corrected(case: Case) -> bool:
    """Whether the newest content is a correction; a supplement's is shown with the supplement."""
    contents = [signal for signal in case.signals if signal.inbound is not None][: case.frozen]
    answers = [answer for _, answer in rounds(case.signals)]
    return contents[-1] not in answers


def _quote(case: Case) -> Program[None]:
    """What each record costs with this content, as it was quoted first."""
    items = [case.plan.charges(case.application.model_copy(update={"inbound": case.inbound}))]
    items += [charged(one.charges) for one in case.application.further]
    made: list[Papers] = []
    for number, papers in enumerate(case.papers):
        fees = yield from _priced(case, number, items[number])
        made.append(replace(papers, fees=fees))
    case.papers = tuple(made)


def _priced(case: Case, number: int, items: list[FeeItem]) -> Program[tuple[FeeLine, ...]]:
    name = case.named("fees", number, revised=True)
    return (yield from case.steps.value(name, tuple[FeeLine, ...], lambda: _lines(case, items)))


def stored_fees(case: Case) -> Program[None]:
    """Put the fees into the papers that were quoted before; the newest content's, as far as there is one."""
    made: list[Papers] = []
    for number, papers in enumerate(case.papers):
        stored = yield from case.recall(case.named("fees", number, revised=True))
        if stored is None:
            stored = yield from case.recall(case.named("fees", number))
        made.append(papers if stored is None else replace(papers, fees=_LINES.validate_json(stored)))
    case.papers = tuple(made)


def _lines(case: Case, items: list[FeeItem]) -> tuple[FeeLine, ...]:
    if not items:
        return ()
    world, application = case.world, case.application
    quote = world.fees.quote(
        items,
        on=case.papers[0].received_at.astimezone(VIETNAM).date(),
        area=world.desk.area,
        channel=application.channel.value,
        facts=world.desk.facts | application.facts,
    )
    if quote.total is None:
        raise Parked(f"fees.status.{quote.status}")
    return tuple(
        FeeLine(name=line.charge.name, amount=Money(line.net or 0), kind=line.charge.kind) for line in quote.lines
    )


def collect(case: Case) -> Program[None]:
    """Have the fee paid, once; only the gateway's own record says that it is.

    Content that costs more is charged by a further order, over the difference; what was paid above it is
    proposed as a refund.
    """
    lines = tuple(line for papers in case.papers for line in papers.fees if line.amount)
    owed, asked, number = sum(line.amount.dong for line in lines), 0, 1
    while True:
        name = "order" if number == 1 else f"order-{number}"
        stored = yield from case.recall(name)
        if stored is None and owed <= asked:
            break
        rest = owed - asked
        order = yield from case.steps.value(name, PaymentOrder, partial(_order, case, lines, rest, number))
        yield from _paid(case, "payment" if number == 1 else f"payment-{number}", order)
        asked, number = asked + order.amount.dong, number + 1
    if asked > owed:
        yield from propose_overpaid(case, asked - owed)


def _order(case: Case, lines: tuple[FeeLine, ...], rest: int, number: int) -> PaymentOrder:
    papers = case.papers[0]
    applicant = papers.inbound.applicant
    if number > 1:
        lines = (FeeLine(name=f"Thu bổ sung: {lines[0].name}"[:500], amount=Money(rest), kind=lines[0].kind),)
    return PaymentOrder(
        reference=payment_reference(papers.code, number),
        dossier=papers.code,
        procedure=papers.procedure.code,
        procedure_name=papers.procedure.name,
        amount=Money(rest),
        lines=lines,
        payer=Payer(name=applicant.name, citizen_id=applicant.citizen_id, old_id=applicant.old_id),
        created_at=case.world.clock.now(),
    )


def _paid(case: Case, name: str, order: PaymentOrder) -> Program[None]:
    payments = case.world.systems.payments
    link: PaymentLink = yield from case.steps.call(name, Payments.create, payments, order)
    if not case.poll:
        raise Waiting(Outcome.WAITING_FOR_PAYMENT, link)
    attempts: list[StoredOrder] = yield Blocking(lambda: payments.book.attempts(order.reference))
    state = yield from payments.status(attempts[-1].order.reference)
    if PaymentState.PAID in {state, *(one.state for one in attempts)}:
        return
    if state is PaymentState.EXPIRED:
        # Nobody refused anything: the payer gets a page that is open again, under a reference of its own.
        raise Waiting(Outcome.WAITING_FOR_PAYMENT, (yield from payments.renew(order.reference)))
    if state.closed:
        raise Parked("desk.payment_failed")
    raise Waiting(Outcome.WAITING_FOR_PAYMENT, attempts[-1].link or link)
