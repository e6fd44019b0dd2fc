"""Operations of the national payment platform: build a request, read an answer; no I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from gov_connect.adapters.gateway import (
    LARGEST_NOTICE,
    Asks,
    Bills,
    GatewayNotice,
    LookedUp,
    NoticeAnswer,
    Notifies,
    Verdict,
)
from gov_connect.adapters.national_payment import bills, mapping, wire
from gov_connect.adapters.reading import code_text, texts
from gov_connect.errors import InvalidInput, OutcomeUnknown, Refused, UnexpectedReply
from gov_connect.model import Bill, PaymentLink, PaymentOrder, PaymentResult
from gov_connect.runtime import Effect, F, Flow, Grade, Reply, Request, operation
from gov_connect.transport import Unreadable, as_object, parse_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.settings import NationalPaymentSettings

_LONGEST_ECHO = 255


class NationalPayment(Asks[F], Notifies[F], Bills[F], LookedUp[F]):
    """The national payment platform (Nền tảng thanh toán trực tuyến), version 1.0.6."""

    system: ClassVar[str] = wire.SYSTEM

    @operation(
        wire="INIT",
        generation="1.0.6",
        effect=Effect.WRITE,
        grade=Grade.CONFIRMED,
        section="payment.md §1.3",
    )
    def open(self, order: PaymentOrder, *, agency_name: str = "") -> Flow[PaymentLink]:
        """Open a transaction and get the address where the payer pays.

        The reference, time and content come from the order alone, so that sending it again is the very
        same message; the platform answers that with the same address.

        Raises:
            Refused: the platform said no.
            UnexpectedReply: neither answer shape.
        """
        settings = self._settings
        message = mapping.init(order, settings, self.acting.agency, agency_name)
        signed = wire.authenticate(message, wire.INIT_FIELDS, settings.secret.get_secret_value())
        answer = yield from self._exchange(settings.init_path, signed, label="INIT")
        self._refuse(answer)
        try:
            return PaymentLink(reference=order.reference, url=texts(answer.get("UrlThanhToan")))
        except InvalidInput as error:
            raise UnexpectedReply(system=self.system, reason="no_address") from error

    @operation(
        wire="QUERY",
        generation="1.0.6",
        effect=Effect.READ,
        grade=Grade.SEEN,
        section="payment.md §1.3",
    )
    def query(self, order: PaymentOrder) -> Flow[PaymentResult]:
        """What became of an order, by the platform's own records: the truth about money.

        Raises:
            UnexpectedReply: not about this order: another reference, partner or currency, or no amount.
        """
        settings = self._settings
        message = mapping.query(order.reference, mapping.moment(order), settings)
        signed = wire.authenticate(message, wire.QUERY_FIELDS, settings.secret.get_secret_value())
        answer = yield from self._exchange(settings.query_path, signed, label="QUERY")
        return mapping.outcome(answer, order.reference, settings.partner_code)

    @operation(
        wire="CONFIRM",
        generation="1.0.6",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="payment.md §1.3, §1.10",
    )
    def read_notice(self, body: bytes) -> Flow[GatewayNotice]:
        """Read a CONFIRM that the platform sent; nothing is sent. Its hash is always verified."""
        yield from ()
        if len(body) > LARGEST_NOTICE:
            return Notice({}, None, "too_long", genuine=False)
        return self._notice(body)

    def _notice(self, body: bytes) -> Notice:
        try:
            fields = wire.named(as_object(parse_json(body)) or {})
        except Unreadable:
            fields = None
        if not fields:
            return Notice({}, None, "not_json", genuine=False)
        settings = self._settings
        if not wire.genuine(fields, settings.secret.get_secret_value()):
            return Notice(fields, None, "bad_hash", genuine=False)
        if fields.get("MaDoiTac") != settings.partner_code:
            return Notice(fields, None, "another_partner")
        if fields.get("MaTienTe") != wire.CURRENCY:
            return Notice(fields, None, "another_currency")
        try:
            return Notice(fields, mapping.notice(fields), "", dossier=mapping.proven_dossier(fields))
        except UnexpectedReply as error:
            return Notice(fields, None, error.reason)

    @operation(
        wire="GET_BILL",
        generation="1.0.6",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="payment.md §1.3",
    )
    def bill(self, order: PaymentOrder, *, paid: PaymentResult) -> Flow[Bill]:
        """The platform's receipt, as a document or as the address of one.

        Systems differ in whether ThoiGianGD is the time of CONFIRM or of INIT: the first is tried, and
        the other one only when the platform refuses it.

        Raises:
            Refused: not paid, or the receipt is not ready yet; ask again later.
            UnexpectedReply: neither answer shape.
        """
        settings = self._settings
        times = dict.fromkeys(filter(None, (paid.raw_time, mapping.moment(order))))
        refusal: Refused | None = None
        for moment in times:
            message = bills.get_bill(order.reference, moment, settings)
            signed = wire.authenticate(message, wire.QUERY_FIELDS, settings.secret.get_secret_value())
            reply: Reply = yield self._request(settings.bill_path, signed, label="GET_BILL")
            try:
                return bills.read(reply)
            except Refused as error:
                refusal = refusal or error
        assert refusal is not None
        raise refusal

    @operation(
        wire="dptracuuthanhtoanhs",
        generation="1.0.6",
        effect=Effect.READ,
        grade=Grade.SEEN,
        section="payment.md §1.7",
    )
    def read_look_up(self, body: bytes) -> Flow[str]:
        """The dossier for which the platform asks what is owed; "" when it names none. Nothing is sent."""
        yield from ()
        return bills.asked_dossier(body)

    @operation(
        wire="dptracuuthanhtoanhs",
        generation="1.0.6",
        effect=Effect.READ,
        grade=Grade.SEEN,
        section="payment.md §1.7",
    )
    def look_up_answer(self, order: PaymentOrder | None, *, due: bool, agency_name: str = "") -> Flow[bytes]:
        """What to answer when the platform asks what a dossier owes; nothing is sent.

        Args:
            order: of the dossier; None when the dossier is not known here.
            due: whether the order still waits for its money.
            agency_name: as receipts name the agency.
        """
        yield from ()
        settings, moment = self._settings, self.context.clock.now()
        answer = bills.look_up_answer(order, settings, self.acting.agency, agency_name, due=due, moment=moment)
        return wire.body(answer)

    def _request(self, path: str, message: Mapping[str, object], *, label: str) -> Request:
        return Request(
            system=self.system,
            url=self._settings.base_url.rstrip("/") + path,
            headers=wire.HEADERS,
            body=wire.body(message),
            repeatable=True,
            label=label,
        )

    def _exchange(self, path: str, message: Mapping[str, object], *, label: str) -> Flow[dict[str, Any]]:
        """Send a message that may be repeated as it stands; an unreadable answer is asked for once
        more, since the same message is harmless.
        """
        request = self._request(path, message, label=label)
        try:
            reply: Reply = yield request
            return wire.read(reply)
        except (UnexpectedReply, OutcomeUnknown):
            reply = yield request
            return wire.read(reply)

    def _refuse(self, answer: Mapping[str, Any]) -> None:
        code = wire.code_of(answer)
        if code != wire.SUCCESS:
            raise Refused(system=self.system, raw_code=code, raw=texts(answer.get("MoTaLoi")))

    @property
    def _settings(self) -> NationalPaymentSettings:
        settings: NationalPaymentSettings = self.context.settings
        return settings


class Notice(GatewayNotice):
    """A CONFIRM as it arrived, and what was made of it.

    Attributes:
        result: what it says, or None when it must not be believed.
        reason: why not, as a short stable word; "" when it is believed.
        genuine: whether its hash is that of its own fields.
        dossier: of MaHoSo, when a hashed field names it too (§1.7).
    """

    __slots__ = ("_message", "dossier", "genuine", "reason", "result")

    def __init__(
        self,
        message: Mapping[str, Any],
        result: PaymentResult | None,
        reason: str,
        *,
        genuine: bool = True,
        dossier: str = "",
    ) -> None:
        self._message = message
        self.result = result
        self.reason = reason
        self.genuine = genuine
        self.dossier = dossier

    def answer_to(self, verdict: Verdict) -> NoticeAnswer:
        """HTTP 200 with MaLoi 00 for what is in the records, else 99 (§1.10)."""
        return NoticeAnswer(body=self.answer(accepted=verdict.accepted))

    def answer(self, *, accepted: bool) -> bytes:
        """The reply the platform expects: its own fields echoed (§1.3)."""
        echoed = {
            name: code_text(self._message.get(name))[:_LONGEST_ECHO]
            for name in ("MaDoiTac", "MaThamChieu", "ThoiGianGD", "MaXacThuc")
        }
        code = wire.SUCCESS if accepted else wire.OTHER_ERROR
        text = "Thành công" if accepted else "Các lỗi khác"
        return wire.body({"MaLoi": code, "MoTaLoi": text, **echoed})

    def __repr__(self) -> str:
        return f"<Notice {self.reason or 'genuine'}>"
