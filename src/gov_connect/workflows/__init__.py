"""Whole procedures as programs over the ledger: each step's result is stored, the next is due."""

from gov_connect.workflows.application import Application, FurtherRecord, Interlinking
from gov_connect.workflows.case import Outcome, Standing, Systems
from gov_connect.workflows.certification import (
    Certification,
    CertificationRecord,
    CertificationRequest,
    CopyWish,
    Register,
    open_certification,
)
from gov_connect.workflows.commune import CommuneDesk
from gov_connect.workflows.lifecycle import LifeCycle
from gov_connect.workflows.papers import Desk, Papers
from gov_connect.workflows.plans import PLANS, Plan
from gov_connect.workflows.running import COMMUNE, LIFE, CommuneFlow, LifeFlow
from gov_connect.workflows.signals import Signal, SignalBook, SignalKind

__all__ = [
    "COMMUNE",
    "LIFE",
    "PLANS",
    "Application",
    "Certification",
    "CertificationRecord",
    "CertificationRequest",
    "CommuneDesk",
    "CommuneFlow",
    "CopyWish",
    "Desk",
    "FurtherRecord",
    "Interlinking",
    "LifeCycle",
    "LifeFlow",
    "Outcome",
    "Papers",
    "Plan",
    "Register",
    "Signal",
    "SignalBook",
    "SignalKind",
    "Standing",
    "Systems",
    "open_certification",
]
