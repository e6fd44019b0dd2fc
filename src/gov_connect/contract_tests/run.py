"""The kit as one call: pytest inside, with none of the user's own settings or plug-ins."""

from __future__ import annotations

import os
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib import resources
from io import StringIO
from typing import TYPE_CHECKING, Final

from gov_connect.contract_tests.levels import verdict

if TYPE_CHECKING:
    from collections.abc import Generator
    from importlib.resources.abc import Traversable

    from gov_connect.contract_tests.levels import Level, Result
    from gov_connect.contract_tests.selection import Selection

_FINISHED: Final = (0, 1, 5)
"""pytest's exit codes that mean: the tests ran, or none was selected."""


class KitFailedError(RuntimeError):
    """The kit itself could not run: a defect here, or in an added suite. Carries what pytest said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a run.

    Attributes:
        unreachable: the system could not be reached at all.
    """

    results: tuple[Result, ...]
    unreachable: bool = False

    @property
    def passed(self) -> bool:
        """Whether something was tested, and nothing counts against the subject."""
        return verdict(self.results)

    def count(self, level: Level) -> int:
        """How many results are of a level."""
        return sum(result.level is level for result in self.results)


def run(selection: Selection) -> Outcome:
    """Run the suites that are selected.

    Raises:
        ConfigurationError: the selection makes no sense, or would touch a production system.
        KitFailedError: pytest could not run them.
    """
    import pytest  # noqa: PLC0415 - needs the contract-tests extra

    from gov_connect.contract_tests import plugin  # noqa: PLC0415 - needs the contract-tests extra
    from gov_connect.contract_tests.session import Session  # noqa: PLC0415 - needs the contract-tests extra

    selection.check()
    session = Session(selection)
    session.prepare()  # before pytest takes the terminal away from a client
    suites = resources.files("gov_connect.contract_tests") / "suites"
    said = StringIO()
    arguments = [
        *_modules(selection, suites),
        "-c",
        str(suites / "pytest.ini"),
        "-p",
        "no:cacheprovider",
        # Collects garbage several times over, which takes longer than the tests.
        "-p",
        "no:unraisableexception",
        "--import-mode=importlib",
        "--assert=plain",
        "--tb=line",
        "-q",
    ]
    with _alone(), redirect_stdout(said), redirect_stderr(said):
        code = pytest.main(arguments, plugins=[plugin, _Prepared(session)])
    if session.wrong is not None:
        raise session.wrong
    if code not in _FINISHED:
        raise KitFailedError(said.getvalue()[-2000:])
    return Outcome(results=tuple(session.results), unreachable=session.unreachable)


def _modules(selection: Selection, suites: Traversable) -> list[str]:
    """The test modules that can have anything to say."""
    kinds = {"system": ("",), "client": ("client_",), "both": ("", "client_")}[selection.subject]
    modules = [suites / f"test_{kind}{wire.suite}.py" for wire in selection.chosen for kind in kinds]
    return [str(module) for module in modules if module.is_file()]


class _Prepared:
    """Registers a session before the collection looks for one."""

    def __init__(self, session: object) -> None:
        self._session = session

    def pytest_configure(self, config: object) -> None:
        from gov_connect.contract_tests.plugin import NAME  # noqa: PLC0415 - see run

        config.pluginmanager.register(self._session, NAME)  # type: ignore[attr-defined]


@contextmanager
def _alone() -> Generator[None]:
    """Keep the user's own pytest options and plug-ins out."""
    names = {"PYTEST_ADDOPTS": None, "PYTEST_PLUGINS": None, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    before = {name: os.environ.get(name) for name in names}
    _set(names)
    try:
        yield
    finally:
        _set(before)


def _set(values: dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
