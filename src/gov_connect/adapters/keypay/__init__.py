"""KeyPay v3 behind the national portal (payment.md §1.8). SEEN: older, and known from code of others only."""

from gov_connect.adapters.keypay.operations import KeyPay, KeyPayNotice

__all__ = ["KeyPay", "KeyPayNotice"]
