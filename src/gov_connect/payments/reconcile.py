"""Reconciliation: a gateway's statement against our own records, and every difference named (payment.md §8)."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from gov_connect.errors import InvalidInput, Problem
from gov_connect.model import Money, NewsSource, PaymentResult, PaymentState
from gov_connect.transport import Unreadable, as_object, parse_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gov_connect.payments.book import OrderBook
    from gov_connect.payments.records import StoredOrder

_LARGEST: Final = 50 * 1024 * 1024
_WORDS: Final = frozenset(("paid", "success", "successful", "thành công", "đã thanh toán"))
_ANY: Final = _WORDS | {"00", "0", "1"}
"""What says "paid" in a column that the host named."""
_PAID: Final = {
    "TrangThaiGD": _WORDS | {"1"},
    # A spreadsheet cuts zeros off: 0 is 00 here, and 1 is 01, which is not finished.
    "vnp_TransactionStatus": _WORDS | {"00", "0"},
    "status": _WORDS | {"00", "0"},
    "state": _WORDS | {"00", "0"},
}
_UNCLEAR: Final = frozenset({("status", "1"), ("status", "01"), ("state", "1"), ("state", "01")})
"""Paid at one gateway, refused at another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Names of the columns of a statement, any of several for each; the first line names them.

    The platform's file is known to be text with "|" inside Base64 (payment.md §1.9); its columns are not
    public, so these are the names of its messages, and others can be given.
    """

    reference: tuple[str, ...] = ("MaThamChieu", "vnp_TxnRef", "transaction_id", "reference")
    amount: tuple[str, ...] = ("SoTien", "vnp_Amount", "trans_amount", "amount")
    transaction: tuple[str, ...] = ("MaGiaoDich", "vnp_TransactionNo", "transaction_code", "transaction")
    state: tuple[str, ...] = ("TrangThaiGD", "vnp_TransactionStatus", "status", "state")
    hundredths: tuple[str, ...] = ("vnp_Amount",)
    """Amount columns that hold đồng times one hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """One payment as the gateway has it. Its state is paid or failed; a row without a state is paid."""

    reference: str
    amount: Money
    transaction: str = ""
    state: PaymentState = PaymentState.PAID


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One payment on which the two do not agree.

    Attributes:
        here: đồng by our records; None when it is not there, or not paid.
        there: đồng by the statement; None when it is not there, or not paid.
    """

    reference: str
    here: int | None
    there: int | None
    transaction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The three-way report; together with `matched` every payment of either side stands in it once."""

    matched: int = 0
    unknown_here: tuple[Difference, ...] = ()
    """Paid there, and no order of ours, or an order that is not paid here."""
    unknown_there: tuple[Difference, ...] = ()
    """Paid here, and not in the statement, or not paid in it."""
    amounts_differ: tuple[Difference, ...] = ()
    """Paid on both sides, with different amounts or more than once."""

    @property
    def agrees(self) -> bool:
        """Whether there is no difference at all."""
        return not (self.unknown_here or self.unknown_there or self.amounts_differ)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON."""
        return {
            "agrees": self.agrees,
            "matched": self.matched,
            **{
                name: [
                    {"reference": row.reference, "here": row.here, "there": row.there, "transaction": row.transaction}
                    for row in getattr(self, name)
                ]
                for name in ("unknown_here", "unknown_there", "amounts_differ")
            },
        }


@dataclass(slots=True)
class _Found:
    unknown_here: list[Difference] = field(default_factory=list[Difference])
    unknown_there: list[Difference] = field(default_factory=list[Difference])
    amounts_differ: list[Difference] = field(default_factory=list[Difference])


def read_statement(content: bytes, columns: Columns | None = None) -> list[StatementRow]:
    """Read a statement: text with "|", "," or ";", a header first; also inside Base64, or JSON around that.

    Raises:
        InvalidInput: a column is missing or a row cannot be read; every row that is wrong is named.
    """
    if len(content) > _LARGEST:
        raise InvalidInput("statement", [Problem(path="", code="value.too_long", params={"limit": _LARGEST})])
    text = _unwrapped(content)
    lines = text.splitlines()
    head = lines[0] if lines else ""
    separator = max("|,;\t", key=head.count)
    try:
        rows = list(csv.DictReader(io.StringIO(text), delimiter=separator))
    except csv.Error:  # a line end where none can be
        raise InvalidInput("statement", [Problem(path="", code="value.invalid")]) from None
    names = columns or Columns()
    picked = {part: _pick(head, separator, getattr(names, part)) for part in ("reference", "amount")}
    missing = [Problem(path=part, code="value.missing") for part, name in picked.items() if not name]
    if missing:
        raise InvalidInput("statement", missing)
    optional = {part: _pick(head, separator, getattr(names, part)) for part in ("transaction", "state")}
    problems: list[Problem] = []
    read = [_row(row, {**picked, **optional}, names, number, problems) for number, row in enumerate(rows, 2)]
    if problems:
        raise InvalidInput("statement", problems)
    return [row for row in read if row is not None]


def compare(rows: Iterable[StatementRow], own: Iterable[StoredOrder]) -> Reconciliation:
    """Compare a statement with our orders: of the same gateway, and of the same days."""
    orders = {stored.order.reference: stored for stored in own}
    paid: dict[str, list[StatementRow]] = {}
    for row in rows:
        if row.state is PaymentState.PAID:
            paid.setdefault(row.reference, []).append(row)
    found, matched = _Found(), 0
    for reference, told in paid.items():
        there = sum(row.amount.dong for row in told)
        stored = orders.get(reference)
        here = stored.order.amount.dong if stored is not None and stored.state is PaymentState.PAID else None
        difference = Difference(reference=reference, here=here, there=there, transaction=told[0].transaction)
        if here is None:
            found.unknown_here.append(difference)
        elif here != there:
            found.amounts_differ.append(difference)
        else:
            matched += 1
    for reference, stored in orders.items():
        if stored.state is PaymentState.PAID and reference not in paid:
            here = stored.order.amount.dong
            found.unknown_there.append(
                Difference(reference=reference, here=here, there=None, transaction=stored.transaction)
            )
    return Reconciliation(
        matched=matched,
        unknown_here=tuple(found.unknown_here),
        unknown_there=tuple(found.unknown_there),
        amounts_differ=tuple(found.amounts_differ),
    )


def feed(book: OrderBook, rows: Iterable[StatementRow]) -> dict[str, str]:
    """Tell the order book what a statement says is paid; gives what was not taken, with the reason.

    It goes through the same state machine as notices and queries, late payments and their alarms included.
    """
    refused: dict[str, str] = {}
    for row in rows:
        if row.state is not PaymentState.PAID:
            continue
        try:
            told = PaymentResult(
                reference=row.reference, state=row.state, amount=row.amount, transaction=row.transaction
            )
        except InvalidInput:
            refused[row.reference] = "malformed_result"
            continue
        heard = book.hear(told, NewsSource.FILE, exact=True)
        if not heard.verdict.accepted:
            refused[row.reference] = heard.reason or heard.verdict.value
    return refused


def _unwrapped(content: bytes) -> str:
    text = _decoded(content)
    if text.lstrip().startswith("{"):
        try:
            members = as_object(parse_json(text)) or {}
        except Unreadable:
            raise InvalidInput("statement", [Problem(path="", code="value.invalid")]) from None
        longest = max((value for value in members.values() if isinstance(value, str)), key=len, default="")
        text = longest
    packed = "".join(text.split())
    if re.fullmatch(r"[0-9A-Za-z+/]+={0,2}", packed):
        try:
            return _decoded(base64.b64decode(packed, validate=True))
        except (binascii.Error, ValueError):
            return text
    return text


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput("statement", [Problem(path="", code="value.not_text")]) from None


def _pick(head: str, separator: str, names: Sequence[str]) -> str:
    there = [name.strip() for row in csv.reader([head], delimiter=separator) for name in row]
    return next((name for name in names if name in there), "")


def _row(
    row: Mapping[str | None, Any], picked: Mapping[str, str], columns: Columns, number: int, problems: list[Problem]
) -> StatementRow | None:
    cells = {(key or "").strip(): value.strip() for key, value in row.items() if isinstance(value, str)}
    digits = cells.get(picked["amount"], "")
    whole = re.fullmatch(r"([0-9]{1,14})(?:\.0{1,2})?", digits)
    dong = int(whole[1]) if whole else -1
    if picked["amount"] in columns.hundredths:
        dong = -1 if dong % 100 else dong // 100
    reference = cells.get(picked["reference"], "")
    try:
        amount = Money(dong)
    except InvalidInput:
        problems.append(Problem(path=f"line {number}", code="value.not_money", params={"limit": 0}))
        return None
    if not reference:
        problems.append(Problem(path=f"line {number}", code="value.missing"))
        return None
    column = picked["state"]
    told = unicodedata.normalize("NFC", cells.get(column, "")).lower() if column else "paid"
    if (column, told) in _UNCLEAR:
        problems.append(Problem(path=f"line {number}", code="value.not_in_list"))
        return None
    state = PaymentState.PAID if told in _PAID.get(column, _ANY) else PaymentState.FAILED
    transaction = cells.get(picked["transaction"], "") if picked["transaction"] else ""
    return StatementRow(reference=reference, amount=amount, transaction=transaction, state=state)
