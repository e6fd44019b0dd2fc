"""Dates in words against dates in figures: either may be wrong, so neither is derived from the other in silence."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from gov_connect.model import date_in_words

if TYPE_CHECKING:
    from gov_connect.model import PartialDate

# One number, several ways to say it.
_SAME: Final = {"linh": "le", "ngan": "nghin", "tu": "bon", "mot": "mot", "lam": "nam", "mung": "", "mong": ""}


def contradicts(words: str, day: PartialDate) -> bool:
    """Whether words say another date than the figures do (civil_registry.md §7 row 2).

    Marks, capitals, punctuation and the ways of a region do not matter.
    """
    return _plain(words) != _plain(date_in_words(day))


def _plain(words: str) -> list[str]:
    apart = unicodedata.normalize("NFD", words.casefold().replace("đ", "d"))
    letters = "".join(char if char.isalnum() else " " for char in apart if not unicodedata.combining(char))
    return [said for word in letters.split() if (said := _SAME.get(word, word))]
