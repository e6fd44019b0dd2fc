"""A reconciliation as table, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final

from gov_connect.delivery.reconciliation.causes import CAUSES
from gov_connect.messages import message

if TYPE_CHECKING:
    from gov_connect.delivery.reconciliation.compare import Finding, Report
    from gov_connect.messages import Language

COLUMNS: Final = ("dossier", "other", "local_status", "portal_status", "cause", "action", "late", "text")
_TOLD: Final = ("dossier", "other", "local_status", "portal_status", "text", "action")
_FORMULA: Final = ("=", "+", "-", "@", "\t")


def rows(report: Report, language: Language = "vi") -> list[dict[str, Any]]:
    """Each finding as a row with the columns of `COLUMNS`."""
    return [_row(finding, language) for finding in report.findings]


def _row(finding: Finding, language: Language) -> dict[str, Any]:
    return {
        "dossier": finding.code,
        "other": finding.other,
        "local_status": finding.local_status,
        "portal_status": finding.portal_status,
        "cause": finding.cause.value,
        "action": finding.action.value,
        "late": finding.late,
        "text": message(CAUSES[finding.cause].text).text(language, {}),
    }


def as_json(report: Report, language: Language = "vi") -> str:
    """The report as one JSON object."""
    content = {
        "local": report.local,
        "portal": report.portal,
        "equal": report.equal,
        "counts": {cause.value: number for cause, number in sorted(report.counts.items())},
        "findings": rows(report, language),
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def as_csv(report: Report, language: Language = "vi") -> str:
    """The findings as CSV; a cell that a spreadsheet would take for a formula gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows(report, language):
        writer.writerow(_cell(row[name]) for name in COLUMNS)
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return "" if value is None else value


def as_table(report: Report, language: Language = "vi") -> str:
    """The findings as aligned text in words, with a line of totals."""

    def said(key: str) -> str:
        return message(f"portal.report.{key}").text(language, {})

    cells = [[said(name) for name in _TOLD]]
    for row in rows(report, language):
        action = message(f"portal.action.{row['action']}").text(language, {})
        spoken = {**row, "text": f"{row['cause']}: {row['text']}", "action": action}
        cells.append(["" if spoken[name] is None else str(spoken[name]) for name in _TOLD])
    widths = [max(len(line[at]) for line in cells) for at in range(len(_TOLD))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    totals = {"local": report.local, "portal": report.portal, "equal": report.equal, "findings": len(report.findings)}
    return "\n".join([*lines, message("portal.report.totals").text(language, totals)])
