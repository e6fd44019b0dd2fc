"""Look-ups by `lgspaccesstoken` keys against the bus itself, from the token to the person (residents.md §5.5)."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import datetime

import pytest

from gov_connect import CitizenQuery, DossierCode, GovConnect, Officer, ProcedureCode, Purpose, Settings
from gov_connect.client import Parts
from gov_connect.errors import AuthenticationFailed, GovConnectError, OutsideSystemError, Overloaded, UnexpectedReply
from gov_connect.mocks import Fault
from gov_connect.mocks._person import population
from gov_connect.mocks.core import MockReply, json_reply, text_reply
from gov_connect.mocks.gateways import lgsp
from gov_connect.mocks.systems import SYSTEMS, environment, in_process
from gov_connect.model import VIETNAM
from gov_connect.offline import ask_mock
from gov_connect.runtime import ManualClock, RandomIds
from gov_connect.transport import InProcessCarrier

PERSON = next(person for person in population(0) if person.number and not person.year_only)
QUERY = CitizenQuery(citizen_id=PERSON.number, name=PERSON.name, born=f"{PERSON.birth:%Y-%m-%d}")
CODE = DossierCode("H99.201-261120-0001")
BUS = "https://bus.invalid"
KEYS = {
    "KIND": "lgspaccesstoken",
    "TOKEN_URL": BUS + lgsp.TOKEN_PATH,
    "APP_NAME": lgsp.APP_NAME,
    "ACCESS_KEY": lgsp.ACCESS_KEY,
    "SECRET_KEY": lgsp.SECRET_KEY,
}


@pytest.fixture
def clock():
    """Stands still until it is moved; the bus and its client have the same one."""
    return ManualClock(datetime(2026, 11, 20, 8, tzinfo=VIETNAM))


@pytest.fixture
def systems(clock):
    """The bus, and what is behind it."""
    return in_process(now=clock.now)


@pytest.fixture
def sent():
    """Every request that reached the bus, and what it answered."""
    return []


@pytest.fixture
def bus(systems, clock, sent):
    """Make a client that goes through the bus by its keys."""

    def handle(request):
        reply = ask_mock(systems["lgsp"], request) if request.url.startswith(BUS) else None
        sent.append((request, reply))
        return reply

    def make(agency="H99.201", **changes):
        values = environment(dict.fromkeys(SYSTEMS, "https://elsewhere.invalid"))
        paths = {"RESIDENTS": lgsp.RESIDENTS_PATH, "PORTAL": lgsp.PORTAL_PATH}
        for system, path in paths.items():
            values[f"GOV_CONNECT_{system}__BASE_URL"] = BUS + path
            values |= {f"GOV_CONNECT_{system}__GATEWAY__{name}": value for name, value in KEYS.items()}
        values |= {f"GOV_CONNECT_{name}": value for name, value in changes.items()}
        values |= {"GOV_CONNECT_DATABASE_URL": "sqlite:///:memory:", "GOV_CONNECT_RESIDENTS__FIRST_WAIT": "0"}
        parts = Parts(
            settings=Settings.from_mapping(values), clock=clock, ids=RandomIds(), carrier=InProcessCarrier(handle)
        )
        return GovConnect(parts=parts).acting(
            agency=agency,
            officer=Officer(code="cb-01"),
            purpose=Purpose(procedure=ProcedureCode("1.001193"), dossier=CODE),
        )

    return make


def tokens(systems):
    """How many tokens were given, or refused."""
    return systems["lgsp"].state()["calls"].get("token", 0)


@pytest.mark.parametrize("wrap", ["false", "true"])
def test_a_person_and_a_dossier_are_looked_up_by_the_keys(bus, systems, sent, wrap):
    """One token for each system, the keys on every call, never a Basic; wrapped in JSON where a province wants it."""
    gov = bus(RESIDENTS__GATEWAY__WRAP=wrap)
    for _ in range(3):
        assert gov.residents.look_up(QUERY).name.reveal() == PERSON.name
    assert gov.residents.verify(QUERY)
    assert gov.portal.find(CODE) is False
    assert tokens(systems) == 2
    assert all("lgspaccesstoken" in request.headers for request, _ in sent)
    given = [request.headers.get("Authorization", "") for request, _ in sent]
    assert {value.partition(" ")[0] for value in given} == {"", "Bearer"}
    bodies = [request.body for request, _ in sent if request.url.endswith(lgsp.RESIDENTS_PATH)]
    assert all(body.startswith(b"{") == (wrap == "true") for body in bodies)


def test_a_token_that_ran_out_between_two_calls_is_renewed(bus, systems):
    """Forgotten by the bus: refused once, asked for once more, and the person comes."""
    gov = bus()
    assert gov.residents.look_up(QUERY) is not None
    systems["lgsp"].expire_tokens()
    assert gov.residents.look_up(QUERY) is not None
    assert tokens(systems) == 2


def test_a_token_is_renewed_before_its_hour_is_over(bus, systems, clock, sent):
    """By the life that the bus told, with a margin: no call is refused for it."""
    gov = bus()
    for _ in range(3):
        assert gov.residents.look_up(QUERY) is not None
        clock.advance(1799)
    assert tokens(systems) == 2
    assert all(reply.status == 200 for _, reply in sent)


def test_a_token_that_runs_out_under_way_is_renewed_once_and_no_more(bus, systems):
    """Lost between token and call: once is mended; a bus that refuses every token is told as such, not asked on."""
    gov, mock = bus(), systems["lgsp"]
    mock.faults.script("residents", [Fault.SESSION_LOST])
    assert gov.residents.look_up(QUERY) is not None
    assert tokens(systems) == 2
    mock.faults.script("residents", [Fault.SESSION_LOST] * 9)
    with pytest.raises(AuthenticationFailed) as caught:
        gov.residents.look_up(QUERY)
    assert caught.value.status == 401
    assert tokens(systems) == 3  # the one that was kept, and one more


@pytest.mark.parametrize(
    "wrong",
    [{"APP_NAME": "phan-mem-khac"}, {"SECRET_KEY": "sai"}, {"ACCESS_KEY": "sai"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_keys_of_another_tenant_get_no_token(bus, systems, sent, wrong):
    """The bus knows neither name nor keys: told as such, and no person is asked for."""
    gov = bus(**{f"RESIDENTS__GATEWAY__{name}": value for name, value in wrong.items()})
    with pytest.raises(AuthenticationFailed):
        gov.residents.look_up(QUERY)
    assert {request.label for request, _ in sent} == {"token"}
    assert systems["residents"].state()["calls"] == {}


def test_the_token_of_one_tenant_does_not_serve_another(bus, systems, sent):
    """The bus ties a token to the keys it was given for: a stolen one is refused, and replaced by one's own."""
    first, second = bus(), bus()
    assert first.residents.look_up(QUERY) is not None
    stolen = sent[-1][0]
    other = replace(stolen, headers={**stolen.headers, "lgspaccesstoken": "e30="})
    assert ask_mock(systems["lgsp"], other).status == 401
    assert second.residents.look_up(QUERY) is not None
    assert tokens(systems) == 2


