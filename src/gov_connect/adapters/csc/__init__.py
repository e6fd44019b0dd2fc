"""Cloud Signature Consortium API, version 1 (signature.md §1.7)."""

from gov_connect._signing_settings import CscSettings
from gov_connect.adapters.csc.operations import Csc

__all__ = ["Csc", "CscSettings"]
