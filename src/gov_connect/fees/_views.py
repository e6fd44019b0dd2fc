"""A quote as a text table, as HTML and as JSON lines."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final

from gov_connect.fees._schedules import dotted
from gov_connect.fees._values import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gov_connect.fees._price import Line
    from gov_connect.fees.quote import Quote
    from gov_connect.messages import Language

_COLUMNS: Final = ("charge", "formula", "gross", "relief", "net", "payer", "basis")
_FIGURES: Final = range(1, 5)


def _name(line: Line, language: Language) -> str:
    return line.charge.name if language == "vi" else line.charge.name_en


def _basis(line: Line) -> str:
    if line.override is not None:
        return line.override.citation
    return "; ".join(cite.text for cite in line.citations)


def line_dict(line: Line) -> dict[str, Any]:
    """One line in the JSON form; amounts are null when it has none."""
    typed = [line.override.citation] if line.override else []
    return {
        "charge": line.charge.code,
        "quantity": dict(line.item.quantities),
        "gross": line.gross,
        "relief": None if line.gross is None else line.relief + line.subsidy,
        "net": line.net,
        "payer": line.payer,
        "citations": typed or [cite.key for cite in line.citations],
        "formula": line.formula,
    }


def full_line_dict(line: Line, language: Language) -> dict[str, Any]:
    """One line with names, status, grades of evidence, reason, subsidy and who typed it."""
    return {
        **line_dict(line),
        "name": _name(line, language),
        "kind": str(line.charge.kind),
        "basis": _basis(line),
        "status": str(line.status),
        "grades": [*(str(one.grade) for one in line.rates), *(str(one.grade) for one in line.applied)],
        "reason": line.reason.text(language) if line.reason else "",
        "subsidy": line.subsidy,
        "typed": line.override and line.override.to_dict(),
    }


def _rows(quote: Quote, language: Language) -> list[tuple[str, ...]]:
    head = tuple(say(f"fees.column.{column}", language) for column in _COLUMNS)
    return [head, *(_row(line, language) for line in quote.lines), _total_row(quote, language)]


def _amount(value: int | None) -> str:
    return "-" if value is None else dotted(value)


def _row(line: Line, language: Language) -> tuple[str, ...]:
    return (
        _name(line, language),
        line.formula or "-",
        _amount(line.gross),
        _amount(None if line.gross is None else line.relief + line.subsidy),
        _amount(line.net),
        say(f"fees.payer.{line.payer}", language),
        _basis(line) or "-",
    )


def _total_row(quote: Quote, language: Language) -> tuple[str, ...]:
    total, gross = quote.total, quote.gross_total
    off = None if total is None or gross is None else gross.dong - total.dong
    return (
        say("fees.column.total", language),
        "",
        _amount(None if gross is None else gross.dong),
        _amount(off),
        _amount(None if total is None else total.dong),
        "",
        "" if total is not None else quote.standing.text(language),
    )


def table(quote: Quote, language: Language) -> str:
    """The quote as a text table with aligned columns."""
    rows = _rows(quote, language)
    widths = [max(len(row[i]) for row in rows) for i in range(len(_COLUMNS))]
    return "\n".join(_aligned(row, widths) for row in rows)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.rjust(width) if i in _FIGURES else cell.ljust(width)
        for i, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def html(quote: Quote, language: Language) -> str:
    """The quote as an HTML table with its warnings, everything escaped."""
    head, *body = _rows(quote, language)
    rows = "".join(f"<tr>{_cells('td', row)}</tr>" for row in body)
    notes = "".join(f"<li>{escape(told.text(language))}</li>" for told in quote.warnings)
    listed = f'<ul class="gov-fee-warnings">{notes}</ul>' if notes else ""
    return (
        f'<table class="gov-fee-quote" lang="{language}"><thead><tr>{_cells("th", head)}</tr>'
        f"</thead><tbody>{rows}</tbody></table>{listed}"
    )


def _cells(tag: str, row: Sequence[str]) -> str:
    return "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row)
