"""`gov-connect adapters`: every operation with its grade of evidence and wire section."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gov_connect.adapters.catalogue import Entry, entries


def adapters(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Liệt kê các thao tác, mức bằng chứng và mục tài liệu. List operations, grades, wire sections."""
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
