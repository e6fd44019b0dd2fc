"""Faults are planted one by one against the mocks, and the doctor names each, and whom to ask."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from typer.testing import CliRunner

from gov_connect import GovConnect, Settings
from gov_connect.audit import Kind, LookUp, Note
from gov_connect.cli._app import app
from gov_connect.client import Parts
from gov_connect.doctor import Finding, Level, examine, network, run
from gov_connect.doctor.systems import check_system
from gov_connect.errors import LedgerError, NotSupported
from gov_connect.messages import CATALOGUE
from gov_connect.mocks import Fault, running_mocks
from gov_connect.model import AgencyCode
from gov_connect.runtime import ShiftedClock, Timeouts
from gov_connect.store import Database

KEY = base64.b64encode(bytes(range(32))).decode()
QUICK = {"ATTEMPTS": "1", "FIRST_WAIT": "0", "READ_TIMEOUT": "0.5", "TOTAL_TIMEOUT": "1"}


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    for name in list(os.environ):
        if name.startswith("GOV_CONNECT_") and name != "GOV_CONNECT_LANG":
            monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def mocks():
    with running_mocks() as running:
        yield running


@pytest.fixture
def make(mocks, tmp_path):
    """A client of the mocks, with what a test changes."""
    opened = []

    def made(*, clock=None, only="", **changes):
        names = [
            system.upper()
            for system in mocks.base_urls
            if f"GOV_CONNECT_{system.upper()}__BASE_URL" in mocks.environment
        ]
        environment = {
            **mocks.environment,
            **{f"GOV_CONNECT_{system}__{name}": value for system in names for name, value in QUICK.items()},
            "GOV_CONNECT_DATABASE_URL": f"sqlite:///{tmp_path / 'records.db'}",
            "GOV_CONNECT_STORE_KEY": KEY,
            "GOV_CONNECT_PRODUCTION_HOSTS": "*.that.example",
            **{f"GOV_CONNECT_{name}": value for name, value in changes.items()},
        }
        if only:
            environment = {
                name: value
                for name, value in environment.items()
                if "__" not in name or name.startswith(f"GOV_CONNECT_{only}__")
            }
        settings = Settings.from_mapping({name: value for name, value in environment.items() if value})
        parts = Parts(settings=settings) if clock is None else Parts(settings=settings, clock=clock)
        opened.append(GovConnect(parts=parts))
        return opened[-1]

    yield made
    for gov in opened:
        gov.close()


def bad(report, level=Level.FAULT):
    return {(one.system, one.code) for one in report.findings if one.level is level}


def test_nothing_is_wrong_with_the_mocks(make, tmp_path):
    """Every system answers login and call; the records are whole."""
    gov = make()
    with gov.audit.log.database.transaction():
        (tmp_path / "records.db").chmod(0o600)
    report = examine(gov)
    assert (bad(report), bad(report, Level.WARNING)) == (set(), set())
    called = {one.system for one in report.findings if one.check == "call"}
    assert {"portal", "residents", "civil_registry", "national_payment"} <= called
    assert json.dumps(report.to_dict("vi"))


def test_every_sentence_of_the_doctor_says_whom_to_ask():
    """Faults and warnings in both languages; what is good or a note needs nobody."""
    silent = {"doctor.good", "doctor.unknown_system", "doctor.no_date", "doctor.no_call", "doctor.no_user"}
    silent |= {"doctor.no_person"}
    silent |= {"doctor.not_tried", "doctor.audit_large", "doctor.packs_change", "doctor.paused", "doctor.settings"}
    codes = {code for code in CATALOGUE if code.startswith("doctor.")} - silent - {"doctor.audit"}
    assert [code for code in codes if "{who}" not in CATALOGUE[code].remedy_vi] == []
    assert [code for code in codes if "{who}" not in CATALOGUE[code].remedy_en] == []


def closed_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def test_a_name_that_does_not_resolve(make, monkeypatch):
    """Fault 1: no address for the host's name, so nothing further is tried."""

    def none(host, *more, **_named):
        raise socket.gaierror(host)

    gov = make(PORTAL__BASE_URL="http://cong.tinh.example")
    monkeypatch.setattr(socket, "getaddrinfo", none)
    assert bad(examine(gov, "portal")) == {("portal", "doctor.dns")}


