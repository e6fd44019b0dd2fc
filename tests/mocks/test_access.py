"""Who may steer the mocks: other machines need the token; pages of other sites may press no button anywhere."""

from __future__ import annotations

import io
import json
import threading
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from gov_connect import GovConnect, Settings
from gov_connect.adapters.vnpay import Vnpay
from gov_connect.cli._app import app
from gov_connect.contract_tests import samples
from gov_connect.mocks import running_mocks
from gov_connect.mocks._access import COOKIE, Access, is_loopback
from gov_connect.mocks._phone import CONFIRM_PATH, DEMO_USER, Waiting
from gov_connect.mocks.routed import RoutedMock
from gov_connect.mocks.server import running_system, serve_vendor
from gov_connect.runtime import SystemClock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gov_connect.mocks import RunningMocks


class Vendors(RoutedMock):
    """A vendor's mock that serves nothing."""

    name = "nha_cung_cap"

    def routes(self) -> dict[str, Any]:
        """No path."""
        return {}


def ask(url: str, body: str | None = None, **headers: str) -> tuple[int, dict[str, str]]:
    """Status and headers of an answer."""
    return seen(url, body, **headers)[:2]


def seen(url: str, body: str | None = None, **headers: str) -> tuple[int, dict[str, str], str]:
    """The same, with the page."""
    parts = urlsplit(url)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=60)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET" if body is None else "POST", f"{parts.path or '/'}?{parts.query}", body, sent)
    response = connection.getresponse()
    page = response.read().decode()
    connection.close()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, page


@pytest.fixture(scope="module")
def open_mocks() -> Iterator[RunningMocks]:
    """Mocks that other machines may reach."""
    with running_mocks(host="0.0.0.0", console=0, allow_remote=True) as running:
        yield running


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "mocks.agency.example"])
def test_a_host_that_others_reach_is_refused_unless_that_is_allowed(host: str) -> None:
    """By the command with exit code 2 and the option's name, by the functions with an error; nothing is bound."""
    for command in (["mocks", "serve", "--host", host], ["mocks", "vendor", "khong-co", "--host", host]):
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 2
        assert "--allow-remote" in done.output + done.stderr
    with pytest.raises(PermissionError), running_mocks(host=host):
        pass
    with pytest.raises(PermissionError), running_system(Vendors(), host=host):
        pass


@pytest.mark.parametrize(
    ("host", "own"), [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("10.0.0.1", False)]
)
def test_only_this_machine_reaches_a_loopback_address(host: str, own: bool) -> None:  # noqa: FBT001 - a case
    """Numbers in either form; of names only the one that is fixed."""
    assert is_loopback(host) is own
    assert is_loopback("localhost")


def test_the_control_api_wants_the_token_from_everybody(open_mocks: RunningMocks) -> None:
    """In a header, or in the cookie that the console gave; no read and no reset without it, here neither."""
    token = open_mocks.access.token
    for base_url in open_mocks.base_urls.values():
        state, reset = f"{base_url}/_mock/state", f"{base_url}/_mock/reset"
        assert ask(state)[0] == 403
        assert ask(reset, "{}")[0] == 403
        assert ask(reset, "{}", X_Mock_Token=token[:-1])[0] == 403
        assert ask(reset, "{}", X_Mock_Token="")[0] == 403
        assert ask(f"{state}?token={token}")[0] == 403  # an address is written into logs
        assert ask(state, X_Mock_Token=token)[0] == 200
        assert ask(reset, "{}", Cookie=f"{COOKIE}={token}", Host="mocks.agency.example")[0] == 200


def test_the_console_wants_the_same_token(open_mocks: RunningMocks) -> None:
    """By the printed address, by its cookie or by the header; nothing is shown without."""
    url, _, token = open_mocks.console_url.partition("/?token=")
    assert token == open_mocks.access.token
    assert [ask(f"{url}{path}")[0] for path in ("/", "/calls", "/people", "/style.css")] == [403] * 4
    assert ask(f"{url}/reset", "key=")[0] == 403
    assert ask(f"{url}/", Cookie=f"{COOKIE}={token}")[0] == 200
    assert ask(f"{url}/", X_Mock_Token=token)[0] == 200


