"""The names of environment variables: which are ours, and what a place in the settings is called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gov_connect.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

PREFIX: Final = "GOV_CONNECT_"
_SWITCHES: Final = frozenset({"ASK_REGISTRY", "EXAMPLES", "LANG", "PEERS", "SIGNING_PASSWORD", "TRACE", "WHO_READ"})
"""Variables under our prefix that are no settings: what commands and the test suite read by themselves."""
_TAG: Final = re.compile(r"gateway\.(?:plain|xroad|forwarder|lgspaccesstoken|lgsp)\b")
"""pydantic names the kind of a gateway in the path of a problem; the variable has no such part."""


def is_switch(name: str) -> bool:
    """Whether a variable stands under our prefix and is no setting."""
    return name.upper().removeprefix(PREFIX).partition("__")[0] in _SWITCHES


def unknown_variables(environment: Mapping[str, str], fields: Collection[str]) -> list[Problem]:
    """Variables under our prefix that nothing reads: a misspelled name must not be ignored."""
    names = sorted(name for name in environment if name.upper().startswith(PREFIX))
    first = {name: name.upper().removeprefix(PREFIX).partition("__")[0] for name in names}
    return [
        Problem(path=name, code="value.unknown_variable")
        for name in names
        if first[name].lower() not in fields and not is_switch(name)
    ]


def named(problems: tuple[Problem, ...]) -> list[Problem]:
    """Problems of settings by the names of their variables."""
    return [
        Problem(
            path=PREFIX + (_TAG.sub("gateway", problem.path).upper().replace(".", "__") or "AGENCY"),
            code="value.unknown_variable" if problem.code == "value.unknown_field" else problem.code,
            params=problem.params,
        )
        for problem in problems
    ]
