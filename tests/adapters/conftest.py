"""A client whose outside systems answer from a script; nothing is sent anywhere."""

from __future__ import annotations

import json
from collections import deque
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from gov_connect import GovConnect, Officer, Purpose, Settings
from gov_connect.client import Parts
from gov_connect.errors import GovConnectError
from gov_connect.mocks import MockRequest, in_process
from gov_connect.mocks.systems import SYSTEMS, environment
from gov_connect.model import VIETNAM, CitizenQuery
from gov_connect.runtime import CountingIds, ManualClock, Reply, Request
from gov_connect.transport import InProcessCarrier

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = Path(__file__).parent.parent / "samples"
START = datetime(2025, 8, 4, 8, 15, tzinfo=VIETNAM)
VARIABLES = {
    "ENVIRONMENT": "test",
    "DATABASE_URL": "sqlite:///:memory:",
    "STORE_KEY": "A" * 43 + "=",
    "AGENCY": "000.00.00.H99",
    "PORTAL__BASE_URL": "https://adapter.example",
    "PORTAL__USERNAME": "000.00.00.H99",
    "PORTAL__PASSWORD": "***",
    "PORTAL__DSTCODE": "VN:GOV:000.00.00.G22:vpcpdvcprovider",
    "PORTAL__SHARE_ENDPOINT": "mapi/share",
    "PORTAL__INTEGRATION_ENDPOINT": "mapi/integration",
    "RESIDENTS__BASE_URL": "https://lgsp.example/037",
    "RESIDENTS__ENDPOINT": "/csdldc/tracuu037",
    "RESIDENTS__USERNAME": "don_vi_mau",
    "RESIDENTS__SECRET": "bi-mat-vi-du",
    "RESIDENTS__PER_SECOND": "1000",
    "CIVIL_REGISTRY__BASE_URL": "https://gateway.example",
    "CIVIL_REGISTRY__TOKEN_URL": "https://gateway.example/token",
    "CIVIL_REGISTRY__CLIENT_ID": "khach-mau",
    "CIVIL_REGISTRY__CLIENT_SECRET": "bi-mat-mau",
    "NATIONAL_PAYMENT__BASE_URL": "https://pay.example",
    "NATIONAL_PAYMENT__PARTNER_CODE": "DT-DEMO-01",
    "NATIONAL_PAYMENT__SECRET": "KHOA-BI-MAT-THU-NGHIEM-01",
    "NATIONAL_PAYMENT__CLIENT_IP": "203.0.113.10",
}


class Wire:
    """Answers each request with the next answer of a script, and keeps what was sent.

    An answer is JSON as an object, bytes, a pair (status, either), a `Reply`, an error to raise, or a
    function of the request. When the script is used up, `always` answers.
    """

    def __init__(self) -> None:
        self.sent: list[Request] = []
        self.script: deque[Any] = deque()
        self.always: Any = None

    def say(self, *answers: Any) -> None:
        self.script.extend(answers)

    def __call__(self, request: Request) -> Reply:
        self.sent.append(request)
        answer = self.script.popleft() if self.script else self.always
        return _reply(answer(request) if callable(answer) else answer)

    @property
    def labels(self) -> list[str]:
        return [request.label for request in self.sent]

    def message(self, at: int = -1) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.sent[at].body)
        return message


def _reply(answer: Any) -> Reply:
    if isinstance(answer, BaseException):
        raise answer
    if isinstance(answer, Reply):
        return answer
    status, content = answer if isinstance(answer, tuple) else (200, answer)
    body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    return Reply(status=status, body=body)


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def make_gov(wire: Wire, clock: ManualClock) -> Callable[..., GovConnect]:
    """Make a client from the variables above, changed by keywords."""

    def make(**changes: str) -> GovConnect:
        values = {f"GOV_CONNECT_{name}": value for name, value in {**VARIABLES, **changes}.items()}
        carrier = InProcessCarrier(wire)
        parts = Parts(settings=Settings.from_mapping(values), clock=clock, ids=CountingIds(), carrier=carrier)
        return GovConnect(parts=parts).acting(
            officer=Officer(code="000000000001"),
            purpose=Purpose(procedure="1.001193", dossier="H99.12.7-250804-0019"),
        )

    return make


@pytest.fixture
def gov(make_gov: Callable[..., GovConnect]) -> GovConnect:
    return make_gov()


@pytest.fixture
def sample() -> Callable[[str], Any]:
    """Read a sample message of the wire documents."""
    return lambda name: json.loads((SAMPLES / name).read_text(encoding="utf-8"))


@pytest.fixture
def sample_bytes() -> Callable[[str], bytes]:
    """Read a sample message as it crosses the wire."""
    return lambda name: (SAMPLES / name).read_bytes()


@pytest.fixture
def shown() -> Callable[[BaseException], str]:
    """Everything that an error shows of itself and of what caused it."""

    def show(error: BaseException | None) -> str:
        parts: list[str] = []
        while error is not None:
            parts += [str(error), repr(error), repr(error.args)]
            if isinstance(error, GovConnectError):
                parts += [repr(error.params), error.text("vi"), error.remedy("vi")]
            error = error.__cause__
        return "\n".join(parts)

    return show


@pytest.fixture
def query() -> CitizenQuery:
    return CitizenQuery(citizen_id="000000000012", name="Lê Thị Hư Cấu", born="1999-02-03")


@pytest.fixture
def live(sample_bytes: Callable[[str], bytes]) -> bytes:
    return sample_bytes("residents/live.xml")


@pytest.fixture
def mocked_house() -> Callable[..., tuple[GovConnect, Any]]:
    """A client whose outside systems are the mocks in this process, and the mocks themselves."""
    return _mocked


def _mocked(**changes: str) -> tuple[GovConnect, Any]:
    """Give the client and its mocks; `changes` are settings without their prefix."""
    mocks = in_process()
    variables = environment({name: f"http://{name}.invalid" for name in SYSTEMS})
    variables |= {f"GOV_CONNECT_{name}": value for name, value in changes.items()}
    variables["GOV_CONNECT_DATABASE_URL"] = "sqlite:///:memory:"

    def handle(request: Request) -> Reply:
        parts = urlsplit(request.url)
        answer = mocks[(parts.hostname or "").removesuffix(".invalid")].handle(
            MockRequest(
                method=request.method,
                path=parts.path,
                query=dict(parse_qsl(parts.query)),
                headers={name.lower(): value for name, value in request.headers.items()},
                body=request.body,
            )
        )
        return Reply(status=answer.status, headers=answer.headers, body=answer.body)

    parts = Parts(settings=Settings.from_mapping(variables), carrier=InProcessCarrier(handle))
    return GovConnect(parts=parts), mocks
