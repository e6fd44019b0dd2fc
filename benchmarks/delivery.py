"""Durable delivery against what it cannot be faster than: bare calls, and bare commits, in the same run.

    python benchmarks/delivery.py [--smoke]
    python benchmarks/delivery.py --only postgresql [--count 1000]

Delivered events a second on SQLite (one and two worker processes) and on PostgreSQL (our worker; procrastinate with
one and two processes), 32 in flight each, beside a bare loop of 32 threads over the same connections; enqueue beside
a bare commit of two rows; commits per event; an idle worker; enqueue with a million events stored.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy
from sqlalchemy import event, insert

from gov_connect import GovConnect
from gov_connect.client import Parts
from gov_connect.delivery.base_worker import Timing
from gov_connect.model import VIETNAM, DossierCode
from gov_connect.runtime import Adapter, Durable, Effect, F, Flow, Grade, Reply, Request, Timeouts, operation
from gov_connect.settings import Settings
from gov_connect.store.tables import EVENTS
from gov_connect.transport import HttpCarrier

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
from private_postgres import binaries, private_postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

FLIGHT = 32
TEXT = "a" * 600


class Bench(Adapter[F]):
    """A system of one repeatable call."""

    system: ClassVar[str] = "bench"

    @operation(wire="x", effect=Effect.WRITE, grade=Grade.GUESS, section="-")
    def note(self, dossier: DossierCode, text: str) -> Flow[str]:
        """One exchange."""
        del dossier
        reply: Reply = yield Request(system=self.system, url=ADDRESS, body=text.encode(), repeatable=True, label="note")
        return reply.body.decode()


ADDRESS = ""


@contextlib.contextmanager
def bare_server() -> Generator[str, None, None]:
    """A process that answers every request at once."""
    process = subprocess.Popen([sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


async def serve() -> None:
    """Read a request by its length, answer two bytes."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
                await reader.readexactly(length)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                await writer.drain()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x", flush=True)
    await server.serve_forever()


def client(url: str, dispatcher: str = "worker") -> GovConnect:
    """A client over one database."""
    settings = Settings.from_mapping(
        {
            "GOV_CONNECT_ENVIRONMENT": "test",
            "GOV_CONNECT_AGENCY": "H99.201",
            "GOV_CONNECT_DATABASE_URL": url,
            "GOV_CONNECT_DISPATCHER": dispatcher,
            "GOV_CONNECT_STORE_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "GOV_CONNECT_VENDORS": '{"bench": {}}',
        }
    )
    gov = GovConnect(parts=Parts(settings=settings, carrier=HttpCarrier(connections=FLIGHT)))
    gov.delivery.system(Bench[Durable])
    return gov


def dossier(number: int) -> DossierCode:
    """The n-th dossier."""
    return DossierCode(f"H99.201-2601{1 + number // 10000 % 28:02d}-{number % 10000:04d}")


def fill(gov: GovConnect, count: int) -> None:
    """Write events of as many dossiers."""
    bench = gov.delivery.system(Bench[Durable])
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: bench.note(dossier(number), TEXT), range(count)))


def done(gov: GovConnect) -> int:
    """How many events are delivered."""
    with gov._parts.database.reading() as db:  # noqa: SLF001 - our own
        asked = sqlalchemy.select(sqlalchemy.func.count()).where(EVENTS.c.state == "done")
        return int(db.execute(asked).scalar_one())


def drained(url: str, address: str, dispatcher: str, processes: int, count: int) -> float:
    """Delivered events a second, from the first to the last."""
    gov = client(url, dispatcher)
    fill(gov, count)
    command = [sys.executable, __file__, "--work", url, address, dispatcher]
    workers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) for _ in range(processes)]
    first, began = done(gov), time.perf_counter()
    while first == 0:
        time.sleep(0.01)
        first, began = done(gov), time.perf_counter()
    while (now := done(gov)) < count:
        time.sleep(0.02)
    rate = (now - first) / (time.perf_counter() - began)
    for worker in workers:
        worker.communicate(b"\n", timeout=60)
    gov.close()
    return rate


def bare_loop(address: str, count: int) -> float:
    """The same calls by 32 threads over the same kind of connections, nothing kept."""
    carrier = HttpCarrier(connections=FLIGHT)
    request = Request(system="bench", url=address, body=TEXT.encode(), repeatable=True)
    with ThreadPoolExecutor(FLIGHT) as pool:
        list(pool.map(lambda _: carrier.send(request, Timeouts()), range(FLIGHT)))
        began = time.perf_counter()
        list(pool.map(lambda _: carrier.send(request, Timeouts()), range(count)))
        rate = count / (time.perf_counter() - began)
    carrier.close()
    return rate


