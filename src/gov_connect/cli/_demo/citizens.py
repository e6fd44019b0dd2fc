"""The people of the demo: they submit at the mock portal and pay at the mock platform."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from gov_connect.mocks import Submission


class Citizens:
    """Uses the mocks' control API, as a browser would use the real portals."""

    def __init__(self, base_urls: dict[str, str]) -> None:
        self._base_urls = base_urls

    def submit(self, submission: Submission) -> str:
        """Submit at the portal, which pushes the dossier to the agency; gives its number."""
        return str(self._post("portal", "submit", submission.to_portal())["code"])

    def push_again(self) -> None:
        """Have the portal push once more what the agency has not acknowledged."""
        self._post("portal", "push", {})

    def pay(self, reference: str) -> None:
        """Pay at the platform, which sends its notice to the agency."""
        self._post("national_payment", "pay", {"reference": reference})

    def notify(self, reference: str, times: int) -> None:
        """Have the platform send the notice of a payment that is long settled, many times over."""
        self._post("national_payment", "pay", {"reference": reference, "notices": times})

    def state(self, system: str) -> dict[str, Any]:
        """What a system holds."""
        return self._call("GET", system, "state", None)

    def _post(self, system: str, action: str, content: dict[str, Any]) -> dict[str, Any]:
        return self._call("POST", system, action, json.dumps(content).encode())

    def _call(self, method: str, system: str, action: str, body: bytes | None) -> dict[str, Any]:
        address = urlsplit(self._base_urls[system])
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
        try:
            connection.request(method, f"/_mock/{action}", body)
            answer: dict[str, Any] = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        return answer
