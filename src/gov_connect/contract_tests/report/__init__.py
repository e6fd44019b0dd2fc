"""The report of a run: for machines (JSON, JUnit) and for people (one HTML page)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gov_connect.contract_tests.report.as_json import as_json, document
from gov_connect.contract_tests.report.html import as_html
from gov_connect.contract_tests.report.junit import as_junit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gov_connect.contract_tests.levels import Result
    from gov_connect.contract_tests.selection import Selection

__all__ = ["as_html", "as_json", "as_junit", "document", "write"]


def write(folder: Path, selection: Selection, results: Sequence[Result]) -> None:
    """Write report.json, report.xml and report.html; what was there is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    made = document(selection, results)
    for name, text in (
        ("report.json", as_json(made)),
        ("report.xml", as_junit(results)),
        ("report.html", as_html(made, results)),
    ):
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
