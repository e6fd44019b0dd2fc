"""The report as JUnit XML, for build servers. Only what counts against the subject is a failure there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from gov_connect.contract_tests.levels import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gov_connect.contract_tests.levels import Result

_LEFT_OUT: Final = (Level.SKIP, Level.OMIT)


def as_junit(results: Sequence[Result]) -> str:
    """One suite for each wire; the level is a property of each case."""
    wires = list(dict.fromkeys(result.wire for result in results))
    suites = "".join(_suite(wire, [result for result in results if result.wire == wire]) for wire in wires)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n{suites}</testsuites>\n'


def _suite(wire: str, results: Sequence[Result]) -> str:
    failures = sum(result.counts_against for result in results)
    left_out = sum(not result.counts_against and _is_left_out(result) for result in results)
    head = f'tests="{len(results)}" failures="{failures}" errors="0" skipped="{left_out}"'
    cases = "".join(_case(result) for result in results)
    return f"<testsuite name={quoteattr(wire)} {head}>\n{cases}</testsuite>\n"


def _is_left_out(result: Result) -> bool:
    return result.level in _LEFT_OUT or result.waiver is not None


def _case(result: Result) -> str:
    name = result.test.partition(":")[2]
    place = result.test.partition(":")[0]
    said = f"{result.level}: {result.found_en or result.en}"
    inner = f'<properties><property name="level" value="{result.level}"/></properties>'
    if result.counts_against:
        shown = escape("\n\n".join(_printable(text) for text in result.exchanges))
        inner += f"<failure message={quoteattr(_printable(said))}>{shown}</failure>"
    elif _is_left_out(result):
        reason = f"{said} ({result.waiver.reason})" if result.waiver else said
        inner += f"<skipped message={quoteattr(_printable(reason))}/>"
    elif result.found_en:
        inner += f"<system-out>{escape(_printable(said))}</system-out>"
    return (
        f"<testcase classname={quoteattr(place)} name={quoteattr(name)} "
        f'time="{result.seconds:.3f}">{inner}</testcase>\n'
    )


def _printable(text: str) -> str:
    """Leave out what XML 1.0 cannot hold."""
    return "".join(letter for letter in text if letter in "\t\n" or letter.isprintable())
