"""Who may steer the mocks: this machine; other machines only with the token that was printed.

Steering is the control API and the console. The wires themselves, and the pages of payers and phones, are open to
whoever reaches them, as those of the real systems are.
"""

from __future__ import annotations

import hmac
import secrets
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADER: Final = "x-mock-token"
COOKIE: Final = "gov_connect_console"
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Access:
    """The token of one run, made fresh; "" where only this machine comes.

    Args:
        remote: whether other machines may come; they need the token then, and so does this one.
    """

    def __init__(self, *, remote: bool = False) -> None:
        """Make the token."""
        self.token: Final = secrets.token_urlsafe(24) if remote else ""

    @classmethod
    def for_host(cls, host: str, *, allow_remote: bool) -> Access:
        """Access to servers on a host; PermissionError where others would reach them and nobody allowed it."""
        if not allow_remote and not is_loopback(host):
            message = f"other machines reach {host}: allow_remote says so"
            raise PermissionError(message)
        return cls(remote=allow_remote)

    def admits(self, headers: Mapping[str, str]) -> bool:
        """Whether a request carries the token, in its header or in the console's cookie, or needs none."""
        return not self.token or self.is_token(headers.get(HEADER, "")) or self.is_token(_cookie(headers))

    def is_token(self, given: str) -> bool:
        """Whether this is the token."""
        return bool(self.token) and hmac.compare_digest(given.encode(), self.token.encode())


def _cookie(headers: Mapping[str, str]) -> str:
    try:
        jar = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    return jar[COOKIE].value if COOKIE in jar else ""
