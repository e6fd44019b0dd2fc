"""Where a check stands: a client of the system under test, and what passes between them."""

from __future__ import annotations

import base64
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

from gov_connect.client import GovConnect, Parts
from gov_connect.contract_tests.capabilities import Capabilities
from gov_connect.contract_tests.selection import FAKE
from gov_connect.contract_tests.tap import Tap
from gov_connect.mocks.core import vietnam_now
from gov_connect.model import VIETNAM, AgencyCode, DossierCode, Officer, ProcedureCode, Purpose
from gov_connect.offline import ask_mock
from gov_connect.runtime import ManualClock, RandomIds, SystemClock
from gov_connect.settings import PREFIX, Settings
from gov_connect.transport import HttpCarrier, InProcessCarrier

if TYPE_CHECKING:
    from collections.abc import Generator

    from gov_connect.contract_tests.selection import Selection
    from gov_connect.contract_tests.wires import Wire
    from gov_connect.mocks.core import MockSystem
    from gov_connect.runtime import Clock

M = TypeVar("M")
START: Final = datetime(2026, 11, 20, 8, 0, tzinfo=VIETNAM)
_FAKE_URL: Final = "http://system.invalid"
AGENCY: Final = "H99.201"


class OurMocks(Capabilities):
    """What our own mocks can do: everything."""

    levers = True
    wrong_credentials = True


class NotTold(Exception):
    """A test needs something that the vendor has not told of the test system (`Capabilities.known`)."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name: Final = name


class Known(dict[str, str]):
    """What the system has (see `Capabilities.known`); asking for what nobody told leaves a test out."""

    def __missing__(self, name: str) -> str:
        raise NotTold(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A client of one system.

    Attributes:
        variables: what the client was set up with.
        known: what the system has (see `Capabilities.known`).
        mock: the system itself where it is ours: its levers.
    """

    wire: Wire
    gov: GovConnect
    tap: Tap
    clock: Clock
    variables: dict[str, str] = field(repr=False)
    capabilities: Capabilities
    known: Known = field(repr=False)
    seed: int
    mock: MockSystem | None = None
    counter: list[int] = field(default_factory=lambda: [0])

    def lever(self, kind: type[M]) -> M:
        """The mock, for checks that need `levers`."""
        assert isinstance(self.mock, kind)
        return self.mock

    def with_settings(self, **changes: str) -> GovConnect:
        """Another client of the same system, otherwise set up: a wrong secret, say."""
        return _client(self.variables | changes, self.tap, self.clock)

    def number(self) -> int:
        """A number that no other test of this run, and hardly another run, has used."""
        self.counter[0] += 1
        return self.seed * 1000 + self.counter[0]

    def dossier_code(self) -> str:
        """A dossier number of the agency that nobody has used."""
        return f"{self.agency}-{self.clock.now():%y%m%d}-{self.number() % 10_000_000:07d}"

    @property
    def agency(self) -> AgencyCode:
        """The agency that the client acts for."""
        agency = self.gov.settings.agency
        assert agency is not None
        return agency


@contextmanager
def desk_at(wire: Wire, selection: Selection) -> Generator[Desk]:
    """A desk at the system that is selected, for the length of a `with` block."""
    if selection.foreign:
        desk = _foreign(wire, selection)
        yield desk
        desk.tap.close()
        return
    mocked = selection.mocks.get(wire.name, wire.mock)
    if selection.target == FAKE:
        clock = ManualClock(START)
        mock = mocked(clock.now)
        mock.public_url = _FAKE_URL
        tap = Tap(InProcessCarrier(lambda request: ask_mock(mock, request)))
        yield _desk(wire, selection, tap, clock, _FAKE_URL, mock)
        return
    from gov_connect.mocks.server import running_system  # noqa: PLC0415 - needs the mocks extra

    mock = mocked(vietnam_now)
    with running_system(mock) as base_url:
        tap = Tap(HttpCarrier())
        yield _desk(wire, selection, tap, SystemClock(), base_url, mock)
        tap.close()


def common_variables() -> dict[str, str]:
    """What every client of our mocks has: an agency, and records that are never written to a file."""
    return {
        "ENVIRONMENT": "test",
        "AGENCY": AGENCY,
        "AGENCY_NAME": "Ủy ban nhân dân xã Mẫu",
        "DATABASE_URL": "sqlite:///:memory:",
        "STORE_KEY": base64.b64encode(os.urandom(32)).decode(),
    }


def _desk(wire: Wire, selection: Selection, tap: Tap, clock: Clock, base_url: str, mock: MockSystem) -> Desk:
    quick = {"FIRST_WAIT": "0", "PER_SECOND": "1000"}
    own = {f"{system.upper()}__{name}": value for system in wire.configured for name, value in quick.items()}
    variables = common_variables() | wire.variables(base_url) | own
    return Desk(
        wire=wire,
        gov=_client(variables, tap, clock),
        tap=tap,
        clock=clock,
        variables=variables,
        capabilities=selection.capabilities or OurMocks(),
        known=Known(wire.known()),
        seed=selection.first_number,
        mock=mock,
    )


def _foreign(wire: Wire, selection: Selection) -> Desk:
    """A client of somebody's system; its credentials come from the environment, as those of any client."""
    given = {name.removeprefix(PREFIX): value for name, value in os.environ.items() if name.startswith(PREFIX)}
    variables = {
        **given,
        "ENVIRONMENT": "test",
        "TEST_HOSTS": ",".join(selection.test_hosts),
        "DATABASE_URL": "sqlite:///:memory:",
        "STORE_KEY": given.get("STORE_KEY") or base64.b64encode(os.urandom(32)).decode(),
        f"{wire.configured[0].upper()}__BASE_URL": selection.target,
    }
    capabilities = selection.capabilities or Capabilities()
    tap, clock = Tap(HttpCarrier()), SystemClock()
    gov = _client(variables, tap, clock)
    selection.check_hosts(gov.settings.need(wire.configured[0]).hosts)
    return Desk(
        wire=wire,
        gov=gov,
        tap=tap,
        clock=clock,
        variables=variables,
        capabilities=capabilities,
        known=Known(capabilities.known),
        seed=selection.first_number,
    )


def _client(variables: dict[str, str], tap: Tap, clock: Clock) -> GovConnect:
    settings = Settings.from_mapping({PREFIX + name: value for name, value in variables.items()})
    # Ids are random even on a simulated clock: two clients of one system must not share request ids.
    gov = GovConnect(parts=Parts(settings=settings, clock=clock, ids=RandomIds(), carrier=tap))
    return gov.acting(
        officer=Officer(code="cb-01"),
        purpose=Purpose(procedure=ProcedureCode("1.001193"), dossier=DossierCode(f"{settings.agency}-261120-0001")),
    )
