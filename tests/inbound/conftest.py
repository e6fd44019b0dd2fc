"""Sample pushes, and an agency's handler over the offline systems."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect import GovConnect
from gov_connect.client import Parts
from gov_connect.inbound import InboundHandler
from gov_connect.model import VIETNAM, FeeKind, Money, Payable, PayableFee, Personal
from gov_connect.offline import offline_carrier, offline_settings
from gov_connect.runtime import CountingIds, ManualClock
from gov_connect.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SAMPLES = Path(__file__).parent.parent / "samples" / "portal"


@pytest.fixture
def sample() -> Callable[[str], Any]:
    return lambda name: json.loads((SAMPLES / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def payable() -> Callable[[str], Payable]:
    """What is left to pay for a dossier: one charge of 8,000 đồng."""
    return lambda dossier: Payable(
        dossier=dossier,
        procedure="2.000635",
        procedure_name="Trích lục",
        service_code="2.000635.01",
        service_name="Trích lục",
        agency="H99.201",
        agency_name="UBND xã Mẫu",
        fees=(PayableFee(kind=FeeKind.CHARGE, code="2", name="Lệ phí", amount=Money(8000)),),
        account="0000000001",
        bank="970436",
        account_name="KHO BAC MAU",
        text="Nộp lệ phí",
        payer="THỬ",
        payer_id=Personal("000000000012"),
    )


@pytest.fixture
def push(sample: Callable[[str], Any]) -> Callable[..., bytes]:
    """The push of S10 as bytes, with changed or (None) left out members."""

    def make(**changes: Any) -> bytes:
        fields = {**sample("s10_request.json"), **changes}
        return json.dumps({k: v for k, v in fields.items() if v is not None}, ensure_ascii=False).encode()

    return make


class Agency:
    """A handler and what it was told."""

    def __init__(self, gov: GovConnect) -> None:
        self.gov = gov
        self.dossiers: list[Any] = []
        self.notices: list[Any] = []
        inner = gov.inner()
        self.handler = InboundHandler(
            portal=inner.portal,
            payments=inner.payments,
            ledger=gov.ledger,
            on_dossier=self.dossiers.append,
            on_payment=self.notices.append,
        )

    def answer(self, path: str, body: bytes) -> tuple[int, Any]:
        reply = self.gov.run(self.handler.handle(path, body))
        return reply.status, json.loads(reply.body)


@pytest.fixture
def agency() -> Iterator[Agency]:
    clock = ManualClock(datetime(2025, 8, 4, 8, 0, tzinfo=VIETNAM))
    settings = offline_settings(Settings.from_mapping({}))
    with GovConnect(parts=Parts(settings=settings, clock=clock, ids=CountingIds(), carrier=offline_carrier(0))) as gov:
        yield Agency(gov)
