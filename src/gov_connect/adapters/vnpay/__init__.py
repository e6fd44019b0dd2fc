"""VNPAY 2.1.0 (payment.md §3)."""

from gov_connect.adapters.vnpay.mapping import pay_url
from gov_connect.adapters.vnpay.notice import VnpayNotice, read_notice
from gov_connect.adapters.vnpay.operations import Vnpay

__all__ = ["Vnpay", "VnpayNotice", "pay_url", "read_notice"]
