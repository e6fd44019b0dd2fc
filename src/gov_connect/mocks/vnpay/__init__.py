"""VNPAY as a mock system (payment.md §3)."""

from gov_connect.mocks.vnpay._system import (
    API_PATH,
    HASH_SECRET,
    IPN_PATH,
    PAY_PATH,
    RETURN_PATH,
    TMN_CODE,
    Ipn,
    VnpayMock,
)

__all__ = ["API_PATH", "HASH_SECRET", "IPN_PATH", "PAY_PATH", "RETURN_PATH", "TMN_CODE", "Ipn", "VnpayMock"]
