"""`gov-connect schemas`: the wires as files for other tools and languages."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - typer reads it at run time
from typing import Annotated

import typer

from gov_connect import schemas
from gov_connect.cli import WRONG_USAGE

app = typer.Typer(help="OpenAPI, WSDL, XSD, JSON Schema.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Mô tả giao thức dưới dạng tệp. The wires as files."""


@app.command("list")
def list_all(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Liệt kê các tệp mô tả. List the files."""
    found = schemas.names()
    typer.echo(json.dumps(found) if as_json else "\n".join(found))


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where to write them; made if it is not there.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Ghi các tệp mô tả vào thư mục. Write the files into a folder."""
    try:
        written = [path.as_posix() for path in schemas.export(folder)]
    except OSError as error:
        reason = type(error).__name__
        typer.echo(f"gov-connect schemas export: không ghi được / cannot write: {folder} ({reason})", err=True)
        raise typer.Exit(WRONG_USAGE) from None
    typer.echo(json.dumps({"written": written}, ensure_ascii=False) if as_json else "\n".join(written))