def test_a_port_that_is_closed(make):
    """Fault 2: the firewall, or a service that is down."""
    gov = make(PORTAL__BASE_URL=f"http://127.0.0.1:{closed_port()}")
    assert bad(examine(gov, "portal")) == {("portal", "doctor.port")}


def test_a_wrong_password_is_found(make):
    """Fault 3: the portal's account."""
    assert bad(examine(make(PORTAL__PASSWORD="sai"), "portal")) == {("portal", "doctor.login")}


def test_a_wrong_secret_is_found(make):
    """Fault 4: the stamp of the residents database."""
    assert bad(examine(make(RESIDENTS__SECRET="sai"), "residents")) == {("residents", "doctor.login")}


def test_a_wrong_client_secret_is_found(make):
    """Fault 5: the token of the registry."""
    found = bad(examine(make(CIVIL_REGISTRY__CLIENT_SECRET="sai"), "civil_registry"))
    assert found == {("civil_registry", "doctor.login")}


def test_where_every_login_is_a_person_s_it_says_so(make):
    """The doctor has nobody to log in as at MySign."""
    given = {"MYSIGN__BASE_URL": "https://sign.example", "MYSIGN__CLIENT_ID": "c", "MYSIGN__CLIENT_SECRET": "s"}
    found = [(one.check, one.code) for one in check_system(make(**given), "mysign")]
    assert found == [("call", "doctor.no_user")]


@pytest.mark.parametrize(
    ("system", "secret"),
    [
        ("portal", "NEWER__CLIENT_SECRET"),
        ("bundle_platform", "PASSWORD"),
        ("viettel_receipt", "PASSWORD"),
    ],
)
def test_a_login_is_tried_where_nothing_else_is_harmless(make, mocks, system, secret):
    """A wrong secret is a fault; a right one is good, and no call is claimed."""
    newer = mocks.environment_through("portal_2026")
    through = {name.removeprefix("GOV_CONNECT_"): newer[name] for name in newer} if system == "portal" else {}
    found = {(one.check, one.code) for one in examine(make(**through), system).findings}
    assert {("login", "doctor.good"), ("call", "doctor.no_call")} <= found
    assert ("call", "doctor.good") not in found
    wrong = examine(make(**{**through, f"{system.upper()}__{secret}": "sai"}), system)
    assert bad(wrong) == {(system, "doctor.login")}


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.GATEWAY_502_AFTER, "doctor.down"),
        (Fault.TIMEOUT_AFTER, "doctor.slow"),
        (Fault.MALFORMED, "doctor.drift"),
        (Fault.EMPTY_OBJECT, "doctor.drift"),
        (Fault.HTTP_500, "doctor.down"),
    ],
)
def test_a_system_that_answers_badly(make, mocks, fault, code):
    """Faults 6 to 10: down behind its gateway, slow, another shape than known, empty, HTTP 500."""
    mocks.portal.faults.script("TraCuuHoSo", [fault] * 3)
    try:
        assert bad(examine(make(), "portal")) == {("portal", code)}
    finally:
        mocks.portal.faults.clear()


def test_a_clock_that_is_wrong(make):
    """Fault 11: ten minutes fast; the fault is this machine's."""
    fast = ShiftedClock(datetime.now(UTC) + timedelta(minutes=10))
    assert ("local", "doctor.clock") in bad(examine(make(clock=fast), "portal"))


def test_a_quota_that_is_used_up(make):
    """Fault 12: no look-up is left today."""
    gov = make(RESIDENTS__QUOTA_AGENCY="1")
    gov.look_ups.asked(LookUp(agency="H99.201", officer="cb-1", operation="x", procedure="1", dossier="d"))
    assert ("residents", "doctor.quota") in bad(examine(gov, "residents", offline=True))


