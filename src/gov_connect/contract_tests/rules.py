"""What every contract test must say of itself; a test that does not is not collected."""

from __future__ import annotations

import inspect
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from gov_connect.contract_tests import capabilities, marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A section of a wire document, or an article: what it is about, and the official text behind it."""

    vi: str
    en: str
    source: str = ""


@cache
def requirements() -> dict[str, Requirement]:
    """Everything that may be cited."""
    text = (resources.files("gov_connect.contract_tests") / "requirements.toml").read_text(encoding="utf-8")
    return {name: Requirement(**entry) for name, entry in tomllib.loads(text).items()}


def complaints(items: Sequence[pytest.Item]) -> list[str]:
    """What is wrong with contract tests, one sentence each."""
    return [f"{item.nodeid}: {complaint}" for item in items for complaint in _complaints(item)]


def _complaints(item: pytest.Item) -> list[str]:
    found: list[str] = []
    evidence = [name for name in marks.EVIDENCE if item.get_closest_marker(name)]
    if len(evidence) != 1:
        found.append("needs exactly one of confirmed, seen, guess")
    cited = citations(item)
    if not cited:
        found.append("needs requirement(…)")
    found += [f"cites what is not in requirements.toml: {name}" for name in cited if name not in requirements()]
    known = capabilities.names()
    found += [f"needs an unknown capability: {name}" for name in needed(item) if name not in known]
    if not all(titles(item)):
        found.append("needs a docstring of two lines, Vietnamese and English")
    return found


def citations(item: pytest.Item) -> tuple[str, ...]:
    """What a test cites."""
    return tuple(str(mark.args[0]) for mark in item.iter_markers(marks.REQUIREMENT))


def needed(item: pytest.Item) -> tuple[str, ...]:
    """Capabilities that a test needs."""
    return tuple(str(name) for mark in item.iter_markers(marks.NEEDS) for name in mark.args)


def grade(item: pytest.Item) -> str:
    """CONFIRMED, SEEN or GUESS."""
    return next(name for name in marks.EVIDENCE if item.get_closest_marker(name)).removeprefix("gov_").upper()


def titles(item: pytest.Item) -> tuple[str, str]:
    """What a test requires, in Vietnamese and in English; "" where its docstring does not say."""
    function: Any = getattr(item, "function", None)
    lines = [line.strip() for line in (inspect.getdoc(function) or "").splitlines() if line.strip()]
    return (lines[0], lines[1]) if len(lines) >= 2 else ("", "")  # noqa: PLR2004 - two languages


def subject_of(item: pytest.Item) -> tuple[str, str]:
    """Wire and subject of a contract test."""
    mark = item.get_closest_marker(marks.WIRE)
    assert mark is not None
    wire, subject = mark.args
    return str(wire), str(subject)


def test_id(item: pytest.Item) -> str:
    """The stable id: `wire:name`, for clients `wire/client:name`."""
    wire, subject = subject_of(item)
    place = wire if subject == "system" else f"{wire}/{subject}"
    return f"{place}:{item.name.removeprefix('test_')}"
