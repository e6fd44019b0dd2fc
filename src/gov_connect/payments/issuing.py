"""`gov.payments.receipts`: one receipt for each kind of fee of a paid order, issued once, by a service or by us."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from gov_connect.errors import AuthenticationFailed, GovConnectError, NotSupported, Refused
from gov_connect.model import Bill, Receipt, ReceiptRequest, ReceiptState, receipts_for
from gov_connect.payments.post_payment import NOT_SENT
from gov_connect.payments.receipt_records import LOCAL, Issue, StoredReceipt
from gov_connect.runtime import Adapter, Blocking, Effect, F, Flow, Grade, Inner, operation

if TYPE_CHECKING:
    from gov_connect.adapters.issuer import Issuer
    from gov_connect.payments.book import OrderBook
    from gov_connect.payments.receipt_records import ReceiptRecords
    from gov_connect.payments.receipts import ReceiptBook
    from gov_connect.runtime import Context

_COUNTER: Final = "cash"
_DONE_NOTHING: Final = (*NOT_SENT, Refused, AuthenticationFailed)
"""After these a service has certainly issued nothing, if it was asked for the first time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDesk:
    """What receipts are issued with.

    Attributes:
        issuer: name of the e-receipt service for new receipts, or `local` for numbers of our own.
        issuers: e-receipt services by name, older ones too, which still know what they issued.
        numbers: numbers of our own; None when no symbol is set.
        collector: name of the collecting body.
    """

    records: ReceiptRecords
    issuer: str
    issuers: dict[str, Issuer[Inner]]
    numbers: ReceiptBook | None
    collector: str
    tax_code: str = ""


class Receipts(Adapter[F]):
    """Receipts of the orders at one gateway. A job of its own, never part of a payment's notice (§1.10)."""

    system: ClassVar[str] = "receipts"

    def __init__(self, context: Context, *, book: OrderBook, desk: ReceiptDesk, paid_through: str) -> None:
        super().__init__(context)
        self._book = book
        self._desk = desk
        self._paid_through = paid_through

    @operation(wire="-", effect=Effect.ASK_FIRST, grade=Grade.CONFIRMED, section="payment.md §6")
    def issue(self, reference: str, *, fallback: bool = False) -> Flow[tuple[StoredReceipt, ...]]:
        """Issue the receipts of a paid order: one for its phí, one for its lệ phí, none for 0 đồng.

        Again, after a failure or for good measure, it is the same receipts: each has a key, and the service
        that was asked first is asked again under that key.

        Args:
            reference: of the order.
            fallback: whether a receipt that the service certainly did not issue gets a number of our own, and
                keeps it.

        Raises:
            GovConnectError: `payment.unknown_order`, `payment.not_paid`, `receipt.no_symbol`.
            OutcomeUnknown: it was sent, and nobody can say whether it was issued: call again.
            OutsideSystemError: the service failed or refused.
        """
        stored = yield Blocking(lambda: self._book.get(reference))
        paid_at = yield Blocking(lambda: self._book.paid_at(reference))
        if stored is None or paid_at is None:
            raise GovConnectError("payment.unknown_order" if stored is None else "payment.not_paid")
        made: list[StoredReceipt] = []
        through, online = self._paid_through, self._paid_through != _COUNTER
        for request in receipts_for(stored.order, paid_at=paid_at, paid_online=online, paid_through=through):
            job = yield from self._issue(reference, request, fallback=fallback)
            made.append(job)
        return tuple(made)

    def _issue(self, reference: str, request: ReceiptRequest, *, fallback: bool) -> Flow[StoredReceipt]:
        records = self._desk.records
        job: StoredReceipt = yield Blocking(lambda: records.begin(reference, request, self._desk.issuer))
        if job.receipt is not None:
            return job
        if job.issuer == LOCAL:
            receipt = yield from self._numbered(job.request)
        else:
            receipt = yield from self._published(job, fallback=fallback)
        yield Blocking(lambda: records.issued(receipt))
        found: StoredReceipt | None = yield Blocking(lambda: records.get(request.key))
        assert found is not None
        return found

    def _published(self, job: StoredReceipt, *, fallback: bool) -> Flow[Receipt]:
        records, key = self._desk.records, job.request.key
        issuer = self._issuer(job.issuer)
        first: bool = yield Blocking(lambda: records.sending(key))
        try:
            return (yield from issuer.publish(job.request))
        except _DONE_NOTHING:
            if first:
                yield Blocking(lambda: records.withdrawn(key))
            if not (first and fallback):
                raise
        yield Blocking(lambda: records.goes_local(key))
        return (yield from self._numbered(job.request))

    def _numbered(self, request: ReceiptRequest) -> Flow[Receipt]:
        numbers = self._desk.numbers
        if numbers is None:
            raise GovConnectError("receipt.no_symbol")
        receipt: Receipt = yield Blocking(lambda: numbers.issue(request))
        return receipt

    @operation(wire="-", effect=Effect.WRITE, grade=Grade.CONFIRMED, section="payment.md §6.4, §8")
    def cancel(self, reference: str, *, reason: str) -> Flow[tuple[StoredReceipt, ...]]:
        """Cancel all receipts of an order whose money went back; twice is harmless. Numbers stay used.

        A partial refund wants an adjusted receipt instead, which a person makes at the service.

        Raises:
            GovConnectError: `receipt.unknown`: none was issued.
            OutsideSystemError: the service failed or refused.
        """
        records = self._desk.records
        jobs: list[StoredReceipt] = yield Blocking(lambda: records.of(reference))
        if not any(job.receipt for job in jobs):
            raise GovConnectError("receipt.unknown")
        for job in jobs:
            receipt = job.receipt
            if receipt is None or job.state is Issue.CANCELLED:
                continue
            numbers = self._desk.numbers
            if job.issuer != LOCAL:
                yield from self._issuer(job.issuer).cancel(receipt, reason=reason)
            elif numbers is not None:
                yield Blocking(partial(numbers.cancel, receipt.key))
            gone = receipt.model_copy(update={"state": ReceiptState.CANCELLED})
            yield Blocking(partial(records.cancelled, gone))
        found: list[StoredReceipt] = yield Blocking(lambda: records.of(reference))
        return tuple(found)

    @operation(wire="-", effect=Effect.READ, grade=Grade.CONFIRMED, section="payment.md §6.1, §6.4, §6.5")
    def document(self, key: str) -> Flow[Bill]:
        """A receipt as a PDF document: the service's own, or one that is drawn here (extras `pdf` and `qr`).

        Raises:
            GovConnectError: `receipt.unknown`: there is none of this key, or it is not issued yet.
            NotSupported: an extra is not installed.
        """
        job: StoredReceipt | None = yield Blocking(lambda: self._desk.records.get(key))
        if job is None or job.receipt is None:
            raise GovConnectError("receipt.unknown")
        if job.issuer != LOCAL:
            return (yield from self._issuer(job.issuer).document(job.receipt))
        from gov_connect.payments.printing import Collector, receipt_pdf  # noqa: PLC0415 - an extra

        collector = Collector(name=self._desk.collector, tax_code=self._desk.tax_code)
        return Bill(pdf=receipt_pdf(job.receipt, job.request, collector))

    def _issuer(self, name: str) -> Issuer[Inner]:
        if name not in self._desk.issuers:
            raise NotSupported("payment.not_offered", system=name, what="Issuer")
        return self._desk.issuers[name]
