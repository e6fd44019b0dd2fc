"""Operations of Viettel SInvoice (payment.md §6.5): SEEN, one source; check against the operator's own text."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import urlencode

from gov_connect.adapters.e_receipt.documents import pdf_bill
from gov_connect.adapters.issuer import Issuer
from gov_connect.adapters.outcome_words import tells_of_the_way
from gov_connect.adapters.reading import answer_object, code_text, folded, is_zero, not_own_form, texts
from gov_connect.errors import AuthenticationFailed, Refused, UnexpectedReply
from gov_connect.model import Bill, Receipt, ReceiptRequest
from gov_connect.runtime import Effect, F, Flow, Grade, Reply, Request, operation
from gov_connect.transport import Unreadable, as_object, parse_json
from gov_connect.transport.write import json_text

if TYPE_CHECKING:
    from gov_connect.settings import ViettelReceiptSettings

_NOT_TAXABLE: Final = -2
_OK, _FAILURE, _FAULT = 200, 400, 500
_NOT_LOGGED_IN: Final = (401, 403)
_JSON: Final = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_LONGEST_NAME, _LONGEST_ADDRESS, _LONGEST_ITEM = 800, 800, 500
_FILE_PATH: Final = "/InvoiceAPI/InvoiceUtilsWS/getInvoiceRepresentationFile"


class ViettelReceipts(Issuer[F]):
    """Viettel SInvoice over REST."""

    system: ClassVar[str] = "viettel_receipt"

    @operation(wire="createInvoice", effect=Effect.ASK_FIRST, grade=Grade.SEEN, section="payment.md §6.5")
    def publish(self, request: ReceiptRequest) -> Flow[Receipt]:
        """Issue a receipt. `transactionUuid` comes from the key, so that asking again is the same request.

        Raises:
            AuthenticationFailed: user name, password or token were not accepted.
            Refused: the data was not.
            OutcomeUnknown: it was sent, and nobody can say whether it was issued: ask again with the same key.
        """
        settings = self._settings
        path = f"{settings.create_path}/{settings.tax_code}"
        answer = yield from self._call(path, self._body(request), label="createInvoice")
        number = code_text(_result(answer.get("result")).get("invoiceno"))
        if not number:
            raise UnexpectedReply(system=self.system, reason="no_number")
        return Receipt(
            key=request.key,
            form=settings.template,
            symbol=settings.serial,
            number=number,
            amount=request.amount,
            # What was registered as invoiceIssuedDate; cancelling names it again.
            issued_at=request.paid_at,
        )

    @operation(wire="cancelTransactionInvoice", effect=Effect.WRITE, grade=Grade.SEEN, section="payment.md §6.5")
    def cancel(self, receipt: Receipt, *, reason: str) -> Flow[None]:
        """Cancel a receipt.

        Raises:
            Refused: not found, or its state does not allow it.
        """
        moment = str(int(receipt.issued_at.timestamp() * 1000))
        form = {
            "supplierTaxCode": self._settings.tax_code,
            "invoiceNo": receipt.number,
            "strIssueDate": moment,
            "additionalReferenceDesc": reason,
            "additionalReferenceDate": moment,
        }
        yield from self._call(self._settings.cancel_path, form, label="cancelTransactionInvoice", form=True)

    @operation(wire="getInvoiceRepresentationFile", effect=Effect.READ, grade=Grade.SEEN, section="payment.md §6.5")
    def document(self, receipt: Receipt) -> Flow[Bill]:
        """The receipt as a PDF document.

        Raises:
            Refused: there is none.
            UnexpectedReply: it is no PDF.
        """
        settings = self._settings
        asked = {"supplierTaxCode": settings.tax_code, "invoiceNo": receipt.number, "templateCode": settings.template}
        answer = yield from self._call(_FILE_PATH, asked, label="getInvoiceRepresentationFile", repeatable=True)
        return pdf_bill(texts(answer.get("fileToBytes")), self.system)

    def _body(self, request: ReceiptRequest) -> dict[str, Any]:
        settings, payer, total = self._settings, request.payer, request.amount.dong
        address = "" if payer.address is None else payer.address.reveal()
        return {
            "generalInvoiceInfo": {
                "invoiceType": settings.invoice_type,
                "templateCode": settings.template,
                "invoiceSeries": settings.serial,
                "invoiceIssuedDate": int(request.paid_at.timestamp() * 1000),
                "currencyCode": "VND",
                "adjustmentType": "1",
                "paymentStatus": True,
                "cusGetInvoiceRight": True,
                "exchangeRate": 1,
                "transactionUuid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.tax_code}/{request.key}")),
            },
            "buyerInfo": {
                "buyerName": payer.name.reveal()[:_LONGEST_NAME],
                "buyerLegalName": "",
                "buyerTaxCode": "",
                "buyerAddressLine": address[:_LONGEST_ADDRESS],
            },
            "sellerInfo": {},
            "payments": [
                {"paymentMethod": "7", "paymentMethodName": "CK"}
                if request.paid_online
                else {"paymentMethod": "6", "paymentMethodName": "TM"}
            ],
            "itemInfo": [
                {
                    "lineNumber": place,
                    "itemName": line.name[:_LONGEST_ITEM],
                    "unitName": "",
                    "unitPrice": line.amount.dong,
                    "quantity": 1,
                    "itemTotalAmountWithoutTax": line.amount.dong,
                    "taxPercentage": _NOT_TAXABLE,
                }
                for place, line in enumerate(request.lines, 1)
            ],
            "taxBreakdowns": [{"taxPercentage": _NOT_TAXABLE, "taxableAmount": total, "taxAmount": 0}],
            "summarizeInfo": {
                "sumOfTotalLineAmountWithoutTax": total,
                "totalAmountWithoutTax": total,
                "totalTaxAmount": 0,
                "totalAmountWithTax": total,
            },
        }

    def _call(
        self, path: str, content: dict[str, Any], *, label: str, form: bool = False, repeatable: bool = False
    ) -> Flow[dict[str, Any]]:
        """Call with the token; one that is refused is renewed once, since nothing was done with it."""
        body = urlencode(content) if form else json_text(content)
        renewed = False
        while True:
            token = yield from self._token()
            reply: Reply = yield Request(
                system=self.system,
                url=self._settings.base_url.rstrip("/") + path,
                headers={**(_FORM if form else _JSON), "Authorization": f"Bearer {token}"},
                body=body.encode(),
                repeatable=repeatable,
                label=label,
            )
            try:
                return self._read(reply)
            except AuthenticationFailed:
                self.context.memory.forget(*self._place, value=token)
                if renewed:
                    raise
                renewed = True

    def _read(self, reply: Reply) -> dict[str, Any]:
        answer = answer_object(reply, self.system)
        code = code_text(answer.get("errorcode"))
        if code and not is_zero(code) and code != str(_OK) and reply.status not in _NOT_LOGGED_IN:
            text = texts(answer.get("description"))
            issued = code_text(_result(answer.get("result")).get("invoiceno"))
            if reply.status >= _FAULT or issued or tells_of_the_way(text):  # it may be there all the same
                raise UnexpectedReply(system=self.system, reason="cut_off", status=reply.status, raw=text)
            raise Refused(system=self.system, status=reply.status, raw_code=code[:100], raw=text)
        if reply.status >= _FAILURE:
            raise not_own_form(reply, self.system, "status_differs", answer)
        return {"fileToBytes": answer.get("filetobytes"), "result": answer.get("result")}

    def log_in(self) -> Flow[None]:
        """Log in, and nothing else: not an operation, since it asks for nothing (`doctor`).

        Raises:
            AuthenticationFailed: the account is refused.
        """
        self.context.memory.forget(*self._place, value=self.context.memory.recall(*self._place))
        yield from self._token()

    def _token(self) -> Flow[str]:
        known = self.context.memory.recall(*self._place)
        if isinstance(known, str):
            return known
        settings = self._settings
        login = {"username": settings.username, "password": settings.password.get_secret_value()}
        reply: Reply = yield Request(
            system=self.system,
            url=settings.base_url.rstrip("/") + settings.login_path,
            headers=_JSON,
            body=json.dumps(login).encode(),
            repeatable=True,
            label="login",
        )
        answer = answer_object(reply, self.system)
        token = texts(answer.get("accesstoken"))
        if not token and reply.status >= _FAULT:
            raise not_own_form(reply, self.system, "no_token", answer)
        if not token:
            raise AuthenticationFailed(system=self.system, status=reply.status)
        self.context.memory.keep(*self._place, value=token, seconds=settings.token_seconds)
        return token

    @property
    def _place(self) -> tuple[str, str, str]:
        return (str(self.acting.agency), self.system, "token")

    @property
    def _settings(self) -> ViettelReceiptSettings:
        settings: ViettelReceiptSettings = self.context.settings
        return settings


def _result(value: object) -> dict[str, Any]:
    """`result` as an object, keys folded; as JSON text too."""
    if isinstance(value, str):
        try:
            value = parse_json(value)
        except Unreadable:
            return {}
    return folded(as_object(value) or {}) or {}
