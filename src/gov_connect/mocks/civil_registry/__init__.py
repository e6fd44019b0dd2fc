"""The civil registry (HTTTHT), in its three generations, as a mock system (civil_registry.md)."""

from gov_connect.mocks.civil_registry._birth import Registration
from gov_connect.mocks.civil_registry._bundles import Interlinked
from gov_connect.mocks.civil_registry._system import (
    BUNDLE_PATH,
    BUNDLE_RESULT_PATH,
    CLIENT_ID,
    CLIENT_SECRET,
    NEWER_PATH,
    PREFIX,
    SYNC_PATH,
    TOKEN_PATH,
    UNITS,
    CivilRegistryMock,
)

__all__ = [
    "BUNDLE_PATH",
    "BUNDLE_RESULT_PATH",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "NEWER_PATH",
    "PREFIX",
    "SYNC_PATH",
    "TOKEN_PATH",
    "UNITS",
    "CivilRegistryMock",
    "Interlinked",
    "Registration",
]
