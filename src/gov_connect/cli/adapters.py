"""`gov-connect adapters`: every operation with its grade and wire section; `new` writes a vendor's package."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gov_connect.adapters.catalogue import Entry, entries
from gov_connect.cli import WRONG_USAGE
from gov_connect.cli._scaffold import ScaffoldError, scaffold

app = typer.Typer(help="Các bộ chuyển đổi. Adapters.", invoke_without_command=True)


@app.callback()
def adapters(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Liệt kê các thao tác, mức bằng chứng và mục tài liệu. List operations, grades, wire sections."""
    if context.invoked_subcommand is not None:
        return
    found = entries()
    if as_json:
        typer.echo(json.dumps([_row(entry) for entry in found], ensure_ascii=False, indent=2))
        return
    table = Table(title="gov_connect adapters")
    for heading in ("operation", "wire", "generation", "effect", "grade", "section"):
        table.add_column(heading, overflow="fold", no_wrap=heading in {"operation", "effect", "grade"})
    for entry in found:
        row = _row(entry)
        table.add_row(*(row[key] for key in ("operation", "wire", "generation", "effect", "grade", "section")))
    Console().print(table)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Of the system, e.g. lgsp_mau.")],
    folder: Annotated[Path | None, typer.Option(help="Where; NAME by default.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tạo gói bộ chuyển đổi mới. Write a package with adapter, fake and contract test, which pass."""
    try:
        written = scaffold(name, folder or Path(name))
    except ScaffoldError as error:
        typer.echo(f"gov-connect adapters new: {error}", err=True)
        raise typer.Exit(WRONG_USAGE) from None
    if as_json:
        typer.echo(json.dumps({"written": [path.as_posix() for path in written]}, ensure_ascii=False))
        return
    typer.echo("\n".join(path.as_posix() for path in written))


def _row(entry: Entry) -> dict[str, str]:
    facts = entry.facts
    return {
        "system": entry.system,
        "operation": entry.name,
        "wire": facts.wire,
        "generation": facts.generation,
        "effect": str(facts.effect),
        "grade": facts.grade.value,
        "section": facts.section,
        "summary": entry.summary,
    }
