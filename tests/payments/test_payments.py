"""`gov.payments` against the offline platform: open, pay, ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.adapters.national_payment import wire
from gov_connect.client import AsyncGovConnect, GovConnect
from gov_connect.errors import GovConnectError, KeyConflict, Refused
from gov_connect.model import FeeKind, FeeLine, Money, PaymentOrder, PaymentState

if TYPE_CHECKING:
    from collections.abc import Callable

PAID, PENDING, FAILED = PaymentState.PAID, PaymentState.PENDING, PaymentState.FAILED
OPENED = {"MaLoi": "00", "UrlThanhToan": "https://pay.example/pay/1"}
# payment.md §1.5; the secret and all values are invented.
SECRET = "KHOA-BI-MAT-THU-NGHIEM-01"
REFERENCE, MOMENT = "dvcH99992025010203", "20250610143005"
ABOUT = "THANH TOAN HO SO H99.99-250610-0001"
INIT = ("INIT", "1.0.6", "DT-DEMO-01", REFERENCE, "25000", "PAY", "1", "1", "vi-VN", "VND", "PAYMENT", ABOUT, MOMENT)
VECTORS = [
    (
        wire.INIT_FIELDS,
        (*INIT, "203.0.113.10"),
        "ea0fde67c0c8e4dee7ee05e075e5d94f78cab595863541d0e9fddabac8517cb1",
    ),
    (
        wire.QUERY_FIELDS,
        ("QUERY", "1.0.6", "DT-DEMO-01", REFERENCE, MOMENT),
        "14ada1f7dc121bc3f9f0d2971a956434abb1236ce743b4721435d000400d0dfe",
    ),
    (
        wire.QUERY_FIELDS,
        ("GET_BILL", "1.0.6", "DT-DEMO-01", REFERENCE, MOMENT),
        "c7316817ff508262461759bdfce6e2bee5ffb7b54f3d5eadfd8231b590ba7823",
    ),
    (
        wire.CONFIRM_FIELDS,
        (
            "CONFIRM",
            "00",
            "DT-DEMO-01",
            REFERENCE,
            25000,
            "VND",
            "PP2506100000001",
            "970436",
            "20250610143112",
            ABOUT,
        ),
        "adcbf68f28094c16eea8d0760e38386d4e23c97f75fc4266131d1c244c25576e",
    ),
]


@pytest.mark.parametrize(("fields", "values", "digest"), VECTORS, ids=["INIT", "QUERY", "GET_BILL", "CONFIRM"])
def test_hashes_agree_with_the_vectors(fields: tuple[str, ...], values: tuple[Any, ...], digest: str) -> None:
    """The four vectors of payment.md §1.5 come out byte for byte."""
    assert wire.digest(dict(zip(fields, values, strict=True)), fields, SECRET) == digest


def _paid(**changes: Any) -> dict[str, Any]:
    answer = {"MaLoi": "00", "TrangThaiGD": "1", "MaThamChieu": "gc0001", "SoTien": 6000, "MaGiaoDich": "PP0001"}
    return answer | changes


def test_an_order_is_opened_paid_and_confirmed_by_query(
    gov: GovConnect, order: PaymentOrder, at_the_page: Callable[[str, str], None]
) -> None:
    """Pending until the payer pays; then paid by the platform's own record."""
    link = gov.payments.create(order)
    assert link.reference == order.reference
    assert gov.payments.status(order.reference) is PENDING
    at_the_page(link.url, "pay")
    assert gov.payments.status(order.reference) is PAID
    stored = gov.order_book.get(order.reference)
    assert stored is not None
    assert stored.transaction


def test_an_order_that_the_payer_gives_up_has_failed(
    gov: GovConnect, order: PaymentOrder, at_the_page: Callable[[str, str], None]
) -> None:
    """The platform says so, and the book keeps it."""
    at_the_page(gov.payments.create(order).url, "cancel")
    assert gov.payments.status(order.reference) is FAILED


def test_the_same_order_has_the_same_link(gov: GovConnect, order: PaymentOrder) -> None:
    """Asked again, the stored link is given; another order under its reference is refused."""
    assert gov.payments.create(order) == gov.payments.create(order)
    dear = order.model_copy(
        update={
            "amount": Money(7000),
            "lines": (FeeLine(name="Phí chứng thực", amount=Money(7000), kind=FeeKind.FEE),),
        }
    )
    with pytest.raises(KeyConflict):
        gov.payments.create(dear)