def test_each_agency_of_a_process_has_its_own_token(bus, systems):
    """Tokens are kept by agency and system: one agency's keys never carry another's call."""
    values = {
        "H99.202": {
            "residents": {
                "base_url": BUS + lgsp.RESIDENTS_PATH,
                "endpoint": "/csdldc/tracuu037",
                "username": "don_vi_khac",
                "secret": "bi-mat-khac",
                "gateway": {name.lower(): value for name, value in (KEYS | {"SECRET_KEY": "sai"}).items()},
            }
        }
    }
    gov = bus(AGENCIES=json.dumps(values))
    assert gov.residents.look_up(QUERY) is not None
    with pytest.raises(AuthenticationFailed):
        gov.acting(agency="H99.202").residents.look_up(QUERY)
    assert gov.residents.look_up(QUERY) is not None
    assert tokens(systems) == 2


@pytest.mark.parametrize(
    "fault", [Fault.ERROR_BEFORE, Fault.HTTP_500, Fault.GATEWAY_502_AFTER, Fault.TIMEOUT_AFTER, Fault.LOST]
)
def test_a_look_up_survives_a_bad_moment_of_the_bus(bus, systems, fault):
    """It is a read: sent again, under another id of its own, with the token that there is."""
    systems["lgsp"].faults.script("residents", [fault])
    assert bus().residents.look_up(QUERY) is not None
    assert tokens(systems) == 1


