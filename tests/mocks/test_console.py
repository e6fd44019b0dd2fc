"""The console over running mocks: what it shows, whom it admits, what its buttons do."""

from __future__ import annotations

import re
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest

from gov_connect import DossierCode, GovConnect, Settings
from gov_connect.mocks import running_mocks
from gov_connect.mocks._phone import CONFIRM_PATH
from gov_connect.mocks.masking import masked, without_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gov_connect.mocks import RunningMocks

HOSTILE = "<script>alert(1)</script>&\"'"


class Browser:
    """Asks the console, follows nothing by itself."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self.host, self.port = parts.hostname, parts.port
        self.cookie = ""

    def ask(self, path: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, str, dict[str, str]]:
        connection = HTTPConnection(self.host, self.port, timeout=60)
        sent = {"Host": f"{self.host}:{self.port}", "Accept-Language": "vi", "Cookie": self.cookie}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        body = None if form is None else urlencode(form)
        connection.request("GET" if form is None else "POST", path, body, sent)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response.status, text, {name.lower(): value for name, value in response.getheaders()}

    def key(self) -> str:
        found = re.search(r'name="key" value="([^"]+)"', self.ask("/")[1])
        assert found is not None
        return found[1]


@pytest.fixture(scope="module")
def mocks() -> Iterator[RunningMocks]:
    with running_mocks(console=0) as running:
        yield running


@pytest.fixture
def browser(mocks: RunningMocks) -> Browser:
    mocks.reset()
    return Browser(mocks.console_url)


@pytest.fixture
def gov(mocks: RunningMocks) -> Iterator[GovConnect]:
    settings = {**mocks.environment, "GOV_CONNECT_DATABASE_URL": "sqlite:///:memory:"}
    with GovConnect(Settings.from_mapping(settings)) as client:
        yield client


def test_the_overview_shows_every_system(browser: Browser, mocks: RunningMocks) -> None:
    """Every address stands there, and nothing that could run."""
    status, text, headers = browser.ask("/")
    assert status == 200
    assert all(url in text for url in mocks.base_urls.values())
    assert "script" not in text
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["cache-control"] == "no-store"


def test_pages_come_in_both_languages(browser: Browser) -> None:
    """Vietnamese first; English by a click or by the browser."""
    assert "Máy chủ giả lập" in browser.ask("/")[1]
    assert "Mock servers" in browser.ask("/?lang=en")[1]
    assert "Mock servers" in browser.ask("/", Accept_Language="en-GB")[1]


def test_a_call_is_listed_and_shown_masked(browser: Browser, gov: GovConnect) -> None:
    """Codes of the wire stand in clear; the session, which is nobody's business, does not."""
    gov.portal.find(DossierCode("H99.201-261120-0001"))
    _, listed, _ = browser.ask("/calls?system=portal")
    assert "TraCuuHoSo" in listed
    number = re.findall(r'href="/calls/(\d+)', listed)[0]
    status, text, _ = browser.ask(f"/calls/{number}")
    assert status == 200
    assert "H99.201-261120-0001" in text
    assert "‹36›" in text
    assert "H99.201-261120-0001" in browser.ask("/dossiers/H99.201-261120-0001")[1]


def test_a_hostile_name_is_only_text(browser: Browser, mocks: RunningMocks) -> None:
    """Whatever stands in a message or an address comes out escaped."""
    mocks.journal.add(
        at=mocks.clock(),
        system="portal",
        direction="in",
        method="POST",
        path=f"/{HOSTILE}",
        operation=HOSTILE,
        subject=HOSTILE,
        status=200,
        asked=f'{{"message": "{HOSTILE[:-2]}"}}'.encode(),
        answered=f"<a><message>{HOSTILE[:8]}</message></a>".encode(),
    )
    row = mocks.journal.rows(limit=1)[0]
    for path in ("/", "/calls", f"/calls/{row.number}", "/calls?" + urlencode({"about": HOSTILE, "system": HOSTILE})):
        status, text, _ = browser.ask(path)
        assert status == 200
        assert "<script" not in text
        assert "&lt;script&gt;" in text


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_another_host_name_is_not_admitted(host: str, browser: Browser) -> None:
    """A name of somebody else's that points at this machine shows nothing."""
    assert browser.ask("/", Host=host)[0] == 403


def test_a_form_needs_the_key_of_our_own_pages(browser: Browser, mocks: RunningMocks) -> None:
    """A form of another site changes nothing and cannot lead away."""
    key = browser.key()
    assert browser.ask("/stop", {"system": "portal"})[0] == 403
    assert browser.ask("/stop", {"system": "portal", "key": key}, Origin="http://evil.example")[0] == 403
    assert mocks.is_running("portal")
    assert (
        browser.ask("/stop", {"system": "portal", "key": key, "back": "//evil.example"})[2]["location"] == "/?done=done"
    )
    assert not mocks.is_running("portal")
    browser.ask("/start", {"system": "portal", "key": key})
    assert mocks.is_running("portal")


def test_the_buttons_steer_the_mocks(browser: Browser, mocks: RunningMocks) -> None:
    """Profile, clock, submissions and reset do what they say."""
    key = browser.key()
    before = mocks.clock()
    browser.ask("/profile", {"system": "residents", "profile": "odd", "key": key})
    browser.ask("/advance", {"seconds": "3600", "key": key})
    browser.ask("/submit", {"count": "3", "key": key})
    assert mocks.residents.faults.profile == "odd"
    assert (mocks.clock() - before).total_seconds() >= 3600
    dossiers = mocks.portal.state()["dossiers"]
    assert isinstance(dossiers, dict)
    assert len(dossiers) == 3
    assert browser.ask("/dossiers")[1].count("<tr>") == 4
    browser.ask("/reset", {"key": key})
    assert not mocks.portal.state()["dossiers"]
    mocks.residents.faults.change("calm")


