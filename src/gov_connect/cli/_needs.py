"""Commands that need an extra say so, with the pip command, and exit 2."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

import typer

from gov_connect.cli import WRONG_USAGE
from gov_connect.cli._output import warn

_PROOF: Final = {"mocks": "uvicorn", "contract-tests": "pytest"}
"""A package of each extra: where it is missing, so is the extra."""


def needs(extra: str, *, as_json: bool = False) -> None:
    """Exit unless an extra is installed."""
    if find_spec(_PROOF[extra]) is None:
        warn("cli.extra_missing", as_json=as_json, extra=extra)
        raise typer.Exit(WRONG_USAGE)
