"""Papers inside a message: known by their content, bounded, scanned, and encoded without a second copy
(civil_registry.md §5.4).
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final, Self, TypeAlias

from pydantic import Field, model_validator

from gov_connect.errors import InvalidInput, Problem, Rejected
from gov_connect.model import Value
from gov_connect.model.text import MASKED, CleanText, Length
from gov_connect.transport.write import json_body

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

Scan: TypeAlias = Callable[[BinaryIO], bool]
"""Says whether a file may pass; called with the file at its beginning."""
_PIECE: Final = 3 * 65536
"""A multiple of three, so that pieces of base64 join without padding."""
_HEAD: Final = 1024
_PNG, _JPEG, _PDF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-"
NAME_OF_LIST: Final = "fileDinhKem"


class Enclosure(Value):
    """A paper that goes with a registration.

    A file is read when the message is made, so that a stored step holds its path and not its content; content
    that was given in memory cannot be repeated after a restart.
    """

    title: Annotated[CleanText, Length(500, at_least=1), Field(repr=False), MASKED]
    """What it is, e.g. `Giấy chứng sinh`."""
    name: Annotated[CleanText, Length(255, at_least=1), Field(repr=False), MASKED]
    """File name as the registry shows it; says nothing about the kind."""
    path: Annotated[str, Field(repr=False)] = ""
    content: Annotated[bytes | None, Field(repr=False, exclude=True)] = None
    kind: Annotated[int, Field(ge=0, le=999)] = 1
    """loaiGiayTo; 1 is the only value that was seen."""
    cancelled: bool = False
    """A paper that was withdrawn: never sent."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if bool(self.path) == (self.content is not None):
            raise Rejected("value.one_of", names="path, content")
        return self

    @contextmanager
    def opened(self) -> Generator[BinaryIO]:
        """The content as a stream."""
        if self.content is not None:
            yield io.BytesIO(self.content)
            return
        with Path(self.path).open("rb") as stream:
            yield stream


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRules:
    """What may be enclosed; the registry's own limits are not public.

    Attributes:
        each: bytes of one file.
        together: bytes of all files of one message.
        scan: looks for viruses; None for no look.
    """

    each: int
    together: int
    scan: Scan | None = None


def scan_named(name: str) -> Scan | None:
    """The hook that the settings name as `package.module:function`; "" for none.

    Raises:
        ImportError: there is no such module or function.
    """
    if not name:
        return None
    module, _, function = name.partition(":")
    try:
        found: Scan = getattr(import_module(module), function)
    except AttributeError as error:
        raise ImportError(name) from error
    return found


def kind_by_content(head: bytes) -> str:
    """`pdf`, `jpeg`, `png` by the first bytes, or "" for anything else; names and endings do not count."""
    if head.startswith(_JPEG):
        return "jpeg"
    if head.startswith(_PNG):
        return "png"
    # Some scanners write a few bytes before the header, and every reader accepts it in the first kilobyte.
    return "pdf" if _PDF in head[:_HEAD] and not head.lstrip().startswith((b"<", b"MZ", b"PK")) else ""


def check(enclosures: Sequence[Enclosure], rules: FileRules) -> None:
    """Look at every file.

    Raises:
        InvalidInput: naming every file that may not go, by its place in the list.
    """
    problems: list[Problem] = []
    total = 0
    for place, enclosure in enumerate(enclosures):
        path = f"files.{place}"
        try:
            with enclosure.opened() as stream:
                size, problem = _look(stream, path, rules)
        except OSError:
            size, problem = 0, Problem(path=path, code="file.unreadable")
        total += size
        problems += [problem] if problem is not None else []
    if total > rules.together:
        problems.append(Problem(path="files", code="file.all_too_large", params={"limit": rules.together}))
    if problems:
        raise InvalidInput("Enclosure", problems)


def _look(stream: BinaryIO, path: str, rules: FileRules) -> tuple[int, Problem | None]:
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if size == 0:
        return 0, Problem(path=path, code="file.empty")
    if size > rules.each:
        return size, Problem(path=path, code="file.too_large", params={"limit": rules.each})
    if not kind_by_content(stream.read(_HEAD)):
        return size, Problem(path=path, code="file.kind")
    stream.seek(0)
    if rules.scan is not None and not rules.scan(stream):
        return size, Problem(path=path, code="file.infected")
    return size, None


def body(message: Mapping[str, object], enclosures: Sequence[Enclosure], rules: FileRules) -> bytes:
    """A message with its files, as JSON. Each file goes piece by piece from where it lies into the message:
    neither the file nor its base64 is held a second time.

    Raises:
        InvalidInput: a file may not go; nothing was made.
    """
    kept = [enclosure for enclosure in enclosures if not enclosure.cancelled]
    check(kept, rules)
    made = io.BytesIO()
    made.write(json_body(message)[:-1] + f',"{NAME_OF_LIST}":['.encode())
    for number, enclosure in enumerate(kept, 1):
        head = {
            "id": number,
            "loaiGiayTo": enclosure.kind,
            "tenGiayTo": enclosure.title,
            "tenTepDinhKem": enclosure.name,
            "huyGiayTo": 0,
        }
        made.write((b"," if number > 1 else b"") + json_body(head)[:-1] + b',"duLieuTepDinhKem":"')
        _encode(enclosure, made, number, rules)
        made.write(b'"}')
    made.write(b"]}")
    return made.getvalue()


def _encode(enclosure: Enclosure, made: io.BytesIO, number: int, rules: FileRules) -> None:
    size, first = 0, b""
    try:
        with enclosure.opened() as stream:
            while piece := stream.read(_PIECE):
                first = first or piece[:_HEAD]
                size += len(piece)
                if size > rules.each:
                    break
                made.write(base64.b64encode(piece))
    except OSError:
        size = 0
    # It was looked at a moment ago; what is sent is what was looked at.
    if size == 0 or size > rules.each or not kind_by_content(first):
        raise InvalidInput("Enclosure", [Problem(path=f"files.{number - 1}", code="file.changed")])
