"""Reconciliation asks the registry whether it still knows an interlinked dossier."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from gov_connect.adapters.civil_registry import CivilRegistry
from gov_connect.delivery.codec import encode_arguments
from gov_connect.delivery.healing import still_there
from gov_connect.model import (
    VIETNAM,
    BirthDate,
    BirthRegistration,
    Child,
    CitizenId,
    DossierCode,
    Parent,
    PartialDate,
    PersonName,
    PlaceText,
    Requester,
    Sex,
)
from gov_connect.model.bundles import BundleResult, BundleState

CODE, OTHER = DossierCode("H99.201-260105-0008"), DossierCode("H99.201-260105-0009")


class Registry:
    """Answers with these rows."""

    def __init__(self, *rows: BundleResult) -> None:
        self.rows = rows

    def bundle_results(self, event: Any, dossiers: Any) -> Any:
        yield from ()
        return self.rows


def result(state: BundleState, dossier: DossierCode = CODE) -> BundleResult:
    return BundleResult(dossier=dossier, state=state, raw_state="?", fields={})


@pytest.mark.parametrize(
    ("rows", "there"),
    [
        ((), False),
        ((result(BundleState.UNKNOWN),), False),
        ((result(BundleState.FINISHED, OTHER),), False),
        ((result(BundleState.SENT),), True),
        ((result(BundleState.UNKNOWN), result(BundleState.REFUSED)), True),
    ],
)
def test_only_a_known_status_of_the_dossier_itself_is_there(rows: tuple[BundleResult, ...], *, there: bool) -> None:
    """Another status means that it does not exist at the ministry (civil_registry.md §5.1)."""
    birth = BirthRegistration(
        dossier=CODE,
        bundle="G99.99.01-260105-0003",
        unit="99001",
        received_at=datetime(2026, 1, 5, 8, tzinfo=VIETNAM),
        child=Child(
            name=PersonName("PHẠM THỬ NGHIỆM AN"),
            sex=Sex.FEMALE,
            born=BirthDate(2026, 1, 3),
            birth_place=PlaceText("Bệnh viện Mẫu"),
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
        ),
    )
    payload = encode_arguments(CivilRegistry.submit, (birth,), {})
    one: Any = SimpleNamespace(operation="civil_registry.submit", payload=payload)
    asked: Any = still_there(one, CivilRegistry.submit, Registry(*rows))
    with pytest.raises(StopIteration) as ended:
        next(asked)
    assert ended.value.value is there
