"""`gov-connect digest`: one day of the agency in figures. Exit 0; 2 for wrong usage."""

from __future__ import annotations

from datetime import timedelta

from gov_connect.cli._language import language
from gov_connect.cli._output import AsJson, InEnglish, day_of, from_environment, say


def digest(
    day: str = "",
    *,
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """One day in figures; persons and officers are not named."""
    asked = day_of(day, "--day") if day else None
    with from_environment(english=english, as_json=as_json) as gov:
        made = gov.digest(asked or gov.today() - timedelta(days=1))
    say(made.to_dict(), made.text(language(english=english)), as_json=as_json)
