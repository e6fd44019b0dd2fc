"""The registry's code lists, as they are sent (civil_registry.md §2.7)."""

from __future__ import annotations

from typing import Final

from gov_connect.model import PaperKind, RegistrationKind, RegistrationState, ResidenceKind, Sex

SEXES: Final = {Sex.MALE: "1", Sex.FEMALE: "2", Sex.UNKNOWN: "3"}
"""List L1; not the residents database's list."""
BIRTH_KINDS: Final = {
    RegistrationKind.ON_TIME: "1",
    RegistrationKind.AGAIN: "2",
    RegistrationKind.FOREIGN: "3",
    RegistrationKind.LATE: "4",
    RegistrationKind.FROM_PAPERS: "5",
}
"""List L3."""
PAPERS: Final = {
    PaperKind.NONE: "0",
    PaperKind.OLD_CARD: "1",
    PaperKind.PASSPORT: "2",
    PaperKind.RESIDENCE_CARD: "3",
    PaperKind.ID_CARD: "4",
    PaperKind.ARMY: "5",
    PaperKind.OFFICER: "6",
    PaperKind.POLICE: "7",
    PaperKind.OTHER: "8",
    PaperKind.BIRTH_CERTIFICATE: "10",
}
"""List L2."""
RESIDENCES: Final = {
    ResidenceKind.NO_INFORMATION: "0",
    ResidenceKind.PERMANENT: "1",
    ResidenceKind.TEMPORARY: "2",
}
"""List L5."""
NO_INFORMATION: Final = RESIDENCES[ResidenceKind.NO_INFORMATION]
KNOWN_PARENTS: Final = {"both": "1", "father": "2", "mother": "3", "neither": "4", "abandoned": "5"}
"""List L4, by who is known."""
STATES: Final = {
    "1": RegistrationState.RECEIVED,
    "2": RegistrationState.SUPPLEMENT_REQUESTED,
    "3": RegistrationState.ELIGIBLE,
    "4": RegistrationState.REGISTERED,
}
"""Status numbers of G1 (§1.4); other generations and the bundle platform count differently."""
