"""Every block of Python in a document runs, in the order of its page, against the mocks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer

from gov_connect.cli import _tree
from gov_connect.cli._app import app
from gov_connect.mocks import running_mocks

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")]
    if "reference" not in path.parts
)
# They need the package that they write: tests/vendor runs it as its reader would.
OWN_TEST = {"docs/tutorials/vendor_adapter.md", "docs/tutorials/vendor_adapter.en.md"}
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL = re.compile(r"^```(?:sh|console|bash)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$? ?gov-connect ((?:[a-z][a-z-]* ?)+)")


def blocks(page: str) -> list[tuple[int, str]]:
    """Each block with the line it begins at."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [(text[: match.start(1)].count("\n"), match.group(1)) for match in BLOCK.finditer(text)]


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """The variables of a client of running mocks."""
    with running_mocks() as mocks:
        yield dict(mocks.environment)


@pytest.fixture
def place(environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and settings in the environment as a reader would have set them."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GOV_CONNECT_DATABASE_URL", f"sqlite:///{(tmp_path / 'records.db').as_posix()}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page) and page not in OWN_TEST])
@pytest.mark.usefixtures("place")
def test_the_code_of_a_page_runs(page: str) -> None:
    """From the first block to the last, in one namespace."""
    names: dict[str, Any] = {"__name__": "page"}
    for line, code in blocks(page):
        exec(compile("\n" * line + code, page, "exec"), names)


def commands() -> list[tuple[str, str]]:
    """Page and words of each `gov-connect` command shown in a document."""
    found: set[tuple[str, str]] = set()
    for page in PAGES:
        for match in SHELL.finditer((ROOT / page).read_text(encoding="utf-8")):
            for line in match.group(1).splitlines():
                shown = COMMAND.match(line)
                if shown:
                    found.add((page, shown.group(1).strip()))
    return sorted(found)


def test_every_shown_command_exists() -> None:
    """Each begins with the name of a command, and no group is shown without one of its commands."""
    tree = dict(_tree.walk(typer.main.get_command(app)))
    for page, shown in commands():
        words = shown.split()
        known = [" ".join(words[:length]) for length in range(len(words), 0, -1) if " ".join(words[:length]) in tree]
        assert known, f"{page}: gov-connect {shown}"
        group = getattr(tree[known[0]], "commands", {})
        assert not group or getattr(tree[known[0]], "invoke_without_command", False), f"{page}: gov-connect {shown}"
