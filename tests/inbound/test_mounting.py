"""One line mounts everything; without a gate it mounts nowhere but offline. Refused pushes can be replayed."""

from __future__ import annotations

import asyncio
import io
import json

import pytest

from gov_connect import GovConnect, Settings
from gov_connect.errors import ConfigurationError
from gov_connect.inbound import Addresses, ClientCertificate, Host, SharedHeader
from gov_connect.mocks.systems import SYSTEMS, environment
from gov_connect.model import ProcedureCode

PUSH = "/XrdAdapter/RestService/forward/addtthcKhuyenMai"
SECRET = SharedHeader("X-Gateway-Key", "bi-mat-cua-cong-0001")


def by_asgi(app, body, *, peer="127.0.0.1", headers=()):
    """Post by ASGI; gives status and body."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": body}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": PUSH, "client": (peer, 1), "headers": list(headers)}
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], sent[1]["body"]


def by_wsgi(app, body, *, peer="127.0.0.1"):
    """The same by WSGI."""
    status = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": PUSH,
        "REMOTE_ADDR": peer,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    (answer,) = app(environ, lambda line, _headers: status.append(int(line[:3])))
    return status[0], answer


def test_one_line_mounts_everything(agency, push, sample):
    """Offline this machine may call, and nobody else."""
    told = []
    host = Host(on_dossier=told.append)
    status, body = by_asgi(agency.gov.asgi(host), push())
    assert (status, json.loads(body)) == (200, sample("s10_reply1.json"))
    status, body = by_wsgi(agency.gov.wsgi(host), push())
    assert (status, json.loads(body)) == (200, sample("s10_reply2.json"))
    assert by_asgi(agency.gov.asgi(host), push(), peer="10.0.0.1")[0] == 403
    assert by_wsgi(agency.gov.wsgi(host), push(), peer="10.0.0.1")[0] == 403
    assert len(told) == 1


@pytest.mark.parametrize("gate", [None, Addresses(["10.0.0.0/8"]), Addresses(["127.0.0.1"])])
@pytest.mark.parametrize("world", ["test", "production"])
def test_nothing_is_mounted_without_a_real_gate(gate, world):
    """An address list behind no declared proxy is none."""
    systems = dict.fromkeys(SYSTEMS, "https://a.example")
    variables = {**environment(systems), "GOV_CONNECT_ENVIRONMENT": world}
    variables["GOV_CONNECT_DATABASE_URL"] = "sqlite:///:memory:"
    with GovConnect(Settings.from_mapping(variables)) as gov:
        for mount in (gov.asgi, gov.wsgi):
            with pytest.raises(ConfigurationError):
                mount(Host(on_dossier=print), gate=gate)
            for real in (SECRET, ClientCertificate({"CN=cong"}), Addresses(["10.0.0.0/8"], proxies=["10.9.0.1"])):
                assert mount(Host(on_dossier=print), gate=real)


def test_the_gate_that_is_given_counts(agency, push):
    """A gate of the host's own replaces that of this machine, offline as well."""
    app = agency.gov.asgi(Host(on_dossier=print), gate=SECRET)
    assert by_asgi(app, push())[0] == 403
    assert by_asgi(app, push(), peer="10.0.0.1", headers=[(b"x-gateway-key", b"bi-mat-cua-cong-0001")])[0] == 200


def test_a_refused_push_is_kept_once_and_taken_when_it_is_mended(agency, push):
    """The portal sends it again and again; the replay takes it, and then it is no longer kept."""
    gov, told, known = agency.gov, [], set()
    host = Host(on_dossier=told.append, knows=known.__contains__)
    handler, records = gov.inbound(host), gov.inbound_records
    for body in (push(), push(), push(MaSoThue=""), b"{"):
        gov.run(handler.handle(PUSH, body))
    gov.run(handler.handle("/search/call", b"{}"))
    assert [raw.reason for raw in records.raw()] == ["mapping", "input.invalid", "input.invalid", "input.invalid"]
    assert [done.taken for done in gov.run(gov.replay(host))] == [False, False, False]
    known.add(ProcedureCode("2.000033"))
    assert [done.taken for done in gov.run(gov.replay(host))] == [True, False, False]
    assert (len(told), len(records.raw())) == (1, 3)
    for raw in records.raw():
        records.drop_raw(raw.id)
    assert records.raw() == []


def test_another_agency_cannot_drop_what_is_kept(agency, push):
    """Records are the agency's own."""
    gov = agency.gov
    gov.run(gov.inbound(Host(on_dossier=print)).handle(PUSH, push(MaSoThue="")))
    (raw,) = gov.inbound_records.raw()
    gov.acting(agency="H99.202").inbound_records.drop_raw(raw.id)
    assert len(gov.inbound_records.raw()) == 1
