"""`gov-connect civil-registry`: map a form, hand it to the registry, ask how it stands.

Nothing that a citizen typed is printed, only where it went. Exit codes: 0 done, 1 the answer is "no",
2 wrong usage, 3 an outside system failed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gov_connect.cli._language import language
from gov_connect.cli._output import (
    NO,
    AsJson,
    answered,
    bytes_of,
    from_environment,
    moment_of,
    say,
    spoken,
    word,
    wrong,
)
from gov_connect.cli._tree import Commands

if TYPE_CHECKING:
    from gov_connect.adapters.civil_registry import Enclosure
    from gov_connect.errors import Problem
    from gov_connect.forms import FormReading

app = Commands(no_args_is_help=True)
_LARGEST_FORM = 8 << 20
Dossier = Annotated[str, typer.Option("--dossier")]
Unit = Annotated[str, typer.Option("--unit")]
Event = Annotated[str, typer.Option("--event")]
Procedure = Annotated[str, typer.Option("--procedure")]
Generation = Annotated[str, typer.Option("--generation")]
Received = Annotated[str, typer.Option("--received")]
Bundle = Annotated[str, typer.Option("--bundle")]


@app.callback()
def group() -> None:
    """Civil registry."""


@app.command("map")
def map_form(
    file: Path,
    *,
    event: Event = "",
    procedure: Procedure = "",
    generation: Generation = "",
    dossier: Dossier = "H99.201-260105-0001",
    unit: Unit = "99001",
    received: Received = "",
    as_json: AsJson = False,
) -> None:
    """Show what is mapped, unmapped and missing; exit 1 while something is missing or wrong."""
    reading = _read(
        file, event, procedure, generation, dossier=dossier, unit=unit, received=received, bundle="", as_json=as_json
    )
    say(_shape(reading), _told(reading), as_json=as_json)
    if reading.problems:
        raise typer.Exit(NO)


@app.command("submit")
def submit(
    file: Path,
    *,
    dossier: Dossier,
    unit: Unit,
    event: Event = "",
    procedure: Procedure = "",
    generation: Generation = "",
    received: Received = "",
    bundle: Bundle = "",
    paper: Annotated[list[str] | None, typer.Option("--paper")] = None,
    as_json: AsJson = False,
) -> None:
    """Map a form and hand it to the registry; exit 1 when incomplete."""
    reading = _read(
        file,
        event,
        procedure,
        generation,
        dossier=dossier,
        unit=unit,
        received=received,
        bundle=bundle,
        as_json=as_json,
    )
    if reading.found is None:
        if as_json:
            say(_shape(reading), "", as_json=True)
        else:
            typer.echo(_told(reading), err=True)
        raise typer.Exit(NO)
    enclosed = tuple(_enclosure(text) for text in paper or ())
    with from_environment(as_json=as_json) as gov:
        done = gov.civil_registry.submit(reading.found, files=enclosed)  # type: ignore[arg-type]
    said = word("already_there" if done.already_there else "accepted")
    say({"dossier": str(done.dossier), "already_there": done.already_there}, said, as_json=as_json)


@app.command("status")
def status(
    dossier: str,
    *,
    unit: Unit,
    as_json: AsJson = False,
) -> None:
    """Ask how a dossier stands; exit 1 when the registry does not know it."""
    from gov_connect.model import DossierCode, RegistrationState  # noqa: PLC0415 - on first use

    _unit(unit)
    with from_environment(as_json=as_json) as gov:
        code = DossierCode(dossier)
        found = gov.civil_registry.status(code, unit=unit)
        finished = found is not None and found.state is RegistrationState.REGISTERED
        entry = gov.civil_registry.results(code, unit=unit) if finished else None
    shape: dict[str, Any] = {
        "dossier": dossier,
        "known": found is not None,
        "state": None if found is None else found.state.value,
        "raw_state": None if found is None else found.raw_state,
        "supplement": found is not None and found.request is not None,
        "number": None if entry is None else str(entry.number),
        "book": None if entry is None else str(entry.book),
        "page": None if entry is None else entry.page,
    }
    told = {**shape, "state": None if found is None else spoken("registration", found.state)}
    lines = [f"{word(name)}: {_plain(value)}" for name, value in told.items() if value not in {None, ""}]
    say(shape, word("registry_lacks_it") if found is None else "\n".join(lines), as_json=as_json)
    if found is None:
        raise typer.Exit(NO)


def _read(
    file: Path,
    event: str,
    procedure: str,
    generation: str,
    *,
    dossier: str,
    unit: str,
    received: str,
    bundle: str,
    as_json: bool,
) -> FormReading:
    from gov_connect.forms import Tables, read_form  # noqa: PLC0415 - on first use
    from gov_connect.model import CivilEvent, ProcedureCode  # noqa: PLC0415

    try:
        kind = CivilEvent(event) if event else None
    except ValueError:
        wrong("cli.one_of", "--event", choices=", ".join(CivilEvent))
    at = moment_of(received, "--received")
    with answered(as_json=as_json):
        if procedure and kind is None:
            kind = Tables.default().event_of(ProcedureCode(procedure))
        return read_form(
            bytes_of(file, largest=_LARGEST_FORM),
            dossier=dossier,
            unit=_unit(unit),
            received_at=at,
            event=kind,
            generation=generation,
            bundle=bundle,
        )


def _shape(reading: FormReading) -> dict[str, Any]:
    return {
        "event": str(reading.event),
        "generation": reading.generation,
        "complete": reading.found is not None,
        "mapped": dict(sorted(reading.mapped.items())),
        "derived": dict(sorted(reading.derived.items())),
        "unmapped": list(reading.unmapped),
        "elsewhere": list(reading.elsewhere),
        "ignored": list(reading.ignored),
        "missing": [{"path": need.path, "wording": need.wording, **_both(need.problem)} for need in reading.needs],
        "doubts": [{"path": problem.path, **_both(problem)} for problem in reading.doubts],
    }


def _both(problem: Problem) -> dict[str, str]:
    said = {language: problem.text(language).removeprefix(f"{problem.path}: ") for language in ("vi", "en")}
    return {"code": problem.code, **said}


def _told(reading: FormReading) -> str:
    shape = _shape(reading)
    lines = [f"{spoken('name', shape['event'])} / {shape['generation']}"]
    lines += _section("mapped", [f"{path} <- {leaf}" for path, leaf in shape["mapped"].items()])
    lines += _section("derived", [f"{path} <- {source}" for path, source in shape["derived"].items()])
    lines += _section("unmapped", shape["unmapped"])
    lines += _section("elsewhere", shape["elsewhere"])
    chosen = language()
    missing = [f"{row['wording'] or row['path']} ({row['path']}): {row[chosen]}" for row in shape["missing"]]
    lines += _section("missing", missing)
    lines += _section("doubts", [f"{row['path']}: {row[chosen]}" for row in shape["doubts"]])
    return "\n".join(lines)


def _section(key: str, rows: list[str]) -> list[str]:
    return [f"{word(key)} ({len(rows)})", *(f"  {row}" for row in rows)] if rows else []


def _enclosure(text: str) -> Enclosure:
    from gov_connect.adapters.civil_registry import Enclosure as Made  # noqa: PLC0415 - on first use

    title, mark, path = text.partition("=")
    if not mark or not path:
        wrong("cli.not_a_paper", "--paper")
    return Made(title=title, name=path.replace("\\", "/").rpartition("/")[2], path=path)


def _unit(text: str) -> str:
    if len(text) != 5 or not (text.isascii() and text.isdigit()):  # noqa: PLR2004 - of a commune
        wrong("cli.not_a_unit", "--unit")
    return text


def _plain(value: object) -> object:
    return word("yes" if value else "no") if isinstance(value, bool) else value
