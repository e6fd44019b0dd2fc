"""VNPAY: takes payers to a page, tells the merchant, answers questions, gives money back (payment.md §3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import parse_qs

from gov_connect.mocks.core import (
    VIETNAM,
    Call,
    MockReply,
    MockRequest,
    MockSystem,
    Outgoing,
    json_object,
    json_reply,
    text_reply,
    vietnam_now,
)
from gov_connect.mocks.faults import Fault
from gov_connect.mocks.vnpay import _messages as messages
from gov_connect.mocks.vnpay._orders import CODES, Order
from gov_connect.mocks.vnpay._page import page, returned

if TYPE_CHECKING:
    from gov_connect.mocks.core import Clock
    from gov_connect.mocks.faults import FaultPlan
    from gov_connect.mocks.vnpay._orders import Status

TMN_CODE: Final = "DEMO0001"
HASH_SECRET: Final = "VNPAYDEMOSECRET0123456789ABCDEFG"  # noqa: S105 - of the wire document's vectors
PAY_PATH: Final = "/paymentv2/vpcpay.html"
RETURN_PATH: Final = "/returned"
IPN_PATH: Final = "/vnpay/ipn"
API_PATH: Final = "/merchant_webapi/api/transaction"
MOST_TRIES: Final = 10
BETWEEN_TRIES: Final = timedelta(minutes=5)
_ENDED: Final = ("00", "02")
_NOTICE_FAULTS: Final = frozenset((Fault.ERROR_BEFORE, Fault.DUPLICATE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ipn:
    """One call that VNPAY makes to the merchant, by GET; hand the answer to `answered`."""

    url: str
    query: str = field(repr=False)
    reference: str


class VnpayMock(MockSystem):
    """Orders keyed by TxnRef. `ipn_url` is where notices go.

    Notices are not sent by themselves: `due_notices` gives those whose time has come, so that a test or the
    server's courier (`due`) carries them on VNPAY's own schedule: at once, then every five minutes, ten calls.
    """

    name: ClassVar[str] = "vnpay"

    def __init__(self, *, faults: FaultPlan | None = None, now: Clock = vietnam_now) -> None:
        """Take the settings."""
        super().__init__(faults=faults, now=now)
        self.ipn_url = ""
        self._clear()

    # -- the payer's side

    def settle(self, reference: str, status: Status) -> None:
        """Let something happen to an order; paid is never left. KeyError when the page was never opened."""
        with self._lock:
            order = self._orders[reference]
            if order.status == "paid":
                return
            order.status = status
            if status == "paid":
                order.paid_at = f"{self._now():%Y%m%d%H%M%S}"
            order.tries, order.next_try = 0, self.now()

    def return_query(self, reference: str) -> str:
        """Give the query string that the payer's browser brings back."""
        with self._lock:
            return messages.signed_query(self._orders[reference].told(), HASH_SECRET)

    # -- notices

    def due_notices(self) -> tuple[Ipn, ...]:
        """Give the notices whose time has come, and count each as one of its ten calls."""
        made: list[Ipn] = []
        with self._lock:
            for reference, order in self._orders.items():
                if order.next_try is None or order.next_try > self.now():
                    continue
                order.tries += 1
                order.next_try = order.next_try + BETWEEN_TRIES if order.tries < MOST_TRIES else None
                fault = self._fault_for("IPN", reference, _NOTICE_FAULTS)
                query = messages.signed_query(order.told(), HASH_SECRET)
                notice = Ipn(url=f"{self.ipn_url}?{query}", query=query, reference=reference)
                if fault is not Fault.ERROR_BEFORE:
                    made += [notice, notice] if fault is Fault.DUPLICATE else [notice]
        return tuple(made)

    def due(self) -> tuple[Outgoing, ...]:
        """Give the same calls for a courier; none while nobody has said where the merchant listens."""
        if not self.ipn_url:
            return ()
        return tuple(
            Outgoing(url=notice.url, method="GET", subject=notice.reference, once=True) for notice in self.due_notices()
        )

    def delivered(self, outgoing: Outgoing, status: int, body: bytes) -> bool:
        """Take the merchant's answer to a call of `due`."""
        query = outgoing.url.partition("?")[2]
        return self.answered(Ipn(url=outgoing.url, query=query, reference=outgoing.subject), status, body)

    def answered(self, notice: Ipn, status: int, body: bytes) -> bool:
        """Take the merchant's answer: 00 and 02 end the calls, anything else brings the notice back."""
        answer = json_object(body) if status == 200 else None  # noqa: PLR2004 - HTTP
        code = str((answer or {}).get("RspCode", ""))
        with self._lock:
            order = self._orders[notice.reference]
            order.answers.append(code)
            # An answer about an earlier result does not end the calls about a later one.
            if code in _ENDED and notice.query == messages.signed_query(order.told(), HASH_SECRET):
                order.next_try = None
        return code in _ENDED

    # -- the merchant's side

    def _open(self, request: MockRequest) -> Call:
        if request.path in {PAY_PATH, RETURN_PATH}:
            shown = self._pay_page if request.path == PAY_PATH else returned
            return Call(operation="", subject="", run=lambda: shown(request))
        if request.path != API_PATH or request.method != "POST":
            return Call(operation="", subject="", run=lambda: text_reply("Not Found", status=404))
        message = json_object(request.body) or {}
        reference = str(message.get("vnp_TxnRef", ""))
        if message.get("vnp_Command") == "refund":
            return Call(operation="refund", subject=reference, run=lambda: self._refund(message))
        return Call(operation="querydr", subject=reference, run=lambda: self._query(message))

    def _pay_page(self, request: MockRequest) -> MockReply:
        fields = dict(request.query)
        wrong = messages.page_complaint(fields)
        if wrong or fields["vnp_TmnCode"] != TMN_CODE or not messages.is_signed_query(fields, HASH_SECRET):
            return text_reply(f"Sai chữ ký hoặc dữ liệu: {wrong or 'vnp_SecureHash'}", status=400)
        reference = fields["vnp_TxnRef"]
        known = self._orders.setdefault(reference, Order(fields=fields, number=str(14_000_001 + len(self._orders))))
        if known.fields != fields:
            return text_reply("Giao dịch đã tồn tại", status=400)
        if known.status == "open" and self._now() > _moment(fields["vnp_ExpireDate"]):
            self.settle(reference, "expired")
        if request.method == "POST":
            return self._act(known, parse_qs(request.body.decode("utf-8", errors="replace")).get("action", [""])[0])
        return page(known)

    def _act(self, order: Order, action: str) -> MockReply:
        reference = order.fields["vnp_TxnRef"]
        outcomes: dict[str, Status] = {"pay": "paid", "close": "paid", "cancel": "cancelled", "fail": "failed"}
        if action == "late":
            # The page has expired, the bank has not: first one result, then the other.
            self.settle(reference, "expired")
            order.next_try = None
            self.settle(reference, "paid")
        elif action in outcomes:
            self.settle(reference, outcomes[action])
        if action == "close" or action not in {*outcomes, "late"}:
            return page(order)
        back = f"{order.fields['vnp_ReturnUrl']}?{messages.signed_query(order.told(), HASH_SECRET)}"
        return MockReply(status=302, headers={"location": back})

    def _query(self, message: dict[str, Any]) -> MockReply:
        refusal = self._refusal(message, messages.QUERY_ORDER)
        order = self._orders.get(str(message.get("vnp_TxnRef")))
        if refusal or order is None or message["vnp_TransactionDate"] != order.fields["vnp_CreateDate"]:
            return _answer({"vnp_ResponseCode": refusal or "91", "vnp_Command": "querydr"}, messages.QUERY_ANSWER_ORDER)
        _, status = CODES[order.status]
        return _answer(
            {
                **order.told(),
                "vnp_Command": "querydr",
                "vnp_ResponseCode": "00",
                "vnp_TransactionType": "01",
                "vnp_TransactionStatus": status,
                "vnp_PromotionCode": "",
                "vnp_PromotionAmount": "",
            },
            messages.QUERY_ANSWER_ORDER,
        )

    def _refund(self, message: dict[str, Any]) -> MockReply:
        refusal = self._refusal(message, messages.REFUND_ORDER)
        order = self._orders.get(str(message.get("vnp_TxnRef")))
        amount = str(message.get("vnp_Amount", ""))
        if refusal or order is None:
            return _answer({"vnp_ResponseCode": refusal or "91", "vnp_Command": "refund"}, messages.REFUND_ANSWER_ORDER)
        whole = message["vnp_TransactionType"] == "02"
        fits = amount.isdecimal() and 0 < int(amount) <= order.amount - order.refunded
        if order.status != "paid" or not fits or (whole and int(amount) != order.amount):
            code = "95" if order.status != "paid" else "03"
            return _answer({"vnp_ResponseCode": code, "vnp_Command": "refund"}, messages.REFUND_ANSWER_ORDER)
        order.refunded += int(amount)
        told = {
            **order.told(),
            "vnp_Command": "refund",
            "vnp_Amount": amount,
            "vnp_TransactionNo": str(int(order.number) + 1_000_000),
            "vnp_TransactionType": message["vnp_TransactionType"],
            "vnp_TransactionStatus": "05",
            "vnp_OrderInfo": message["vnp_OrderInfo"],
        }
        return _answer(told, messages.REFUND_ANSWER_ORDER)

    def _refusal(self, message: dict[str, Any], order: str) -> str:
        """Give the API code of a request that is not served, or "" (payment.md §3.5)."""
        if message.get("vnp_TmnCode") != TMN_CODE:
            return "02"
        if not messages.is_signed(message, order, HASH_SECRET):
            return "97"
        day, identity = f"{self._now():%Y%m%d}", str(message.get("vnp_RequestId", ""))
        if not 1 <= len(identity) <= 32 or not all(str(message.get(name, "")) for name in _needed(order)):  # noqa: PLR2004
            return "03"
        if (day, identity) in self._requests:
            return "94"
        self._requests.add((day, identity))
        return ""

    def _snapshot(self) -> dict[str, object]:
        return {
            "orders": {
                reference: {
                    "amount": order.amount // 100,
                    "status": order.status,
                    "refunded": order.refunded // 100,
                    "tries": order.tries,
                    "answers": list(order.answers),
                }
                for reference, order in self._orders.items()
            }
        }

    def _clear(self) -> None:
        self._orders: dict[str, Order] = {}
        self._requests: set[tuple[str, str]] = set()


def _needed(order: str) -> tuple[str, ...]:
    return tuple(name for name in order.split() if name != "vnp_TransactionNo")


def _answer(message: dict[str, str], order: str) -> MockReply:
    made = {"vnp_ResponseId": "RSP0000001", "vnp_TmnCode": TMN_CODE, "vnp_Message": "", **message}
    answer = {name: made.get(name, "") for name in order.split()}
    text = messages.joined(answer, order)
    return json_reply({**answer, "vnp_SecureHash": messages.digest(text, HASH_SECRET)})


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
