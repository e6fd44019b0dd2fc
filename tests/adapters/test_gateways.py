"""The ways to an outside system, chosen by settings alone (residents.md §5)."""

from __future__ import annotations

import base64
import json
from uuid import UUID

import pytest

from gov_connect import DossierCode, Officer
from gov_connect.errors import (
    AuthenticationFailed,
    ConfigurationError,
    InvalidInput,
    OutcomeUnknown,
    Redirected,
    Refused,
    UnexpectedReply,
)
from gov_connect.runtime import Reply
from gov_connect.settings import ResidentsSettings, Settings

CLIENT = "VN/GOV/000.00.00.H99/mot&cua"
SERVICE = "VN/GOV/000.00.00.G01/csdldc/tracuu037"
XROAD = {
    "RESIDENTS__BASE_URL": "https://ss.example",
    "RESIDENTS__GATEWAY__KIND": "xroad",
    "RESIDENTS__GATEWAY__CLIENT": CLIENT,
    "RESIDENTS__GATEWAY__SERVICE": SERVICE,
}
LGSP = {
    "RESIDENTS__GATEWAY__KIND": "lgsp",
    "RESIDENTS__GATEWAY__TOKEN_URL": "https://lgsp.example:8243/token",
    "RESIDENTS__GATEWAY__CONSUMER_KEY": "khoa",
    "RESIDENTS__GATEWAY__CONSUMER_SECRET": "bi-mat",
}
KEYS = {
    "RESIDENTS__GATEWAY__KIND": "lgspaccesstoken",
    "RESIDENTS__GATEWAY__TOKEN_URL": "https://lgsp.example/token",
    "RESIDENTS__GATEWAY__APP_NAME": "motcua",
    "RESIDENTS__GATEWAY__ACCESS_KEY": "ak",
    "RESIDENTS__GATEWAY__SECRET_KEY": "sk",
    "RESIDENTS__GATEWAY__PARTNER_CODE": "p",
}
TOKEN = {"access_token": "t-1", "token_type": "Bearer", "expires_in": 3600}


def test_xroad_rest_carries_the_message_unchanged(make_gov, wire, query, live):
    """Address and headers of r1; the message's own Authorization and Timestamp pass."""
    wire.say(live)
    make_gov(**XROAD, RESIDENTS__PATH="037").residents.look_up(query)
    request = wire.sent[0]
    assert request.url == "https://ss.example/r1/VN/GOV/000.00.00.G01/csdldc/tracuu037/037"
    assert request.headers["X-Road-Client"] == "VN/GOV/000.00.00.H99/mot%26cua"
    assert UUID(request.headers["X-Road-Id"])
    assert request.headers["X-Road-Issue"] == "H99.12.7-250804-0019"
    assert {"Authorization", "Timestamp"} <= request.headers.keys()
    assert not {"X-Road-UserId", "X-Road-Request-Hash", "X-Road-Security-Server"} & request.headers.keys()


def test_xroad_tells_who_asks_where_the_settings_say_so(make_gov, wire, query, live):
    """The user after the country, encoded; the server and the party that is represented."""
    wire.say(live)
    gov = make_gov(
        **XROAD,
        RESIDENTS__GATEWAY__SEND_USER="true",
        RESIDENTS__GATEWAY__SEND_ISSUE="false",
        RESIDENTS__GATEWAY__SECURITY_SERVER="VN/GOV/000.00.00.H99/ss1",
        RESIDENTS__GATEWAY__REPRESENTED_PARTY="GOV/H99",
    )
    gov.acting(officer=Officer(code="cán bộ/1")).residents.look_up(query)
    headers = wire.sent[0].headers
    assert headers["X-Road-UserId"] == "VNc%C3%A1n%20b%E1%BB%99%2F1"
    assert headers["X-Road-Security-Server"] == "VN/GOV/000.00.00.H99/ss1"
    assert headers["X-Road-Represented-Party"] == "GOV/H99"
    assert "X-Road-Issue" not in headers


