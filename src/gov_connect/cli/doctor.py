"""`gov-connect doctor [SYSTEM]`: what is wrong, and whom to ask for what.

Exit codes: 0 healthy (warnings allowed), 1 a fault of this machine, 2 wrong usage, 3 a fault of an outside system.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from gov_connect.cli._client import NO, OUTSIDE, AsJson, InEnglish, from_environment, language_of

if TYPE_CHECKING:
    from gov_connect.doctor import Report
    from gov_connect.messages import Language

_MARKS = {"good": "✓", "note": "·", "warning": "!", "fault": "✗"}


def doctor(
    system: Annotated[str, typer.Argument(help="portal, residents, …; bỏ trống: tất cả. Empty: everything.")] = "",
    *,
    offline: Annotated[bool, typer.Option("--offline", help="Không gửi gì ra ngoài. Send nothing.")] = False,
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """Khám kết nối và máy chủ; nói rõ hỏi ai, xin gì. Examine; each failure says whom to ask for what."""
    from gov_connect.doctor import examine  # noqa: PLC0415 - on first use

    language = language_of(english=english)
    with from_environment(english=english, as_json=as_json) as gov:
        report = examine(gov, system, offline=offline)
    if as_json:
        typer.echo(json.dumps(report.to_dict(language), ensure_ascii=False, indent=2))
    else:
        _tell(report, language)
    if report.faults:
        outside = any(one.system != "local" for one in report.faults)
        raise typer.Exit(OUTSIDE if outside else NO)


def _tell(report: Report, language: Language) -> None:
    for one in report.findings:
        typer.echo(f"{_MARKS[one.level]} {one.system} / {one.check}: {one.text(language)}")
        remedy = one.remedy(language)
        if remedy:
            typer.echo(f"    → {remedy}")
