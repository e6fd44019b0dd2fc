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
    """The findings as aligned text, with a line of totals."""
    names = COLUMNS[:-2]
    cells = [list(names)]
    cells += [["" if row[name] is None else str(row[name]) for name in names] for row in rows(report, language)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(names))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    lines.append(f"local {report.local}, portal {report.portal}, equal {report.equal}, {len(report.findings)} findings")
    return "\n".join(lines)
