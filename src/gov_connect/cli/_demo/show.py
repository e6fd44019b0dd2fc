"""The report of a day, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table

if TYPE_CHECKING:
    from gov_connect.cli._demo.run import Report


def as_json(report: Report) -> str:
    """The report as JSON. `result` is identical for equal (dossiers, faults, seed); times stand apart."""
    verdict = report.verdict
    shape: dict[str, Any] = {
        "agree": verdict.agree,
        "lost": verdict.lost,
        "duplicated": verdict.duplicated,
        "dossiers": report.dossiers,
        "faults": report.faults,
        "seed": report.seed,
        "result": {
            "agree": verdict.agree,
            "lost": verdict.lost,
            "duplicated": verdict.duplicated,
            "mismatches": verdict.mismatches,
            "outcomes": report.outcomes,
            "procedures": report.procedures,
        },
        "timings": {
            "seconds": round(report.seconds, 2),
            "systems": {name: asdict(figures) for name, figures in report.systems.items()},
        },
    }
    return json.dumps(shape, ensure_ascii=False, indent=2)


def tables(report: Report) -> Group:
    """The report as tables."""
    verdict = report.verdict
    systems = Table(title="Các hệ thống / systems")
    for heading in ("system", "calls", "retries", "failures", "p50 ms", "p95 ms"):
        systems.add_column(heading, justify="left" if heading == "system" else "right")
    for name, figures in report.systems.items():
        cells = (figures.calls, figures.retries, figures.failures, figures.p50, figures.p95)
        systems.add_row(name, *map(str, cells))
    outcomes = Table(title="Hồ sơ / dossiers")
    for heading in ("procedure", "outcome", "dossiers"):
        outcomes.add_column(heading, justify="right" if heading == "dossiers" else "left")
    for (procedure, outcome), count in sorted(_by_procedure(report).items()):
        outcomes.add_row(procedure, outcome, str(count))
    agreement = Table(title="Đối chiếu cổng - hộ tịch - thanh toán - cục bộ / agreement")
    for heading in ("agree", "lost", "duplicated", "dossiers", "seconds"):
        agreement.add_column(heading, justify="right")
    agreement.add_row(
        "yes" if verdict.agree else "NO",
        str(verdict.lost),
        str(verdict.duplicated),
        str(report.dossiers),
        f"{report.seconds:.1f}",
    )
    for code, found in verdict.mismatches.items():
        agreement.add_row(code, *found[:4])
    return Group(systems, outcomes, agreement)


def _by_procedure(report: Report) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for code, procedure in report.procedures.items():
        counts[procedure, report.outcomes.get(code, "-")] += 1
    return counts
