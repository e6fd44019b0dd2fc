"""A timestamp authority (RFC 3161): POST a query, get a signed answer; GET is forbidden (signature.md §1.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from gov_connect.mocks.core import Call, MockReply, MockRequest, MockSystem, media_type, text_reply, vietnam_now

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.mocks.core import Clock
    from gov_connect.mocks.faults import FaultPlan
    from gov_connect.mocks.pki import Pki

PATH: Final = "/tsa"


class TimestampMock(MockSystem):
    """Stamps with the PKI's timestamp authority; `pki` gives it when it is first needed."""

    name: ClassVar[str] = "timestamp"

    def __init__(self, pki: Callable[[], Pki], *, faults: FaultPlan | None = None, now: Clock = vietnam_now) -> None:
        """Take the PKI, the plan of faults and the clock."""
        super().__init__(faults=faults, now=now)
        self._pki = pki
        self._stamped = 0

    def _open(self, request: MockRequest) -> Call:
        if request.path != PATH or request.method != "POST":
            return Call(operation="", subject="", run=lambda: text_reply("Forbidden", status=403))
        return Call(operation="stamp", subject="", run=lambda: self._stamp(request))

    def _stamp(self, request: MockRequest) -> MockReply:
        from gov_connect.mocks.pki import stamp  # noqa: PLC0415 - cryptography on first use

        if media_type(request) != "application/timestamp-query":
            return text_reply("Bad Request", status=400)
        try:
            answer = stamp(request.body, self._pki().tsa, self.now())
        except (ValueError, IndexError):
            return text_reply("Bad Request", status=400)
        self._stamped += 1
        return MockReply(headers={"content-type": "application/timestamp-reply"}, body=answer)

    def _snapshot(self) -> dict[str, object]:
        return {"stamped": self._stamped}

    def _clear(self) -> None:
        self._stamped = 0
