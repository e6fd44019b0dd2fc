"""The report as JSON. Members are stable; new ones may be added."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import gov_connect
from gov_connect.contract_tests.levels import Level, verdict
from gov_connect.contract_tests.rules import requirements
from gov_connect.model import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gov_connect.contract_tests.levels import Result
    from gov_connect.contract_tests.selection import Selection

FORMAT: Final = 1


def document(selection: Selection, results: Sequence[Result]) -> dict[str, Any]:
    """The whole report as plain data; the target is told without user name, path and query."""
    counts = Counter(result.level for result in results)
    target = selection.target
    if selection.foreign:
        parts = urlsplit(target)
        target = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return {
        "format": FORMAT,
        "kit": gov_connect.__version__,
        "at": datetime.now(VIETNAM).isoformat(timespec="seconds"),
        "target": target,
        "wires": sorted({result.wire for result in results}),
        "writes": selection.may_write,
        "seed": selection.seed,
        "passed": verdict(results),
        "counts": {level.value: counts[level] for level in Level},
        "waived": sum(result.waiver is not None for result in results),
        "requirements": _tested(results),
        "results": [_line(result) for result in results],
    }


def as_json(made: dict[str, Any]) -> str:
    """The report as text."""
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def _line(result: Result) -> dict[str, Any]:
    waiver = result.waiver
    return {
        "test": result.test,
        "wire": result.wire,
        "subject": result.subject,
        "level": result.level.value,
        "grade": result.grade,
        "requirements": list(result.requirements),
        "vi": result.vi,
        "en": result.en,
        "found_vi": result.found_vi,
        "found_en": result.found_en,
        "seconds": round(result.seconds, 4),
        "waiver": None
        if waiver is None
        else {"reason": waiver.reason, "until": waiver.until.isoformat() if waiver.until else None},
        "exchanges": list(result.exchanges),
    }


def _tested(results: Sequence[Result]) -> list[dict[str, str]]:
    """What was cited, with the official text behind it."""
    known = requirements()
    cited = sorted({name for result in results for name in result.requirements})
    return [
        {"citation": name, "vi": known[name].vi, "en": known[name].en, "source": known[name].source} for name in cited
    ]
