"""How commands speak: JSON or text in one language, errors with what to do next, exit codes.

0 done, 1 the answer is "no", 2 wrong usage, 3 an outside system failed.
"""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import typer

from gov_connect.cli import WRONG_USAGE
from gov_connect.cli._language import language
from gov_connect.errors import GovConnectError, OutsideSystemError, Refused
from gov_connect.messages import message
from gov_connect.messages.answers import ANSWERS
from gov_connect.messages.metavars import METAVARS
from gov_connect.messages.states import term
from gov_connect.model import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from gov_connect.client import GovConnect
    from gov_connect.messages import Language
    from gov_connect.signing.verdict import Reason

NO: Final = 1
OUTSIDE_FAILED: Final = 3
_STANDARD_INPUT: Final = "-"
_LARGEST: Final = 256 << 20

AsJson = Annotated[bool, typer.Option("--json")]
InEnglish = Annotated[bool, typer.Option("--english")]
Required = Annotated[str, typer.Option()]
"""An option that must be given; without this, what has no default would be an argument."""


def word(key: str, *, english: bool = False, **params: object) -> str:
    """An answer of a command, in the language of the run."""
    return ANSWERS[key].text(language(english=english), params)


def spoken(kind: str, value: object, *, english: bool = False) -> str:
    """A state, or another value of a closed list, in the language of the run; JSON keeps the value."""
    return term(kind, value, language(english=english))


def say(shape: Any, text: str, *, as_json: bool) -> None:
    """Print an answer: `shape` as JSON, or `text`."""
    typer.echo(json.dumps(shape, ensure_ascii=False, indent=2, default=str) if as_json else text)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """Print rows: drawn at a terminal, else one line a row, its cells parted by tabs, the headings first."""
    if not sys.stdout.isatty():
        for row in (headings, *rows):
            typer.echo("\t".join(str(cell) for cell in row))
        return
    from rich.console import Console  # noqa: PLC0415 - at a terminal
    from rich.table import Table  # noqa: PLC0415

    drawn = Table(title=title or None)
    for heading in headings:
        # Broken into lines where it is too long: half the number of a dossier is none.
        drawn.add_column(heading, overflow="fold")
    for row in rows:
        drawn.add_row(*(str(cell) for cell in row))
    Console().print(drawn)


def working(key: str) -> AbstractContextManager[object]:
    """Show on the error stream that long work is under way; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console  # noqa: PLC0415 - at a terminal

    return Console(stderr=True).status(word(key))


def reasons_told(reasons: Iterable[Reason], chosen: Language, indent: str = "") -> Iterator[str]:
    """Each finding about a file, and under it what to do next."""
    for reason in reasons:
        yield f"{indent}{reason.text(chosen)}"
        remedy = message(reason.code).remedy(chosen, reason.params)
        if remedy:
            yield f"{indent}  → {remedy}"


def warn(code: str, *, as_json: bool = False, **params: object) -> None:
    """Say on the error stream what is wrong, and what to do next; as JSON on the standard output too."""
    chosen, entry = language(), message(code)
    _explain(code, entry.text(chosen, params), entry.remedy(chosen, params), as_json=as_json)


def wrong(code: str, hint: str = "", **params: object) -> NoReturn:
    """End as wrong usage of the option or argument `hint`; an argument is named as its help page names it."""
    chosen, entry = language(), message(code)
    if hint.lower() in METAVARS:
        hint = METAVARS[hint.lower()].text(chosen, {})
    said = f"{entry.text(chosen, params)} {entry.remedy(chosen, params)}".rstrip()
    raise typer.BadParameter(said, param_hint=hint or None)


@contextmanager
def answered(*, as_json: bool = False, english: bool = False) -> Generator[None]:
    """Turn errors into words and exit codes: a refusal is a "no", an outside failure 3, all else wrong usage."""
    try:
        yield
    except GovConnectError as error:
        refuse(error, as_json=as_json, english=english)


def refuse(error: GovConnectError, *, as_json: bool = False, english: bool = False, code: int = 0) -> NoReturn:
    """Say an error and what to do next, and end with `code`, or by the kind of the error."""
    chosen = language(english=english)
    _explain(error.code, error.text(chosen), error.remedy(chosen), as_json=as_json)
    if isinstance(error, Refused):
        raise typer.Exit(NO)
    raise typer.Exit(code or (OUTSIDE_FAILED if isinstance(error, OutsideSystemError) else WRONG_USAGE))


def _explain(code: str, text: str, remedy: str, *, as_json: bool) -> None:
    typer.echo(f"gov-connect: {text}", err=True)
    if remedy:
        typer.echo(f"  → {remedy}", err=True)
    if as_json:
        say({"error": code, "text": text, "remedy": remedy}, "", as_json=True)


@contextmanager
def from_environment(*, as_json: bool = False, english: bool = False) -> Generator[GovConnect]:
    """A client from the environment; every error of ours becomes a sentence and an exit code."""
    from gov_connect.client import GovConnect  # noqa: PLC0415 - on first use
    from gov_connect.settings import Environment  # noqa: PLC0415

    with answered(as_json=as_json, english=english), GovConnect.from_env() as gov:
        if gov.settings.environment is Environment.OFFLINE:
            typer.echo(word("offline", english=english), err=True)
        yield gov


@contextmanager
def from_records(*, as_json: bool = False, english: bool = False) -> Generator[GovConnect]:
    """The same for what speaks of records that are there: where none are it is refused, and nothing is made."""
    with from_environment(as_json=as_json, english=english) as gov:
        if not gov.settings.offline:
            gov.audit.log.database.require()
        yield gov


def bytes_of(file: Path, *, largest: int = _LARGEST) -> bytes:
    """What a file holds, `-` for the standard input; ends as wrong usage when it cannot be read."""
    try:
        if str(file) == _STANDARD_INPUT:
            content: bytes = typer.get_binary_stream("stdin").read(largest + 1)
        else:
            with file.open("rb") as stream:
                content = stream.read(largest + 1)
    except OSError:
        wrong("cli.file_unreadable", file=file)
    if len(content) > largest:
        wrong("cli.file_too_large", file=file, limit=largest)
    return content


def text_of(file: Path) -> str:
    """A file's text; ends as wrong usage when it is not UTF-8."""
    try:
        return bytes_of(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        wrong("cli.file_unreadable", file=file)


def write(file: Path, content: bytes, hint: str) -> None:
    """Write a result; ends as wrong usage of `hint` when it cannot be."""
    try:
        file.write_bytes(content)
    except OSError:
        wrong("cli.file_unwritable", hint, file=file)


def day_of(text: str, hint: str) -> date:
    """A day, yyyy-mm-dd."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        wrong("cli.not_a_day", hint)


def moment_of(text: str, hint: str) -> datetime:
    """A moment by ISO 8601; Vietnamese time where no zone is said, now where nothing is."""
    if not text:
        return datetime.now(VIETNAM)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        wrong("cli.not_a_moment", hint)
    return found if found.tzinfo else found.replace(tzinfo=VIETNAM)
