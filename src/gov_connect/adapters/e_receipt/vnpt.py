"""Operations of VNPT's e-receipts: build a request, read an answer; no I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from gov_connect.adapters.e_receipt import vnpt_wire as wire
from gov_connect.adapters.e_receipt.documents import pdf_bill
from gov_connect.adapters.issuer import Issuer
from gov_connect.model import Bill, Receipt, ReceiptRequest
from gov_connect.runtime import Effect, F, Flow, Grade, Reply, Request, operation

if TYPE_CHECKING:
    from gov_connect.settings import VnptReceiptSettings


class VnptReceipts(Issuer[F]):
    """VNPT e-receipts over SOAP 1.1."""

    system: ClassVar[str] = wire.SYSTEM

    @operation(wire="ImportAndPublishInv", effect=Effect.WRITE, grade=Grade.CONFIRMED, section="payment.md §6.4")
    def publish(self, request: ReceiptRequest) -> Flow[Receipt]:
        """Issue a receipt. The key makes it happen once: VNPT answers a repetition with ERR:13, which
        reads as the receipt that is there, without its number.

        Raises:
            AuthenticationFailed: ERR:1.
            Refused: bad data, no numbers left, symbols that do not fit (`raw_code` is VNPT's own).
            UnexpectedReply: the answer names another receipt.
        """
        settings, issued_at = self._settings, self.context.clock.now()
        parameters = {
            "Account": settings.account,
            "ACpass": settings.account_password.get_secret_value(),
            "xmlInvData": wire.invoices(request, settings.tax_code),
            "username": settings.username,
            "password": settings.password.get_secret_value(),
            "pattern": settings.pattern,
            "serial": settings.serial,
            "convert": "0",
        }
        text, status = yield from self._call(settings.publish_path, "ImportAndPublishInv", parameters)
        line = wire.accepted(text, status, also=frozenset({wire.DUPLICATE}))
        form, symbol, number = settings.pattern, settings.serial, ""
        if line or text.upper().startswith("OK:"):  # an OK that names nothing is no ERR:13
            form, symbol, number = wire.number_in(line, request.key)
        return Receipt(
            key=request.key, form=form, symbol=symbol, number=number, amount=request.amount, issued_at=issued_at
        )

    @operation(wire="cancelInv", effect=Effect.WRITE, grade=Grade.CONFIRMED, section="payment.md §6.4")
    def cancel(self, receipt: Receipt, *, reason: str) -> Flow[None]:
        """Cancel a receipt: a paid one is marked unpaid first. Cancelled before (ERR:8) is fine.

        Raises:
            AuthenticationFailed: ERR:1.
            Refused: not found, or its state does not allow it.
        """
        del reason  # VNPT has no place for it
        settings = self._settings
        access = {
            "fkey": receipt.key,
            "userName": settings.username,
            "userPass": settings.password.get_secret_value(),
        }
        staff = {"Account": settings.account, "ACpass": settings.account_password.get_secret_value()}
        # Its own refusals (unpaid already, cancelled already) are those of the next call.
        yield from self._call(settings.business_path, "UnConfirmPaymentFkey", access)
        text, status = yield from self._call(settings.business_path, "cancelInv", {**staff, **access})
        wire.accepted(text, status, also=frozenset({wire.ALREADY_DONE}))

    @operation(wire="downloadInvPDFFkeyNoPay", effect=Effect.READ, grade=Grade.CONFIRMED, section="payment.md §6.4")
    def document(self, receipt: Receipt) -> Flow[Bill]:
        """The receipt as a PDF document.

        Raises:
            AuthenticationFailed: ERR:1.
            Refused: there is none of this key.
            UnexpectedReply: it is no PDF.
        """
        settings = self._settings
        access = {
            "fkey": receipt.key,
            "userName": settings.username,
            "userPass": settings.password.get_secret_value(),
        }
        text, status = yield from self._call(settings.portal_path, "downloadInvPDFFkeyNoPay", access)
        if text.startswith("ERR:"):
            wire.accepted(text, status)
        return pdf_bill(text, self.system, status)

    def _call(self, path: str, method: str, parameters: dict[str, str]) -> Flow[tuple[str, int]]:
        reply: Reply = yield Request(
            system=self.system,
            url=self._settings.base_url.rstrip("/") + path,
            headers=wire.headers(method),
            body=wire.envelope(method, parameters),
            # Every call is keyed: a repetition is answered as one (ERR:13, ERR:8) and does nothing.
            repeatable=True,
            label=method,
        )
        return wire.result(reply, method), reply.status

    @property
    def _settings(self) -> VnptReceiptSettings:
        settings: VnptReceiptSettings = self.context.settings
        return settings
