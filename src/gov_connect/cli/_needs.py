"""Commands that need an extra say so, with the pip command, and exit 2."""

from __future__ import annotations

from importlib.util import find_spec

import typer

from gov_connect.cli import WRONG_USAGE


def needs_mocks() -> None:
    """Exit unless the `mocks` extra is installed."""
    if find_spec("uvicorn") is None:
        typer.echo(
            'gov-connect: thiếu máy chủ giả lập / the mock servers are not installed: pip install "gov-connect[mocks]"',
            err=True,
        )
        raise typer.Exit(WRONG_USAGE)
