"""Reconciliation asks the registry whether it still knows an interlinked dossier."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from gov_connect.adapters.civil_registry import CivilRegistry
from gov_connect.delivery.codec import encode_arguments
from gov_connect.delivery.healing import still_there
from gov_connect.model import BirthRegistration, DossierCode
from gov_connect.model.bundles import BundleResult, BundleState

CODE, OTHER = DossierCode("H99.201-260105-0001"), DossierCode("H99.201-260105-0009")


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
def test_only_a_known_status_of_the_dossier_itself_is_there(
    birth: BirthRegistration, rows: tuple[BundleResult, ...], *, there: bool
) -> None:
    """Another status means that it does not exist at the ministry (civil_registry.md §5.1)."""
    interlinked = birth.model_copy(update={"bundle": "G99.99.01-260105-0003"})
    payload = encode_arguments(CivilRegistry.submit, (interlinked,), {})
    one: Any = SimpleNamespace(operation="civil_registry.submit", payload=payload)
    asked: Any = still_there(one, CivilRegistry.submit, Registry(*rows))
    with pytest.raises(StopIteration) as ended:
        next(asked)
    assert ended.value.value is there
