"""Writes the table of the last benchmark into README.md and README.vi.md, and what the model of scale makes of it into
docs/explanation/scale.*.md, between their markers.

python tools/bench_table.py [benchmarks/latest.json]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from scale_page import page, pages, written  # noqa: E402 - beside the benchmarks
from scale_sim import measured  # noqa: E402 - beside the benchmarks
from table import END, START, markdown  # noqa: E402 - beside the benchmarks

FILES = {"README.md": "en", "README.vi.md": "vi"}


def main() -> None:
    """Write all four."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "benchmarks" / "latest.json"
    report = json.loads(file.read_text(encoding="utf-8"))
    for name, language in FILES.items():
        path = ROOT / name
        before, _, rest = path.read_text(encoding="utf-8").partition(START)
        _, _, after = rest.partition(END)
        made = markdown(report, "vi" if language == "vi" else "en")
        path.write_text(before + made + after, encoding="utf-8", newline="\n")
    rate, source = measured(file)
    for path, language in pages(ROOT).items():
        made = written(path.read_text(encoding="utf-8"), page(rate, source, language))
        path.write_text(made, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
