"""Measures ours against peers in one run; see README.md beside it. `--smoke` runs every row once."""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import httpx
import zeep
from lxml import etree

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
from gov_connect.model import AgencyCode
from gov_connect.runtime import Acting, Reply
from gov_connect.transport import xml_root

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

CODE = DossierCode("H99.201-261120-0001")
FLIGHT = 64
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


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `unit` is what the figures are in."""

    name: str
    unit: str
    ours: float
    peer: float | None
    spread: tuple[float, float] | None = None

    @property
    def ratio(self) -> float | None:
        """Ours over the peer's."""
        return None if not self.peer else self.ours / self.peer


def compare(name: str, ours: Callable[[], float], peer: Callable[[], float], rounds: int) -> Row:
    """Take both in turn; medians, and the middle half of the ratios."""
    pairs = [(ours(), peer()) for _ in range(rounds)]
    ratios = sorted(mine / theirs for mine, theirs in pairs)
    quarter = len(ratios) // 4
    return Row(
        name,
        "us",
        statistics.median(mine for mine, _ in pairs),
        statistics.median(theirs for _, theirs in pairs),
        (ratios[quarter], ratios[-1 - quarter]),
    )


@contextmanager
def mocks() -> Generator[dict[str, str], None, None]:
    """The mock servers in a process of their own; gives the client's variables."""
    command = [sys.executable, "-m", "gov_connect", "mocks", "serve"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["environment"]
    finally:
        process.terminate()
        process.wait(10)


def peer_message(environment: dict[str, str]) -> tuple[str, dict[str, str], bytes]:
    """Address, headers and bytes of the same call, as a hand-written client would send it."""
    base = environment["GOV_CONNECT_PORTAL__BASE_URL"] + "/XrdAdapter/RestService/forward/"
    headers = {"Content-Type": "application/json", "dstcode": environment["GOV_CONNECT_PORTAL__DSTCODE"]}
    login = {
        "username": environment["GOV_CONNECT_PORTAL__USERNAME"],
        "password": environment["GOV_CONNECT_PORTAL__PASSWORD"],
    }
    session = httpx.post(base + "mapi/login", json=login, headers=headers).json()["session"]
    body = {"session": session, "madonvi": "H99.201", "service": "TraCuuHoSo", "mahoso": str(CODE)}
    return base + environment["GOV_CONNECT_PORTAL__INTEGRATION_ENDPOINT"], headers, json.dumps(body).encode()


def timed(work: Callable[[], object], times: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """Microseconds of one call of `work`; of the processor alone by `time.process_time`."""
    began = clock()
    for _ in range(times):
        work()
    return (clock() - began) / times * 1e6


def sync_rows(environment: dict[str, str], rounds: int, calls: int) -> list[Row]:
    """The blocking client against httpx's client and httpx's transport."""
    url, headers, body = peer_message(environment)
    timeout = {"timeout": {"connect": 5.0, "read": 30.0, "write": 30.0, "pool": 5.0}}
    with GovConnect(Settings.from_mapping(environment)) as gov, httpx.Client() as client:
        raw = httpx.HTTPTransport()

        def by_client() -> object:
            return json.loads(client.post(url, content=body, headers=headers).content)["result"]

        def by_transport() -> object:
            request = httpx.Request("POST", url, headers=headers, content=body, extensions=timeout)
            response = raw.handle_request(request)
            answer = json.loads(response.read())["result"]
            response.close()
            return answer

        def ours() -> float:
            return timed(lambda: gov.portal.find(CODE), calls)

        for warm in (lambda: gov.portal.find(CODE), by_client, by_transport):
            timed(warm, 5)
        rows = [
            compare("call sync", ours, lambda: timed(by_client, calls), rounds),
            compare("call sync, transport", ours, lambda: timed(by_transport, calls), rounds),
        ]
        raw.close()
    return rows


def async_rows(environment: dict[str, str], rounds: int, calls: int) -> list[Row]:
    """The awaited client against httpx's, alone and with many in flight."""
    url, headers, body = peer_message(environment)

    async def measure() -> list[Row]:
        async with AsyncGovConnect(Settings.from_mapping(environment)) as gov, httpx.AsyncClient() as client:

            async def by_client() -> object:
                return json.loads((await client.post(url, content=body, headers=headers)).content)["result"]

            async def ours() -> object:
                return await gov.portal.find(CODE)

            rows: list[Row] = []
            for name, flight in (("call async", 1), (f"call async x{FLIGHT}", FLIGHT)):
                pairs = [
                    (await flown(ours, calls, flight), await flown(by_client, calls, flight)) for _ in range(rounds + 1)
                ]
                rows.append(compare(name, iter_of(pairs[1:], 0), iter_of(pairs[1:], 1), rounds))
            return rows

    return asyncio.run(measure())


async def flown(work: Callable[[], Any], calls: int, flight: int) -> float:
    """Microseconds a call with `flight` of them at once."""
    left = max(calls, flight)

    async def one() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await work()

    total = left
    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(flight)))
    return (time.perf_counter() - began) / total * 1e6