def test_the_wires_stay_open(open_mocks: RunningMocks) -> None:
    """The systems answer as the real ones do: their own log-ins protect them."""
    with client(open_mocks) as gov:
        assert gov.portal.procedures()


def test_without_remote_access_there_is_no_token() -> None:
    """This machine alone needs none, and an empty one opens nothing where one is needed."""
    assert Access().token == ""
    assert not Access().is_token("")
    assert Access().admits({})
    assert not Access(remote=True).admits({"x-mock-token": "", "cookie": f"{COOKIE}="})


def test_a_vendor_s_mock_is_guarded_too() -> None:
    """The printed line has its token, and the control API asks for it."""
    out, stop = io.StringIO(), threading.Event()
    mock = Vendors()
    how: dict[str, Any] = {"allow_remote": True, "out": out, "stop": stop}
    server = threading.Thread(target=serve_vendor, args=(mock, "0.0.0.0"), kwargs=how)
    server.start()
    try:
        while not out.getvalue().endswith("\n"):
            stop.wait(0.01)
        told = json.loads(out.getvalue())
        state = told["base_urls"]["nha_cung_cap"] + "/_mock/state"
        assert ask(state)[0] == 403
        assert ask(state, X_Mock_Token=told["token"])[0] == 200
    finally:
        stop.set()
        server.join(60)


# -- pages of other sites


def client(mocks: RunningMocks) -> GovConnect:
    """A client of these mocks that keeps nothing."""
    return GovConnect(Settings.from_mapping({**mocks.environment, "GOV_CONNECT_DATABASE_URL": "sqlite:///:memory:"}))


@pytest.fixture(scope="module")
def pages() -> Iterator[dict[str, tuple[str, str]]]:
    """Every page of the mocks that acts, with the form that its button sends."""
    with running_mocks(console=0) as mocks, client(mocks) as gov:
        orders = [samples.order_of(SystemClock(), f"kit{n}", f"H99.201-261120-000{n}", 25_000) for n in (1, 2)]
        account = mocks.smartca._accounts.get(DEMO_USER)
        assert account is not None
        for system in (mocks.smartca, mocks.mysign):
            system._waiting["mau"] = Waiting(account=account, hashes=(b"0" * 32,), documents=("1",))
        yield {
            "vnpay": (gov.system(Vnpay).open(orders[0]).url, "action=pay"),
            "national_payment": (gov.national_payment.open(orders[1], agency_name="UBND xã Mẫu").url, "action=pay"),
            "smartca": (mocks.base_urls["smartca"] + CONFIRM_PATH + "mau", "action=confirm"),
            "mysign": (mocks.base_urls["mysign"] + CONFIRM_PATH + "mau", "action=confirm"),
            "console": (mocks.console_url, "system=portal"),
        }


PAGES = ("vnpay", "national_payment", "smartca", "mysign", "console")
KINDS = ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", "")


@pytest.mark.parametrize("page", PAGES)
def test_no_page_stands_in_a_frame(page: str, pages: dict[str, tuple[str, str]]) -> None:
    """A page of another site cannot lay ours under its own button."""
    status, headers, text = seen(pages[page][0])
    assert status == 200
    assert "width=device-width" in text  # people press these buttons on a phone
    assert headers["content-type"].startswith("text/html")
    assert headers.get("x-frame-options") == "DENY" or "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("page", PAGES)
def test_no_page_of_another_site_presses_a_button(page: str, kind: str, pages: dict[str, tuple[str, str]]) -> None:
    """Whatever the form's type, from a sandbox too, and under a name of theirs that points here."""
    url, form = pages[page]
    port = urlsplit(url).port
    place = url.replace("/?", "/stop?") if page == "console" else url
    for theirs in (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://evil.example:{port}", "Host": f"evil.example:{port}"},
        {"Origin": "http://127.0.0.1:1"},
    ):
        assert ask(place, form, Content_Type=kind, **theirs)[0] == 403


@pytest.mark.parametrize("page", PAGES[:-1])
def test_the_page_s_own_button_works(page: str, pages: dict[str, tuple[str, str]]) -> None:
    """The same form from the page itself is taken; the console's own are in test_console."""
    url, form = pages[page]
    own = f"http://{urlsplit(url).netloc}"
    assert ask(url, form, Content_Type=KINDS[0], Origin=own)[0] < 400
