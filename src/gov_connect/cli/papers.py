"""`gov-connect certificates` and `gov-connect check-copy`: what ends soon, and whether a scan is fit.

Exit codes: 0 nothing to say; 1 a certificate ends within the days, or the copy is not fit; 2 wrong usage.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated

import typer

from gov_connect.cli import WRONG_USAGE
from gov_connect.errors import GovConnectError

if TYPE_CHECKING:
    from cryptography import x509

    from gov_connect.messages import Language
    from gov_connect.signing.trust import Expiring

_NO = 1

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def certificates(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Tệp chứng thư; mặc định theo cấu hình. Those of the settings if none.")
    ] = None,
    *,
    days: Annotated[int, typer.Option("--days", min=0, max=3660)] = 14,
    as_json: AsJson = False,
) -> None:
    """Chứng thư sắp hết hạn. Certificates that end soon, by serial number; names are not shown."""
    try:
        rows = _expiring(files, days)
    except GovConnectError as error:
        typer.echo(error.text(), err=True)
        raise typer.Exit(WRONG_USAGE) from None
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
        typer.echo(json.dumps(shown, indent=2))
    else:
        for row in shown:
            typer.echo(f"{row['serial']}  {row['ends']}  {row['days_left']}")
    if rows:
        raise typer.Exit(_NO)


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
            found += load_many(path.read_bytes())
        except (OSError, Finding):
            raise typer.BadParameter(str(path)) from None
    return expiring(found, datetime.now(UTC), days)


def check_copy(
    file: Annotated[Path, typer.Argument(help="Bản số hóa PDF. A digitised copy.")],
    *,
    english: Annotated[bool, typer.Option("--english", help="Nói tiếng Anh. Speak English.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bản số hóa có đạt không (PDF 1.4, màu, 200 dpi). Is a digitised copy fit (NĐ 30/2020 Phụ lục I)?"""
    from gov_connect.signing.copies import check_copy as check  # noqa: PLC0415 - on first use

    language: Language = "en" if english else "vi"
    try:
        document = file.read_bytes()
    except OSError:
        raise typer.BadParameter(str(file)) from None
    reasons = check(document)
    if as_json:
        shape = {"fit": not reasons, "reasons": [reason.to_dict() for reason in reasons]}
        typer.echo(json.dumps(shape, ensure_ascii=False, indent=2))
    else:
        for reason in reasons:
            typer.echo(reason.text(language))
    if reasons:
        raise typer.Exit(_NO)
