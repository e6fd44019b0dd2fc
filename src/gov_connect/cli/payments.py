"""`gov-connect payments`: VietQR codes, VNPAY addresses, notices and statements.

Exit codes: 0 done, 1 the answer is "no", 2 wrong usage, 3 an outside system failed.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gov_connect.cli._output import (
    NO,
    AsJson,
    Required,
    answered,
    bytes_of,
    day_of,
    from_environment,
    say,
    spoken,
    table,
    word,
    working,
    wrong,
)
from gov_connect.cli._tree import Commands

if TYPE_CHECKING:
    from gov_connect.client import GovConnect
    from gov_connect.runtime import Inner, Program

app = Commands(no_args_is_help=True)
_LARGEST_NOTICE = 1 << 20
_LARGEST_STATEMENT = 64 << 20
_DIFFERENCES = ("unknown_here", "unknown_there", "amounts_differ")


@app.callback()
def group() -> None:
    """Online payments."""


@app.command("vietqr")
def vietqr(
    *,
    bank: Annotated[str, typer.Option("--bin")],
    account: Required,
    amount: int | None = None,
    note: str = "",
    card: Annotated[bool, typer.Option("--card")] = False,
    png: Path | None = None,
    as_json: AsJson = False,
) -> None:
    """Print the text of a VietQR code, and draw it.

    A note that does not fit is refused: what would be cut may be the number of the dossier.
    """
    from gov_connect.adapters.vietqr import BANKS, Transfer, encode, write_png  # noqa: PLC0415 - on first use
    from gov_connect.adapters.vietqr.payload import plain  # noqa: PLC0415
    from gov_connect.model import Money  # noqa: PLC0415

    with answered(as_json=as_json):
        money = None if amount is None else Money(amount)
        text = encode(Transfer(bank=bank, account=account, to_card=card, amount=money, purpose=plain(note, len(note))))
    if png is not None:
        try:
            write_png(text, png)
        except OSError:
            wrong("cli.file_unwritable", "--png", file=png)
    name, reached = BANKS.get(bank, ("", None))
    shape = {"payload": text, "bank": name, "reached": reached, "png": None if png is None else str(png)}
    say(shape, text, as_json=as_json)


@app.command("vnpay-url")
def vnpay_url(
    *,
    reference: Required,
    amount: Annotated[int, typer.Option(min=1)],
    note: Required,
    ip: str = "",
    as_json: AsJson = False,
) -> None:
    """Print a signed VNPAY address."""
    from datetime import datetime, timedelta  # noqa: PLC0415 - on first use

    from gov_connect.adapters.vnpay import pay_url  # noqa: PLC0415
    from gov_connect.adapters.vnpay.mapping import info, moment, page_fields  # noqa: PLC0415
    from gov_connect.model import VIETNAM, Money  # noqa: PLC0415

    with from_environment(as_json=as_json) as gov:
        settings: Any = gov.settings.need("vnpay")
        now = datetime.now(VIETNAM)
        fields = page_fields(settings, reference=reference, amount=Money(amount), created=now, text=info(note))
    if ip:
        fields["vnp_IpAddr"] = _address(ip)
    page = settings.base_url.rstrip("/") + settings.pay_path
    url = pay_url(page, fields, settings.hash_secret.get_secret_value())
    until = moment(now + timedelta(minutes=settings.minutes_to_pay))
    say({"url": url, "reference": reference, "amount": amount, "expires": until}, url, as_json=as_json)


@app.command("verify-notice")
def verify_notice(
    file: Path,
    *,
    system: str = "vnpay",
    as_json: AsJson = False,
) -> None:
    """Judge a notice; nothing is stored. Exit 1 when it is not genuine."""
    body = bytes_of(file, largest=_LARGEST_NOTICE).strip()
    if body.startswith((b"http://", b"https://")):
        body = body.partition(b"?")[2]
    with from_environment(as_json=as_json) as gov:
        shape = gov.run(_judged(gov, system, body))
    say(shape, _told(shape), as_json=as_json)
    if not shape["genuine"] or shape["reason"]:
        raise typer.Exit(NO)


@app.command("reconcile")
def reconcile(
    file: Path,
    *,
    system: str = "national_payment",
    feed_book: Annotated[bool, typer.Option("--apply")] = False,
    since: Annotated[str, typer.Option("--from")] = "",
    until: Annotated[str, typer.Option("--to")] = "",
    as_json: AsJson = False,
) -> None:
    """Compare a statement with our orders; exit 1 when they differ."""
    from gov_connect.payments import compare, feed, read_statement  # noqa: PLC0415 - on first use

    first = day_of(since, "--from") if since else date.min
    last = day_of(until, "--to") if until else date.max
    with from_environment(as_json=as_json) as gov, working("comparing"):
        rows = read_statement(bytes_of(file, largest=_LARGEST_STATEMENT))
        book = gov.payments_through(system).book
        refused = feed(book, rows) if feed_book else {}
        own = [one for one in book.paid_orders() if first <= one.order.created_at.date() <= last]
        report = compare(rows, own)
    shape: dict[str, Any] = {**report.to_dict(), "refused": refused}
    if as_json:
        say(shape, "", as_json=True)
    else:
        told = [
            (row["reference"], _or_dash(row["here"]), _or_dash(row["there"]), spoken("difference", name))
            for name in _DIFFERENCES
            for row in shape[name]
        ]
        if told:
            table([word(name) for name in ("reference", "our_amount", "their_amount", "difference")], told)
        typer.echo(word("matched", count=report.matched))
    if not report.agrees:
        raise typer.Exit(NO)


def _judged(gov: GovConnect, system: str, body: bytes) -> Program[dict[str, Any]]:
    from gov_connect.adapters.gateway import Notifies  # noqa: PLC0415 - on first use
    from gov_connect.errors import NotSupported  # noqa: PLC0415
    from gov_connect.payments import gateway_class  # noqa: PLC0415

    gateway = gov.inner().system(gateway_class(system))
    if not isinstance(gateway, Notifies):
        raise NotSupported("payment.not_offered", system=system, what="Notifies")
    notifier: Notifies[Inner] = gateway
    notice = yield from notifier.read_notice(body)
    result = notice.result
    return {
        "genuine": notice.genuine,
        "reason": notice.reason,
        "reference": None if result is None else result.reference,
        "state": None if result is None else result.state.value,
        "amount": None if result is None or result.amount is None else result.amount.dong,
        "transaction": None if result is None else result.transaction,
    }


def _address(text: str) -> str:
    import ipaddress  # noqa: PLC0415 - on first use

    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        wrong("cli.not_an_address", "--ip")


def _or_dash(amount: int | None) -> object:
    return "-" if amount is None else amount


def _told(shape: dict[str, Any]) -> str:
    """A judged notice, a line each of what it says."""
    said = {
        **shape,
        "genuine": word("genuine_yes" if shape["genuine"] else "genuine_no"),
        "state": None if shape["state"] is None else spoken("payment", shape["state"]),
    }
    return "\n".join(f"{word(name)}: {value}" for name, value in said.items() if value not in (None, ""))
