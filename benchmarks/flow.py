"""The whole flow (look up, quote, pay, sign, register, sync): ours, a hand-written floor, and the obvious script.

    python benchmarks/flow.py [--smoke]

All three exchange the same messages with a server of recorded answers in a process of its own. The figure is
CPU time of the client a flow; interleaved rounds, medians. `direct` keeps records in memory; `recorded` keeps
them in a file, beside a floor that commits one row a step to such a file.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import json
import logging
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp
import httpx
import signxml
import zeep
import zeep.transports
from canned import key_of
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from gov_connect import AsyncGovConnect, CitizenQuery, GovConnect, Officer, Purpose, Settings
from gov_connect.client import Parts
from gov_connect.fees import FeeItem
from gov_connect.mocks import running_mocks
from gov_connect.mocks.people import population
from gov_connect.model import (
    VIETNAM,
    Applicant,
    BirthRegistration,
    Child,
    Dossier,
    DossierStatus,
    FeeKind,
    FeeLine,
    Money,
    Parent,
    Payer,
    PaymentOrder,
    Procedure,
    Requester,
)
from gov_connect.signing import ActKind, LocalKey, Signing
from gov_connect.transport import HttpCarrier
from signing import load

if TYPE_CHECKING:
    from collections.abc import Generator

    from gov_connect.runtime import Reply, Request, Timeouts

AT = datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM)
DOSSIER = "H99.201-260105-0007"
REFERENCE = "bench-1"
PLACE = "Xã Mẫu, tỉnh Giả Định"
XML = b"<KetQua>" + b'<Dong so="1">noi dung thu</Dong>' * 110 + b"</KetQua>"
KNOWN = next(person for person in population(0) if person.number and not person.year_only)
QUERY = CitizenQuery(citizen_id=KNOWN.number, name=KNOWN.name, born=KNOWN.birth.isoformat())
ASKED = {
    "MaYeuCau": "0" * 32,
    "MaDVC": "1.001193",
    "MaTichHop": "037",
    "MaDonVi": "H99.201",
    "MaCanBo": "cb-01",
    "SoDinhDanh": "000000000012",
    "HoVaTen": "NGUYENTHIMAU",
    "NgayThangNamSinh": {"NgayThangNam": "19900520"},
}
MEMORY = "sqlite:///:memory:"
ONCE = frozenset({"login", "token", "INIT"})
DIGEST = (
    '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:CanonicalizationMethod '
    'Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod><ds:SignatureMethod '
    'Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod><ds:Reference URI="">'
    '<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature">'
    '</ds:Transform><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform>'
    '</ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>'
    "<ds:DigestValue>%s</ds:DigestValue></ds:Reference></ds:SignedInfo>"
)


def birth() -> BirthRegistration:
    """What is registered."""
    return BirthRegistration(
        dossier=DOSSIER,
        unit="99001",
        received_at=AT,
        child=Child(
            name="PHẠM THỬ NGHIỆM AN",
            sex="female",
            born="2026-01-03",
            birth_place=PLACE,
            birth_province="99",
            native_place=PLACE,
        ),
        mother=Parent(name="LÊ THỊ HƯ CẤU", born="1999", residence=PLACE, citizen_id="000000000012"),
        father=Parent(name="PHẠM VĂN GIẢ ĐỊNH", born="1997-05-20", residence=PLACE, citizen_id="000000000011"),
        requester=Requester(
            name="PHẠM VĂN GIẢ ĐỊNH",
            relation="Cha",
            citizen_id="000000000011",
            id_issued_on="2022-02-01",
            id_issued_by="Cục Cảnh sát",
        ),
        copies=3,
    )


def order(reference: str, lines: tuple[FeeLine, ...]) -> PaymentOrder:
    """What is paid."""
    return PaymentOrder(
        reference=reference,
        dossier=DOSSIER,
        procedure="1.001193",
        procedure_name="Thủ tục đăng ký khai sinh",
        amount=Money.total(line.amount for line in lines),
        lines=lines,
        payer=Payer(name="NGUYỄN THỊ MẪU", citizen_id="000000000012"),
        created_at=AT,
    )


def record(lines: tuple[FeeLine, ...]) -> Dossier:
    """What the portal shows."""
    return Dossier(
        code=DOSSIER,
        procedure=Procedure(
            code="1.001193", name="Thủ tục đăng ký khai sinh", domain_code="G99-TP01", domain_name="Hộ tịch"
        ),
        applicant=Applicant(name="Nguyễn Thị Mẫu", citizen_id="000000000012", phone="0900000001"),
        status=DossierStatus.ACCEPTED,
        summary="Đăng ký khai sinh",
        received_at=AT,
        due_at=datetime(2026, 1, 6, 17, 0, tzinfo=VIETNAM),
        unit_name="UBND xã Mẫu",
        fees=lines,
        databases=("7",),
    )


def quoted(gov: Any) -> tuple[FeeLine, ...]:
    """The fee of three extract copies, by the law packs."""
    items = [FeeItem("ht.birth_on_time", cases=1), FeeItem("ht.extract", copies=3)]
    quote = gov.fees.quote(items, on=AT.date(), area="31:31", channel="counter", facts=())
    return tuple(
        FeeLine(name=line.charge.name, amount=Money(line.net or 0), kind=FeeKind.CHARGE)
        for line in quote.lines
        if line.net
    )


class Recorder:
    """A carrier that keeps what went over it."""

    def __init__(self) -> None:
        self.kept: list[tuple[Request, Reply]] = []
        self._inner = HttpCarrier()

    def send(self, request: Request, timeouts: Timeouts) -> Reply:
        """Exchange and keep."""
        reply = self._inner.send(request, timeouts)
        self.kept.append((request, reply))
        return reply

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


def acting(gov: Any) -> Any:
    """The officer of the flow."""
    return gov.acting(officer=Officer(code="cb-01"), purpose=Purpose(procedure="1.001193", dossier=DOSSIER))


def captured() -> tuple[dict[str, str], list[tuple[Request, Reply]]]:
    """One flow against the mocks: the client's settings and the messages."""
    recorder = Recorder()
    with running_mocks() as mocks:
        settings = Settings.from_mapping({**mocks.environment, "GOV_CONNECT_DATABASE_URL": MEMORY})
        gov = GovConnect(settings, parts=Parts(settings=settings, carrier=recorder))
        one = acting(gov)
        one.residents.look_up(QUERY)
        lines = quoted(one)
        one.payments.create(order(REFERENCE, lines))
        one.payments.status(REFERENCE)
        one.civil_registry.submit(birth())
        one.portal.put(record(lines))
        gov.close()
        return dict(mocks.environment), recorder.kept


