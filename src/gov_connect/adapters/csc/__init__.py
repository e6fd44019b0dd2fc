"""Cloud Signature Consortium API, version 1 (signature.md §1.7)."""

from gov_connect.adapters.csc.operations import Csc
from gov_connect.settings.signing import CscSettings

__all__ = ["Csc", "CscSettings"]
