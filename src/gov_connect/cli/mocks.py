"""`gov-connect mocks serve`: the outside systems as servers on this machine."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated

import typer

from gov_connect.cli import WRONG_USAGE
from gov_connect.cli._needs import needs_mocks

if TYPE_CHECKING:
    from gov_connect.mocks.faults import Profile

app = typer.Typer(help="Máy chủ giả lập. Mock servers.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Máy chủ giả lập của các hệ thống quốc gia. Mock servers of the national systems."""


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to bind.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="First port; 0 picks free ones.", min=0, max=65500)] = 0,
    faults: Annotated[str, typer.Option(help="A profile, or portal=rough,residents=odd.")] = "calm",
    seed: Annotated[int, typer.Option(help="Seed of people and faults.")] = 0,
    console: Annotated[int, typer.Option(help="Port of the web console; 0 picks a free one, -1 none.", min=-1)] = 0,
    through: Annotated[str, typer.Option(help="The environment goes through lgsp or xroad, or to portal_2026.")] = "",
    *,
    allow_remote: Annotated[bool, typer.Option(help="Other machines may use the console, with a token.")] = False,
    record: Annotated[Path | None, typer.Option(help="Write the answers of this run to a file at the end.")] = None,
    replay: Annotated[
        Path | None, typer.Option(help="Give the answers of a recording.", exists=True, dir_okay=False)
    ] = None,
) -> None:
    """Chạy máy chủ giả lập đến khi dừng. Print one JSON line with every base URL, then serve."""
    needs_mocks()
    from gov_connect.mocks import serve as run  # noqa: PLC0415 - needs the mocks extra
    from gov_connect.mocks.systems import OTHER_WAYS  # noqa: PLC0415 - needs the mocks extra

    if through and through not in OTHER_WAYS:
        raise typer.BadParameter(f"known: {', '.join(OTHER_WAYS)}", param_hint="--through")

    try:
        run(
            host=host,
            port=port,
            faults=_profiles(faults),
            seed=seed,
            console=None if console < 0 else console,
            allow_remote=allow_remote,
            through=through,
            record=record,
            replay=replay,
        )
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--replay") from None


@app.command()
def vendor(
    name: Annotated[str, typer.Argument(help="Of the vendor's system.")],
    host: Annotated[str, typer.Option(help="Address to bind.")] = "127.0.0.1",
) -> None:
    """Chạy máy chủ giả lập của nhà cung cấp. Print one JSON line with the address, then serve."""
    needs_mocks()
    from gov_connect.mocks.server import serve_vendor  # noqa: PLC0415 - needs the mocks extra
    from gov_connect.mocks.vendors import vendor_mock  # noqa: PLC0415 - needs the mocks extra

    mock = vendor_mock(name)
    if mock is None:
        typer.echo(f"gov-connect mocks vendor: chưa cài / not installed: {name}", err=True)
        raise typer.Exit(WRONG_USAGE)
    serve_vendor(mock, host=host)


def _profiles(text: str) -> dict[str, Profile]:
    """One profile for all systems, or `system=profile` pairs, the rest calm."""
    from gov_connect.mocks.faults import PROFILES, known_profile  # noqa: PLC0415 - needs the mocks extra
    from gov_connect.mocks.systems import SYSTEMS  # noqa: PLC0415

    chosen: dict[str, Profile] = {}
    for part in text.split(","):
        system, _, profile = part.strip().rpartition("=")
        if profile not in PROFILES or (system and system not in SYSTEMS):
            known = f"profiles: {', '.join(PROFILES)}; systems: {', '.join(SYSTEMS)}"
            raise typer.BadParameter(known, param_hint="--faults")
        for name in [system] if system else SYSTEMS:
            chosen[name] = known_profile(profile)
    return chosen
