"""A client of Viettel's e-receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from gov_connect.contract_tests import judge
from gov_connect.contract_tests.marks import client_of, requirement, seen
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.suites import every_client
from gov_connect.transport import as_object

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.judge import Heard, Traffic

pytestmark = client_of("viettel_receipt/1")
_SECTION = "payment.md §6.5"
_LOGIN, _CREATE = "auth/login", "/createInvoice/"
_REFUSED = frozenset((400, 401, 404, 415))
_TIMES = ("transactionUuid", "invoiceIssuedDate")
"""What may differ between two messages about one receipt, beside the transaction itself."""


def created(traffic: Traffic) -> list[Heard]:
    """Receipts that were sent."""
    return [item for item in traffic.heard if _CREATE in item.request.path]


def general(item: Heard) -> dict[str, Any]:
    """The head of a receipt."""
    return as_object(item.sent.get("generalInvoiceInfo")) or {}


def transaction(item: Heard) -> str:
    """The transaction of a receipt."""
    return str(general(item).get("transactionUuid"))


def content(item: Heard) -> dict[str, object]:
    """What is sold to whom: the message without its transaction and time."""
    kept = {name: value for name, value in general(item).items() if name not in _TIMES}
    return {**item.sent, "generalInvoiceInfo": kept}


@seen
@requirement(_SECTION)
def test_token_is_used_again(traffic: Traffic) -> None:
    """Một mã truy cập dùng cho nhiều lời gọi.

    One token serves many calls.
    """
    must(traffic.but(_LOGIN), vi="không có lời gọi nào", en="there is no call")
    judge.opens_few_sessions(len(traffic.to(_LOGIN)), len(traffic.but(_LOGIN)))


@seen
@requirement(_SECTION)
def test_messages_are_well_formed(traffic: Traffic) -> None:
    """Không thông điệp nào bị trả 400, 401, 404 hoặc 415.

    No message is answered by 400, 401, 404 or 415.
    """
    wrong = sorted({item.reply.status for item in traffic.heard} & _REFUSED)
    must(not wrong, vi=f"bị trả {wrong}", en=f"answered by {wrong}")


@seen
@requirement(_SECTION)
def test_transaction_keeps_its_content(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Một transactionUuid chỉ đi với một nội dung.

    A transactionUuid always carries the same content.
    """
    sent = created(traffic)
    if not sent:
        skip("không phát hành biên lai nào", "no receipt was issued")
    first: dict[str, dict[str, object]] = {}
    for item in sent:
        same = first.setdefault(transaction(item), content(item)) == content(item)
        must(same, vi="một giao dịch, hai nội dung", en="one transaction, two contents")


@seen
@requirement(_SECTION)
def test_doubtful_receipt_keeps_its_transaction(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Chưa rõ kết quả phát hành thì chỉ gửi lại dưới đúng transactionUuid cũ.

    A receipt of unknown outcome is sent again under its own transactionUuid only.
    """
    sent = created(traffic)
    doubtful = [item for item in sent if item.doubtful]
    if not doubtful:
        skip("không có lần phát hành nào chưa rõ kết quả", "no outcome was in doubt")
    answered = {transaction(item) for item in sent if not item.doubtful}
    for first in doubtful:
        if transaction(first) in answered:
            continue
        same = {transaction(item) for item in sent if content(item) == content(first)}
        must(len(same) == 1, vi="phát hành lần hai", en="it was issued again under another transaction")


test_no_person_stands_in_an_address = every_client.test_no_person_stands_in_an_address
