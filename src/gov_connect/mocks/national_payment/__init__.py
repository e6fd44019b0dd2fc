"""The national payment platform as a mock system (payment.md §1)."""

from gov_connect.mocks.national_payment._messages import (
    CONFIRM_HASH_FIELDS,
    INIT_HASH_FIELDS,
    QUERY_HASH_FIELDS,
    signature,
)
from gov_connect.mocks.national_payment._orders import Order
from gov_connect.mocks.national_payment._system import (
    CONFIRM_PATH,
    PARTNER_CODE,
    SECRET,
    NationalPaymentMock,
)

__all__ = [
    "CONFIRM_HASH_FIELDS",
    "CONFIRM_PATH",
    "INIT_HASH_FIELDS",
    "PARTNER_CODE",
    "QUERY_HASH_FIELDS",
    "SECRET",
    "NationalPaymentMock",
    "Order",
    "signature",
]
