"""Which hosts an environment may talk to: production hosts are for production alone.

The same list (`GOV_CONNECT_PRODUCTION_HOSTS`) stands in the settings of every environment of an agency. Where it is
set, production talks to nobody else, and the other environments to nobody on it: a test system that was given the
address of a real one does not start. The guard then holds every message to the hosts of the settings.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from gov_connect.errors import Problem
from gov_connect.resilience.guard import origin
from gov_connect.settings.variables import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KNOWN: Final = ("gwsca.vnpt.vn", "remotesigning.viettel.vn", "api.meinvoice.vn")
"""Production hosts that are publicly known (signature.md §1, payment.md §6); the rest is the agency's to name."""


def listed(value: object) -> object:
    """A list of hosts as text: by commas or blanks."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def matches(host: str, patterns: Iterable[str]) -> bool:
    """Whether a host is one of these; `*.example.vn` is every host below."""
    host = host.lower().rstrip(".")
    return any(
        host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:]))
        for pattern in (one.lower().rstrip(".") for one in patterns)
    )


def origins_in(given: Mapping[str, Any]) -> frozenset[str]:
    """Scheme and host of every address in settings that are a plain table, as a vendor's may be: `…_url`, at any
    depth.
    """
    found: set[str] = set()
    for name, value in given.items():
        if isinstance(value, dict):
            found |= origins_in(cast("dict[str, Any]", value))
        elif isinstance(value, str) and name.lower().endswith("_url") and value:
            with contextlib.suppress(ValueError):  # an address that is none reaches nobody
                found.add(origin(value))
    return frozenset(found)


def wrong_hosts(systems: Mapping[str, Iterable[str]], patterns: tuple[str, ...], *, production: bool) -> list[Problem]:
    """Systems whose addresses this environment must not use.

    Args:
        systems: origins (scheme and host) by the name of their variables.
        patterns: the production hosts of the settings.
        production: whether this is production.
    """
    problems: list[Problem] = []
    for name, origins in sorted(systems.items()):
        hosts = [urlsplit(origin).hostname or "" for origin in origins]
        if production and patterns:
            wrong = [host for host in hosts if not matches(host, patterns) and not host.endswith(".invalid")]
            code = "settings.not_production_host"
        else:
            wrong = [] if production else [host for host in hosts if matches(host, (*KNOWN, *patterns))]
            code = "settings.production_host"
        if wrong:
            problems.append(Problem(path=f"{PREFIX}{name.upper()}", code=code))
    return problems
