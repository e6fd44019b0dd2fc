"""Draw the state tables into their documents: `python tools/diagrams.py [--check]`.

The tables are code, and the drawings come from them; with `--check` nothing is written, and exit 1 says that a
drawing is not that of its table. The test suite holds the same check.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gov_connect.model import bundles, status
from gov_connect.payments.refunds import TRANSITIONS as REFUNDS
from gov_connect.payments.states import TRANSITIONS as PAYMENTS
from gov_connect.payments.states import alarm_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum

EXPLANATION = Path(__file__).parents[1] / "docs" / "explanation"
DOCUMENT = EXPLANATION / "payments.md"
DOSSIER = """# The life of a dossier

Generated from `src/gov_connect/model/status.py` by `python tools/diagrams.py`; do not edit.

Codes 1 to 10 are confirmed by two independent sources. Which moves are legal is stated nowhere: each move
rests on the evidence beside it. A move outside the table is reported, never refused; an unknown code is kept
as it came.
"""
BUNDLE = """# Statuses of interlinked dossiers

Generated from `src/gov_connect/model/bundles.py` by `python tools/diagrams.py`; do not edit.

What the agency tells the bundle platform, in its order. A step out of order is refused before it is sent.
"""


def diagram(table: Mapping[StrEnum, Mapping[StrEnum, StrEnum]], start: StrEnum) -> str:
    """A table as a drawing: one arrow for each way from one state to another, with the news that leads there."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {start}"]
    for state, row in table.items():
        ways: dict[StrEnum, list[str]] = {}
        for news, after in row.items():
            if after is not state:
                ways.setdefault(after, []).append(str(news))
        lines += [f"    {state} --> {after}: {', '.join(news)}" for after, news in ways.items()]
        if not ways:
            lines.append(f"    {state} --> [*]")
    return "\n".join([*lines, "```"])


def alarms() -> str:
    """Which news in which state rings, as a table."""
    states = list(PAYMENTS)
    rows = ["| state | " + " | ".join(states) + " |", "| --- |" + " --- |" * len(states)]
    for state in states:
        cells = [str(alarm_of(state, news) or "") for news in states]
        rows.append(f"| {state} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def drawn(text: str) -> str:
    """A document with every drawing as it should be.

    Raises:
        ValueError: a place for a drawing is missing.
    """
    places = {
        "payment states": diagram(PAYMENTS, next(iter(PAYMENTS))),
        "payment alarms": alarms(),
        "refund states": diagram(REFUNDS, next(iter(REFUNDS))),
    }
    for name, drawing in places.items():
        begin, end = f"<!-- {name}: drawn by tools/diagrams.py -->", f"<!-- end of {name} -->"
        before, _, rest = text.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise ValueError(name)
        text = f"{before}{begin}\n\n{drawing}\n\n{end}{after}"
    return text


def pages() -> dict[Path, str]:
    """Every document with drawings, as it should be."""
    return {
        DOCUMENT: drawn(DOCUMENT.read_text(encoding="utf-8")),
        EXPLANATION / "dossier_status.md": f"{DOSSIER}\n```mermaid\n{status.diagram()}\n```\n\n{status.table()}\n",
        EXPLANATION
        / "bundle_status.md": f"{BUNDLE}\n```mermaid\n{bundles.order_diagram()}\n```\n\n{bundles.state_table()}\n",
    }


def main() -> int:
    """Write, or check."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    wrong = {page: text for page, text in pages().items() if page.read_text(encoding="utf-8") != text}
    if check:
        return int(bool(wrong))
    for page, text in wrong.items():
        page.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
