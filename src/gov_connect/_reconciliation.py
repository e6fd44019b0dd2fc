"""Reconciliation of the local records with portal, registry and payment gateways; what is safe is healed.

Safe is what looks up before it writes, what only asks, and what only proposes: everything else is listed for people.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from gov_connect.delivery.codec import stored_arguments
from gov_connect.delivery.events import Work
from gov_connect.delivery.healing import (
    Found,
    Mismatch,
    delivered,
    ended_and_paid,
    is_due,
    not_begun,
    open_orders,
    open_too_long,
    still_there,
    tell_once,
)
from gov_connect.delivery.states import Lane
from gov_connect.errors import GovConnectError
from gov_connect.model import DossierCode, Money, PaymentState, Refund
from gov_connect.payments.gateways import configured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gov_connect._delivery import Delivery
    from gov_connect._parts import Parts
    from gov_connect.delivery.healing import Delivered
    from gov_connect.payments import Payments
    from gov_connect.runtime import Acting, Inner

_SETTLED_WITHIN: Final = timedelta(days=1)
"""Orders that are open for longer are asked for; the poller asks for younger ones."""
_LATE_MONEY: Final = "refunds-late"
_ONE_RUN: Final = timedelta(minutes=50)
"""For so long nobody else begins what one has begun: less than between two looks of the calendar."""
_DAILY_LIMIT: Final = 1000
"""Dossiers, and orders, that are asked for each day: the systems have others to serve."""


class Reconciler:
    """One agency's records against the systems. All methods block."""

    def __init__(self, parts: Parts, acting: Acting, delivery: Delivery) -> None:
        self._parts: Final = parts
        self._acting: Final = acting
        self._agency: Final = str(acting.agency)
        self._delivery: Final = delivery
        self._systems: Final = delivery.systems

    def run(self, *, heal: bool, limit: int) -> Found:
        """Every mismatch that was found, healed where that is safe and wanted."""
        found = Found()
        found += open_too_long(self._parts.database, self._agency, self._parts.clock)
        found += not_begun(self._parts.database, self._agency, self._parts.clock)
        for each in found.limited(delivered(self._parts.database, self._parts.vault, self._agency), limit):
            found += self._lost(each, heal=heal)
        self._money(found, heal=heal, limit=limit)
        return found

    def daily(self, every: timedelta) -> Found | None:
        """The same with healing, once in `every`, whichever worker comes first; people are told what is left.

        None when somebody was here before, or is at it. One that fails is made up for by the next call an hour later.
        """
        database, clock = self._parts.database, self._parts.clock
        done, begun = f"reconciled {self._agency}", f"reconciling {self._agency}"
        if not is_due(database, done, clock, every=every) or not tell_once(database, begun, clock, every=_ONE_RUN):
            return None
        found = self.run(heal=True, limit=_DAILY_LIMIT)
        left = [one for one in found if not one.healed]
        if left:
            kinds = sorted({one.kind for one in left})
            rest = f"; not checked: {found.not_checked}" if found.not_checked else ""
            self._delivery.admin.alarm("reconciliation", "mismatch", f"{len(left)}: {', '.join(kinds)}{rest}")
        tell_once(database, done, clock, every=timedelta(0))
        return found

    def _lost(self, one: Delivered, *, heal: bool) -> Iterator[Mismatch]:
        """What counts as delivered, and the system no longer knows."""
        mismatch = Mismatch(system=one.system, dossier=one.dossier, kind="missing", event=one.id)
        try:
            operation, adapter = self._systems.named(one.system, one.operation, self._acting)
            if self._systems.run(still_there(one, operation, adapter)):
                return
            if heal and not _has_papers(stored_arguments(operation, one.payload)):
                self._write_again(one)
                mismatch = replace(mismatch, outcome="healed")
        except GovConnectError as error:
            mismatch = replace(mismatch, kind="unknown", outcome=error.code)
        yield mismatch

    def _write_again(self, one: Delivered) -> None:
        work = Work(
            agency=self._agency,
            lane=Lane.OUT,
            system=one.system,
            operation=one.operation,
            dossier=one.dossier,
            payload=one.payload,
            acting=self._delivery.writer,
            key=f"heal/{one.id}/{one.operation}",
        )
        self._delivery.write(work)

    def _money(self, found: Found, *, heal: bool, limit: int) -> None:
        """Payments that the gateway has and we do not, that nobody settles, or that nobody is owed any more."""
        before = self._parts.clock.now() - _SETTLED_WITHIN
        names = configured(self._parts.settings, self._acting.agency)
        for system in names:
            payments = self._payments(system)
            orders = open_orders(self._parts.database, self._agency, system, before)
            for reference, dossier in found.limited(orders, limit):
                found += self._asked(payments, system, reference, dossier)
            for alarm in payments.book.alarms():
                order = payments.book.get(alarm.reference)
                dossier = "" if order is None else str(order.order.dossier)
                kind = f"money_{alarm.alarm or 'alarm'}"
                found.append(Mismatch(system=system, dossier=dossier, kind=kind, event=alarm.id))
        for system, reference, dossier in found.limited(ended_and_paid(self._parts.database, self._agency), limit):
            if system in names:
                found += self._late_money(system, reference, dossier, heal=heal)

    def _asked(self, payments: Payments[Inner], system: str, reference: str, dossier: str) -> Iterator[Mismatch]:
        mismatch = Mismatch(system=system, dossier=dossier, kind="payment_open", event=0)
        try:
            state = self._systems.run(payments.status(reference))
        except GovConnectError as error:
            yield replace(mismatch, kind="unknown", outcome=error.code)
            return
        if state is PaymentState.PAID:
            # The gateway's own word is in the records now; whoever waits for the money goes on.
            self._delivery.wake(dossier)
            yield replace(mismatch, kind="paid_not_heard", outcome="healed")
        elif not state.final:
            yield mismatch

    def _late_money(self, system: str, reference: str, dossier: str, *, heal: bool) -> Iterator[Mismatch]:
        """Money of a dossier that ended without a result, for which no refund is proposed or asked for."""
        code, book = DossierCode(dossier), self._payments(system).book
        proposed = self._ledger.recall_all(code, "refunds")
        if any(reference in text for text in proposed.values()) or book.refunds.of(reference):
            return
        mismatch = Mismatch(system=system, dossier=dossier, kind="paid_after_end", event=0)
        if heal:
            refund = Refund(
                key=f"{_LATE_MONEY}-{reference}",
                reference=reference,
                amount=Money(book.received(reference).dong),
                reason=f"Thanh toán sau khi hồ sơ kết thúc, hồ sơ {dossier}",
                officer="he-thong",
                created_at=self._parts.clock.now(),
            )
            self._ledger.remember(code, f"{_LATE_MONEY}-{reference}"[:100], f"[{refund.to_json()}]")
            mismatch = replace(mismatch, outcome="proposed")
        yield mismatch

    @cached_property
    def _ledger(self) -> Any:
        return self._systems.view(self._acting).ledger

    def _payments(self, system: str) -> Payments[Inner]:
        found: Payments[Inner] = self._systems.view(self._acting).inner().payments_through(system)
        return found


def _has_papers(arguments: dict[str, Any]) -> bool:
    """Whether papers went along that no record of the call holds: then only its workflow can repeat it."""
    registration = arguments.get("registration")
    return registration is not None and bool(registration.bundle)
