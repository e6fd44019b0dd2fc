"""The systems behind HTTP: they start and stop cleanly, hold, die, push and notify."""

from __future__ import annotations

import http.client
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from gov_connect.mocks import Fault, RunningMocks, commune_day, portal, running_mocks
from gov_connect.mocks import __all__ as exported
from gov_connect.mocks.people import situations
from gov_connect.mocks.server import _asgi, _courier, serve
from gov_connect.mocks.systems import SYSTEMS
from listener import listening
from patience import until

if TYPE_CHECKING:
    from collections.abc import Iterator

PUSH = "/XrdAdapter/RestService/forward/addtthcKhuyenMai"
FORWARD = "/XrdAdapter/RestService/forward/"
SUBMISSION = commune_day(0, 1)[0].to_portal()


def send(
    base: str, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """Send one request on a connection of its own."""
    url = urlsplit(base)
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=60)
    try:
        content = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        connection.request(method, path, content, {"content-type": "application/json"} | (headers or {}))
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def call(base: str, path: str, body: object = None, method: str = "POST") -> dict[str, Any]:
    """Send one request and read the JSON of its answer."""
    answer: dict[str, Any] = json.loads(send(base, method, path, body)[1])
    return answer


class Agency:
    """An agency's endpoint that keeps what it gets and answers as it is told."""

    def __init__(self, url: str, got: list[tuple[str, dict[str, Any]]], answers: list[tuple[int, object]]) -> None:
        self.url, self.got, self.answers = url, got, answers


@pytest.fixture
def agency() -> Iterator[Agency]:
    """Give an agency that listens."""
    got: list[tuple[str, dict[str, Any]]] = []
    answers: list[tuple[int, object]] = []

    def answer(path: str, body: bytes) -> tuple[int, object]:
        got.append((path, json.loads(body)))
        usual = {"error_code": 0} if path == PUSH else {"MaLoi": "00"}
        return answers.pop(0) if answers else (200, usual)

    with listening(answer) as url:
        yield Agency(url, got, answers)


@pytest.fixture
def mocks(agency: Agency) -> Iterator[RunningMocks]:
    """Give running systems that know the agency."""
    with running_mocks(agency_url=agency.url) as running:
        yield running


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Expect the block to take no longer."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < seconds


# -- life and death


def test_starts_and_stops_without_a_trace() -> None:
    """The servers answer; after the block their ports are closed and no thread is left."""
    before = threading.active_count()
    with running_mocks() as mocks:
        assert mocks.base_urls.keys() == set(SYSTEMS)
        for name, base in mocks.base_urls.items():
            assert call(base, "/_mock/state", method="GET")["system"] == name
    assert threading.active_count() == before
    for base in mocks.base_urls.values():
        with pytest.raises(ConnectionRefusedError):
            send(base, "GET", "/_mock/state")


def test_systems_are_reachable_as_objects(mocks: RunningMocks) -> None:
    """Each system has its own attribute, and links lead back to its server."""
    for name in mocks.base_urls:
        system = getattr(mocks, name)
        assert system.name == name
        assert system.public_url == mocks.base_urls[name]


def test_environment_has_all_that_a_client_needs(mocks: RunningMocks) -> None:
    """The variables point at the running servers."""
    names = {name.removeprefix("GOV_CONNECT_") for name in mocks.environment}
    assert names >= {
        "ENVIRONMENT", "AGENCY",
        *(f"PORTAL__{n}" for n in ("BASE_URL", "USERNAME", "PASSWORD", "DSTCODE")),
        *(f"PORTAL__{n}" for n in ("SHARE_ENDPOINT", "INTEGRATION_ENDPOINT")),
        *(f"RESIDENTS__{n}" for n in ("BASE_URL", "ENDPOINT", "USERNAME", "SECRET", "TIMESTAMP_UNIT")),
        *(f"CIVIL_REGISTRY__{n}" for n in ("BASE_URL", "TOKEN_URL", "CLIENT_ID", "CLIENT_SECRET", "GENERATION")),
        *(f"NATIONAL_PAYMENT__{n}" for n in ("BASE_URL", "PARTNER_CODE", "SECRET")),
        *(f"VNPAY__{n}" for n in ("BASE_URL", "TMN_CODE", "HASH_SECRET", "RETURN_URL")),
    }  # fmt: skip
    assert mocks.environment["GOV_CONNECT_RESIDENTS__BASE_URL"].endswith("/csdldc/tracuu037")
    assert mocks.environment["GOV_CONNECT_CIVIL_REGISTRY__TOKEN_URL"].endswith("/token")


