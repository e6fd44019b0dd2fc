"""`gov.signing`: documents leave with signatures, come in with verdicts; built from `Settings`."""

from gov_connect._signatures.service import Signatures, WaitingSignature

__all__ = ["Signatures", "WaitingSignature"]
