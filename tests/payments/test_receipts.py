"""Receipts: one for each kind, none for nothing, numbers of our own, and amounts in words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gov_connect.errors import GovConnectError, InvalidInput, KeyConflict
from gov_connect.model import (
    VIETNAM,
    AgencyCode,
    FeeKind,
    FeeLine,
    Money,
    PaymentOrder,
    Receipt,
    ReceiptRequest,
    ReceiptState,
    in_words,
    receipts_for,
)
from gov_connect.payments import ReceiptBook
from gov_connect.runtime import ManualClock
from gov_connect.store import Database, Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

START = datetime(2026, 12, 31, 23, 0, tzinfo=VIETNAM)
VALUES = {word: place for place, word in enumerate("không một hai ba bốn năm sáu bảy tám chín".split())} | {
    "mốt": 1,
    "tư": 4,
    "lăm": 5,
}


@pytest.mark.parametrize(
    ("dong", "words"),
    [
        (0, "Không đồng"),
        (8000, "Tám nghìn đồng"),
        (15_000, "Mười lăm nghìn đồng"),
        (21_000, "Hai mươi mốt nghìn đồng"),
        (24_000, "Hai mươi tư nghìn đồng"),
        (90_000, "Chín mươi nghìn đồng"),
        (105_000, "Một trăm linh năm nghìn đồng"),
        (1_005_000, "Một triệu không trăm linh năm nghìn đồng"),
        (11_000, "Mười một nghìn đồng"),
        (14_000, "Mười bốn nghìn đồng"),
        (110_000, "Một trăm mười nghìn đồng"),
        (111_111, "Một trăm mười một nghìn một trăm mười một đồng"),
        (1_000_000_005, "Một tỷ không trăm linh năm đồng"),
        (2_000_050_000, "Hai tỷ không trăm năm mươi nghìn đồng"),
        (
            999_999_999_999,
            "Chín trăm chín mươi chín tỷ chín trăm chín mươi chín triệu chín trăm chín mươi chín nghìn "
            "chín trăm chín mươi chín đồng",
        ),
    ],
)
def test_amounts_in_words(dong: int, words: str) -> None:
    """Every sample of the wire document, and the corners."""
    assert in_words(Money(dong)) == words


def test_amounts_can_be_worded_as_in_the_south() -> None:
    """Ngàn and lẻ are choices of the house."""
    assert in_words(Money(105_000), thousand="ngàn", zero="lẻ") == "Một trăm lẻ năm ngàn đồng"


def number_of(words: str) -> int:
    """Read words back, by another way than they were made."""
    total = group = 0
    last = 0
    for word in words.lower().split():
        if word == "trăm":
            group, last = group + last * 100, 0
        elif word == "mươi":
            group, last = group + last * 10, 0
        elif word == "mười":
            group, last = group + 10, 0
        elif word in {"nghìn", "triệu", "tỷ", "đồng"}:
            scale = {"nghìn": 10**3, "triệu": 10**6, "tỷ": 10**9, "đồng": 1}[word]
            total, group, last = total + (group + last) * scale, 0, 0
        elif word != "linh":
            last = VALUES[word]
    return total


@given(st.integers(0, 999_999_999_999))
def test_words_say_the_number(dong: int) -> None:
    """Read back, they give the amount."""
    assert number_of(in_words(Money(dong))) == dong


def lines(*amounts: tuple[FeeKind, int]) -> tuple[FeeLine, ...]:
    return tuple(FeeLine(name=f"Khoản {at}", amount=Money(dong), kind=kind) for at, (kind, dong) in enumerate(amounts))


def with_lines(order: PaymentOrder, *amounts: tuple[FeeKind, int]) -> PaymentOrder:
    made = lines(*amounts)
    return PaymentOrder(
        **{
            **{name: getattr(order, name) for name in PaymentOrder.model_fields},
            "lines": made,
            "amount": Money.total(line.amount for line in made),
        }
    )


def test_each_kind_gets_its_receipt(order: PaymentOrder) -> None:
    """Phí and lệ phí apart, lines of nothing left out, keys without a person."""
    both = with_lines(order, (FeeKind.FEE, 6000), (FeeKind.CHARGE, 8000), (FeeKind.FEE, 0), (FeeKind.FEE, 4000))
    made = receipts_for(both, paid_at=START)
    assert [(one.key, one.amount, len(one.lines)) for one in made] == [
        ("phi-gc0001", Money(10_000), 2),
        ("lephi-gc0001", Money(8000), 1),
    ]
    assert made[0].words == "Mười nghìn đồng"
    assert Money.total(one.amount for one in made) == both.amount


def test_nothing_paid_gets_no_receipt(order: PaymentOrder) -> None:
    """A kind whose lines are all exempt gets none, and none can be asked for."""
    made = receipts_for(with_lines(order, (FeeKind.FEE, 6000), (FeeKind.CHARGE, 0)), paid_at=START)
    assert [one.kind for one in made] == [FeeKind.FEE]
    for wrong in ({"amount": Money(0), "lines": lines((FeeKind.FEE, 0))}, {"amount": Money(5999)}, {"kind": "le_phi"}):
        fields = {name: getattr(made[0], name) for name in ReceiptRequest.model_fields}
        with pytest.raises(InvalidInput):
            ReceiptRequest(**{**fields, **wrong})


@pytest.fixture
def database() -> Iterator[Database]:
    """Records in memory."""
    made = Database("sqlite://")
    yield made
    made.close()


@pytest.fixture
def clock() -> ManualClock:
    """An hour before the new year."""
    return ManualClock(START)


@pytest.fixture
def book(database: Database, clock: ManualClock) -> ReceiptBook:
    """The receipts of one agency."""
    return ReceiptBook(
        database,
        Vault(bytes(32)),
        agency=AgencyCode("H99.201"),
        form="01BLP0-001",
        symbol="AA-26E",
        clock=clock,
    )


def test_numbers_have_no_gap_and_start_again_each_year(
    book: ReceiptBook, order: PaymentOrder, clock: ManualClock
) -> None:
    """1, 2, and 1 again after midnight; the same key keeps its number."""
    both = receipts_for(with_lines(order, (FeeKind.FEE, 6000), (FeeKind.CHARGE, 8000)), paid_at=START)
    first, second = (book.issue(one) for one in both)
    assert (first.shown_number, second.shown_number) == ("0000001", "0000002")
    assert (first.form, first.symbol) == ("01BLP0-001", "AA-26E")
    assert book.issue(both[0]) == first
    clock.advance(2 * 3600)
    third = book.issue(ReceiptRequest(**{**dict(both[0]), "key": "phi-other"}))
    assert (third.shown_number, third.issued_at.year) == ("0000001", 2027)


def test_a_key_is_one_receipt(book: ReceiptBook, order: PaymentOrder) -> None:
    """Another content under the same key is a conflict; cancelling twice is harmless and keeps the number."""
    (request,) = receipts_for(order, paid_at=START)
    issued = book.issue(request)
    with pytest.raises(KeyConflict):
        book.issue(ReceiptRequest(**{**dict(request), "paid_online": False}))
    assert book.cancel(request.key).state is ReceiptState.CANCELLED
    assert book.cancel(request.key).number == issued.number
    assert book.get(request.key) == book.issue(request)
    with pytest.raises(GovConnectError) as caught:
        book.cancel("phi-none")
    assert caught.value.code == "receipt.unknown"
    assert book.get("phi-none") is None


def test_a_symbol_whose_numbers_are_used_up_issues_no_more(
    book: ReceiptBook, order: PaymentOrder, database: Database
) -> None:
    """Seven digits, and then a person registers a new symbol."""
    (request,) = receipts_for(order, paid_at=START)
    book.issue(request)
    with database.transaction() as db:
        db.exec_driver_sql("UPDATE receipts SET number = 9999999")
    with pytest.raises(GovConnectError) as caught:
        book.issue(ReceiptRequest(**{**dict(request), "key": "phi-next"}))
    assert caught.value.code == "receipt.numbers_used_up"


def test_a_symbol_is_needed(database: Database, clock: ManualClock) -> None:
    """Without one there is no series to count in."""
    with pytest.raises(InvalidInput):
        ReceiptBook(database, Vault(bytes(32)), agency=AgencyCode("H99.201"), form="", symbol="", clock=clock)


def test_odd_forms_and_numbers_are_kept() -> None:
    """Old series are written in many ways."""
    receipt = Receipt(key="k", form="02BLP2", number="AB/12", amount=Money(1), issued_at=START)
    assert (receipt.form, receipt.shown_number) == ("02BLP2", "AB/12")
