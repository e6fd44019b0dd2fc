"""`gov-connect bundles`: what waits at the bundle platform."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer

from gov_connect import GovConnect
from gov_connect.cli._say import AsJson, answered, say

if TYPE_CHECKING:
    from gov_connect.model.bundles import BundleNews

app = typer.Typer(
    name="bundles",
    help="Phần mềm dịch vụ công liên thông (NĐ 63/2024). The platform of interlinked dossiers.",
    no_args_is_help=True,
)


@app.callback()
def group() -> None:
    """Hồ sơ liên thông khai sinh, khai tử. Interlinked birth and death dossiers."""


@app.command("pending")
def pending(*, as_json: AsJson = False) -> None:
    """Hồ sơ liên thông đang chờ nhận. Dossiers of interlinked procedures that wait to be taken in."""
    with answered(as_json=as_json), GovConnect.from_env() as gov:
        items = gov.bundles.pending()
    lines = [f"{item.code or '?'}  {item.procedure}  {item.module}  {_when(item)}".rstrip() for item in items]
    text = "\n".join(lines) or "không có / none"
    say({"pending": [_shown(item) for item in items]}, text, as_json=as_json)


def _when(item: BundleNews) -> str:
    return "" if item.submitted_at is None else f"{item.submitted_at:%Y-%m-%d %H:%M}"


def _shown(item: BundleNews) -> dict[str, Any]:
    """Everything but the citizen's account."""
    shown: dict[str, Any] = json.loads(item.model_dump_json(exclude={"tech_id"}))
    return shown
