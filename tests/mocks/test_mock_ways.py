"""Receipts, the bus, the security server and the newer portal as servers: strict, stateful, reached by settings."""

from __future__ import annotations

import base64
import json
import urllib.request
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import urlencode

import pytest

from gov_connect import CitizenQuery, DossierCode, GovConnect, Officer, ProcedureCode, Purpose, Settings
from gov_connect.adapters.e_receipt import ViettelReceipts, VnptReceipts
from gov_connect.cli import mocks as mocks_cli
from gov_connect.errors import AuthenticationFailed, OutsideSystemError, Refused
from gov_connect.mocks import Fault, FaultPlan, running_mocks
from gov_connect.mocks._person import population
from gov_connect.mocks.core import MockRequest
from gov_connect.mocks.gateways import lgsp, xroad
from gov_connect.mocks.receipts import viettel, vnpt
from gov_connect.mocks.systems import OTHER_WAYS, in_process
from gov_connect.model import VIETNAM, AgencyCode, FeeKind, FeeLine, Money, Payer, PersonName, ReceiptRequest

PERSON = next(person for person in population(0) if person.number and not person.year_only)
QUERY = CitizenQuery(citizen_id=PERSON.number, name=PERSON.name, born=date.isoformat(PERSON.birth))
CODE = DossierCode("H99.201-260105-0001")
REQUEST = ReceiptRequest(
    key="phi-gc-0001",
    kind=FeeKind.FEE,
    dossier=CODE,
    lines=(FeeLine(name="Phí <sao & lục>", amount=Money(15_000), kind=FeeKind.FEE),),
    amount=Money(15_000),
    payer=Payer(name=PersonName("MẪU ]]> THỊ & THỬ")),
    paid_at=datetime(2026, 1, 5, 8, tzinfo=VIETNAM),
)


@pytest.fixture(scope="module")
def mocks():
    """Every system, on sockets."""
    with running_mocks() as running:
        yield running


@pytest.fixture
def client(mocks):
    """Make a client of these servers, by a way."""
    mocks.reset()
    made = []

    def make(way="", **changes):
        values = {**(mocks.environment_through(way) if way else mocks.environment), **changes}
        values["GOV_CONNECT_DATABASE_URL"] = "sqlite:///:memory:"
        gov = GovConnect(Settings.from_mapping(values))
        made.append(gov)
        return gov.acting(
            officer=Officer(code="cb-01"), purpose=Purpose(procedure=ProcedureCode("1.001193"), dossier=CODE)
        )

    yield make
    for gov in made:
        gov.close()


@pytest.mark.parametrize("way", ["lgsp", "xroad"])
def test_a_citizen_and_a_procedure_come_through_a_way(client, mocks, way):
    """Chosen by settings alone; the systems behind answer as they do without it."""
    gov = client(way)
    assert gov.residents.look_up(QUERY).name.reveal() == PERSON.name
    assert str(gov.portal.procedure(ProcedureCode("1.001193")).code) == "1.001193"
    assert gov.portal.find(CODE) is False
    assert sum(mocks.systems[way].state()["calls"].values()) >= 3
    assert mocks.residents.state()["found"] == 1


def test_a_token_that_ran_out_is_renewed_at_the_bus(client, mocks):
    """And a wrong secret is told as such."""
    gov = client("lgsp")
    assert gov.residents.look_up(QUERY) is not None
    mocks.lgsp.expire_tokens()
    assert gov.residents.look_up(QUERY) is not None
    wrong = client("lgsp", GOV_CONNECT_RESIDENTS__GATEWAY__CONSUMER_SECRET="sai")
    with pytest.raises(AuthenticationFailed):
        wrong.residents.look_up(QUERY)


def test_the_security_server_s_own_errors_are_told_apart(client, mocks):
    """An unknown member is not the database's refusal; rights can be taken away and given back."""
    stranger = client("xroad", GOV_CONNECT_RESIDENTS__GATEWAY__CLIENT="VN/GOV/H98.1/motcua")
    with pytest.raises(OutsideSystemError) as caught:
        stranger.residents.look_up(QUERY)
    assert caught.value.raw_code == "Server.ClientProxy.UnknownMember"
    mocks.xroad.forbid(xroad.CLIENT, xroad.RESIDENTS_SERVICE)
    with pytest.raises(OutsideSystemError) as caught:
        client("xroad").residents.look_up(QUERY)
    assert caught.value.raw_code == "Server.ServerProxy.AccessDenied"
    mocks.xroad.allow(xroad.CLIENT, xroad.RESIDENTS_SERVICE)
    assert client("xroad").residents.look_up(QUERY) is not None


