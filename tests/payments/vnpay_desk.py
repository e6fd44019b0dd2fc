"""A client of the mock VNPAY, in simulated time."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from gov_connect.client import GovConnect, Parts
from gov_connect.mocks import vnpay
from gov_connect.mocks.core import MockRequest
from gov_connect.model import (
    VIETNAM,
    DossierCode,
    FeeKind,
    FeeLine,
    Money,
    NewsSource,
    Payer,
    PaymentOrder,
    PaymentState,
    PersonName,
    ProcedureCode,
    Refund,
)
from gov_connect.payments import NoticeReply, Payments
from gov_connect.runtime import CountingIds, ManualClock, Reply, Request, SeededRandom, Sync
from gov_connect.settings import Settings
from gov_connect.transport import InProcessCarrier

START = datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM)
SETTINGS = {
    "ENVIRONMENT": "test",
    "AGENCY": "H99.201",
    "DATABASE_URL": "sqlite:///:memory:",
    "STORE_KEY": base64.b64encode(bytes(32)).decode(),
    "VNPAY__BASE_URL": "https://vnpay.example",
    "VNPAY__TMN_CODE": vnpay.TMN_CODE,
    "VNPAY__HASH_SECRET": vnpay.HASH_SECRET,
    "VNPAY__RETURN_URL": "https://motcua.example/vnpay/return",
    "VIETQR__BANK": "970436",
    "VIETQR__ACCOUNT": "0000000000001",
    "CASH__BASE_URL": "https://cash.invalid",
    "AGENCY_NAME": "Ủy ban nhân dân xã Mẫu",
    "RECEIPTS__SYMBOL": "AA-26E",
}


def make_order(reference: str = "HS0001", amount: int = 25_000, created_at: datetime = START) -> PaymentOrder:
    """An order of one phí and one lệ phí."""
    return PaymentOrder(
        reference=reference,
        dossier=DossierCode("H99.201-260105-0001"),
        procedure=ProcedureCode("1.001193"),
        amount=Money(amount),
        lines=(
            FeeLine(name="Phí sao lục", amount=Money(amount - 5000), kind=FeeKind.FEE),
            FeeLine(name="Lệ phí hộ tịch", amount=Money(5000), kind=FeeKind.CHARGE),
        ),
        payer=Payer(name=PersonName("MẪU THỊ THỬ")),
        created_at=created_at,
    )


def make_refund(key: str, amount: int, reference: str = "HS0001", created_at: datetime = START) -> Refund:
    """A refund by officer canbo01."""
    return Refund(
        key=key,
        reference=reference,
        amount=Money(amount),
        reason="Rút hồ sơ",
        officer="canbo01",
        created_at=created_at,
    )


@dataclass
class Desk:
    """An agency, VNPAY, and the payer between them."""

    gov: GovConnect
    mock: vnpay.VnpayMock
    clock: ManualClock
    down: bool = False
    lose_answers: bool = False
    service: Any = None
    """Answers whatever is not for VNPAY."""

    @property
    def payments(self) -> Payments[Sync]:
        return self.gov.payments_through("vnpay")

    def visit(self, url: str, action: str = "") -> Any:
        """Open the pay page, or click on it."""
        parts = urlsplit(url)
        return self.mock.handle(
            MockRequest(
                method="POST" if action else "GET",
                path=parts.path,
                query=dict(parse_qsl(parts.query)),
                body=f"action={action}".encode() if action else b"",
            )
        )

    def carry_notices(self) -> list[NoticeReply]:
        """Carry every notice that is due, and the answers back."""
        replies: list[NoticeReply] = []
        for notice in self.mock.due_notices():
            reply = self.payments.receive(notice.query.encode())
            self.mock.answered(notice, reply.status, reply.body)
            replies.append(reply)
        return replies

    def state(self, reference: str = "HS0001") -> PaymentState:
        stored = self.payments.book.get(reference)
        assert stored is not None
        return stored.state

    def sources(self, reference: str = "HS0001") -> list[tuple[NewsSource, PaymentState]]:
        return [(item.source, item.state) for item in self.payments.book.news(reference)]


def make_desk(**changes: str) -> Desk:
    """A desk at eight in the morning of 2026-01-05."""
    clock = ManualClock(START)
    mock = vnpay.VnpayMock(now=clock.now)
    mock.ipn_url = "https://motcua.example/vnpay/ipn"
    made: list[Desk] = []

    def handle(request: Request) -> Reply | None:
        if made[0].down:
            return None
        if made[0].service is not None and "vnpay.example" not in request.url:
            answer = made[0].service(request)
            return answer if answer is None or isinstance(answer, Reply) else Reply(status=200, body=answer)
        answer = mock.handle(
            MockRequest(method=request.method, path=urlsplit(request.url).path, headers={}, body=request.body)
        )
        if made[0].lose_answers:
            return Reply(status=502, body=b"<html>")
        return Reply(status=answer.status, body=answer.body)

    parts = Parts(
        settings=Settings.from_mapping({f"GOV_CONNECT_{key}": value for key, value in (SETTINGS | changes).items()}),
        clock=clock,
        carrier=InProcessCarrier(handle),
        chance=SeededRandom(1),
        ids=CountingIds(),
    )
    made.append(Desk(gov=GovConnect(parts=parts), mock=mock, clock=clock))
    return made[0]


def minutes(count: float) -> float:
    """In seconds."""
    return timedelta(minutes=count).total_seconds()
