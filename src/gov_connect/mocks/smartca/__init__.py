"""VNPT SmartCA as a server: accounts, requests to sign, and the confirmation on the phone as a click."""

from gov_connect.mocks._phone import Account
from gov_connect.mocks.smartca._system import SP_ID, SP_PASSWORD, SmartCaMock

__all__ = ["SP_ID", "SP_PASSWORD", "Account", "SmartCaMock"]
