"""Which hosts an environment may talk to: production hosts are for production alone.

The same list (`GOV_CONNECT_PRODUCTION_HOSTS`) stands in the settings of every environment of an agency. Where it is
set, production talks to nobody else, and the other environments to nobody on it: a test system that was given the
address of a real one does not start. The guard then holds every message to the hosts of the settings.

Outside production, the state's own hosts are taken for production hosts unless they are named as test systems
(`GOV_CONNECT_TEST_HOSTS`, in the contract tests `--test-host`).
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from gov_connect.errors import Problem, Rejected
from gov_connect.resilience.guard import origin
from gov_connect.settings.variables import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

KNOWN: Final = (
    "gwsca.vnpt.vn",
    "remotesigning.viettel.vn",
    "api.meinvoice.vn",
    "pay.vnpay.vn",
    "vnpayment.vn",
    "www.vnpayment.vn",
    "merchant.vnpay.vn",
    "api.vnpay.vn",
    "thanhtoan.vnpay.vn",
)
"""Production hosts that are publicly known (signature.md §1, payment.md §4, §6); the rest is the agency's to name."""
_STATE: Final = "*.gov.vn"
_PATTERN: Final = re.compile(r"(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def listed(value: object) -> object:
    """A list of hosts as text: by commas or blanks."""
    return hosts_of(value) if isinstance(value, str) else value


def hosts_of(text: str) -> tuple[str, ...]:
    """The hosts of a text, as a variable has them."""
    return tuple(text.replace(",", " ").split())


def sound(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """The hosts of a list as they are.

    Raises:
        Rejected: one has a scheme, a port or another form that no host ever matches: it would guard nothing.
    """
    if not all(_PATTERN.fullmatch(one) for one in patterns):
        raise Rejected("value.invalid")
    return patterns


def matches(host: str, patterns: Iterable[str]) -> bool:
    """Whether a host is one of these; `*.example.vn` is every host below."""
    host = host.lower().rstrip(".")
    return any(
        host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:]))
        for pattern in (one.lower().rstrip(".") for one in patterns)
    )


def may_be_production(host: str, patterns: Iterable[str], tests: Iterable[str]) -> bool:
    """Whether only production may call a host.

    Args:
        host: its name.
        patterns: the production hosts of the settings.
        tests: hosts of the state that are test systems; nothing else becomes one by standing there.
    """
    return matches(host, (*KNOWN, *patterns)) or (matches(host, (_STATE, _STATE[2:])) and not matches(host, tests))


def origins_in(given: Mapping[str, Any]) -> frozenset[str]:
    """Scheme and host of every address in settings that are a plain table, as a vendor's may be: every text that
    begins as one, whatever its name and depth.
    """
    return frozenset(_origins(given))


def _origins(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in cast("dict[str, object]", value).values():
            yield from _origins(inner)
    elif isinstance(value, (list, tuple)):
        for inner in cast("list[object]", value):
            yield from _origins(inner)
    elif isinstance(value, str) and value.lower().startswith(("http://", "https://")):
        with contextlib.suppress(ValueError):  # an address that is none reaches nobody
            yield origin(value)


def wrong_hosts(
    systems: Mapping[str, Iterable[str]], patterns: tuple[str, ...], tests: tuple[str, ...] = (), *, production: bool
) -> list[Problem]:
    """Systems whose addresses this environment must not use.

    Args:
        systems: origins (scheme and host) by the name of their variables.
        patterns: the production hosts of the settings.
        tests: their test hosts.
        production: whether this is production.
    """
    problems: list[Problem] = []
    for name, origins in sorted(systems.items()):
        hosts = [urlsplit(origin).hostname or "" for origin in origins]
        if production and patterns:
            wrong = [host for host in hosts if not matches(host, patterns) and not host.endswith(".invalid")]
            code = "settings.not_production_host"
        else:
            wrong = [] if production else [host for host in hosts if may_be_production(host, patterns, tests)]
            code = "settings.production_host"
        if wrong:
            problems.append(Problem(path=f"{PREFIX}{name.upper()}", code=code))
    return problems
