"""Indicators as a table for people and as a chart (SVG, made by hand: no library needed)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from gov_connect.indicators.compute import Rate
from gov_connect.messages import message

if TYPE_CHECKING:
    from gov_connect.indicators.compute import Indicators
    from gov_connect.messages import Language

_CHART: Final = ("on_time", "early", "late", "online", "digitised", "reused", "paid_online")
_WIDTH, _LABEL, _BAR, _ROW = 720, 240, 360, 34


def rows(found: Indicators, language: Language = "vi") -> list[tuple[str, str]]:
    """Each indicator as (label, value)."""
    made: list[tuple[str, str]] = []
    for name in found.__slots__:
        value: object = getattr(found, name)
        said = _said(value) if isinstance(value, Rate) else str(value)
        made.append((message(f"indicators.{name}").text(language, {}), said))
    return made


def _said(rate: Rate) -> str:
    percent = "-" if rate.percent is None else f"{rate.percent:.1f} %"
    return f"{rate.part}/{rate.whole} ({percent})"


def as_table(found: Indicators, language: Language = "vi") -> str:
    """Aligned text."""
    lines = rows(found, language)
    width = max(len(label) for label, _ in lines)
    return "\n".join(f"{label.ljust(width)}  {value}" for label, value in lines)


def as_svg(found: Indicators, *, title: str, language: Language = "vi") -> str:
    """A bar chart of the rates; a rate of nothing has no bar and says so."""
    height = 60 + _ROW * len(_CHART)
    size = f'width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="14" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="16" y="30" font-size="18" font-weight="bold" fill="#1a1a1a">{escape(title)}</text>',
    ]
    for at, name in enumerate(_CHART):
        rate: Rate = getattr(found, name)
        top = 50 + at * _ROW
        width = round(_BAR * (rate.percent or 0.0) / 100, 1)
        label = escape(message(f"indicators.{name}").text(language, {}))
        colour = "#b3261e" if name == "late" else "#1f5fa8"
        parts += [
            f'<text x="16" y="{top + 16}" fill="#1a1a1a">{label}</text>',
            f'<rect x="{_LABEL}" y="{top}" width="{_BAR}" height="22" fill="#e8ecf1"/>',
            f'<rect x="{_LABEL}" y="{top}" width="{width}" height="22" fill="{colour}"/>',
            f'<text x="{_LABEL + _BAR + 8}" y="{top + 16}" fill="#1a1a1a" font-size="12">{escape(_said(rate))}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])
