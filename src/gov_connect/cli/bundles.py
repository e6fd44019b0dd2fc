"""`gov-connect bundles`: what waits at the bundle platform."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gov_connect.cli._output import AsJson, from_environment, say, table, word
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
    if as_json or not items:
        say({"pending": [_shown(item) for item in items]}, word("no_bundles"), as_json=as_json)
        return
    rows = [(item.code or "?", item.procedure, item.module, _when(item)) for item in items]
    table([word(name) for name in ("dossier", "procedure", "event", "submitted")], rows)


def _when(item: BundleNews) -> str:
    return "" if item.submitted_at is None else f"{item.submitted_at:%Y-%m-%d %H:%M}"


def _shown(item: BundleNews) -> dict[str, Any]:
    """Everything but the citizen's account."""
    shown: dict[str, Any] = json.loads(item.model_dump_json(exclude={"tech_id"}))
    return shown
