"""The wires as files: OpenAPI for the JSON systems, WSDL and XSD for SOAP, JSON Schema for law packs.

They are written by hand, from the wire documents, and held to the adapters' own requests and the mocks' replies
by tests: neither can move without the other.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable
    from pathlib import Path

_KINDS: Final = (".json", ".wsdl", ".xsd")


@cache
def names() -> tuple[str, ...]:
    """Every file, as a path with "/" below this folder."""
    return tuple(sorted(str(place) for place, _ in _files(resources.files("gov_connect.schemas"), PurePosixPath())))


def read(name: str) -> str:
    """One file as text.

    Raises:
        KeyError: there is none of that name.
    """
    if name not in names():
        raise KeyError(name)
    return resources.files("gov_connect.schemas").joinpath(*name.split("/")).read_text(encoding="utf-8")


def export(folder: Path) -> list[Path]:
    """Write all of them below a folder, which is made; files of the same name are replaced."""
    written: list[Path] = []
    for name in names():
        target = folder.joinpath(*name.split("/"))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(read(name), encoding="utf-8", newline="\n")
        written.append(target)
    return written


def _files(place: Traversable, at: PurePosixPath) -> Iterator[tuple[PurePosixPath, Traversable]]:
    for item in place.iterdir():
        if item.is_dir():
            yield from _files(item, at / item.name)
        elif item.name.endswith(_KINDS):
            yield at / item.name, item
