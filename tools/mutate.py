"""Changes the code a little at a time and asks the tests to notice (mutmut does the work).

    python tools/mutate.py [--area resilience] [--show]

Prints one JSON line: mutants made, killed, killed alone, survived, per area. Works on a copy in a temporary
folder. mutmut forks, so this command wants a POSIX system; on others it says so and ends.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
# area -> files to change, tests that must notice
AREAS: dict[str, tuple[list[str], list[str]]] = {
    "rate": (["resilience/rate.py"], ["tests/resilience/test_rate.py"]),
    "limits": (["resilience/breaker.py", "resilience/rate.py"], ["tests/resilience"]),
    "resilience": (["resilience/*.py"], ["tests/resilience", "tests/runtime"]),
    "payments": (["payments/book.py", "payments/service.py", "payments/states.py"], ["tests/payments"]),
    "delivery": (["delivery/*.py"], ["tests/delivery", "tests/workflows"]),
    # Every file that decides an amount; in parts, because each part is a long run.
    "fees": (["fees/_price.py", "fees/_schedules.py", "fees/_index.py", "fees/_law.py"], ["tests/fees"]),
    "fees-reading": (["fees/_kinds.py", "fees/_raw.py", "fees/_values.py", "fees/_request.py"], ["tests/fees"]),
    "fees-law": (["fees/_areas.py", "fees/_build.py", "fees/_rules.py"], ["tests/fees"]),
    "fees-answers": (["fees/book.py", "fees/quote.py", "fees/exports.py", "fees/_override.py"], ["tests/fees"]),
}
_PATIENCE = 300


def _survives_alone(name: str, folder: Path, tests: list[str], environment: dict[str, str]) -> bool:
    """Whether the tests stay silent in a process that is changed from its first line on.

    mutmut forks when everything is imported: what runs at import, and what tests keep for each other, was made
    by unchanged code.
    """
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", *tests]
    changed = {**environment, "MUTANT_UNDER_TEST": name, "PYTHONPATH": "src"}
    try:
        ran = subprocess.run(
            command, cwd=folder / "mutants", env=changed, capture_output=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return ran.returncode == 0


def _show(names: list[str], folder: Path, environment: dict[str, str]) -> None:
    for name in names:
        command = [sys.executable, "-m", "mutmut", "show", name]
        shown = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        sys.stderr.write(f"{shown.stdout}\n")


def run(area: str, *, show: bool = False, alone: bool = True) -> dict[str, int]:
    """Mutate one area; gives the counts, and on the error stream what survived, if asked to."""
    files, tests = AREAS[area]
    with tempfile.TemporaryDirectory(prefix="gov-connect-mutate-") as folder:
        copy = Path(folder)
        for name in ("src", "tests", "docs"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        (copy / "setup.cfg").write_text(
            "[mutmut]\nsource_paths=src\nalso_copy=docs\nonly_mutate=\n"
            + "".join(f"    src/gov_connect/{name}\n" for name in files)
            + "pytest_add_cli_args_test_selection=\n"
            + "".join(f"    {name}\n" for name in tests),
            encoding="utf-8",
        )
        (copy / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib -q\n", encoding="utf-8")
        command = [sys.executable, "-m", "mutmut"]
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        ran = subprocess.run([*command, "run"], cwd=copy, env=environment, capture_output=True, text=True, check=False)
        listed = subprocess.run(
            [*command, "results", "--all", "true"],
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        found = re.findall(r"(\S+__mutmut_\d+): (.+)", listed.stdout)
        # Where the tests fail on the unchanged copy already, nothing was tried and nothing is known.
        if not found or all(state == "not checked" for _, state in found):
            sys.stderr.write(ran.stdout[-3000:] + ran.stderr[-3000:])
            raise SystemExit(3)
        for number, (name, state) in enumerate(found):
            if alone and state == "survived" and not _survives_alone(name, copy, tests, environment):
                found[number] = (name, "killed alone")
        if show:
            _show(
                [name for name, state in found if state not in {"killed", "killed alone", "timeout"}], copy, environment
            )
    states = [state for _, state in found]
    counts = {state: states.count(state) for state in sorted(set(states))}
    return {"mutants": len(states), **counts}


def main() -> int:
    """Run the chosen areas."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--area", choices=sorted(AREAS), action="append")
    options.add_argument("--show", action="store_true", help="print what survived")
    options.add_argument("--once", action="store_true", help="try no survivor again in a process of its own")
    chosen = options.parse_args()
    areas = chosen.area or [name for name in AREAS if name not in {"rate", "limits"}]
    if not hasattr(os, "fork"):
        print(json.dumps({"skipped": "mutmut needs a system that can fork"}))
        return 0
    began = time.monotonic()
    results = {area: run(area, show=chosen.show, alone=not chosen.once) for area in areas}
    print(json.dumps({"areas": results, "seconds": round(time.monotonic() - began, 1)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
