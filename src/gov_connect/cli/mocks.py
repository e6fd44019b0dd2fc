"""`gov-connect mocks serve`: the outside systems as servers on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gov_connect.cli import WRONG_USAGE
from gov_connect.cli._needs import needs
from gov_connect.cli._output import bytes_of, warn, wrong
from gov_connect.cli._tree import Commands

if TYPE_CHECKING:
    from gov_connect.mocks.faults import Profile

app = Commands(no_args_is_help=True)


@app.callback()
def group() -> None:
    """Mock servers of the national systems."""


@app.command()
def serve(
    host: str = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65500)] = 0,
    faults: str = "calm",
    seed: int = 0,
    console: Annotated[int, typer.Option(min=-1)] = 0,
    through: str = "",
    *,
    allow_remote: bool = False,
    record: Path | None = None,
    replay: Path | None = None,
) -> None:
    """Print one JSON line with every base URL, then serve."""
    needs("mocks")
    from gov_connect.mocks import serve as run  # noqa: PLC0415 - needs the mocks extra
    from gov_connect.mocks.systems import OTHER_WAYS  # noqa: PLC0415 - needs the mocks extra

    if through and through not in OTHER_WAYS:
        wrong("cli.one_of", "--through", choices=", ".join(OTHER_WAYS))

    _reachable(host, allow_remote=allow_remote)
    if replay is not None:
        bytes_of(replay)
    if record is not None:
        try:
            record.open("ab").close()
        except OSError:
            wrong("cli.file_unwritable", "--record", file=record)
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
    except ValueError:
        wrong("cli.recording_unsound", "--replay", file=replay)
    except OSError:
        wrong("cli.port_taken", "--port", address=f"{host}:{port}")


@app.command()
def vendor(
    name: str,
    host: str = "127.0.0.1",
    *,
    allow_remote: bool = False,
) -> None:
    """Print one JSON line with the address, then serve."""
    needs("mocks")
    from gov_connect.mocks.server import serve_vendor  # noqa: PLC0415 - needs the mocks extra
    from gov_connect.mocks.vendors import vendor_mock  # noqa: PLC0415 - needs the mocks extra

    _reachable(host, allow_remote=allow_remote)
    mock = vendor_mock(name)
    if mock is None:
        warn("cli.vendor_unknown", name=name)
        raise typer.Exit(WRONG_USAGE)
    try:
        serve_vendor(mock, host=host, allow_remote=allow_remote)
    except OSError:
        wrong("cli.port_taken", "--host", address=host)


def _reachable(host: str, *, allow_remote: bool) -> None:
    """Refuse a host that other machines reach, unless that is wanted."""
    from gov_connect.mocks._access import is_loopback  # noqa: PLC0415 - needs the mocks extra

    if not allow_remote and not is_loopback(host):
        wrong("cli.host_remote", "--host", host=host)


def _profiles(text: str) -> dict[str, Profile]:
    """One profile for all systems, or `system=profile` pairs, the rest calm."""
    from gov_connect.mocks.faults import PROFILES, known_profile  # noqa: PLC0415 - needs the mocks extra
    from gov_connect.mocks.systems import SYSTEMS  # noqa: PLC0415

    chosen: dict[str, Profile] = {}
    for part in text.split(","):
        system, _, profile = part.strip().rpartition("=")
        if profile not in PROFILES or (system and system not in SYSTEMS):
            wrong("cli.profile_unknown", "--faults", profiles=", ".join(PROFILES), systems=", ".join(SYSTEMS))
        for name in [system] if system else SYSTEMS:
            chosen[name] = known_profile(profile)
    return chosen
