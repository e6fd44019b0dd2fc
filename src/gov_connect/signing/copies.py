"""Is a digitised copy fit: PDF 1.4 or newer, in colour, 200 dpi or more (NĐ 30/2020 Phụ lục I Phần II).

Checked on the scanned image that fills each page. Conversion to PDF/A is out of scope: no well-kept library of a
licence that fits does it.
"""

from __future__ import annotations

import math
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from gov_connect.signing._pdf import pyhanko
from gov_connect.signing.verdict import Finding, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAST_DPI: Final = 200
_OLDEST: Final = (1, 4)
_POINTS_PER_INCH: Final = 72
_SLACK: Final = 0.99
"""Scanners round: 1654 pixels on an A4 page are 199.9 dpi."""
_GREY: Final = frozenset({"/DeviceGray", "/CalGray"})
_MOST_PAGES: Final = 2000


def check_copy(document: bytes) -> tuple[Reason, ...]:
    """Everything that is wrong with a digitised copy; nothing when it is fit.

    Scale (100 %) is judged by the resolution over the page's own size.
    """
    try:
        lib = pyhanko()
        return tuple(_findings(lib.PdfFileReader(BytesIO(document), strict=False)))
    except Finding as finding:
        return (finding.reason,)
    except Exception:  # noqa: BLE001 - a hostile file may break a parser in any way
        return (Reason("signing.pdf.malformed"),)


def _findings(reader: Any) -> Iterator[Reason]:
    if reader.encrypted:
        yield Reason("signing.pdf.encrypted")
        return
    major, minor = reader.input_version
    if (major, minor) < _OLDEST:
        yield Reason("signing.copy.version")
    for number, (page, box) in enumerate(_pages(reader.root["/Pages"], None, 0), 1):
        if number > _MOST_PAGES:
            yield Reason("signing.too_large")
            return
        yield from _page(page, box, number)


def _pages(node: Any, box: Any, depth: int) -> Iterator[tuple[Any, Any]]:
    """Every page with its media box, which a page may inherit."""
    if depth > 50:  # noqa: PLR2004 - no honest tree is as deep
        raise Finding("signing.pdf.malformed")
    box = _item(node, "/MediaBox") or box
    if "/Kids" not in node:
        yield node, box
        return
    for child in node["/Kids"]:
        yield from _pages(child.get_object(), box, depth + 1)


def _item(holder: Any, name: str) -> Any:
    """An entry, references to other objects followed, which `get` does not do; None when there is none."""
    try:
        return holder[name]
    except (KeyError, TypeError):
        return None


def _page(page: Any, box: Any, number: int) -> Iterator[Reason]:
    images = list(_images(page))
    if not images or box is None:
        yield Reason("signing.copy.no_image", {"page": number})
        return
    largest: Any = max(images, key=lambda one: int(one["/Width"]) * int(one["/Height"]))
    left, bottom, right, top = (float(side) for side in box)
    inches = sorted((abs(right - left) / _POINTS_PER_INCH, abs(top - bottom) / _POINTS_PER_INCH))
    pixels = sorted((int(largest["/Width"]), int(largest["/Height"])))
    dpi = min(pixel / inch for pixel, inch in zip(pixels, inches, strict=True) if inch)
    if dpi < LEAST_DPI * _SLACK:
        yield Reason("signing.copy.resolution", {"page": number, "dpi": math.floor(dpi), "least": LEAST_DPI})
    if not _is_coloured(largest):
        yield Reason("signing.copy.colour", {"page": number})


def _images(page: Any) -> Iterator[Any]:
    objects: Any = _item(_item(page, "/Resources"), "/XObject") or {}
    for name in objects:
        one: Any = objects[name]
        if one.get("/Subtype") == "/Image":
            yield one


def _is_coloured(image: Any) -> bool:
    if int(image.get("/BitsPerComponent", 8)) == 1 or image.get("/ImageMask"):
        return False
    space = _item(image, "/ColorSpace")
    if isinstance(space, str):
        return space not in _GREY
    if space is None:
        return "/JPXDecode" in str(image.get("/Filter"))
    kind = str(space[0])
    if kind == "/ICCBased":
        return int(space[1]["/N"]) >= 3  # noqa: PLR2004 - red, green, blue
    return kind not in _GREY
