"""A commune's desk over the offline systems, on a clock that is moved by hand."""

from __future__ import annotations

import importlib.util
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect import GovConnect, Officer, Purpose
from gov_connect.client import Parts
from gov_connect.inbound import InboundHandler
from gov_connect.mocks import commune_day
from gov_connect.mocks.core import MockRequest
from gov_connect.mocks.systems import in_process
from gov_connect.model import VIETNAM, InboundDossier, PersonName
from gov_connect.offline import offline_settings
from gov_connect.runtime import CountingIds, ManualClock, Reply, Request, SeededRandom
from gov_connect.settings import Settings
from gov_connect.transport import InProcessCarrier
from gov_connect.workflows import CommuneDesk, Desk, Systems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gov_connect.fees import FeeBook

START = datetime(2026, 11, 20, 8, 0, tzinfo=VIETNAM)
PROCEDURES = {
    "copies": "2.000815",
    "signatures": "2.000884",
    "birth": "1.001193",
    "extracts": "2.000635",
    "marital": "1.004873",
}


class Commune:
    """One commune: its mocks, its client, its desk."""

    def __init__(self) -> None:
        self.clock = ManualClock(START)
        self.mocks = in_process(now=self.clock.now)
        self.answers: dict[str, Any] = {}
        carrier = InProcessCarrier(self._handle)
        parts = Parts(
            settings=offline_settings(Settings.from_mapping({})),
            clock=self.clock,
            chance=SeededRandom(1),
            ids=CountingIds(),
            carrier=carrier,
        )
        self.gov = GovConnect(parts=parts)
        self.received: list[InboundDossier] = []

    def _handle(self, request: Request) -> Reply:
        if request.label in self.answers:
            return Reply(status=200, body=json.dumps(self.answers[request.label]).encode())
        host, _, path = request.url.removeprefix("http://").partition("/")
        answer = self.mocks[host.partition(".")[0]].handle(
            MockRequest(
                method=request.method,
                path=f"/{path}",
                headers={name.lower(): value for name, value in request.headers.items()},
                body=request.body,
            )
        )
        return Reply(status=answer.status, headers=dict(answer.headers), body=answer.body)

    def desk(self, *, fees: FeeBook | None = None, area: str = "31:31", officer: str = "Trần Văn Thử") -> CommuneDesk:
        """A desk as after a restart: it shares nothing with the last one but the records."""
        inner = self.gov.inner()
        systems = Systems(
            portal=inner.portal,
            residents=self._residents,
            civil_registry=inner.civil_registry,
            payments=inner.payments,
        )
        facts = Desk(
            unit_name="UBND xã Mẫu",
            unit_code="99001",
            area=area,
            officer=PersonName(officer),
            files_url="https://motcua.example/ket-qua",
        )
        return CommuneDesk(facts, systems, ledger=self.gov.ledger, fees=fees or self.gov.fees, clock=self.clock)

    def _residents(self, inbound: InboundDossier) -> Any:
        purpose = Purpose(procedure=inbound.procedure, dossier=inbound.code)
        return self.gov.acting(officer=Officer(code="cb-01"), purpose=purpose).inner().residents

    def submit(self, procedure: str, **changes: str) -> InboundDossier:
        """A citizen submits at the portal, which pushes to the agency."""
        found = next(item for item in commune_day(0, 100, on=START.date()) if item.procedure == procedure)
        portal: Any = self.mocks["portal"]
        portal.agency_url = "http://agency.example"
        code = portal.submit({**found.to_portal(), **changes})
        inner = self.gov.inner()
        handler = InboundHandler(
            portal=inner.portal,
            payments=inner.payments,
            ledger=self.gov.ledger,
            on_dossier=self.received.append,
            on_payment=lambda _notice: None,
        )
        push = portal.pushes(code)[0]
        reply = self.gov.run(handler.handle("/" + push.url.partition("example/")[2], push.body))
        assert portal.pushed(code, reply.status, reply.body)
        return self.received[-1]

    def state(self, system: str) -> dict[str, Any]:
        """What a system holds."""
        return self.mocks[system].state()


@pytest.fixture
def commune() -> Iterator[Commune]:
    made = Commune()
    yield made
    made.gov.close()


@pytest.fixture
def make_commune() -> Iterator[Callable[[], Commune]]:
    made: list[Commune] = []

    def make() -> Commune:
        made.append(Commune())
        return made[-1]

    yield make
    for each in made:
        each.gov.close()


_SPEC = importlib.util.spec_from_file_location("workflow_flows", Path(__file__).with_name("flows.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
_FLOWS = importlib.util.module_from_spec(_SPEC)
sys.modules["workflow_flows"] = _FLOWS
_SPEC.loader.exec_module(_FLOWS)


@pytest.fixture
def kit() -> Any:
    """Requests of every kind, run by hand."""
    return _FLOWS


@pytest.fixture
def flows(commune: Commune) -> Any:
    """The workflows of a commune whose desk goes on by itself."""
    return _FLOWS.Flows(commune)
