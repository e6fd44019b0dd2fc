"""The national public-service portal (national_portal.md)."""

from gov_connect.adapters.national_portal.operations import NationalPortal, PutReceipt

__all__ = ["NationalPortal", "PutReceipt"]
