"""`gov-connect audit`: is the log whole, who read a record, export, heads, retention.

Exit codes: 0 whole or done, 1 something was changed (verify) or nobody read the record (who-read), 2 wrong usage.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gov_connect.cli._client import NO, AsJson, InEnglish, from_environment, language_of

if TYPE_CHECKING:
    from gov_connect.audit.heads import Export
    from gov_connect.audit.lookups import Reading
    from gov_connect.client import GovConnect

app = typer.Typer(help="Nhật ký kiểm toán. The audit log.", no_args_is_help=True)
NUMBER_VARIABLE = "GOV_CONNECT_WHO_READ"
Files = Annotated[
    list[Path] | None, typer.Option("--heads", help="Đầu chuỗi đã xuất trước đây. Heads exported before.")
]


@app.command("verify")
def verify(
    heads: Files = None,
    *,
    public_key: Annotated[
        str, typer.Option("--public-key", help="Khóa công khai, base64. Who must have signed the heads.")
    ] = "",
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """Kiểm tra chuỗi: sửa, xóa, đảo thứ tự, cắt đuôi. Find every change; exit 1 when there is one."""
    exports = [_export(file, public_key) for file in heads or ()]
    language = language_of(english=english)
    with from_environment(english=english, as_json=as_json) as gov:
        for made in exports:
            _show_stamp(gov, made)
        found = gov.audit.verify([head for made in exports for head in made.heads])
    if as_json:
        typer.echo(json.dumps(found.to_dict(language), ensure_ascii=False, indent=2))
    else:
        for one in found.findings:
            typer.echo(one.text(language))
        words = {
            "vi": f"{found.entries} bản ghi, {len(found.chains)} chuỗi, {len(found.open)} chưa có kết quả: "
            + ("nguyên vẹn" if found.whole else f"{len(found.findings)} điểm sai"),
            "en": f"{found.entries} entries, {len(found.chains)} chains, {len(found.open)} without outcome: "
            + ("whole" if found.whole else f"{len(found.findings)} finding(s)"),
        }
        typer.echo(words[language])
    if not found.whole:
        raise typer.Exit(NO)


def _show_stamp(gov: GovConnect, made: Export) -> None:
    """Say since when an export is proven; a timestamp that does not hold ends the check."""
    from gov_connect.signing import SigningRefused  # noqa: PLC0415 - on first use

    if not made.timestamp:
        return
    try:
        since = gov.signing.stamped_at(made.signed_bytes, made.timestamp)
    except SigningRefused as refusal:
        typer.echo(f"{made.made_at}: {refusal.text('vi')} / {refusal.text('en')}", err=True)
        raise typer.Exit(NO) from None
    typer.echo(f"{made.made_at}: dấu thời gian / timestamp {since.isoformat()}", err=True)


def _export(file: Path, public_key: str) -> Export:
    import base64  # noqa: PLC0415 - on first use

    from gov_connect.audit.heads import Export  # noqa: PLC0415
    from gov_connect.errors import InvalidInput  # noqa: PLC0415

    try:
        made = Export.from_json(file.read_bytes())
        trusted = base64.b64decode(public_key, validate=True)
    except (OSError, ValueError, InvalidInput):
        raise typer.BadParameter(str(file), param_hint="--heads") from None
    if (trusted or made.signature) and not made.signature_holds(trusted):
        typer.echo(f"{file}: chữ ký không đúng / the signature does not hold", err=True)
        raise typer.Exit(NO)
    return made


@app.command("who-read")
def who_read(
    number: Annotated[
        str, typer.Argument(help=f"Số định danh; hoặc '-' và biến {NUMBER_VARIABLE}. Or '-' and that variable.")
    ],
    *,
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """Ai đã tra cứu người này. Who asked for this person; exit 1 when nobody did."""
    asked = os.environ.get(NUMBER_VARIABLE, "") if number == "-" else number
    if not asked or not asked.isprintable():
        raise typer.BadParameter(NUMBER_VARIABLE, param_hint="NUMBER")
    with from_environment(english=english, as_json=as_json) as gov:
        readings = gov.audit.who_read(asked)
    if as_json:
        typer.echo(json.dumps([_reading(one) for one in readings], ensure_ascii=False, indent=2))
    else:
        for one in readings:
            typer.echo("  ".join(str(value) or "-" for value in _reading(one).values()))
    if not readings:
        raise typer.Exit(NO)


def _reading(one: Reading) -> dict[str, Any]:
    names = ("agency", "officer", "operation", "procedure", "dossier", "legal_basis", "request_id", "outcome")
    return {"at": one.at.isoformat(timespec="seconds"), **{name: getattr(one, name) for name in names}}


@app.command("export")
def export(
    *,
    since: Annotated[str, typer.Option("--from", help="Từ ngày, ISO. From.")] = "",
    until: Annotated[str, typer.Option("--to", help="Trước ngày, ISO. Before.")] = "",
    english: InEnglish = False,
) -> None:
    """Xuất từng bản ghi thành một dòng JSON. One JSON line per entry; persons as keyed digests."""
    from gov_connect.audit.log import utc_text  # noqa: PLC0415 - on first use

    bounds = [utc_text(_moment(text, hint)) if text else "" for text, hint in ((since, "--from"), (until, "--to"))]
    with from_environment(english=english) as gov:
        for row in gov.audit.entries(since=bounds[0], until=bounds[1]):
            typer.echo(json.dumps(row, ensure_ascii=False))


@app.command("heads")
def heads(
    out: Annotated[Path | None, typer.Option("--out", help="Ghi ra tệp. Write to a file.")] = None,
    *,
    timestamp: Annotated[
        bool, typer.Option("--timestamp", help="Kèm dấu thời gian RFC 3161. With an RFC 3161 timestamp.")
    ] = False,
    english: InEnglish = False,
) -> None:
    """Xuất đầu các chuỗi; ký bằng AUDIT_KEY nếu có. Export the heads; keep them elsewhere."""
    with from_environment(english=english) as gov:
        made = gov.audit.export_heads(timestamp=gov.signing.stamp if timestamp else None)
    text = made.to_json()
    if out is None:
        typer.echo(text)
        return
    try:
        out.write_text(text + "\n", encoding="utf-8")
    except OSError:
        raise typer.BadParameter(str(out), param_hint="--out") from None
    typer.echo(str(out))


@app.command("purge")
def purge(
    *,
    before: Annotated[str, typer.Option("--before", help="Trước ngày, ISO. Before.")],
    officer: Annotated[str, typer.Option("--officer", help="Mã cán bộ. Who does this.")],
    reason: Annotated[str, typer.Option("--reason", help="Căn cứ. The rule or order it follows.")],
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """Xóa nội dung bản ghi đã hết hạn lưu; chuỗi vẫn nguyên vẹn. Delete bodies; the chain stays whole."""
    from gov_connect.model import Officer  # noqa: PLC0415 - on first use

    moment = _moment(before, "--before")
    with from_environment(english=english, as_json=as_json) as gov:
        gone = gov.acting(officer=Officer(code=officer)).audit.purge(before=moment, reason=reason)
    typer.echo(json.dumps({"chains": gone.chains, "bodies": gone.bodies}) if as_json else str(gone.bodies))


def _moment(text: str, hint: str) -> datetime:
    from gov_connect.model.zone import VIETNAM  # noqa: PLC0415 - on first use

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(text, param_hint=hint) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
