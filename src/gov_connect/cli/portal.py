"""`gov-connect portal`: find, put, the portal's agencies, and reconciliation."""

from __future__ import annotations

import csv
import io
from pathlib import Path  # noqa: TC003 - typer reads it at run time
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gov_connect import Dossier, DossierCode, GovConnect
from gov_connect.cli import WRONG_USAGE
from gov_connect.cli._say import NO, AsJson, answered, say, text_of

if TYPE_CHECKING:
    from gov_connect.delivery.reconciliation import Report

app = typer.Typer(
    name="portal",
    help="Cổng Dịch vụ công quốc gia: tìm, đồng bộ, đối soát hồ sơ. The national portal.",
    no_args_is_help=True,
)
Shape = Literal["table", "json", "csv"]
Number = Annotated[str, typer.Argument(help="Mã hồ sơ. Dossier number.")]


@app.callback()
def group() -> None:
    """Cổng Dịch vụ công quốc gia. The national public-service portal."""


@app.command("find")
def find(code: Number, *, as_json: AsJson = False) -> None:
    """Cổng có hồ sơ này không. Whether the portal knows a dossier; exit 1 when it does not."""
    with answered(as_json=as_json), GovConnect.from_env() as gov:
        number = DossierCode(code)
        found = gov.portal.find(number)
    say({"dossier": str(number), "found": found}, "có / yes" if found else "không có / no", as_json=as_json)
    if not found:
        raise typer.Exit(NO)


@app.command("put")
def put(
    file: Annotated[Path, typer.Argument(help='Hồ sơ dạng JSON, "-" đọc từ stdin. A dossier as `to_json` writes it.')],
    *,
    as_json: AsJson = False,
) -> None:
    """Đồng bộ một hồ sơ: thêm mới hoặc cập nhật. Make the portal hold this dossier in this state."""
    with answered(as_json=as_json), GovConnect.from_env() as gov:
        receipt = gov.portal.put(Dossier.from_json(text_of(file)))
    shape = {"dossier": str(receipt.dossier), "inserted": receipt.inserted, "portal_id": receipt.portal_id}
    done = "đã thêm mới / inserted" if receipt.inserted else "đã cập nhật / updated"
    say(shape, f"{receipt.dossier}: {done}", as_json=as_json)


@app.command("agencies")
def agencies(*, as_json: AsJson = False) -> None:
    """Danh mục cơ quan của Cổng, dạng CSV cho dữ liệu tham chiếu. The portal's agencies, as CSV for reference data."""
    with answered(as_json=as_json), GovConnect.from_env() as gov:
        found = gov.portal.agencies()
    out = io.StringIO()
    rows: list[dict[str, Any]] = [{"code": item.code, "name": item.name, "level": item.level} for item in found]
    writer = csv.DictWriter(out, ["code", "name", "level"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    say({"agencies": rows}, out.getvalue().rstrip("\n"), as_json=as_json)


@app.command("reconcile")
def reconcile(
    portal: Annotated[
        Path | None, typer.Argument(help="Danh sách của Cổng: JSON, JSON từng dòng, hoặc CSV. The portal's list.")
    ] = None,
    *,
    local: Annotated[Path | None, typer.Option("--local", help="Danh sách của đơn vị thay cho sổ lưu.")] = None,
    ask: Annotated[bool, typer.Option("--ask", help="Hỏi Cổng từng hồ sơ (TraCuuHoSo). Ask for each.")] = False,
    shape: Annotated[Shape, typer.Option("--format")] = "table",
    english: Annotated[bool, typer.Option("--english", help="Lời bằng tiếng Anh. Texts in English.")] = False,
    as_json: AsJson = False,
) -> None:
    """Đối soát với Cổng. Every mismatch with its cause and action; exit 1 when there is one."""
    from gov_connect.delivery.reconciliation.lists import read_local, read_portal  # noqa: PLC0415 - on first use

    if (portal is None) != ask:
        typer.echo("gov-connect: cần danh sách của Cổng hoặc --ask / give the portal's list or --ask", err=True)
        raise typer.Exit(WRONG_USAGE)
    as_json = as_json or shape == "json"
    with answered(as_json=as_json), GovConnect.from_env() as gov:
        mine = None if local is None else read_local(text_of(local))
        shown = gov.run(gov.sweep(mine)) if portal is None else read_portal(text_of(portal))
        report = gov.reconcile(shown, local=mine)
    typer.echo(_report(report, "json" if as_json else shape, english=english))
    if report.findings:
        raise typer.Exit(NO)


def _report(report: Report, shape: Shape, *, english: bool) -> str:
    from gov_connect.delivery.reconciliation import report as written  # noqa: PLC0415 - on first use

    write = {"table": written.as_table, "json": written.as_json, "csv": written.as_csv}[shape]
    return write(report, "en" if english else "vi").rstrip("\r\n")
