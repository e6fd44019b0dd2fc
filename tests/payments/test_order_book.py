"""The order book: stored once, settled by news, never lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.errors import KeyConflict
from gov_connect.model import AgencyCode, Money, PaymentLink, PaymentOrder, PaymentResult, PaymentState
from gov_connect.payments import OrderBook, StoredOrder
from gov_connect.runtime import ManualClock
from gov_connect.store import Database, Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

LINK = PaymentLink(reference="gc0001", url="https://pay.example/pay/0")


@pytest.fixture
def shelf(order: PaymentOrder) -> Iterator[Any]:
    """Make books of any agency and gateway on one database."""
    database, vault = Database("sqlite://"), Vault(bytes(range(32)))

    def make(agency: str = "H99.201", system: str = "national_payment") -> OrderBook:
        clock = ManualClock(order.created_at)
        return OrderBook(database, vault, agency=AgencyCode(agency), system=system, clock=clock)

    yield make
    database.close()


@pytest.fixture
def book(shelf: Any) -> OrderBook:
    """The book of one agency at one gateway."""
    made: OrderBook = shelf()
    return made


def _news(state: PaymentState, **values: Any) -> PaymentResult:
    return PaymentResult(reference="gc0001", state=state, **values)


def test_an_order_is_stored_once(book: OrderBook, order: PaymentOrder) -> None:
    """The same order again is the stored one, with whatever became of it, whole."""
    fresh = StoredOrder(order=order, state=PaymentState.CREATED, link=None, transaction="")
    assert book.open(order) == fresh == book.open(order)
    book.linked(order.reference, LINK)
    assert book.open(order) == StoredOrder(order=order, state=PaymentState.PENDING, link=LINK, transaction="")
    stored = book.get(order.reference)
    assert stored is not None
    assert stored.order.payer.name.reveal() == "MẪU THỊ THỬ"


def test_a_reference_stands_for_one_order(book: OrderBook, order: PaymentOrder) -> None:
    """Another amount, dossier or time under the same reference is refused; the first stays."""
    book.open(order)
    dear = order.model_copy(update={"amount": Money(7000)})
    with pytest.raises(KeyConflict):
        book.open(dear)
    assert book.open(order).order == order


def test_an_unknown_reference_is_none(book: OrderBook) -> None:
    """Nothing is invented, and news of it change nothing."""
    assert book.get("gc9999") is None
    assert book.apply(_news(PaymentState.PAID)) is None
    book.linked("gc0001", LINK)
    assert book.get("gc0001") is None


def test_news_go_through_the_state_machine(book: OrderBook, order: PaymentOrder) -> None:
    """The transaction is kept with the state; paid is not left, and its transaction stays."""
    book.open(order)
    assert book.apply(_news(PaymentState.FAILED, transaction="T1")) is PaymentState.FAILED
    assert book.apply(_news(PaymentState.PENDING)) is PaymentState.FAILED
    assert book.apply(_news(PaymentState.PAID, transaction="T2")) is PaymentState.PAID
    assert book.apply(_news(PaymentState.FAILED, transaction="T3")) is PaymentState.PAID
    stored = book.get(order.reference)
    assert stored is not None
    assert (stored.state, stored.transaction) == (PaymentState.PAID, "T2")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, PaymentState.PENDING),
        (PaymentState.PENDING, PaymentState.PENDING),
        (PaymentState.PAID, PaymentState.PAID),
        (PaymentState.FAILED, PaymentState.FAILED),
    ],
    ids=str,
)
def test_a_link_is_kept_whatever_overtook_it(
    before: PaymentState | None, after: PaymentState, book: OrderBook, order: PaymentOrder
) -> None:
    """A notice may come before the link is stored: the link is kept, and a settled state stays."""
    book.open(order)
    if before is not None:
        book.apply(_news(before))
    book.linked(order.reference, LINK)
    stored = book.get(order.reference)
    assert stored is not None
    assert (stored.link, stored.state) == (LINK, after)


def test_books_are_apart(shelf: Any, order: PaymentOrder) -> None:
    """Another agency or another gateway has orders of its own under the same reference."""
    books = [shelf(), shelf(agency="H99.202"), shelf(system="vnpay")]
    for item in books:
        assert item.open(order).state is PaymentState.CREATED
    books[0].apply(_news(PaymentState.PAID))
    states = [item.get(order.reference).state for item in books]
    assert states == [PaymentState.PAID, PaymentState.CREATED, PaymentState.CREATED]


def test_a_dossier_has_its_orders(book: OrderBook, order: PaymentOrder) -> None:
    """All of one dossier, none of another."""
    second = order.model_copy(update={"reference": "gc0002"})
    book.open(order)
    book.open(second)
    assert [stored.order.reference for stored in book.of_dossier(str(order.dossier))] == ["gc0001", "gc0002"]
    assert book.of_dossier("H99.201-260105-0002") == []
