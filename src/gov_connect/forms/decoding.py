"""One leaf -> one value, by the kind of place it belongs to; and back. What has no plain meaning stays as it
stands, so that the value object says what is wrong with it.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

from gov_connect.model import CivilEvent, PartialDate, Personal

if TYPE_CHECKING:
    from collections.abc import Mapping

_DATES: Final = frozenset(
    "born id_issued_on died_on established_on notice_date on issued_on lived_from lived_until".split()  # noqa: SIM905
)
_NUMBERS: Final = frozenset({"copies", "times", "copy_kind"})
_WIDTHS: Final = {"province": 2, "birth_province": 2, "district": 3, "commune": 5}
_LISTS: Final = frozenset({"sex", "residence_kind", "id_kind", "known_parents", "copies_wanted"})
_NAMED: Final = {"ethnicity": "ethnicity", "nationality": "nationality", "other_nationality": "nationality"}
_PURPOSES: Final = {"status": "marital_status", "purpose": "marital_purpose"}
_SPOKEN: Final = re.compile(
    r"(?:(?:ngày\s*(?P<day>[0-9]{1,2})\s*,?\s*)?tháng\s*(?P<month>[0-9]{1,2})\s*,?\s*)?năm\s*(?P<year>[0-9]{4})"
)
_SPACED: Final = re.compile(r"\s*([./-])\s*")
_WHOLE: Final = re.compile(r"0*([0-9]{1,6})(?:\.0+)?")
CODE_WORDS: Final = ("code", "ma", "madiaban", "id", "value")
NAME_WORDS: Final = ("name", "ten", "tendiaban", "text", "label", "title", "display")


class Kind(StrEnum):
    """What stands at a place."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    CODE = "code"
    LISTED = "listed"
    NAMED = "named"
    """Text that some forms give by code."""


@cache
def kind_of(path: str) -> Kind:
    """What stands at a place of the model."""
    last = path.rpartition(".")[2]
    if last in _DATES:
        return Kind.DATE
    if last in _NUMBERS:
        return Kind.NUMBER
    if last in _WIDTHS:
        return Kind.CODE
    if last in _NAMED:
        return Kind.NAMED
    return Kind.LISTED if last in _LISTS or last in _PURPOSES or last == "kind" else Kind.TEXT


@cache
def list_of(path: str, event: CivilEvent) -> str:
    """Name of the list that a place is taken from."""
    last = path.rpartition(".")[2]
    if path == "proof.kind":
        return "death_paper"
    if last in _NAMED:
        return _NAMED[last]
    return f"kind_{event}" if path == "kind" else _PURPOSES.get(last, last)


def decode(path: str, text: str, event: CivilEvent, lists: Mapping[str, Mapping[str, str]]) -> str | int | PartialDate:
    """What a leaf says."""
    kind = kind_of(path)
    if kind is Kind.TEXT:
        return text
    if kind is Kind.DATE:
        return read_date(text) or text
    if kind is Kind.NUMBER:
        return int(_number(text)) if _WHOLE.fullmatch(text) else text
    if kind is Kind.CODE:
        width = _WIDTHS[path.rpartition(".")[2]]
        digits = _number(text)
        return digits.zfill(width) if digits.isdecimal() and len(digits) <= width else text
    if kind is Kind.NAMED:
        return lists.get(list_of(path, event), {}).get(text.casefold(), text)
    return lists.get(list_of(path, event), {}).get(" ".join(_number(text).casefold().split()), text)


def read_date(text: str) -> PartialDate | None:
    """A date as people write it into forms: `3/1/2026`, `03 / 01 / 2026`, `ngày 3 tháng 1 năm 2026`."""
    read = PartialDate.read(text)
    if read is None:
        spoken = _SPOKEN.fullmatch(text.casefold())
        if spoken is not None:
            read = PartialDate.read("/".join(part for part in spoken.group("day", "month", "year") if part))
        elif " " in text:
            read = PartialDate.read(_SPACED.sub(r"\1", text))
    return read


def encode(path: str, value: object, event: CivilEvent, written: Mapping[str, Mapping[str, str]]) -> str:
    """The text of a value as forms write it; dates day first."""
    match kind_of(path):
        case Kind.DATE if isinstance(value, PartialDate):
            return "/".join(reversed(value.iso.split("-")))
        case Kind.LISTED:
            return written.get(list_of(path, event), {}).get(str(value), str(value))
        case _:
            return value.reveal() if isinstance(value, Personal) else str(value)


def _number(text: str) -> str:
    """`1` for `01`, `1` and `1.0`; anything else as it stands."""
    match = _WHOLE.fullmatch(text)
    return match.group(1) if match else text
