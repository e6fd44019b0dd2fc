"""A ledger on a database in memory, and a system whose answers are scripted."""

from __future__ import annotations

import importlib.util
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gov_connect.delivery import Ledger
from gov_connect.model import VIETNAM, AgencyCode, DossierCode
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


_SPEC = importlib.util.spec_from_file_location("durable_agency", Path(__file__).with_name("durable.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
_DURABLE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_DURABLE)


@pytest.fixture
def durable():
    """An agency with a durable face, and helpers around it."""
    return _DURABLE
