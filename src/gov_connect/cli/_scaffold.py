"""Writes the package of a vendor's adapter from the template beside this file."""

from __future__ import annotations

import re
from importlib import resources
from string import Template
from typing import TYPE_CHECKING, Final

from gov_connect.adapters.catalogue import adapters
from gov_connect.errors import Rejected

if TYPE_CHECKING:
    from pathlib import Path

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_FILES: Final = {
    "pyproject.toml": "pyproject.toml.tmpl",
    "README.md": "README.md.tmpl",
    "src/{package}/__init__.py": "src/__init__.py.tmpl",
    "src/{package}/adapter.py": "src/adapter.py.tmpl",
    "src/{package}/fake.py": "src/fake.py.tmpl",
    "tests/test_contract.py": "tests/test_contract.py.tmpl",
}


class ScaffoldError(Rejected):
    """The package cannot be written; `code` says why."""


def scaffold(name: str, folder: Path) -> list[Path]:
    """Write the package for a system called `name` below `folder`, which must not exist yet or be empty.

    Raises:
        ScaffoldError: the name is no name for a system or is taken, or the folder is not empty.
    """
    if not _NAME.fullmatch(name):
        raise ScaffoldError("cli.system_name")
    if any(item.system == name for item in adapters()):
        raise ScaffoldError("cli.system_taken", name=name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ScaffoldError("cli.folder_full", folder=str(folder))
    package = f"gov_connect_{name}"
    words = {
        "name": name,
        "package": package,
        "dist": package.replace("_", "-"),
        "class": "".join(part.capitalize() for part in name.split("_")),
    }
    template = resources.files("gov_connect.cli") / "_template"
    written: list[Path] = []
    for place, source in _FILES.items():
        text = Template((template / source).read_text(encoding="utf-8")).substitute(words)
        target = folder / place.format(package=package)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
        written.append(target)
    typed = folder / "src" / package / "py.typed"
    typed.touch()
    return [*written, typed]