def log_in(base: str) -> tuple[int, bytes]:
    """Log in at the portal with the code in the query."""
    credentials = {"username": portal.USERNAME, "password": portal.PASSWORD}
    return send(base, "POST", FORWARD + "mapi/login?dstcode=VN%3AGOV%3A000.00.00.G22%3Avpcpdvcprovider", credentials)


def test_percent_encoded_query_over_http(mocks: RunningMocks) -> None:
    """The provider's code in the query reaches the portal decoded."""
    status, body = log_in(mocks.base_urls["portal"])
    assert (status, "session" in json.loads(body)) == (200, True)


def test_a_stopped_server_comes_back_with_its_state(mocks: RunningMocks) -> None:
    """A stopped server refuses connections, the others go on; started again it has its port and its state."""
    base = mocks.base_urls["portal"]
    code = mocks.portal.submit(SUBMISSION)
    with within(2):
        mocks.stop("portal")
    with pytest.raises(ConnectionRefusedError):
        send(base, "GET", "/_mock/state")
    assert call(mocks.base_urls["residents"], "/_mock/state", method="GET")["people"] == 2000 + len(situations(0))
    mocks.stop("portal")
    mocks.start("portal")
    mocks.start("portal")
    assert code in call(base, "/_mock/state", method="GET")["dossiers"]


def test_stopped_mocks_cannot_be_stopped_again() -> None:
    """After the end there is nothing to talk to."""
    with running_mocks() as mocks:
        pass
    with pytest.raises(RuntimeError):
        mocks.stop("portal")


def test_ports_can_be_chosen() -> None:
    """A port may be fixed; a taken one is an error that leaves nothing bound."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with running_mocks(ports={"residents": port}) as mocks:
        assert mocks.base_urls["residents"].endswith(f":{port}")
        mocks.residents.reset()
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            with (
                pytest.raises(OSError, match=r"in use|address"),
                running_mocks(ports={"portal": taken.getsockname()[1]}),
            ):
                pass
    with pytest.raises(ValueError, match="elsewhere"), running_mocks(ports={"elsewhere": 1}):
        pass


def test_wildcard_host_is_reached_locally() -> None:
    """Bound to every address, the mocks still say one that can be reached."""
    with running_mocks(host="0.0.0.0", allow_remote=True) as mocks:
        assert mocks.base_urls["portal"].startswith("http://127.0.0.1:")
        assert log_in(mocks.base_urls["portal"])[0] == 200


def test_server_that_cannot_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong in the background reaches the one who waits, and nothing stays behind."""

    async def broken(*_args: object, **_named: object) -> None:
        message = "no"
        raise RuntimeError(message)

    monkeypatch.setattr("uvicorn.Server.serve", broken)
    before = threading.active_count()
    with pytest.raises(RuntimeError, match=r"^no$"), running_mocks():
        pass
    assert threading.active_count() == before


@contextmanager
def held_calls(mocks: RunningMocks, count: int) -> Iterator[list[http.client.HTTPConnection]]:
    """Open calls that are acted upon and never answered."""
    url = urlsplit(mocks.base_urls["portal"])
    _, body = log_in(mocks.base_urls["portal"])
    envelope = {
        "session": json.loads(body)["session"],
        "madonvi": "H99",
        "service": "TraCuuHoSo",
        "mahoso": "x",
    }
    headers = {"content-type": "application/json", "dstcode": portal.DSTCODE}
    mocks.portal.faults.script("TraCuuHoSo", [Fault.TIMEOUT_AFTER] * count)
    connections = [http.client.HTTPConnection(url.hostname or "", url.port, timeout=0.2) for _ in range(count)]
    for connection in connections:
        connection.request("POST", FORWARD + portal.INTEGRATION_ENDPOINT, json.dumps(envelope), headers)
    try:
        yield connections
    finally:
        for connection in connections:
            connection.close()


