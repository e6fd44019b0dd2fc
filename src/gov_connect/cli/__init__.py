"""The `gov-connect` command: one module per command group."""

from __future__ import annotations

import sys

WRONG_USAGE = 2


def main() -> None:
    """Run the command; without the `cli` extra, say how to get it."""
    try:
        from gov_connect.cli._app import app  # noqa: PLC0415 - needs the extra
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in {"typer", "rich", "click"}:
            raise
        sys.stderr.write(
            'gov-connect: thiếu phần dòng lệnh / the command line is not installed: pip install "gov-connect[cli]"\n'
        )
        raise SystemExit(WRONG_USAGE) from None
    app()
