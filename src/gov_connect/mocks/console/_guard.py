"""Who may use the console: this machine, through its own pages; others only with the printed token."""

from __future__ import annotations

import hmac
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

COOKIE: Final = "gov_connect_console"
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Guard:
    """Checks the Host header (against names that point here from outside), the token, and forms.

    Args:
        remote: whether other machines may come; they need the token then, and so does this one.
    """

    def __init__(self, *, remote: bool = False) -> None:
        """Make fresh secrets; they live as long as the process."""
        self.token: Final = secrets.token_urlsafe(24) if remote else ""
        self.form_key: Final = secrets.token_urlsafe(24)

    def admits(self, headers: Mapping[str, str], token: str) -> bool:
        """Whether this request may see anything at all."""
        host = headers.get("host", "").rpartition(":")
        if not self.token:
            return (host[0] if host[1] and host[2].isdigit() else headers.get("host", "")) in _LOOPBACK
        return self._is_token(token) or self._is_token(self._cookie(headers))

    def admits_form(self, headers: Mapping[str, str], key: str) -> bool:
        """Whether a form comes from one of our own pages."""
        origin = headers.get("origin", "")
        own = not origin or origin.partition("//")[2] == headers.get("host", "")
        return own and hmac.compare_digest(key.encode(), self.form_key.encode())

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token.encode())

    @staticmethod
    def _cookie(headers: Mapping[str, str]) -> str:
        try:
            jar = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return ""
        return jar[COOKIE].value if COOKIE in jar else ""
