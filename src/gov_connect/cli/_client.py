"""A client for commands that work on the agency's own settings, and how its errors end a command."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Annotated

import typer

from gov_connect.cli import WRONG_USAGE
from gov_connect.errors import GovConnectError, OutsideSystemError

if TYPE_CHECKING:
    from collections.abc import Generator

    from gov_connect.client import GovConnect
    from gov_connect.messages import Language

NO, OUTSIDE = 1, 3
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
InEnglish = Annotated[bool, typer.Option("--english", help="Nói tiếng Anh. Speak English.")]


def language_of(*, english: bool) -> Language:
    """What a command speaks."""
    return "en" if english else "vi"


@contextlib.contextmanager
def from_environment(*, english: bool = False, as_json: bool = False) -> Generator[GovConnect, None, None]:
    """A client from the environment; every error of ours becomes a sentence and an exit code."""
    from gov_connect.client import GovConnect  # noqa: PLC0415 - on first use

    try:
        with GovConnect.from_env() as gov:
            yield gov
    except GovConnectError as error:
        language = language_of(english=english)
        if as_json:
            typer.echo(json.dumps({"error": error.code, "text": error.text(language)}, ensure_ascii=False))
        else:
            typer.echo(f"{error.text(language)} {error.remedy(language)}".strip(), err=True)
        raise typer.Exit(OUTSIDE if isinstance(error, OutsideSystemError) else WRONG_USAGE) from None
