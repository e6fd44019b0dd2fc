"""The house keeps its own rules: sizes, imports, words, the public door."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import gov_connect
from gov_connect.model.people import _PROVINCES as ISSUED

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src" / "gov_connect").rglob("*.py"))
TEXTS = [
    *SOURCES,
    *sorted((ROOT / "tests").rglob("*.py")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted(ROOT.glob("*.md")),
]


def run(code: str) -> str:
    """Run a snippet in a fresh interpreter."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, check=True, text=True, timeout=60
    ).stdout.strip()


def test_the_public_names_are_these() -> None:
    """The one public door offers exactly what it lists, in order, and dir() says the same."""
    assert gov_connect.__all__ == sorted(gov_connect.__all__, key=lambda name: (name.islower(), name))
    for name in gov_connect.__all__:
        assert getattr(gov_connect, name) is not None
    assert set(dir(gov_connect)) == {*gov_connect.__all__, "__version__"}
    with pytest.raises(AttributeError):
        _ = gov_connect.nonsense  # type: ignore[attr-defined]


def test_files_stay_small() -> None:
    """Median at most 200 lines, none over 600."""
    sizes = {str(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert statistics.median(sizes.values()) <= 200
    assert {name: size for name, size in sizes.items() if size > 600} == {}


def definitions(node: ast.AST, *, inside: bool = False) -> Iterator[tuple[Any, bool]]:
    """Classes and functions in order, and whether each is private by its place: in a function or a private class."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from definitions(child, inside=inside)
            continue
        yield child, inside
        hides = not isinstance(child, ast.ClassDef) or child.name.startswith("_")
        yield from definitions(child, inside=inside or hides)


def test_functions_stay_short(library: Any) -> None:
    """No function is longer than 60 lines."""
    long = [
        f"{name}:{node.name}"
        for name, (_text, tree) in library.items()
        for node, _inside in definitions(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and (node.end_lineno or 0) - node.lineno + 1 > 60
    ]
    assert long == []


def test_every_public_thing_says_what_it_is(library: Any) -> None:
    """Public modules, classes and functions have docstrings."""
    silent = [name for name, (_text, tree) in library.items() if ast.get_docstring(tree) is None]
    silent += [
        f"{name}:{node.name}"
        for name, (_text, tree) in library.items()
        for node, inside in definitions(tree)
        if not inside
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
        and not any(isinstance(mark, ast.Name) and mark.id == "overload" for mark in node.decorator_list)
    ]
    assert silent == []


def test_every_test_says_what_it_proves() -> None:
    """A test without a sentence is not a test one can read."""
    silent = [
        f"{path.name}:{node.name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.name.startswith("test_")
        and ast.get_docstring(node) is None
    ]
    assert silent == []


def test_importing_the_package_is_light() -> None:
    """Heavy libraries load on first use: neither the package nor the façade's class brings them."""
    heavy = ["lxml", "sqlalchemy", "cryptography", "zeep", "signxml", "tenacity", "structlog", "httpx"]
    loaded = run(
        "import sys; from gov_connect import GovConnect, Settings, Dossier; "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    assert loaded == "[]"


def test_the_facade_loads_less_than_httpx_and_pydantic() -> None:
    """Counted in modules, not in seconds: models, settings, records, adapters and asyncio come with what uses them."""
    count = "import sys; before = len(sys.modules); {}; print(len(sys.modules) - before)"
    ours, theirs = (
        int(run(count.format(line))) for line in ("from gov_connect import GovConnect", "import httpx, pydantic")
    )
    assert ours < theirs
    late = ["asyncio", "pydantic", "opentelemetry", "gov_connect.store", "gov_connect.audit", "gov_connect.adapters"]
    loaded = run(
        f"import sys; from gov_connect import GovConnect; print([name for name in {late!r} if name in sys.modules])"
    )
    assert loaded == "[]"


def test_every_name_of_a_lazy_package_is_there() -> None:
    """What a package offers by name it also gives."""
    for name in (
        "gov_connect",
        *(f"gov_connect.{part}" for part in ("audit", "model", "store", "telemetry", "transport")),
    ):
        package = import_module(name)
        assert [each for each in package.__all__ if not hasattr(package, each)] == []
        with pytest.raises(AttributeError, match="no attribute"):
            _ = package.nothing_of_this_name


def test_a_first_call_offline_needs_no_server_library() -> None:
    """The offline façade brings no server and no command line."""
    loaded = run(
        "import sys; from gov_connect import GovConnect, DossierCode\n"
        "with GovConnect.offline() as gov: gov.portal.find(DossierCode('H99.201-261120-0001'))\n"
        "print([name for name in ('uvicorn', 'typer', 'rich') if name in sys.modules])"
    )
    assert loaded == "[]"


def test_the_command_without_its_extra_says_how_to_get_it() -> None:
    """Without typer the command exits 2 and names the pip command."""
    code = (
        "import sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] in {'typer', 'rich', 'click'}:\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        "from gov_connect.cli import main\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True, timeout=60)
    assert done.returncode == 2
    assert 'pip install "gov-connect[cli]"' in done.stderr


def test_the_tree_shows_no_real_number() -> None:
    """Every 12-digit number in sources, tests and docs is obviously false, a date, or a digest."""
    number = re.compile(r"(?<![0-9a-f])(\d{12})(?![0-9a-f])")
    allowed = re.compile(r"010212000201|9{12}|123456789012|\d{3}0{7}\d{2}")
    seen = {
        f"{path.name}: {found}"
        for path in TEXTS
        for found in number.findall(path.read_text(encoding="utf-8"))
        if found[:3] in ISSUED or found[:3] >= "100"
        if not allowed.fullmatch(found)
    }
    assert seen == set()


def test_every_block_of_the_readme_runs() -> None:
    """The Python in the README works as shown."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        assert run(block)