@pytest.mark.parametrize(
    ("action", "form"),
    [
        ("advance", {"seconds": "-1"}),
        ("advance", {"seconds": "nan"}),
        ("submit", {"count": "100000"}),
        ("profile", {"system": "portal", "profile": "mưa"}),
        ("fault", {"system": "portal", "operation": "x", "fault": "none"}),
    ],
)
def test_wrong_input_is_said_and_changes_nothing(action: str, form: dict[str, str], browser: Browser) -> None:
    """The page says so instead of failing."""
    status, _, headers = browser.ask(f"/{action}", {**form, "key": browser.key()})
    assert (status, headers["location"]) == (303, "/?done=refused")
    assert "Không thực hiện được" in browser.ask("/?done=refused")[1]


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/calls/x",
        "/calls/999999",
        pytest.param("/calls/" + "9" * 5000, id="many digits"),
        "/dossiers/khong-co",
        "/../etc/passwd",
    ],
)
def test_what_is_not_there_is_not_found(path: str, browser: Browser) -> None:
    """No page is made up and no file is served."""
    assert browser.ask(path)[0] == 404


def test_other_machines_need_the_printed_token() -> None:
    """Nothing without it; a cookie keeps it, and it leaves the address."""
    with running_mocks(console=0, allow_remote=True) as mocks:
        url, token = mocks.console_url.split("/?token=")
        browser = Browser(url)
        assert browser.ask("/")[0] == 403
        assert browser.ask("/?token=wrong")[0] == 403
        status, _, headers = browser.ask(f"/?token={token}")
        assert status == 303
        assert "HttpOnly; SameSite=Strict" in headers["set-cookie"]
        browser.cookie = headers["set-cookie"].partition(";")[0]
        assert browser.ask("/", Host="mocks.agency.example")[0] == 200


def test_a_page_of_another_site_cannot_use_the_control_api(mocks: RunningMocks) -> None:
    """A browser that is elsewhere cannot steer the mocks through it."""
    portal = Browser(mocks.base_urls["portal"])
    assert portal.ask("/_mock/reset", {}, Origin="http://evil.example")[0] == 403
    for host in ("evil.example", "evil.example:80", "[", ""):
        assert portal.ask("/_mock/reset", {}, Origin=f"http://{host}", Host=host)[0] == 403
    assert portal.ask("/_mock/state", Host="localhost:1")[0] == 200


def test_a_page_of_another_site_cannot_press_the_phone_s_buttons(mocks: RunningMocks) -> None:
    """A form of theirs is refused, and no page of ours stands in a frame of theirs."""
    phone = Browser(mocks.base_urls["smartca"])
    form = {"Origin": "http://evil.example", "Content-Type": "application/x-www-form-urlencoded"}
    assert phone.ask(CONFIRM_PATH + "x", {"action": "confirm"}, **form)[0] == 403
    status, _, headers = phone.ask(CONFIRM_PATH)
    assert (status, headers["x-frame-options"]) == (200, "DENY")


@pytest.mark.parametrize(
    "message",
    [
        b'{"HoTen": "NGUYEN THI MAU", "SoDinhDanh": "000000000012", "a": {"b": ["NGUYEN THI MAU", 12]}}',
        b'{"data": "{\\"HoTen\\": \\"NGUYEN THI MAU\\", \\"So\\": \\"000000000012\\"}"}',
        b"<a><HoTen>NGUYEN THI MAU</HoTen><b so='000000000012'>000000000012</b><!-- NGUYEN THI MAU --></a>",
        b"<a><![CDATA[<HoTen>NGUYEN THI MAU</HoTen>]]></a>",
        b"<!DOCTYPE a><a>NGUYEN THI MAU 000000000012</a>",
        b"hoTen=NGUYEN+THI+MAU&so=000000000012",
        b"NGUYEN THI MAU 000000000012",
        b'["000000000012", "NGUYEN THI MAU"]',
        b'{"message": "Khong thay NGUYEN THI MAU 000000000012", "000000000012": 1}',
        b'{"NGUYEN THI MAU": {"b": 2}, "moTaLoi": ["NGUYEN 000000000012"]}',
        b"<a><faultstring>000000000012 NGUYEN</faultstring></a>",
        b"000000000012=1&NGUYEN+THI=2",
        b'{"broken": "NGUYEN THI MAU 000000000012"',
        b"<broken>NGUYEN THI MAU 000000000012",
        '{"HoTen": "NGUYEN THI MAU 000000000012"}'.encode("utf-16"),
        b"[" * 100_000,
    ],
)
def test_masking_shows_nobody(message: bytes) -> None:
    """Whatever the form of a message, no leaf of a person stands in clear."""
    shown = masked(message)
    assert shown
    assert "NGUYEN" not in shown
    assert "000000000012" not in shown


def test_a_number_that_may_be_real_is_not_shown_as_what_a_call_is_about() -> None:
    """Ours, which begin with 000, are; a dossier's code is."""
    assert without_numbers("/x/" + "1" * 12 + "?a=" + "2" * 9) == "/x/‹12›?a=‹9›"
    for shown in ("000000000012", "H99.201-261120-0012", ""):
        assert without_numbers(shown) == shown


def test_masking_keeps_what_is_of_the_wire() -> None:
    """What helps to integrate is still there."""
    assert '"service": "TraCuuHoSo"' in masked(b'{"service": "TraCuuHoSo", "mahoso": "H99.1-250101-0001"}')
    shown: Any = masked(b"<x xmlns='urn:a'><MaYeuCau>7</MaYeuCau></x>")
    assert "<MaYeuCau>7</MaYeuCau>" in shown
