"""What every command shares: help and usage errors in the language of the run, from the catalogue of messages.

No command carries its help in its code: `messages/commands.py` and `messages/options.py` hold it by the command's
words, and it is put in place when a run begins, so that completion speaks the same language.
"""

from __future__ import annotations

import io
import os
import re
import sys
import traceback
from typing import TYPE_CHECKING, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from gov_connect.cli import WRONG_USAGE
from gov_connect.cli._language import language
from gov_connect.messages import message
from gov_connect.messages.commands import COMMANDS
from gov_connect.messages.metavars import METAVARS
from gov_connect.messages.options import OPTIONS
from gov_connect.messages.phrases import PHRASES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from gov_connect.messages import Language, Message

DEFECT: Final = 70
"""Exit code of a failure that is ours, apart from the four that commands promise."""
_PHRASES: Final = [(re.compile(pattern, re.MULTILINE), said) for pattern, said in PHRASES]
_WRONG: Final[type[Exception]] = typer.BadParameter.__mro__[1]
"""typer's wrong usage; its class has no public name in every release."""


_TYPED: Final = re.compile(r"^(  [^\s-]\S*)( <[^<>]*>)", re.MULTILINE)
"""An argument on a help page, and behind it the name that its type has in Python."""


def _without_types(page: str) -> str:
    return _TYPED.sub(lambda found: found[1] + " " * len(found[2]), page)


def phrased(text: str) -> str:
    """What typer itself says, in the language of the run."""
    if language() == "vi":
        for pattern, said in _PHRASES:
            text = pattern.sub(said, text)
    return text


def meaning(words: str, option: str) -> Message | None:
    """What an option means in a command: its own entry, that of its group, or the one all share."""
    return _nearest(OPTIONS, words, option)


def placeholder(words: str, parameter: Any) -> Message | None:
    """What stands for a parameter's value on a help page; None where its choices do, or where there is no value."""
    kind = getattr(parameter, "type_descriptor", None)
    if getattr(parameter, "is_flag", False) or (kind is not None and kind.is_choice):
        return None
    said = _nearest(METAVARS, words, parameter.name)
    if said is not None or kind is None:
        return said
    return METAVARS["path" if "Path" in str(kind.annotation) else "figure" if "int" in str(kind.annotation) else "text"]


def _nearest(entries: Mapping[str, Message], words: str, name: str) -> Message | None:
    parts = words.split()
    places = [" ".join([*parts[:length], name]) for length in range(len(parts), -1, -1)]
    return next((entries[place] for place in places if place in entries), None)


def walk(command: Any, words: str = "") -> Iterator[tuple[str, Any]]:
    """Every group and command below `command`, itself first, by the words behind `gov-connect`."""
    yield words, command
    below: dict[str, Any] = getattr(command, "commands", {})
    for name, inner in below.items():
        yield from walk(inner, f"{words} {name}".strip())


def speak(root: Any, chosen: Language) -> None:
    """Put the help of every command and option of the tree in place."""
    for words, command in walk(root):
        if words in COMMANDS:
            command.help = COMMANDS[words].text(chosen, {})
        for parameter in command.params:
            said = meaning(words, parameter.name)
            if said is not None:
                parameter.help = said.text(chosen, {})
            shown = placeholder(words, parameter)
            if shown is not None:
                parameter.metavar = shown.text(chosen, {})


class Command(TyperCommand):
    """A command whose help page speaks the language of the run."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return phrased(_without_types(super().get_help(ctx)))


class Group(TyperGroup):
    """A group of commands whose help page speaks the language of the run."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return phrased(_without_types(super().get_help(ctx)))


class Root(Group):
    """The whole tree."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Begin a run: every word in its language."""
        speak(self, language())
        return super().make_context(info_name, args, parent, **extra)

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, *_: Any, **extra: Any) -> Any:
        """Run to the end: wrong usage says what would be right, and a defect of ours shows no data."""
        standalone_mode = extra.pop("standalone_mode", True)
        try:
            done = super().main(args, prog_name, standalone_mode=False, **extra)
        except _WRONG as wrong:
            if not standalone_mode:
                raise
            page = io.StringIO()
            wrong.show(page)  # type: ignore[attr-defined]
            sys.stderr.write(phrased(page.getvalue()))
            sys.exit(WRONG_USAGE)
        except typer.Abort:
            sys.exit(1)
        except Exception as error:  # noqa: BLE001 - whatever it is, its text may speak of a citizen
            _defect(error)
            sys.exit(DEFECT)
        if standalone_mode:
            sys.exit(done if isinstance(done, int) else 0)
        return done


def _defect(error: Exception) -> None:
    if os.environ.get("GOV_CONNECT_TRACE"):
        # Places in the code only: the error's own text, or a variable, may be a citizen.
        sys.stderr.writelines(traceback.format_tb(error.__traceback__))
    entry, chosen = message("cli.defect"), language()
    kind = type(error).__name__
    sys.stderr.write(f"gov-connect: {entry.text(chosen, {'kind': kind})} {entry.remedy(chosen, {})}\n")


class Commands(typer.Typer):
    """A group of commands, made of commands that speak."""

    def __init__(
        self,
        *,
        cls: type[Group] = Group,
        name: str | None = None,
        no_args_is_help: bool = False,
        invoke_without_command: bool = False,
    ) -> None:
        super().__init__(
            cls=cls,
            name=name,
            no_args_is_help=no_args_is_help,
            invoke_without_command=invoke_without_command,
            # Rich tracebacks print local variables, and those may be citizens; rich help boxes are no plain text.
            pretty_exceptions_enable=False,
            rich_markup_mode=None,
        )

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Any], Any]:
        """Add a command."""
        settings.setdefault("cls", Command)
        return super().command(name, **settings)
