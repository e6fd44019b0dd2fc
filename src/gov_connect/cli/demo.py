"""`gov-connect demo`: a commune's day through all four systems."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gov_connect.cli import WRONG_USAGE
from gov_connect.cli._needs import needs_mocks

_PROFILES = ("calm", "rough")


def demo(
    dossiers: Annotated[int, typer.Option(help="How many.", min=1, max=5000)] = 60,
    faults: Annotated[str, typer.Option(help="calm, rough or storm.")] = "calm",
    seed: Annotated[int, typer.Option(help="Seed of people and faults.")] = 1,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Chạy thử một ngày làm việc của xã với máy chủ giả lập. Play a commune's day against the mocks."""
    if faults == "storm":
        typer.echo(
            "gov-connect demo: 'storm' cần phần gửi bền vững hoàn chỉnh, chưa có / "
            "'storm' needs durable delivery, which is not whole yet (see the README's status table).",
            err=True,
        )
        raise typer.Exit(WRONG_USAGE)
    if faults not in _PROFILES:
        raise typer.BadParameter("one of: calm, rough, storm", param_hint="--faults")
    needs_mocks()
    from gov_connect.cli._demo import DemoRun, tables  # noqa: PLC0415 - needs the mocks extra
    from gov_connect.cli._demo import as_json as report_json  # noqa: PLC0415

    errors = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, disable=as_json) as bar:
        task = bar.add_task("hồ sơ / dossiers", total=dossiers)
        day = DemoRun(
            dossiers=dossiers,
            faults="rough" if faults == "rough" else "calm",
            seed=seed,
            progress=lambda done: bar.update(task, completed=done),
        )
        report = day.run()
    if as_json:
        typer.echo(report_json(report))
    else:
        Console().print(tables(report))
    raise typer.Exit(0 if report.verdict.agree else 1)
