"""Viettel SInvoice: login, createInvoice with its idempotency key, cancel by form, file (payment.md §6.5)."""

from __future__ import annotations

import base64
import re
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import parse_qsl

from gov_connect.mocks.core import (
    Call,
    MockReply,
    MockRequest,
    MockSystem,
    as_array,
    as_object,
    json_object,
    json_reply,
    media_type,
    text_reply,
    vietnam_now,
)
from gov_connect.mocks.receipts._issued import FORM, LAST_NUMBER, SYMBOL, TAX_CODE, Issued

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.mocks.core import Clock
    from gov_connect.mocks.faults import FaultPlan

LOGIN_PATH: Final = "/auth/login"
CREATE_PATH: Final = "/InvoiceAPI/InvoiceWS/createInvoice/"
CANCEL_PATH: Final = "/InvoiceAPI/InvoiceWS/cancelTransactionInvoice"
FILE_PATH: Final = "/InvoiceAPI/InvoiceUtilsWS/getInvoiceRepresentationFile"
USERNAME: Final = "0000000001-mau"
PASSWORD: Final = "mat-khau-bien-lai"  # noqa: S105 - invented
_LIFE: Final = timedelta(minutes=5)
_GENERAL: Final = frozenset[str](
    "invoiceType templateCode invoiceSeries invoiceIssuedDate currencyCode adjustmentType paymentStatus "  # noqa: SIM905
    "cusGetInvoiceRight exchangeRate transactionUuid".split()
)
_PARTS: Final = frozenset[str](
    "generalInvoiceInfo buyerInfo sellerInfo payments itemInfo taxBreakdowns summarizeInfo".split()  # noqa: SIM905
)
_SUMS: Final = ("sumOfTotalLineAmountWithoutTax", "totalAmountWithoutTax", "totalAmountWithTax")
_NOT_TAXABLE: Final = -2
_LONGEST: Final = {"buyerName": 800, "buyerAddressLine": 800, "buyerTaxCode": 20, "buyerPhoneNumber": 15}
_LONGEST_ITEM: Final = 500
_CANCEL: Final = frozenset[str](
    "supplierTaxCode invoiceNo strIssueDate additionalReferenceDesc additionalReferenceDate".split()  # noqa: SIM905
)


class ViettelReceiptsMock(MockSystem):
    """Issues each `transactionUuid` once: the same again is the same receipt."""

    name: ClassVar[str] = "viettel_receipt"

    def __init__(
        self, *, faults: FaultPlan | None = None, now: Clock = vietnam_now, last_number: int = LAST_NUMBER
    ) -> None:
        """Take the settings; `last_number` ends the range of numbers."""
        super().__init__(faults=faults, now=now)
        self.last_number = last_number
        self._clear()

    def _open(self, request: MockRequest) -> Call:
        kind, form = media_type(request), request.path == CANCEL_PATH
        if request.path == LOGIN_PATH and request.method == "POST":
            return Call(operation="", subject="", run=lambda: self._log_in(json_object(request.body) or {}))
        operation = {CANCEL_PATH: "cancelTransactionInvoice", FILE_PATH: "getInvoiceRepresentationFile"}.get(
            request.path, "createInvoice" if request.path.startswith(CREATE_PATH) else ""
        )
        if not operation or request.method != "POST":
            return _refused(404, "Not Found")
        if kind != ("application/x-www-form-urlencoded" if form else "application/json"):
            return _refused(415, "Unsupported Media Type")
        until = self._tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if until is None or self._now() >= until:
            return _refused(401, "Unauthorized")
        content: Mapping[str, Any] = dict(_form(request.body)) if form else json_object(request.body) or {}
        general = as_object(content.get("generalInvoiceInfo")) or {}
        subject = str(content.get("invoiceNo") or general.get("transactionUuid") or "")
        return Call(operation=operation, subject=subject, run=lambda: self._serve(operation, request.path, content))

    def _log_in(self, content: Mapping[str, Any]) -> MockReply:
        self._calls["login"] += 1
        if (content.get("username"), content.get("password")) != (USERNAME, PASSWORD):
            return json_reply({"code": 401, "message": "UNAUTHORIZED"}, status=401)
        token = str(uuid.uuid5(uuid.NAMESPACE_OID, f"viettel/{self.faults.seed}/{len(self._tokens)}"))
        self._tokens[token] = self._now() + _LIFE
        return json_reply({"access_token": token, "token_type": "bearer", "expires_in": int(_LIFE.total_seconds())})

    def _serve(self, operation: str, path: str, content: Mapping[str, Any]) -> MockReply:
        if operation == "createInvoice":
            return self._create(path.removeprefix(CREATE_PATH), content)
        if content.get("supplierTaxCode") != TAX_CODE:
            return _said("TAX_CODE_INVALID", "Mã số thuế không hợp lệ")
        found = next((one for one in self._issued.values() if _shown(one) == content.get("invoiceNo")), None)
        if found is None:
            return _said("INVOICE_NOT_FOUND", "Không tìm thấy hóa đơn")
        return self._cancel(found, content) if operation == "cancelTransactionInvoice" else self._file(found, content)

    def _create(self, tax_code: str, content: Mapping[str, Any]) -> MockReply:
        reason = "TAX_CODE_INVALID" if tax_code != TAX_CODE else _complaint(content)
        if reason:
            return _said(reason, "Dữ liệu không hợp lệ")
        general = content["generalInvoiceInfo"]
        key, amount = str(general["transactionUuid"]), int(content["summarizeInfo"]["totalAmountWithTax"])
        found = self._issued.get(key)
        if found is not None and found.amount != amount:
            return _said("TRANSACTION_UUID_EXISTED", "Giao dịch đã tồn tại với nội dung khác")
        if found is None:
            if self._number >= self.last_number:
                return _said("INVOICE_RANGE_EXHAUSTED", "Đã hết số")
            self._number += 1
            issued_at = int(general["invoiceIssuedDate"])
            found = self._issued[key] = Issued(key=key, number=self._number, amount=amount, issued_at=issued_at)
        result = {
            "supplierTaxCode": TAX_CODE,
            "invoiceNo": _shown(found),
            "transactionID": key,
            "reservationCode": f"MAU{found.number:07d}",
            "codeOfTax": None,
        }
        return json_reply({"errorCode": None, "description": None, "result": result})

    @staticmethod
    def _cancel(found: Issued, content: Mapping[str, Any]) -> MockReply:
        if frozenset(content) != _CANCEL or not all(content.values()):
            return _said("BAD_REQUEST", "Thiếu trường")
        if found.cancelled:
            return _said("INVOICE_CANCELLED", "Hóa đơn đã hủy")
        found.cancelled = True
        return json_reply({"errorCode": None, "description": None})

    @staticmethod
    def _file(found: Issued, content: Mapping[str, Any]) -> MockReply:
        if content.get("templateCode") != FORM:
            return _said("TEMPLATE_INVALID", "Sai mẫu số")
        return json_reply(
            {
                "errorCode": 200,
                "description": None,
                "fileName": f"{_shown(found)}.pdf",
                "fileToBytes": base64.b64encode(found.pdf()).decode(),
                "paymentStatus": True,
            }
        )

    def _lose_sessions(self) -> None:
        self._tokens.clear()

    def _snapshot(self) -> dict[str, object]:
        return {"receipts": {key: one.snapshot() for key, one in self._issued.items()}, "last": self._number}

    def _clear(self) -> None:
        self._tokens: dict[str, datetime] = {}
        self._issued: dict[str, Issued] = {}
        self._number = 0


