"""The command tree. Exit codes: 0 done, 1 the answer is "no", 2 wrong usage, 3 an outside system failed."""

from __future__ import annotations

import platform
from typing import Annotated

import typer

from gov_connect import __version__
from gov_connect.cli import (
    adapters,
    audit,
    bundles,
    civil_registry,
    config,
    contract_tests,
    delivery,
    demo,
    digest,
    doctor,
    fees,
    indicators,
    mocks,
    papers,
    payments,
    portal,
    reconcile,
    residents,
    schemas,
    sign,
    worker,
)
from gov_connect.cli._output import AsJson, say, wrong
from gov_connect.cli._tree import Commands, Root

app = Commands(name="gov-connect", cls=Root, no_args_is_help=True, invoke_without_command=True)


@app.callback()
def root(*, version: Annotated[bool, typer.Option("--version")] = False, as_json: AsJson = False) -> None:
    """Connects one-stop software with the national systems."""
    if version:
        shape = {"version": __version__, "python": platform.python_version()}
        say(shape, f"gov-connect {__version__}", as_json=as_json)
        raise typer.Exit
    if as_json:
        wrong("cli.json_place", "--json")


app.command("demo")(demo.demo)
app.command("contract-tests")(contract_tests.contract_tests)
app.command("indicators")(indicators.indicators)
app.command("worker")(worker.worker)
app.add_typer(delivery.app, name="delivery")
app.command("reconcile")(reconcile.reconcile)
app.command("digest")(digest.digest)
app.command("doctor")(doctor.doctor)
app.add_typer(audit.app, name="audit")
app.add_typer(config.app, name="config")
app.add_typer(adapters.app, name="adapters")
app.add_typer(mocks.app, name="mocks")
app.add_typer(schemas.app, name="schemas")
app.add_typer(fees.app, name="fees")
app.add_typer(payments.app, name="payments")
app.add_typer(civil_registry.app, name="civil-registry")
app.add_typer(portal.app, name="portal")
app.add_typer(bundles.app, name="bundles")
app.add_typer(residents.app, name="residents")
app.command("sign")(sign.sign)
app.command("verify")(sign.verify)
app.command("certificates")(papers.certificates)
app.command("check-copy")(papers.check_copy)
