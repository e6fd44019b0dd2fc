"""The report of a day, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from gov_connect.cli._output import spoken, table, word

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


def tables(report: Report) -> None:
    """Print the report as tables."""
    verdict = report.verdict
    heads = ("system", "calls", "retries", "failures")
    figures = [(name, one.calls, one.retries, one.failures, one.p50, one.p95) for name, one in report.systems.items()]
    table([*map(word, heads), "p50 ms", "p95 ms"], figures, title=word("systems"))
    outcomes = [
        (procedure, spoken("outcome", outcome), count)
        for (procedure, outcome), count in sorted(_by_procedure(report).items())
    ]
    table([*map(word, ("procedure", "outcome", "dossiers"))], outcomes, title=word("dossiers"))
    agreement = [
        (
            word("yes" if verdict.agree else "no"),
            verdict.lost,
            verdict.duplicated,
            report.dossiers,
            f"{report.seconds:.1f}",
        )
    ]
    table([*map(word, ("agree", "lost", "duplicated", "dossiers", "seconds"))], agreement, title=word("agreement"))
    for code, found in verdict.mismatches.items():
        typer.echo("\t".join((code, *found)))


def _by_procedure(report: Report) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for code, procedure in report.procedures.items():
        counts[procedure, report.outcomes.get(code, "-")] += 1
    return counts
