"""The civil registry (HTTTHT), generation G1, as a mock system (civil_registry.md)."""

from gov_connect.mocks.civil_registry._birth import Registration
from gov_connect.mocks.civil_registry._system import (
    CLIENT_ID,
    CLIENT_SECRET,
    PREFIX,
    TOKEN_PATH,
    UNITS,
    CivilRegistryMock,
)

__all__ = [
    "CLIENT_ID",
    "CLIENT_SECRET",
    "PREFIX",
    "TOKEN_PATH",
    "UNITS",
    "CivilRegistryMock",
    "Registration",
]
