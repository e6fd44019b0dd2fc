"""`gov-connect mocks serve`: the outside systems as servers on this machine."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from gov_connect.cli._needs import needs_mocks

app = typer.Typer(help="Máy chủ giả lập. Mock servers.", no_args_is_help=True)

PROFILES = ("calm", "rough")


@app.callback()
def group() -> None:
    """Máy chủ giả lập của các hệ thống quốc gia. Mock servers of the national systems."""


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to bind.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="First port; 0 picks free ones.", min=0, max=65531)] = 0,
    faults: Annotated[str, typer.Option(help="calm or rough.")] = "calm",
    seed: Annotated[int, typer.Option(help="Seed of people and faults.")] = 0,
) -> None:
    """Chạy máy chủ giả lập đến khi dừng. Print one JSON line with every base URL, then serve."""
    if faults not in PROFILES:
        raise typer.BadParameter(f"one of: {', '.join(PROFILES)}", param_hint="--faults")
    needs_mocks()
    from gov_connect.mocks import serve as run  # noqa: PLC0415 - needs the mocks extra

    profile: Literal["calm", "rough"] = "rough" if faults == "rough" else "calm"
    run(host=host, port=port, faults=profile, seed=seed)
