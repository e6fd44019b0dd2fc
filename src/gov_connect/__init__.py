"""gov_connect: one-stop software of Vietnamese communes and provinces talks to the national systems.

    from gov_connect import GovConnect

    with GovConnect.offline() as gov:
        gov.portal.procedures()

Everything public is here; submodules without an underscore are public for vendors of adapters.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gov_connect import errors, model
    from gov_connect.client import AsyncGovConnect, GovConnect
    from gov_connect.fees import FeeItem
    from gov_connect.model import (
        AgencyCode,
        Attachment,
        BirthRegistration,
        CitizenId,
        CitizenQuery,
        Dossier,
        DossierCode,
        DossierStatus,
        Money,
        Officer,
        PartialDate,
        PaymentOrder,
        ProcedureCode,
        ProgressStep,
        Purpose,
        ResultDocument,
    )
    from gov_connect.settings import Settings

__version__ = "0.1.0"

__all__ = [
    "AgencyCode",
    "AsyncGovConnect",
    "Attachment",
    "BirthRegistration",
    "CitizenId",
    "CitizenQuery",
    "Dossier",
    "DossierCode",
    "DossierStatus",
    "FeeItem",
    "GovConnect",
    "Money",
    "Officer",
    "PartialDate",
    "PaymentOrder",
    "ProcedureCode",
    "ProgressStep",
    "Purpose",
    "ResultDocument",
    "Settings",
    "errors",
    "model",
]

_HOMES = {
    "AsyncGovConnect": "gov_connect.client",
    "FeeItem": "gov_connect.fees",
    "GovConnect": "gov_connect.client",
    "Settings": "gov_connect.settings",
}


def __getattr__(name: str) -> Any:
    """Load public names on first use, so that importing the package stays light."""
    if name in {"errors", "model"}:
        return import_module(f"gov_connect.{name}")
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(_HOMES.get(name, "gov_connect.model")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