def p95(times: list[float]) -> float:
    """The 95th of a hundred, in milliseconds."""
    return sorted(times)[int(len(times) * 0.95)] * 1000


def timed(work: Callable[[], object]) -> float:
    """Seconds of one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def enqueue(gov: GovConnect, count: int, start: int) -> tuple[list[float], list[float]]:
    """Times of an enqueue and of a bare commit of two rows on the same database, in turn."""
    bench, database = gov.delivery.system(Bench[Durable]), gov._parts.database  # noqa: SLF001 - our own
    table = sqlalchemy.Table(
        "bare_rows",
        sqlalchemy.MetaData(),
        sqlalchemy.Column("n", sqlalchemy.Integer),
        sqlalchemy.Column("t", sqlalchemy.LargeBinary),
    )
    with database.transaction() as db:
        table.create(db, checkfirst=True)

    def bare() -> None:
        with database.transaction("bare") as db:
            for number in (1, 2):
                db.execute(insert(table).values(n=number, t=TEXT.encode()))

    ours, theirs = [], []
    for number in range(count):
        ours.append(timed(lambda number=number: bench.note(dossier(start + number), TEXT)))  # type: ignore[misc]
        theirs.append(timed(bare))
    return ours, theirs


def commits(folder: Path, address: str, count: int) -> float:
    """Commits that changed something, per event, enqueue included."""
    global ADDRESS  # noqa: PLW0603 - one process, one server
    ADDRESS = address
    gov = client(f"sqlite:///{folder / 'commits.db'}")
    gov.delivery.admin.workers()
    counted = [0, 0]
    engine: Any = gov._parts.database._engine  # noqa: SLF001 - our own

    def count_changes(connection: Any) -> None:
        total = connection.connection.driver_connection.total_changes
        counted[0] += total != getattr(connection.info, "seen", connection.info.get("seen", 0))
        connection.info["seen"] = total

    event.listen(engine, "commit", count_changes)
    fill(gov, count)
    with gov.delivery.worker(slots=FLIGHT):
        while done(gov) < count:
            time.sleep(0.05)
    gov.close()
    return counted[0] / count


def idle(folder: Path, seconds: float) -> float:
    """Share of one core that a worker takes with nothing to do, in per cent."""
    gov = client(f"sqlite:///{folder / 'idle.db'}")
    with gov.delivery.worker(jobs=gov.delivery.jobs()):
        time.sleep(2)
        began = time.process_time()
        time.sleep(seconds)
        used = time.process_time() - began
    gov.close()
    return used / seconds * 100


def million(gov: GovConnect, count: int) -> None:
    """Store delivered events in bulk."""
    now = datetime.now(VIETNAM)
    row = {
        "agency": "H99.201",
        "system": "bench",
        "operation": "bench.note",
        "fingerprint": "0" * 64,
        "payload": b"0" * 700,
        "state": "done",
        "tries": 1,
        "error": "",
        "result": b"0" * 60,
        "created_at": now,
        "changed_at": now,
        "lane": "out",
        "due": 0.0,
        "owner": "",
        "doubtful": 0,
    }
    for start in range(0, count, 20_000):
        rows = [
            {**row, "dossier": f"H99.202-2601{1 + n // 10000 % 28:02d}-{n % 10000:04d}", "key": f"old/{n}"}
            for n in range(start, min(count, start + 20_000))
        ]
        with gov._parts.database.transaction() as db:  # noqa: SLF001 - our own
            db.execute(insert(EVENTS), rows)


TWO = "postgresql, procrastinate, 2 worker, events/s"
GOALS: dict[str, tuple[str, float]] = {
    "sqlite, 1 worker, events/s": (">=", 400),
    "sqlite, commits per event": ("<=", 2),
    "sqlite, enqueue p95 ms / two-row commit": ("<=", 2),
    "postgresql, enqueue p95 ms / two-row commit": ("<=", 2),
    "sqlite, enqueue median ms with 1,000,000 stored / before": ("<=", 1.2),
    "idle worker, % of a core": ("<=", 0.5),
    "postgresql, procrastinate, 1 worker, events/s": (">=", 150),
}


def judged(name: str, value: float, found: dict[str, Any]) -> str:
    """What was wanted of a row, and whether it came; rates only mean something on a machine that does nothing else."""
    if name == TWO:
        sign, goal = ">=", found["postgresql, procrastinate, 1 worker, events/s"]
    elif name in GOALS:
        sign, goal = GOALS[name]
    else:
        return ""
    met = value >= goal if sign == ">=" else value <= goal
    return f"goal {sign} {goal:g}: {'met' if met else 'MISSED'}"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many events are delivered, how many are timed one by one, how many are stored before."""

    count: int
    calls: int
    stored: int


