"""Who may call: the wire has no authentication of its own, and look-ups disclose citizens' data.

One of three checks stands before the kit: a client certificate, an address list behind declared proxies, or
a header shared with the gateway. Outside `offline` nothing can be mounted without one.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from gov_connect.errors import ConfigurationError, Problem
from gov_connect.settings import Environment

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from gov_connect.inbound.reply import InboundReply

_SHORTEST_SECRET: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is known of a caller.

    Attributes:
        peer: address of the TCP connection.
        headers: names in lower case.
        certificate: subject of the client certificate that the server itself verified, "" for none.
    """

    peer: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    certificate: str = ""


class Gate(Protocol):
    """Decides whether a caller is let in."""

    def admits(self, asked: Asked) -> bool:
        """Whether to answer at all."""
        ...


class Addresses:
    """Callers by address.

    Args:
        allowed: addresses or networks, e.g. `10.1.0.0/16`.
        proxies: addresses of the proxies in front; the last address in X-Forwarded-For that is none of them counts.
            Without proxies the peer's own address counts, which outside `offline` is refused: behind an undeclared
            proxy every caller would look alike.
    """

    def __init__(self, allowed: Collection[str], *, proxies: Collection[str] = ()) -> None:
        self._allowed = [_network(text) for text in allowed]
        self._proxies = [_network(text) for text in proxies]

    @property
    def behind_proxy(self) -> bool:
        """Whether proxies are declared."""
        return bool(self._allowed and self._proxies)

    def admits(self, asked: Asked) -> bool:
        """Whether the caller's address is allowed."""
        if not self._proxies:
            return _inside(asked.peer, self._allowed)
        if not _inside(asked.peer, self._proxies):
            return False
        hops = [hop.strip() for hop in asked.headers.get("x-forwarded-for", "").split(",")]
        while hops and _inside(hops[-1], self._proxies):
            hops.pop()
        return bool(hops) and _inside(hops[-1], self._allowed)


class ClientCertificate:
    """Callers by the subject of their client certificate.

    Args:
        subjects: exact subjects as the server or proxy writes them.
        header: header in which a proxy passes the subject on; believed only from `proxies`.
    """

    def __init__(self, subjects: Collection[str], *, header: str = "", proxies: Collection[str] = ()) -> None:
        if not subjects or (header and not proxies):
            raise ConfigurationError([Problem(path="inbound", code="value.gate_needed")], "inbound")
        self._subjects = frozenset(subjects)
        self._header = header.lower()
        self._proxies = [_network(text) for text in proxies]

    def admits(self, asked: Asked) -> bool:
        """Whether the certificate's subject is listed."""
        subject = asked.certificate
        if self._header and _inside(asked.peer, self._proxies):
            subject = asked.headers.get(self._header, "")
        return bool(subject) and subject in self._subjects


class SharedHeader:
    """Callers that know a secret, which the gateway adds to each request."""

    def __init__(self, name: str, secret: str) -> None:
        if len(secret) < _SHORTEST_SECRET:
            problem = Problem(path="inbound", code="value.secret_short", params={"limit": _SHORTEST_SECRET})
            raise ConfigurationError([problem], "inbound")
        self._name = name.lower()
        self._digest = hashlib.sha256(secret.encode()).digest()

    def admits(self, asked: Asked) -> bool:
        """Whether the header holds the secret; compared in constant time."""
        given = hashlib.sha256(asked.headers.get(self._name, "").encode("utf-8", "replace")).digest()
        return hmac.compare_digest(given, self._digest)

    def __repr__(self) -> str:
        return f"<SharedHeader {self._name}>"


def checked(gate: Gate | None, environment: Environment) -> Gate:
    """The gate, if one may be mounted with it.

    Raises:
        ConfigurationError: none, or outside `offline` an address list without a declared proxy.
    """
    bare = isinstance(gate, Addresses) and not gate.behind_proxy
    if gate is None or (bare and environment is not Environment.OFFLINE):
        raise ConfigurationError([Problem(path="inbound", code="value.gate_needed")], "inbound")
    return gate


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ConfigurationError([Problem(path="inbound", code="value.invalid")], "inbound") from None


def _inside(address: str, networks: Collection[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    # A server that listens on both families shows IPv4 callers as ::ffff:10.1.0.7.
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in network for network in networks)


class Mounted:
    """What the applications of both kinds are made of; see `InboundApp` for the arguments."""

    def __init__(
        self,
        handle: Callable[[str, bytes], InboundReply],
        *,
        gate: Gate | None = None,
        peers: Collection[str] = (),
        environment: Environment = Environment.PRODUCTION,
        largest: int = 24 * 1024 * 1024,
    ) -> None:
        self._handle: Final = handle
        self._gate: Final = checked(gate or Addresses(peers), environment)
        self._largest: Final = largest
