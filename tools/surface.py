"""What is promised to others by name: every public module's names, as one JSON file that a test compares with.

    python tools/surface.py        writes tests/public_surface.json anew; read the difference before you commit it

A name that goes away is a broken promise: docs/explanation/compatibility.md says what is owed for it.
"""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
from pathlib import Path
from typing import Any, Final, TypeVar

import gov_connect

ROOT: Final = Path(__file__).resolve().parents[1]
PINNED: Final = ROOT / "tests" / "public_surface.json"
_BLOCK: Final = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def shown_code() -> list[str]:
    """The Python that documents and examples show."""
    pages = [*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
    blocks = [block for page in pages for block in _BLOCK.findall(page.read_text("utf-8"))]
    scripts = [path.read_text("utf-8") for path in sorted((ROOT / "examples").rglob("*.py"))]
    for notebook in sorted((ROOT / "examples").rglob("*.ipynb")):
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        scripts += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return [*blocks, *scripts]


def shown_imports() -> set[tuple[str, str]]:
    """(module, name) of everything that they import of ours."""
    return {
        (node.module, alias.name)
        for code in shown_code()
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "gov_connect"
        for alias in node.names
    }


def modules() -> list[str]:
    """The package, its rooms that list their names, and every module that a document or an example imports from."""
    rooms = [room.name for room in pkgutil.iter_modules(gov_connect.__path__) if not room.name.startswith("_")]
    named = {f"gov_connect.{room}" for room in rooms}
    listing = {name for name in named if hasattr(importlib.import_module(name), "__all__")}
    return sorted({"gov_connect", *listing, *(module for module, _ in shown_imports())})


def names_of(module: Any) -> list[str]:
    """What a module offers: what it lists, or else what is defined in it without an underscore."""
    listed = getattr(module, "__all__", None)
    if listed is not None:
        return sorted(listed)
    tree = ast.parse(Path(module.__file__).read_text("utf-8"))
    bound = [name for statement in tree.body for name in _bound(statement) if not name.startswith("_")]
    return sorted(name for name in bound if not isinstance(getattr(module, name, None), TypeVar))


def _bound(statement: ast.stmt) -> list[str]:
    """The names that a statement defines; what it imports is another module's."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def surface() -> dict[str, list[str]]:
    """Every module with its names, and the members of the two façades."""
    found = {name: names_of(importlib.import_module(name)) for name in modules()}
    for facade in ("GovConnect", "AsyncGovConnect"):
        members = [name for name in dir(getattr(gov_connect, facade)) if not name.startswith("_")]
        found[f"gov_connect.{facade}"] = members
    return found


if __name__ == "__main__":
    PINNED.write_text(json.dumps(surface(), indent=1) + "\n", encoding="utf-8")
