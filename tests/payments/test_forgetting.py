"""Who paid is forgotten by age; what was paid stays, and the same order years later is still known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gov_connect.inbound.records import InboundRecords
from gov_connect.model import (
    AgencyCode,
    Money,
    PaymentLink,
    PaymentOrder,
    PaymentResult,
    PaymentState,
    Receipt,
    Refund,
    receipts_for,
)
from gov_connect.model.payment import RefundResult, RefundState
from gov_connect.payments import OrderBook
from gov_connect.payments.receipt_records import ReceiptRecords
from gov_connect.payments.receipts import ReceiptBook
from gov_connect.payments.retention import NOBODY, forget_payers
from gov_connect.runtime import ManualClock
from gov_connect.settings import Settings
from gov_connect.store import Database, Vault
from gov_connect.store.tables import ORDERS, RAW_MESSAGES

YEAR = timedelta(days=365)


class Desk:
    """The records of one agency's money."""

    def __init__(self, url: str, start: Any) -> None:
        self.database, self.vault, self.clock = Database(url), Vault(bytes(range(32))), ManualClock(start)
        mine: dict[str, Any] = {"agency": AgencyCode("H99.201"), "clock": self.clock}
        stored = (self.database, self.vault)
        self.orders = OrderBook(*stored, system="vnpay", **mine)
        self.asked = ReceiptRecords(*stored, system="vnpay", **mine)
        self.receipts = ReceiptBook(*stored, form="01BLP0-001", symbol="AA-26E", **mine)

    def forget(self, **keep: Any) -> int:
        """As the daily purge does."""
        return forget_payers(self.database, self.vault, self.clock, **{"keep": YEAR, **keep})


@pytest.fixture
def desk(database_url: str, order: PaymentOrder) -> Any:
    made = Desk(database_url, order.created_at)
    yield made
    made.database.close()


def paid(desk: Desk, order: PaymentOrder) -> Refund:
    """An order that is paid, receipted and given back."""
    desk.orders.open(order)
    desk.orders.linked(order.reference, PaymentLink(reference=order.reference, url="https://pay.example/MAU"))
    desk.orders.apply(
        PaymentResult(reference=order.reference, state=PaymentState.PAID, amount=order.amount, transaction="T1")
    )
    refund = Refund(
        key="r1",
        reference=order.reference,
        amount=order.amount,
        reason="MẪU THỊ THỬ rút hồ sơ",
        officer="cb-9",
        created_at=order.created_at,
    )
    desk.orders.refunds.ask(refund, received=order.amount)
    desk.orders.refunds.apply("r1", RefundResult(state=RefundState.DONE, amount=order.amount, transaction="T2"))
    return refund


def test_who_paid_is_forgotten_and_what_was_paid_is_not(desk: Desk, order: PaymentOrder) -> None:
    """A year later: no name, number, address or link; amounts, lines, references and states as before."""
    refund = paid(desk, order)
    desk.clock.advance(364 * 86_400)
    assert desk.forget() == 0
    desk.clock.advance(2 * 86_400)
    assert (desk.forget(), desk.forget()) == (2, 0)
    stored = desk.orders.get(order.reference)
    assert stored is not None
    assert stored.order == order.model_copy(update={"payer": NOBODY})
    assert (stored.link, stored.state, stored.transaction) == (None, PaymentState.PAID, "T1")
    (back,) = desk.orders.refunds.of(order.reference)
    assert (back.refund.amount, back.refund.officer, back.state) == (order.amount, "cb-9", RefundState.DONE)
    assert "MẪU" not in back.refund.reason
    # The same again is the same, not another under its number.
    assert desk.orders.open(order).state is PaymentState.PAID
    assert desk.orders.refunds.ask(refund, received=order.amount).state is RefundState.DONE


