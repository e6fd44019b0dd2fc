"""Pages of a PDF document: text and rectangles, with the fonts inside the file (pyHanko writes it)."""

from __future__ import annotations

import io
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from gov_connect.errors import NotSupported

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gov_connect.payments.printing.font import Font

A5: Final = (420.0, 595.0)
"""Width and height in points."""
_CMAP: Final = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
{rows}endcmap CMapName currentdict /CMap defineresource pop end end"""
_MOST_ROWS: Final = 100
"""As many characters as one block of the table may hold."""


class Paper:
    """Draws on A5 pages; the origin is the lower left corner, lengths are in points."""

    def __init__(self, fonts: Sequence[Font]) -> None:
        self._fonts = list(fonts)
        self._pages: list[list[str]] = [[]]

    def turn(self) -> None:
        """Go on with a new page."""
        self._pages.append([])

    def text(self, x: float, y: float, text: str, font: Font, size: float) -> None:
        """Write one line that begins at x."""
        shown = "".join(f"{glyph:04X}" for glyph in font.glyphs(text))
        self._draw(f"BT /F{self._fonts.index(font)} {size:g} Tf {x:.2f} {y:.2f} Td <{shown}> Tj ET")

    def box(self, x: float, y: float, width: float, height: float, grey: float = 0) -> None:
        """Fill a rectangle."""
        self._draw(f"{grey:g} g {x:.3f} {y:.3f} {width:.3f} {height:.3f} re f 0 g")

    def stamp(self, text: str, font: Font, size: float) -> None:
        """Write across every page, from the lower left to the upper right, in light grey."""
        shown = "".join(f"{glyph:04X}" for glyph in font.glyphs(text))
        across = "0.707 0.707 -0.707 0.707 90 170 Tm"
        slanted = f"BT 0.75 g /F{self._fonts.index(font)} {size:g} Tf {across} <{shown}> Tj ET 0 g"
        for page in self._pages:
            page.insert(0, slanted)

    def document(self, title: str) -> bytes:
        """The pages as a PDF document.

        Raises:
            NotSupported: pyHanko is not installed.
        """
        try:
            generic: Any = import_module("pyhanko.pdf_utils.generic")  # an extra, on first use
            writing: Any = import_module("pyhanko.pdf_utils.writer")
        except ModuleNotFoundError:
            raise NotSupported("receipt.no_pdf") from None
        writer = writing.PdfFileWriter(
            info=generic.DictionaryObject({generic.pdf_name("/Title"): generic.TextStringObject(title)})
        )
        made = _Objects(generic, writer)
        fonts = made.dictionary({f"F{place}": made.font(font) for place, font in enumerate(self._fonts)})
        resources = made.dictionary({"Font": fonts})
        for page in self._pages:
            contents = made.stream("\n".join(page).encode())
            writer.insert_page(writing.PageObject(contents=contents, media_box=(0, 0, *A5), resources=resources))
        writer.root[generic.pdf_name("/Lang")] = generic.TextStringObject("vi-VN")
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    def _draw(self, command: str) -> None:
        self._pages[-1].append(command)


class _Objects:
    """pyHanko's objects, made of plain values."""

    def __init__(self, generic: Any, writer: Any) -> None:
        self._generic = generic
        self._writer = writer

    def dictionary(self, members: dict[str, Any]) -> Any:
        name = self._generic.pdf_name
        return self._generic.DictionaryObject({name(f"/{key}"): self._value(value) for key, value in members.items()})

    def _value(self, value: Any) -> Any:
        generic = self._generic
        if isinstance(value, str):
            return generic.pdf_name(f"/{value}")
        if isinstance(value, bytes):
            return generic.pdf_string(value.decode())
        if isinstance(value, int):
            return generic.NumberObject(value)
        if isinstance(value, list):
            items: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
            return generic.ArrayObject([self._value(item) for item in items])
        return value

    def stream(self, data: bytes, members: dict[str, Any] | None = None) -> Any:
        made = self._generic.StreamObject(dict_data=self.dictionary(members or {}), stream_data=data)
        made.compress()
        return self._writer.add_object(made)

    def font(self, font: Font) -> Any:
        """A composite font: codes are glyph numbers, and a table says what they mean."""
        name = f"GOVCON+{font.name}"
        characters = font.characters()
        descriptor = self.dictionary(
            {
                "Type": "FontDescriptor",
                "FontName": name,
                "Flags": 4,
                "FontBBox": list(font.box),
                "ItalicAngle": 0,
                "Ascent": font.ascent,
                "Descent": font.descent,
                "CapHeight": font.ascent,
                "StemV": 80,
                "FontFile2": self.stream(font.data, {"Length1": len(font.data)}),
            }
        )
        widths: list[Any] = []
        for glyph in sorted({0, *characters}):
            widths += [glyph, [font.advance(glyph)]]
        system = self.dictionary({"Registry": b"Adobe", "Ordering": b"Identity", "Supplement": 0})
        inner = self.dictionary(
            {
                "Type": "Font",
                "Subtype": "CIDFontType2",
                "BaseFont": name,
                "CIDSystemInfo": system,
                "FontDescriptor": self._writer.add_object(descriptor),
                "CIDToGIDMap": "Identity",
                "W": widths,
            }
        )
        outer = self.dictionary(
            {
                "Type": "Font",
                "Subtype": "Type0",
                "BaseFont": name,
                "Encoding": "Identity-H",
                "DescendantFonts": [self._writer.add_object(inner)],
                "ToUnicode": self.stream(_meanings(characters)),
            }
        )
        return self._writer.add_object(outer)


def _meanings(characters: dict[int, int]) -> bytes:
    rows = [f"<{glyph:04X}> <{code:04X}>\n" for glyph, code in sorted(characters.items())]
    blocks = [rows[at : at + _MOST_ROWS] for at in range(0, len(rows), _MOST_ROWS)]
    text = "".join(f"{len(block)} beginbfchar\n{''.join(block)}endbfchar\n" for block in blocks)
    return _CMAP.format(rows=text).encode()