@contextmanager
def canned(kept: list[tuple[Request, Reply]]) -> Generator[int, None, None]:
    """The server of the recorded answers; gives its port."""
    answers = {
        key_of(urlsplit(request.url).path.encode(), request.body): [
            reply.status,
            reply.headers.get("content-type", "application/json"),
            reply.body.decode(),
        ]
        for request, reply in kept
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answers.json"
        file.write_text(json.dumps(answers), encoding="utf-8")
        command = [sys.executable, str(Path(__file__).with_name("canned.py")), str(file)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.terminate()
            process.wait(10)


def moved(url: str, port: int) -> str:
    """`url` at the canned server."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"127.0.0.1:{port}").geturl()


class Ours:
    """The library."""

    def __init__(self, environment: dict[str, str], port: int, pki: Any, database: str) -> None:
        values = {
            name: moved(value, port) if value.startswith("http://127.0.0.1") else value
            for name, value in environment.items()
        }
        values["GOV_CONNECT_DATABASE_URL"] = database
        for system in ("PORTAL", "RESIDENTS", "CIVIL_REGISTRY", "NATIONAL_PAYMENT"):
            values[f"GOV_CONNECT_{system}__PER_SECOND"] = "100000"
        if database != MEMORY:
            values["GOV_CONNECT_STORE_KEY"] = base64.b64encode(bytes(range(32))).decode()
        self._gov = AsyncGovConnect(Settings.from_mapping(values))
        self._one = acting(self._gov)
        self._key = LocalKey(pki.officer.key, [pki.officer.certificate])
        moment = load("pki").NOW
        self._signing = Signing(now=lambda: moment)

    async def start(self) -> None:
        """Open the order that each flow asks about; its number is part of the recorded answer."""
        await self._one.payments.create(order(REFERENCE, quoted(self._one)))

    async def flow(self) -> None:
        """All steps of one dossier."""
        one = self._one
        citizen = await one.residents.look_up(QUERY)
        assert citizen is not None
        lines = quoted(one)
        await one.payments.status(REFERENCE)
        signed = self._signing.sign(XML, ActKind.PERSONAL, self._key)
        assert signed.data
        await one.civil_registry.submit(birth())
        await one.portal.put(record(lines))

    async def close(self) -> None:
        """Close the connections."""
        await self._gov.close()


Call = tuple[str, str, dict[str, str], bytes]


def calls_of(kept: list[tuple[Request, Reply]], port: int) -> list[Call]:
    """The messages of one flow as a script holds them: system, address, headers, body; logins left out."""
    return [
        (request.system, moved(request.url, port), dict(request.headers), request.body)
        for request, _ in kept
        if request.label not in ONCE
    ]


def fresh(system: str, body: bytes) -> bytes:
    """The message written anew, with the checksum that its wire wants."""
    if system == "residents":
        hashlib.sha256(b"/037" + str(time.time()).encode() + b"secret").hexdigest()
        return body
    fields = json.loads(body)
    if system == "national_payment":
        joined = "|".join(str(value) for value in fields.values())
        hashlib.sha256(joined.encode()).hexdigest()
    return json.dumps(fields, ensure_ascii=False).encode()


def read(system: str, answer: bytes) -> object:
    """The answer as a script reads it: every leaf of the XML, or the JSON."""
    if system == "residents":
        return {etree.QName(leaf).localname: leaf.text for leaf in etree.fromstring(answer).iter() if not len(leaf)}
    return json.loads(answer)


def signed_by_hand(pki: Any) -> bytes:
    """An enveloped signature, written as text."""
    root = etree.fromstring(XML)
    hashed = hashlib.sha256(etree.tostring(root, method="c14n", exclusive=True)).digest()
    info = DIGEST % base64.b64encode(hashed).decode()
    value = pki.officer.key.sign(info.encode(), padding.PKCS1v15(), hashes.SHA256())
    return etree.tostring(root) + info.encode() + base64.b64encode(value)


class Script:
    """What both scripts share."""

    async def start(self) -> None:
        """Nothing to prepare."""


class ByHand(Script):
    """The floor: aiohttp, lxml and cryptography, the same messages and nothing else."""

    def __init__(self, kept: list[tuple[Request, Reply]], port: int, pki: Any, database: str) -> None:
        self._calls = calls_of(kept, port)
        self._pki = pki
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        self._commits: sqlite3.Connection | None = None
        if database != MEMORY:
            self._commits = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
            self._commits.execute("PRAGMA journal_mode=WAL")
            self._commits.execute("PRAGMA synchronous=FULL")
            self._commits.execute("CREATE TABLE IF NOT EXISTS step (name TEXT, body BLOB)")

    async def flow(self) -> None:
        """All steps of one dossier."""
        for system, url, headers, body in self._calls:
            payload = fresh(system, body)
            if self._commits is not None:
                self._commits.execute("INSERT INTO step VALUES (?, ?)", (system, payload))
            async with self._session.post(url, data=payload, headers=headers) as response:
                answer = await response.read()
            assert response.ok, system
            read(system, answer)
        signed_by_hand(self._pki)

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()


class Obvious(Script):
    """What a team writes first: httpx, zeep and signxml."""

    def __init__(self, kept: list[tuple[Request, Reply]], port: int, pki: Any, _database: str) -> None:
        self._calls = calls_of(kept, port)
        self._pki = pki
        self._session = httpx.AsyncClient()
        wsdl = str(resources.files("gov_connect.schemas") / "residents" / "residents.wsdl")
        self._zeep = zeep.AsyncClient(wsdl, transport=zeep.transports.AsyncTransport(client=httpx.AsyncClient()))

    async def flow(self) -> None:
        """All steps of one dossier."""
        for system, url, headers, body in self._calls:
            if system == "residents":
                await self._look_up(url, headers)
                continue
            response = await self._session.post(url, json=json.loads(fresh(system, body)), headers=headers)
            assert response.is_success
            response.json()
        root = etree.fromstring(XML)
        signer = signxml.XMLSigner(method=signxml.methods.enveloped)
        signed = signer.sign(root, key=self._pki.officer.key, cert=[self._pki.officer.certificate])
        assert etree.tostring(signed)

    async def _look_up(self, url: str, headers: dict[str, str]) -> None:
        message = self._zeep.create_message(self._zeep.service, "TraCuuThongTinCongDan", **ASKED)
        response = await self._session.post(url, content=etree.tostring(message), headers=headers)
        binding = self._zeep.service._binding  # noqa: SLF001 - zeep gives its reader no public name
        operation = binding._operations["TraCuuThongTinCongDan"]  # noqa: SLF001
        assert binding.process_reply(self._zeep, operation, response) is not None

    async def close(self) -> None:
        """Close the connections."""
        await self._session.aclose()


KINDS: dict[str, type[Ours | ByHand | Obvious]] = {"ours": Ours, "by hand": ByHand, "obvious": Obvious}
GOALS = {"by hand": 1.5, "obvious": 0.35}


async def taken(client: Ours | ByHand | Obvious, flows: int, flight: int) -> tuple[float, float]:
    """CPU and wall milliseconds a flow, with `flight` of them at once."""
    left = flows

    async def one() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await client.flow()

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(one() for _ in range(flight)))
    return (time.process_time() - cpu) / flows * 1e3, (time.perf_counter() - began) / flows * 1e3


async def measured(kinds: list[str], prepared: Any, database: str, shape: tuple[int, int, int]) -> dict[str, Any]:
    """Medians of interleaved rounds, and how ours stands to each of the others."""
    environment, kept, port, pki = prepared
    rounds, flows, flight = shape
    clients: dict[str, Any] = {}
    for kind in kinds:
        clients[kind] = (
            Ours(environment, port, pki, database) if kind == "ours" else KINDS[kind](kept, port, pki, database)
        )
    figures: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
    for client in clients.values():
        await client.start()
        await taken(client, flight, flight)
    for _ in range(rounds):
        for kind, client in clients.items():
            figures[kind].append(await taken(client, flows, flight))
    for client in clients.values():
        await client.close()
    row: dict[str, Any] = {}
    for kind, pairs in figures.items():
        row[kind] = {
            "cpu_ms": round(statistics.median(pair[0] for pair in pairs), 2),
            "flows_a_second": round(1000 / statistics.median(pair[1] for pair in pairs), 1),
        }
    for other in kinds[1:]:
        ratios = sorted(mine[0] / theirs[0] for mine, theirs in zip(figures["ours"], figures[other], strict=True))
        row[f"ratio to {other}"] = [round(value, 2) for value in (ratios[len(ratios) // 2], ratios[0], ratios[-1])]
    return row


def main() -> None:
    """Measure and print one JSON line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--smoke", action="store_true", help="every row once, quickly")
    smoke = options.parse_args().smoke
    logging.disable(logging.CRITICAL)
    shape = (1, 4, 2) if smoke else (7, 96, 16)
    environment, kept = captured()
    pki = load("pki").Pki()
    with canned(kept) as port, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        prepared = (environment, kept, port, pki)
        rows = {"flow direct": asyncio.run(measured(list(KINDS), prepared, MEMORY, shape))}
        file = f"sqlite:///{Path(folder).as_posix()}/records.sqlite"
        rows["flow recorded"] = asyncio.run(measured(["ours", "by hand"], prepared, file, shape))
    print(json.dumps({"calls": len(calls_of(kept, 0)), "goals": GOALS, "rows": rows}))


if __name__ == "__main__":
    main()
