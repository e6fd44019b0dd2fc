"""Dossier files: what was filed and, for an audit, what was collected. JSON, read strictly."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final, cast

from gov_connect.errors import InvalidInput, Problem, Rejected
from gov_connect.fees import _kinds as k
from gov_connect.fees._values import FeeItem
from gov_connect.fees.compare import Dossier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def _day(value: object) -> date:
    text: str = k.TEXT.read(value)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Rejected("value.not_a_date") from None


def _anything(value: object) -> object:
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Rejected("value.not_text")
    return value


_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")
_AREA: Final = k.Kind(_text, {"type": "string"})
_KEYS: Final[Mapping[str, k.Key]] = {
    "id": k.Key(k.TEXT, required=True),
    "at": k.Key(k.Kind(_day, {"type": "string", "format": "date"}), required=True),
    "items": k.Key(k.many(k.Kind(_anything, {"type": "object"})), required=True),
    "area": k.Key(_AREA),
    "channel": k.Key(k.CHANNEL),
    "facts": k.Key(k.many(k.TEXT, least=0)),
    "collected": k.Key(k.DONG),
}


class _Twice(ValueError):
    """A key stands twice in one JSON object."""


def read_dossiers(text: str) -> tuple[Dossier, ...]:
    """Read a JSON list of `{"id", "at", "items": [{"charge", …}], "area", "channel", "facts", "collected"}`.

    Raises:
        InvalidInput: not such a list, an unknown key, a key or an id twice; every problem at once.
    """
    rows = _rows(text)
    dossiers: list[Dossier] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows):
        try:
            dossiers.append(_dossier(row))
        except InvalidInput as error:
            problems += [
                Problem(path=f"{number}.{one.path}".rstrip("."), code=one.code, params=one.params)
                for one in error.problems
            ]
    seen: set[str] = set()
    for one in dossiers:
        if one.id in seen:
            problems.append(Problem(path=f"{one.id}.id", code="value.duplicate"))
        seen.add(one.id)
    if problems:
        raise InvalidInput("dossiers", problems)
    return tuple(dossiers)


def _rows(text: str) -> list[object]:
    try:
        rows: object = json.loads(text, object_pairs_hook=_once)
    except _Twice as error:
        raise InvalidInput("dossiers", [Problem(path=str(error), code="value.duplicate")]) from None
    except (ValueError, RecursionError):  # not JSON, a number of thousands of digits, nested without end
        raise InvalidInput("dossiers", [Problem(path="", code="value.invalid")]) from None
    if not isinstance(rows, list):
        raise InvalidInput("dossiers", [Problem(path="", code="value.not_a_list")])
    return cast("list[object]", rows)


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(_shown(name))
        found[name] = value
    return found


def _shown(name: str) -> str:
    """A key as errors may repeat it: a foreign one could be anything, a person's name too."""
    return name if _NAME.fullmatch(name) else "?"


_OF_A_CALLER: Final = {"fees.not_a_list": "value.not_a_list", "fees.not_a_table": "value.not_an_object"}
"""What the kinds of a pack's values say of one that stands in no pack: its author is not the one to mend it."""


def _dossier(row: object) -> Dossier:
    if not isinstance(row, dict):
        raise InvalidInput("dossier", [Problem(path="", code="value.not_an_object")])
    table = cast("dict[str, object]", row)
    problems = [Problem(path=_shown(name), code="value.unknown_field") for name in table if name not in _KEYS]
    read: dict[str, Any] = {}
    for name, key in _KEYS.items():
        # null says the same as leaving it out.
        if table.get(name) is None:
            if key.required:
                problems.append(Problem(path=name, code="value.missing"))
            continue
        try:
            read[name] = key.kind.read(table[name])
        except Rejected as broken:
            problems.append(Problem(path=name, code=_OF_A_CALLER.get(broken.code, broken.code), params=broken.params))
    items: list[FeeItem] = []
    for number, entry in enumerate(read.pop("items", ())):
        try:
            items.append(FeeItem.read(entry))
        except InvalidInput as error:
            problems += [
                Problem(path=f"items.{number}.{one.path}", code=one.code, params=one.params) for one in error.problems
            ]
    if problems:
        raise InvalidInput("dossier", problems)
    read["facts"] = frozenset[str](read.get("facts", ()))
    return Dossier(items=tuple(items), **read)
