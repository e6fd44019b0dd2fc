"""What laying text out needs of a TrueType font: which glyph a character has, and how wide it is."""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

_THOUSAND: Final = 1000
_SEGMENTS: Final = 4
"""The form of a character table that every font with letters of the basic plane has."""


class Font:
    """A font that came with the package.

    Attributes:
        data: the file as it is embedded.
        name: PostScript name.
        box: of all glyphs, with ascent and descent, in thousandths of the size.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self.data: Final = data
        self.name: Final = name
        self._tables = _tables(data)
        (self._units,) = self._read("head", 18, ">H")
        self.box: Final = tuple(self._scaled(edge) for edge in self._read("head", 36, ">4h"))
        self.ascent, self.descent = (self._scaled(height) for height in self._read("hhea", 4, ">2h"))
        self._glyphs = self._characters()
        self._widths = self._advances()

    def glyphs(self, text: str) -> list[int]:
        """Glyph numbers; a character that the font does not have is shown as a box."""
        return [self._glyphs.get(ord(char), 0) for char in unicodedata.normalize("NFC", text)]

    def width(self, text: str) -> int:
        """How wide a text is, in thousandths of the size."""
        return sum(self.advance(glyph) for glyph in self.glyphs(text))

    def advance(self, glyph: int) -> int:
        """How wide one glyph is, in thousandths of the size."""
        return self._widths[min(glyph, len(self._widths) - 1)]

    def characters(self) -> dict[int, int]:
        """Glyph -> the character it shows, so that the text of a page can be copied."""
        return {glyph: code for code, glyph in sorted(self._glyphs.items(), reverse=True)}

    def _scaled(self, length: int) -> int:
        return round(length * _THOUSAND / self._units)

    def _read(self, table: str, offset: int, form: str) -> tuple[int, ...]:
        return struct.unpack_from(form, self.data, self._tables[table] + offset)

    def _advances(self) -> list[int]:
        (count,) = self._read("hhea", 34, ">H")
        pairs = self._read("hmtx", 0, f">{count * 2}H")
        return [self._scaled(width) for width in pairs[::2]]

    def _characters(self) -> dict[int, int]:
        """Read the table of segments: [first, last] -> glyphs, by a difference or by a list."""
        start = self._segments()
        (double,) = self._read("cmap", start + 6, ">H")
        count = double // 2
        lasts = self._read("cmap", start + 14, f">{count}H")
        firsts = self._read("cmap", start + 16 + double, f">{count}H")
        deltas = self._read("cmap", start + 16 + 2 * double, f">{count}H")
        offsets_at = start + 16 + 3 * double
        offsets = self._read("cmap", offsets_at, f">{count}H")
        found: dict[int, int] = {}
        for place, (first, last, delta, offset) in enumerate(zip(firsts, lasts, deltas, offsets, strict=True)):
            for code in range(first, min(last, 0xFFFE) + 1):
                glyph = code
                if offset:
                    (glyph,) = self._read("cmap", offsets_at + 2 * place + offset + 2 * (code - first), ">H")
                if glyph:
                    found[code] = (glyph + delta) & 0xFFFF
        return found

    def _segments(self) -> int:
        (count,) = self._read("cmap", 2, ">H")
        for place in range(count):
            _platform, _encoding, offset = self._read("cmap", 4 + 8 * place, ">HHI")
            if self._read("cmap", offset, ">H") == (_SEGMENTS,):
                return offset
        message = "the font has no table of characters that is read here"
        raise ValueError(message)


def _tables(data: bytes) -> dict[str, int]:
    (count,) = struct.unpack_from(">H", data, 4)
    rows = (struct.unpack_from(">4sIII", data, 12 + 16 * place) for place in range(count))
    return {tag.decode("latin-1"): offset for tag, _sum, offset, _length in rows}


@cache
def regular() -> Font:
    """The font of running text."""
    return _packaged("DejaVuSans.ttf", "DejaVuSans")


@cache
def bold() -> Font:
    """The font of titles and totals."""
    return _packaged("DejaVuSans-Bold.ttf", "DejaVuSans-Bold")


def _packaged(file: str, name: str) -> Font:
    return Font((files("gov_connect.payments.printing") / file).read_bytes(), name)