@pytest.mark.parametrize("issuer", [VnptReceipts, ViettelReceipts])
def test_a_receipt_lives_at_either_service(client, mocks, issuer):
    """Issued once per key, fetched, cancelled, cancelled again."""
    receipts = client().system(issuer)
    mock = mocks.systems[issuer.system]
    issued = receipts.publish(REQUEST)
    again = receipts.publish(REQUEST)
    assert again.number in {issued.number, ""}
    assert len(mock.state()["receipts"]) == 1
    assert receipts.document(issued).pdf.startswith(b"%PDF-1.4")
    receipts.cancel(issued, reason="Hoàn phí")
    (kept,) = mock.state()["receipts"].values()
    assert (kept["cancelled"], kept["amount"]) == (True, 15_000)
    if issuer is VnptReceipts:
        receipts.cancel(issued, reason="Hoàn phí")


def test_a_receipt_survives_an_answer_that_got_lost(client, mocks):
    """Acted, then silence behind a gateway: the key makes it happen once."""
    mocks.vnpt_receipt.faults.script("ImportAndPublishInv", [Fault.GATEWAY_502_AFTER])
    assert client().system(VnptReceipts).publish(REQUEST).key == "phi-gc-0001"
    assert len(mocks.vnpt_receipt.state()["receipts"]) == 1


def test_the_newer_portal_is_reached_by_its_settings(client):
    """Numbers come from it."""
    number = client("portal_2026").portal.next_number(AgencyCode("H99.201"))
    assert str(number).startswith("H99.201-")


def test_every_way_is_a_server_with_faults_by_all_three_means(mocks):
    """Python, the control API, and the command line by the same names."""
    for name in (*OTHER_WAYS, "vnpt_receipt", "viettel_receipt"):
        system = mocks.systems[name]
        assert (system.name, getattr(mocks, name)) == (name, system)
        profile = json.dumps({"profile": "storm"}).encode()
        asked = urllib.request.Request(mocks.base_urls[name] + "/_mock/profile", data=profile, method="POST")
        with urllib.request.urlopen(asked) as reply:
            assert reply.status == 200
        assert system.faults.profile == "storm"
        system.faults.change("calm")
        assert mocks_cli._profiles(f"{name}=rough")[name] == "rough"


# -- strictness


@pytest.fixture
def systems():
    return in_process(now=lambda: datetime(2026, 1, 5, 8, tzinfo=VIETNAM))


def ask(system, path, body=b"", method="POST", **headers):
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return system.handle(MockRequest(method=method, path=path, headers=sent, body=body))


BASIC = "Basic " + base64.b64encode(f"{lgsp.CONSUMER_KEY}:{lgsp.CONSUMER_SECRET}".encode()).decode()
GRANT = urlencode({"grant_type": "client_credentials"}).encode()
FORM = "application/x-www-form-urlencoded"
KEYS = {
    "AccessKey": lgsp.ACCESS_KEY,
    "SecretKey": lgsp.SECRET_KEY,
    "AppName": lgsp.APP_NAME,
    "PartnerCode": "",
    "PartnerCodeCus": "",
}


def keys(members):
    return base64.b64encode(json.dumps(members).encode()).decode()


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (GRANT, {"authorization": BASIC, "content_type": FORM}, 200),
        (GRANT, {"lgspaccesstoken": keys(KEYS), "content_type": FORM}, 200),
        (GRANT, {"lgspaccesstoken": keys(dict(reversed(KEYS.items()))), "content_type": FORM}, 401),
        (GRANT, {"lgspaccesstoken": keys(KEYS), "authorization": BASIC, "content_type": FORM}, 401),
        (GRANT, {"authorization": "Basic !", "content_type": FORM}, 401),
        (GRANT, {"content_type": FORM}, 401),
        (b"grant_type=password", {"authorization": BASIC, "content_type": FORM}, 400),
        (GRANT, {"authorization": BASIC, "content_type": "application/json"}, 400),
    ],
)
def test_the_bus_gives_tokens_only_for_what_it_knows(systems, body, headers, status):
    """By client credentials or by keys in their order, never by both (residents.md §5.4, §5.5)."""
    assert ask(systems["lgsp"], lgsp.TOKEN_PATH, body, **headers).status == status