def test_maintenance_of_the_bus_is_told_with_its_time(bus, systems):
    """Nobody waits two minutes in a call: the desk is told when to come again."""
    systems["lgsp"].faults.script("residents", [Fault.MAINTENANCE])
    with pytest.raises(Overloaded) as caught:
        bus().residents.look_up(QUERY)
    assert caught.value.retry_after == 120


@pytest.mark.parametrize("fault", [Fault.MALFORMED, Fault.EMPTY_OBJECT])
def test_what_the_bus_spoils_is_no_person_and_no_stranger(bus, systems, fault):
    """An answer that cannot be read is an error: never "nobody", which would be believed."""
    systems["lgsp"].faults.script("residents", [fault] * 9)
    with pytest.raises(OutsideSystemError):
        bus().residents.look_up(QUERY)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (json_reply({"error": "invalid_client"}, status=401), AuthenticationFailed),
        (json_reply({"error": "unsupported_grant_type"}, status=400), AuthenticationFailed),
        (text_reply("Forbidden", status=403), AuthenticationFailed),
        (json_reply({}), UnexpectedReply),
        (json_reply({"access_token": ""}), UnexpectedReply),
        (json_reply({"access_token": 7}), UnexpectedReply),
        (json_reply({"access_token": "hai dong\r\nX: y"}), UnexpectedReply),
        (text_reply("<html>Bảo trì</html>", status=200), UnexpectedReply),
        (MockReply(status=200), UnexpectedReply),
    ],
)
def test_a_token_server_that_gives_none_ends_the_look_up(bus, systems, sent, answer, kind):
    """Told as wrong keys or as an answer that cannot be read; the keys go nowhere else."""
    mock = systems["lgsp"]
    usual = mock.handle
    mock.handle = lambda request: answer if request.path == lgsp.TOKEN_PATH else usual(request)
    with pytest.raises(kind):
        bus().residents.look_up(QUERY)
    assert {request.label for request, _ in sent} == {"token"}


@pytest.mark.parametrize(("status", "code"), [(403, 900908), (404, 404), (429, 900802), (500, 101503)])
def test_what_the_bus_itself_refuses_is_an_error(bus, systems, status, code):
    """Not subscribed, no such path, over the quota, nobody behind: the bus's own JSON is no answer of the database."""
    mock = systems["lgsp"]
    usual = mock.handle
    fault = json_reply({"fault": {"code": code, "message": "m", "description": "d"}}, status=status)
    mock.handle = lambda request: usual(request) if request.path == lgsp.TOKEN_PATH else fault
    with pytest.raises(OutsideSystemError) as caught:
        bus(RESIDENTS__ATTEMPTS="1").residents.look_up(QUERY)
    assert caught.value.status == status


def test_the_keys_are_shown_nowhere(bus, systems, caplog, shown):
    """Neither errors nor logs nor the settings say them, though they travel in every call."""
    gov = bus()
    secrets = [lgsp.SECRET_KEY, gov.settings.residents.gateway.value]
    systems["lgsp"].faults.script("residents", [Fault.SESSION_LOST] * 9)
    with caplog.at_level(logging.DEBUG), pytest.raises(GovConnectError) as caught:
        gov.residents.look_up(QUERY)
    everything = shown(caught.value) + caplog.text + repr(gov.settings) + str(gov.settings.residents)
    assert [secret for secret in secrets if secret in everything] == []
