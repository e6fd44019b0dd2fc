"""Viettel MySign (signature.md §1.6)."""

from gov_connect._signing_settings import MySignSettings
from gov_connect.adapters.mysign.operations import MySign

__all__ = ["MySign", "MySignSettings"]
