"""Files that the portal offers by URL: fetched from listed hosts only, bounded, of known kinds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from gov_connect.errors import InvalidInput, OutsideSystemError, Problem
from gov_connect.runtime import Reply, Request, Send, Timeouts
from gov_connect.settings.hosts import wrong_hosts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gov_connect.model import FileLink
    from gov_connect.runtime import Program
    from gov_connect.settings import Settings

_OK: Final = 200
_HTTPS_PORT: Final = 443
# What a file begins with says what it is; names and Content-Type are the sender's claims.
KINDS: Final = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "application/zip": b"PK\x03\x04",
    "application/xml": b"<?xml",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRules:
    """Where files may come from.

    Attributes:
        hosts: exact host names; empty allows none.
        largest: bytes.
        kinds: of `KINDS`; ZIP holds office documents too.
        plain: whether http is allowed as well, for tests on this machine.
        production, production_hosts, test_hosts: as in the settings (`FileRules.of`): a listed host is refused all the
            same where this environment must not talk to it.
    """

    hosts: frozenset[str] = frozenset()
    largest: int = 20 * 1024 * 1024
    kinds: frozenset[str] = frozenset(("application/pdf", "image/png", "image/jpeg"))
    plain: bool = False
    production: bool = False
    production_hosts: tuple[str, ...] = ()
    test_hosts: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: Settings, hosts: Iterable[str]) -> FileRules:
        """Rules for the environment of these settings."""
        return cls(
            hosts=frozenset(hosts),
            production=settings.production,
            production_hosts=settings.production_hosts,
            test_hosts=settings.test_hosts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedFile:
    """A file; its content hides itself."""

    name: str
    kind: str
    content: bytes = field(repr=False)


def allowed(url: str, rules: FileRules) -> bool:
    """Whether a URL may be fetched: https, a listed host that this environment may talk to, its usual port, no user
    name.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme != "https" and not (rules.plain and parts.scheme == "http"):
        return False
    usual = port in {None, _HTTPS_PORT} or rules.plain
    host = parts.hostname or ""
    return usual and "@" not in parts.netloc and "\\" not in url and host in rules.hosts and _of_ours(host, rules)


def _of_ours(host: str, rules: FileRules) -> bool:
    """Whether this environment may talk to a host, by the rule that holds for every system."""
    lists = rules.production_hosts, rules.test_hosts
    return not wrong_hosts({"files": [f"https://{host}"]}, *lists, production=rules.production)


def kind_of(content: bytes) -> str:
    """What a file is by its first bytes, "" when it is of no known kind."""
    return next((kind for kind, start in KINDS.items() if content.startswith(start)), "")


def checked_content(name: str, content: bytes, rules: FileRules) -> FetchedFile:
    """A file within the rules.

    Raises:
        InvalidInput: empty, too large, or of a kind not allowed.
    """
    kind = kind_of(content)
    if not content or len(content) > rules.largest or kind not in rules.kinds:
        raise InvalidInput("file", [Problem(path=name, code="value.file_refused")])
    return FetchedFile(name=name, kind=kind, content=content)


def fetch(link: FileLink, rules: FileRules, *, timeouts: Timeouts | None = None) -> Program[FetchedFile]:
    """Fetch one file; redirects are not followed.

    Raises:
        InvalidInput: the host is not listed, or the file is not within the rules.
    """
    if not allowed(link.url, rules):
        raise InvalidInput("file", [Problem(path=link.name, code="value.host_not_allowed")])
    request = Request(system="portal_files", url=link.url, method="GET", repeatable=True, label="file")
    try:
        reply: Reply = yield Send(request, timeouts or Timeouts(total=30.0))
    except OutsideSystemError:
        raise InvalidInput("file", [Problem(path=link.name, code="value.file_refused")]) from None
    if reply.status != _OK:
        raise InvalidInput("file", [Problem(path=link.name, code="value.file_refused")])
    return checked_content(link.name, reply.body, rules)
