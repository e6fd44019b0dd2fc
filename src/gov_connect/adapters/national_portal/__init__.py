"""The national public-service portal (national_portal.md), in two generations."""

from gov_connect.adapters.national_portal.newer import NationalPortal2026
from gov_connect.adapters.national_portal.operations import NationalPortal, PutReceipt

__all__ = ["NationalPortal", "NationalPortal2026", "PutReceipt"]
