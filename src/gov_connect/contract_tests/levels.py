"""What comes of a test, beyond pass and fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


class Level(StrEnum):
    """Result of one test."""

    PASS = "PASS"  # noqa: S105 - a verdict
    WARNING = "WARNING"
    """Kept, with a deviation that this library copes with and others may not."""
    REVIEW = "REVIEW"
    """A person must judge: the fact tested is only inferred, or the law leaves it open."""
    FAIL = "FAIL"
    SKIP = "SKIP"
    """Not run: not allowed or not selected, or nothing was seen of it."""
    OMIT = "OMIT"
    """Not run: the system declares that it cannot do this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A failure that the vendor knows of. It stays in the report."""

    test: str
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One line of the report.

    Attributes:
        test: stable id, `wire:name`; clients' have `wire/client:name`.
        vi: what is required, in Vietnamese; `en` in English.
        grade: CONFIRMED, SEEN or GUESS.
        found_vi: what was seen instead, "" when nothing; `found_en` in English.
        waiver: the vendor's own, when it was applied.
        exchanges: masked requests and replies that lead there again.
    """

    test: str
    wire: str
    subject: str
    level: Level
    vi: str
    en: str
    grade: str
    requirements: tuple[str, ...]
    found_vi: str = ""
    found_en: str = ""
    seconds: float = 0.0
    waiver: Waiver | None = None
    exchanges: tuple[str, ...] = field(default=(), repr=False)

    @property
    def tested(self) -> bool:
        """Whether it was run at all."""
        return self.level not in {Level.SKIP, Level.OMIT}

    @property
    def counts_against(self) -> bool:
        """Whether it makes the whole run fail."""
        return self.level is Level.FAIL and self.waiver is None


def verdict(results: Iterable[Result]) -> bool:
    """Whether a run passes: something was tested, and nothing counts against the subject."""
    found = list(results)
    return any(result.tested for result in found) and not any(result.counts_against for result in found)
