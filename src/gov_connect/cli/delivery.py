"""`gov-connect delivery …`: what waits and why; replay, park, cancel."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from gov_connect.cli._language import language
from gov_connect.cli._output import NO, AsJson, from_records, say, spoken, table, warn, word, working, wrong
from gov_connect.cli._tree import Commands
from gov_connect.cli.reconcile import reconcile
from gov_connect.messages import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gov_connect._delivery import Delivery
    from gov_connect.delivery.admin import Line
    from gov_connect.messages import Message

app = Commands(no_args_is_help=True)
_NUMBER: Final = typer.Argument(min=1, max=2**63 - 1)
Number = Annotated[int, _NUMBER]
Numbers = Annotated[list[int], _NUMBER]
_STATES: Final = ("waiting", "sent", "parked", "done", "cancelled")


@app.callback()
def group() -> None:
    """Durable delivery."""


@app.command()
def status(*, as_json: AsJson = False) -> None:
    """How much waits for each system, and since when."""
    with from_records(as_json=as_json) as gov:
        admin = gov.delivery.admin
        systems, workers, alerts = admin.status(), admin.workers(), admin.alerts(10)
    if as_json:
        shape = {
            "systems": [asdict(one) for one in systems],
            "workers": [{"name": name, "beat_at": at} for name, at in workers],
            "alerts": [asdict(alert) for alert in alerts],
        }
        say(shape, "", as_json=True)
    else:
        heads = ("system", "waiting", "under_way", "parked", "done", "lag", "outage_since")
        rows = [
            (
                one.system,
                one.waiting,
                one.under_way,
                one.parked,
                one.done,
                f"{one.lag_seconds:.0f} s [{spoken('lag', one.lag)}]",
                f"{one.outage_since:%Y-%m-%d %H:%M}" if one.outage_since else "-",
            )
            for one in systems
        ]
        table([word(name) for name in heads], rows)
        typer.echo(f"{word('workers')}: {', '.join(name for name, _ in workers) or word('none_running')}")
        for alert in alerts:
            typer.echo(f"{alert.at:%Y-%m-%d %H:%M:%S}  {spoken('alert', alert.kind)}  {alert.system}  {alert.detail}")
    raise typer.Exit(NO if any(one.parked or one.lag == "alarm" for one in systems) else 0)


@app.command("list")
def list_events(
    state: str = "",
    system: str = "",
    dossier: str = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List events, the newest first."""
    if state and state not in _STATES:
        wrong("cli.one_of", "--state", choices=", ".join(_STATES))
    with from_records(as_json=as_json) as gov:
        lines = gov.delivery.admin.events(state=state, system=system, dossier=dossier, limit=limit)
    if as_json:
        say([asdict(line) for line in lines], "", as_json=True)
    elif lines:
        heads = ("number", "state", "system", "operation", "dossier", "tries", "error")
        rows = [
            (one.id, spoken("event", one.state), one.system, one.operation, one.dossier, one.tries, one.error)
            for one in lines
        ]
        table([word(name) for name in heads], rows)
    else:
        typer.echo(word("no_events"))


@app.command()
def show(number: Number, *, as_json: AsJson = False) -> None:
    """Show one event, without its content."""
    with from_records(as_json=as_json) as gov:
        line = gov.delivery.admin.event(number)
    if line is None:
        warn("cli.event_unknown", as_json=as_json, number=number)
        raise typer.Exit(NO)
    content = asdict(line)
    known = {"system": line.system, "operation": line.operation}
    about = CATALOGUE.get(line.error)
    if about is not None:
        content |= {"remedy": about.remedy("vi", known), "remedy_en": about.remedy("en", known)}
    say(content, "\n".join(_told(line, about, known)), as_json=as_json)


def _told(line: Line, about: Message | None, known: dict[str, str]) -> Iterator[str]:
    """An event in words, and what to do where it did not go through."""
    said = {
        "number": line.id,
        "state": spoken("event", line.state),
        "kind": spoken("lane", line.lane),
        "system": line.system,
        "operation": line.operation,
        "dossier": line.dossier,
        "key": line.key,
        "tries": line.tries,
        "created_at": f"{line.created_at:%Y-%m-%d %H:%M:%S}",
        "changed_at": f"{line.changed_at:%Y-%m-%d %H:%M:%S}",
        "doubtful": word("yes") if line.doubtful else "",
        "error": line.error,
    }
    yield from (f"{word(name)}: {value}" for name, value in said.items() if value != "")
    if about is not None:
        # Of an error that is over only its code is kept: what its text says in brackets is not known any more.
        text = re.sub(r" \([^()]*<[^()]*\)", "", about.text(language(), known))
        yield f"  {text}"
        yield from (f"  → {remedy}" for remedy in [about.remedy(language(), known)] if remedy)


@app.command()
def replay(numbers: Numbers, *, as_json: AsJson = False) -> None:
    """Put parked events back in line."""
    _each(numbers, lambda delivery, number: delivery.replay(number), as_json=as_json)


@app.command()
def park(numbers: Numbers, *, as_json: AsJson = False) -> None:
    """Hold events that wait, and what follows them."""
    _each(numbers, lambda delivery, number: delivery.admin.park(number), as_json=as_json)


@app.command()
def cancel(numbers: Numbers, *, as_json: AsJson = False) -> None:
    """Drop events that wait or are parked."""
    _each(numbers, lambda delivery, number: delivery.cancel(number), as_json=as_json)


app.command("reconcile")(reconcile)


@app.command()
def rotate(*, as_json: AsJson = False) -> None:
    """Close everything stored with the newest key."""
    with from_records(as_json=as_json) as gov, working("rotating"):
        count = gov.delivery.rotate()
    say({"closed_anew": count}, word("rotated", count=count), as_json=as_json)


def _each(numbers: Sequence[int], change: Callable[[Delivery, int], bool], *, as_json: bool) -> None:
    with from_records(as_json=as_json) as gov:
        left = [number for number in numbers if not change(gov.delivery, number)]
    changed: dict[str, Any] = {"changed": [number for number in numbers if number not in left], "left": left}
    say(changed, word("changed", count=len(changed["changed"])), as_json=as_json)
    for number in left:
        warn("cli.event_not_ready", number=number)
    raise typer.Exit(NO if left else 0)
