"""`gov-connect certificates` and `gov-connect check-copy`: what ends soon, and whether a scan is fit.

Exit codes: 0 nothing to say; 1 a certificate ends within the days, or the copy is not fit; 2 wrong usage.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gov_connect.cli._language import language
from gov_connect.cli._output import NO, AsJson, InEnglish, answered, bytes_of, reasons_told, say, table, word, wrong

if TYPE_CHECKING:
    from cryptography import x509

    from gov_connect.signing.trust import Expiring


def certificates(
    files: Annotated[list[Path] | None, typer.Argument()] = None,
    *,
    days: Annotated[int, typer.Option("--days", min=0, max=3660)] = 14,
    as_json: AsJson = False,
) -> None:
    """Certificates that end soon, by serial number; names are not shown."""
    with answered(as_json=as_json):
        rows = _expiring(files, days)
    shown = [
        {
            "serial": row.certificate.serial,
            "issuer": row.certificate.issuer,
            "ends": row.ends.isoformat(),
            "days_left": row.days_left,
        }
        for row in rows
    ]
    if as_json:
        say(shown, "", as_json=True)
    elif shown:
        names = ("serial", "ends", "days_left")
        table([word(name) for name in names], ([row[name] for name in names] for row in shown))
    else:
        typer.echo(word("none_ends", days=days))
    if rows:
        raise typer.Exit(NO)


def _expiring(files: list[Path] | None, days: int) -> tuple[Expiring, ...]:
    from gov_connect import GovConnect, Settings  # noqa: PLC0415 - on first use
    from gov_connect._signatures.wiring import configured  # noqa: PLC0415
    from gov_connect.signing import expiring  # noqa: PLC0415
    from gov_connect.signing.certificates import load_many  # noqa: PLC0415
    from gov_connect.signing.verdict import Finding  # noqa: PLC0415

    if not files:
        settings = Settings()
        configured(settings, settings.agency)
        with GovConnect(settings) as gov:
            return gov.signing.expiring(days)
    found: list[x509.Certificate] = []
    for path in files:
        try:
            found += load_many(bytes_of(path))
        except Finding:
            wrong("cli.not_a_certificate", "FILES", file=path)
    return expiring(found, datetime.now(UTC), days)


def check_copy(
    file: Path,
    *,
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """Is a digitised copy fit (NĐ 30/2020, Annex I)?"""
    from gov_connect.signing.copies import check_copy as check  # noqa: PLC0415 - on first use

    chosen = language(english=english)
    reasons = check(bytes_of(file))
    shape = {"fit": not reasons, "reasons": [reason.to_dict() for reason in reasons]}
    text = "\n".join(reasons_told(reasons, chosen)) or word("fit", english=english)
    say(shape, text, as_json=as_json)
    if reasons:
        raise typer.Exit(NO)
