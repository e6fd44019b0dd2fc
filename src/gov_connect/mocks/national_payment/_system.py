"""The platform: takes orders, is paid, notifies the partner, answers questions (payment.md §1.2, §1.11)."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal
from urllib.parse import parse_qs

from gov_connect.mocks.core import (
    JSON_TYPE,
    VIETNAM,
    Call,
    MockReply,
    MockRequest,
    MockSystem,
    Outgoing,
    is_success,
    json_object,
    json_reply,
    media_type,
    text_reply,
    vietnam_now,
)
from gov_connect.mocks.faults import Fault
from gov_connect.mocks.national_payment._messages import (
    CONFIRM_HASH_FIELDS,
    INIT_HASH_FIELDS,
    QUERY_HASH_FIELDS,
    VERSION,
    dossier_in,
    init_complaint,
    is_signed,
    signature,
)
from gov_connect.mocks.national_payment._orders import Order
from gov_connect.mocks.national_payment._page import RECEIPT, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.mocks.core import Clock
    from gov_connect.mocks.faults import FaultPlan

PARTNER_CODE: Final = "DT-DEMO-01"
SECRET: Final = "KHOA-BI-MAT-THU-NGHIEM-01"  # noqa: S105 - of the wire document's vectors
CONFIRM_PATH: Final = "/DvcPayment/Confirm"
BANK: Final = "970436"
OPERATIONS: Final = {"/init": "INIT", "/query": "QUERY", "/getbill": "GET_BILL"}
_NOTICE_FAULTS: Final = frozenset((Fault.ERROR_BEFORE, Fault.DUPLICATE))
_WRONG_BY: Final = 1000  # VND that a wrong notice is off


class NationalPaymentMock(MockSystem):
    """Orders keyed by partner and reference.

    Settings: `init_shape` direct or wrapper, `bill_shape` json or pdf, `bill_delay` after payment,
    `notify_url` where CONFIRM goes.
    """

    name: ClassVar[str] = "national_payment"

    def __init__(
        self,
        *,
        faults: FaultPlan | None = None,
        now: Clock = vietnam_now,
        init_shape: Literal["direct", "wrapper"] = "direct",
        bill_shape: Literal["json", "pdf"] = "json",
        bill_delay: timedelta = timedelta(0),
    ) -> None:
        """Take the settings."""
        super().__init__(faults=faults, now=now)
        self.init_shape = init_shape
        self.bill_shape = bill_shape
        self.bill_delay = bill_delay
        self.notify_url = ""
        self._clear()

    # -- the payer's side

    def pay(
        self, reference: str, *, notices: int = 1, lost: bool = False, wrong_amount: bool = False
    ) -> tuple[Outgoing, ...]:
        """Pay an order (once; again only notifies again) and give the CONFIRM notices to be sent.

        KeyError when there is no such order, ValueError when it has failed.
        """
        with self._lock:
            order = self._orders[reference]
            if order.status == "failed":
                message = "the order has failed"
                raise ValueError(message)
            if order.status == "pending":
                order.status, order.bank = "paid", BANK
                order.paid_at = self._moment()
            amount = order.amount + (_WRONG_BY if wrong_amount else 0)
            return () if lost else self._notices(order, amount, notices)

    def fail(self, reference: str, *, notices: int = 1) -> tuple[Outgoing, ...]:
        """Let an order fail (cancelled or refused by the bank) and give the CONFIRM notices that say so."""
        with self._lock:
            order = self._orders[reference]
            if order.status == "paid":
                message = "the order is paid"
                raise ValueError(message)
            order.status = "failed"
            return self._notices(order, order.amount, notices)

    def late(self, reference: str) -> tuple[Outgoing, ...]:
        """Let an order fail, and be paid after all: first one CONFIRM, then the other."""
        with self._lock:
            told = self.fail(reference)
            self._orders[reference].status = "pending"
            return told + self.pay(reference)

    def order(self, reference: str) -> Order:
        """Give one order, for checks; KeyError when there is none."""
        with self._lock:
            return self._orders[reference]

    def delivered(self, outgoing: Outgoing, status: int, body: bytes) -> bool:
        """Take the partner's answer to CONFIRM; anything but MaLoi 00 asks for another try."""
        answer = json_object(body) if is_success(status) else None
        code = str((answer or {}).get("MaLoi", ""))
        with self._lock:
            order = self._orders.get(outgoing.subject)
            if order is not None:
                order.answers.append(code)
        return code == "00"

    def _notices(self, order: Order, amount: int, count: int) -> tuple[Outgoing, ...]:
        if not self.notify_url:
            return ()
        message = order.confirm(amount=amount)
        message["MaXacThuc"] = signature(CONFIRM_HASH_FIELDS, message, SECRET)
        notice = Outgoing(
            url=self.notify_url,
            headers={"content-type": JSON_TYPE, "accept": "application/json"},
            body=json.dumps(message, ensure_ascii=False).encode(),
            subject=order.reference,
        )
        sent: list[Outgoing] = []
        for _ in range(count):
            fault = self._fault_for("CONFIRM", order.dossier, _NOTICE_FAULTS)
            if fault is not Fault.ERROR_BEFORE:
                sent += [notice, notice] if fault is Fault.DUPLICATE else [notice]
        order.notices += len(sent)
        return tuple(sent)

    # -- the partner's side

    def _open(self, request: MockRequest) -> Call:
        operation = OPERATIONS.get(request.path)
        if operation is None:
            return _exempt(lambda: self._for_people(request))
        if request.method != "POST" or media_type(request) != "application/json":
            return _exempt(lambda: text_reply("POST application/json", status=415))
        message = json_object(request.body)
        if message is None:
            return _exempt(lambda: self._refuse("Nội dung không phải JSON", operation=operation))
        reference = message.get("MaThamChieu")
        order = self._orders.get(reference) if isinstance(reference, str) else None
        subject = order.dossier if order else _described(message) or str(reference or "")
        match operation:
            case "INIT":
                return Call(operation=operation, subject=subject, run=lambda: self._init(message))
            case "QUERY":
                return Call(operation=operation, subject=subject, run=lambda: self._query(message))
            case _:
                return Call(operation=operation, subject=subject, run=lambda: self._bill(message))

    def _init(self, message: dict[str, Any]) -> MockReply:
        reason = self._not_ours(message, INIT_HASH_FIELDS) or init_complaint(message)
        if reason:
            return self._refuse(f"Dữ liệu không hợp lệ: {reason}", operation="INIT")
        order = self._orders.get(message["MaThamChieu"])
        if order is not None and order.message != message:
            return self._refuse("Mã tham chiếu đã được dùng cho giao dịch khác", operation="INIT")
        if order is None:
            order = self._new_order(message)
        else:
            order.inits += 1
        content = {
            "MaLoi": "00",
            "MoTaLoi": "Thành công",
            "MaDoiTac": message["MaDoiTac"],
            "MaThamChieu": order.reference,
            "UrlThanhToan": f"{self.public_url}/pay/{order.token}",
            "MaXacThuc": message["MaXacThuc"],
        }
        if self.init_shape == "direct":
            return json_reply(content)
        return json_reply({"error_code": "0", "message": json.dumps(content, ensure_ascii=False)})

    def _new_order(self, message: dict[str, Any]) -> Order:
        token = hashlib.sha256(f"{self.faults.seed}/{message['MaThamChieu']}".encode()).hexdigest()[:32]
        number = len(self._orders) + 1
        order = Order(message=message, token=token, transaction=f"PP{self._now():%y%m%d}{number:07d}")
        self._orders[order.reference] = self._by_token[token] = order
        return order

    def _query(self, message: dict[str, Any]) -> MockReply:
        found = self._asked_about(message, "QUERY")
        return found if isinstance(found, MockReply) else json_reply(found.query_answer())

    def _bill(self, message: dict[str, Any]) -> MockReply:
        found = self._asked_about(message, "GET_BILL")
        if isinstance(found, MockReply):
            return found
        if found.status != "paid":
            return self._refuse("Giao dịch chưa thanh toán", operation="GET_BILL")
        paid_at = datetime.strptime(found.paid_at, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
        if self.now() - paid_at < self.bill_delay:
            return self._refuse("Biên lai chưa sẵn sàng", operation="GET_BILL")
        if self.bill_shape == "pdf":
            return MockReply(headers={"content-type": "application/pdf"}, body=RECEIPT)
        return json_reply(
            {
                "MaLoi": "00",
                "MoTaLoi": "Thành công",
                "UrlBienLai": f"{self.public_url}/bill/{found.token}.pdf",
            }
        )

    def _asked_about(self, message: dict[str, Any], operation: str) -> Order | MockReply:
        """Find the order of a QUERY or GET_BILL; its time must be INIT's, or CONFIRM's for a bill (§1.3)."""
        reason = self._not_ours(message, QUERY_HASH_FIELDS)
        if not reason and message.keys() != {*QUERY_HASH_FIELDS, "MaXacThuc"}:
            reason = "danh sách trường"
        if not reason and (message["LoaiBanTin"], message["PhienBan"]) != (operation, VERSION):
            reason = "LoaiBanTin, PhienBan"
        if reason:
            return self._refuse(f"Dữ liệu không hợp lệ: {reason}", operation=operation)
        order = self._orders.get(message["MaThamChieu"])
        if order is None:
            return self._refuse("Không tìm thấy giao dịch", operation=operation)
        times = (
            order.message["ThoiGianGD"],
            *((order.paid_at,) if operation == "GET_BILL" and order.paid_at else ()),
        )
        if message["ThoiGianGD"] not in times:
            return self._refuse("Thời gian giao dịch không khớp", operation=operation)
        return order

    @staticmethod
    def _not_ours(message: dict[str, Any], fields: tuple[str, ...]) -> str | None:
        if not all(isinstance(message.get(name), str) for name in fields):
            return "kiểu dữ liệu"
        if not is_signed(fields, message, SECRET):
            return "MaXacThuc"
        return None if message["MaDoiTac"] == PARTNER_CODE else "MaDoiTac"

    def _refuse(self, text: str, *, operation: str) -> MockReply:
        """Answer with 99, the one error code that is known (§1.6)."""
        if operation == "INIT" and self.init_shape == "wrapper":
            return json_reply({"error_code": "-1", "message": text})
        return json_reply({"MaLoi": "99", "MoTaLoi": text})

    def _for_people(self, request: MockRequest) -> MockReply:
        _, kind, token = [*request.path.split("/", 2), "", ""][:3]
        order = self._by_token.get(token.removesuffix(".pdf"))
        if order is None or kind not in ("pay", "bill"):
            return text_reply("Not Found", status=404)
        if kind == "bill":
            return MockReply(headers={"content-type": "application/pdf"}, body=RECEIPT)
        outgoing: tuple[Outgoing, ...] = ()
        if request.method == "POST" and order.status == "pending":
            action = parse_qs(request.body.decode("utf-8", errors="replace")).get("action", [""])[0]
            outgoing = self._act(order.reference, action)
        return replace(page(order), outgoing=outgoing)

    def _act(self, reference: str, action: str) -> tuple[Outgoing, ...]:
        """Let the payer's click happen; what is no button does nothing."""
        match action:
            case "pay" | "close":  # nothing comes back with the browser here, so a closed tab changes nothing
                return self.pay(reference)
            case "late":
                return self.late(reference)
            case "cancel":
                return self.fail(reference)
            case _:
                return ()

    def _moment(self) -> str:
        return f"{self._now():%Y%m%d%H%M%S}"

    def _snapshot(self) -> dict[str, object]:
        charges: defaultdict[str, list[dict[str, object]]] = defaultdict(list)
        for order in self._orders.values():
            if order.status == "paid":
                charges[order.dossier].append({"reference": order.reference, "amount": order.amount})
        return {
            "orders": {reference: order.snapshot() for reference, order in self._orders.items()},
            "charges": dict(charges),
            "double_charges": [dossier for dossier, paid in charges.items() if len(paid) > 1],
        }

    def _clear(self) -> None:
        self._orders: dict[str, Order] = {}
        self._by_token: dict[str, Order] = {}


def _exempt(run: Callable[[], MockReply]) -> Call:
    return Call(operation="", subject="", run=run)


def _described(message: dict[str, Any]) -> str:
    return dossier_in(str(message.get("ThongTinGiaoDich") or ""))