def test_held_connection_is_silent() -> None:
    """A held call gets nothing at all, and others are served meanwhile."""
    with running_mocks() as mocks, held_calls(mocks, 1) as (held,):
        with pytest.raises(TimeoutError):
            held.getresponse()
        assert mocks.portal.state()["faults"] == {"timeout_after": 1}
        assert log_in(mocks.base_urls["portal"])[0] == 200


def test_shutdown_is_fast_with_held_connections() -> None:
    """Held connections are cut when the mocks stop, in well under two seconds."""
    with running_mocks() as mocks, held_calls(mocks, 20) as connections:
        until(lambda: mocks.portal.state()["faults"] == {"timeout_after": 20})
        with within(2):
            mocks.close()
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            connections[0].getresponse()


def test_longest_hold_ends_as_a_gateway_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that outlasts the mock is told 504."""
    monkeypatch.setattr(_asgi, "LONGEST_HOLD", 0.05)
    with running_mocks() as mocks, held_calls(mocks, 1) as (held,):
        assert held.getresponse().status == 504


def test_client_that_leaves_in_the_middle(mocks: RunningMocks) -> None:
    """A request that is never finished, or is beyond all measure, harms nobody."""
    url = urlsplit(mocks.base_urls["portal"])
    with socket.create_connection((url.hostname or "", url.port or 0)) as client:
        client.sendall(b"POST /_mock/reset HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{")
    assert log_in(mocks.base_urls["portal"])[0] == 200


def test_a_body_beyond_measure_is_not_read_to_its_end(mocks: RunningMocks, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body over the limit is not read to its end."""
    monkeypatch.setattr(_asgi, "LARGEST_BODY", 10)
    assert send(mocks.base_urls["portal"], "POST", "/_mock/reset", b"x" * 100)[0] == 413


def test_logging_of_others_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    """Uvicorn's loggers keep their levels and handlers, and our servers write nothing into them."""
    logger = logging.getLogger("uvicorn.access")
    handlers, level, propagate = list(logger.handlers), logger.level, logger.propagate
    with caplog.at_level(logging.DEBUG), running_mocks() as mocks:
        log_in(mocks.base_urls["portal"])
    assert (logger.handlers, logger.level, logger.propagate) == (handlers, level, propagate)
    assert not [record for record in caplog.records if record.name.startswith("uvicorn")]
    assert not logger.filters


# -- control and what the systems send


def test_submit_pushes_to_the_agency(mocks: RunningMocks, agency: Agency) -> None:
    """The control API makes a dossier, pushes it and gives the answer back."""
    answer = call(mocks.base_urls["portal"], "/_mock/submit", SUBMISSION)
    assert answer["answer"] == {"status": 200, "body": {"error_code": 0}}
    ((path, body),) = agency.got
    assert (path, body["MaHoSo"]) == (PUSH, answer["code"])
    assert mocks.portal.dossier(answer["code"]).acknowledged


