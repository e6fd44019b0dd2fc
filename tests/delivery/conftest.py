"""A ledger on a database in memory, and a system whose answers are scripted."""

from __future__ import annotations

import importlib.util
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gov_connect.delivery import Ledger
from gov_connect.mocks import civil_registry
from gov_connect.model import (
    VIETNAM,
    AgencyCode,
    BirthDate,
    BirthRegistration,
    Child,
    CitizenId,
    DossierCode,
    Parent,
    PartialDate,
    PersonName,
    PhoneNumber,
    PlaceText,
    Requester,
    Sex,
)
from gov_connect.runtime import ManualClock
from gov_connect.store import Database, Vault

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def clock() -> ManualClock:
    """A clock that the test moves."""
    return ManualClock(datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM))


@pytest.fixture
def database() -> Iterator[Database]:
    """A database in memory."""
    made = Database("sqlite://")
    yield made
    made.close()


@pytest.fixture
def vault() -> Vault:
    """A vault with a known key."""
    return Vault(bytes(range(32)))


@pytest.fixture
def ledger(database: Database, vault: Vault, clock: ManualClock) -> Ledger:
    """The ledger of one agency."""
    return Ledger(database, vault, AgencyCode("H99.201"), clock)


@pytest.fixture
def dossier() -> DossierCode:
    """The dossier that the tests are about."""
    return DossierCode("H99.201-260105-0001")


@pytest.fixture
def birth(dossier: DossierCode, clock: ManualClock) -> BirthRegistration:
    """The birth of a child that nobody has."""
    return BirthRegistration(
        dossier=dossier,
        unit=f"{civil_registry.UNITS[0]:05d}",
        received_at=clock.now(),
        child=Child(
            name=PersonName("MẪU THỊ THỬ"),
            sex=Sex.FEMALE,
            born=BirthDate(2026, 1, 1),
            birth_place=PlaceText("Trạm y tế xã Mẫu"),
            native_place=PlaceText("Xã Mẫu"),
        ),
        mother=Parent(
            name=PersonName("MẪU THỊ MẸ"),
            born=BirthDate(1995, 2, 3),
            citizen_id=CitizenId("000000000002"),
            residence=PlaceText("Xã Mẫu"),
        ),
        requester=Requester(
            name=PersonName("MẪU THỊ MẸ"),
            relation="Mẹ",
            citizen_id=CitizenId("000000000002"),
            id_issued_on=PartialDate(2022, 1, 1),
            id_issued_by="Cơ quan mẫu",
            phone=PhoneNumber("0000000002"),
        ),
    )


_SPEC = importlib.util.spec_from_file_location("durable_agency", Path(__file__).with_name("durable.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
_DURABLE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_DURABLE)


@pytest.fixture
def durable():
    """An agency with a durable face, and helpers around it."""
    return _DURABLE
