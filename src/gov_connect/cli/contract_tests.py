"""`gov-connect contract-tests`: proves a system, or a client, against the wires that the library knows."""

from __future__ import annotations

from collections import Counter
from importlib.util import find_spec
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gov_connect.cli import WRONG_USAGE
from gov_connect.cli._needs import needs_mocks
from gov_connect.errors import ConfigurationError

if TYPE_CHECKING:
    from gov_connect.contract_tests import Outcome, Selection

_NO, _OUTSIDE_FAILED = 1, 3


def contract_tests(
    target: Annotated[str, typer.Option(help="fake, mock, or the address of a system.")] = "fake",
    wire: Annotated[list[str] | None, typer.Option(help="portal/2020, residents … (all by default).")] = None,
    test: Annotated[list[str] | None, typer.Option(help="Run this test only, by its id; may be repeated.")] = None,
    judge: Annotated[str, typer.Option(help="system, client or both.")] = "",
    client: Annotated[str, typer.Option(help="Command of a client to judge; - serves until Enter.")] = "",
    test_host: Annotated[list[str] | None, typer.Option(help="A host under .gov.vn that is for tests.")] = None,
    capabilities: Annotated[str, typer.Option(help="FILE.toml or module:Class.")] = "",
    waivers: Annotated[Path | None, typer.Option(help="Known failures, with reasons.")] = None,
    report: Annotated[Path | None, typer.Option(help="Folder for report.json, .xml and .html.")] = None,
    seed: Annotated[int, typer.Option(help="Change it for each run against one system.", min=0)] = 0,
    *,
    allow_writes: Annotated[bool, typer.Option(help="Let tests change a foreign system.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Kiểm thử kết nối: hệ thống trả lời, hoặc phần mềm gửi đi, có đúng không. Run the contract tests."""
    if judge not in {"", "system", "client", "both"}:
        raise typer.BadParameter("one of: system, client, both", param_hint="--judge")
    _needs_pytest()
    if target == "mock" or client:
        needs_mocks()
    from gov_connect.contract_tests import Selection  # noqa: PLC0415 - needs the contract-tests extra
    from gov_connect.contract_tests.capabilities import load  # noqa: PLC0415 - needs the contract-tests extra

    try:
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
    except ConfigurationError as error:
        typer.echo(f"gov-connect contract-tests: {error.text('vi')}\n{error.text('en')}", err=True)
        raise typer.Exit(WRONG_USAGE) from None


def _subject(judge: str, target: str, client: str) -> Literal["system", "client", "both"]:
    """What is judged where nothing is said: what was given."""
    if judge == "system" or (not judge and target not in {"fake", "mock"}):
        return "system"
    return "client" if judge == "client" or (not judge and client) else "both"


def _run(selection: Selection, *, as_json: bool) -> None:
    from gov_connect.contract_tests import run  # noqa: PLC0415 - needs the contract-tests extra
    from gov_connect.contract_tests.report import as_json as text_of  # noqa: PLC0415 - see above
    from gov_connect.contract_tests.report import document  # noqa: PLC0415 - see above

    outcome = run(selection)
    made = document(selection, outcome.results)
    if as_json:
        typer.echo(text_of(made).rstrip())
    else:
        _show(made, outcome)
        if selection.reports is not None:
            typer.echo(str(selection.reports / "report.html"))
    if outcome.unreachable:
        raise typer.Exit(_OUTSIDE_FAILED)
    raise typer.Exit(0 if outcome.passed else _NO)


def _show(made: dict[str, Any], outcome: Outcome) -> None:
    """What does not simply hold, in full; what was left out, by reason; then the figures."""
    lines: list[str] = []
    for result in outcome.results:
        if not result.tested or result.level == "PASS":
            continue
        waived = f" (miễn trừ / waived: {result.waiver.reason})" if result.waiver else ""
        basis = ", ".join(result.requirements)
        lines += [
            f"{result.level}  {result.test}{waived}",
            f"    {result.vi} {result.en}",
            f"    → {result.found_vi} / {result.found_en}  [{basis}]",
        ]
    left_out = Counter(
        (str(result.level), result.found_vi, result.found_en) for result in outcome.results if not result.tested
    )
    lines += [f"{level}  {count} × {vi} / {en}" for (level, vi, en), count in left_out.items()]
    counts = "  ".join(f"{level} {count}" for level, count in made["counts"].items() if count)
    verdict = "ĐẠT / PASSED" if made["passed"] else "KHÔNG ĐẠT / NOT PASSED"
    lines.append(f"{verdict}  {made['target']}  {', '.join(made['wires'])}:  {counts}")
    typer.echo("\n".join(lines))


def _needs_pytest() -> None:
    if find_spec("pytest") is None:
        typer.echo(
            "gov-connect: thiếu bộ kiểm thử / the contract tests are not installed: "
            'pip install "gov-connect[contract-tests]"',
            err=True,
        )
        raise typer.Exit(WRONG_USAGE)
