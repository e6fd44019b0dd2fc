"""One run of the kit inside pytest: which tests run, and what came of each."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from typing import TYPE_CHECKING, Final, NoReturn

import pytest

from gov_connect.contract_tests import marks, rules
from gov_connect.contract_tests.capabilities import Capabilities
from gov_connect.contract_tests.desk import Desk, NotTold, OurMocks, desk_at
from gov_connect.contract_tests.levels import Level, Result, Waiver
from gov_connect.contract_tests.must import Broken
from gov_connect.contract_tests.option_errors import wrong_option, wrong_options
from gov_connect.contract_tests.plugin import NAME, selection_of
from gov_connect.contract_tests.waivers import read_waivers
from gov_connect.contract_tests.wires import WIRES
from gov_connect.errors import ConfigurationError, GovConnectError, Problem

if TYPE_CHECKING:
    from collections.abc import Generator

    from gov_connect.contract_tests.judge import Traffic
    from gov_connect.contract_tests.selection import Selection

_SHOWN: Final = 4
"""Exchanges of a failed test that are shown, the last ones."""
_SYSTEM, _CLIENT = "system", "client"


def start(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the contract tests of a collection in hand.

    Raises:
        UsageError: a test breaks the rules, or the selection makes no sense; every reason.
    """
    session: Session | None = config.pluginmanager.get_plugin(NAME)
    try:
        if session is None:
            selection = selection_of(config)
            selection.check()
            if hasattr(config, "workerinput") and selection.is_shared:
                raise pytest.UsageError("contract tests share one system and one report: not to be spread over workers")
            session = Session(selection)
            config.pluginmanager.register(session, NAME)
        session.prepare()
        session.take(config, items)
    except GovConnectError as error:
        raise pytest.UsageError(str(error)) from None


