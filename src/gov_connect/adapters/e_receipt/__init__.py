"""Electronic receipts: VNPT over SOAP, Viettel over REST (payment.md §6.4, §6.5)."""

from gov_connect.adapters.e_receipt.viettel import ViettelReceipts
from gov_connect.adapters.e_receipt.vnpt import VnptReceipts

__all__ = ["ViettelReceipts", "VnptReceipts"]
