"""Digital signatures: who may sign, how, and one strict verdict on what others signed (signature.md).

    trust = Trust(TrustPolicy.from_pem({Tree.OFFICIAL_DUTY: roots}), evidence)
    signing = Signing(trust)
    signed = signing.sign(document, ActKind.PERSONAL, LocalKey.from_pkcs12(data, password))
    report = signing.verify(signed.data)

Names load on first use: importing the package brings no cryptography.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gov_connect.signing.algorithms import Hash, Padding, Scheme
    from gov_connect.signing.chain import Trust
    from gov_connect.signing.keys import Key, LocalKey
    from gov_connect.signing.mandates import Act, Decision, Registry
    from gov_connect.signing.pending import Pending
    from gov_connect.signing.registry import Capacity, Records
    from gov_connect.signing.revocation import Evidence
    from gov_connect.signing.service import Level, Signed, Signing, recognise
    from gov_connect.signing.trust import ActKind, RevocationMode, TrustPolicy, expiring, pinned_roots
    from gov_connect.signing.verdict import Format, Reason, Report, SignatureReport, SigningRefused, Tree, Verdict

__all__ = [
    "Act",
    "ActKind",
    "Capacity",
    "Decision",
    "Evidence",
    "Format",
    "Hash",
    "Key",
    "Level",
    "LocalKey",
    "Padding",
    "Pending",
    "Reason",
    "Records",
    "Registry",
    "Report",
    "RevocationMode",
    "Scheme",
    "SignatureReport",
    "Signed",
    "Signing",
    "SigningRefused",
    "Tree",
    "Trust",
    "TrustPolicy",
    "Verdict",
    "expiring",
    "pinned_roots",
    "recognise",
]

_HOMES = {
    "algorithms": ("Hash", "Padding", "Scheme"),
    "chain": ("Trust",),
    "keys": ("Key", "LocalKey"),
    "mandates": ("Act", "Decision", "Registry"),
    "pending": ("Pending",),
    "registry": ("Capacity", "Records"),
    "revocation": ("Evidence",),
    "service": ("Level", "Signed", "Signing", "recognise"),
    "trust": ("ActKind", "RevocationMode", "TrustPolicy", "expiring", "pinned_roots"),
    "verdict": ("Format", "Reason", "Report", "SignatureReport", "SigningRefused", "Tree", "Verdict"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"gov_connect.signing.{home}"), name)


def __dir__() -> list[str]:
    return list(__all__)