class Session:
    """Hooks and state of one run."""

    def __init__(self, selection: Selection) -> None:
        self.selection: Final = selection
        self.results: Final[list[Result]] = []
        self.unreachable = False
        self.wrong: ConfigurationError | None = None
        self._waivers = read_waivers(selection.waivers) if selection.waivers else {}
        self._open = ExitStack()
        self._desks: dict[str, Desk] = {}
        self._traffic: dict[str, Traffic] = {}
        self._reasons: dict[str, tuple[Level, str, str]] = {}
        self._notes: dict[str, list[tuple[Level, str, str]]] = {}

    # -- what tests use

    def desk(self, wire: str) -> Desk:
        """The desk at the system of a wire; one for the whole run."""
        if wire not in self._desks:
            self._desks[wire] = self._open.enter_context(desk_at(WIRES[wire], self.selection))
        desk = self._desks[wire]
        desk.tap.clear()
        return desk

    def traffic(self, wire: str) -> Traffic:
        """What the client sent over a wire; it is run once."""
        if wire not in self._traffic:
            from gov_connect.contract_tests.judge import traffic_of  # noqa: PLC0415 - only for clients

            self._traffic[wire] = traffic_of(WIRES[wire], self.selection)
        return self._traffic[wire]

    def note(self, item: pytest.Item, level: Level, vi: str, en: str) -> None:
        """Keep a remark of a test that goes on."""
        self._notes.setdefault(item.nodeid, []).append((level, vi, en))

    def prepare(self) -> None:
        """Set up what can be set up wrongly, before any test runs: a foreign system, a client's command.

        Raises:
            ConfigurationError: settings of the foreign system are missing or wrong, the command failed, or the
                folder of the reports cannot be made.
        """
        if self.selection.reports is not None:
            try:
                self.selection.reports.mkdir(parents=True, exist_ok=True)
            except OSError:
                raise wrong_option("--report", "kit.folder_unwritable") from None
        if self.selection.foreign:
            (wire,) = self.selection.chosen
            self.desk(wire.name)
        if self.selection.client:
            (wire,) = self.selection.chosen
            self.traffic(wire.name)

    # -- hooks

    def take(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Check the rules, and leave out what is not selected.

        Raises:
            UsageError: a test breaks the rules.
            ConfigurationError: a test was asked for that there is not.
        """
        ours = [item for item in items if item.get_closest_marker(marks.WIRE)]
        complaints = rules.complaints(ours)
        if complaints:
            raise pytest.UsageError("\n".join(complaints))
        unknown = sorted(set(self.selection.tests) - {rules.test_id(item) for item in ours})
        if unknown:
            self.wrong = wrong_options(*(Problem(path=f"--test {name}", code="kit.test_unknown") for name in unknown))
            raise self.wrong
        out = [item for item in ours if not self._selected(item)]
        if out:
            config.hook.pytest_deselected(items=out)
            left = set(out)
            items[:] = [item for item in items if item not in left]

    def _selected(self, item: pytest.Item) -> bool:
        wire, subject = rules.subject_of(item)
        if subject not in {_SYSTEM, _CLIENT}:
            return True
        if self.selection.subject not in {"both", subject}:
            return False
        if self.selection.tests and rules.test_id(item) not in self.selection.tests:
            return False
        return any(wire == chosen.name for chosen in self.selection.chosen)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Leave out what the system cannot do, or what is not allowed."""
        mark = item.get_closest_marker(marks.WIRE)
        if mark is None or mark.args[1] != _SYSTEM:
            return
        if self.unreachable:
            self._leave_out(item, Level.SKIP, "không kết nối được tới hệ thống", "the system cannot be reached")
        own: Capabilities = self.selection.capabilities or (Capabilities() if self.selection.foreign else OurMocks())
        lacking = [name for name in rules.needed(item) if not own.has(name)]
        if lacking:
            names = ", ".join(lacking)
            self._leave_out(item, Level.OMIT, f"hệ thống không có: {names}", f"the system has no: {names}")
        if item.get_closest_marker(marks.WRITES) and not self.selection.may_write:
            self._leave_out(item, Level.SKIP, "chưa được phép ghi (--allow-writes)", "writes are not allowed")

    def _leave_out(self, item: pytest.Item, level: Level, vi: str, en: str) -> NoReturn:
        self._reasons[item.nodeid] = (level, vi, en)
        pytest.skip(f"{level}: {en}")

    def skip(self, item: pytest.Item, vi: str, en: str) -> NoReturn:
        """Leave a test out from within: there is nothing to judge."""
        self._leave_out(item, Level.SKIP, vi, en)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Make a line of the report; what fails nobody does not fail pytest either."""
        report = yield
        if item.get_closest_marker(marks.WIRE) is None or report.when == "teardown":
            return report
        if report.when == "setup" and report.passed:
            return report
        result = self._judged(item, report, call)
        self.results.append(result)
        if report.failed and not result.counts_against:
            report.outcome = "skipped"
            report.wasxfail = f"{result.level}: {result.found_en}"  # pyright: ignore[reportAttributeAccessIssue] - as pytest's own plugin does
        return report

    def pytest_sessionfinish(self) -> None:
        """Close the systems, and write the reports."""
        self._open.close()
        if self.selection.reports is not None and self.results:
            from gov_connect.contract_tests.report import write  # noqa: PLC0415 - once

            write(self.selection.reports, self.selection, self.results)

    # -- one line

    def _judged(self, item: pytest.Item, report: pytest.TestReport, call: pytest.CallInfo[None]) -> Result:
        wire, subject = rules.subject_of(item)
        level, found_vi, found_en = self._level(item, report, call)
        identity = rules.test_id(item)
        waiver = self._waivers.get(identity)
        if waiver is not None:
            level, found_vi, found_en, waiver = _waived(waiver, level, found_vi, found_en)
        vi, en = rules.titles(item)
        bad = level in {Level.FAIL, Level.REVIEW, Level.WARNING}
        return Result(
            test=identity,
            wire=wire,
            subject=subject,
            level=level,
            vi=vi,
            en=en,
            grade=rules.grade(item),
            requirements=rules.citations(item),
            found_vi=found_vi,
            found_en=found_en,
            seconds=report.duration,
            waiver=waiver,
            exchanges=self._shown(wire, subject) if bad else (),
        )

    def _level(
        self, item: pytest.Item, report: pytest.TestReport, call: pytest.CallInfo[None]
    ) -> tuple[Level, str, str]:
        if report.skipped:
            return self._reasons.get(item.nodeid, (Level.SKIP, "bỏ qua", "skipped"))
        if report.passed:
            notes = self._notes.get(item.nodeid, [])
            worst = Level.REVIEW if any(level is Level.REVIEW for level, _, _ in notes) else Level.WARNING
            if not notes:
                return (Level.PASS, "", "")
            return (worst, "; ".join(vi for _, vi, _ in notes), "; ".join(en for _, _, en in notes))
        error = call.excinfo.value if call.excinfo else None
        if isinstance(error, NotTold):
            return (Level.OMIT, f"chưa khai báo known.{error.name}", f"known.{error.name} was not told")
        vi, en = _said(error)
        if isinstance(error, GovConnectError) and error.code == "network.unreachable":
            # Once it has answered it is merely failing; if it never did, there is nothing to wait for.
            self.unreachable = not any(result.level is Level.PASS for result in self.results)
        return (Level.REVIEW if rules.grade(item) == "GUESS" else Level.FAIL, vi, en)

    def _shown(self, wire: str, subject: str) -> tuple[str, ...]:
        if subject == _SYSTEM and wire in self._desks:
            return tuple(item.shown() for item in self._desks[wire].tap.exchanges[-_SHOWN:])
        if subject == _CLIENT and wire in self._traffic:
            return self._traffic[wire].shown()
        return ()


def _said(error: BaseException | None) -> tuple[str, str]:
    """What went wrong, without values: our own words, or an error's place in the catalogue, or its kind."""
    match error:
        case Broken():
            return error.vi, error.en
        case GovConnectError():
            return f"{error.code}: {error.text('vi')}", f"{error.code}: {error.text('en')}"
        case _:
            kind = type(error).__name__
            return f"lỗi khi kiểm tra ({kind})", f"the check itself failed ({kind})"


def _waived(waiver: Waiver, level: Level, vi: str, en: str) -> tuple[Level, str, str, Waiver | None]:
    """Apply a waiver to a failure, unless its day is over; one that is not needed any more is told."""
    if level is Level.PASS:
        return (Level.WARNING, "miễn trừ không còn cần", "the waiver is no longer needed", None)
    if level is not Level.FAIL:
        return (level, vi, en, None)
    if waiver.until is not None and waiver.until < date.today():  # noqa: DTZ011 - the vendor's calendar
        return (level, f"{vi} (miễn trừ đã hết hạn)", f"{en} (the waiver has expired)", None)
    return (level, vi, en, waiver)
