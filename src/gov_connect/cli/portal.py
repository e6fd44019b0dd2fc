"""`gov-connect portal`: find, put, the portal's agencies, and reconciliation."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gov_connect import Dossier, DossierCode
from gov_connect.cli._language import language
from gov_connect.cli._output import (
    NO,
    OUTSIDE_FAILED,
    AsJson,
    InEnglish,
    from_environment,
    say,
    text_of,
    warn,
    word,
    working,
    wrong,
)
from gov_connect.cli._tree import Commands

if TYPE_CHECKING:
    from gov_connect.delivery.reconciliation import Report

app = Commands(no_args_is_help=True)
Shape = Literal["table", "json", "csv"]


@app.callback()
def group() -> None:
    """The national public-service portal."""


@app.command("find")
def find(code: str, *, as_json: AsJson = False) -> None:
    """Whether the portal knows a dossier; exit 1 when it does not."""
    with from_environment(as_json=as_json) as gov:
        number = DossierCode(code)
        found = gov.portal.find(number)
    say(
        {"dossier": str(number), "found": found}, word("portal_has_it" if found else "portal_lacks_it"), as_json=as_json
    )
    if not found:
        raise typer.Exit(NO)


@app.command("put")
def put(
    file: Path,
    *,
    as_json: AsJson = False,
) -> None:
    """Make the portal hold this dossier in this state; exit 3 when it has it and could not be told the state."""
    with from_environment(as_json=as_json) as gov:
        receipt = gov.portal.put(Dossier.from_json(text_of(file)))
    shape: dict[str, object] = {
        "dossier": str(receipt.dossier),
        "inserted": receipt.inserted,
        "portal_id": receipt.portal_id,
        **({} if receipt.status_told else {"status_told": False}),
    }
    done = word("inserted" if receipt.inserted else "updated")
    number = f" ({receipt.portal_id})" if receipt.portal_id else ""
    say(shape, f"{receipt.dossier}: {done}{number}", as_json=as_json)
    if not receipt.status_told:
        warn("cli.status_untold", portal_id=receipt.portal_id)
        raise typer.Exit(OUTSIDE_FAILED)


@app.command("agencies")
def agencies(*, as_json: AsJson = False) -> None:
    """The portal's agencies, as CSV for reference data."""
    with from_environment(as_json=as_json) as gov:
        found = gov.portal.agencies()
    out = io.StringIO()
    rows: list[dict[str, Any]] = [{"code": item.code, "name": item.name, "level": item.level} for item in found]
    writer = csv.DictWriter(out, ["code", "name", "level"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    say({"agencies": rows}, out.getvalue().rstrip("\n"), as_json=as_json)


@app.command("reconcile")
def reconcile(
    portal: Annotated[Path | None, typer.Argument()] = None,
    *,
    local: Path | None = None,
    ask: Annotated[bool, typer.Option("--ask")] = False,
    shape: Annotated[Shape, typer.Option("--format")] = "table",
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """Every mismatch with its cause and action; exit 1 when there is one."""
    from gov_connect.delivery.reconciliation.lists import read_local, read_portal  # noqa: PLC0415 - on first use

    if (portal is None) != ask:
        wrong("cli.list_or_ask")
    as_json = as_json or shape == "json"
    with from_environment(as_json=as_json, english=english) as gov, working("asking"):
        mine = None if local is None else read_local(text_of(local))
        shown = gov.run(gov.sweep(mine)) if portal is None else read_portal(text_of(portal))
        report = gov.reconcile(shown, local=mine)
    typer.echo(_report(report, "json" if as_json else shape, english=english))
    if report.findings:
        raise typer.Exit(NO)


def _report(report: Report, shape: Shape, *, english: bool) -> str:
    from gov_connect.delivery.reconciliation import report as written  # noqa: PLC0415 - on first use

    write = {"table": written.as_table, "json": written.as_json, "csv": written.as_csv}[shape]
    return write(report, language(english=english)).rstrip("\r\n")
