"""`gov-connect config explain`: every setting, where it came from, and which files others can read.

No secret is ever shown. Exit codes: 0 sound, 1 something is wrong or open to others.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit, urlunsplit

import typer
from pydantic import BaseModel, SecretStr

from gov_connect.cli._language import language
from gov_connect.cli._output import NO, AsJson, InEnglish, say, spoken, word
from gov_connect.cli._tree import Commands
from gov_connect.errors import ConfigurationError
from gov_connect.settings import Settings
from gov_connect.settings.secrets import FILE, open_to_others, secret_variables
from gov_connect.settings.variables import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

app = Commands(no_args_is_help=True)


@dataclass(frozen=True, slots=True)
class Row:
    """One setting: its variable, value ("***" for secrets), origin, and whether its file is open to others."""

    variable: str
    value: str
    origin: str
    open_to_others: bool = False


@app.callback()
def group() -> None:
    """The settings in force."""


@app.command("explain")
def explain(
    *,
    everything: Annotated[bool, typer.Option("--all")] = False,
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """Where each value came from; secrets are never shown."""
    problems: list[str] = []
    settings: Settings | None = None
    try:
        settings = Settings()
    except ConfigurationError as error:
        problems = [problem.text(language(english=english)) for problem in error.problems]
    rows = [] if settings is None else list(_rows(settings, everything=everything))
    warning = word("open_to_others", english=english)
    lines = [
        f"{row.variable} = {row.value}  [{spoken('origin', row.origin, english=english)}]"
        + (f"  !! {warning}" if row.open_to_others else "")
        for row in rows
    ]
    if not lines and not problems:
        lines = [word("nothing_set", english=english)]
    say({"settings": [asdict(row) for row in rows], "problems": problems}, "\n".join(lines), as_json=as_json)
    if not as_json:
        for problem in problems:
            typer.echo(problem, err=True)
    if problems or any(row.open_to_others for row in rows):
        raise typer.Exit(NO)


def _rows(settings: Settings, *, everything: bool) -> Iterator[Row]:
    """Every setting that was given, or every one of what is configured."""
    elsewhere = Settings.elsewhere().places
    secrets = frozenset(secret_variables(Settings))
    given = {name.upper() for name in os.environ}
    for variable, value in _flat(settings, PREFIX):
        own_name = variable + FILE if variable + FILE in given else "CREDENTIALS_DIRECTORY"
        if variable in elsewhere and variable not in given:
            origin, file = f"{own_name}: {elsewhere[variable]}", elsewhere[variable]
        elif variable in given or _in_json(variable, given):
            origin, file = "environment", ""
        elif everything:
            origin, file = "default", ""
        else:
            continue
        path = file or _key_file(variable, value)
        yield Row(variable, _shown(variable, value, secrets), origin, bool(path) and open_to_others(path))
    path = urlsplit(settings.database_url).path[1:] if settings.database_url.startswith("sqlite:///") else ""
    if path and open_to_others(path):
        yield Row(f"{PREFIX}DATABASE_URL", path, "file", open_to_others=True)


def _key_file(variable: str, value: Any) -> str:
    """The file of a private key that a setting names; "" for every other setting, and for a key in the setting."""
    kind = variable.rpartition("__")[2].lower()
    if kind == "client_key":
        return str(value)
    given = value.get_secret_value() if kind == "file" and isinstance(value, SecretStr) else ""
    return "" if "-----BEGIN" in given else given


def _in_json(variable: str, given: set[str]) -> bool:
    """Whether it came inside a whole table given as JSON."""
    parts = variable.split("__")
    return any("__".join(parts[:length]) in given for length in range(1, len(parts)))


def _flat(holder: BaseModel, prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in holder:
        variable = f"{prefix}{name.upper()}"
        if isinstance(value, BaseModel):
            yield from _flat(value, f"{variable}__")
        elif value is not None:
            yield variable, value


def _shown(variable: str, value: Any, secrets: frozenset[str]) -> str:
    if isinstance(value, SecretStr):
        return "***" if value.get_secret_value() else ""
    if variable.endswith("DATABASE_URL"):
        if "@" not in str(value):
            return str(value)
        parts = urlsplit(str(value))
        place = parts.netloc.rpartition("@")
        return urlunsplit(parts._replace(netloc=f"***@{place[2]}"))
    if variable in secrets or variable.endswith(("AGENCIES", "VENDORS")):
        # Tables of agencies and vendors may hold secrets at any depth.
        return "***" if value else ""
    return str(value)
