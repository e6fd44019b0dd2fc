"""Refunds that a workflow proposes; nothing is sent before an officer gives one to `gov.payments.refund`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from pydantic import TypeAdapter

from gov_connect.model import DossierCode, Money, Refund
from gov_connect.runtime import Blocking

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gov_connect.delivery import Ledger
    from gov_connect.payments import StoredOrder
    from gov_connect.runtime import Program
    from gov_connect.workflows.case import Case
    from gov_connect.workflows.signals import Signal

PREFIX: Final = "refunds"
"""Begins the names of steps that hold proposals."""
_STORED: Final = TypeAdapter(tuple[Refund, ...])
_NOBODY: Final = "he-thong"
_REASONS: Final = {
    "withdrawn": "Công dân rút hồ sơ",
    "refused": "Hồ sơ bị từ chối",
    "stopped": "Dừng xử lý hồ sơ",
}


def propose_all(case: Case, signal: Signal) -> Program[None]:
    """Propose to give back everything that was paid, after asking for what may have been paid meanwhile."""
    payments, code = case.world.systems.payments, case.application.code
    if (yield from case.recall(PREFIX)) is not None:
        return
    orders: list[StoredOrder] = yield Blocking(lambda: payments.book.of_dossier(code))
    for stored in orders:
        if not stored.state.final and stored.link is not None:
            yield from payments.status(stored.order.reference)
    received: list[tuple[str, int]] = yield Blocking(
        lambda: [(one.order.reference, payments.book.received(one.order.reference).dong) for one in orders]
    )
    why = f"{_REASONS[signal.kind.value]}, hồ sơ {code}"
    yield from _propose(case, PREFIX, received, why, signal.officer)


def propose_overpaid(case: Case, over: int) -> Program[None]:
    """Propose to give back what was paid above the fee of the newest content."""
    payments, code = case.world.systems.payments, case.application.code
    orders: list[StoredOrder] = yield Blocking(lambda: payments.book.of_dossier(code))
    parts: list[tuple[str, int]] = []
    for stored in reversed(orders):
        received: Money = yield Blocking(partial(payments.book.received, stored.order.reference))
        part = min(over, received.dong)
        parts.append((stored.order.reference, part))
        over -= part
    yield from _propose(case, f"{PREFIX}-c{case.revision}", parts, f"Thu thừa sau khi sửa đổi, hồ sơ {code}", "")


def _propose(case: Case, name: str, parts: list[tuple[str, int]], why: str, officer: str) -> Program[None]:
    at = case.now()
    made = tuple(
        Refund(
            key=f"{name}-{reference}",
            reference=reference,
            amount=Money(amount),
            reason=why,
            officer=officer or _NOBODY,
            created_at=at,
        )
        for reference, amount in parts
        if amount
    )
    yield from case.steps.value(name, tuple[Refund, ...], lambda: made)


def stored_proposals(ledger: Ledger, places: Iterable[tuple[str, str]]) -> list[Refund]:
    """The proposals under these (dossier, step)."""
    found: list[Refund] = []
    for dossier, name in places:
        stored = ledger.recall(DossierCode(dossier), name)
        found += _STORED.validate_json(stored or "[]")
    return found
