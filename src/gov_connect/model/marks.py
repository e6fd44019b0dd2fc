"""Rows of combining marks that no script writes: putting them in order costs the square of their number.

Every text that somebody outside wrote passes here before it is normalised. Thirty marks are the bound of Unicode's
own stream-safe format (UAX #15, §13).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

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
