"""How fast a fee is quoted: two explained lines, loading the packs, ten thousand rules, and a peer.

    python benchmarks/fees.py [--openfisca FOLDER]

FOLDER is where openfisca-core gets an environment of its own, made if it is not there: its licence (AGPL)
keeps it out of ours. Without it that comparison is skipped. Times are microseconds on one core, medians.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
import venv
from datetime import date
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from gov_connect.fees import FeeBook, FeeItem, parse_pack

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = date(2026, 11, 20)
FACTS = frozenset({"vneid2", "basic5"})
ITEMS = (FeeItem("ct.copy", pages=5, copies=3), FeeItem("ht.extract", copies=2))

PEER_PACKAGE = "openfisca-core==46.0.1"
PEER = """
import json, statistics, time
from openfisca_core import periods
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

Person = build_entity(key="person", plural="persons", label="", is_person=True)


class pages(Variable):
    value_type = int
    entity = Person
    definition_period = periods.DateUnit.DAY


class copies(Variable):
    value_type = int
    entity = Person
    definition_period = periods.DateUnit.DAY


class fee(Variable):
    value_type = float
    entity = Person
    definition_period = periods.DateUnit.DAY

    def formula(person, period, parameters):
        tariff = parameters(period).copy
        each = tariff.scale.calc(person("pages", period))
        cap = tariff.cap
        return (each * (each < cap) + cap * (each >= cap)) * person("copies", period)


day = {"2017-01-01": {"value": 0}}


def at(value):
    return {"values": {"2017-01-01": {"value": value}}}


system = TaxBenefitSystem([Person])
system.parameters = ParameterNode(
    "",
    data={
        "copy": {
            "cap": at(200000),
            "scale": {
                "brackets": [
                    {"threshold": {"2017-01-01": {"value": 0}}, "rate": {"2017-01-01": {"value": 2000}}},
                    {"threshold": {"2017-01-01": {"value": 2}}, "rate": {"2017-01-01": {"value": 1000}}},
                ]
            },
        }
    },
)
for variable in (pages, copies, fee):
    system.add_variable(variable)
builder = SimulationBuilder()


def price(count, times):
    situation = {"persons": {"one": {
        "pages": {"2026-11-20": count}, "copies": {"2026-11-20": times}, "fee": {"2026-11-20": None}}}}
    simulation = SimulationBuilder().build_from_entities(system, situation)
    return int(simulation.calculate("fee", "2026-11-20")[0])


found = [price(count, 1) for count in (1, 2, 3, 101, 198, 199)]
times = []
for _ in range(300):
    start = time.perf_counter_ns()
    price(5, 3)
    times.append(time.perf_counter_ns() - start)