def test_each_attempt_over_xroad_has_an_id_of_its_own(make_gov, wire, query, live):
    """Retries are dressed afresh, and the message is renewed too."""
    wire.say((502, b""), live)
    make_gov(**XROAD).residents.look_up(query)
    first, second = wire.sent
    assert first.headers["X-Road-Id"] != second.headers["X-Road-Id"]
    assert first.body != second.body


@pytest.mark.parametrize(
    ("status", "told", "kind"),
    [
        (400, "Client.BadRequest", Refused),
        (500, "Server.ClientProxy.NetworkError", UnexpectedReply),
        (500, "Server.ServerProxy.ServiceFailed", UnexpectedReply),
    ],
)
def test_a_fault_of_the_security_server_is_told_as_such(make_gov, wire, query, status, told, kind):
    """By the header X-Road-Error; the system itself has said nothing."""
    body = json.dumps({"type": told, "message": "x", "detail": "y"}).encode()
    wire.always = Reply(status=status, headers={"x-road-error": told}, body=body)
    with pytest.raises(kind) as caught:
        make_gov(**XROAD).residents.look_up(query)
    assert caught.value.raw_code == told
    assert getattr(caught.value, "reason", "security_server") == "security_server"


@pytest.mark.parametrize(
    ("changes", "url"),
    [
        ({}, "http://adapter.example:8080/XrdAdapter/RestService/forward/csdldc/037"),
        (
            {"FORWARD_PATH": "/VXPAdapter/RestService/forward/", "DSTCODE": "VN:GOV:000.00.00.G01:csdldc"},
            "http://adapter.example:8080/VXPAdapter/RestService/forward/csdldc/037"
            "?dstcode=VN%3AGOV%3A000.00.00.G01%3Acsdldc",
        ),
        (
            {"DSTCODE": "VN:GOV:1:x", "RAW_DSTCODE": "true", "PROVIDERURL": "http://10.0.0.1:81/a?b"},
            "http://adapter.example:8080/XrdAdapter/RestService/forward/csdldc/037"
            "?dstcode=VN:GOV:1:x&providerurl=http%3A%2F%2F10.0.0.1%3A81%2Fa%3Fb",
        ),
    ],
)
def test_a_forwarder_gets_the_providers_path(make_gov, wire, query, live, changes, url):
    """Both names of the adapter, dstcode raw or encoded, the provider's own address where it is wanted."""
    wire.say(live)
    settings = {f"RESIDENTS__GATEWAY__{name}": value for name, value in changes.items()}
    make_gov(
        RESIDENTS__BASE_URL="http://adapter.example:8080",
        RESIDENTS__PATH="csdldc/037",
        RESIDENTS__GATEWAY__KIND="forwarder",
        **settings,
    ).residents.look_up(query)
    assert wire.sent[0].url == url


def test_a_forwarder_may_want_the_provider_as_a_header(make_gov, wire, query, live):
    """As the portal's adapter does."""
    wire.say(live)
    make_gov(
        RESIDENTS__GATEWAY__KIND="forwarder",
        RESIDENTS__GATEWAY__DSTCODE="VN:GOV:1:x",
        RESIDENTS__GATEWAY__DSTCODE_IN="header",
    ).residents.look_up(query)
    assert wire.sent[0].headers["dstcode"] == "VN:GOV:1:x"
    assert "dstcode" not in wire.sent[0].url


def test_a_bus_token_is_fetched_once_and_kept(make_gov, wire, clock, query, live):
    """Client credentials, then Bearer; the bus adds the database's own credential itself."""
    gov = make_gov(**LGSP)
    wire.say(TOKEN, live, live)
    assert gov.residents.verify(query)
    assert gov.residents.verify(query)
    assert wire.labels == ["token", "TraCuuThongTinCongDan", "TraCuuThongTinCongDan"]
    token, call, _ = wire.sent
    assert base64.b64decode(token.headers["Authorization"].removeprefix("Basic ")) == b"khoa:bi-mat"
    assert token.body == b"grant_type=client_credentials"
    assert call.headers["Authorization"] == "Bearer t-1"
    assert "Timestamp" not in call.headers
    clock.advance(3571)
    wire.say({**TOKEN, "access_token": "t-2"}, live)
    assert gov.residents.verify(query)
    assert wire.sent[-1].headers["Authorization"] == "Bearer t-2"


