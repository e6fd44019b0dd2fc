"""Coverage-guided fuzzing of one target with atheris (Linux).

    python fuzz/guided.py NAME [--runs 1000000] [libFuzzer options]

Stops at the first crash and writes the bytes that caused it into the working directory.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))


def main() -> None:
    """Instrument the library, then run libFuzzer on one target."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("target")
    options.add_argument("--runs", type=int, default=1_000_000)
    chosen, more = options.parse_known_args()
    try:
        import atheris  # noqa: PLC0415 - Linux only
    except ImportError:
        print(json.dumps({"skipped": "atheris is not installed"}))
        return
    with atheris.instrument_imports(include=["gov_connect"]):
        from targets import TARGETS, corpus, fault_of  # noqa: PLC0415 - instrumented while they are imported
    if chosen.target not in TARGETS:
        sys.exit(f"one of: {', '.join(TARGETS)}")

    def test(body: bytes) -> None:
        fault = fault_of(chosen.target, body)[1]
        if fault:
            raise RuntimeError(fault)

    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(corpus(chosen.target)):
            (Path(folder) / f"seed-{number}").write_bytes(seed)
        atheris.Setup([sys.argv[0], folder, f"-runs={chosen.runs}", "-max_len=8192", *more], test)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
