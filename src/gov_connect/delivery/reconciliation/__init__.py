"""The agency's list against the portal's: every mismatch by its cause (national_portal.md §7.2)."""

from gov_connect.delivery.reconciliation.apply import Done, Source, apply
from gov_connect.delivery.reconciliation.causes import CAUSES, Action, Cause
from gov_connect.delivery.reconciliation.compare import Finding, LocalDossier, PortalEntry, Report, Rules, reconcile

__all__ = [
    "CAUSES",
    "Action",
    "Cause",
    "Done",
    "Finding",
    "LocalDossier",
    "PortalEntry",
    "Report",
    "Rules",
    "Source",
    "apply",
    "reconcile",
]
