"""`gov-connect demo`: a commune's day through all four systems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gov_connect.cli._needs import needs
from gov_connect.cli._output import AsJson, word, working, wrong

if TYPE_CHECKING:
    from gov_connect.cli._demo.run import Report

_PROFILES = ("calm", "rough", "storm")


def demo(
    dossiers: Annotated[int, typer.Option(min=1, max=5000)] = 60,
    faults: str = "calm",
    seed: int = 1,
    *,
    as_json: AsJson = False,
) -> None:
    """Play a commune's day against the mocks."""
    if faults not in _PROFILES:
        wrong("cli.one_of", "--faults", choices=", ".join(_PROFILES))
    needs("mocks")
    from gov_connect.cli._demo import DemoRun, tables  # noqa: PLC0415 - needs the mocks extra
    from gov_connect.cli._demo import as_json as report_json  # noqa: PLC0415

    if faults == "storm":
        with working("storming"):
            report = _storm(dossiers, seed)
        typer.echo(report_json(report)) if as_json else tables(report)
        raise typer.Exit(0 if report.verdict.agree else 1)
    errors = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, disable=as_json or not errors.is_terminal) as bar:
        task = bar.add_task(word("dossiers"), total=dossiers)
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
        tables(report)
    raise typer.Exit(0 if report.verdict.agree else 1)


def _storm(dossiers: int, seed: int) -> Report:
    """A storm: bad answers of every kind, outages, and the agency's two processes killed at random moments."""
    import tempfile  # noqa: PLC0415 - only in a storm
    from pathlib import Path  # noqa: PLC0415

    from gov_connect.cli._demo.run import Report, file_url  # noqa: PLC0415 - needs the mocks extra
    from gov_connect.cli._demo.storm import Storm, play  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="gov-connect-demo-", ignore_cleanup_errors=True) as folder:
        storm = Storm(dossiers=dossiers, seed=seed, kills=max(3, dossiers // 20), repeats=100)
        found = play(storm, file_url(Path(folder) / "storm.db"))
    return Report(
        dossiers=dossiers,
        faults=f"storm, {found.kills} kills, {found.outages} outages, {found.repeated} repeated notices",
        seed=seed,
        outcomes=found.outcomes,
        procedures=found.procedures,
        verdict=found.verdict,
        systems={},
        seconds=found.seconds,
    )
