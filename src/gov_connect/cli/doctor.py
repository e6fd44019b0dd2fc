"""`gov-connect doctor [SYSTEM]`: what is wrong, and whom to ask for what.

Exit codes: 0 healthy (warnings allowed), 1 a fault of this machine, 2 wrong usage, 3 a fault of an outside system.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gov_connect.cli._language import language
from gov_connect.cli._output import NO, OUTSIDE_FAILED, AsJson, InEnglish, from_environment, say, working
from gov_connect.messages.trust import CHECKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gov_connect.doctor import Report
    from gov_connect.messages import Language

_MARKS = {"good": "✓", "note": "·", "warning": "!", "fault": "✗"}


def doctor(
    system: Annotated[str, typer.Argument()] = "",
    *,
    offline: Annotated[bool, typer.Option("--offline")] = False,
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """Examine; each failure says whom to ask for what."""
    from gov_connect.doctor import examine  # noqa: PLC0415 - on first use

    chosen = language(english=english)
    with from_environment(english=english, as_json=as_json) as gov, working("examining"):
        report = examine(gov, system, offline=offline)
    say(report.to_dict(chosen), "\n".join(_lines(report, chosen)), as_json=as_json)
    if report.faults:
        outside = any(one.system != "local" for one in report.faults)
        raise typer.Exit(OUTSIDE_FAILED if outside else NO)


def _lines(report: Report, chosen: Language) -> Iterator[str]:
    names = CHECKS if chosen == "vi" else {}
    for one in report.findings:
        place = f"{names.get(one.system, one.system)} / {names.get(one.check, one.check)}"
        yield f"{_MARKS[one.level]} {place}: {one.text(chosen)}"
        remedy = one.remedy(chosen)
        if remedy:
            yield f"    → {remedy}"
