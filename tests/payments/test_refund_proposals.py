"""Over-collection found by the fees becomes a refund that an officer confirms."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from gov_connect.fees import FeeBook, FeeItem
from gov_connect.fees.audit import Collected, audit
from gov_connect.fees.compare import Dossier
from gov_connect.model import VIETNAM, Money, PaymentState
from gov_connect.payments import StoredOrder, proposals

if TYPE_CHECKING:
    from gov_connect.model import PaymentOrder

AT = datetime(2026, 1, 6, 9, tzinfo=VIETNAM)


def collected(dong: int) -> tuple[Collected, ...]:
    """One dossier of certified copies, with what was taken for it."""
    item = FeeItem.parse("ct.copy:pages=3,copies=1")
    dossier = Dossier(
        id="H99.201-260105-0001",
        at=AT.date(),
        items=(item,),
        area="",
        channel="counter",
        facts=frozenset(),
        collected=dong,
    )
    return audit(FeeBook.default(), [dossier]).rows


def test_what_was_taken_too_much_is_proposed_once(order: PaymentOrder) -> None:
    """6,000 was paid; what lies above the law goes back, under a key that stays the same."""
    (row,) = collected(6000)
    assert row.due is not None
    assert 0 < row.due < 6000
    paid = StoredOrder(order=order, state=PaymentState.PAID, link=None, transaction="PP1")
    made = proposals([row], [paid], officer="canbo01", at=AT)
    assert [(one.reference, one.amount, one.key) for one in made] == [
        ("gc0001", Money(6000 - row.due), f"over-gc0001-{6000 - row.due}")
    ]
    assert proposals([row], [paid], officer="canbo01", at=AT) == made


def test_never_more_than_was_paid_and_only_what_was_paid(order: PaymentOrder) -> None:
    """What came another way, or not at all, is not refunded through this gateway."""
    (row,) = collected(60_000)
    paid = StoredOrder(order=order, state=PaymentState.PAID, link=None, transaction="PP1")
    assert [one.amount for one in proposals([row], [paid], officer="c", at=AT)] == [Money(6000)]
    unpaid = StoredOrder(order=order, state=PaymentState.FAILED, link=None, transaction="")
    assert proposals([row], [unpaid], officer="c", at=AT) == []
    assert row.due is not None
    assert proposals(collected(row.due), [paid], officer="c", at=AT) == []
