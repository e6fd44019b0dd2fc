"""Rows (i), (j) and (k): what it costs to be there at all, to have much in flight, and to have much in store."""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flow import record
from sqlalchemy import insert
from table import Row, attempted, compared, from_figures

from delivery import Bench, client
from gov_connect import AsyncGovConnect, DossierCode, Settings
from gov_connect.adapters.national_portal import mapping
from gov_connect.audit.entries import Kind, Note
from gov_connect.client import Parts
from gov_connect.model import VIETNAM
from gov_connect.runtime import Durable, Reply
from gov_connect.store.tables import AUDIT, AUDIT_BODIES, EVENTS

if TYPE_CHECKING:
    from gov_connect import GovConnect
    from gov_connect.runtime import Request, Timeouts

VARIABLES = {
    "ENVIRONMENT": "test",
    "AGENCY": "H99.201",
    "DATABASE_URL": "sqlite:///:memory:",
    "STORE_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "PORTAL__BASE_URL": "http://portal.invalid",
    "PORTAL__USERNAME": "u",
    "PORTAL__PASSWORD": "p",
    "PORTAL__DSTCODE": "VN:GOV:000.00.00.G22:dvc",
    "PORTAL__SHARE_ENDPOINT": "mapi/share",
    "PORTAL__INTEGRATION_ENDPOINT": "mapi/integration",
    "PORTAL__PER_SECOND": "1000000",
}
GIVEN = {f"GOV_CONNECT_{name}": value for name, value in VARIABLES.items()}
READY = f"from gov_connect import GovConnect, Settings; GovConnect(Settings.from_mapping({GIVEN!r})).portal"
CODE = "H99.201-260105-{:04d}"


def fresh(statement: str) -> float:
    """Processor time of a statement in a fresh interpreter, in milliseconds."""
    code = f"import time; t = time.process_time(); {statement}; print(time.process_time() - t)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return float(done.stdout) * 1e3


def start_rows(rounds: int) -> list[Row]:
    """Fresh interpreters, in turn."""
    ours, base = "from gov_connect import GovConnect", "import httpx, pydantic"
    return [
        compared("i1", rounds, ours=lambda: fresh(ours), peer=lambda: fresh(base)),
        compared("i2", rounds, ours=lambda: fresh(READY), peer=lambda: fresh(base)),
    ]


class Held:
    """A carrier that answers logins at once, and everything else when it is let go."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()

    async def send(self, request: Request, timeouts: Timeouts) -> Reply:
        """Wait, unless it is a login."""
        del timeouts
        if request.label == "login":
            return Reply(status=200, body=b'{"error_code": "0", "session": "s"}')
        await self.let_go.wait()
        return Reply(status=200, body=b'{"error_code": "0", "message": "", "result": []}')

    async def close(self) -> None:
        """Nothing is open."""


async def held_mb(count: int) -> float:
    """Memory of `count` dossiers on their way to the portal, by Python's own count, in MB."""
    held = Held()
    settings = Settings.from_mapping(GIVEN)
    async with AsyncGovConnect(settings, parts=Parts(settings=settings, async_carrier=held)) as gov:
        warm = asyncio.create_task(gov.portal.find(DossierCode(CODE.format(0))))
        await asyncio.sleep(0.2)
        tracemalloc.start()
        tasks = [asyncio.create_task(gov.portal.put(_numbered(number))) for number in range(count)]
        for _ in range(3):
            await asyncio.sleep(0.05)
        taken = tracemalloc.get_traced_memory()[0] / 1e6
        tracemalloc.stop()
        for task in (warm, *tasks):
            task.cancel()
        await asyncio.gather(warm, *tasks, return_exceptions=True)
    return taken


def _numbered(number: int) -> Any:
    return record(()).model_copy(update={"code": DossierCode(CODE.format(number))})


async def floor_mb(count: int) -> float:
    """The same number of tasks that wait with the bytes of their record."""
    let_go = asyncio.Event()

    async def wait(body: bytes) -> bytes:
        await let_go.wait()
        return body

    tracemalloc.start()
    tasks = [asyncio.create_task(wait(json.dumps(mapping.record(_numbered(n))).encode())) for n in range(count)]
    await asyncio.sleep(0.05)
    taken = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    let_go.set()
    await asyncio.gather(*tasks)
    return taken


