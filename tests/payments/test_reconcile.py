"""A statement against our records: three classes of differences, and no payment in none of them."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gov_connect.errors import InvalidInput
from gov_connect.model import Money, PaymentState
from gov_connect.payments import Columns, StatementRow, StoredOrder, compare, feed, read_statement

if TYPE_CHECKING:
    from gov_connect.client import GovConnect
    from gov_connect.model import PaymentOrder

PLATFORM = "MaThamChieu|SoTien|MaGiaoDich|TrangThaiGD\ngc0001|6000|PP1|1\ngc0002|7000|PP2|4\n"


def row(reference: str, dong: int = 6000, transaction: str = "") -> StatementRow:
    return StatementRow(reference=reference, amount=Money(dong), transaction=transaction)


def stored(order: PaymentOrder, state: PaymentState = PaymentState.PAID) -> StoredOrder:
    return StoredOrder(order=order, state=state, link=None, transaction="PP1")


@pytest.mark.parametrize(
    "content",
    [
        PLATFORM.encode(),
        b"\xef\xbb\xbf" + PLATFORM.replace("\n", "\r\n").encode(),
        base64.b64encode(PLATFORM.encode()),
        json.dumps({"fileName": "20260105.txt", "data": base64.b64encode(PLATFORM.encode()).decode()}).encode(),
        PLATFORM.replace("|", ";").encode(),
        PLATFORM.replace("|", ",").replace("6000", '"6000.00"').encode(),
        b'"' + PLATFORM.strip().replace("|", '"|"').replace("\n", '"\n"').encode() + b'"',
    ],
    ids=["pipes", "windows", "base64", "in JSON", "semicolons", "commas", "quoted"],
)
def test_the_shapes_of_a_statement(content: bytes) -> None:
    """Text with a header, bare or wrapped."""
    first, second = read_statement(content)
    assert first == StatementRow(reference="gc0001", amount=Money(6000), transaction="PP1")
    assert second.state is PaymentState.FAILED


def test_amounts_of_vnpay_are_hundredths() -> None:
    """And a file of paid rows needs no column of states."""
    assert read_statement(b"vnp_TxnRef,vnp_Amount\nHS1,2500000\n") == [row("HS1", 25_000)]
    assert read_statement(b"a;b\nHS1;5\n", Columns(reference=("a",), amount=("b",))) == [row("HS1", 5)]


@pytest.mark.parametrize(
    ("head", "told", "state"),
    [
        ("TrangThaiGD", "1", PaymentState.PAID),
        ("TrangThaiGD", "0", PaymentState.FAILED),
        ("vnp_TransactionStatus", "00", PaymentState.PAID),
        ("vnp_TransactionStatus", "0", PaymentState.PAID),
        ("vnp_TransactionStatus", "1", PaymentState.FAILED),
        ("status", "0", PaymentState.PAID),
        ("status", "Tha\u0300nh công", PaymentState.PAID),
        ("TT", "1", PaymentState.PAID),
    ],
)
def test_each_gateway_has_its_own_word_for_paid(head: str, told: str, state: PaymentState) -> None:
    """VNPAY's 01, of which a spreadsheet made 1, is not finished; the platform's 1 is paid."""
    content = f"reference,amount,{head}\nHS1,5,{told}\n".encode()
    columns = Columns(state=(head,))
    assert [one.state for one in read_statement(content, columns)] == [state]


@pytest.mark.parametrize(
    ("content", "paths"),
    [
        (b"reference,amount,status\nHS1,5,1\n", ["line 2"]),
        (b"", ["reference", "amount"]),
        (b"MaThamChieu|Tien\nx|1\n", ["amount"]),
        (b"MaThamChieu|SoTien\nx|1,5\ny|-1\n|5\nz|5\n", ["line 2", "line 3", "line 4"]),
        (b"vnp_TxnRef,vnp_Amount\nHS1,2500050\n", ["line 2"]),
        (b"\xff\xfe", [""]),
        (b"{broken", [""]),
        (b"MaThamChieu;SoTien\nPP2;\rc2;6000\n", [""]),
    ],
)
def test_every_row_that_is_wrong_is_named(content: bytes, paths: list[str]) -> None:
    """All of them at once, without what stands in them."""
    with pytest.raises(InvalidInput) as caught:
        read_statement(content)
    assert [problem.path for problem in caught.value.problems] == paths


def test_the_three_classes(order: PaymentOrder) -> None:
    """Paid there and unknown here, paid here and unknown there, and amounts that differ."""
    assert compare([row("gc0001")], [stored(order)]).agrees
    unknown_here = compare([row("gc0001"), row("x1")], [stored(order)])
    assert [(one.reference, one.here, one.there) for one in unknown_here.unknown_here] == [("x1", None, 6000)]
    not_paid_here = compare([row("gc0001")], [stored(order, PaymentState.FAILED)])
    assert [one.reference for one in not_paid_here.unknown_here] == ["gc0001"]
    unknown_there = compare([], [stored(order)])
    assert [(one.reference, one.here, one.transaction) for one in unknown_there.unknown_there] == [
        ("gc0001", 6000, "PP1")
    ]
    for told in ([row("gc0001", 7000)], [row("gc0001"), row("gc0001")]):
        differs = compare(told, [stored(order)])
        assert [(one.here, one.there) for one in differs.amounts_differ] == [(6000, sum(r.amount.dong for r in told))]
        assert differs.to_dict()["agrees"] is False


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(there=st.sets(st.sampled_from("abcdef")), here=st.sets(st.sampled_from("abcdef")))
def test_every_payment_stands_in_one_class(there: set[str], here: set[str], order: PaymentOrder) -> None:
    """Matched and differences together are all payments of both sides."""
    own = [stored(order.model_copy(update={"reference": name})) for name in here]
    report = compare([row(name) for name in there], own)
    assert report.matched == len(there & here)
    assert {one.reference for one in report.unknown_here} == there - here
    assert {one.reference for one in report.unknown_there} == here - there
    assert report.agrees == (there == here)


def test_a_statement_feeds_the_state_machine(gov: GovConnect, order: PaymentOrder) -> None:
    """What is paid there becomes paid here, once; what does not fit is named and changes nothing."""
    book = gov.order_book
    book.open(order)
    rows = [
        row("gc0001", 6001),
        row("nobody"),
        row("a b"),
        StatementRow(reference="gc0001", amount=Money(1), state=PaymentState.FAILED),
    ]
    assert feed(book, rows) == {"gc0001": "another_amount", "nobody": "unknown_order", "a b": "malformed_result"}
    assert feed(book, [row("gc0001", 6000, "PP1")]) == feed(book, [row("gc0001", 6000, "PP1")]) == {}
    assert compare([row("gc0001", 6000, "PP1")], book.paid_orders()).agrees
    assert len(book.news("gc0001")) == 1
