"""`gov-connect bundles`: what waits at the bundle platform."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gov_connect.cli._say import AsJson, from_environment, say, word
from gov_connect.cli._tree import Commands

if TYPE_CHECKING:
    from gov_connect.model.bundles import BundleNews

app = Commands(no_args_is_help=True)


@app.callback()
def group() -> None:
    """Interlinked birth and death dossiers."""


@app.command("pending")
def pending(*, as_json: AsJson = False) -> None:
    """Dossiers of interlinked procedures that wait to be taken in."""
    with from_environment(as_json=as_json) as gov:
        items = gov.bundles.pending()
    lines = [f"{item.code or '?'}  {item.procedure}  {item.module}  {_when(item)}".rstrip() for item in items]
    say({"pending": [_shown(item) for item in items]}, "\n".join(lines) or word("nothing"), as_json=as_json)


def _when(item: BundleNews) -> str:
    return "" if item.submitted_at is None else f"{item.submitted_at:%Y-%m-%d %H:%M}"


def _shown(item: BundleNews) -> dict[str, Any]:
    """Everything but the citizen's account."""
    shown: dict[str, Any] = json.loads(item.model_dump_json(exclude={"tech_id"}))
    return shown
