"""`gov-connect adapters`: every operation with its grade and wire section; `new` writes a vendor's package."""

from __future__ import annotations

from pathlib import Path

import typer

from gov_connect.adapters.catalogue import Entry, entries
from gov_connect.cli import WRONG_USAGE
from gov_connect.cli._output import AsJson, say, spoken, table, warn, word
from gov_connect.cli._scaffold import ScaffoldError, scaffold
from gov_connect.cli._tree import Commands

app = Commands(invoke_without_command=True)
_COLUMNS = ("operation", "wire", "generation", "effect", "grade", "section")


@app.callback()
def adapters(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List operations, grades, wire sections."""
    if context.invoked_subcommand is not None:
        return
    found = [_row(entry) for entry in entries()]
    if as_json:
        say(found, "", as_json=True)
        return
    shown = ({**row, "effect": spoken("effect", row["effect"])} for row in found)
    table([word(name) for name in _COLUMNS], ([row[name] for name in _COLUMNS] for row in shown))


@app.command()
def new(name: str, folder: Path | None = None, *, as_json: AsJson = False) -> None:
    """Write a package with adapter, fake and contract test, which pass."""
    try:
        written = [path.as_posix() for path in scaffold(name, folder or Path(name))]
    except ScaffoldError as error:
        warn(error.code, as_json=as_json, **error.params)
        raise typer.Exit(WRONG_USAGE) from None
    say({"written": written}, "\n".join(written), as_json=as_json)


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