def test_a_database_that_cannot_be_written(make, tmp_path):
    """Fault 13: a folder that is not there."""
    found = bad(examine(make(DATABASE_URL=f"sqlite:///{tmp_path}/none/x.db"), offline=True))
    assert {("local", "doctor.database"), ("local", "doctor.folder")} <= found


def test_another_store_key_is_found(make):
    """Fault 14: the records were written with another key."""
    gov = make()
    gov.audit.log.note(Note(agency="H99.201", kind=Kind.OVERRIDE, operation="x"))
    gov.close()
    other = base64.b64encode(bytes(32)).decode()
    assert ("local", "doctor.store_key") in bad(examine(make(STORE_KEY=other), offline=True))


def test_a_full_disk_is_found(make, monkeypatch):
    """Fault 15: a few megabytes are left."""
    usage = SimpleNamespace(total=1 << 40, used=1 << 40, free=5 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    assert ("local", "doctor.disk") in bad(examine(make(), offline=True))


def test_a_log_that_was_changed(make, tmp_path):
    """Fault 16: somebody was at the audit log."""
    gov = make()
    for _ in range(3):
        gov.audit.log.note(Note(agency="H99.201", kind=Kind.OVERRIDE, operation="x"))
    gov.close()
    database = Database(f"sqlite:///{tmp_path / 'records.db'}")
    with database.transaction() as db:
        db.exec_driver_sql("DROP TRIGGER audit_no_delete")
        db.exec_driver_sql("DELETE FROM audit WHERE sequence = 2")
    database.close()
    assert ("local", "doctor.audit") in bad(examine(make(), offline=True))


def test_law_that_was_read_long_ago(make):
    """Fault 17: nobody has looked at the packs for years."""
    later = ShiftedClock(datetime(2029, 1, 5, tzinfo=UTC))
    assert ("local", "doctor.packs_old") in bad(examine(make(clock=later), offline=True), Level.WARNING)


def test_production_that_rests_on_a_guess(make):
    """Fault 18: an operation, or a chosen variant, that nobody has seen."""
    real = {"ENVIRONMENT": "production", "PRODUCTION_HOSTS": "", "RESIDENTS__MONTH_CHILD": "true"}
    gov = make(only="RESIDENTS", **real)
    found = [one for one in examine(gov, offline=True).findings if one.code == "doctor.guess"]
    assert [(one.system, one.params["what"]) for one in found] == [("residents", "month_child")]
    assert ("local", "doctor.hosts") in bad(examine(gov, offline=True), Level.WARNING)
    assert not [
        one for one in examine(make(RESIDENTS__MONTH_CHILD="true"), offline=True).findings if one.code == "doctor.guess"
    ]


@pytest.mark.skipif(os.name != "posix", reason="modes tell nothing here")
def test_a_secret_that_others_can_read(make, monkeypatch, tmp_path):
    """Fault 19: the key's file has mode 644."""
    key = tmp_path / "key"
    key.write_text(KEY)
    key.chmod(0o644)
    monkeypatch.setenv("GOV_CONNECT_STORE_KEY_FILE", str(key))
    (found,) = [one for one in examine(make(), offline=True).findings if one.code == "doctor.open_file"]
    assert "GOV_CONNECT_STORE_KEY" in found.params["files"]


def certificate(days, issuer=None, issuer_key=None):
    """One certificate of this many days, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mau")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name if issuer is None else x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "server")]))
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(issuer_key or key, hashes.SHA256())
    )
    return made, key


def pem(folder, name, made, key):
    path = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    path.chmod(0o600)
    return path


class Redirecting(BaseHTTPRequestHandler):
    """Points elsewhere."""

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(302)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST  # noqa: N815 - the name of the base class

    def log_message(self, *args):
        """Stay silent."""


class Server(HTTPServer):
    """Says nothing of what is refused."""

    def handle_error(self, request, client_address):
        """Refused handshakes are what some tests are about."""


@pytest.fixture
def secure(tmp_path):
    """Servers behind TLS whose certificate has some days to go: their address and their authority's file."""
    authority, authority_key = certificate(300)
    pem(tmp_path, "ca", authority, authority_key)
    running = []

    def serving(days):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem(tmp_path, "server", *certificate(days, authority, authority_key)))
        server = Server(("127.0.0.1", 0), Redirecting)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.append((server, thread))
        return f"https://127.0.0.1:{server.server_port}", str(tmp_path / "ca.pem")

    yield serving
    for server, thread in running:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_certificate_that_is_not_trusted(make, secure):
    """Fault 20: nobody gave us the authority's file."""
    assert bad(examine(make(PORTAL__BASE_URL=secure(5)[0]), "portal")) == {("portal", "doctor.untrusted")}


