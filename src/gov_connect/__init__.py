"""gov_connect: one-stop software of Vietnamese communes and provinces talks to the national systems.

    from gov_connect import GovConnect

    with GovConnect.offline() as gov:
        gov.portal.procedures()

Everything public is here; submodules without an underscore are public for vendors of adapters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gov_connect._lazy import lazily

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

__getattr__ = lazily(
    __name__,
    {
        "": ("errors", "model"),
        "client": ("AsyncGovConnect", "GovConnect"),
        "fees": ("FeeItem",),
        "model": (
            "AgencyCode",
            "Attachment",
            "BirthRegistration",
            "CitizenId",
            "CitizenQuery",
            "Dossier",
            "DossierCode",
            "DossierStatus",
            "Money",
            "Officer",
            "PartialDate",
            "PaymentOrder",
            "ProcedureCode",
            "ProgressStep",
            "Purpose",
            "ResultDocument",
        ),
        "settings": ("Settings",),
    },
)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
