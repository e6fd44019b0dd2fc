"""An agency with a durable face, and a small outside system whose answers are scripted."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from datetime import datetime
from typing import Any, ClassVar

from gov_connect import GovConnect
from gov_connect.client import Parts
from gov_connect.delivery.base_worker import Timing
from gov_connect.delivery.health import HealthPolicy
from gov_connect.errors import Refused, Unreachable
from gov_connect.model import VIETNAM, DossierCode
from gov_connect.runtime import Adapter, Durable, Effect, F, Flow, Grade, Reply, Request, operation
from gov_connect.settings import Settings
from gov_connect.transport import InProcessCarrier
from patience import until

FACTS: dict[str, Any] = {"wire": "x", "grade": Grade.GUESS, "section": "-"}
QUICK = Timing(beat=0.1, dead_after=0.6, idle=0.1, gather=0.001, grace=5.0)
SOON = HealthPolicy(failures=3, pause=0.1, longest=0.4)


class Office(Adapter[F]):
    """An outside system of four operations."""

    system: ClassVar[str] = "office"

    def _send(self, label: str, dossier: DossierCode, text: str, *, repeatable: bool = True) -> Flow[str]:
        body = json.dumps({"dossier": dossier, "text": text}).encode()
        reply = yield Request(
            system=self.system, url="http://office.example/x", body=body, label=label, repeatable=repeatable
        )
        answer: Reply = reply
        if answer.status == 400:
            raise Refused(system=self.system, raw_code="no")
        return answer.body.decode()

    @operation(effect=Effect.WRITE, **FACTS)
    def note(self, dossier: DossierCode, text: str) -> Flow[str]:
        """Repeatable."""
        return (yield from self._send("note", dossier, text))

    @operation(effect=Effect.ASK_FIRST, **FACTS)
    def enter(self, dossier: DossierCode, text: str, *, doubtful: bool = False) -> Flow[str]:
        """Asks first when it is told of a doubt."""
        if doubtful and (yield from self._send("known", dossier, text)) == "yes":
            return "there"
        return (yield from self._send("enter", dossier, text, repeatable=False))

    @operation(effect=Effect.ASK_FIRST, **FACTS)
    def blind(self, dossier: DossierCode) -> Flow[str]:
        """Can neither be repeated nor looked up."""
        return (yield from self._send("blind", dossier, "", repeatable=False))

    @operation(effect=Effect.READ, **FACTS)
    def look(self, dossier: DossierCode) -> Flow[str]:
        """Changes nothing."""
        return (yield from self._send("look", dossier, ""))


class Scripted:
    """What the system received, and what it answers."""

    def __init__(self) -> None:
        self.got: dict[str, list[str]] = defaultdict(list)
        self.calls: list[tuple[str, str, str]] = []
        self.down = False
        self.refuse: set[str] = set()
        self.slow = 0.0
        self.at_once = 0
        self.most_at_once = 0
        self.per_dossier: dict[str, int] = defaultdict(int)
        self.overlapped = False
        self._lock = threading.Lock()

    def handle(self, request: Request) -> Reply:
        """One exchange."""
        told = json.loads(request.body)
        dossier, text = told["dossier"], told["text"]
        with self._lock:
            self.calls.append((request.label, dossier, text))
            if self.down:
                raise Unreachable(system="office")
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self.per_dossier[dossier] += 1
            self.overlapped |= self.per_dossier[dossier] > 1
        time.sleep(self.slow)
        with self._lock:
            self.at_once -= 1
            self.per_dossier[dossier] -= 1
            if request.label == "known":
                return Reply(status=200, body=b"yes" if text in self.got[dossier] else b"no")
            if text in self.refuse:
                return Reply(status=400)
            self.got[dossier].append(text)
        return Reply(status=200, body=b"ok " + text.encode())


class Remote:
    """The same system in another process."""

    def __init__(self, url: str) -> None:
        import http.client  # noqa: PLC0415 - only in workers
        from urllib.parse import urlsplit  # noqa: PLC0415

        self._make = lambda: http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)

    def handle(self, request: Request) -> Reply:
        """One exchange."""
        connection = self._make()
        try:
            connection.request("POST", "/x", request.body, {"X-Label": request.label})
            answer = connection.getresponse()
            return Reply(status=answer.status, body=answer.read())
        finally:
            connection.close()


class Agency:
    """A client over one database, and the scripted system."""

    def __init__(self, url: str, script: Any = None, *, dispatcher: str = "worker") -> None:
        self.script: Any = script or Scripted()
        settings = Settings.from_mapping(
            {
                "GOV_CONNECT_ENVIRONMENT": "test",
                "GOV_CONNECT_AGENCY": "H99.201",
                "GOV_CONNECT_DATABASE_URL": url,
                "GOV_CONNECT_STORE_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
                "GOV_CONNECT_DISPATCHER": dispatcher,
                "GOV_CONNECT_VENDORS": '{"office": {}}',
                "GOV_CONNECT_PORTAL__BASE_URL": "http://portal.example",
                "GOV_CONNECT_PORTAL__USERNAME": "u",
                "GOV_CONNECT_PORTAL__PASSWORD": "p",
                "GOV_CONNECT_PORTAL__DSTCODE": "VN:COM:0:test",
                "GOV_CONNECT_PORTAL__SHARE_ENDPOINT": "a",
                "GOV_CONNECT_PORTAL__INTEGRATION_ENDPOINT": "b",
            }
        )
        parts = Parts(settings=settings, carrier=InProcessCarrier(self.script.handle), health_policy=SOON)
        self.gov = GovConnect(parts=parts)
        # As an installed plug-in would be: every process of the agency knows it.
        self.gov.delivery.system(Office[Durable])
        self.told: list[tuple[str, str, Any, str]] = []

    @property
    def office(self) -> Office[Durable]:
        """The durable face of the scripted system."""
        return self.gov.delivery.system(Office[Durable])

    def worker(self, **options: Any) -> Any:
        """A quick worker."""
        return self.gov.delivery.distributor(**{"slots": 8, "timing": QUICK, "on_alarm": self.told.append, **options})

    def states(self) -> dict[str, int]:
        """How many events are in each state."""
        counts: dict[str, int] = defaultdict(int)
        for state in ("waiting", "sent", "done", "parked", "cancelled"):
            found = len(self.gov.delivery.admin.events(state=state, limit=100_000))
            if found:
                counts[state] = found
        return dict(counts)

    def settled(self, *, done: int) -> None:
        """Wait until so many events are done."""
        until(lambda: self.states().get("done", 0) >= done)


def dossier(number: int) -> DossierCode:
    """The n-th dossier."""
    return DossierCode(f"H99.201-260105-{number:04d}")


NOW = datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM)
