"""What comes along: free licences, a wheel that repeats, every package locked by its hash."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "tools" / "supply.py"


@pytest.fixture(scope="module")
def supply() -> Any:
    """The tool as a module."""
    spec = importlib.util.spec_from_file_location("supply", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(what: str) -> Any:
    done = subprocess.run([sys.executable, SCRIPT, what], capture_output=True, check=False, text=True, timeout=120)
    return done.returncode, json.loads(done.stdout.strip().splitlines()[-1])


def test_every_licence_is_free_and_none_is_gpl() -> None:
    """Of everything that `gov-connect[all]` brings."""
    code, told = run("licences")
    assert (code, told["refused"]) == (0, {})
    assert told["distributions"] > 30


@pytest.mark.parametrize(
    ("text", "no"),
    [
        ("MIT", False),
        ("License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)", False),
        ("LGPL-3.0-only", False),
        ("GPL-3.0-or-later", True),
        ("License :: OSI Approved :: GNU General Public License v2 (GPLv2)", True),
        ("AGPL-3.0", True),
        ("", True),
    ],
)
def test_the_judge_of_licences_can_say_no(supply: Any, text: str, no: bool) -> None:  # noqa: FBT001 - one table
    """GPL, AGPL and silence are refused; the lesser one is used as a library."""
    assert supply.refused(text) is no


def test_the_wheel_repeats() -> None:
    """Built twice, in two places: the same bytes."""
    code, told = run("wheel")
    assert (code, told["same"]) == (0, True)


def test_everything_is_locked_by_hash() -> None:
    """What the suite runs with is named by version and hash, and everything the library brings is in it."""
    text = (ROOT / "requirements-dev.lock").read_text("utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    unhashed = [block.partition("\n")[0] for block in blocks if "==" in block and "--hash=sha256:" not in block]
    assert unhashed == []


def test_the_lock_holds_the_whole_closure(supply: Any) -> None:
    """Nothing comes in by the side."""
    text = (ROOT / "requirements-dev.lock").read_text("utf-8")
    locked = {re.sub(r"[-_.]+", "-", name).lower() for name in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}
    assert supply.closure().keys() - locked == set()
