"""VNPT: three SOAP services, two pairs of credentials, outcomes as `OK:` and `ERR:` texts (payment.md §6.4)."""

from __future__ import annotations

import base64
import html
import re
from typing import TYPE_CHECKING, ClassVar, Final

from gov_connect.mocks._xml import BadXmlError, Node, parse
from gov_connect.mocks.core import Call, MockReply, MockRequest, MockSystem, media_type, text_reply, vietnam_now
from gov_connect.mocks.receipts._issued import FORM, LAST_NUMBER, SYMBOL, TAX_CODE, Issued

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.mocks.core import Clock
    from gov_connect.mocks.faults import FaultPlan

PUBLISH_PATH: Final = "/PublishService.asmx"
BUSINESS_PATH: Final = "/BusinessService.asmx"
PORTAL_PATH: Final = "/PortalService.asmx"
ACCOUNT: Final = "can-bo-mau"
ACCOUNT_PASSWORD: Final = "mat-khau-can-bo"  # noqa: S105 - invented
USERNAME: Final = "dich-vu-mau"
PASSWORD: Final = "mat-khau-dich-vu"  # noqa: S105 - invented
NAMESPACE: Final = "http://tempuri.org/"
ENVELOPE: Final = "http://schemas.xmlsoap.org/soap/envelope/"
BATCH: Final = 5000
_METHODS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "ImportAndPublishInv": (
        PUBLISH_PATH,
        ("Account", "ACpass", "xmlInvData", "username", "password", "pattern", "serial", "convert"),
    ),
    "UnConfirmPaymentFkey": (BUSINESS_PATH, ("fkey", "userName", "userPass")),
    "cancelInv": (BUSINESS_PATH, ("Account", "ACpass", "fkey", "userName", "userPass")),
    "getInvViewFkey": (PORTAL_PATH, ("fkey", "userName", "userPass")),
    "downloadInvPDFFkeyNoPay": (PORTAL_PATH, ("fkey", "userName", "userPass")),
}
_INVOICE: Final = (
    *("CusCode", "CusName", "Buyer", "CusAddress", "CusPhone", "CusTaxCode", "Email", "ArisingDate"),
    *("PaymentMethod", "PaymentStatus", "KindOfService", "Extra", "Extra1", "Total", "VATRate", "VATAmount"),
    *("Amount", "AmountInWords", "ComTaxCode", "Products"),
)
_PRODUCT: Final = (
    *("Code", "ProdName", "ProdUnit", "ProdQuantity", "ProdPrice"),
    *("Total", "Amount", "Extra1", "Extra2", "FEEID"),
)
_NEEDED: Final = ("CusCode", "CusName", "Amount", "AmountInWords")
_DAY: Final = re.compile(r"\d\d/\d\d/\d{4}")
_LONGEST: Final = {"key": 100, "Extra": 500, "AmountInWords": 255}
_NOT_LOGGED_IN, _BAD_XML, _CANNOT_PUBLISH, _EXHAUSTED = "ERR:1", "ERR:3", "ERR:5", "ERR:6"
_DUPLICATE, _SYMBOLS, _NOT_FOUND, _DONE_ALREADY, _STATE = "ERR:13", "ERR:20", "ERR:2", "ERR:8", "ERR:9"


class VnptReceiptsMock(MockSystem):
    """Issues each key once. `publishing` False stands for a service that cannot issue (ERR:5)."""

    name: ClassVar[str] = "vnpt_receipt"

    def __init__(
        self, *, faults: FaultPlan | None = None, now: Clock = vietnam_now, last_number: int = LAST_NUMBER
    ) -> None:
        """Take the settings; `last_number` ends the range of numbers (ERR:6)."""
        super().__init__(faults=faults, now=now)
        self.publishing = True
        self.last_number = last_number
        self._clear()

    def issued(self, key: str) -> Issued:
        """Give one receipt, for checks; KeyError when there is none."""
        with self._lock:
            return self._issued[key]

    def _open(self, request: MockRequest) -> Call:
        if request.path not in {path for path, _ in _METHODS.values()}:
            return _refused(404, "Not Found")
        if request.method != "POST":
            return _refused(405, "Method Not Allowed")
        if media_type(request) != "text/xml":
            return _refused(415, "Unsupported Media Type")
        read = _read(request)
        if isinstance(read, MockReply):
            return Call(operation="", subject="", run=lambda: read)
        method, given = read
        return Call(operation=method, subject=_subject(given), run=lambda: self._serve(method, given))

    def _serve(self, method: str, given: Mapping[str, str]) -> MockReply:
        service = (given.get("username", given.get("userName")), given.get("password", given.get("userPass")))
        staff = (given.get("Account", ACCOUNT), given.get("ACpass", ACCOUNT_PASSWORD))
        if service != (USERNAME, PASSWORD) or staff != (ACCOUNT, ACCOUNT_PASSWORD):
            return _result(method, _NOT_LOGGED_IN)
        match method:
            case "ImportAndPublishInv":
                return _result(method, self._publish(given))
            case "UnConfirmPaymentFkey":
                return _result(method, self._take_back(given["fkey"]))
            case "cancelInv":
                return _result(method, self._cancel(given["fkey"]))
            case _:
                return _result(method, self._show(given["fkey"], as_html=method == "getInvViewFkey"))

    def _publish(self, given: Mapping[str, str]) -> str:
        symbols = (given["pattern"], given["serial"])
        if symbols not in {(FORM, SYMBOL), ("", "")}:
            return _SYMBOLS
        rows = _rows(given["xmlInvData"])
        if rows is None or given["convert"] not in {"0", "1"}:
            return _BAD_XML
        if any(key in self._issued for key, _ in rows) or len({key for key, _ in rows}) != len(rows):
            return _DUPLICATE
        if not self.publishing:
            return _CANNOT_PUBLISH
        if self._number + len(rows) > self.last_number:
            return _EXHAUSTED
        told: list[str] = []
        for key, amount in rows:
            self._number += 1
            self._issued[key] = Issued(key=key, number=self._number, amount=amount)
            told.append(f"{key}_{self._number}")
        return f"OK:{FORM};{SYMBOL}-{','.join(told)}"

    def _take_back(self, key: str) -> str:
        found = self._issued.get(key)
        if found is None:
            return _NOT_FOUND
        found.paid = False
        return "OK:"

    def _cancel(self, key: str) -> str:
        found = self._issued.get(key)
        if found is None:
            return _NOT_FOUND
        if found.cancelled:
            return _DONE_ALREADY
        if found.paid:
            return _STATE
        found.cancelled = True
        return "OK:"

    def _show(self, key: str, *, as_html: bool) -> str:
        found = self._issued.get(key)
        if found is None:
            return _EXHAUSTED  # 6 here: there is no such receipt
        if as_html:
            return f"<html><body>{html.escape(f'{FORM} {SYMBOL} {found.number:07d}: {found.amount}')}</body></html>"
        return base64.b64encode(found.pdf()).decode()

    def _snapshot(self) -> dict[str, object]:
        return {"receipts": {key: one.snapshot() for key, one in self._issued.items()}, "last": self._number}

    def _clear(self) -> None:
        self._issued: dict[str, Issued] = {}
        self._number = 0


