"""What is promised by name stays: a name that comes or goes is seen here before anybody misses it."""

from __future__ import annotations

import importlib
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

TOOL = Path(__file__).parents[1] / "tools" / "surface.py"
MORE = "If that is meant: python tools/surface.py, a changelog fragment, and docs/explanation/compatibility.md"


@pytest.fixture(scope="module")
def tool() -> Any:
    """The tool that writes the pinned file, as a module."""
    spec = importlib.util.spec_from_file_location("surface", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_exported_names_are_the_pinned_ones(tool: Any) -> None:
    """Of the package, of every public room, and of whatever a document or an example imports from."""
    pinned = {name: set(names) for name, names in json.loads(tool.PINNED.read_text("utf-8")).items()}
    found = {name: set(names) for name, names in tool.surface().items()}
    gone = {name: sorted(names - found.get(name, set())) for name, names in pinned.items()}
    new = {name: sorted(names - pinned.get(name, set())) for name, names in found.items()}
    assert {name: names for name, names in gone.items() if names} == {}, MORE
    assert {name: names for name, names in new.items() if names} == {}, MORE


def test_every_exported_name_is_there(tool: Any) -> None:
    """A list that names what does not exist breaks `import *`, and whoever believes it."""
    for name in tool.modules():
        module = importlib.import_module(name)
        assert [one for one in tool.names_of(module) if not hasattr(module, one)] == []


def test_documents_show_public_names_only(tool: Any) -> None:
    """What a reader copies is promised: no underscore on the way, and the module offers the name."""
    shown = tool.shown_imports()
    assert len(shown) > 20
    pinned = json.loads(tool.PINNED.read_text("utf-8"))
    hidden = {
        (module, name) for module, name in shown if any(part.startswith("_") for part in [*module.split("."), name])
    }
    assert hidden == set()
    not_offered = {
        (module, name) for module, name in shown if name not in pinned[module] and f"{module}.{name}" not in pinned
    }
    assert not_offered == set()


def test_both_facades_offer_the_same(tool: Any) -> None:
    """But for what only makes sense in one of them: blocking applications, and the carrier for diagnosis."""
    found = tool.surface()
    blocking, awaited = set(found["gov_connect.GovConnect"]), set(found["gov_connect.AsyncGovConnect"])
    assert awaited <= blocking
    assert blocking - awaited == {"asgi", "carrier", "wsgi"}
