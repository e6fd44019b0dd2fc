"""Who is let in, and when nothing may be mounted at all."""

from __future__ import annotations

import io

import pytest

from gov_connect.errors import ConfigurationError, InvalidInput, Unreachable
from gov_connect.inbound import Addresses, Asked, ClientCertificate, InboundReply, SharedHeader
from gov_connect.inbound.asgi import InboundApp
from gov_connect.inbound.files import FileRules, allowed, checked_content, fetch
from gov_connect.inbound.wsgi import InboundWsgi
from gov_connect.model import FileLink
from gov_connect.runtime import Reply
from gov_connect.settings import Environment, Settings

SECRET = "khoa-cua-cong-ket-noi"
OUTSIDE = [Environment.TEST, Environment.PRODUCTION]


def handle(path, body):
    return InboundReply(status=200, body=path.encode() + body)


@pytest.mark.parametrize("wrapper", [InboundApp, InboundWsgi])
@pytest.mark.parametrize("environment", OUTSIDE)
def test_outside_offline_a_check_is_needed(wrapper, environment):
    """A bare address list is none: behind an undeclared proxy every caller looks alike."""
    for arguments in ({}, {"peers": {"10.0.0.1"}}, {"gate": Addresses(["10.0.0.1"])}):
        with pytest.raises(ConfigurationError):
            wrapper(handle, environment=environment, **arguments)
    for gate in (
        Addresses(["10.0.0.1"], proxies=["10.9.0.1"]),
        SharedHeader("X-Gateway-Key", SECRET),
        ClientCertificate(["CN=portal"]),
    ):
        wrapper(handle, environment=environment, gate=gate)


@pytest.mark.parametrize("wrapper", [InboundApp, InboundWsgi])
def test_the_default_environment_is_the_strictest(wrapper):
    """Forgetting to say where one is does not open the door."""
    with pytest.raises(ConfigurationError):
        wrapper(handle, peers={"10.0.0.1"})


@pytest.mark.parametrize(
    ("peer", "forwarded", "admitted"),
    [
        ("10.9.0.1", "10.1.2.3", True),
        ("10.9.0.1", "6.6.6.6, 10.1.2.3", True),
        ("10.9.0.1", "10.1.2.3, 6.6.6.6", False),
        ("10.9.0.1", "10.1.2.3, 10.9.0.1", True),
        ("10.9.0.1", "", False),
        ("10.9.0.1", "nonsense", False),
        ("10.1.2.3", "10.1.2.3", False),
        ("", "10.1.2.3", False),
    ],
)
def test_behind_a_proxy_the_last_foreign_address_counts(peer, forwarded, admitted):
    """What a caller writes into the header itself stands further left and is not believed."""
    gate = Addresses(["10.1.0.0/16"], proxies=["10.9.0.1"])
    assert gate.admits(Asked(peer=peer, headers={"x-forwarded-for": forwarded})) is admitted


def test_a_shared_header_is_compared_whole():
    """A missing, empty or shortened secret is none; short ones cannot be set."""
    gate = SharedHeader("X-Gateway-Key", SECRET)
    given = ["", SECRET[:-1], SECRET + "x", SECRET]
    assert [gate.admits(Asked(peer="", headers={"x-gateway-key": text})) for text in given] == [False] * 3 + [True]
    assert SECRET not in repr(gate)
    with pytest.raises(ConfigurationError):
        SharedHeader("X", "short")


def test_a_certificate_s_subject_is_believed_from_the_server_or_a_declared_proxy():
    """A header from anybody else says nothing."""
    gate = ClientCertificate(["CN=portal"], header="X-Subject", proxies=["10.9.0.1"])
    header = {"x-subject": "CN=portal"}
    assert gate.admits(Asked(peer="10.9.0.1", headers=header))
    assert not gate.admits(Asked(peer="10.9.0.2", headers=header))
    assert gate.admits(Asked(peer="10.9.0.2", certificate="CN=portal"))
    assert not gate.admits(Asked(peer="10.9.0.1", headers={}))
    for arguments in ({"subjects": []}, {"subjects": ["a"], "header": "X"}):
        with pytest.raises(ConfigurationError):
            ClientCertificate(**arguments)


