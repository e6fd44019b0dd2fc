"""Takes every row of the benchmark, or some; see README.md beside it.

    python benchmarks/run.py [--quick] [--only a,b,h] [--into FILE]

Prints the table and, as its last line, everything as JSON. `--into` keeps the JSON in a file: rows that were not
taken this time stay there as they were, each with the day on which it was taken.
"""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import os
import platform
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from table import SPECS, Row, attempted, lines

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
LONGEST = 900.0
"""Seconds that one of the scripts may take."""
LIBRARIES = ("httpx", "aiohttp", "pydantic", "lxml", "zeep", "signxml", "cryptography", "sqlalchemy", "pyhanko")


def script(name: str, *, quick: bool) -> Any:
    """The JSON line of one of the scripts beside this one, run in a process of its own."""
    command = [sys.executable, str(HERE / f"{name}.py"), *(["--smoke"] if quick else [])]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=LONGEST)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr else f"exit {done.returncode}")
    return json.loads(done.stdout.strip().splitlines()[-1])["rows"]


def notices(*, quick: bool) -> list[Row]:
    """Row (f)."""
    found = script("payments", quick=quick)
    told = found["notices"]
    wrong = told["lost"] or told["applied_twice"]
    note = f"lost {told['lost']}, applied twice {told['applied_twice']}, p99 {told['p99_ms']} ms"
    why = note if wrong else ""
    return [Row(key="f1", ours=told["a_second"], floor=found["bare commits a second"], note=note, why=why)]


def delivered(*, quick: bool) -> list[Row]:
    """Rows (g)."""
    found = script("delivery", quick=quick)
    bare = found["bare loop, calls/s"]
    rates = {
        "g1": "sqlite, 1 worker, events/s",
        "g2": "sqlite, 2 worker, events/s",
        "g3": "postgresql, own worker, events/s",
        "g4": "postgresql, procrastinate, 2 worker, events/s",
    }
    rows = [
        Row(key=key, ours=found[name], floor=bare, ratio=found[name] / bare)
        if name in found
        else Row(key=key, why="no PostgreSQL on this machine")
        for key, name in rates.items()
    ]
    ours, theirs, ratio = found["sqlite, enqueue p95 ms / two-row commit"]
    return [
        *rows,
        Row(key="g5", ours=found["sqlite, commits per event"]),
        Row(key="g6", ours=ours, floor=theirs, ratio=ratio),
        Row(key="g7", ours=found["idle worker, % of a core"]),
    ]


def flows(*, quick: bool) -> list[Row]:
    """Rows (h)."""
    found = script("flow", quick=quick)
    direct, kept = found["flow direct"], found["flow recorded"]
    rows: list[Row] = []
    for key, row, side, other in (
        ("h1", direct, "floor", "by hand"),
        ("h2", direct, "peer", "obvious"),
        ("h3", kept, "floor", "by hand"),
    ):
        ratio, low, high = row[f"ratio to {other}"]
        sides = {side: row[other]["cpu_ms"]}
        note = f"{row['ours']['flows_a_second']} flows a second, {other}: {row[other]['flows_a_second']}"
        rows.append(Row(key=key, ours=row["ours"]["cpu_ms"], **sides, ratio=ratio, spread=(low, high), note=note))
    return rows


def of_module(name: str) -> Callable[..., list[Row]]:
    """The rows of a module beside this one, loaded when its turn comes."""
    return lambda *, quick: importlib.import_module(name).rows(quick=quick)


PARTS: dict[str, Callable[..., list[Row]]] = {
    "ab": of_module("calls"),
    "cde": of_module("peers"),
    "f": notices,
    "g": delivered,
    "h": flows,
    "ijk": of_module("standing"),
}


def about() -> dict[str, Any]:
    """Machine, versions and day."""
    versions: dict[str, str] = {}
    for name in LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    cores = os.cpu_count() or 1
    return {
        "at": time.strftime("%Y-%m-%d"),
        "machine": f"{cores} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "load": [round(each, 1) for each in os.getloadavg()] if hasattr(os, "getloadavg") else [],
        "versions": versions,
    }


def kept(told: dict[str, Any], found: dict[str, Any], into: Path | None) -> dict[str, Any]:
    """The report, written into its file beside the rows that stand there."""
    before = json.loads(into.read_text(encoding="utf-8"))["rows"] if into and into.exists() else {}
    rows = {**before, **found}
    report = {"about": told, "rows": {spec.key: rows[spec.key] for spec in SPECS if spec.key in rows}}
    if into:
        into.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return report


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", "--smoke", action="store_true", help="every row once, with small sizes")
    options.add_argument("--only", default="abcdefghijk", help="letters of the rows to take")
    options.add_argument("--into", type=Path, help="keep the JSON in this file, beside the rows that stand there")
    given = options.parse_args()
    logging.disable(logging.CRITICAL)
    told = about()
    found: dict[str, Any] = {}
    report: dict[str, Any] = kept(told, found, None)
    for letters, part in PARTS.items():
        if set(letters) & set(given.only):
            keys = " ".join(spec.key for spec in SPECS if spec.key[0] in letters)
            rows = attempted(keys, lambda part=part: part(quick=given.quick))
            found |= {row.key: {**row.told(), "at": told["at"], "quick": given.quick} for row in rows}
            report = kept(told, found, given.into)  # after each part, so that an interrupted run loses one
    print(lines(report["rows"].items()))
    print(json.dumps(report, ensure_ascii=False))


if __name__ == "__main__":
    main()
