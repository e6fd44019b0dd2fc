"""`gov-connect contract-tests`: proves a system, or a client, against the wires that the library knows."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gov_connect.cli._language import language
from gov_connect.cli._needs import needs
from gov_connect.cli._output import NO, OUTSIDE_FAILED, AsJson, answered, word, working, wrong

if TYPE_CHECKING:
    from gov_connect.contract_tests import Outcome, Selection


def contract_tests(
    target: str = "fake",
    wire: list[str] | None = None,
    test: list[str] | None = None,
    judge: str = "",
    client: str = "",
    test_host: list[str] | None = None,
    capabilities: str = "",
    waivers: Path | None = None,
    report: Path | None = None,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    *,
    allow_writes: bool = False,
    as_json: AsJson = False,
) -> None:
    """Run the contract tests."""
    if judge not in {"", "system", "client", "both"}:
        wrong("cli.one_of", "--judge", choices="system, client, both")
    needs("contract-tests", as_json=as_json)
    if target == "mock" or client:
        needs("mocks", as_json=as_json)
    from gov_connect.contract_tests import Selection  # noqa: PLC0415 - needs the contract-tests extra
    from gov_connect.contract_tests.capabilities import load  # noqa: PLC0415 - needs the contract-tests extra
    from gov_connect.contract_tests.wires import WIRES, known  # noqa: PLC0415 - needs the contract-tests extra

    if not known().issuperset(wire or ()):
        wrong("cli.one_of", "--wire", choices=", ".join(WIRES))
    with answered(as_json=as_json):
        selection = Selection(
            target=target,
            wires=tuple(wire or ()),
            tests=tuple(test or ()),
            subject=_subject(judge, target, client),
            allow_writes=allow_writes,
            test_hosts=tuple(test_host or ()),
            capabilities=load(capabilities) if capabilities else None,
            waivers=waivers,
            reports=report,
            seed=seed,
            client=client,
        )
        _run(selection, as_json=as_json)


def _subject(judge: str, target: str, client: str) -> Literal["system", "client", "both"]:
    """What is judged where nothing is said: what was given."""
    if judge == "system" or (not judge and target not in {"fake", "mock"}):
        return "system"
    return "client" if judge == "client" or (not judge and client) else "both"


def _run(selection: Selection, *, as_json: bool) -> None:
    from gov_connect.contract_tests import run  # noqa: PLC0415 - needs the contract-tests extra
    from gov_connect.contract_tests.report import as_json as text_of  # noqa: PLC0415 - see above
    from gov_connect.contract_tests.report import document  # noqa: PLC0415 - see above

    # A client that is judged, or that waits for Enter, has the terminal to itself.
    with nullcontext() if selection.client else working("testing"):
        outcome = run(selection)
    made = document(selection, outcome.results)
    if as_json:
        typer.echo(text_of(made).rstrip())
    else:
        _show(made, outcome)
        if selection.reports is not None:
            typer.echo(str(selection.reports / "report.html"))
    if outcome.unreachable:
        raise typer.Exit(OUTSIDE_FAILED)
    raise typer.Exit(0 if outcome.passed else NO)


def _show(made: dict[str, Any], outcome: Outcome) -> None:
    """What does not simply hold, in full; what was left out, by reason; then the figures."""
    lines: list[str] = []
    english = language() == "en"
    for result in outcome.results:
        if not result.tested or result.level == "PASS":
            continue
        waived = f" ({word('waived')}: {result.waiver.reason})" if result.waiver else ""
        basis = ", ".join(result.requirements)
        lines += [
            f"{result.level}  {result.test}{waived}",
            f"    {result.en if english else result.vi}",
            f"    → {result.found_en if english else result.found_vi}  [{basis}]",
        ]
    left_out = Counter(
        (str(result.level), result.found_en if english else result.found_vi)
        for result in outcome.results
        if not result.tested
    )
    lines += [f"{level}  {count} × {said}" for (level, said), count in left_out.items()]
    counts = "  ".join(f"{level} {count}" for level, count in made["counts"].items() if count)
    verdict = word("passed" if made["passed"] else "not_passed")
    lines.append(f"{verdict}  {made['target']}  {', '.join(made['wires'])}:  {counts}")
    typer.echo("\n".join(lines))
