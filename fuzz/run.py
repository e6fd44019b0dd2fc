"""Feeds damaged messages to every parser that reads bytes from outside.

    python fuzz/run.py [--inputs 125000] [--seed 1] [--target NAME] [--pure]

Prints one JSON line. A crash is printed with the bytes that caused it; put those into `fuzz/corpus/<target>/`, which
every run and the test suite read.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from damage import damaged
from targets import TARGETS, corpus, fault_of


def campaign(name: str, inputs: int, seed: int) -> tuple[int, list[str]]:
    """Run one target; gives how many inputs were read without an error, and the crashes."""
    chance = random.Random(f"{seed}/{name}")
    originals = corpus(name)
    read, crashes = 0, []
    for number in range(inputs):
        body = originals[number] if number < len(originals) else damaged(chance.choice(originals), chance)
        well, fault = fault_of(name, body)
        read += well
        if fault:
            crashes.append(f"{name}: {fault}: {body!r}")
    return read, crashes


def main() -> int:
    """Run the campaign and print one JSON line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--inputs", type=int, default=125_000, help="per target")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--target", choices=sorted(TARGETS), action="append")
    options.add_argument("--pure", action="store_true", help="only the pure parsers")
    chosen = options.parse_args()
    # Damaged certificates make the library beneath warn of what it will refuse one day.
    warnings.simplefilter("ignore")
    began = time.monotonic()
    names = chosen.target or [name for name, target in TARGETS.items() if target.pure or not chosen.pure]
    results = {name: campaign(name, chosen.inputs, chosen.seed) for name in names}
    crashes = [crash for _read, found in results.values() for crash in found]
    for crash in crashes[:20]:
        print(crash[:2000], file=sys.stderr)
    report = {
        "inputs": chosen.inputs * len(names),
        "targets": len(names),
        "read": {name: read for name, (read, _found) in results.items()},
        "crashes": len(crashes),
        "seed": chosen.seed,
        "seconds": round(time.monotonic() - began, 1),
    }
    print(json.dumps(report))
    return 1 if crashes else 0


if __name__ == "__main__":
    sys.exit(main())