def test_a_stored_link_is_given_without_asking(answering: Any, order: PaymentOrder) -> None:
    """The platform hears of an order once."""
    with answering(OPENED) as gov:
        assert gov.payments.create(order) == gov.payments.create(order)


def test_a_refused_order_stays_in_the_book(answering: Any, order: PaymentOrder) -> None:
    """It was stored before it was sent, so it can be opened again."""
    with answering({"MaLoi": "99", "MoTaLoi": "MẪU THỊ THỬ"}, OPENED) as gov:
        with pytest.raises(Refused) as caught:
            gov.payments.create(order)
        assert "MẪU" not in f"{caught.value}{caught.value!r}"
        assert gov.order_book.get(order.reference).state is PaymentState.CREATED
        assert gov.payments.create(order).url == OPENED["UrlThanhToan"]


def test_paid_is_not_asked_again(answering: Any, order: PaymentOrder) -> None:
    """Paid never becomes anything else, so the book answers."""
    with answering(OPENED, _paid()) as gov:
        gov.payments.create(order)
        assert [gov.payments.status(order.reference) for _ in range(3)] == [PAID] * 3


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (_paid(), PAID),
        (_paid(SoTien="6000", TrangThaiGD=1), PAID),
        (_paid(TrangThaiGD="2"), PENDING),
        (_paid(TrangThaiGD="3"), PENDING),
        (_paid(TrangThaiGD=None), PENDING),
        (_paid(TrangThaiGD="4"), FAILED),
        (_paid(MaLoi="99"), PENDING),
        (_paid(MaLoi="99", TrangThaiGD=None), PENDING),
    ],
)
def test_the_answer_to_a_query_is_the_state(
    answer: dict[str, Any], state: PaymentState, answering: Any, order: PaymentOrder
) -> None:
    """Paid only with MaLoi 00 and TrangThaiGD 1; what is not known is pending."""
    with answering(OPENED, answer) as gov:
        gov.payments.create(order)
        assert gov.payments.status(order.reference) is state


@pytest.mark.parametrize("amount", [1, 5999, "60000"])
def test_another_amount_is_not_paid(amount: object, answering: Any, order: PaymentOrder) -> None:
    """The caller is stopped, and the book does not believe it."""
    with answering(OPENED, _paid(SoTien=amount)) as gov:
        gov.payments.create(order)
        with pytest.raises(GovConnectError) as caught:
            gov.payments.status(order.reference)
        assert caught.value.code == "payment.amount_differs"
        assert gov.order_book.get(order.reference).state is PENDING


@pytest.mark.parametrize("changes", [{"SoTien": -6000}, {"SoTien": 0.5}, {"SoTien": "x"}, {"MaThamChieu": "gc0002"}])
def test_a_strange_answer_changes_nothing(changes: dict[str, Any], answering: Any, order: PaymentOrder) -> None:
    """An amount that is none, or another order's answer, is an error of the platform."""
    with answering(OPENED, _paid(**changes), _paid(**changes)) as gov:
        gov.payments.create(order)
        with pytest.raises(GovConnectError):
            gov.payments.status(order.reference)
        assert gov.order_book.get(order.reference).state is PENDING


def test_an_unknown_order_is_an_error(gov: GovConnect) -> None:
    """Nothing is asked for what is not in the book."""
    with pytest.raises(GovConnectError) as caught:
        gov.payments.status("gc9999")
    assert caught.value.code == "payment.unknown_order"


def test_an_agency_does_not_see_the_orders_of_another(gov: GovConnect, order: PaymentOrder) -> None:
    """Views of one client share the database, not the orders."""
    gov.payments.create(order)
    with pytest.raises(GovConnectError) as caught:
        gov.acting(agency="H99.202").payments.status(order.reference)
    assert caught.value.code == "payment.unknown_order"


async def _twice(order: PaymentOrder) -> tuple[Any, Any]:
    async with AsyncGovConnect.offline() as gov:
        return await gov.payments.create(order), await gov.payments.status(order.reference)


def test_the_awaited_face_does_the_same(gov: GovConnect, order: PaymentOrder) -> None:
    """Blocking or awaited, the link and the state are the same."""
    import asyncio  # noqa: PLC0415 - only here

    link, state = asyncio.run(_twice(order))
    assert (link.reference, state) == (gov.payments.create(order).reference, gov.payments.status(order.reference))
