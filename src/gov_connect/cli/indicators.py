"""`gov-connect indicators`: what the portal's indicators say of the local dossiers."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gov_connect import GovConnect
from gov_connect.cli._language import language
from gov_connect.cli._output import AsJson, answered, day_of, say, text_of, working, write, wrong
from gov_connect.indicators import as_svg, as_table, compute, facts_of
from gov_connect.model import VIETNAM, Dossier

if TYPE_CHECKING:
    from collections.abc import Iterable


def indicators(
    first: Annotated[str, typer.Option("--from")],
    last: Annotated[str, typer.Option("--to")],
    *,
    file: Annotated[Path | None, typer.Option("--file")] = None,
    svg: Annotated[Path | None, typer.Option("--svg")] = None,
    as_json: AsJson = False,
) -> None:
    """Compute the indicators from the agency's own dossiers."""
    begin, end = day_of(first, "--from"), day_of(last, "--to")
    if end < begin:
        wrong("cli.days_reversed", "--to")
    with answered(as_json=as_json), working("computing"):
        dossiers = _of_records() if file is None else _of_file(file)
        found = compute((facts_of(dossier) for dossier in dossiers), first=begin, last=end, now=datetime.now(VIETNAM))
    period = f"{begin.isoformat()} - {end.isoformat()}"
    if svg is not None:
        write(svg, as_svg(found, title=period, language=language()).encode(), "--svg")
    content = {"from": begin.isoformat(), "to": end.isoformat(), **found.as_dict()}
    say(content, f"{period}\n{as_table(found, language())}", as_json=as_json)


def _of_file(file: Path) -> list[Dossier]:
    return [Dossier.from_json(line) for line in text_of(file).splitlines() if line.strip()]


def _of_records() -> Iterable[Dossier]:
    """The newest state of each dossier that was handed to the portal."""
    newest: dict[str, Dossier] = {}
    with GovConnect.from_env() as gov:
        if not gov.settings.offline:
            gov.audit.log.database.require()
        for payload in gov.ledger.payloads("portal.put"):
            dossier = Dossier.from_json(json.dumps(json.loads(payload)["dossier"]))
            newest[str(dossier.code)] = dossier
    return newest.values()
