"""What comes along with the library: licences, known vulnerabilities, a bill of materials, a wheel that repeats.

    python tools/supply.py licences              exit 1 for GPL, AGPL, or nothing said
    python tools/supply.py audit                 known vulnerabilities; skips loudly where it cannot ask
    python tools/supply.py sbom [FILE]           CycloneDX JSON of everything that `gov-connect[all]` brings
    python tools/supply.py wheel                 builds the wheel twice, in two places, and compares

Each prints one JSON line. `sbom` and `audit` work in an environment of their own under `build/`.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = "gov-connect"
ASK: Final = "GOV_CONNECT_ASK_REGISTRY"
EPOCH: Final = "1700000000"
_REFUSED: Final = re.compile(r"(?<![a-z])(a?gpl|gnu (affero )?general public|sspl|busl)", re.IGNORECASE)
_LESSER: Final = re.compile(r"lgpl|lesser general public", re.IGNORECASE)


def closure(name: str = PACKAGE, extras: frozenset[str] = frozenset({"all"})) -> dict[str, str]:
    """Every installed distribution that `name[extras]` brings, itself left out: name -> version."""
    from packaging.requirements import Requirement  # noqa: PLC0415 - a tool of the locked environment

    found: dict[str, str] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    todo = [(name, extras)]
    while todo:
        current, wanted = todo.pop()
        if (current, wanted) in seen:
            continue
        seen.add((current, wanted))
        try:
            there = importlib.metadata.distribution(current)
        except importlib.metadata.PackageNotFoundError:
            continue
        found[re.sub(r"[-_.]+", "-", there.name).lower()] = there.version
        for text in there.requires or ():
            needed = Requirement(text)
            asked = [*wanted, ""]
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in asked):
                todo.append((needed.name, frozenset(needed.extras)))
    found.pop(PACKAGE, None)
    return dict(sorted(found.items()))


def licence_of(name: str) -> str:
    """What a distribution says of its licence, every place together."""
    meta: Any = importlib.metadata.metadata(name)
    said = [meta.get("License-Expression") or "", *(meta.get_all("Classifier") or ())]
    said = [one for one in said if one and (one == said[0] or one.startswith("License ::"))]
    # The old field may hold a whole text: its first line is the name.
    return "; ".join(said) or (meta.get("License") or "").strip().partition("\n")[0]


def refused(text: str) -> bool:
    """Whether a licence is one that we do not bring along; the lesser GPL of a library that is only used is not."""
    return not text or bool(_REFUSED.search(_LESSER.sub("", text)))


def licences() -> int:
    """Print and judge the licences of the closure."""
    found = {name: licence_of(name) for name in closure()}
    bad = {name: text for name, text in found.items() if refused(text)}
    print(json.dumps({"distributions": len(found), "refused": bad}))
    return 1 if bad else 0


def environment(*packages: str) -> Path | None:
    """An environment of its own with these packages; None where they cannot be had."""
    folder = ROOT / "build" / "tools"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        venv.create(folder, with_pip=True)
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages],
        capture_output=True,
        check=False,
        text=True,
    )
    return python if done.returncode == 0 else None


def requirements(folder: Path) -> Path:
    """The closure as a requirements file."""
    file = folder / "requirements.txt"
    file.write_text("".join(f"{name}=={version}\n" for name, version in closure().items()), encoding="utf-8")
    return file


def sbom(target: Path) -> int:
    """Write the bill of materials."""
    python = environment("cyclonedx-bom==7.*")
    if python is None:
        print(json.dumps({"skipped": "cyclonedx-bom cannot be installed here"}))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        command = [python, "-m", "cyclonedx_py", "requirements", "--pyproject", str(ROOT / "pyproject.toml")]
        command += ["--output-reproducible", "-o", str(target), str(requirements(Path(folder)))]
        done = subprocess.run(command, capture_output=True, check=False, text=True, cwd=folder)
    if done.returncode:
        sys.stderr.write(done.stderr)
        return 1
    made = json.loads(target.read_text("utf-8"))
    print(json.dumps({"file": str(target), "format": made["bomFormat"], "components": len(made["components"])}))
    return 0


def audit() -> int:
    """Ask for known vulnerabilities of the closure: one question to the registry for each distribution."""
    if not os.environ.get(ASK):
        print(json.dumps({"skipped": f"asks a registry about every distribution; set {ASK}=1 to let it"}))
        return 0
    python = environment("pip-audit==2.*")
    if python is None:
        print(json.dumps({"skipped": "pip-audit cannot be installed here"}))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        command = [python, "-m", "pip_audit", "--no-deps", "--disable-pip", "--format", "json", "--timeout", "10"]
        done = subprocess.run(
            [*command, "-r", str(requirements(Path(folder)))], capture_output=True, check=False, text=True
        )
    try:
        told = json.loads(done.stdout)
    except ValueError:
        print(json.dumps({"skipped": "no database of vulnerabilities can be reached from here"}))
        return 0
    bad = {one["name"]: [two["id"] for two in one["vulns"]] for one in told["dependencies"] if one.get("vulns")}
    unknown = [one["name"] for one in told["dependencies"] if "vulns" not in one]
    print(json.dumps({"distributions": len(told["dependencies"]), "vulnerable": bad, "not_known_there": unknown}))
    return 1 if bad else 0


def build(folder: Path) -> tuple[str, str]:
    """Copy the sources to a new place and build the wheel there; gives its name and SHA-256."""
    source, out = folder / "source", folder / "out"
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(ROOT / "src", source / "src", ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, source / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run(
        [*command, "--disable-pip-version-check", "--wheel-dir", str(out), str(source)],
        check=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH},
    )
    (made,) = out.glob("*.whl")
    return made.name, hashlib.sha256(made.read_bytes()).hexdigest()


def wheel() -> int:
    """Build twice and compare."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory(suffix="-elsewhere") as other:
        first, second = build(Path(one)), build(Path(other))
    print(json.dumps({"wheel": first[0], "sha256": first[1], "same": first == second}))
    return 0 if first == second else 1


def main() -> int:
    """Run one of them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("what", choices=["licences", "audit", "sbom", "wheel"])
    options.add_argument("file", nargs="?", type=Path, default=ROOT / "build" / "sbom.json")
    chosen = options.parse_args()
    if chosen.what == "sbom":
        chosen.file.parent.mkdir(parents=True, exist_ok=True)
        return sbom(chosen.file.resolve())
    return {"licences": licences, "audit": audit, "wheel": wheel}[chosen.what]()


if __name__ == "__main__":
    sys.exit(main())
