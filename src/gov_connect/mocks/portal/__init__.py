"""The national public service portal as a mock system (national_portal.md)."""

from gov_connect.mocks.portal import _newer as newer
from gov_connect.mocks.portal._catalogue import PROCEDURES, Procedure
from gov_connect.mocks.portal._dossiers import PortalDossier
from gov_connect.mocks.portal._newer import PortalMock2026
from gov_connect.mocks.portal._push import PUSH_PATH
from gov_connect.mocks.portal._system import (
    DSTCODE,
    FORWARD_PREFIXES,
    INSERT_ENDPOINT,
    INTEGRATION_ENDPOINT,
    LOGIN_ENDPOINT,
    PASSWORD,
    SHARE_ENDPOINT,
    UPDATE_ENDPOINT,
    USERNAME,
    PortalMock,
)

__all__ = [
    "DSTCODE",
    "FORWARD_PREFIXES",
    "INSERT_ENDPOINT",
    "INTEGRATION_ENDPOINT",
    "LOGIN_ENDPOINT",
    "PASSWORD",
    "PROCEDURES",
    "PUSH_PATH",
    "SHARE_ENDPOINT",
    "UPDATE_ENDPOINT",
    "USERNAME",
    "PortalDossier",
    "PortalMock",
    "PortalMock2026",
    "Procedure",
    "newer",
]