def _read(request: MockRequest) -> tuple[str, dict[str, str]] | MockReply:
    """Give the method and its parameters, or the fault."""
    try:
        root = parse(request.body)
    except BadXmlError:
        return _fault("the request is not well-formed XML")
    body = root.child("Body") if (root.namespace, root.name) == (ENVELOPE, "Envelope") else None
    call = body.children[0] if body is not None and len(body.children) == 1 else None
    method = "" if call is None else call.name
    path, names = _METHODS.get(method, ("", ()))
    if call is None or call.namespace != NAMESPACE or path != request.path:
        return _fault("no such method at this service")
    if request.headers.get("soapaction", "").strip('"') != NAMESPACE + method:
        return _fault("SOAPAction does not fit")
    if tuple(child.name for child in call.children) != names or any(c.namespace != NAMESPACE for c in call.children):
        return _fault("parameters do not fit")
    return method, {child.name: child.text for child in call.children}


def _subject(given: Mapping[str, str]) -> str:
    if "fkey" in given:
        return given["fkey"]
    found = re.search(r"<key>([^<]*)</key>", given.get("xmlInvData", ""))
    return found[1] if found else ""


def _rows(text: str) -> list[tuple[str, int]] | None:
    """Give key and amount of each receipt; `None` when one of them is wrong: the whole batch is refused."""
    try:
        root = parse(text)
    except BadXmlError:
        return None
    if root.name != "Invoices" or not 1 <= len(root.children) <= BATCH:
        return None
    rows = [_row(each) for each in root.children]
    good = [row for row in rows if row is not None]
    return good if len(good) == len(rows) else None


def _row(each: Node) -> tuple[str, int] | None:
    key, invoice = each.child("key"), each.child("Invoice")
    if each.name != "Inv" or key is None or invoice is None or not 1 <= len(key.text) <= _LONGEST["key"]:
        return None
    told = {child.name: child.text for child in invoice.children}
    products = invoice.child("Products")
    if sorted(told) != sorted(_INVOICE) or products is None or not all(told[name] for name in _NEEDED):
        return None
    lines = [{child.name: child.text for child in line.children} for line in products.children]
    if not lines or any(sorted(line) != sorted(_PRODUCT) or not line["ProdName"] for line in lines):
        return None
    long = any(len(told[name]) > most for name, most in _LONGEST.items() if name in told)
    amounts = [line["Amount"] for line in lines]
    if (
        long
        or not _DAY.fullmatch(told["ArisingDate"])
        or not all(text.isdecimal() for text in [*amounts, told["Amount"]])
    ):
        return None
    amount = int(told["Amount"])
    fits = sum(int(text) for text in amounts) == amount > 0 and told["ComTaxCode"] in {"", TAX_CODE}
    return (key.text, amount) if fits else None


def _result(method: str, text: str) -> MockReply:
    inner = (
        f'<{method}Response xmlns="{NAMESPACE}"><{method}Result>{html.escape(text)}</{method}Result></{method}Response>'
    )
    return _soap(inner, 200)


def _fault(text: str) -> MockReply:
    return _soap(f"<soap:Fault><faultcode>soap:Client</faultcode><faultstring>{text}</faultstring></soap:Fault>", 500)


def _soap(inner: str, status: int) -> MockReply:
    document = (
        f'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="{ENVELOPE}">'
        f"<soap:Body>{inner}</soap:Body></soap:Envelope>"
    )
    return text_reply(document, status=status, content_type="text/xml; charset=utf-8")


def _refused(status: int, text: str) -> Call:
    return Call(operation="", subject="", run=lambda: text_reply(text, status=status))
