"""Where settings come from besides the environment itself: files, and the credentials of systemd.

    GOV_CONNECT_STORE_KEY=…                           the value
    GOV_CONNECT_STORE_KEY_FILE=/run/secrets/key       a file that holds it
    $CREDENTIALS_DIRECTORY/GOV_CONNECT_STORE_KEY      what `LoadCredential=` of a systemd unit puts there

Only secrets may come that way, and the address of the database, which may hold a password. The first that is
there counts.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

from pydantic import BaseModel, SecretStr

from gov_connect.errors import Problem
from gov_connect.settings.variables import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE: Final = "_FILE"
_LARGEST: Final = 64 * 1024
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Found:
    """What was found besides the environment.

    Attributes:
        values: by variable; hides itself.
        places: where each of them came from.
        problems: files that cannot be read.
    """

    values: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    places: dict[str, str] = field(default_factory=dict[str, str])
    problems: list[Problem] = field(default_factory=list[Problem])


def secret_variables(model: type[BaseModel], prefix: str = PREFIX) -> Iterator[str]:
    """Names of all variables that hold a secret, of nested settings too."""
    for name, info in model.model_fields.items():
        for kind in _kinds(info.annotation):
            if kind is SecretStr or name == "database_url":
                yield f"{prefix}{name.upper()}"
            elif isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from secret_variables(kind, f"{prefix}{name.upper()}__")


def _kinds(annotation: Any) -> Iterator[Any]:
    parts = get_args(annotation)
    if not parts:
        yield annotation
    for part in parts:
        yield from _kinds(part)


def find(environment: Mapping[str, str], secrets: frozenset[str]) -> Found:
    """Read the files that the environment names, and systemd's credentials."""
    found = Found()
    given = {name.upper(): value for name, value in environment.items()}
    directory = given.get("CREDENTIALS_DIRECTORY", "")
    for name in sorted(secrets - given.keys()):
        file = given.get(name + FILE)
        if file is not None:
            _read(found, name, Path(file), name + FILE)
            continue
        for credential in (name, name.lower()):
            path = Path(directory, credential)
            if directory and path.is_file():
                _read(found, name, path, "CREDENTIALS_DIRECTORY/" + credential)
                break
    return found


def _read(found: Found, name: str, path: Path, called: str) -> None:
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError
        found.values[name] = path.read_text(encoding="utf-8").strip()
        found.places[name] = str(path)
    except (OSError, ValueError):
        found.problems.append(Problem(path=called, code="settings.unreadable_file"))


def open_to_others(path: str | Path) -> bool:
    """Whether others on this machine may read or write a file that should be one's own. Never on Windows,
    where the mode does not tell.
    """
    try:
        mode = Path(path).stat().st_mode
    except OSError:
        return False
    return os.name == "posix" and bool(mode & _OTHERS)
