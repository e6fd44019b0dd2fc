"""Letters without their marks; and rows of combining marks that no script writes: putting those in order costs the
square of their number.

Every text that somebody outside wrote passes here before it is normalised. Thirty marks are the bound of Unicode's
own stream-safe format (UAX #15, §13).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

MOST: Final = 30
"""Marks that one letter may carry."""
# All marks are in it, and little else: most texts end here. Marks without width may stand between them, and go later.
_ROW: Final = re.compile(rf"[^\w\x00-\x7f]{{{MOST + 1},}}+")


def thinned(text: str) -> str:
    """`text` without the marks beyond thirty in a row; the same text if there are none."""
    # Most names are too short for such a row, and a search costs as much as all other checks together.
    return text if len(text) <= MOST or text.isascii() else _ROW.sub(_cut, text)


def _cut(found: re.Match[str]) -> str:
    kept: list[str] = []
    row = 0
    for char in found[0]:
        kind = unicodedata.category(char)
        if kind.startswith("M"):
            row += 1
        elif kind != "Cf":
            row = 0
        if row <= MOST:
            kept.append(char)
    return "".join(kept)


class _Without(dict[int, int | None]):
    """A table for `str.translate` that leaves letters out. It fills itself with whatever letters come up, up to a
    bound, and holds no text: asking Unicode for each letter of each text costs four times as much.
    """

    def __init__(self, gone: Callable[[str], bool]) -> None:
        super().__init__()
        self._gone: Final = gone

    def __missing__(self, code: int) -> int | None:
        kept = None if self._gone(chr(code)) else code
        if len(self) < _KNOWN_LETTERS:
            self[code] = kept
        return kept


_KNOWN_LETTERS: Final = 4096
MARKS: Final = _Without(lambda char: unicodedata.combining(char) != 0)
"""For `translate` of decomposed text: leaves combining marks out."""
UNSEEN: Final = _Without(lambda char: unicodedata.category(char) == "Cf")
"""For `translate`: leaves marks without width out."""
