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
NOT_THERE: Final = frozenset(
    {
        "record not found",
        "dossier not found",
        "khong tim thay",
        "khong tim thay ho so",
        "khong tim thay ma ho so",
        "khong tim thay thong tin ho so",
        "khong tim thay du lieu ho so",
        "khong ton tai",
        "khong ton tai ho so",
        "khong ton tai ma ho so",
        "ho so khong ton tai",
        "ho so khong ton tai tren he thong",
        "ho so khong ton tai tren he thong btp",
        "ma ho so khong ton tai",
        "ho so khong tim thay",
        "khong co ho so",
        "ho so chua ton tai",
        "ho so chua duoc tiep nhan",
    }
)
"""Whole texts, `plain` and without the dossier's number, that say "there is no such dossier" and nothing else
(list of 2026-11-21: RECORD_NOT_FOUND of §1.3, "does not exist at BTP" of §5.1, and their plain likes). A text
beside them, as of a catalogue's code that "không tồn tại" (§1.7), says something else.
"""
IDLE: Final = frozenset({"co loi xay ra.", "co loi xay ra"})
"""Head lines of errors that say nothing by themselves (§1.7)."""