def test_a_certificate_that_ends_soon_and_a_redirect(make, secure):
    """Faults 21 and 22: five days left; and the service moved elsewhere."""
    url, authority = secure(5)
    report = examine(make(PORTAL__BASE_URL=url, PORTAL__CA_FILE=authority), "portal")
    assert bad(report, Level.WARNING) == {("portal", "doctor.expires")}
    assert bad(report) == {("portal", "doctor.redirected")}


def test_the_server_s_certificate_has_expired(make, secure, tmp_path):
    """By its check and its own remedy, not as one that nobody trusts."""
    report = examine(make(PORTAL__BASE_URL=secure(-3)[0], PORTAL__CA_FILE=str(tmp_path / "ca.pem")), "portal")
    assert bad(report) == {("portal", "doctor.server_expired")}
    assert [one.check for one in report.faults] == ["certificate"]


def test_every_address_of_a_system_is_examined(make):
    """The token server of the registry is down; its host is told. Where a payer comes back to is no such address."""
    gov = make(CIVIL_REGISTRY__TOKEN_URL=f"http://127.0.0.2:{closed_port()}/token")
    (fault,) = examine(gov, "civil_registry").faults
    assert (fault.code, fault.params["host"]) == ("doctor.port", "127.0.0.2")
    assert bad(examine(make(VNPAY__RETURN_URL=f"http://127.0.0.1:{closed_port()}/"), "vnpay")) == set()


@pytest.mark.parametrize(("address", "warned"), [("203.0.114.7", True), ("10.1.2.3", False)])
def test_production_over_plain_http_is_warned_of(make, monkeypatch, address, warned):
    """A public address without TLS is warned of; the government's own network has private ones."""
    gov = make(only="PORTAL", ENVIRONMENT="production", PRODUCTION_HOSTS="127.0.0.1")
    monkeypatch.setattr(network, "addresses", lambda *_given: (address,))
    found = bad(examine(gov, "portal"), Level.WARNING)
    assert (("portal", "doctor.plain_http") in found) is warned


def test_our_own_certificate_has_expired(make, tmp_path):
    """Fault 23: and one that is no certificate at all."""
    own = pem(tmp_path, "own", *certificate(-3))
    report = examine(make(PORTAL__CLIENT_CERT=str(own), PORTAL__CA_FILE=str(own)), "portal", offline=True)
    assert bad(report) == {("portal", "doctor.expired")}
    (tmp_path / "none.pem").write_text("x")
    report = examine(make(PORTAL__CA_FILE=str(tmp_path / "none.pem")), "portal", offline=True)
    assert bad(report) == {("local", "doctor.files")}


def test_a_handshake_that_never_ends(make, monkeypatch):
    """Fault 24: a server that sends its handshake byte by byte is hung up on."""
    monkeypatch.setattr(network, "_PATIENCE", Timeouts(connect=2, read=2, total=0.3))
    stopping = threading.Event()

    def drip():
        connection, _ = listener.accept()
        # The head of a record of 16 kB, then its content a byte at a time.
        with connection, contextlib.suppress(OSError):
            connection.sendall(b"\x16\x03\x03\x40\x00")
            while not stopping.wait(0.02):
                connection.sendall(b"\x02")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        report = examine(make(only="PORTAL", PORTAL__BASE_URL=url), "portal")
        stopping.set()
        thread.join()
    assert bad(report) <= {("portal", "doctor.tls"), ("portal", "doctor.port")}
    assert bad(report)


