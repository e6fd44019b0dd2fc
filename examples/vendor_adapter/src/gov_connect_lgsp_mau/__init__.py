"""An adapter of gov_connect for lgsp_mau, and the fake that it is tested on."""

from gov_connect_lgsp_mau.adapter import LgspMau, LgspMauSettings
from gov_connect_lgsp_mau.fake import KNOWN, SETTINGS, FakeLgspMau

__all__ = ["KNOWN", "SETTINGS", "FakeLgspMau", "LgspMau", "LgspMauSettings"]