def test_the_bus_lets_nobody_pass_without_its_token(systems):
    """WSO2's own faults; a token belongs to the keys it was given for."""
    bus = systems["lgsp"]
    token = json.loads(ask(bus, lgsp.TOKEN_PATH, GRANT, authorization=BASIC, content_type=FORM).body)["access_token"]
    bearer = f"Bearer {token}"
    assert ask(bus, "/nowhere", authorization=bearer).status == 404
    assert ask(bus, lgsp.RESIDENTS_PATH, method="GET", authorization=bearer).status == 405
    assert json.loads(ask(bus, lgsp.RESIDENTS_PATH).body)["fault"]["code"] == 900902
    assert json.loads(ask(bus, lgsp.RESIDENTS_PATH, authorization="Bearer x").body)["fault"]["code"] == 900901
    assert ask(bus, lgsp.RESIDENTS_PATH, authorization=bearer, lgspaccesstoken=keys(KEYS)).status == 401
    assert ask(bus, lgsp.RESIDENTS_PATH, b"<x/>", authorization=bearer, content_type="text/xml").status in {200, 500}


SERVICE = f"/r1/{xroad.RESIDENTS_SERVICE}"


@pytest.mark.parametrize(
    ("path", "headers", "status", "kind"),
    [
        ("/r1/VN/GOV/x", {}, 400, "Client.InvalidRequest"),
        (SERVICE, {}, 400, "Client.MissingHeader"),
        (SERVICE, {"x_road_client": "VN/GOV/H99.201"}, 400, "Client.InvalidClientIdentifier"),
        (SERVICE, {"x_road_client": xroad.CLIENT, "x_road_id": "7"}, 400, "Client.InvalidRequest"),
        (SERVICE, {"x_road_client": xroad.CLIENT, "x_road_request_hash": "x"}, 400, "Client.InvalidRequest"),
        (SERVICE, {"x_road_client": xroad.CLIENT, "x_road_userid": "cb-01"}, 400, "Client.InvalidRequest"),
        (SERVICE, {"x_road_client": "VN/GOV/X/y"}, 500, "Server.ClientProxy.UnknownMember"),
        ("/r1/VN/GOV/a/b/c", {"x_road_client": xroad.CLIENT}, 500, "Server.ServerProxy.UnknownService"),
        ("/XrdAdapter/RestService/forward/x", {}, 500, "Server.ClientProxy.UnknownMember"),
    ],
)
def test_the_security_server_holds_the_protocol(systems, path, headers, status, kind):
    """Its own errors carry the header (residents.md §5.2)."""
    reply = ask(systems["xroad"], path, **headers)
    assert (reply.status, reply.headers["x-road-error"], json.loads(reply.body)["type"]) == (status, kind, kind)


def test_what_passes_the_security_server_is_signed_for(systems):
    """The provider's own refusal comes unchanged, with the headers of the protocol and without that of an error."""
    reply = ask(systems["xroad"], SERVICE, b"<x/>", x_road_client=xroad.CLIENT)
    assert (reply.status, "x-road-error" in reply.headers) == (401, False)
    assert {"x-road-client", "x-road-service", "x-road-id", "x-road-request-id", "x-road-request-hash"} <= set(
        reply.headers
    )
    forwarded = ask(
        systems["xroad"],
        "/VXPAdapter/RestService/forward/mapi/login",
        b"{}",
        dstcode="VN:GOV:000.00.00.G22:vpcpdvcprovider",
        content_type="application/json",
    )
    assert json.loads(forwarded.body)["error_code"] == -1


@pytest.fixture
def published(client, mocks):
    """The request that publishes, as it crossed the wire."""
    seen = []
    mocks.vnpt_receipt.watchers.append(lambda request, _reply: seen.append(request))
    client().system(VnptReceipts).publish(REQUEST)
    mocks.vnpt_receipt.watchers.clear()
    return seen[-1]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", "OK:01BLP0-001;AA-26E-phi-gc-0001_1"),
        ("mat-khau-dich-vu", "sai", "ERR:1"),
        ("mat-khau-can-bo", "sai", "ERR:1"),
        ("<t:serial>AA-26E", "<t:serial>BB-26E", "ERR:20"),
        (
            "&lt;Amount&gt;15000&lt;/Amount&gt;&lt;AmountInWords",
            "&lt;Amount&gt;1&lt;/Amount&gt;&lt;AmountInWords",
            "ERR:3",
        ),
        ("&lt;VATRate&gt;0&lt;/VATRate&gt;", "", "ERR:3"),
        ("&lt;Invoices&gt;", "&lt;Invoices", "ERR:3"),
        ("<t:convert>0", "<t:convert>7", "ERR:3"),
        ("&lt;key&gt;phi-gc-0001", "&lt;key&gt;" + "k" * 101, "ERR:3"),
    ],
)
def test_vnpt_says_what_is_wrong_by_its_own_numbers(published, systems, old, new, said):
    """One wrong thing at a time (payment.md §6.4)."""
    assert old.encode() in published.body
    reply = systems["vnpt_receipt"].handle(replace(published, body=published.body.replace(old.encode(), new.encode())))
    assert said in reply.body.decode()