def test_a_refused_token_is_refreshed_once(make_gov, wire, query, live):
    """Then it is an error of our keys."""
    gov = make_gov(**LGSP)
    wire.say(TOKEN, (401, b""), {**TOKEN, "access_token": "t-2"}, live)
    assert gov.residents.verify(query)
    assert wire.labels.count("token") == 2
    wire.say((401, b""), {**TOKEN, "access_token": "t-3"}, (401, b""))
    with pytest.raises(AuthenticationFailed):
        gov.residents.verify(query)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((401, b""), AuthenticationFailed),
        ((400, b'{"error":"invalid_client"}'), AuthenticationFailed),
        ((404, b""), UnexpectedReply),
        ({}, UnexpectedReply),
        ({"access_token": ""}, UnexpectedReply),
        ({"access_token": "a\r\nX: y"}, UnexpectedReply),
        ({"access_token": 5}, UnexpectedReply),
    ],
)
def test_no_token_is_a_typed_error_and_nothing_is_asked(make_gov, wire, query, answer, kind):
    """A token that could break a header is none."""
    wire.say(answer)
    with pytest.raises(kind):
        make_gov(**LGSP).residents.look_up(query)
    assert wire.labels == ["token"]


def test_lgspaccesstoken_goes_with_token_and_call(make_gov, wire, query, live):
    """Five keys in order, base64; no Basic when the token is asked for."""
    wire.say(TOKEN, live)
    make_gov(**KEYS).residents.look_up(query)
    value = wire.sent[0].headers["lgspaccesstoken"]
    assert json.loads(base64.b64decode(value)) == {
        "AccessKey": "ak",
        "SecretKey": "sk",
        "AppName": "motcua",
        "PartnerCode": "p",
        "PartnerCodeCus": "",
    }
    assert list(json.loads(base64.b64decode(value))) == [
        "AccessKey",
        "SecretKey",
        "AppName",
        "PartnerCode",
        "PartnerCodeCus",
    ]
    assert "Authorization" not in wire.sent[0].headers
    assert (wire.sent[1].headers["lgspaccesstoken"], wire.sent[1].headers["Authorization"]) == (value, "Bearer t-1")


def test_the_wrapping_of_one_province_carries_soap_as_text(make_gov, wire, query, live):
    """JSON outside, the very same SOAP inside; the reply is plain SOAP."""
    wire.say(TOKEN, live)
    gov = make_gov(
        **KEYS,
        RESIDENTS__GATEWAY__WRAP="true",
        RESIDENTS__GATEWAY__KEY_NAME="cb",
        RESIDENTS__GATEWAY__KEY_PASS="mk",
    )
    assert gov.residents.look_up(query) is not None
    sent = wire.message()
    assert list(sent) == ["accessToken", "lgspAccessToken", "AuthHash", "data"]
    assert (sent["accessToken"], base64.b64decode(sent["AuthHash"])) == ("Bearer t-1", b"cb:mk")
    assert sent["data"].startswith("<soapenv:Envelope")


def test_keys_that_travel_in_clear_need_https():
    """The secret key stands in every call."""
    values = {f"GOV_CONNECT_{name}": value for name, value in KEYS.items()}
    values |= {
        "GOV_CONNECT_RESIDENTS__BASE_URL": "https://lgsp.example/037",
        "GOV_CONNECT_RESIDENTS__GATEWAY__TOKEN_URL": "http://lgsp.example/token",
    }
    with pytest.raises(ConfigurationError):
        Settings.from_mapping(values)


