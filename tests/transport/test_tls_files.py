"""Certificates by settings: a private authority, our own certificate (mTLS), versions, names, and clear errors."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import subprocess
import sys
import threading
import warnings
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gov_connect.errors import ConfigurationError, OutsideSystemError, Unreachable
from gov_connect.runtime import Request, Timeouts, TlsFiles
from gov_connect.settings import Settings
from gov_connect.transport import AsyncHttpCarrier, HttpCarrier
from gov_connect.transport.fast import AiohttpCarrier

BOUNDS = Timeouts(connect=2, read=2, total=4)


def certificate(name, issuer=None, issuer_key=None, *, authority=False, address="127.0.0.1"):
    """One certificate and its key; an authority signs itself. Python 3.13 asks for what RFC 5280 wants in each."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key((issuer_key or key).public_key()), critical=False
        )
        .add_extension(usage(authority), critical=True)
        .sign(issuer_key or key, hashes.SHA256())
    )
    return made, key


def usage(authority):
    """An authority signs certificates, everybody else signs."""
    others = dict.fromkeys(
        "content_commitment key_encipherment data_encipherment key_agreement encipher_only decipher_only".split(),
        False,
    )
    return x509.KeyUsage(digital_signature=not authority, key_cert_sign=authority, crl_sign=authority, **others)


def write(path, made, key, password=b""):
    """Certificate and key as PEM files."""
    closed = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    path.with_suffix(".crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    path.with_suffix(".key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, closed)
    )


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """An authority, a server, and a client whose key has a password."""
    folder = tmp_path_factory.mktemp("tls")
    authority, authority_key = certificate("authority", authority=True)
    write(folder / "ca", authority, authority_key)
    write(folder / "server", *certificate("127.0.0.1", authority, authority_key))
    write(folder / "client", *certificate("agency", authority, authority_key), password=b"mat-khau")
    return folder


class Handler(BaseHTTPRequestHandler):
    """Says ok."""

    def do_POST(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args):
        """Stay silent."""


class Server(HTTPServer):
    """A server that does not write about refused handshakes."""

    def handle_error(self, request, client_address):
        """Refused handshakes are what some tests are about."""


