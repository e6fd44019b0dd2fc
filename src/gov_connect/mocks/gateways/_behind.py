"""The systems behind a gateway, and how a message gets to each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gov_connect.mocks.core import MockSystem, vietnam_now
from gov_connect.mocks.portal import DSTCODE
from gov_connect.mocks.residents import ENDPOINT, SECRET, USERNAME
from gov_connect.mocks.residents._auth import authorization

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.mocks.core import Clock, MockReply, MockRequest
    from gov_connect.mocks.faults import FaultPlan

_FORWARD: Final = "/XrdAdapter/RestService/forward/"
_HOP_BY_HOP: Final = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "host",
        "user-agent",
        "server",
        "content-length",
    )
)


def passed_on(system: MockSystem, request: MockRequest, rest: str, drop: frozenset[str] = frozenset()) -> MockReply:
    """Hand a message to the system: its own path, and the headers that pass."""
    headers = {name: value for name, value in request.headers.items() if name not in _HOP_BY_HOP | drop}
    if system.name == "portal":
        # The provider's side knows the service; dstcode is the business of an agency's own adapter.
        return system.handle(replace(request, path=_FORWARD + rest, headers={**headers, "dstcode": DSTCODE}))
    return system.handle(replace(request, path=ENDPOINT, headers=headers))


def with_credential(headers: Mapping[str, str], moment: float) -> dict[str, str]:
    """Add the credential of the residents database, which a bus holds for its agencies (§5.4, row "clash")."""
    stamp = str(int(moment * 1000))
    made = authorization(endpoint=ENDPOINT, username=USERNAME, secret=SECRET, timestamp=stamp)
    return {**headers, "authorization": made, "timestamp": stamp}


class GatewayMock(MockSystem):
    """A system that other systems stand behind."""

    def __init__(
        self,
        behind: Mapping[str, MockSystem],
        *,
        faults: FaultPlan | None = None,
        now: Clock = vietnam_now,
    ) -> None:
        """Take the systems behind it, by name."""
        super().__init__(faults=faults, now=now)
        self._behind = dict(behind)
        self._clear()
