"""Writes the package of a vendor's adapter from the template beside this file."""

from __future__ import annotations

import re
from importlib import resources
from string import Template
from typing import TYPE_CHECKING, Final

from gov_connect.adapters.catalogue import adapters

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


class ScaffoldError(ValueError):
    """The package cannot be written; says why, in both languages."""


def scaffold(name: str, folder: Path) -> list[Path]:
    """Write the package for a system called `name` below `folder`, which must not exist yet or be empty.

    Raises:
        ScaffoldError: the name is no name for a system or is taken, or the folder is not empty.
    """
    if not _NAME.fullmatch(name):
        message = "tên chỉ gồm chữ thường, số và gạch dưới / a name is lower-case letters, digits and underscores"
        raise ScaffoldError(message)
    if any(item.system == name for item in adapters()):
        message = f"đã có bộ chuyển đổi tên {name} / there is an adapter called {name} already"
        raise ScaffoldError(message)
    if folder.exists() and any(folder.iterdir()):
        message = f"thư mục không trống / the folder is not empty: {folder}"
        raise ScaffoldError(message)
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