def test_what_is_open_keeps_its_payer_until_it_has_ended(
    desk: Desk, order: PaymentOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However old; and then a year counts from its end. A batch of one row, so that batches are walked."""
    monkeypatch.setattr("gov_connect.payments.retention._BATCH", 1)
    several = [order.model_copy(update={"reference": f"gc000{number}"}) for number in (1, 2, 3)]
    for one in several:
        desk.orders.open(one)
    for one in several[:2]:
        desk.orders.apply(PaymentResult(reference=one.reference, state=PaymentState.EXPIRED))
    desk.clock.advance(400 * 86_400)
    assert (desk.forget(), desk.forget()) == (2, 0)
    last = several[2]
    desk.orders.apply(PaymentResult(reference=last.reference, state=PaymentState.EXPIRED))
    assert desk.forget() == 0
    stored = desk.orders.get(last.reference)
    assert stored is not None
    assert stored.order.payer == order.payer
    desk.clock.advance(366 * 86_400)
    assert desk.forget() == 1
    with desk.database.reading() as db:
        rows = db.execute(select(ORDERS.c.order, ORDERS.c.reference)).all()
    texts = [desk.vault.open(row.order, f"order|H99.201|vnpay|{row.reference}") for row in rows]
    assert [text for text in texts if "MẪU" in text or "000000000001" in text] == []


def test_a_paid_order_keeps_its_payer_until_its_receipts_are_issued(desk: Desk, order: PaymentOrder) -> None:
    """However old, where receipts are set or begun: they are made out to who paid. Others behind it are forgotten."""
    several = [order.model_copy(update={"reference": f"gc000{number}"}) for number in (1, 2, 3)]
    for one in several:
        desk.orders.open(one)
        desk.clock.advance(60)
        state = PaymentState.EXPIRED if one is several[2] else PaymentState.PAID
        number = f"T{one.reference}"
        desk.orders.apply(PaymentResult(reference=one.reference, state=state, amount=one.amount, transaction=number))
    asked, first = {"wanted": {"H99.201"}.__contains__}, several[0]
    (request,) = receipts_for(first, paid_at=order.created_at)
    desk.asked.begin(first.reference, request, "local")
    desk.clock.advance(400 * 86_400)
    assert (desk.forget(**asked), desk.forget(**asked)) == (1, 0)
    # Without receipts only the one stays whose receipt was begun.
    assert (desk.forget(), desk.forget()) == (1, 0)
    desk.asked.issued(Receipt(key=request.key, number="1", amount=request.amount, issued_at=order.created_at))
    assert (desk.forget(**asked), desk.forget(**asked)) == (1, 0)
    (kept,) = desk.asked.of(first.reference)
    assert kept.request.payer == order.payer


def test_receipts_are_wanted_where_an_agency_s_settings_say_so() -> None:
    """Numbers of its own, or a service; the common settings count for whoever has none."""
    own = {"agency": "H99.201", "environment": "test", "agencies": {"H99.202": {"receipts": {"symbol": "AA-26E"}}}}
    settings = Settings(**own)
    assert (settings.issues_receipts("H99.201"), settings.issues_receipts("H99.202")) == (False, True)


def test_an_order_whose_money_went_back_waits_for_no_receipt(desk: Desk, order: PaymentOrder) -> None:
    """All of it: nobody is owed a receipt."""
    paid(desk, order)
    desk.clock.advance(366 * 86_400)
    assert desk.forget(wanted=lambda _agency: True) == 2


def test_a_receipt_names_its_payer_for_ten_years(desk: Desk, order: PaymentOrder) -> None:
    """It is a voucher of the books; its number, amount and time outlast the name."""
    (request,) = receipts_for(order, paid_at=order.created_at)
    receipt = desk.receipts.issue(request)
    desk.asked.begin(order.reference, request, "local")
    desk.asked.issued(Receipt(key=request.key, number="1", amount=request.amount, issued_at=order.created_at))
    desk.clock.advance(10 * 366 * 86_400)
    assert desk.forget() == 0
    desk.clock.advance(400 * 86_400)
    assert desk.forget() == 2
    (kept,) = desk.asked.of(order.reference)
    assert (kept.request.payer, kept.request.amount) == (NOBODY, Money(6000))
    assert desk.receipts.issue(request) == receipt


def test_messages_that_were_refused_go_by_their_age(desk: Desk, order: PaymentOrder) -> None:
    """Notices that were not believed, and what nobody could read: its length and digest stay."""
    records = InboundRecords(desk.database, desk.vault, AgencyCode("H99.201"), desk.clock)
    records.keep_raw("/push", b"MAU THI THU", "unreadable")
    desk.orders.refuse(b"MAU THI THU", "signature")
    desk.clock.advance(366 * 86_400)
    assert (desk.forget(), desk.forget()) == (2, 0)
    assert desk.orders.rejects() == []
    with desk.database.reading() as db:
        assert db.execute(select(RAW_MESSAGES.c.body, RAW_MESSAGES.c.length)).all() == [(None, 11)]
    assert order.reference
