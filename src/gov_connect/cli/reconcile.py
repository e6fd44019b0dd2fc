"""`gov-connect reconcile`: the records against portal, registry and gateways, in words an officer understands."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gov_connect.cli._language import language
from gov_connect.cli._output import NO, AsJson, InEnglish, from_records, say, word, working
from gov_connect.messages import CATALOGUE, message
from gov_connect.messages.states import term

if TYPE_CHECKING:
    from gov_connect.delivery.healing import Found, Mismatch
    from gov_connect.messages import Language


def reconcile(
    *,
    apply: Annotated[bool, typer.Option("--apply", "--heal")] = False,
    limit: Annotated[int, typer.Option(min=0)] = 1000,
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """Reconcile, at most so many dossiers and orders (0: all); exit 1 when something is left for people."""
    with from_records(as_json=as_json, english=english) as gov, working("asking"):
        found = gov.delivery.reconcile(heal=apply, limit=limit)
    counts = Counter(one.kind for one in found)
    left = sum(not one.healed for one in found)
    shape = {"findings": [_shown(one) for one in found], "counts": dict(sorted(counts.items())), "left": left}
    shape["not_checked"] = found.not_checked
    say(shape, _text(found, left, language(english=english)), as_json=as_json)
    if left:
        raise typer.Exit(NO)


def _shown(one: Mismatch) -> dict[str, Any]:
    about = message(one.text)
    return {
        "system": one.system,
        "dossier": one.dossier,
        "kind": one.kind,
        "event": one.event,
        "outcome": one.outcome,
        "healed": one.healed,
        "text": about.text("vi", {}),
        "text_en": about.text("en", {}),
        "remedy": about.remedy("vi", {}),
        "remedy_en": about.remedy("en", {}),
    }


def _text(found: Found, left: int, chosen: Language) -> str:
    """Each kind once with what it means and what to do, and under it the dossiers."""
    english = chosen == "en"
    rest = [word("not_checked", english=english, count=found.not_checked)] if found.not_checked else []
    if not found:
        return "\n".join([word("sides_agree", english=english), *rest])
    lines: list[str] = []
    for kind in sorted({one.kind for one in found}):
        mine = [one for one in found if one.kind == kind]
        about = message(mine[0].text)
        lines.append(f"{kind} ({len(mine)}): {about.text(chosen, {})}")
        if any(not one.healed for one in mine) and about.remedy(chosen, {}):
            lines.append(f"  → {about.remedy(chosen, {})}")
        lines += [f"  {one.system:18} {one.dossier or '-':28} {_outcome(one, chosen)}" for one in mine]
    summary = word("left_to_people", english=english, count=len(found), left=left)
    return "\n".join([*lines, summary, *rest])


def _outcome(one: Mismatch, chosen: Language) -> str:
    number = f"  #{one.event}" if one.event else ""
    known = CATALOGUE.get(one.outcome)
    return (term("healing", one.outcome, chosen) if known is None else known.text(chosen, {})) + number
