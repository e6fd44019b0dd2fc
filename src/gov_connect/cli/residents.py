"""`gov-connect residents`: look a person up, or verify. The question comes from a file or the standard input,
never from the command line, where every process of the machine could read it. Answers are masked.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gov_connect import CitizenQuery, DossierCode, GovConnect, Officer, ProcedureCode, Purpose
from gov_connect.cli._output import NO, AsJson, Required, from_environment, say, text_of, word
from gov_connect.cli._tree import Commands
from gov_connect.errors import InvalidInput, Problem
from gov_connect.transport import Unreadable, as_object, parse_json

if TYPE_CHECKING:
    from gov_connect.model import Citizen

app = Commands(no_args_is_help=True)


@app.callback()
def group() -> None:
    """The national residents database."""


@app.command("look-up")
def look_up(
    *,
    officer: Required,
    procedure: Required,
    dossier: Required,
    file: Path = Path("-"),
    account: str = "",
    legal_basis: str = "",
    sensitive: Annotated[bool, typer.Option("--sensitive")] = False,
    reveal: Annotated[bool, typer.Option("--reveal")] = False,
    as_json: AsJson = False,
) -> None:
    """Look a citizen up; exit 1 when nobody matches exactly."""
    with from_environment(as_json=as_json) as gov:
        query = _query(file)
        asking = _asking(
            gov, Officer(code=officer, account=account), procedure, dossier, legal_basis, sensitive=sensitive
        )
        found = asking.residents.look_up(query)
    shown = None if found is None else json.loads(found.to_json() if reveal else found.model_dump_json())
    say({"found": found is not None, "citizen": shown}, _lines(found, shown, reveal=reveal), as_json=as_json)
    if found is None:
        raise typer.Exit(NO)


@app.command("verify")
def verify(
    *,
    officer: Required,
    procedure: Required,
    dossier: Required,
    file: Path = Path("-"),
    account: str = "",
    legal_basis: str = "",
    as_json: AsJson = False,
) -> None:
    """Verify; exit 1 when no citizen has exactly these data."""
    with from_environment(as_json=as_json) as gov:
        query = _query(file)
        asking = _asking(gov, Officer(code=officer, account=account), procedure, dossier, legal_basis)
        known = asking.residents.verify(query)
    say({"verified": known}, word("verified" if known else "nobody_matches"), as_json=as_json)
    if not known:
        raise typer.Exit(NO)


def _asking(
    gov: GovConnect, officer: Officer, procedure: str, dossier: str, legal_basis: str, *, sensitive: bool = False
) -> GovConnect:
    purpose = Purpose(
        procedure=ProcedureCode(procedure),
        dossier=DossierCode(dossier),
        legal_basis=legal_basis,
        sensitive=sensitive,
    )
    return gov.acting(officer=officer, purpose=purpose)


def _query(file: Path) -> CitizenQuery:
    """The question: asked at a terminal, else JSON."""
    if str(file) == "-" and sys.stdin.isatty():
        number = typer.prompt(word("ask_number"), hide_input=True).strip()
        name, born = typer.prompt(word("ask_name")), typer.prompt(word("ask_born"))
        fields: dict[str, Any] = {"name": name, "born": born}
        fields["old_id" if len(number) == 9 else "citizen_id"] = number  # noqa: PLR2004 - digits of an old card
        return CitizenQuery(**fields)
    try:
        given = as_object(parse_json(text_of(file)))
    except Unreadable:
        given = None
    if given is None:
        raise InvalidInput("CitizenQuery", [Problem(path="", code="value.invalid")])
    return CitizenQuery.model_validate(given)


def _lines(found: Citizen | None, shown: dict[str, Any] | None, *, reveal: bool) -> str:
    if found is None or shown is None:
        return word("nobody_matches")
    if not reveal:
        return word("one_matches")
    return "\n".join(f"{name}: {_plain(value)}" for name, value in shown.items() if value not in (None, "", []))


def _plain(value: Any) -> str:
    members = as_object(value)
    if members is not None:
        return ", ".join(f"{name}={inner}" for name, inner in members.items() if inner not in (None, ""))
    return str(value)