def test_bad_answers_are_tried_again(mocks: RunningMocks, agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal, an error page and silence are followed by another try, a few times."""
    monkeypatch.setattr(_courier, "PAUSES", (0.01, 0.01, 0.01))
    agency.answers[:] = [(500, {}), (200, {"error_code": -1}), (200, [])]
    answer = call(mocks.base_urls["portal"], "/_mock/submit", SUBMISSION)
    assert len(agency.got) == 4
    assert mocks.portal.dossier(answer["code"]).push_answers == [None, -1, None, 0]


def test_dead_agency_leaves_pushes_pending(
    mocks: RunningMocks, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody answers, so the dossier stays pending until it is pushed again."""
    monkeypatch.setattr(_courier, "PAUSES", (0.01,))
    base = mocks.base_urls["portal"]
    call(base, "/_mock/agency", {"url": "http://127.0.0.1:9"})
    answer = call(base, "/_mock/submit", SUBMISSION)
    assert answer["answer"] == {"status": 0, "body": None}
    assert call(base, "/_mock/state", method="GET")["unacknowledged"] == [answer["code"]]
    mocks.set_agency_url(agency.url)
    assert call(base, "/_mock/push", {})["answers"][answer["code"]]["status"] == 200
    assert call(base, "/_mock/push", {}) == {"answers": {}}


def make_order(mocks: RunningMocks, message: dict[str, Any]) -> str:
    """Send INIT and give the payment URL."""
    answer = call(mocks.base_urls["national_payment"], "/init", message)
    url: str = answer["UrlThanhToan"]
    return url


@pytest.fixture
def order(mocks: RunningMocks, make_payment: Any) -> tuple[str, str]:
    """Make an order over HTTP and give its reference and payment URL."""
    caller = make_payment()
    caller.init()
    message = caller.system.order("dvcH99992025010203").message
    return "dvcH99992025010203", make_order(mocks, message)


def test_pay_notifies_the_agency(mocks: RunningMocks, agency: Agency, order: tuple[str, str]) -> None:
    """Paying over the control API sends CONFIRM to the agency's path, as often as asked."""
    reference, _ = order
    base = mocks.base_urls["national_payment"]
    answer = call(base, "/_mock/pay", {"reference": reference, "notices": 2})
    assert answer == {"notices": 2, "answer": {"status": 200, "body": {"MaLoi": "00"}}}
    assert [path for path, _ in agency.got] == ["/DvcPayment/Confirm"] * 2
    assert call(base, "/_mock/pay", {"reference": reference, "lost": True}) == {"notices": 0, "answer": None}
    assert send(base, "POST", "/_mock/fail", {"reference": reference})[0] == 400


def test_failed_order_over_the_control_api(mocks: RunningMocks, agency: Agency, order: tuple[str, str]) -> None:
    """A failed order is notified as well."""
    assert call(mocks.base_urls["national_payment"], "/_mock/fail", {"reference": order[0]})["notices"] == 1
    assert agency.got[0][1]["MaLoi"] == "99"


def test_the_payment_page_pays_and_notifies(mocks: RunningMocks, agency: Agency, order: tuple[str, str]) -> None:
    """Pressing the button on the page pays and notifies in the background."""
    url = urlsplit(order[1])
    base = f"{url.scheme}://{url.netloc}"
    assert base == mocks.base_urls["national_payment"]
    assert b"<button" in send(base, "GET", url.path)[1]
    assert "Đã thanh toán".encode() in send(base, "POST", url.path, b"action=pay")[1]
    until(lambda: agency.got)


def test_shutdown_drops_deliveries(mocks: RunningMocks) -> None:
    """An agency that takes the connection and says nothing does not delay the end."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mocks.set_agency_url(f"http://127.0.0.1:{silent.getsockname()[1]}")
        thread = threading.Thread(target=_try_to_submit, args=(mocks.base_urls["portal"],))
        thread.start()
        until(lambda: mocks.portal.state()["dossiers"])
        with within(2):
            mocks.close()
        thread.join(60)
    assert not thread.is_alive()


def _try_to_submit(base: str) -> None:
    try:
        send(base, "POST", "/_mock/submit", SUBMISSION)
    except (OSError, http.client.HTTPException):
        return


def test_faults_can_be_scripted_and_reset(mocks: RunningMocks) -> None:
    """Faults are laid out over HTTP; a reset takes everything away."""
    base = mocks.base_urls["portal"]
    call(base, "/_mock/faults", {"operation": "addtthcKhuyenMai", "faults": [None, "duplicate"]})
    mocks.portal.submit(SUBMISSION)
    assert mocks.portal.faults.choose(dossier="", operation="addtthcKhuyenMai", attempt=1) is None
    call(base, "/_mock/reset")
    assert mocks.portal.state()["dossiers"] == {}
    assert mocks.portal.faults.choose(dossier="", operation="addtthcKhuyenMai", attempt=1) is None


@pytest.mark.parametrize(
    ("system", "method", "action", "body", "status"),
    [
        ("portal", "GET", "reset", None, 400),
        ("portal", "POST", "reset", b"x", 400),
        ("portal", "POST", "pay", {}, 404),
        ("portal", "POST", "submit", {"MaTTHC": "9.999999"}, 400),
        ("portal", "POST", "faults", {"operation": "x", "faults": ["none such"]}, 400),
        ("national_payment", "POST", "pay", {"reference": "x"}, 404),
        ("national_payment", "POST", "pay", {"reference": "x", "how": "cash"}, 400),
        ("residents", "POST", "submit", {}, 404),
        ("residents", "POST", "dance", {}, 404),
        ("residents", "POST", "agency", {}, 400),
        ("residents", "POST", "profile", {"profile": 5}, 400),
        ("residents", "POST", "advance", {"seconds": "x"}, 400),
        ("residents", "POST", "advance", {}, 400),
        ("residents", "POST", "faults", {"operation": "x", "faults": 5}, 400),
        ("vnpay", "POST", "pay", {}, 400),
    ],
)
def test_wrong_use_of_the_control_api(
    mocks: RunningMocks, system: str, method: str, action: str, body: object, status: int
) -> None:
    """Wrong use is told by status, never by a traceback."""
    assert send(mocks.base_urls[system], method, f"/_mock/{action}", body)[0] == status


def test_a_script_with_an_unknown_fault_lays_nothing_out(mocks: RunningMocks) -> None:
    """All of it or nothing, and the answer names the member and the faults that there are."""
    body = json.dumps({"operation": "look_up", "faults": ["late", "none such"]}).encode()
    status, answer = send(mocks.base_urls["residents"], "POST", "/_mock/faults", body)
    assert status == 400
    assert b"faults" in answer
    assert b"late" in answer
    with pytest.raises(ValueError, match="none such"):
        mocks.residents.faults.script("look_up", ["late", "none such"])  # type: ignore[list-item]
    assert mocks.residents.faults._scripts == {}


# -- as a program


def run_serve(*arguments: str) -> subprocess.Popen[str]:
    """Start the program."""
    program = "import sys; from gov_connect.mocks import serve; serve(port=int(sys.argv[1]), faults='rough', seed=3)"
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no way to send these to a child politely")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_prints_one_line_and_stops_on_a_signal(number: signal.Signals) -> None:
    """The program says in JSON where it is, serves, and ends cleanly when told to."""
    with run_serve("0") as program:
        assert program.stdout is not None
        line = json.loads(program.stdout.readline())
        assert line.keys() == {"base_urls", "environment"}
        assert log_in(line["base_urls"]["portal"])[0] == 200
        program.send_signal(number)
        out, err = program.communicate(timeout=60)
    assert (out, err, program.returncode) == ("", "", 0)


def test_serving_outside_the_main_thread_leaves_signals_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """In another thread signals are left alone, and ports follow the first."""
    started, stop = threading.Event(), threading.Event()

    class Out(StringIO):
        def flush(self) -> None:
            started.set()

    out = Out()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setattr("gov_connect.mocks.server._serve.SYSTEMS", ("portal",))
    thread = threading.Thread(target=serve, kwargs={"port": port, "out": out, "stop": stop})
    thread.start()
    assert started.wait(60)
    base = json.loads(out.getvalue())["base_urls"]["portal"]
    assert base.endswith(f":{port}")
    stop.set()
    thread.join(60)
    assert not thread.is_alive()


def test_import_brings_no_server() -> None:
    """Neither the package nor the in-process systems import a server, or any part of the library but mocks."""
    program = (
        "import sys, gov_connect; before = set(sys.modules);"
        "import gov_connect.mocks; print([m for m in set(sys.modules) - before if 'mocks' not in m]);"
        "gov_connect.mocks.in_process(); print([m for m in set(sys.modules) - before"
        " if m.split('.')[0] in ('uvicorn', 'starlette', 'httpx', 'pydantic')"
        " or m.startswith('gov_connect.') and not m.startswith('gov_connect.mocks')])"
    )
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env)
    assert shown.stdout.split() == ["[]", "[]"]


def test_every_exported_name_is_there() -> None:
    """Each public name resolves; others are AttributeErrors."""
    import gov_connect.mocks as package  # noqa: PLC0415

    assert all(getattr(package, name) for name in exported)
    with pytest.raises(AttributeError, match="nothing"):
        _ = package.nothing