def call(body=b"abc", **changes):
    """Drive the WSGI wrapper; give status and body."""
    app = InboundWsgi(handle, gate=SharedHeader("X-Gateway-Key", SECRET), largest=10)
    seen = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/a",
        "REMOTE_ADDR": "10.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "HTTP_X_GATEWAY_KEY": SECRET,
    } | changes
    parts = app(environ, lambda status, headers: seen.append((status, dict(headers))))
    content = b"".join(parts)
    assert seen[0][1]["Content-Length"] == str(len(content))
    return seen[0][0], content


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "200 OK"),
        ({"HTTP_X_GATEWAY_KEY": ""}, "403 Forbidden"),
        ({"REQUEST_METHOD": "GET"}, "405 Method Not Allowed"),
        ({"CONTENT_LENGTH": "x"}, "400 Bad Request"),
        ({"CONTENT_LENGTH": "5"}, "400 Bad Request"),
        ({"REQUEST_METHOD": "GET", "PATH_INFO": "/downloadfile/1"}, "200 OK"),
    ],
)
def test_the_wsgi_wrapper_answers_like_the_asgi_one(changes, status):
    """Gate first, then method, then size; half a body is not handled."""
    assert call(**changes)[0] == status


def test_the_wsgi_wrapper_bounds_bodies_and_passes_them_whole():
    """A body beyond the bound is not read."""
    assert call() == ("200 OK", b"/aabc")
    assert call(b"x" * 11)[0].startswith("413")


def test_a_body_in_chunks_is_no_empty_body():
    """Java clients send no length: the whole body is read, or the server is said to hand none on."""
    chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "Chunked"}
    assert call(**chunked, **{"wsgi.input_terminated": True}) == ("200 OK", b"/aabc")
    assert call(b"x" * 11, **chunked, **{"wsgi.input_terminated": True})[0].startswith("413")
    assert call(**chunked)[0].startswith("411")
    assert call(CONTENT_LENGTH="9" * 5000)[0].startswith("413")


RULES = FileRules(hosts=frozenset(("portal.example",)), largest=20)


@pytest.mark.parametrize(
    "url",
    [
        "http://portal.example/1",
        "https://evil.example/1",
        "https://portal.example.evil.example/1",
        "https://portal.example@evil.example/1",
        "https://user@portal.example/1",
        "https://portal.example:8443/1",
        "https://evil.example\\@portal.example/1",
        "https://portal.example:x/1",
        "file:///etc/passwd",
        "https://127.0.0.1/1",
    ],
)
def test_files_come_from_listed_hosts_only(url):
    """Nothing is sent to any other place."""
    assert allowed("https://portal.example/1", RULES)
    assert not allowed(url, RULES)
    if url.startswith("http"):
        with pytest.raises(InvalidInput):
            next(fetch(FileLink(name="a.pdf", url=url), RULES))


@pytest.mark.parametrize(
    ("environment", "allows"),
    [("test", {"files.test.example"}), ("offline", {"files.test.example"}), ("production", {"files.real.example"})],
)
def test_files_come_from_hosts_of_the_environment_only(environment, allows):
    """Whatever was listed: a test system fetches nothing from production, and production nothing from elsewhere."""
    settings = Settings(
        environment=environment,
        agency="H99.201",
        store_key="A" * 43 + "=",
        production_hosts=("*.real.example",),
    )
    listed = {"files.test.example", "files.real.example", "dvc.gov.vn", "vnpayment.vn"}
    rules = FileRules.of(settings, listed)
    assert {host for host in listed if allowed(f"https://{host}/1", rules)} == allows
    assert not allowed("https://dvc.gov.vn/1", FileRules(hosts=frozenset(listed)))


@pytest.mark.parametrize("content", [b"", b"%PDF-" + b"x" * 20, b"MZ", b"<?xml", b"PK\x03\x04"])
def test_a_file_is_bounded_and_known_by_its_first_bytes(content):
    """Empty, too large and of another kind are refused, whatever the name says."""
    with pytest.raises(InvalidInput):
        checked_content("a.pdf", content, RULES)


@pytest.mark.parametrize("outcome", [Reply(status=302), Reply(status=404), Unreachable(system="portal_files")])
def test_a_link_that_gives_no_file_is_a_clear_failure(outcome):
    """Redirects are not followed, and dead links (M12) are named."""
    program = fetch(FileLink(name="a.pdf", url="https://portal.example/1"), RULES)
    assert next(program).request.method == "GET"
    with pytest.raises(InvalidInput):
        program.throw(outcome) if isinstance(outcome, Exception) else program.send(outcome)


def test_a_file_within_the_rules_is_fetched():
    """Its content hides itself."""
    program = fetch(FileLink(name="a.pdf", url="https://portal.example/1"), RULES)
    next(program)
    with pytest.raises(StopIteration) as done:
        program.send(Reply(status=200, body=b"%PDF-1.4"))
    assert (done.value.value.kind, done.value.value.content) == ("application/pdf", b"%PDF-1.4")
    assert "1.4" not in repr(done.value.value)