def memory_row(count: int) -> Row:
    """By Python's own count of its objects; `put` is asked for every one of them at once."""
    row = compared("j1", 1, ours=lambda: asyncio.run(held_mb(count)), floor=lambda: asyncio.run(floor_mb(count)))
    return replace(row, note=f"{count:,} dossiers")


def fill(gov: GovConnect, count: int) -> None:
    """Store as many delivered events and as many audit entries of another machine's chain, in bulk."""
    now = datetime.now(VIETNAM)
    event = {
        "agency": "H99.201", "system": "bench", "operation": "bench.note", "fingerprint": "0" * 64,
        "payload": b"0" * 99, "state": "done", "tries": 1, "error": "", "result": b"0" * 9,
        "created_at": now, "changed_at": now, "lane": "out", "due": 0.0, "owner": "", "doubtful": 0,
    }  # fmt: skip
    chain = {"agency": "H99.201", "writer": "other"}
    entry = {**chain, "at": "2026-01-05T01:00:00.000000+00:00", "kind": "write", "phase": "intent", "refers": 0}
    hashed = {"content": "0" * 64, "previous": "0" * 64, "hash": "0" * 64, "mac": "0" * 64}
    texts = ("officer", "system", "operation", "procedure", "dossier", "request_id", "subject", "outcome")
    body = {**chain, "salt": "0" * 32, "day": "", "details": b"", **dict.fromkeys(texts, "")}
    for start in range(0, count, 20_000):
        numbers = range(start, min(count, start + 20_000))
        events = [
            {**event, "dossier": f"H99.202-2601{1 + n // 10000 % 28:02d}-{n % 10000:04d}", "key": f"old/{n}"}
            for n in numbers
        ]
        with gov._parts.database.transaction() as db:  # noqa: SLF001 - our own
            db.execute(insert(EVENTS), events)
            db.execute(insert(AUDIT), [{**entry, **hashed, "sequence": n + 1} for n in numbers])
            db.execute(insert(AUDIT_BODIES), [{**body, "sequence": n + 1} for n in numbers])


class Desk:
    """Writes dossiers down: an event of each and its audit entry, intent and outcome."""

    def __init__(self, folder: Path, stored: int) -> None:
        self.gov = client(f"sqlite:///{folder / f'grown{stored}.db'}")
        fill(self.gov, stored)
        self._bench = self.gov.delivery.system(Bench[Durable])
        self._number = 0

    def ms(self, count: int) -> float:
        """Milliseconds a dossier."""
        log = self.gov._parts.audit  # noqa: SLF001 - our own
        began = time.perf_counter()
        for _ in range(count):
            self._number += 1
            code = DossierCode(CODE.format(self._number))
            self._bench.note(code, "text")
            log.finish(log.begin(Note(agency="H99.201", kind=Kind.WRITE, operation="x", dossier=str(code))), "done")
        return (time.perf_counter() - began) / count * 1e3


def growth_row(sizes: tuple[int, ...], rounds: int, count: int) -> Row:
    """The same work in turn on databases of every size, so that the disk's moods meet all of them."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        desks = {size: Desk(Path(name), size) for size in sizes}
        for desk in desks.values():
            desk.ms(5)
        taken: dict[int, list[float]] = {size: [] for size in sizes}
        for _ in range(rounds):
            for size, desk in desks.items():
                taken[size].append(desk.ms(count))
        for desk in desks.values():
            desk.gov.close()
    row = from_figures("k1", {"ours": taken[sizes[-1]], "peer": taken[sizes[0]]})
    middle = {size: statistics.median(values) for size, values in taken.items()}
    return replace(row, note=", ".join(f"{size:,}: {value:.2f} ms" for size, value in middle.items()))


def rows(*, quick: bool) -> list[Row]:
    """All of them."""
    sizes = (10, 100) if quick else (10**3, 10**4, 10**5, 10**6)
    return [
        *attempted("i1 i2", lambda: start_rows(1 if quick else 7)),
        *attempted("j1", lambda: [memory_row(50 if quick else 10_000)]),
        *attempted("k1", lambda: [growth_row(sizes, 1 if quick else 9, 5 if quick else 40)]),
    ]
