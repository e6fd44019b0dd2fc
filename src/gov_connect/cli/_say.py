"""How commands speak: JSON or text, errors on the error stream, exit codes.

0 done, 1 the answer is "no", 2 wrong usage, 3 an outside system failed.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from gov_connect.cli import WRONG_USAGE
from gov_connect.errors import GovConnectError, OutsideSystemError, Refused

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

NO: Final = 1
OUTSIDE_FAILED: Final = 3
_STANDARD_INPUT: Final = "-"
_LARGEST: Final = 256 * 1024 * 1024

AsJson = Annotated[bool, typer.Option("--json", help="In JSON. Print JSON.")]


def say(shape: dict[str, Any], text: str, *, as_json: bool) -> None:
    """Print an answer."""
    typer.echo(json.dumps(shape, ensure_ascii=False) if as_json else text)


@contextmanager
def answered(*, as_json: bool) -> Generator[None]:
    """Turn errors into words and exit codes: a refusal is a "no", wrong input is wrong usage."""
    try:
        yield
    except GovConnectError as error:
        typer.echo(f"gov-connect: {error.text('vi')} | {error.text('en')}", err=True)
        if as_json:
            typer.echo(json.dumps({"error": error.code, "text": error.text("en")}, ensure_ascii=False))
        if isinstance(error, Refused):
            code = NO
        else:
            code = OUTSIDE_FAILED if isinstance(error, OutsideSystemError) else WRONG_USAGE
        raise typer.Exit(code) from None


def text_of(file: Path) -> str:
    """A file's text, `-` for the standard input; exits when it cannot be read."""
    try:
        if str(file) == _STANDARD_INPUT:
            content: bytes = typer.get_binary_stream("stdin").read(_LARGEST + 1)
        else:
            with file.open("rb") as stream:
                content = stream.read(_LARGEST + 1)
        if len(content) <= _LARGEST:
            return content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        pass
    typer.echo(f"gov-connect: không đọc được / cannot be read (UTF-8): {file}", err=True)
    raise typer.Exit(WRONG_USAGE)
