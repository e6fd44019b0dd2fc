"""The contract kit: proves a system, a client or an adapter against the wires that this library knows.

A pytest plugin, a command (`gov-connect contract-tests`) and a function (`run`). Names are looked up on first
use: pytest imports this package in every environment where the library is installed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gov_connect.contract_tests.adapter import AdapterContract
    from gov_connect.contract_tests.capabilities import Capabilities
    from gov_connect.contract_tests.levels import Level, Result
    from gov_connect.contract_tests.marks import confirmed, guess, needs, requirement, seen, writes
    from gov_connect.contract_tests.must import Broken, must
    from gov_connect.contract_tests.run import Outcome, run
    from gov_connect.contract_tests.selection import Selection

__all__ = [
    "AdapterContract",
    "Broken",
    "Capabilities",
    "Level",
    "Outcome",
    "Result",
    "Selection",
    "confirmed",
    "guess",
    "must",
    "needs",
    "requirement",
    "run",
    "seen",
    "writes",
]

_HOMES = {
    "adapter": ("AdapterContract",),
    "capabilities": ("Capabilities",),
    "levels": ("Level", "Result"),
    "marks": ("confirmed", "guess", "needs", "requirement", "seen", "writes"),
    "must": ("Broken", "must"),
    "run": ("Outcome", "run"),
    "selection": ("Selection",),
}


def __getattr__(name: str) -> object:
    """Import the home of a public name when it is asked for."""
    home = next((module for module, names in _HOMES.items() if name in names), None)
    if home is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value: object = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value
