"""What the tests of the payment platform have in common: an order over 25,000 đồng."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from gov_connect.model import VIETNAM, FeeKind, FeeLine, Money, Payer, PaymentOrder

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def make_order() -> Callable[..., PaymentOrder]:
    fields = {
        "reference": "dvcH99992025010203",
        "dossier": "H99.99-250610-0001",
        "procedure": "2.000635",
        "procedure_name": "Cấp bản sao trích lục hộ tịch",
        "amount": Money(25_000),
        "lines": (
            FeeLine(name="Phí trích lục", amount=Money(16_000), kind=FeeKind.FEE),
            FeeLine(name="Lệ phí hộ tịch", amount=Money(9_000), kind=FeeKind.CHARGE),
        ),
        "payer": Payer(name="NGUYỄN THỬ MẪU", citizen_id="000000000012"),
        "created_at": datetime(2025, 6, 10, 14, 30, 5, tzinfo=VIETNAM),
    }
    return lambda **changes: PaymentOrder(**{**fields, **changes})


@pytest.fixture
def order(make_order: Callable[..., PaymentOrder]) -> PaymentOrder:
    return make_order()