def test_the_portal_goes_other_ways_too(make_gov, wire):
    """One family serves both: here the portal behind an X-Road server."""
    gov = make_gov(
        PORTAL__BASE_URL="https://ss.example",
        PORTAL__GATEWAY__KIND="xroad",
        PORTAL__GATEWAY__CLIENT=CLIENT,
        PORTAL__GATEWAY__SERVICE="VN/GOV/000.00.00.G22/vpcpdvcprovider/api",
    )
    wire.say({"error_code": 0, "session": "s"}, {"error_code": 0, "result": []})
    gov.portal.find(DossierCode("H99.12.7-250804-0019"))
    assert [request.url.partition("/api/")[2] for request in wire.sent] == ["mapi/login", "mapi/integration"]
    assert all("X-Road-Client" in request.headers and "dstcode" not in request.headers for request in wire.sent)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_refused_and_not_retried(gov, wire, query, status, shown):
    """Credentials and personal data stay with the configured host."""
    wire.always = Reply(status=status, headers={"location": "https://ngoai.example/?x=BIMAT"})
    with pytest.raises(Redirected) as caught:
        gov.residents.look_up(query)
    assert (len(wire.sent), caught.value.status, caught.value.code) == (1, status, "network.redirected")
    assert "BIMAT" not in shown(caught.value)


def test_a_redirected_write_has_an_unknown_outcome(gov, wire):
    """Some servers redirect after they have acted; the portal is asked again before anything is repeated."""
    wire.always = Reply(status=303)
    with pytest.raises((Redirected, OutcomeUnknown)):
        gov.portal.find(DossierCode("H99.12.7-250804-0019"))


@pytest.mark.parametrize("path", ["@ngoai.example/x", "//ngoai.example/x", "/..//ngoai.example"])
def test_no_path_leads_to_another_host(make_gov, wire, query, live, path):
    """Whatever the settings say, the message stays with the base address."""
    wire.say(live)
    make_gov(RESIDENTS__PATH=path).residents.look_up(query)
    assert wire.sent[0].url.startswith("https://lgsp.example/037/")


def test_a_base_address_with_a_user_name_is_refused():
    """`https://configured@elsewhere` is elsewhere."""
    with pytest.raises(ConfigurationError):
        Settings.from_mapping(
            {
                "GOV_CONNECT_CIVIL_REGISTRY__BASE_URL": "https://lgsp.example@ngoai.example/",
                "GOV_CONNECT_CIVIL_REGISTRY__TOKEN_URL": "https://lgsp.example/token",
                "GOV_CONNECT_CIVIL_REGISTRY__CLIENT_ID": "x",
                "GOV_CONNECT_CIVIL_REGISTRY__CLIENT_SECRET": "x",
            }
        )


def test_an_adapter_cannot_send_elsewhere(make_gov, wire, query, monkeypatch):
    """The guard knows the configured hosts, so a defect of an adapter sends nothing."""
    gov = make_gov()
    monkeypatch.setattr(type(gov.settings.residents.gateway), "address", lambda *_: "https://ngoai.example/037")
    with pytest.raises(ConfigurationError):
        gov.residents.look_up(query)
    assert wire.sent == []


def test_settings_without_credentials_are_refused_unless_a_bus_has_them():
    """The stamp needs all three; over a bus none of them is asked for."""
    bus = {"kind": "lgsp", "token_url": "https://x.example/t", "consumer_key": "k", "consumer_secret": "s"}
    assert ResidentsSettings(base_url="https://x.example", gateway=bus).gateway.takes_authorization
    with pytest.raises(ConfigurationError):
        Settings.from_mapping({"GOV_CONNECT_RESIDENTS__BASE_URL": "https://x.example"})


def test_ways_show_no_secret(make_gov):
    """Neither in their repr nor in that of the settings."""
    for changes in (LGSP, KEYS):
        text = repr(make_gov(**changes).settings)
        assert "bi-mat" not in text
        assert "'sk'" not in text


@pytest.mark.parametrize("changes", [{"RESIDENTS__OFFICER_AS": "account"}, {}])
def test_an_empty_or_long_officer_code_never_leaves(make_gov, wire, query, changes):
    """MaCanBo has 1 to 20 characters."""
    officer = Officer(code="c", account="" if not changes else "a" * 21)
    gov = make_gov(**{"RESIDENTS__OFFICER_AS": "account", **changes}).acting(officer=officer)
    with pytest.raises(InvalidInput):
        gov.residents.look_up(query)
    assert wire.sent == []
