"""`gov-connect indicators`: what the portal's indicators say of the local dossiers."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path  # noqa: TC003 - read by typer
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gov_connect import GovConnect
from gov_connect.cli import WRONG_USAGE
from gov_connect.errors import GovConnectError
from gov_connect.indicators import as_svg, as_table, compute, facts_of
from gov_connect.model import VIETNAM, Dossier

if TYPE_CHECKING:
    from collections.abc import Iterable

_DAY = ["%Y-%m-%d"]


def indicators(
    first: Annotated[datetime, typer.Option("--from", formats=_DAY, help="First day of receipt.")],
    last: Annotated[datetime, typer.Option("--to", formats=_DAY, help="Last day of receipt, included.")],
    *,
    file: Annotated[Path | None, typer.Option(help="Dossiers as JSON lines instead of the local records.")] = None,
    svg: Annotated[Path | None, typer.Option(help="Write a chart here.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tính chỉ số từ hồ sơ của đơn vị. Compute the indicators from the agency's own dossiers."""
    if last < first:
        raise typer.BadParameter("--to lies before --from", param_hint="--to")
    try:
        dossiers = _of_records() if file is None else _of_file(file)
    except (GovConnectError, OSError, UnicodeDecodeError) as error:
        typer.echo(f"gov-connect: {error}", err=True)
        raise typer.Exit(WRONG_USAGE) from None
    found = compute(
        (facts_of(dossier) for dossier in dossiers),
        first=first.date(),
        last=last.date(),
        now=datetime.now(VIETNAM),
    )
    period = f"{first:%Y-%m-%d} - {last:%Y-%m-%d}"
    if svg is not None:
        svg.write_text(as_svg(found, title=period), encoding="utf-8")
    if as_json:
        content: dict[str, Any] = {"from": f"{first:%Y-%m-%d}", "to": f"{last:%Y-%m-%d}", **found.as_dict()}
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        typer.echo(f"{period}\n{as_table(found)}")


def _of_file(file: Path) -> list[Dossier]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [Dossier.from_json(line) for line in lines if line.strip()]


def _of_records() -> Iterable[Dossier]:
    """The newest state of each dossier that was handed to the portal."""
    newest: dict[str, Dossier] = {}
    with GovConnect.from_env() as gov:
        for payload in gov.ledger.payloads("portal.put"):
            dossier = Dossier.from_json(json.dumps(json.loads(payload)["dossier"]))
            newest[str(dossier.code)] = dossier
    return newest.values()
