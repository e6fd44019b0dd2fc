"""Builds what is published, checks it, and installs it into empty environments.

    python tools/release.py              into dist/, checked; installed with no extras and with each alone
    python tools/release.py --no-extras  the same without the extras

It needs `twine` and `check-wheel-contents` (the environment of `make docs`), and a package index for the installing.
Prints one JSON line; exit 1 when anything is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import venv
import zipfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
DIST: Final = ROOT / "dist"
SMOKE: Final = """
from datetime import date
from gov_connect import DossierCode, FeeItem, GovConnect
with GovConnect.offline() as gov:
    assert gov.portal.find(DossierCode("H99.201-261120-0001")) is False
    assert gov.fees.quote([FeeItem("ct.copy", pages=2, copies=1)], on=date(2026, 11, 20), area="31:31").total
"""
USES: Final = {
    "": SMOKE,
    "all": "import gov_connect.cli._app, gov_connect.mocks.server",
    "cli": "import gov_connect.cli._app",
    "contract-tests": "import pytest, gov_connect.contract_tests.plugin",
    "fast": "import gov_connect.transport.fast",
    "mocks": "from gov_connect.mocks import running_mocks\nwith running_mocks() as mocks: assert mocks.base_urls",
    "otel": "import opentelemetry.trace, gov_connect.telemetry.otel",
    "pdf": "import pyhanko, gov_connect.signing.pdf_sign",
    "pkcs11": "import pkcs11, gov_connect.signing.tokens",
    "qr": "import segno, gov_connect.payments.printing",
    "scale": "import procrastinate, psycopg, gov_connect.delivery.procrastinate_worker",
}
"""What proves that an extra brought what its part of the library wants; "" is the library alone."""


def extras() -> list[str]:
    """The extras of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return sorted(project["optional-dependencies"])


def package_files() -> list[Path]:
    """Every file of the package in the source tree."""
    found = (ROOT / "src" / "gov_connect").rglob("*")
    return sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts)


def build(folder: Path) -> tuple[Path, Path]:
    """Build wheel and sdist with the backend of this environment, without a network."""
    code = f"import hatchling.build as b; print(b.build_wheel({str(folder)!r})); print(b.build_sdist({str(folder)!r}))"
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, env=environment)
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return wheel, sdist


def differences(wheel: Path) -> dict[str, list[str]]:
    """What of the source tree is missing in a wheel, and what is in it that is not of the package."""
    source = {path.relative_to(ROOT / "src").as_posix() for path in package_files()}
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    return {"missing": sorted(source - packed), "strange": sorted(packed - source)}


def judged(wheel: Path, sdist: Path) -> dict[str, str]:
    """What independent judges say of both: "" when nothing."""
    commands = {
        "twine": [sys.executable, "-m", "twine", "check", "--strict", str(wheel), str(sdist)],
        "check-wheel-contents": [sys.executable, "-m", "check_wheel_contents", str(wheel)],
    }
    found: dict[str, str] = {}
    for name, command in commands.items():
        done = subprocess.run(command, capture_output=True, check=False, text=True, env={**os.environ, "NO_COLOR": "1"})
        found[name] = "" if done.returncode == 0 else (done.stdout + done.stderr).strip()[-2000:]
    return found


def same_from_sdist(sdist: Path, wheel: Path) -> bool:
    """Whether the sdist builds the same wheel: whoever packages from source gets what we publish."""
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(sdist) as archive:
            archive.extractall(folder, filter="data")
        (tree,) = Path(folder).iterdir()
        code = "import hatchling.build as b; b.build_wheel('.')"
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
        subprocess.run([sys.executable, "-c", code], cwd=tree, check=True, capture_output=True, env=environment)
        return (tree / wheel.name).read_bytes() == wheel.read_bytes()


def installed(wheel: Path, extra: str) -> str:
    """Install into an empty environment and use it; gives what went wrong."""
    with tempfile.TemporaryDirectory(prefix="gov-connect-release-") as folder:
        venv.create(folder, with_pip=True)
        programs = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin")
        wanted = f"{wheel}[{extra}]" if extra else str(wheel)
        commands = [
            [programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wanted],
            [programs / "python", "-m", "pip", "check"],
            [programs / "python", "-W", "error", "-c", USES[extra]],
        ]
        for command in commands:
            done = subprocess.run(command, capture_output=True, check=False, text=True, cwd=folder)
            if done.returncode:
                return (done.stdout + done.stderr).strip()[-2000:]
        return _command(programs / "gov-connect", works=extra in {"cli", "all"})


def _command(program: Path, *, works: bool) -> str:
    """The command answers with its extra, and without it says how to get it."""
    done = subprocess.run([program, "--help"], capture_output=True, check=False, text=True)
    if works:
        return "" if done.returncode == 0 else f"gov-connect --help: {done.stderr[-500:]}"
    told = done.returncode == 2 and 'pip install "gov-connect[cli]"' in done.stderr  # noqa: PLR2004 - wrong usage
    return "" if told else f"gov-connect without the extra: exit {done.returncode}, {done.stderr[-500:]}"


def main() -> int:
    """Build, judge, install."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--no-extras", action="store_true")
    chosen = options.parse_args()
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    wheel, sdist = build(DIST)
    wrong = {name: said for name, said in judged(wheel, sdist).items() if said}
    wrong |= {name: ", ".join(files) for name, files in differences(wheel).items() if files}
    if not same_from_sdist(sdist, wheel):
        wrong["sdist"] = "builds another wheel"
    tried = [""] if chosen.no_extras else ["", *extras()]
    wrong |= {f"[{extra}]": said for extra in tried if (said := installed(wheel, extra))}
    print(json.dumps({"wheel": wheel.name, "sdist": sdist.name, "installed": tried, "wrong": wrong}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