def test_systems_are_examined_side_by_side(make, monkeypatch):
    """One that is slow holds nobody up; the report keeps their order."""
    meeting = threading.Barrier(2, timeout=60)

    def slow(gov, name, *, offline):
        del gov, offline
        meeting.wait()
        yield Finding(check="call", system=name, level=Level.GOOD, code="doctor.good")

    monkeypatch.setattr(run, "_system", slow)
    monkeypatch.setattr(run, "_machine", lambda _gov: [])
    monkeypatch.setattr(run.local, "configured", lambda *_given: {"portal": None, "residents": None})
    assert [one.system for one in examine(make()).findings] == ["portal", "residents"]


def test_an_agency_s_own_settings_are_what_is_examined(make):
    """Its own address and account, before those that all share."""
    own = {"portal": {"base_url": f"http://127.0.0.1:{closed_port()}", "username": "u", "password": "p"}}
    own["portal"] |= {"share_endpoint": "s", "integration_endpoint": "i"}
    gov = make(AGENCIES=json.dumps({"000.01.01.H99": own}))
    assert bad(examine(gov, "portal")) == set()
    there = gov.acting(agency=AgencyCode("000.01.01.H99"))
    assert bad(examine(there, "portal")) == {("portal", "doctor.port")}


def test_a_signing_key_that_others_can_read(make, tmp_path):
    """By whose it is, not by what stands in it."""
    key = tmp_path / "officer.key"
    key.write_text("x")
    key.chmod(0o644)
    (tmp_path / "records.db").touch(mode=0o600)
    report = examine(make(SIGNING__PERSONAL__FILE=str(key), SIGNING__PERSONAL__CERTIFICATE="x"))
    (finding,) = [one for one in report.findings if one.code == "doctor.open_file"]
    assert finding.params["files"] == "signing: personal"


def test_production_is_asked_nothing_about_people(make):
    """The residents database: the way is examined, nobody is looked up, and the report says why."""
    gov = make(only="RESIDENTS", ENVIRONMENT="production", PRODUCTION_HOSTS="127.0.0.1")
    report = examine(gov, "residents")
    assert bad(report) == set()
    assert "doctor.no_person" in {one.code for one in report.findings}
    with pytest.raises(LedgerError, match="ledger.missing"):  # nothing was ever written
        gov.audit.verify()


def test_an_unknown_system_is_refused(make):
    """By name, with those that there are."""
    with pytest.raises(NotSupported):
        examine(make(), "nonsense")


def test_the_command_speaks_both_languages_and_json(mocks, monkeypatch, tmp_path):
    """Exit 0 healthy, 1 for this machine, 2 for a wrong name, 3 for an outside system."""
    for name, value in mocks.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GOV_CONNECT_DATABASE_URL", f"sqlite:///{tmp_path / 'a.db'}")

    def run(*arguments):
        done = CliRunner().invoke(app, ["doctor", *arguments])
        return done.exit_code, done.output

    assert run("portal") == (0, run("portal")[1])
    code, text = run("--offline", "--json")
    assert (code, json.loads(text)["environment"]) == (0, "test")
    monkeypatch.setenv("GOV_CONNECT_PORTAL__PASSWORD", "sai")
    code, text = run("portal", "--english")
    assert (code, "Ask the province's integration team" in text) == (3, True)
    assert "Hỏi đầu mối" in run("portal")[1]
    assert run("nonsense")[0] == 2
    monkeypatch.setenv("GOV_CONNECT_DATABASE_URL", f"sqlite:///{tmp_path}/none/a.db")
    assert run("--offline")[0] == 1
