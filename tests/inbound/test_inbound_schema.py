"""The look-ups that an agency answers: its mounted handler and their OpenAPI document say the same."""

from __future__ import annotations

import asyncio
import json

import jsonschema_rs
import pytest
from hypothesis import given, settings, strategies

from gov_connect import GovConnect, schemas
from gov_connect.contract_tests import samples
from gov_connect.inbound import Host
from gov_connect.model import DossierStatus
from gov_connect.runtime import SystemClock

DOCUMENT = json.loads(schemas.read("openapi/agency_look_ups.json"))
CODE = "H99.201-261120-0001"
PLACES = {"/search/call": "masohoso", "/dptracuuthanhtoanhs": "MaHoSo"}


def ask(app, path, body=b"", method="POST"):
    """Status, content type and body of an answer."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": body}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "client": ("127.0.0.1", 1), "headers": []}
    asyncio.run(app(scope, receive, send))
    kind = dict(sent[0]["headers"])[b"content-type"].decode().partition(";")[0]
    return sent[0]["status"], kind, sent[1]["body"]


def is_described(place, method, status, kind, body):
    """Whether an answer is one of those that the document describes there."""
    answers = DOCUMENT["paths"][place][method]["responses"]
    content = (answers.get(str(status)) or answers[f"{status // 100}XX"])["content"]
    if kind != "application/json":
        return kind in content
    schema = {**content[kind]["schema"], "components": DOCUMENT["components"]}
    return jsonschema_rs.Draft202012Validator(schema).is_valid(json.loads(body))


@pytest.fixture(scope="module", params=[False, True], ids=["result", "flat"])
def app(request, payable):
    """An agency that has one dossier, owed for, mounted as a host does; in both envelopes."""
    with GovConnect.offline() as gov:
        dossier = samples.dossier_of(None, SystemClock(), CODE, DossierStatus.ACCEPTED)
        host = Host(
            find_dossier={CODE: dossier}.get,
            find_payable={CODE: payable(CODE)}.get,
            look_ups_per_minute=10_000,
            flat=request.param,
        )
        yield gov.asgi(host)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("code", [CODE, "H99.201-261120-9999"])
def test_what_the_agency_answers_is_described(app, place, code):
    """Found and not found; the question is of the document too."""
    question = {PLACES[place]: code}
    name = DOCUMENT["paths"][place]["post"]["requestBody"]["content"]["application/json"]["schema"]
    schema = {**name, "components": DOCUMENT["components"]}
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(question)
    status, kind, body = ask(app, place, json.dumps(question).encode())
    assert is_described(place, "post", status, kind, body)
    assert (json.loads(body)["error_code"] >= 0) is (code == CODE)


def test_what_the_payment_platform_is_told_is_described():
    """From the order book, where no host tells what is owed: owed, and not known."""
    with GovConnect.offline() as gov:
        app = gov.asgi(Host(on_payment=lambda _: None))
        gov.payments.create(samples.order_of(SystemClock(), "kit1", CODE, 25_000))
        for code, told in ((CODE, 1), ("H99.201-261120-9999", -1)):
            status, kind, body = ask(app, "/dptracuuthanhtoanhs", json.dumps({"MaHoSo": code}).encode())
            assert json.loads(body)["error_code"] == told
            assert is_described("/dptracuuthanhtoanhs", "post", status, kind, body)


@pytest.mark.parametrize("method", ["get", "post"])
def test_files_are_described(app, method):
    """Nothing is released under this id."""
    status, kind, body = ask(app, "/downloadfile/" + "0" * 36, method=method.upper())
    assert status == 404
    assert is_described("/downloadfile/{fileId}", method, status, kind, body)


@settings(max_examples=60)
@given(
    place=strategies.sampled_from(sorted(PLACES)),
    body=strategies.one_of(
        strategies.binary(max_size=60),
        strategies.dictionaries(
            strategies.sampled_from(["masohoso", "MaHoSo", "la"]),
            strategies.one_of(
                strategies.none(), strategies.integers(), strategies.text(max_size=30), strategies.just([])
            ),
        ).map(lambda message: json.dumps(message).encode()),
    ),
)
def test_whatever_is_asked_the_answer_is_described(app, place, body):
    """Broken questions too; none of them is answered outside the document."""
    assert is_described(place, "post", *ask(app, place, body))


def test_the_document_itself_is_sound():
    """Each component is a JSON Schema, and none refuses what is found by taking everything."""
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema)
    for wrong in ({"error_code": 1}, {"error_code": 0, "message": "", "result": [{}]}, {"message": ""}, []):
        for place in PLACES:
            assert not is_described(place, "post", 200, "application/json", json.dumps(wrong))