print(json.dumps({"amounts": found, "us": statistics.median(times) / 1000}))
"""


def median_us(work: Callable[[], object], rounds: int = 20_000) -> float:
    """Median of `rounds` timed calls, in microseconds."""
    times: list[int] = []
    for _ in range(rounds):
        start = time.perf_counter_ns()
        work()
        times.append(time.perf_counter_ns() - start)
    return statistics.median(times) / 1000


def explained(book: FeeBook) -> str:
    """One request of two lines with its explanation."""
    return book.quote(ITEMS, on=DAY, area="31:31", channel="online", facts=FACTS).explain()


def load_ms() -> tuple[float, float]:
    """Milliseconds of processor time to read all packs, and to compose and index them; medians of nine."""
    folder = resources.files("gov_connect.fees") / "packs"
    files = [file for file in folder.iterdir() if file.name.endswith(".toml")]
    reading: list[float] = []
    indexing: list[float] = []
    for _ in range(9):
        start = time.process_time()
        packs = [parse_pack(file.read_bytes(), file.name) for file in files]
        middle = time.process_time()
        FeeBook(packs)
        indexing.append(time.process_time() - middle)
        reading.append(middle - start)
    return statistics.median(reading) * 1000, statistics.median(indexing) * 1000


def crowded(rules: int = 10_000) -> FeeBook:
    """The packs plus `rules` rates: 40 charges, all places, dated windows."""
    book = FeeBook.default()
    nodes = [node for node in book.law.areas.nodes if node != "VN"]
    head = '[pack]\nname = "crowd"\nversion = 1\nscope = "VN"\npublished = 2026-01-01\n'
    parts = [head]
    charges = [f"crowd.c{number}" for number in range(40)]
    parts += [
        f'[[charge]]\ncode = "{one}"\nkind = "phi"\nname = "{one}"\nname_en = "{one}"\nquantities = ["cases"]\n'
        for one in charges
    ]
    parts.append(
        '[[instrument]]\nkey = "CROWD"\nkind = "TT"\nnumber = "1"\nissuer = "B"\nin_force = 2017-01-01\n'
        'verification = "primary_text_read"\ngrade = "confirmed"\nsource = "-"\nread = 2026-01-01\n'
    )
    for number in range(rules):
        charge, node = charges[number % 40], nodes[number // 40 % len(nodes)]
        year = 2017 + number // 40 // len(nodes)
        parts.append(
            f'[[rate]]\nid = "r{number}"\ncharges = ["{charge}"]\narea = "{node}"\n'
            f'cite = ["CROWD/{number}", "Điều 1"]\nfrom = {year}-01-01\nuntil = {year}-12-31\n'
            f"amount = {1000 + number}\n"
        )
    return book.with_packs([parse_pack("\n".join(parts).encode(), "crowd.toml")])


def environment(folder: Path) -> str:
    """The interpreter of an environment with openfisca-core in `folder`, made on first use."""
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", PEER_PACKAGE], check=True, timeout=600)
    return str(python)


def peer(folder: Path) -> str:
    """openfisca-core on the certified-copy tariff, in its own environment."""
    try:
        python = environment(folder)
        done = subprocess.run([python, "-c", PEER], capture_output=True, text=True, check=True, timeout=300)
    except (OSError, subprocess.SubprocessError) as error:
        return f"skipped ({type(error).__name__})"
    answer = json.loads(done.stdout.strip().splitlines()[-1])
    book = FeeBook.default()
    ours = [book.quote([FeeItem("ct.copy", pages=pages, copies=1)], on=DAY).total for pages in (1, 2, 3, 101, 198, 199)]
    same = [amount.dong for amount in ours if amount is not None] == answer["amounts"]
    one = (FeeItem("ct.copy", pages=5, copies=3),)
    mine = median_us(lambda: book.quote(one, on=DAY).explain())
    times = answer["us"] / mine
    return f"openfisca-core {answer['us']:.0f} us, here {mine:.1f} us ({times:.0f}x), same amounts: {same}"


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--openfisca", type=Path, help="folder for an environment with openfisca-core")
    arguments = parser.parse_args()
    reading, indexing = load_ms()
    print(f"load all packs: {reading:.1f} ms, compose and index: {indexing:.1f} ms")
    book = FeeBook.default()
    explained(book)
    print(f"two lines, quoted: {median_us(lambda: book.quote(ITEMS, on=DAY, area='31:31', facts=FACTS)):.1f} us")
    print(f"two lines, quoted and explained: {median_us(lambda: explained(book)):.1f} us")
    large = crowded()
    print(f"the same with {len(large.law.rates)} rates: {median_us(lambda: explained(large)):.1f} us")
    crowd = (FeeItem("crowd.c7", cases=2), FeeItem("crowd.c8", cases=1))
    busy = median_us(lambda: large.quote(crowd, on=date(2018, 5, 5), area="31:31").explain())
    print(f"two of those rates, quoted and explained: {busy:.1f} us")
    print(f"peer: {peer(arguments.openfisca) if arguments.openfisca else 'skipped (no --openfisca)'}")


if __name__ == "__main__":
    main()
