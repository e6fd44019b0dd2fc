"""The outside systems as stateful, strict servers with planned faults, each from its wire document alone.

`in_process` gives them without sockets; `running_mocks` behind HTTP on this machine. The names are looked up
on first use, so that importing this package brings neither a server nor lxml.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gov_connect.mocks.core import MockReply, MockRequest, MockSystem, Outgoing
    from gov_connect.mocks.faults import Fault, FaultPlan
    from gov_connect.mocks.people import Person, Submission, commune_day, population
    from gov_connect.mocks.server import RunningMocks, running_mocks, serve
    from gov_connect.mocks.systems import in_process

__all__ = [
    "Fault",
    "FaultPlan",
    "MockReply",
    "MockRequest",
    "MockSystem",
    "Outgoing",
    "Person",
    "RunningMocks",
    "Submission",
    "commune_day",
    "in_process",
    "population",
    "running_mocks",
    "serve",
]

_HOMES = {
    "core": ("MockReply", "MockRequest", "MockSystem", "Outgoing"),
    "faults": ("Fault", "FaultPlan"),
    "people": ("Person", "Submission", "commune_day", "population"),
    "server": ("RunningMocks", "running_mocks", "serve"),
    "systems": ("in_process",),
}


def __getattr__(name: str) -> object:
    """Import the home of a public name when it is asked for."""
    home = next((module for module, names in _HOMES.items() if name in names), None)
    if home is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{home}"), name)
