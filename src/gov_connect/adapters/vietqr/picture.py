"""The picture of a QR code, drawn by segno (the extra `qr`)."""

from __future__ import annotations

import io
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gov_connect.errors import NotSupported

if TYPE_CHECKING:
    from pathlib import Path


def write_png(text: str, path: Path, *, scale: int = 8) -> None:
    """Draw `text` into a PNG file; `scale` is pixels per module.

    Raises:
        NotSupported: segno is not installed.
    """
    _code(text).save(str(path), kind="png", scale=scale, border=4)


def svg(text: str, *, scale: int = 8) -> str:
    """Draw `text` as an SVG document.

    Raises:
        NotSupported: segno is not installed.
    """
    out = io.BytesIO()
    _code(text).save(out, kind="svg", scale=scale, border=4)
    return out.getvalue().decode()


def _code(text: str) -> Any:
    try:
        segno: Any = import_module("segno")  # an extra, on first use
    except ModuleNotFoundError:
        raise NotSupported("payment.no_segno") from None
    # Bank applications read level M; micro codes they do not.
    return segno.make(text, error="m", micro=False)
