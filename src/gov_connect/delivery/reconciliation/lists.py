"""The two lists as files: a JSON array, JSON lines, or CSV whose head names the fields.

Fields are those of `PortalEntry` and `LocalDossier`; only `code` is required of the portal's, and of the
agency's `code`, `status` and `changed_at`. A blank cell is a field not given. Times are ISO 8601 or
`yyyyMMddHHmmss`, in Viet Nam when they name no zone.
"""

from __future__ import annotations

import csv
import io
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from gov_connect.delivery.reconciliation.compare import LocalDossier, PortalEntry
from gov_connect.errors import InvalidInput, Problem
from gov_connect.model import VIETNAM
from gov_connect.model._base import problems_of
from gov_connect.transport import Unreadable, as_list, as_object, parse_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

T = TypeVar("T", LocalDossier, PortalEntry)
_MOMENTS: Final = ("changed_at", "submitted_at")
_DIGITS: Final = 14
_MOST_PROBLEMS: Final = 20


def read_portal(text: str) -> list[PortalEntry]:
    """What the portal shows.

    Raises:
        InvalidInput: no such list; the first problems, by row.
    """
    return _read(text, PortalEntry)


def read_local(text: str) -> list[LocalDossier]:
    """What the agency has.

    Raises:
        InvalidInput: no such list; the first problems, by row.
    """
    return _read(text, LocalDossier)


def _read(text: str, kind: type[T]) -> list[T]:
    problems: list[Problem] = []
    found: list[T] = []
    adapter = TypeAdapter(kind)
    known = {each.name for each in fields(kind)}
    for place, row in enumerate(_rows(text, kind.__name__), start=1):
        given = as_object(row)
        if given is None:
            problems.append(Problem(path=str(place), code="value.invalid"))
        elif unknown := sorted(given.keys() - known):
            problems.append(Problem(path=f"{place}.{unknown[0]}"[:100], code="value.unknown_field"))
        else:
            try:
                found.append(adapter.validate_python(_timed(given)))
            except ValidationError as error:
                problems += _at(place, problems_of(error))
            except InvalidInput as error:
                problems += _at(place, error.problems)
        if len(problems) >= _MOST_PROBLEMS:
            break
    if problems:
        raise InvalidInput(kind.__name__, problems[:_MOST_PROBLEMS])
    return found


def _at(place: int, problems: Sequence[Problem]) -> list[Problem]:
    return [Problem(path=f"{place}.{each.path}", code=each.code, params=each.params) for each in problems]


def _rows(text: str, what: str) -> Iterator[object]:
    """The rows, whichever of the three forms they have."""
    head = text.lstrip()[:1]
    try:
        if head == "[":
            yield from as_list(parse_json(text))
        elif head == "{":
            yield from (parse_json(line) for line in text.splitlines() if line.strip())
        else:
            for row in csv.DictReader(io.StringIO(text), restkey="", strict=True):
                yield {name: value for name, value in row.items() if value not in (None, "")}
    except (Unreadable, csv.Error):
        raise InvalidInput(what, [Problem(path="", code="value.invalid")]) from None


def _timed(given: dict[str, Any]) -> dict[str, Any]:
    """`given` with its times read.

    Raises:
        InvalidInput: one that cannot be.
    """
    return {name: _moment(name, value) if name in _MOMENTS else value for name, value in given.items()}


def _moment(name: str, value: object) -> datetime:
    text = str(value).strip()
    # In digits alone, ISO 8601 too wants a T between day and time.
    text = f"{text[:8]}T{text[8:]}" if len(text) == _DIGITS and text.isascii() and text.isdigit() else text
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput("list", [Problem(path=name, code="value.not_a_date")]) from None
    return at if at.tzinfo is not None else at.replace(tzinfo=VIETNAM)
