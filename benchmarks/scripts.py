"""The two scripts that row (h) holds the library against; each runs in a process of its own, started by `flow.py`.

    python benchmarks/scripts.py "by hand"|obvious PREPARED DATABASE

`by hand` is the floor: aiohttp, lxml and cryptography, the same messages and nothing else. `obvious` is what a team
writes first: httpx, zeep and signxml. Neither loads the library.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import logging
import sqlite3
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apart import serve
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

MEMORY = "sqlite:///:memory:"
XML = b"<KetQua>" + b'<Dong so="1">noi dung thu</Dong>' * 110 + b"</KetQua>"
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
DIGEST = (
    '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:CanonicalizationMethod '
    'Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod><ds:SignatureMethod '
    'Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod><ds:Reference URI="">'
    '<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature">'
    '</ds:Transform><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform>'
    '</ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>'
    "<ds:DigestValue>%s</ds:DigestValue></ds:Reference></ds:SignedInfo>"
)

Call = tuple[str, str, dict[str, str], bytes]


class Prepared:
    """What the scripts are given: the messages of one flow, a key with its certificate, the WSDL."""

    def __init__(self, file: Path) -> None:
        told = json.loads(file.read_text(encoding="utf-8"))
        self.calls: list[Call] = [
            (system, url, headers, base64.b64decode(body)) for system, url, headers, body in told["calls"]
        ]
        self.key: Any = load_pem_private_key(told["key"].encode(), None)
        self.certificate = x509.load_pem_x509_certificate(told["certificate"].encode())
        self.wsdl: str = told["wsdl"]


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


def signed_by_hand(key: Any) -> bytes:
    """An enveloped signature, written as text."""
    root = etree.fromstring(XML)
    hashed = hashlib.sha256(etree.tostring(root, method="c14n", exclusive=True)).digest()
    info = DIGEST % base64.b64encode(hashed).decode()
    value = key.sign(info.encode(), padding.PKCS1v15(), hashes.SHA256())
    return etree.tostring(root) + info.encode() + base64.b64encode(value)


class ByHand:
    """The floor."""

    def __init__(self, prepared: Prepared, database: str) -> None:
        import aiohttp  # noqa: PLC0415 - each script loads what it uses

        self._calls, self._key = prepared.calls, prepared.key
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
        signed_by_hand(self._key)


class Obvious:
    """What a team writes first."""

    def __init__(self, prepared: Prepared, _database: str) -> None:
        import httpx  # noqa: PLC0415 - each script loads what it uses
        import signxml  # noqa: PLC0415
        import zeep  # noqa: PLC0415
        import zeep.transports  # noqa: PLC0415

        self._calls, self._key, self._certificate = prepared.calls, prepared.key, prepared.certificate
        self._signer: Any = signxml.XMLSigner
        self._session = httpx.AsyncClient()
        transport = zeep.transports.AsyncTransport(client=httpx.AsyncClient())
        self._zeep: Any = zeep.AsyncClient(prepared.wsdl, transport=transport)

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
        signed = self._signer().sign(root, key=self._key, cert=[self._certificate])
        assert etree.tostring(signed)

    async def _look_up(self, url: str, headers: dict[str, str]) -> None:
        message = self._zeep.create_message(self._zeep.service, "TraCuuThongTinCongDan", **ASKED)
        response = await self._session.post(url, content=etree.tostring(message), headers=headers)
        binding = self._zeep.service._binding  # noqa: SLF001 - zeep gives its reader no public name
        operation = binding._operations["TraCuuThongTinCongDan"]  # noqa: SLF001
        assert binding.process_reply(self._zeep, operation, response) is not None


async def taken(flow: Callable[[], Awaitable[None]], flows: int, flight: int) -> tuple[float, float]:
    """CPU and wall milliseconds a flow, with `flight` of them at once."""
    left = flows

    async def one() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await flow()

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(one() for _ in range(flight)))
    return (time.process_time() - cpu) / flows * 1e3, (time.perf_counter() - began) / flows * 1e3


def contend(loop: asyncio.AbstractEventLoop, flow: Callable[[], Awaitable[None]]) -> None:
    """Take rounds of `flow` on `loop`, whenever one is asked for; connections are opened before it is measured."""

    def take(flows: int, flight: int) -> tuple[float, float]:
        loop.run_until_complete(taken(flow, flight, flight))
        return loop.run_until_complete(taken(flow, flows, flight))

    serve(take)


def main() -> None:
    """Serve one of them."""
    name, prepared, database = sys.argv[1:]
    logging.disable(logging.CRITICAL)
    kinds: dict[str, Callable[[Prepared, str], ByHand | Obvious]] = {"by hand": ByHand, "obvious": Obvious}

    async def made() -> ByHand | Obvious:
        return kinds[name](Prepared(Path(prepared)), database)

    loop = asyncio.new_event_loop()
    contend(loop, loop.run_until_complete(made()).flow)


if __name__ == "__main__":
    main()
