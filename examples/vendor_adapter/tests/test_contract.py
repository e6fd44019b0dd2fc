"""The adapter keeps the contract of every adapter."""

from gov_connect.contract_tests import AdapterContract
from gov_connect_lgsp_mau import KNOWN, SETTINGS, FakeLgspMau, LgspMau


class TestLgspMau(AdapterContract):
    adapter, fake, settings = LgspMau, FakeLgspMau, SETTINGS
    calls = {"look_up": (KNOWN,)}