def _form(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)


def _shown(one: Issued) -> str:
    return f"{SYMBOL.replace('-', '')}{one.number:07d}"


def _complaint(content: Mapping[str, Any]) -> str:
    """Say what is wrong with a receipt; "" when nothing is."""
    general = as_object(content.get("generalInvoiceInfo")) or {}
    if frozenset(content) != _PARTS or not general.keys() >= _GENERAL:
        return "BAD_REQUEST_MISSING_FIELD"
    if (general["templateCode"], general["invoiceSeries"]) != (FORM, SYMBOL):
        return "TEMPLATE_INVALID"
    if type(general["invoiceIssuedDate"]) is not int or general["currencyCode"] != "VND":
        return "BAD_REQUEST_GENERAL_INFO"
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", str(general["transactionUuid"])):
        return "BAD_REQUEST_TRANSACTION_UUID"
    buyer = as_object(content["buyerInfo"]) or {}
    if not buyer.get("buyerName") or any(len(str(buyer.get(name, ""))) > most for name, most in _LONGEST.items()):
        return "BAD_REQUEST_BUYER_INFO"
    return _sums(content)


def _sums(content: Mapping[str, Any]) -> str:
    items = [as_object(item) or {} for item in as_array(content["itemInfo"]) or []]
    if not items or not as_array(content["payments"]):
        return "BAD_REQUEST_ITEM_INFO"
    for item in items:
        amount, name = item.get("itemTotalAmountWithoutTax"), str(item.get("itemName") or "")
        if type(amount) is not int or not name or len(name) > _LONGEST_ITEM:
            return "BAD_REQUEST_ITEM_INFO"
        if item.get("taxPercentage") != _NOT_TAXABLE:
            return "BAD_REQUEST_TAX"
    total, told = sum(item["itemTotalAmountWithoutTax"] for item in items), as_object(content["summarizeInfo"]) or {}
    fits = total > 0 and all(told.get(name) == total for name in _SUMS) and told.get("totalTaxAmount") == 0
    return "" if fits else "BAD_REQUEST_SUMMARIZE_INFO"


def _said(code: str, text: str) -> MockReply:
    return json_reply({"errorCode": code, "description": text, "result": None}, status=400)


def _refused(status: int, text: str) -> Call:
    return Call(operation="", subject="", run=lambda: text_reply(text, status=status))
