"""The kinds of value a pack file may hold: how each is checked, and how JSON Schema says it.

One table serves the reader and the published schema, so the two cannot drift apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from gov_connect.errors import Rejected
from gov_connect.model.dossier import Channel
from gov_connect.model.money import LARGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

JsonSchema: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value: `read` returns it checked or raises `Rejected`."""

    read: Callable[[object], Any]
    schema: JsonSchema


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table in a pack file."""

    kind: Kind
    required: bool = False


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise Rejected("fees.not_a_list")
    return cast("list[object]", value)


def _table(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise Rejected("fees.not_a_table")
    return cast("dict[str, object]", value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Rejected("value.not_text")
    if not value.strip():
        raise Rejected("value.empty")
    return value


def _matching(pattern: str) -> Kind:
    shape = re.compile(pattern)

    def read(value: object) -> str:
        text = _text(value)
        if shape.fullmatch(text) is None:
            raise Rejected("value.invalid")
        return text

    return Kind(read, {"type": "string", "pattern": f"^(?:{pattern})$"})


def _whole(low: int, high: int) -> Kind:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Rejected("value.not_whole_number")
        if value < low:
            raise Rejected("value.too_small", limit=low)
        if value > high:
            raise Rejected("value.too_large", limit=high)
        return value

    return Kind(read, {"type": "integer", "minimum": low, "maximum": high})


def choice(*names: str) -> Kind:
    """One of a few fixed words."""

    def read(value: object) -> str:
        if value not in names:
            raise Rejected("value.not_in_list")
        return str(value)

    return Kind(read, {"enum": list(names)})


def many(kind: Kind, least: int = 1) -> Kind:
    """A list of at least `least` values of `kind`, as a tuple."""

    def read(value: object) -> tuple[Any, ...]:
        items = _list(value)
        if len(items) < least:
            raise Rejected("value.too_few", limit=least)
        return tuple(kind.read(item) for item in items)

    return Kind(read, {"type": "array", "items": kind.schema, "minItems": least})


def mapping(keys: Kind, values: Kind) -> Kind:
    """A table whose keys and values are checked one by one."""

    def read(value: object) -> dict[Any, Any]:
        return {keys.read(name): values.read(one) for name, one in _table(value).items()}

    return Kind(
        read,
        {"type": "object", "propertyNames": keys.schema, "additionalProperties": values.schema},
    )


def record(keys: Mapping[str, Key]) -> Kind:
    """A small table with known keys."""

    def read(value: object) -> dict[str, Any]:
        table = _table(value)
        for name in table:
            if name not in keys:
                raise Rejected("value.unknown_field")
        for name, key in keys.items():
            if key.required and name not in table:
                raise Rejected("value.missing")
        return {name: keys[name].kind.read(one) for name, one in table.items()}

    return Kind(read, schema_of(keys))


def schema_of(keys: Mapping[str, Key]) -> JsonSchema:
    """JSON Schema of a table that forbids unknown keys."""
    schema: JsonSchema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: key.kind.schema for name, key in keys.items()},
    }
    required = [name for name, key in keys.items() if key.required]
    return {**schema, "required": required} if required else schema


def _read_day(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Rejected("fees.not_a_toml_date")
    return value


def _read_flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Rejected("value.invalid")
    return value


def _read_bands(value: object) -> tuple[tuple[int, int], ...]:
    bands = tuple(_read_band(one) for one in _list(value))
    firsts = [first for first, _price in bands]
    if not bands or firsts[0] != 1 or firsts != sorted(set(firsts)):
        raise Rejected("fees.bands")
    return bands


def _read_band(value: object) -> tuple[int, int]:
    match _list(value):
        case [first, price]:
            return POSITIVE.read(first), DONG.read(price)
        case _:
            raise Rejected("fees.bands")


def _read_cite(value: object) -> tuple[str, str]:
    match _list(value):
        case [key, article]:
            return CITATION_KEY.read(key), "" if article == "" else _text(article)
        case _:
            raise Rejected("fees.citation")


TEXT: Final = Kind(_text, {"type": "string", "minLength": 1})
DAY: Final = Kind(_read_day, {"type": "string", "format": "date"})
FLAG: Final = Kind(_read_flag, {"type": "boolean"})
DONG: Final = _whole(0, LARGEST)
POSITIVE: Final = _whole(1, 1_000_000)
PERCENT: Final = _whole(1, 100)
WORD: Final = _matching(r"[a-z][a-z0-9_]*")
WORDS: Final = many(WORD)
FACTS: Final = many(_matching(r"[a-z][a-z0-9_]*(?:=no)?"))
CHARGE: Final = _matching(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*")
RULE_ID: Final = _matching(r"[a-z0-9][a-z0-9._/-]*")
AREA: Final = _matching(r"VN|\d{2}(?::\d{2})?")
PROVINCE: Final = _matching(r"\d{2}")
INSTRUMENT_KEY: Final = _matching(r"[^\s/]+")
CITATION_KEY: Final = _matching(r"[^\s/]+(?:/\S+)?")
PROCEDURE: Final = _matching(r"\d\.\d{6}")
SUB_ITEM: Final = _matching(r"\d{4}")
SHA256: Final = _matching(r"[0-9a-f]{64}")
CHANNEL: Final = choice(*(str(one) for one in Channel))
BANDS: Final = Kind(
    _read_bands,
    {
        "type": "array",
        "minItems": 1,
        "items": {
            "type": "array",
            "prefixItems": [POSITIVE.schema, DONG.schema],
            "minItems": 2,
            "maxItems": 2,
        },
    },
)
CITE: Final = Kind(
    _read_cite,
    {
        "type": "array",
        "prefixItems": [CITATION_KEY.schema, {"type": "string"}],
        "minItems": 2,
        "maxItems": 2,
    },
)
