"""VNPT SmartCA, protocol "sp769" (signature.md §1.4)."""

from gov_connect.adapters.smartca.operations import SmartCa
from gov_connect.settings.signing import SmartCaSettings

__all__ = ["SmartCa", "SmartCaSettings"]
