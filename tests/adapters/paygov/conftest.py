"""An order to open."""

from __future__ import annotations

from datetime import datetime

import pytest

from gov_connect.model import (
    VIETNAM,
    DossierCode,
    FeeKind,
    FeeLine,
    Money,
    Payer,
    PaymentOrder,
    PersonName,
    ProcedureCode,
)


@pytest.fixture
def order() -> PaymentOrder:
    """Six thousand đồng."""
    return PaymentOrder(
        reference="gc0001",
        dossier=DossierCode("H99.201-260105-0001"),
        procedure=ProcedureCode("2.000815"),
        amount=Money(6000),
        lines=(FeeLine(name="Phí chứng thực", amount=Money(6000), kind=FeeKind.FEE),),
        payer=Payer(name=PersonName("MẪU THỊ THỬ")),
        created_at=datetime(2026, 1, 5, 8, tzinfo=VIETNAM),
    )
