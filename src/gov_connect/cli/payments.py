"""`gov-connect payments`: VietQR codes, VNPAY addresses, notices and statements.

Exit codes: 0 done, 1 the answer is "no", 2 wrong usage, 3 an outside system failed.
"""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - typer reads it at run time
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer

from gov_connect.cli import WRONG_USAGE
from gov_connect.errors import GovConnectError, OutsideSystemError

if TYPE_CHECKING:
    from gov_connect.client import GovConnect
    from gov_connect.runtime import Inner, Program

app = typer.Typer(
    name="payments",
    help="Thanh toán: VietQR, VNPAY, thông báo, đối soát. Payments.",
    no_args_is_help=True,
)
_NO, _OUTSIDE_FAILED = 1, 3
_LARGEST_NOTICE = 1 << 20
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
System = Annotated[str, typer.Option("--system", help="vnpay | national_payment | keypay | paygov | …")]


@app.callback()
def group() -> None:
    """Thanh toán trực tuyến. Online payments."""


@app.command("vietqr")
def vietqr(
    *,
    bank: Annotated[str, typer.Option("--bin", help="BIN của ngân hàng, 6 chữ số. The bank's BIN.")],
    account: Annotated[str, typer.Option("--account", help="Số tài khoản. Account number.")],
    amount: Annotated[int | None, typer.Option("--amount", help="Đồng; bỏ trống: người trả tự nhập.")] = None,
    note: Annotated[str, typer.Option("--note", help="Nội dung, bỏ dấu, tối đa 25. Purpose.")] = "",
    card: Annotated[bool, typer.Option("--card", help="Số thẻ thay cho số tài khoản. A card number.")] = False,
    png: Annotated[Path | None, typer.Option("--png", help="Tệp ảnh PNG. Picture file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tạo mã VietQR. Print the text of a VietQR code, and draw it."""
    from gov_connect.adapters.vietqr import BANKS, Transfer, encode, write_png  # noqa: PLC0415 - on first use
    from gov_connect.adapters.vietqr.payload import plain  # noqa: PLC0415
    from gov_connect.model import Money  # noqa: PLC0415

    try:
        money = None if amount is None else Money(amount)
        text = encode(Transfer(bank=bank, account=account, to_card=card, amount=money, purpose=plain(note)))
        if png is not None:
            write_png(text, png)
    except (GovConnectError, OSError) as error:
        _refuse(error)
    name, reached = BANKS.get(bank, ("", None))
    shape = {"payload": text, "bank": name, "reached": reached, "png": None if png is None else str(png)}
    _say(shape, as_json=as_json, text=text)


@app.command("vnpay-url")
def vnpay_url(
    *,
    reference: Annotated[str, typer.Option("--reference", help="Mã tham chiếu, không dùng lại.")],
    amount: Annotated[int, typer.Option("--amount", help="Đồng.", min=1)],
    note: Annotated[str, typer.Option("--note", help="Nội dung, sẽ bỏ dấu.")],
    ip: Annotated[str, typer.Option("--ip", help="Địa chỉ IP của người trả. The payer's address.")] = "",
    as_json: AsJson = False,
) -> None:
    """Tạo địa chỉ thanh toán VNPAY từ cấu hình GOV_CONNECT_VNPAY__…. Print a signed VNPAY address."""
    from datetime import datetime, timedelta  # noqa: PLC0415 - on first use

    from gov_connect.adapters.vnpay import pay_url  # noqa: PLC0415
    from gov_connect.adapters.vnpay.mapping import info, moment, page_fields  # noqa: PLC0415
    from gov_connect.model import VIETNAM, Money  # noqa: PLC0415

    try:
        with _client() as gov:
            settings: Any = gov.settings.need("vnpay")
        now = datetime.now(VIETNAM)
        fields = page_fields(settings, reference=reference, amount=Money(amount), created=now, text=info(note))
    except GovConnectError as error:
        _refuse(error)
    if ip:
        fields["vnp_IpAddr"] = _address(ip)
    page = settings.base_url.rstrip("/") + settings.pay_path
    url = pay_url(page, fields, settings.hash_secret.get_secret_value())
    until = moment(now + timedelta(minutes=settings.minutes_to_pay))
    _say({"url": url, "reference": reference, "amount": amount, "expires": until}, as_json=as_json, text=url)


@app.command("verify-notice")
def verify_notice(
    file: Annotated[Path, typer.Argument(help="Thân thông báo, hoặc chuỗi truy vấn nguyên dạng.")],
    *,
    system: System = "vnpay",
    as_json: AsJson = False,
) -> None:
    """Kiểm tra chữ ký của một thông báo. Judge a notice; nothing is stored. Exit 1 when it is not genuine."""
    body = _bytes(file, _LARGEST_NOTICE).strip()
    if body.startswith((b"http://", b"https://")):
        body = body.partition(b"?")[2]
    try:
        with _client() as gov:
            shape = gov.run(_judged(gov, system, body))
    except OutsideSystemError as error:
        _refuse(error, _OUTSIDE_FAILED)
    except GovConnectError as error:
        _refuse(error)
    _say(shape, as_json=as_json, text=_lines([shape]))
    if not shape["genuine"] or shape["reason"]:
        raise typer.Exit(_NO)


@app.command("reconcile")
def reconcile(
    file: Annotated[Path, typer.Argument(help="Tệp đối soát. Statement of the gateway.")],
    *,
    system: System = "national_payment",
    feed_book: Annotated[
        bool, typer.Option("--apply", help="Ghi nhận khoản đã trả vào sổ. Tell the order book.")
    ] = False,
    since: Annotated[str, typer.Option("--from", help="Ngày đầu, yyyy-mm-dd, theo ngày tạo lệnh.")] = "",
    until: Annotated[str, typer.Option("--to", help="Ngày cuối, yyyy-mm-dd.")] = "",
    as_json: AsJson = False,
) -> None:
    """Đối soát tệp của cổng với sổ lệnh. Compare a statement with our orders; exit 1 when they differ."""
    from gov_connect.payments import compare, feed, read_statement  # noqa: PLC0415 - on first use

    days = _day(since, "0001-01-01"), _day(until, "9999-12-31")
    try:
        rows = read_statement(_bytes(file, 64 << 20))
        with _client() as gov:
            book = gov.payments_through(system).book
            refused = feed(book, rows) if feed_book else {}
            own = [one for one in book.paid_orders() if days[0] <= one.order.created_at.date().isoformat() <= days[1]]
            report = compare(rows, own)
    except GovConnectError as error:
        _refuse(error)
    shape: dict[str, Any] = {**report.to_dict(), "refused": refused}
    differences = [
        {"class": name, **row} for name in ("unknown_here", "unknown_there", "amounts_differ") for row in shape[name]
    ]
    _say(shape, as_json=as_json, text=f"{_lines(differences)}\n= {report.matched}".strip())
    if not report.agrees:
        raise typer.Exit(_NO)


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
        raise typer.BadParameter(text, param_hint="--ip") from None


def _client() -> GovConnect:
    from gov_connect.client import GovConnect as Client  # noqa: PLC0415 - on first use

    return Client.from_env()


def _day(text: str, otherwise: Literal["0001-01-01", "9999-12-31"]) -> str:
    from datetime import date  # noqa: PLC0415 - on first use

    try:
        return date.fromisoformat(text).isoformat() if text else otherwise
    except ValueError:
        raise typer.BadParameter(text) from None


def _bytes(path: Path, largest: int) -> bytes:
    try:
        if path.stat().st_size > largest:
            raise typer.BadParameter(f"{path}: > {largest} B")
        return path.read_bytes()
    except OSError:
        raise typer.BadParameter(str(path)) from None


def _lines(rows: list[dict[str, Any]]) -> str:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def _say(shape: dict[str, Any], *, as_json: bool, text: str) -> None:
    typer.echo(json.dumps(shape, ensure_ascii=False, indent=2) if as_json else text)


def _refuse(error: Exception, code: int = WRONG_USAGE) -> NoReturn:
    said = f"{error.text('vi')} {error.remedy('vi')}" if isinstance(error, GovConnectError) else str(error)
    typer.echo(said.strip(), err=True)
    raise typer.Exit(code)
