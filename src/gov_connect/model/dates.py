"""Dates as the administration has them: sometimes only a year is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Self

from pydantic_core import CoreSchema, core_schema

from gov_connect.errors import InvalidInput, Problem, Rejected
from gov_connect.model.text import Masked, revealing

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core.core_schema import SerializationInfo

_FIRST_YEAR, _LAST_YEAR = 1800, 2200
_PART: Final = (int, type(None))
"""What a month and a day are; True is neither."""
_ISO: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
# The spellings met on wires and forms: day first (dots, slashes or dashes), year first, or digits alone.
_SPELLINGS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:(?:(?P<day>[0-9]{1,2})(?P<mark>[./-]))?(?P<month>[0-9]{1,2})(?(mark)(?P=mark)|[./-]))?(?P<year>[0-9]{4})",
        r"(?P<year>[0-9]{4})(?P<mark>[./-])(?P<month>[0-9]{1,2})(?:(?P=mark)(?P<day>[0-9]{1,2}))?",
        r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})?",
    )
)
# A time of day after a date says nothing about the date, unless it is of another zone than ours.
_TIME: Final = re.compile(r"[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:\+07:?00)?$|\+07:?00$")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which the day, or the day and the month, may be unknown.

    Written `2026`, `2026-03` or `2026-03-01`. Ordering is not defined: `2026` is neither before nor
    after `2026-03`.

    Raises:
        InvalidInput: no such day, or a day without a month.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if not self._exists():
            raise InvalidInput("PartialDate", [Problem(path="", code="value.not_a_date")])

    def _exists(self) -> bool:
        if type(self.year) is not int or type(self.month) not in _PART or type(self.day) not in _PART:
            return False
        if not _FIRST_YEAR <= self.year <= _LAST_YEAR or (self.day and not self.month):
            return False
        try:
            date(self.year, 1 if self.month is None else self.month, 1 if self.day is None else self.day)
        except ValueError:
            return False
        return True

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `yyyy`, `yyyy-mm` or `yyyy-mm-dd`."""
        match = _ISO.fullmatch(text.strip())
        if match is None:
            raise InvalidInput("PartialDate", [Problem(path="", code="value.not_a_date")])
        year, month, day = match.groups()
        return cls(int(year), int(month) if month else None, int(day) if day else None)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read a date as people and outside systems write it, parts missing too; the day comes first
        unless the year does: `3/1/2026`, `01.2026`, `1999`, `2026-01-03`, `20260103`.

        Zeros stand for an unknown day or month. None when it has no plain meaning.
        """
        written = text.strip()
        # What registers write nearly always; the spellings below say the same, ten times slower.
        if len(written) in {4, 8} and written.isascii() and written.isdigit():
            return cls._of_numbers(int(written[:4]), int(written[4:6] or 0), int(written[6:] or 0))
        written = _TIME.sub("", written)
        found = (spelling.fullmatch(written) for spelling in _SPELLINGS)
        return next((cls._of_parts(match) for match in found if match is not None), None)

    @classmethod
    def _of_parts(cls, match: re.Match[str]) -> Self | None:
        return cls._of_numbers(*(int(match[name] or 0) for name in ("year", "month", "day")))

    @classmethod
    def _of_numbers(cls, year: int, month: int, day: int) -> Self | None:
        try:
            return cls(year, month or None, day or None)
        except InvalidInput:
            return None

    @classmethod
    def of(cls, day: date) -> Self:
        """The full date `day`."""
        return cls(day.year, day.month, day.day)

    @property
    def full(self) -> date | None:
        """The exact day, or None when only a part is known."""
        if self.month is None or self.day is None:
            return None
        return date(self.year, self.month, self.day)

    @property
    def iso(self) -> str:
        """`yyyy`, `yyyy-mm` or `yyyy-mm-dd`."""
        if self.month is None:
            return f"{self.year:04d}"
        if self.day is None:
            return f"{self.year:04d}-{self.month:02d}"
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"

    def __str__(self) -> str:
        return self.iso

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept the type itself, a `date`, or text as `parse` reads it."""
        del source, handler
        return core_schema.no_info_plain_validator_function(
            cls._validate, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def _validate(cls, value: object) -> Self:
        if isinstance(value, cls):
            return value
        try:
            if isinstance(value, PartialDate):
                return cls(value.year, value.month, value.day)
            if isinstance(value, date):
                return cls.of(value)
            if isinstance(value, str):
                return cls.parse(value)
        except InvalidInput:
            pass
        raise Rejected("value.not_a_date")


class BirthDate(Masked, PartialDate):
    """A date of birth: personal data, so `str`, `repr` and plain JSON show only `***`."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept what `PartialDate` accepts; write it only where personal values are revealed."""
        del source, handler
        return core_schema.no_info_plain_validator_function(
            cls._validate,
            serialization=core_schema.plain_serializer_function_ser_schema(
                # In every mode: left alone, pydantic would dump the parts of a dataclass in clear.
                _write_private,
                info_arg=True,
                return_schema=core_schema.str_schema(),
            ),
        )


def _write_private(value: BirthDate, info: SerializationInfo[Any]) -> str:
    return value.iso if revealing(info.context) else str(value)
