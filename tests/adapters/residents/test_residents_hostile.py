"""Bad replies of the residents database: refused or read within bounds, by a typed error, nothing shown."""

from __future__ import annotations

import logging
import time

import httpx
import pytest

from gov_connect import GovConnect, Officer, Purpose
from gov_connect.client import Parts
from gov_connect.errors import UnexpectedReply
from gov_connect.transport import HttpCarrier

BLANKS = b" \n\t " * (50 * 1024 * 1024 // 4)
NAME = "LÊ THỊ HƯ CẤU"
CITIZEN = (
    "<CongDan><SoDinhDanh>000000000012</SoDinhDanh>"
    "<HoVaTen><Ten>LÊ THỊ HƯ CẤU</Ten></HoVaTen></CongDan>"
)  # fmt: skip
SECRETS = ("000000000012", "HƯ CẤU", "LETHIHUCAU", "bi-mat-vi-du")


def many(body: bytes) -> bytes:
    citizen = CITIZEN.encode()
    return body.replace(citizen, citizen * 10_000)


def doctype(text: str) -> object:
    return lambda body: text.encode() + body


def declared(encoding: str, codec: str = "utf-8") -> object:
    return lambda body: f'<?xml version="1.0" encoding="{encoding}"?>{body.decode()}'.encode(codec)


HOSTILE = {
    "a DTD": (doctype("<!DOCTYPE x>"), {"doctype"}),
    "an entity": (doctype('<!DOCTYPE x [<!ENTITY e "y">]>'), {"doctype"}),
    "a thousand million laughs": (
        doctype("<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
            f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(20)
        ) + "]>"),
        {"doctype", "not_xml"},
    ),
    "an outside entity": (doctype('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'), {"doctype"}),
    "an outside subset": (doctype('<!DOCTYPE x SYSTEM "http://ngoai.example/x.dtd">'), {"doctype"}),
    "blanks before": (lambda body: BLANKS + body, {"not_xml"}),
    "blanks after": (lambda body: body + BLANKS, {"not_xml"}),
    "blanks between": (lambda body: body.replace(b"><", b">" + BLANKS + b"<", 1), {"not_xml"}),
    "blanks inside": (lambda body: body.replace(b"000000000012", b"000000000012" + BLANKS, 1), {"not_xml"}),
    "10,000 citizens": (many, {"too_many_citizens"}),
    "a NUL in a name": (lambda body: body.replace("HƯ".encode(), b"H\0", 1), {"not_xml"}),
    "a NUL by number": (lambda body: body.replace("HƯ".encode(), b"H&#0;", 1), {"not_xml"}),
    "a NUL before": (lambda body: b"\0" + body, {"not_xml"}),
    "a one-byte text called UTF-8": (lambda body: body.replace("Ê".encode(), b"\xca"), {"not_xml"}),
    "UTF-7": (declared("UTF-7"), {"not_xml"}),
}  # fmt: skip


@pytest.fixture
def body(enveloped):
    return enveloped(f"<CongdanCollection>{CITIZEN}</CongdanCollection>")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_reply_is_a_typed_error_and_shows_nothing(gov, wire, query, body, shown, caplog, name):
    """Whatever it is; and it takes no time."""
    caplog.set_level(logging.DEBUG)
    spoil, reasons = HOSTILE[name]
    wire.always = spoil(body)
    began = time.monotonic()
    with pytest.raises(UnexpectedReply) as caught:
        gov.residents.look_up(query)
    assert caught.value.reason in reasons
    assert time.monotonic() - began < 10
    assert not [secret for secret in SECRETS if secret in shown(caught.value) + caplog.text]


@pytest.mark.parametrize(
    "spell",
    [
        declared("UTF-8"),
        declared("utf-16", "utf-16"),
        lambda body: body.decode().encode("utf-16"),
        lambda body: b"\xef\xbb\xbf" + declared("UTF-8")(body),
        # Wrong declarations over UTF-8: by them, every name would come out garbled.
        declared("ISO-8859-1"),
        declared("windows-1252"),
        declared("windows-1258"),
        declared("x-la"),
        lambda body: b"\xef\xbb\xbf" + declared("ISO-8859-1")(body),
    ],
)
def test_a_name_is_read_whatever_the_encoding(gov, wire, query, body, spell):
    """Right, or not at all: never garbled."""
    wire.always = spell(body)
    assert gov.residents.look_up(query).name.reveal() == NAME


def test_an_honest_one_byte_encoding_is_read(gov, wire, query, body):
    """A declaration that is true counts."""
    wire.always = b'<?xml version="1.0" encoding="windows-1252"?>' + body.decode().replace(NAME, "LÊ VÍ DÀ").encode(
        "windows-1252"
    )
    assert gov.residents.look_up(query).name.reveal() == "LÊ VÍ DÀ"


@pytest.mark.parametrize("citizens", [10_000, 101])
def test_as_many_citizens_as_json_are_refused_too(gov, wire, query, citizens):
    """The wrappings of gateways have the same bounds."""
    row = {"SoDinhDanh": "000000000012", "HoVaTen": {"Ten": NAME}}
    wire.always = {"Body": {"CongdanCollection": {"CongDan": [row] * citizens}}}
    with pytest.raises(UnexpectedReply, match="too_many_citizens"):
        gov.residents.look_up(query)


def test_50_mb_never_reach_a_reader(make_gov, query):
    """On the way already: the carrier stops at 32 MB, whatever is announced."""
    sent = []

    def stream():
        for _ in range(200):
            sent.append(1)
            yield b" " * (256 * 1024)

    transport = httpx.MockTransport(lambda _request: httpx.Response(200, content=stream()))
    template = make_gov()
    with GovConnect(parts=Parts(settings=template.settings, carrier=HttpCarrier(transport))) as gov:
        acting = gov.acting(
            officer=Officer(code="000000000001"), purpose=Purpose(procedure="1.001193", dossier="H99.12.7-250804-0019")
        )
        with pytest.raises(UnexpectedReply, match="too_large"):
            acting.residents.look_up(query)
    assert len(sent) < 140


def test_a_million_attributes_or_namespaces_are_bounded(gov, wire, query, body):
    """Names without end are no person."""
    flood = " ".join(f'a{n}="x"' for n in range(100_000)).encode()
    wire.always = body.replace(b"<CongDan>", b"<CongDan " + flood + b">", 1)
    assert gov.residents.look_up(query).name.reveal() == NAME
    wire.always = body.replace(b"<CongDan>", b"<CongDan>" + b"<x/>" * 100_000, 1)
    found = gov.residents.look_up(query)
    assert found.unread == ("x",)
    wire.always = body.replace(b"<CongDan>", b"<CongDan>" + b"".join(b"<x%d/>" % n for n in range(100_000)), 1)
    assert len(gov.residents.look_up(query).unread) == 200
