"""What all rooms share: databases of both kinds, and software that nobody here wrote, to check ours against.

The latter is fetched once into a folder that git ignores. `GOV_CONNECT_PEERS` says how: unset, a peer that cannot
be had is skipped, aloud; `0` skips all of them; `1` makes such a skip a failure.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HELPER = Path(__file__).parents[1] / "tools" / "private_postgres.py"

# What the command line says is tested in Vietnamese, whatever the language of the machine.
os.environ["GOV_CONNECT_LANG"] = "vi"

with contextlib.suppress(ImportError):  # the environment of the examples does without
    from hypothesis import settings

    # A busy machine is no defect: no example is judged by its time.
    settings.register_profile("patient", deadline=None)
    settings.load_profile("patient")

PEERS = Path(__file__).parents[1] / ".peers"
WANTED = os.environ.get("GOV_CONNECT_PEERS", "")
SECONDS = 60


def _tool() -> Any:
    spec = importlib.util.spec_from_file_location("private_postgres", _HELPER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """One private PostgreSQL for the whole session; a loud skip where its programs are missing."""
    tool = _tool()
    if tool.binaries() is None:
        pytest.skip(tool.SKIPPED)
    with tool.private_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Any) -> str:
    """An empty database on it."""
    return postgres.new_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind: a file, or one on the private server."""
    if request.param == "sqlite":
        return f"sqlite:///{(tmp_path / 'records.db').as_posix()}"
    return request.getfixturevalue("postgres_url")


def without(what: str) -> None:
    """Say that a peer is missing."""
    if WANTED == "1":
        pytest.fail(f"peer not available: {what}")
    pytest.skip(f"peer not available: {what}")


def installed(name: str, command: Callable[[Path], list[str]]) -> Path:
    """The folder of a peer; it appears whole or not at all."""
    if WANTED == "0":
        pytest.skip("GOV_CONNECT_PEERS=0")
    home = PEERS / re.sub(r"[^0-9A-Za-z.]+", "-", name)
    if home.is_dir():
        return home
    PEERS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=PEERS) as made:
        try:
            subprocess.run(command(Path(made)), check=True, capture_output=True, timeout=SECONDS)
        except (OSError, subprocess.SubprocessError):
            without(f"{name} could not be installed")
        shutil.copytree(made, home, symlinks=True)
    return home


@pytest.fixture(scope="session")
def node_packages() -> Callable[..., Path]:
    """Give the folder that holds npm packages, e.g. `node_packages("soap@1.13.0") / "node_modules"`."""

    def packages(*names: str) -> Path:
        npm = shutil.which("npm")
        if npm is None or shutil.which("node") is None:
            without("node and npm")
        fast = ("--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=0", "--fetch-timeout=10000")
        return installed(" ".join(names), lambda home: [str(npm), "install", *fast, "--prefix", str(home), *names])

    return packages


@pytest.fixture(scope="session")
def python_package() -> Callable[[str], Path]:
    """Give a folder that holds one package of PyPI, without what it depends on; for PYTHONPATH of a process."""

    def package(name: str) -> Path:
        quick = ("--quiet", "--disable-pip-version-check", "--retries", "0", "--timeout", "10", "--no-deps")
        pip = [sys.executable, "-m", "pip", "install", *quick]
        return installed(name, lambda home: [*pip, "--target", str(home), name])

    return package
