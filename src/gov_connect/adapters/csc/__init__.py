"""Cloud Signature Consortium API, version 1 (signature.md §1.7)."""

from gov_connect.adapters.csc.operations import Csc, CscSettings

__all__ = ["Csc", "CscSettings"]