def iter_of(pairs: list[tuple[float, float]], side: int) -> Callable[[], float]:
    """Give measured figures one by one."""
    figures = iter([pair[side] for pair in pairs])
    return lambda: next(figures)


def codec_row(rounds: int, calls: int) -> Row:
    """One look-up without its network, against zeep on the same contract and the same reply: request built
    from the model (and, ours, stamped), full reply read to the model. Processor time.
    """
    client = zeep.Client(str(resources.files("gov_connect") / "schemas" / "residents" / "residents.wsdl"))
    theirs = client.service._binding  # noqa: SLF001 - zeep gives its reader no public name
    operation = theirs._operations["TraCuuThongTinCongDan"]  # noqa: SLF001
    variables = {
        "BASE_URL": "https://x.example/037",
        "ENDPOINT": "/037",
        "USERNAME": "u",
        "SECRET": "s",
    }
    settings = Settings.from_mapping({f"GOV_CONNECT_RESIDENTS__{name}": value for name, value in variables.items()})
    assert settings.residents is not None
    chosen = settings.residents
    acting = Acting(
        agency=AgencyCode("H99.201"),
        officer=Officer(code="cb-01"),
        purpose=Purpose(procedure=ProcedureCode("1.001193"), dossier=CODE),
    )
    query = CitizenQuery(citizen_id="000000000012", name="Nguyễn Thị Mẫu", born="1990-05-20")
    fields = {
        "MaYeuCau": "0" * 32,
        "MaDVC": "1.001193",
        "MaTichHop": "037",
        "MaDonVi": "H99.201",
        "MaCanBo": "cb-01",
        "SoDinhDanh": "000000000012",
        "HoVaTen": "NGUYENTHIMAU",
        "NgayThangNamSinh": {"NgayThangNam": "19900520"},
    }

    class Answer:
        status_code, encoding, content = 200, "utf-8", REPLY
        headers: dict[str, str] = {}  # noqa: RUF012 - as zeep reads it

    def ours() -> object:
        wire.stamp(endpoint="/037", username="u", secret="s", timestamp="1767225600000")
        wire.envelope("TraCuuThongTinCongDan", requests.look_up(query, acting, chosen, "0" * 32))
        return mapping.citizens(xml_root(Reply(status=200, body=REPLY), "residents"), mapping.Reading())

    def peer() -> object:
        etree.tostring(client.create_message(client.service, "TraCuuThongTinCongDan", **fields))
        return theirs.process_reply(client, operation, Answer())

    ours(), peer()
    cpu = time.process_time
    return compare("look-up codec, zeep", lambda: timed(ours, calls, cpu), lambda: timed(peer, calls, cpu), rounds)


def import_row(rounds: int) -> Row:
    """Fresh interpreters, in turn."""

    def fresh(statement: str) -> float:
        code = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
        return float(done.stdout) * 1e6

    return compare(
        "import",
        lambda: fresh("from gov_connect import GovConnect"),
        lambda: fresh("import httpx, pydantic"),
        rounds,
    )


def demo_row(dossiers: int) -> Row:
    """The demo in calm weather."""
    command = [sys.executable, "-m", "gov_connect", "demo", "--json", "--dossiers", str(dossiers)]
    began = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    return Row(f"demo {dossiers}", "s", time.perf_counter() - began, None)


def main() -> None:
    """Measure every row and print the table and one JSON line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--smoke", action="store_true", help="every row once, quickly")
    smoke = options.parse_args().smoke
    rounds, calls = (1, 5) if smoke else (15, 200)
    with mocks() as environment:
        rows = sync_rows(environment, rounds, calls) + async_rows(environment, rounds, calls)
    rows += [codec_row(rounds, calls), import_row(rounds), demo_row(10 if smoke else 200)]
    for row in rows:
        peer = "-" if row.peer is None else f"{row.peer:10.1f}"
        ratio = (
            ""
            if row.ratio is None or row.spread is None
            else (f"{row.ratio:6.2f}  ({row.spread[0]:.2f} to {row.spread[1]:.2f})")
        )
        print(f"{row.name:24} {row.ours:12.1f} {peer:>12} {row.unit:3} {ratio}")
    about = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "httpx": version("httpx"),
        "pydantic": version("pydantic"),
        "at": time.strftime("%Y-%m-%d"),
        "rows": {row.name: {"ours": row.ours, "peer": row.peer, "ratio": row.ratio, "unit": row.unit} for row in rows},
    }
    print(json.dumps(about))


if __name__ == "__main__":
    main()
