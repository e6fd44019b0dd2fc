"""Rows (a) and (b): one typed call over loopback, and a look-up in the residents database.

The server gives recorded answers at once from a process of its own, and the figure is processor time of the
client, so that neither the server nor other work on the machine is counted.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from importlib import resources
from typing import TYPE_CHECKING, Any

import aiohttp
import httpx
import httpx_aiohttp
import zeep
from flow import Recorder, acting, canned, known, moved
from lxml import etree
from scripts import ASKED, MEMORY
from table import Row, attempted, compared, from_figures

from gov_connect import (
    AsyncGovConnect,
    CitizenQuery,
    DossierCode,
    GovConnect,
    Officer,
    ProcedureCode,
    Purpose,
    Settings,
)
from gov_connect.adapters.residents import mapping, requests, wire
from gov_connect.client import Parts
from gov_connect.mocks import running_mocks
from gov_connect.model import AgencyCode
from gov_connect.runtime import Acting, Reply
from gov_connect.transport import xml_root

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gov_connect.runtime import Request

CODE = DossierCode("H99.201-261120-0001")
FLIGHT = 64
LIMITED = ("PORTAL", "RESIDENTS")


def cpu(work: Callable[[], object], times: int) -> float:
    """Microseconds of processor time of one call of `work`."""
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) / times * 1e6


def recorded() -> tuple[dict[str, str], list[tuple[Request, Reply]]]:
    """A look-up at the portal and one in the residents database, with the client's settings."""
    recorder = Recorder()
    with running_mocks() as mocks:
        settings = Settings.from_mapping({**mocks.environment, "GOV_CONNECT_DATABASE_URL": MEMORY})
        gov = GovConnect(settings, parts=Parts(settings=settings, carrier=recorder))
        gov.portal.find(CODE)
        acting(gov).residents.look_up(known())
        gov.close()
        return dict(mocks.environment), recorder.kept


def settings_at(environment: dict[str, str], port: int) -> Settings:
    """The client's settings for the recorded server, without our own rate limit."""
    values = {
        name: moved(value, port) if value.startswith("http://127.0.0.1") else value
        for name, value in environment.items()
    }
    values |= {f"GOV_CONNECT_{system}__PER_SECOND": "1000000" for system in LIMITED}
    return Settings.from_mapping({**values, "GOV_CONNECT_DATABASE_URL": MEMORY})


def message(kept: list[tuple[Request, Reply]], system: str, port: int) -> tuple[str, dict[str, str], bytes]:
    """The last recorded message to a system as a hand-written client would send it."""
    request = [request for request, _ in kept if request.system == system][-1]
    return moved(request.url, port), dict(request.headers), request.body


def in_threads(work: Callable[[], object], times: int) -> float:
    """Microseconds of processor time a call, by as many threads as there are calls in flight."""
    each = max(1, times // FLIGHT)
    threads = [threading.Thread(target=lambda: [work() for _ in range(each)]) for _ in range(FLIGHT)]
    began = time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.process_time() - began) / each / FLIGHT * 1e6


def sync_rows(settings: Settings, sent: tuple[str, dict[str, str], bytes], rounds: int, calls: int) -> list[Row]:
    """The blocking client against httpx's client and httpx's transport."""
    url, headers, body = sent
    timeout = {"timeout": {"connect": 5.0, "read": 30.0, "write": 30.0, "pool": 5.0}}
    limits = httpx.Limits(max_connections=FLIGHT, max_keepalive_connections=FLIGHT)
    with GovConnect(settings) as gov, httpx.Client() as client, httpx.HTTPTransport(limits=limits) as raw:

        def ours() -> object:
            return gov.portal.find(CODE)

        def peer() -> object:
            return json.loads(client.post(url, content=body, headers=headers).content)["result"]

        def floor() -> object:
            request = httpx.Request("POST", url, headers=headers, content=body, extensions=timeout)
            response = raw.handle_request(request)
            answer = json.loads(response.read())["result"]
            response.close()
            return answer

        for warm in (ours, peer, floor):
            cpu(warm, 5)
            in_threads(warm, FLIGHT)
        return [
            compared(key, rounds, **{name: _taking(take, work, calls) for name, work in sides})
            for key, take in (("a1", cpu), ("a2", in_threads))
            for sides in [(("ours", ours), ("peer", peer), ("floor", floor))]
        ]


