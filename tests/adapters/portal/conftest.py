"""What the portal's tests have in common: a logged-in answer, and the dossier of sample S6."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from gov_connect import GovConnect, Officer, Purpose
from gov_connect.model import (
    VIETNAM,
    Applicant,
    Attachment,
    Dossier,
    DossierStatus,
    FeeKind,
    FeeLine,
    Money,
    Procedure,
)

SESSION = "00000000-0000-4000-8000-0000000000aa"


@pytest.fixture
def logged_in() -> dict[str, Any]:
    return {"error_code": 0, "message": "Thành công", "session": SESSION}


@pytest.fixture
def dossier() -> Dossier:
    """The dossier of S6: a walk-in birth registration."""
    at = datetime(2025, 8, 4, 8, 15, tzinfo=VIETNAM)
    return Dossier(
        code="000.07.12.H99-250804-0019",
        procedure=Procedure(
            code="1.001193",
            name="Thủ tục đăng ký khai sinh",
            domain_code="G99-TP01",
            domain_name="Hộ tịch",
        ),
        applicant=Applicant(name="Nguyễn Thị Mẫu Một", citizen_id="000000000012", phone="0900000001"),
        status=DossierStatus.ACCEPTED,
        summary="Đăng ký khai sinh cho trẻ Mẫu A",
        received_at=at,
        due_at=datetime(2025, 8, 5, 17, 0, tzinfo=VIETNAM),
        unit_name="UBND xã Mẫu",
        attachments=(Attachment(id="501", name="giay-chung-sinh.pdf", url="https://motcua.example/f/501"),),
        fees=(FeeLine(name="Lệ phí hộ tịch", amount=Money(0), kind=FeeKind.CHARGE),),
        databases=("7",),
    )


@pytest.fixture
def offline() -> Iterator[GovConnect]:
    """A client whose portal is the mock, in process; an officer acts."""
    with GovConnect.offline() as gov:
        yield gov.acting(
            officer=Officer(code="cb-01"), purpose=Purpose(procedure="1.001193", dossier="H99.201-250804-0019")
        )
