"""Marks of a contract test: how well its fact is known, where it is written, what it needs.

Every test carries exactly one of `confirmed`, `seen` and `guess`, at least one `requirement`, and a docstring of
two lines, Vietnamese and English; otherwise collection fails (see `rules`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from pytest import MarkDecorator  # noqa: PT013 - a type

EVIDENCE: Final = ("gov_confirmed", "gov_seen", "gov_guess")
REQUIREMENT: Final = "gov_requirement"
NEEDS: Final = "gov_needs"
WRITES: Final = "gov_writes"
WIRE: Final = "gov_wire"
DECLARED: Final = (
    "gov_confirmed: the fact has two independent sources, or an official text",
    "gov_seen: the fact has one source",
    "gov_guess: the fact is inferred; a failure is for a person to review",
    "gov_requirement(citation): section of the wire document, or article of the law, that is tested",
    "gov_needs(*capabilities): what the system must be able to do for this test",
    "gov_writes: changes something in the system",
    "gov_wire(name, subject): which wire, and whether a system, a client or an adapter is judged",
)

confirmed: Final[MarkDecorator] = pytest.mark.gov_confirmed
"""The fact has two independent sources, or an official text."""
seen: Final[MarkDecorator] = pytest.mark.gov_seen
"""The fact has one source."""
guess: Final[MarkDecorator] = pytest.mark.gov_guess
"""The fact is inferred: a failure is shown for review and fails nobody."""
writes: Final[MarkDecorator] = pytest.mark.gov_writes
"""The test changes something: against a foreign system it runs only when that is allowed."""


def requirement(citation: str) -> MarkDecorator:
    """Cite the section of the wire document, or the article, that the test proves."""
    return pytest.mark.gov_requirement(citation)


def needs(*capabilities: str) -> MarkDecorator:
    """Name the capabilities without which the test makes no sense."""
    return pytest.mark.gov_needs(*capabilities)


def system_of(wire: str) -> MarkDecorator:
    """Mark a module whose tests judge a system of this wire."""
    return pytest.mark.gov_wire(wire, "system")


def client_of(wire: str) -> MarkDecorator:
    """Mark a module whose tests judge what a client of this wire sends."""
    return pytest.mark.gov_wire(wire, "client")