def _taking(take: Callable[[Callable[[], object], int], float], work: Callable[[], object], calls: int) -> Any:
    return lambda: take(work, calls)


async def flown(work: Callable[[], Awaitable[object]], calls: int, flight: int) -> float:
    """Microseconds of processor time a call with `flight` of them at once."""
    left = total = max(calls, flight)

    async def one() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await work()

    began = time.process_time()
    await asyncio.gather(*(one() for _ in range(flight)))
    return (time.process_time() - began) / total * 1e6


async def async_rows(settings: Settings, sent: tuple[str, dict[str, str], bytes], rounds: int, calls: int) -> list[Row]:
    """The awaited client against httpx's, httpx on aiohttp, and aiohttp itself; alone and with many in flight."""
    url, headers, body = sent
    async with (
        AsyncGovConnect(settings) as gov,
        httpx.AsyncClient() as client,
        httpx.AsyncClient(transport=httpx_aiohttp.AiohttpTransport()) as bridged,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
    ):

        async def ours() -> object:
            return await gov.portal.find(CODE)

        async def peer() -> object:
            return json.loads((await client.post(url, content=body, headers=headers)).content)["result"]

        async def bridge() -> object:
            return json.loads((await bridged.post(url, content=body, headers=headers)).content)["result"]

        async def floor() -> object:
            async with session.post(url, data=body, headers=headers) as response:
                return json.loads(await response.read())["result"]

        rows: list[Row] = []
        for flight, keys in ((1, {"a3": "peer"}), (FLIGHT, {"a4": "peer", "a5": "bridge"})):
            works = {"ours": ours, "peer": peer, "bridge": bridge, "floor": floor}
            figures: dict[str, list[float]] = {name: [] for name in works}
            for number in range(rounds + 1):
                for name, work in works.items():
                    took = await flown(work, calls, flight)
                    if number:  # the first warms up
                        figures[name].append(took)
            for key, other in keys.items():
                chosen = {"ours": figures["ours"], "peer": figures[other], "floor": figures["floor"]}
                rows.append(from_figures(key, chosen))
        return rows


REPLY = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    '<ns1:CongdanCollection xmlns:ns1="http://www.mic.gov.vn/dancu/1.0"><ns1:CongDan>'
    "<ns1:SoDinhDanh>000000000012</ns1:SoDinhDanh><ns1:SoCMND/><ns1:HoVaTen><ns1:Ho/><ns1:ChuDem/>"
    "<ns1:Ten>NGUYỄN THỊ MẪU</ns1:Ten></ns1:HoVaTen><ns1:GioiTinh>2</ns1:GioiTinh><ns1:DanToc>01</ns1:DanToc>"
    "<ns1:TonGiao>00</ns1:TonGiao><ns1:TinhTrangHonNhan>1</ns1:TinhTrangHonNhan><ns1:NhomMau>00</ns1:NhomMau>"
    "<ns1:NgayThangNamSinh><ns1:Nam>1990</ns1:Nam><ns1:NgayThangNam>19900520</ns1:NgayThangNam>"
    "</ns1:NgayThangNamSinh>"
    + "".join(
        f"<ns1:{name}><ns1:MaTinhThanh>99</ns1:MaTinhThanh><ns1:MaPhuongXa>99001</ns1:MaPhuongXa>"
        f"<ns1:ChiTiet>THÔN THỬ</ns1:ChiTiet><ns1:QuocGia>VN</ns1:QuocGia></ns1:{name}>"
        for name in ("NoiDangKyKhaiSinh", "QueQuan", "ThuongTru", "NoiOHienTai")
    )
    + "".join(
        f"<ns1:{name}><ns1:HoVaTen>GIẢ ĐỊNH</ns1:HoVaTen><ns1:QuocTich>VN</ns1:QuocTich>"
        f"<ns1:SoDinhDanh>000000000013</ns1:SoDinhDanh><ns1:SoCMND/></ns1:{name}>"
        for name in ("Cha", "Me", "VoChong", "NguoiDaiDien")
    )
    + "</ns1:CongDan></ns1:CongdanCollection></soapenv:Body></soapenv:Envelope>"
).encode()


