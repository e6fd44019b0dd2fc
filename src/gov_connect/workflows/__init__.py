"""Whole procedures as programs over the ledger: each step's result is stored, the next is due."""

from gov_connect.workflows.certification import (
    Certification,
    CertificationRecord,
    CertificationRequest,
    CopyWish,
    Register,
    open_certification,
)
from gov_connect.workflows.commune import CommuneDesk, Outcome, Standing, Systems
from gov_connect.workflows.papers import Desk, Papers
from gov_connect.workflows.running import COMMUNE, CommuneFlow

__all__ = [
    "COMMUNE",
    "Certification",
    "CertificationRecord",
    "CertificationRequest",
    "CommuneDesk",
    "CommuneFlow",
    "CopyWish",
    "Desk",
    "Outcome",
    "Papers",
    "Register",
    "Standing",
    "Systems",
    "open_certification",
]
