"""`gov-connect schemas`: the wires as files for other tools and languages."""

from __future__ import annotations

from pathlib import Path

from gov_connect import schemas
from gov_connect.cli._output import AsJson, say, wrong
from gov_connect.cli._tree import Commands

app = Commands(no_args_is_help=True)


@app.callback()
def group() -> None:
    """The wires as files."""


@app.command("list")
def list_all(*, as_json: AsJson = False) -> None:
    """List the files."""
    found = schemas.names()
    say(found, "\n".join(found), as_json=as_json)


@app.command()
def export(
    folder: Path,
    *,
    as_json: AsJson = False,
) -> None:
    """Write the files into a folder."""
    try:
        written = [path.as_posix() for path in schemas.export(folder)]
    except OSError:
        wrong("cli.file_unwritable", "FOLDER", file=folder)
    say({"written": written}, "\n".join(written), as_json=as_json)
