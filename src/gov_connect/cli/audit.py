"""`gov-connect audit`: is the log whole, who read a record, export, heads, retention.

Exit codes: 0 whole or done, 1 something was changed (verify, who-read) or nobody read the record (who-read), 2 wrong
usage.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gov_connect.cli._language import language
from gov_connect.cli._output import (
    NO,
    AsJson,
    InEnglish,
    Required,
    bytes_of,
    from_environment,
    moment_of,
    say,
    table,
    warn,
    word,
    working,
    write,
    wrong,
)
from gov_connect.cli._tree import Commands

if TYPE_CHECKING:
    from collections.abc import Generator

    from gov_connect.audit.heads import Export
    from gov_connect.audit.lookups import Reading
    from gov_connect.client import GovConnect
    from gov_connect.messages import Language

app = Commands(no_args_is_help=True)
NUMBER_VARIABLE = "GOV_CONNECT_WHO_READ"
_KEY_BYTES = 32


@contextmanager
def _records(*, english: bool, as_json: bool = False) -> Generator[GovConnect]:
    """A client over records that last: a log that this process just made says nothing about any other."""
    from gov_connect.errors import LedgerError  # noqa: PLC0415 - on first use

    with from_environment(english=english, as_json=as_json) as gov:
        if gov.settings.offline:
            raise LedgerError("ledger.missing")
        yield gov


@app.command("verify")
def verify(
    heads: list[Path] | None = None,
    *,
    public_key: str = "",
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """Find every change; exit 1 when there is one."""
    exports = {file: _export(file) for file in heads or ()}
    chosen = language(english=english)
    with _records(english=english, as_json=as_json) as gov, working("verifying"):
        trusted = _trusted(gov, public_key)
        for file, made in exports.items():
            _check_signer(file, made, trusted, as_json=as_json)
            _show_stamp(gov, made, chosen)
        found = gov.audit.verify([head for made in exports.values() for head in made.heads])
    verdict = word("audit_whole" if found.whole else "audit_wrong", english=english, count=len(found.findings))
    figures = word(
        "audit_figures", english=english, entries=found.entries, chains=len(found.chains), open=len(found.open)
    )
    lines = [*(one.text(chosen) for one in found.findings), f"{figures}: {verdict}"]
    say(found.to_dict(chosen), "\n".join(lines), as_json=as_json)
    if not found.whole:
        raise typer.Exit(NO)


def _show_stamp(gov: GovConnect, made: Export, chosen: Language) -> None:
    """Say since when an export is proven; a timestamp that does not hold ends the check."""
    from gov_connect.signing import SigningRefused  # noqa: PLC0415 - on first use

    if not made.timestamp:
        return
    try:
        since = gov.signing.stamped_at(made.signed_bytes, made.timestamp)
    except SigningRefused as refusal:
        typer.echo(f"{made.made_at}: {refusal.text(chosen)}", err=True)
        raise typer.Exit(NO) from None
    typer.echo(f"{made.made_at}: {word('stamped', english=chosen == 'en')} {since.isoformat()}", err=True)


def _export(file: Path) -> Export:
    from gov_connect.audit.heads import Export  # noqa: PLC0415 - on first use
    from gov_connect.errors import InvalidInput  # noqa: PLC0415

    try:
        return Export.from_json(bytes_of(file))
    except InvalidInput:
        wrong("cli.heads_unsound", "--heads", file=file)


def _trusted(gov: GovConnect, public_key: str) -> bytes:
    """Whose signature counts: the key that was given, or else our own; b"" when there is neither."""
    import base64  # noqa: PLC0415 - on first use

    if not public_key:
        own = gov.audit.key()
        return b"" if own is None else own.public_key().public_bytes_raw()
    try:
        given = base64.b64decode(public_key, validate=True)
    except ValueError:
        given = b""
    if len(given) != _KEY_BYTES:
        wrong("cli.public_key_unsound", "--public-key")
    return given


def _check_signer(file: Path, made: Export, trusted: bytes, *, as_json: bool) -> None:
    """End when a signature does not hold; say when nobody's signature, or anybody's, was taken."""
    if not made.signature:
        warn("cli.heads_unsigned", as_json=as_json and bool(trusted), file=file)
        if trusted:
            raise typer.Exit(NO)
        return
    if not made.signature_holds(trusted):
        warn("cli.heads_forged", as_json=as_json, file=file)
        raise typer.Exit(NO)
    if not trusted:
        warn("cli.heads_of_anybody", file=file)


@app.command("who-read")
def who_read(number: str, *, english: InEnglish = False, as_json: AsJson = False) -> None:
    """Say who asked for this person; exit 1 when nobody did, or when the log is not whole and may hide somebody."""
    asked = os.environ.get(NUMBER_VARIABLE, "") if number == "-" else number
    if not asked or not asked.isprintable():
        wrong("cli.number_missing", "NUMBER", variable=NUMBER_VARIABLE)
    with _records(english=english, as_json=as_json) as gov:
        readings = gov.audit.who_read(asked)
        broken = len(gov.audit.verify().findings)
    rows = [_reading(one) for one in readings]
    if as_json:
        say(rows, "", as_json=True)
    elif rows:
        table(
            [word(name, english=english) for name in rows[0]],
            ([value or "-" for value in row.values()] for row in rows),
        )
    else:
        typer.echo(word("nobody_read", english=english))
    if broken:
        warn("cli.log_not_whole", count=broken)
    if broken or not readings:
        raise typer.Exit(NO)


def _reading(one: Reading) -> dict[str, Any]:
    names = ("agency", "officer", "operation", "procedure", "dossier", "legal_basis", "request_id", "outcome")
    return {"at": one.at.isoformat(timespec="seconds"), **{name: getattr(one, name) for name in names}}


@app.command("export")
def export(
    *,
    since: Annotated[str, typer.Option("--from")] = "",
    until: Annotated[str, typer.Option("--to")] = "",
    english: InEnglish = False,
) -> None:
    """Print one JSON line per entry; persons as keyed digests."""
    from gov_connect.audit.log import utc_text  # noqa: PLC0415 - on first use

    bounds = [utc_text(moment_of(text, hint)) if text else "" for text, hint in ((since, "--from"), (until, "--to"))]
    with _records(english=english) as gov:
        for row in gov.audit.entries(since=bounds[0], until=bounds[1]):
            typer.echo(json.dumps(row, ensure_ascii=False))


@app.command("heads")
def heads(
    out: Annotated[Path | None, typer.Option("--out")] = None,
    *,
    timestamp: Annotated[bool, typer.Option("--timestamp")] = False,
    english: InEnglish = False,
) -> None:
    """Export the heads; keep them elsewhere."""
    with _records(english=english) as gov:
        text = gov.audit.export_heads(timestamp=gov.signing.stamp if timestamp else None).to_json()
    if out is None:
        typer.echo(text)
        return
    write(out, f"{text}\n".encode(), "--out")
    typer.echo(str(out))


@app.command("purge")
def purge(
    *,
    before: Required,
    officer: Required,
    reason: Required,
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """Delete bodies; the chain stays whole."""
    from gov_connect.model import Officer  # noqa: PLC0415 - on first use

    moment = moment_of(before, "--before")
    with _records(english=english, as_json=as_json) as gov:
        gone = gov.acting(officer=Officer(code=officer)).audit.purge(before=moment, reason=reason)
    text = word("purged", english=english, bodies=gone.bodies, chains=gone.chains)
    say({"chains": gone.chains, "bodies": gone.bodies}, text, as_json=as_json)
