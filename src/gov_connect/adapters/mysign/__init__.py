"""Viettel MySign (signature.md §1.6)."""

from gov_connect.adapters.mysign.operations import MySign
from gov_connect.settings.signing import MySignSettings

__all__ = ["MySign", "MySignSettings"]