def test_vnpt_runs_out_of_numbers_and_may_not_publish(published):
    """ERR:6, ERR:5, and faults of SOAP for what is no call."""
    mock = vnpt.VnptReceiptsMock(last_number=0)
    assert b"ERR:6" in mock.handle(published).body
    mock.publishing = False
    assert b"ERR:5" in mock.handle(published).body
    assert mock.handle(replace(published, headers={**published.headers, "soapaction": "x"})).status == 500
    assert mock.handle(replace(published, path=vnpt.PORTAL_PATH)).status == 500
    assert mock.handle(replace(published, headers={"content-type": "application/json"})).status == 415
    assert mock.handle(replace(published, path="/x")).status == 404


def test_vnpt_cancels_only_what_is_marked_unpaid(client, mocks, published):
    """ERR:9 before, ERR:2 for what is not there."""
    assert published.body
    mock = mocks.vnpt_receipt
    assert mock._cancel("phi-gc-0001") == "ERR:9"
    assert (mock._take_back("phi-gc-0001"), mock._cancel("phi-gc-0001"), mock._cancel("phi-gc-0001")) == (
        "OK:",
        "OK:",
        "ERR:8",
    )
    assert (mock._cancel("x"), mock._take_back("x")) == ("ERR:2", "ERR:2")


def test_viettel_refuses_what_does_not_add_up(client, mocks):
    """Sums, symbols, tax code; a key with other content; a token is needed."""
    mock = mocks.viettel_receipt
    receipts = client().system(ViettelReceipts)
    receipts.publish(REQUEST)
    line = FeeLine(name="Phí", amount=Money(20_000), kind=FeeKind.FEE)
    with pytest.raises(Refused) as caught:
        receipts.publish(REQUEST.model_copy(update={"lines": (line,), "amount": Money(20_000)}))
    assert caught.value.raw_code == "TRANSACTION_UUID_EXISTED"
    with pytest.raises(Refused) as caught:
        receipts.publish(REQUEST.model_copy(update={"key": "khac", "lines": (line,)}))
    assert caught.value.raw_code == "BAD_REQUEST_SUMMARIZE_INFO"
    with pytest.raises(Refused):
        client(GOV_CONNECT_VIETTEL_RECEIPT__SERIAL="BB-26E").system(ViettelReceipts).publish(REQUEST)
    with pytest.raises(OutsideSystemError):
        client(GOV_CONNECT_VIETTEL_RECEIPT__PASSWORD="sai").system(ViettelReceipts).publish(REQUEST)
    assert ask(mock, viettel.CANCEL_PATH, content_type=FORM).status == 401
    assert ask(mock, viettel.CANCEL_PATH, content_type="application/json").status == 415
    assert ask(mock, "/x").status == 404


def test_a_storm_of_faults_never_doubles_a_receipt(client, mocks):
    """Whatever the answers were, each key was issued once at most."""
    mocks.vnpt_receipt.faults = FaultPlan("storm", 3)
    receipts = client(GOV_CONNECT_VNPT_RECEIPT__READ_TIMEOUT="0.3", GOV_CONNECT_VNPT_RECEIPT__FIRST_WAIT="0").system(
        VnptReceipts
    )
    done = 0
    for number in range(12):
        try:
            receipts.publish(REQUEST.model_copy(update={"key": f"phi-{number}"}))
        except OutsideSystemError:
            continue
        done += 1
    mocks.vnpt_receipt.faults = FaultPlan()
    kept = mocks.vnpt_receipt.state()["receipts"]
    assert done <= len(kept) <= 12
    assert sorted(one["number"] for one in kept.values()) == list(range(1, len(kept) + 1))
