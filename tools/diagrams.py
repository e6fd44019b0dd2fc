"""Writes the generated pages under docs/; `--check` only says whether they are up to date."""

from __future__ import annotations

import sys
from pathlib import Path

from gov_connect.model import status

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "explanation" / "dossier_status.md"
HEAD = """# The life of a dossier

Generated from `src/gov_connect/model/status.py` by `python tools/diagrams.py`; do not edit.

Codes 1 to 10 are confirmed by two independent sources. Which moves are legal is stated nowhere: each move
rests on the evidence beside it. A move outside the table is reported, never refused; an unknown code is kept
as it came.
"""


def page() -> str:
    """The page as it should be."""
    return f"{HEAD}\n```mermaid\n{status.diagram()}\n```\n\n{status.table()}\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(0 if PAGE.read_text(encoding="utf-8") == page() else 1)
    PAGE.write_text(page(), encoding="utf-8")
