"""One catalogue of everything the library says to people: code -> Vietnamese, English, remedy.

No text stands at a raise site. Entries hold `{name}` places for figures and names of systems, never
for personal data.
"""

from __future__ import annotations

from gov_connect.messages._message import Language, Message
from gov_connect.messages.fees import FEES
from gov_connect.messages.general import DESK, ERRORS, RECONCILIATION, VALUES
from gov_connect.messages.kit import KIT
from gov_connect.messages.payments import PAYMENTS
from gov_connect.messages.portal import PORTAL, RESIDENTS
from gov_connect.messages.registry import CIVIL
from gov_connect.messages.remedies import with_remedies
from gov_connect.messages.signing import SIGNING
from gov_connect.messages.trust import AUDIT, DOCTOR
from gov_connect.messages.usage import USAGE

__all__ = ["CATALOGUE", "Language", "Message", "message"]

CATALOGUE: dict[str, Message] = with_remedies(
    {
        **ERRORS,
        **VALUES,
        **DESK,
        **RECONCILIATION,
        **FEES,
        **PAYMENTS,
        **AUDIT,
        **DOCTOR,
        **SIGNING,
        **PORTAL,
        **RESIDENTS,
        **CIVIL,
        **KIT,
        **USAGE,
    }
)


def message(code: str) -> Message:
    """Look `code` up. Unknown codes are a defect of ours and raise `KeyError`."""
    return CATALOGUE[code]
