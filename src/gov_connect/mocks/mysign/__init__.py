"""Viettel MySign as a server: log in, certificates, requests to sign, and the phone as a click."""

from gov_connect.mocks._phone import Account
from gov_connect.mocks.mysign._system import CLIENT_ID, CLIENT_SECRET, MySignMock

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "Account", "MySignMock"]
