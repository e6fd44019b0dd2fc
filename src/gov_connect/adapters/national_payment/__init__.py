"""The national payment platform (payment.md §1)."""

from gov_connect.adapters.national_payment.operations import NationalPayment, Notice

__all__ = ["NationalPayment", "Notice"]
