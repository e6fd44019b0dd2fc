"""Who may use the console: this machine, through its own pages; others only with the printed token."""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING, Final

from gov_connect.mocks._access import Access

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Guard:
    """Checks the Host header (against names that point here from outside), the token, and forms.

    Args:
        access: whose token other machines need, and this one too then; none where only this machine comes.
    """

    def __init__(self, access: Access | None = None) -> None:
        """Make a fresh key for forms; it lives as long as the process."""
        self.access: Final = access or Access()
        self.form_key: Final = secrets.token_urlsafe(24)

    def admits(self, headers: Mapping[str, str], token: str) -> bool:
        """Whether this request may see anything at all."""
        if self.access.token:
            return self.access.is_token(token) or self.access.admits(headers)
        host = headers.get("host", "").rpartition(":")
        return (host[0] if host[1] and host[2].isdigit() else headers.get("host", "")) in _LOOPBACK

    def admits_form(self, headers: Mapping[str, str], key: str) -> bool:
        """Whether a form comes from one of our own pages."""
        origin = headers.get("origin", "")
        own = not origin or origin.partition("//")[2] == headers.get("host", "")
        return own and hmac.compare_digest(key.encode(), self.form_key.encode())
