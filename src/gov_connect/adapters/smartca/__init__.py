"""VNPT SmartCA, protocol "sp769" (signature.md §1.4)."""

from gov_connect._signing_settings import SmartCaSettings
from gov_connect.adapters.smartca.operations import SmartCa

__all__ = ["SmartCa", "SmartCaSettings"]
