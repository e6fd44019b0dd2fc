"""What the tests of the civil registry have in common: a token, and the birth of sample 8.1."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.model import VIETNAM, BirthRegistration, Child, Parent, Requester

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = {"access_token": "t-1", "scope": "default", "token_type": "Bearer", "expires_in": 3600}


@pytest.fixture
def token() -> dict[str, Any]:
    return dict(TOKEN)


@pytest.fixture
def make_birth() -> Callable[..., BirthRegistration]:
    """The birth of sample 8.1, changed by keywords."""
    place = "Xã Mẫu, tỉnh Giả Định"
    fields = {
        "dossier": "H99.201-260105-0007",
        "unit": "99001",
        "received_at": datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM),
        "child": Child(
            name="PHẠM THỬ NGHIỆM AN",
            sex="female",
            born="2026-01-03",
            birth_place="Bệnh viện Mẫu, phường Ví Dụ, tỉnh Giả Định",
            birth_province="99",
            native_place=place,
        ),
        "mother": Parent(
            name="LÊ THỊ HƯ CẤU", born="1999", residence_kind="permanent", residence=place, citizen_id="000000000012"
        ),
        "father": Parent(
            name="PHẠM VĂN GIẢ ĐỊNH",
            born="1997-05-20",
            residence_kind="permanent",
            residence=place,
            citizen_id="000000000011",
        ),
        "requester": Requester(
            name="PHẠM VĂN GIẢ ĐỊNH",
            relation="Cha",
            citizen_id="000000000011",
            id_issued_on="2022-02-01",
            id_issued_by="Cục Cảnh sát QLHC về TTXH",
        ),
        "copies": 3,
    }
    return lambda **changes: BirthRegistration(**{**fields, **changes})


@pytest.fixture
def birth(make_birth: Callable[..., BirthRegistration]) -> BirthRegistration:
    return make_birth()
