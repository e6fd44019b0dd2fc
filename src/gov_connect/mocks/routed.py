"""A mock made of a few functions, one for each path: what a vendor's fake is built on.

    class FakeLgsp(RoutedMock):
        name = "lgsp_mau"

        def routes(self):
            return {"/api/dancu/tracuu": self.look_up}

A function takes the members of the JSON body and gives those of the answer, or a whole `MockReply`. Faults, the
count of calls, recording and HTTP come from the base, as for every mock.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

from gov_connect.mocks.core import Call, MockReply, MockRequest, MockSystem, json_object, json_reply, text_reply

Handler = Callable[[dict[str, Any], MockRequest], dict[str, Any] | MockReply]


class RoutedMock(MockSystem):
    """POST of JSON at fixed paths; anything else is 404, 405 or 400. `settings` are those of its client."""

    settings: ClassVar[dict[str, Any]] = {}

    @abstractmethod
    def routes(self) -> dict[str, Handler]:
        """Give the function of each path."""

    def _open(self, request: MockRequest) -> Call:
        handler = self.routes().get(request.path)
        if handler is None:
            return _refused("Not Found", 404)
        if request.method != "POST":
            return _refused("Method Not Allowed", 405)
        message = json_object(request.body)
        if message is None:
            return _refused("POST a JSON object", 400)

        def run() -> MockReply:
            answer = handler(message, request)
            return answer if isinstance(answer, MockReply) else json_reply(answer)

        return Call(operation=request.path, subject="", run=run)

    def _snapshot(self) -> dict[str, object]:
        return {}

    def _clear(self) -> None:
        """Nothing is kept here."""


def _refused(text: str, status: int) -> Call:
    return Call(operation="", subject="", run=lambda: text_reply(text, status=status))
