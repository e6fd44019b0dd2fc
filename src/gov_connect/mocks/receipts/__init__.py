"""E-receipt services as mock systems: VNPT over SOAP and Viettel SInvoice over REST (payment.md §6)."""

from gov_connect.mocks.receipts import _viettel as viettel
from gov_connect.mocks.receipts import _vnpt as vnpt
from gov_connect.mocks.receipts._issued import FORM, SYMBOL, TAX_CODE
from gov_connect.mocks.receipts._viettel import ViettelReceiptsMock
from gov_connect.mocks.receipts._vnpt import VnptReceiptsMock

__all__ = ["FORM", "SYMBOL", "TAX_CODE", "ViettelReceiptsMock", "VnptReceiptsMock", "viettel", "vnpt"]
