"""`gov-connect digest`: one day of the agency in figures. Exit 0; 2 for wrong usage."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Annotated

import typer

from gov_connect.cli._client import AsJson, InEnglish, from_environment, language_of


def digest(
    day: Annotated[str, typer.Option("--day", help="Ngày, ISO; mặc định hôm qua. Default: yesterday.")] = "",
    *,
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """Tóm tắt một ngày: tra cứu, gửi, lỗi, còn chờ. One day in figures; persons and officers are not named."""
    with from_environment(english=english, as_json=as_json) as gov:
        try:
            chosen = date.fromisoformat(day) if day else gov.today() - timedelta(days=1)
        except ValueError:
            raise typer.BadParameter(day, param_hint="--day") from None
        made = gov.digest(chosen)
    typer.echo(
        json.dumps(made.to_dict(), ensure_ascii=False, indent=2) if as_json else made.text(language_of(english=english))
    )
