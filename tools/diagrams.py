"""Writes the generated pages under docs/; `--check` only says whether they are up to date."""

from __future__ import annotations

import sys
from pathlib import Path

from gov_connect.model import bundles, status

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "explanation" / "dossier_status.md"
HEAD = """# The life of a dossier

Generated from `src/gov_connect/model/status.py` by `python tools/diagrams.py`; do not edit.

Codes 1 to 10 are confirmed by two independent sources. Which moves are legal is stated nowhere: each move
rests on the evidence beside it. A move outside the table is reported, never refused; an unknown code is kept
as it came.
"""


BUNDLE_PAGE = ROOT / "docs" / "explanation" / "bundle_status.md"
BUNDLE_HEAD = """# Statuses of interlinked dossiers

Generated from `src/gov_connect/model/bundles.py` by `python tools/diagrams.py`; do not edit.

What the agency tells the bundle platform, in its order. A step out of order is refused before it is sent.
"""


def page() -> str:
    """The page of the dossier's life as it should be."""
    return f"{HEAD}\n```mermaid\n{status.diagram()}\n```\n\n{status.table()}\n"


def bundle_page() -> str:
    """The page of the bundle's statuses as it should be."""
    return f"{BUNDLE_HEAD}\n```mermaid\n{bundles.order_diagram()}\n```\n\n{bundles.state_table()}\n"


if __name__ == "__main__":
    pages = {PAGE: page(), BUNDLE_PAGE: bundle_page()}
    if "--check" in sys.argv:
        sys.exit(0 if all(path.read_text(encoding="utf-8") == text for path, text in pages.items()) else 1)
    for path, text in pages.items():
        path.write_text(text, encoding="utf-8")