def wsdl() -> str:
    """Our contract of the residents database, which zeep reads."""
    return str(resources.files("gov_connect") / "schemas" / "residents" / "residents.wsdl")


def codec_row(rounds: int, calls: int) -> Row:
    """One look-up without its network, on the same contract and the same reply: request built from the model (and,
    ours, stamped), full reply read to the model.
    """
    client = zeep.Client(wsdl())
    theirs = client.service._binding  # noqa: SLF001 - zeep gives its reader no public name
    operation = theirs._operations["TraCuuThongTinCongDan"]  # noqa: SLF001
    variables = {"BASE_URL": "https://x.example/037", "ENDPOINT": "/037", "USERNAME": "u", "SECRET": "s"}
    settings = Settings.from_mapping({f"GOV_CONNECT_RESIDENTS__{name}": value for name, value in variables.items()})
    chosen = settings.residents
    assert chosen is not None
    who = Acting(
        agency=AgencyCode("H99.201"),
        officer=Officer(code="cb-01"),
        purpose=Purpose(procedure=ProcedureCode("1.001193"), dossier=CODE),
    )
    query = CitizenQuery(citizen_id="000000000012", name="Nguyễn Thị Mẫu", born="1990-05-20")

    class Answer:
        status_code, encoding, content = 200, "utf-8", REPLY
        headers: dict[str, str] = {}  # noqa: RUF012 - as zeep reads it

    def ours() -> object:
        wire.stamp(endpoint="/037", username="u", secret="s", timestamp="1767225600000")
        wire.envelope("TraCuuThongTinCongDan", requests.look_up(query, who, chosen, "0" * 32))
        return mapping.citizens(xml_root(Reply(status=200, body=REPLY), "residents"), mapping.Reading())

    def peer() -> object:
        etree.tostring(client.create_message(client.service, "TraCuuThongTinCongDan", **ASKED))
        return theirs.process_reply(client, operation, Answer())

    ours(), peer()
    return compared("b1", rounds, ours=_taking(cpu, ours, calls), peer=_taking(cpu, peer, calls))


def look_up_row(settings: Settings, address: str, rounds: int, calls: int) -> Row:
    """The whole call, ours with its entry in the audit log, against zeep's own client with requests."""
    client = zeep.Client(wsdl())
    binding = next(iter(client.wsdl.bindings))
    service = client.create_service(binding, address)
    with GovConnect(settings) as gov:
        one, query = acting(gov), known()

        def ours() -> object:
            return one.residents.look_up(query)

        def peer() -> object:
            return service.TraCuuThongTinCongDan(**ASKED)

        assert ours(), peer()
        return compared("b2", rounds, ours=_taking(cpu, ours, calls), peer=_taking(cpu, peer, calls))


def rows(*, quick: bool) -> list[Row]:
    """All of them."""
    rounds, calls = (1, 5) if quick else (11, 200)
    environment, kept = recorded()
    with canned(kept) as port:
        settings = settings_at(environment, port)
        sent = message(kept, "portal", port)
        address = message(kept, "residents", port)[0]
        return [
            *attempted("a1 a2", lambda: sync_rows(settings, sent, rounds, calls)),
            *attempted("a3 a4 a5", lambda: asyncio.run(async_rows(settings, sent, rounds, calls))),
            *attempted("b1", lambda: [codec_row(rounds, calls)]),
            *attempted("b2", lambda: [look_up_row(settings, address, rounds, calls // 2 + 1)]),
        ]