def rows(folder: Path, address: str, sizes: Sizes, only: str) -> dict[str, Any]:
    """Every row of the table, or those of one database."""
    found: dict[str, Any] = {"bare loop, calls/s": bare_loop(address, sizes.count)}
    if only != "postgresql":
        found |= on_sqlite(folder, address, sizes)
    if only != "sqlite" and binaries() is not None:
        found |= on_postgresql(address, sizes)
    return found


def on_sqlite(folder: Path, address: str, sizes: Sizes) -> dict[str, Any]:
    """The rows of one machine."""
    count, calls, stored = sizes.count, sizes.calls, sizes.stored
    found: dict[str, Any] = {}
    for processes in (1, 2):
        url = f"sqlite:///{folder / f'rate{processes}.db'}"
        found[f"sqlite, {processes} worker, events/s"] = drained(url, address, "worker", processes, count)
    found["sqlite, commits per event"] = commits(folder, address, min(count, 1000))
    gov = client(f"sqlite:///{folder / 'enqueue.db'}")
    ours, theirs = enqueue(gov, calls, 0)
    found["sqlite, enqueue p95 ms / two-row commit"] = [p95(ours), p95(theirs), p95(ours) / p95(theirs)]
    million(gov, stored)
    later, bare = enqueue(gov, calls, 5000)
    found[f"sqlite, enqueue median ms with {stored:,} stored / before"] = [
        statistics.median(later) * 1000,
        statistics.median(ours) * 1000,
        (statistics.median(later) / statistics.median(bare)) / (statistics.median(ours) / statistics.median(theirs)),
    ]
    gov.close()
    found["idle worker, % of a core"] = idle(folder, 3 if stored < SMOKE.stored * 2 else 20)
    return found


def on_postgresql(address: str, sizes: Sizes) -> dict[str, Any]:
    """The rows of a server."""
    count, calls = sizes.count, sizes.calls
    found: dict[str, Any] = {}
    with private_postgres(safe=True) as server:
        found["postgresql, own worker, events/s"] = drained(server.new_database(), address, "worker", 1, count)
        for processes in (1, 2):
            name = f"postgresql, procrastinate, {processes} worker, events/s"
            found[name] = drained(server.new_database(), address, "procrastinate", processes, count)
        gov = client(server.new_database())
        ours, theirs = enqueue(gov, calls, 0)
        found["postgresql, enqueue p95 ms / two-row commit"] = [p95(ours), p95(theirs), p95(ours) / p95(theirs)]
        gov.close()
    return found


SMOKE, FULL = Sizes(60, 30, 2_000), Sizes(3000, 400, 1_000_000)


def work(url: str, address: str, dispatcher: str) -> None:
    """Be a worker process until a line comes in."""
    global ADDRESS  # noqa: PLW0603 - one process, one server
    ADDRESS = address
    gov = client(url, dispatcher)
    worker = gov.delivery.distributor(slots=FLIGHT, timing=Timing(idle=0.5))
    threading.Thread(target=worker.run, daemon=True).start()
    sys.stdin.readline()
    worker.stop()
    time.sleep(0.5)


def main() -> None:
    """Measure every row and print them and one JSON line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--smoke", action="store_true", help="every row once, quickly")
    options.add_argument("--only", choices=("sqlite", "postgresql"), default="", help="rows of one database")
    options.add_argument("--count", type=int, default=0, help="events to deliver for one figure")
    options.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.serve:
        asyncio.run(serve())
        return
    if given.work:
        work(*given.work)
        return
    with tempfile.TemporaryDirectory(prefix="gov-connect-bench-") as folder, bare_server() as address:
        sizes = SMOKE if given.smoke else FULL
        sizes = replace(sizes, count=given.count or sizes.count)
        found = rows(Path(folder), address, sizes, given.only)
    for name, value in found.items():
        figures = value if isinstance(value, list) else [value]
        shown = " ".join(f"{one:10.2f}" for one in figures)
        print(f"{name:60} {shown:33} {judged(name, figures[-1], found)}")
    print(json.dumps({"python": platform.python_version(), "at": time.strftime("%Y-%m-%d"), "rows": found}))


if __name__ == "__main__":
    main()
