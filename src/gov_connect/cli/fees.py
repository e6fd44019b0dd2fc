"""`gov-connect fees`: quotes and the care of law packs.

Exit codes: 0 done, 1 the answer is "no", 2 wrong usage, 3 an outside system failed.
"""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gov_connect._fee_packs import active_book, source_at
from gov_connect.cli._language import language
from gov_connect.cli._output import (
    NO,
    OUTSIDE_FAILED,
    AsJson,
    InEnglish,
    answered,
    bytes_of,
    day_of,
    say,
    table,
    text_of,
    word,
    working,
    wrong,
)
from gov_connect.cli._tree import Commands
from gov_connect.errors import ConfigurationError, InvalidInput, Problem
from gov_connect.fees import FeeBook, FeeItem, Status, parse_pack
from gov_connect.fees.audit import audit as audit_collected
from gov_connect.fees.cases import run_cases
from gov_connect.fees.check import check as check_book
from gov_connect.fees.check import errors
from gov_connect.fees.compare import diff as compare_books
from gov_connect.fees.compare import requests
from gov_connect.fees.compare import upcoming as changes_ahead
from gov_connect.fees.dossiers import read_dossiers
from gov_connect.fees.update import PackRefused
from gov_connect.messages import message
from gov_connect.messages.states import term
from gov_connect.model import VIETNAM
from gov_connect.settings import PREFIX, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gov_connect.fees import Quote, RawPack
    from gov_connect.fees.compare import Difference

app = Commands(no_args_is_help=True)

_CATALOGUE = ("charge", "province")
_SHIPPED = Path("-")


