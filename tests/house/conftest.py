"""The library's sources, read and parsed once for all rules of the house."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2] / "src" / "gov_connect"


@pytest.fixture(scope="session")
def library() -> dict[str, tuple[str, ast.Module]]:
    """Text and tree of every module, by its path inside the package."""
    texts = {path.relative_to(HOME).as_posix(): path.read_text(encoding="utf-8") for path in sorted(HOME.rglob("*.py"))}
    return {name: (text, ast.parse(text)) for name, text in texts.items()}
