"""`gov-connect delivery …`: what waits and why; replay, park, cancel."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gov_connect import GovConnect
from gov_connect.cli import WRONG_USAGE
from gov_connect.cli.reconcile import reconcile
from gov_connect.errors import GovConnectError
from gov_connect.messages import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gov_connect._delivery import Delivery

app = typer.Typer(help="Hàng đợi gửi bền vững. Durable delivery.", no_args_is_help=True)
_JSON = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_NO = 1


@app.callback()
def group() -> None:
    """Hàng đợi gửi bền vững. Durable delivery."""


@app.command()
def status(*, as_json: _JSON = False) -> None:
    """Mỗi hệ thống còn bao nhiêu việc, trễ bao lâu. How much waits for each system, and since when."""
    found = _with(lambda delivery: (delivery.office.status(), delivery.office.workers(), delivery.office.alerts(10)))
    systems, workers, alerts = found
    if as_json:
        _print(
            {
                "systems": [asdict(one) for one in systems],
                "workers": [{"name": name, "beat_at": at} for name, at in workers],
                "alerts": [asdict(alert) for alert in alerts],
            }
        )
    else:
        for one in systems:
            outage = f"  outage since {one.outage_since:%Y-%m-%d %H:%M}" if one.outage_since else ""
            typer.echo(
                f"{one.system:20} waiting {one.waiting:6}  under way {one.under_way:4}  parked {one.parked:4}  "
                f"done {one.done:8}  lag {one.lag_seconds:8.0f} s [{one.lag}]{outage}"
            )
        typer.echo(f"workers: {', '.join(name for name, _ in workers) or '-'}")
        for alert in alerts:
            typer.echo(f"{alert.at:%Y-%m-%d %H:%M:%S}  {alert.kind:14} {alert.system}  {alert.detail}")
    raise typer.Exit(_NO if any(one.parked or one.lag == "alarm" for one in systems) else 0)


@app.command("list")
def list_events(
    state: Annotated[str, typer.Option(help="waiting, sent, parked, done, cancelled; default: all open.")] = "",
    system: Annotated[str, typer.Option(help="One system.")] = "",
    dossier: Annotated[str, typer.Option(help="One dossier, what is done included.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 100,
    *,
    as_json: _JSON = False,
) -> None:
    """Liệt kê sự kiện, mới nhất trước. List events, the newest first."""
    lines = _with(lambda delivery: delivery.office.events(state=state, system=system, dossier=dossier, limit=limit))
    if as_json:
        _print([asdict(line) for line in lines])
        return
    for line in lines:
        typer.echo(
            f"{line.id:8}  {line.state:9}  {line.system:16} {line.operation:28} {line.dossier:28} "
            f"tries {line.tries:2}  {line.error}"
        )


@app.command()
def show(number: int, *, as_json: _JSON = False) -> None:
    """Xem một sự kiện, không kèm nội dung. Show one event, without its content."""
    line = _with(lambda delivery: delivery.office.event(number))
    if line is None:
        _no(number)
        return
    content = asdict(line)
    if line.error in CATALOGUE:
        message = CATALOGUE[line.error]
        content |= {"remedy": message.remedy("vi", {}), "remedy_en": message.remedy("en", {})}
    if as_json:
        _print(content)
        return
    for name, value in content.items():
        typer.echo(f"{name:12} {value}")


@app.command()
def replay(numbers: list[int]) -> None:
    """Gửi lại sự kiện đang bị giữ. Put parked events back in line."""
    _each(numbers, lambda delivery, number: delivery.replay(number))


@app.command()
def park(numbers: list[int]) -> None:
    """Giữ lại sự kiện chưa gửi, và những gì theo sau nó. Hold events that wait, and what follows them."""
    _each(numbers, lambda delivery, number: delivery.office.park(number))


@app.command()
def cancel(numbers: list[int]) -> None:
    """Bỏ sự kiện chưa gửi hoặc đang bị giữ. Drop events that wait or are parked."""
    _each(numbers, lambda delivery, number: delivery.cancel(number))


app.command("reconcile")(reconcile)


@app.command()
def rotate() -> None:
    """Mã hóa lại dữ liệu bằng khóa mới nhất. Close everything stored with the newest key."""
    count = _with(lambda delivery: delivery.rotate())
    typer.echo(json.dumps({"closed_anew": count}))


def _with(work: Callable[[Delivery], Any]) -> Any:
    try:
        with GovConnect.from_env() as gov:
            return work(gov.delivery)
    except GovConnectError as error:
        typer.echo(f"gov-connect: {error}", err=True)
        raise typer.Exit(WRONG_USAGE) from None


def _each(numbers: Sequence[int], change: Callable[[Delivery, int], bool]) -> None:
    left = _with(lambda delivery: [number for number in numbers if not change(delivery, number)])
    for number in left:
        typer.echo(f"{number}: không ở trạng thái phù hợp / not in a state for that", err=True)
    raise typer.Exit(_NO if left else 0)


def _no(number: int) -> None:
    typer.echo(f"{number}: không có / no such event", err=True)
    raise typer.Exit(_NO)


def _print(content: object) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2, default=str))