@app.command("quote")
def quote(
    *,
    on: Annotated[str, typer.Option("--on")],
    item: Annotated[list[str], typer.Option("--item")],
    area: Annotated[str, typer.Option("--area")] = "",
    channel: Annotated[str, typer.Option("--channel")] = "counter",
    fact: Annotated[list[str] | None, typer.Option("--fact")] = None,
    claimed: Annotated[list[str] | None, typer.Option("--claimed")] = None,
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """Price items, with articles; exit 1 when there is no amount."""
    chosen = language(english=english)
    with answered(as_json=as_json, english=english):
        priced = _in_force().quote(
            [FeeItem.parse(one) for one in item],
            on=day_of(on, "--on"),
            area=area,
            channel=channel,
            facts=frozenset(fact or ()),
            claimed=claimed or (),
        )
        shape, text = priced.to_dict(chosen), priced.explain(chosen)
    say(shape, text, as_json=as_json)
    _exit(good=priced.status is Status.PRICED)


@app.command("check")
def check(pack: Path, *, english: InEnglish = False, as_json: AsJson = False) -> None:
    """Check a pack with the packs of this package."""
    chosen = language(english=english)
    try:
        found = check_book(_with(pack))
    except InvalidInput as error:
        rows = [{"level": "error", "code": one.code, "path": one.path} for one in error.problems]
        said = "\n".join(one.text(chosen) for one in error.problems)
        say({"ok": False, "findings": rows}, said, as_json=as_json)
        raise typer.Exit(NO) from None
    faults = errors(found)
    text = "\n".join(f"{term('level', one.level, chosen)}: {one.text(chosen)}" for one in found) or word(
        "pack_sound", english=english
    )
    say({"ok": not faults, "findings": [one.to_dict(chosen) for one in found]}, text, as_json=as_json)
    _exit(good=not faults)


@app.command("test")
def run_golden_cases(
    pack: Annotated[Path | None, typer.Argument()] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Run the golden cases inside the packs."""
    try:
        results = run_cases(FeeBook.default() if pack is None else _with(pack))
    except InvalidInput as error:
        typer.echo(error.text(language()), err=True)
        raise typer.Exit(NO) from None
    failed = [one for one in results if not one.passed]
    said = [f"{one.case.id} ({one.case.pack}): {one.differences}" for one in failed]
    text = "\n".join([*said, word("cases_passed", passed=len(results) - len(failed), cases=len(results))])
    say({"cases": len(results), "failed": [one.to_dict() for one in failed]}, text, as_json=as_json)
    _exit(good=not failed)


@app.command("diff")
def diff(
    before: Path,
    after: Path,
    *,
    dossiers: Path | None = None,
    as_json: AsJson = False,
) -> None:
    """Compare two pack sets on their cases and on a dossier file; exit 1 if they differ.

    "-" names the packs of the package. A folder with its own catalogue stands alone; other packs are laid over those
    of the package, from which the packs that either side names are taken away first.
    """
    with answered(as_json=as_json), working("comparing"):
        old_packs, new_packs = _packs_at(before), _packs_at(after)
        parts = [() if _whole(path, packs) else packs for path, packs in ((before, old_packs), (after, new_packs))]
        replaced = [pack for part in parts for pack in part]
        old, new = (
            _book(packs, replaced if part else ()) for packs, part in zip((old_packs, new_packs), parts, strict=True)
        )
        asked = read_dossiers(text_of(dossiers)) if dossiers else ()
        found = compare_books(old, new, requests(old, new, asked))
    say({"differences": [one.to_dict() for one in found]}, _compared(found) or word("all_agree"), as_json=as_json)
    _exit(good=not found)


@app.command("update")
def update(
    source: Annotated[str, typer.Argument()] = "",
    *,
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """Take a signed delivery into force; exit 1 when it is refused, 3 when it cannot be read."""
    with answered(as_json=as_json, english=english):
        chosen = Settings().fees
        place = source or (chosen.source if chosen else "")
        if chosen is None or not place:
            raise ConfigurationError([Problem(path=f"{PREFIX}FEES__SOURCE", code="value.not_configured")])
        try:
            done = active_book(chosen).update(source_at(place), _today())
        except PackRefused as refusal:
            spoken = language(english=english)
            said, remedy = refusal.text(spoken), refusal.remedy(spoken)
            text = f"{said}\n  → {remedy}" if remedy else said
            say({"accepted": False, "code": refusal.code, "text": said, "remedy": remedy}, text, as_json=as_json)
            raise typer.Exit(OUTSIDE_FAILED if refusal.code == "fees.pack.unreadable" else NO) from None
    rows = [one.to_dict() for one in done.differences]
    shape = {"accepted": True, "name": done.name, "version": done.version, "differences": rows}
    text = f"{done.name} {done.version}\n{_compared(done.differences, english=english)}".rstrip()
    say(shape, text, as_json=as_json)


@app.command("upcoming")
def upcoming(
    *,
    days: Annotated[int, typer.Option("--days", min=1, max=5000)] = 90,
    after: Annotated[str, typer.Option("--from")] = "",
    area: str = "",
    as_json: AsJson = False,
) -> None:
    """The changes of law ahead."""
    start = day_of(after, "--from") if after else _today()
    with answered(as_json=as_json):
        found = changes_ahead(_in_force(), start, days, area)
    if as_json or not found:
        say({"changes": [one.to_dict() for one in found]}, word("no_changes"), as_json=as_json)
        return
    heads = ("from_day", "area", "charge", "law_ends", "law_begins")
    rows = [(one.day, one.area, one.charge, ", ".join(one.ends) or "-", ", ".join(one.begins) or "-") for one in found]
    table([word(name) for name in heads], rows)


@app.command("audit")
def audit(
    dossiers: Path,
    *,
    as_json: AsJson = False,
) -> None:
    """Collected against due; exit 1 when something is wrong."""
    with answered(as_json=as_json), working("comparing"):
        report = audit_collected(_in_force(), read_dossiers(text_of(dossiers)))
    shape = report.to_dict()
    if as_json:
        say(shape, "", as_json=True)
    else:
        heads = ("dossier", "due", "collected", "over", "under")
        rows = [
            (one.id, _dong(one.due), one.collected, one.over, one.under) for one in (*report.wrong, *report.unjudged)
        ]
        if rows:
            table([word(name) for name in heads], rows)
        over, under, unjudged = shape["over"], shape["under"], len(report.unjudged)
        typer.echo(word("fees_audited", dossiers=len(report.rows), over=over, under=under, unjudged=unjudged))
    _exit(good=not report.wrong)


def _in_force() -> FeeBook:
    """The packs of the package, or what signed deliveries put in their place; no other setting is looked at."""
    if not any(name.upper().startswith(f"{PREFIX}FEES__") for name in os.environ):
        return FeeBook.default()
    chosen = Settings().fees
    return FeeBook.default() if chosen is None else active_book(chosen).book


def _today() -> date:
    # The system's clock, at the command line only: quotes themselves never look at it. The law's day is Vietnam's,
    # wherever the machine stands.
    return datetime.now(VIETNAM).date()


def _with(path: Path) -> FeeBook:
    packs = _packs_at(path)
    return _book(packs, () if _whole(path, packs) else packs)


def _packs_at(path: Path) -> list[RawPack]:
    if path == _SHIPPED:
        return list(FeeBook.default().law.packs)
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    packs = [parse_pack(bytes_of(file), file.name) for file in files]
    if not packs:
        wrong("cli.pack_missing", file=path)
    return packs


def _whole(path: Path, packs: Sequence[RawPack]) -> bool:
    """Whether a folder brings its own catalogue and so makes a book alone."""
    if path != _SHIPPED and (not path.is_dir() or len(packs) == 1):
        return False
    return all(any(one.entries(part) for one in packs) for part in _CATALOGUE)


def _book(packs: Sequence[RawPack], replaced: Iterable[RawPack]) -> FeeBook:
    """`packs` alone, or on top of those of the package that no pack of `replaced` names."""
    shipped, names = FeeBook.default().law, {pack.name for pack in replaced}
    kept = [pack for pack in shipped.packs if pack.name not in names] if names else []
    return FeeBook([*kept, *packs], communes=shipped.areas.communes)


def _compared(found: Iterable[Difference], *, english: bool = False) -> str:
    """A line a request whose amount or status another book changes."""
    return "\n".join(
        f"{one.id}: {_answer(one.before, english=english)} → {_answer(one.after, english=english)}" for one in found
    )


def _answer(quote: Quote, *, english: bool) -> str:
    if quote.total is not None:
        return str(quote.total)
    return message(f"fees.status.{quote.status}").text(language(english=english), {})


def _dong(amount: int | None) -> object:
    return "?" if amount is None else amount


def _exit(*, good: bool) -> None:
    if not good:
        raise typer.Exit(NO)