@pytest.fixture(scope="module")
def address(files):
    """A server that wants a certificate of its authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files / "server.crt", files / "server.key")
    context.load_verify_locations(files / "ca.crt")
    context.verify_mode = ssl.CERT_REQUIRED
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def post(address, tls):
    return Request(system="residents", url=address, body=b"x", tls=tls)


@pytest.fixture
def tls(files):
    return TlsFiles(
        ca_file=str(files / "ca.crt"),
        client_cert=str(files / "client.crt"),
        client_key=str(files / "client.key"),
        password="mat-khau",
    )


def test_our_certificate_opens_the_gateway(address, tls):
    """Blocking and awaited alike."""
    carrier = HttpCarrier()
    assert carrier.send(post(address, tls), BOUNDS).body == b"ok"
    carrier.close()

    async def awaited():
        carrier = AsyncHttpCarrier()
        try:
            return await carrier.send(post(address, tls), BOUNDS)
        finally:
            await carrier.close()

    assert asyncio.run(awaited()).body == b"ok"


def test_another_agency_does_not_borrow_the_connection(address, files, tls):
    """Connections are kept apart by their certificates: without one the gateway refuses."""
    carrier = HttpCarrier()
    carrier.send(post(address, tls), BOUNDS)
    with pytest.raises(OutsideSystemError):
        carrier.send(post(address, TlsFiles(ca_file=str(files / "ca.crt"))), BOUNDS)
    carrier.close()


def test_an_unknown_authority_is_never_accepted(address):
    """The public roots do not know it; nothing is sent."""
    carrier = HttpCarrier()
    with pytest.raises(Unreachable):
        carrier.send(post(address, None), BOUNDS)
    carrier.close()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"ca_file": "missing.pem"}, ["GOV_CONNECT_RESIDENTS__CA_FILE"]),
        ({"client_cert": "missing.pem"}, ["GOV_CONNECT_RESIDENTS__CLIENT_CERT"]),
        ({"password": "sai"}, ["GOV_CONNECT_RESIDENTS__CLIENT_CERT"]),
        (
            {"ca_file": "missing.pem", "client_cert": "missing.pem"},
            ["GOV_CONNECT_RESIDENTS__CA_FILE", "GOV_CONNECT_RESIDENTS__CLIENT_CERT"],
        ),
    ],
)
def test_files_that_cannot_be_read_are_named(address, tls, change, named):
    """Every one at once, by its variable; a wrong password never asks at the terminal."""
    values = {name: getattr(tls, name) for name in ("ca_file", "client_cert", "client_key", "password")}
    carrier = HttpCarrier()
    with pytest.raises(ConfigurationError) as caught:
        carrier.send(post(address, TlsFiles(**{**values, **change})), BOUNDS)
    assert [problem.path for problem in caught.value.problems] == named
    carrier.close()


def test_the_settings_carry_the_files(tls):
    """By system; a key without certificate is refused, and no password is shown."""
    base = {
        "GOV_CONNECT_RESIDENTS__BASE_URL": "https://x.example",
        "GOV_CONNECT_RESIDENTS__ENDPOINT": "/x",
        "GOV_CONNECT_RESIDENTS__USERNAME": "u",
        "GOV_CONNECT_RESIDENTS__SECRET": "s",
    }
    named = {
        "CA_FILE": tls.ca_file,
        "CLIENT_CERT": tls.client_cert,
        "CLIENT_KEY": tls.client_key,
        "CLIENT_KEY_PASSWORD": "mat-khau",
    }
    whole = base | {f"GOV_CONNECT_RESIDENTS__{name}": value for name, value in named.items()}
    limits = Settings.from_mapping(whole).residents.limits()
    assert limits.tls == tls
    assert "mat-khau" not in repr(limits)
    assert Settings.from_mapping(base).residents.limits().tls is None
    with pytest.raises(ConfigurationError):
        Settings.from_mapping(base | {"GOV_CONNECT_RESIDENTS__CLIENT_KEY": "x.key"})


@pytest.fixture
def server(files):
    """Start servers with a context of their own; gives their addresses."""
    started = []

    def start(context):
        made = Server(("127.0.0.1", 0), Handler)
        made.socket = context.wrap_socket(made.socket, server_side=True)
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        started.append((made, thread))
        return f"https://127.0.0.1:{made.server_port}/"

    yield start
    for made, thread in started:
        made.shutdown()
        made.server_close()
        thread.join()


def serving(files, newest=None, *, name="server"):
    """What a server offers: everything, or nothing newer than a version."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files / f"{name}.crt", files / f"{name}.key")
    if newest is not None:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version, context.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, newest
    return context


def spoken(address, files):
    """The version that a client speaks with a server who takes whatever there is."""
    context = ssl.create_default_context(cafile=files / "ca.crt")
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    parts = urlsplit(address)
    with (
        socket.create_connection((parts.hostname, parts.port), timeout=2) as bare,
        context.wrap_socket(bare, server_hostname=parts.hostname) as wrapped,
    ):
        return wrapped.version()


def test_a_server_that_speaks_old_tls_alone_is_refused(carry, files, server):
    """TLS 1.1 is never spoken, though a laxer client would; TLS 1.2 is."""
    old = server(serving(files, ssl.TLSVersion.TLSv1_1))
    assert spoken(old, files) == "TLSv1.1"
    face, tls = carry(), TlsFiles(ca_file=str(files / "ca.crt"))
    assert isinstance(face.fail(post(old, tls), BOUNDS).error, Unreachable)
    newer = server(serving(files, ssl.TLSVersion.TLSv1_2))
    assert spoken(newer, files) == "TLSv1.2"
    assert face.send(post(newer, tls)).body == b"ok"


