"""Why a dossier is "submitted but not found", and what is done about it (national_portal.md §7.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Action(StrEnum):
    """What mends a mismatch. `OPERATOR` actions need people first."""

    IMPORT = "import"
    """Take the portal's dossier in, and acknowledge it."""
    RESEND = "resend"
    """Put the dossier: it looks up before it inserts or updates."""
    REPORT_STEPS = "report_steps"
    """Send the steps the portal lacks."""
    RELEASE = "release"
    """Put the stuck event back in line, then resend."""
    LINK = "link"
    """Keep both numbers together and send under the portal's."""
    OPERATOR = "operator"
    """People must mend configuration or content first."""
    TOLERATE = "tolerate"
    """Known rewriting: nothing to do."""


class Cause(StrEnum):
    """The causes of §7.2 and two that have none there."""

    M1 = "M1"
    M2 = "M2"
    M3 = "M3"
    M4 = "M4"
    M5 = "M5"
    M6 = "M6"
    M7 = "M7"
    M8 = "M8"
    M9 = "M9"
    M10 = "M10"
    M11 = "M11"
    M12 = "M12"
    M13 = "M13"
    M14 = "M14"
    STATUS = "status"
    """Both have it, in different states, and nothing explains it."""
    UNKNOWN = "unknown"
    """One side lacks it, and nothing explains it."""


@dataclass(frozen=True, slots=True)
class CauseFacts:
    """What to do, and the key of the text that says what happened."""

    action: Action
    text: str


CAUSES: Final[dict[Cause, CauseFacts]] = {
    cause: CauseFacts(action, f"portal.cause.{cause.value.lower()}")
    for cause, action in {
        Cause.M1: Action.IMPORT,
        Cause.M2: Action.OPERATOR,
        Cause.M3: Action.IMPORT,
        Cause.M4: Action.RESEND,
        Cause.M5: Action.RESEND,
        Cause.M6: Action.REPORT_STEPS,
        Cause.M7: Action.LINK,
        Cause.M8: Action.OPERATOR,
        Cause.M9: Action.RELEASE,
        Cause.M10: Action.TOLERATE,
        Cause.M11: Action.OPERATOR,
        Cause.M12: Action.OPERATOR,
        Cause.M13: Action.OPERATOR,
        Cause.M14: Action.RELEASE,
        Cause.STATUS: Action.RESEND,
        Cause.UNKNOWN: Action.OPERATOR,
    }.items()
}
