"""Numbers of the registration books: raw text kept, parsed where the pattern is plain (civil_registry.md §3)."""

from __future__ import annotations

import re
from typing import Final

from gov_connect.errors import Rejected
from gov_connect.model.text import Code, clean

_LONGEST: Final = 100
_YEAR: Final = r"(?P<year>(?:19|20)[0-9]{2})"
_SHAPES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        # 24 · 01/2018 · 15/2026/TLKT-BS · 01/TLKT-BS
        rf"(?P<ordinal>[0-9]{{1,6}})(?:\s*/\s*{_YEAR})?(?:\s*/\s*(?P<kind>[^\W\d_][^\s/]*))?",
        # 01-TP/HT-2015-GH
        rf"(?P<ordinal>[0-9]{{1,6}})-TP/HT-{_YEAR}-(?P<kind>[^\W\d_]+)",
        # 01-2018
        rf"(?P<ordinal>[0-9]{{1,6}})-{_YEAR}",
    )
)


class BookNumber(Code):
    """A number of an entry, of a book or of an extract, exactly as written.

    `ordinal`, `year` and `kind` are "" or None unless the text has one of the known shapes. Four digits that
    look like a year are neither: a book may be numbered by its year, an entry may have that ordinal.
    """

    __slots__ = ()

    @classmethod
    def check(cls, value: str) -> str:
        """Keep the text, without outer blanks; at most 100 characters."""
        text = clean(value)
        if len(text) > _LONGEST:
            raise Rejected("value.too_long", limit=_LONGEST)
        return text

    @property
    def ordinal(self) -> str:
        """The running number as text: zeros count."""
        return self._part("ordinal")

    @property
    def year(self) -> int | None:
        """The year that stands in it; never taken from anywhere else."""
        found = self._part("year")
        return int(found) if found else None

    @property
    def kind(self) -> str:
        """A suffix that names the kind of book or paper, e.g. `TLKT-BS`."""
        return self._part("kind")

    def _part(self, name: str) -> str:
        if re.fullmatch(r"(?:19|20)[0-9]{2}", self):
            return ""
        for shape in _SHAPES:
            match = shape.fullmatch(self)
            if match is not None:
                return match.groupdict().get(name) or ""
        return ""