LAX = """openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = lax
[lax]
MinProtocol = TLSv1
CipherString = ALL:@SECLEVEL=0
"""
CLIENT = """
import sys
from gov_connect.errors import Unreachable
from gov_connect.runtime import Request, Timeouts, TlsFiles
from gov_connect.transport import HttpCarrier
carrier = HttpCarrier()
try:
    carrier.send(Request(system="residents", url=sys.argv[1], body=b"x", tls=TlsFiles(ca_file=sys.argv[2])),
                 Timeouts(connect=2, read=2, total=4))
except Unreachable:
    print("refused")
"""


def test_a_lax_machine_does_not_make_us_lax(files, server, tmp_path):
    """The machine's own policy allows TLS 1.0; ours does not."""
    (tmp_path / "openssl.cnf").write_text(LAX)
    old = server(serving(files, ssl.TLSVersion.TLSv1_1))
    done = subprocess.run(
        [sys.executable, "-c", CLIENT, old, str(files / "ca.crt")],
        env={**os.environ, "OPENSSL_CONF": str(tmp_path / "openssl.cnf")},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert (done.stdout.strip(), done.stderr) == ("refused", "")


def test_the_operating_system_s_roots_are_used_when_asked_for(carry, files, server, monkeypatch):
    """`CA_FILE=system`: what is trusted there, and nothing else; without it, what ships with the package."""
    address = server(serving(files))
    face = carry()
    assert isinstance(face.fail(post(address, TlsFiles(ca_file="system")), BOUNDS).error, Unreachable)
    monkeypatch.setenv("SSL_CERT_FILE", str(files / "ca.crt"))
    # Carriers keep their connections by the files of a request, and the machine's roots have changed.
    again = carry()
    assert again.send(post(address, TlsFiles(ca_file="system"))).body == b"ok"
    assert isinstance(carry(verify=None).fail(post(address, None), BOUNDS).error, Unreachable)


def test_a_certificate_for_another_name_is_refused(carry, files, server):
    """Of the right authority, but not for this host."""
    issuer = x509.load_pem_x509_certificate((files / "ca.crt").read_bytes())
    key = serialization.load_pem_private_key((files / "ca.key").read_bytes(), None)
    write(files / "other", *certificate("other.example", issuer, key, address="127.0.0.2"))
    address = server(serving(files, name="other"))
    ended = carry().fail(post(address, TlsFiles(ca_file=str(files / "ca.crt"))), BOUNDS)
    assert isinstance(ended.error, Unreachable)


def greeting(files, peer):
    """Shake hands by TLS 1.2, with an answer behind the last word of it, in one piece."""
    coming, going = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = serving(files, ssl.TLSVersion.TLSv1_2).wrap_bio(coming, going, server_side=True)
    while True:
        try:
            session.do_handshake()
            break
        except ssl.SSLWantReadError:
            peer.say(going.read())
            coming.write(peer.connection.recv(65536))
    session.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
    peer.say(going.read())
    peer.connection.recv(65536)


def test_a_server_that_speaks_before_it_is_asked_is_left_after_a_few_tries(files, serve):
    """What it said is nobody's answer, and every new connection to it begins the same way."""
    impatient = serve(lambda peer: greeting(files, peer))
    request = post(impatient.url.replace("http", "https"), TlsFiles(ca_file=str(files / "ca.crt")))

    async def ask():
        carrier = AiohttpCarrier()
        try:
            await asyncio.wait_for(carrier.send(request, BOUNDS), 10)
        finally:
            await carrier.close()
            await asyncio.to_thread(impatient.wait_for_end, len(impatient.accepted))
            await asyncio.sleep(0.1)  # a TLS connection is closed when its peer has said so

    with pytest.raises(Unreachable):
        asyncio.run(ask())
    assert len(impatient.accepted) < 10
