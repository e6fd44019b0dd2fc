"""The pytest plugin. pytest loads it in every environment where the library is installed, so it is light.

It adds options and looks once through the collected tests; all else is imported when a contract test is there.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pytest

    from gov_connect.contract_tests.selection import Selection

NAME = "gov-connect-kit"
"""Under which a prepared session is registered, when the kit itself starts pytest."""
_OWN: Final = "gov_connect"


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Offer the options of the kit."""
    _keep_assertions_as_they_are(pluginmanager)
    group = parser.getgroup("gov_connect", "contract tests of the Vietnamese national systems")

    def option(name: str, **how: Any) -> None:
        group.addoption(f"--gov-connect-{name}", **how)

    option("target", default="fake", metavar="fake|mock|URL", help="the system that is tested (default: fake)")
    option("wire", action="append", default=[], metavar="WIRE", help="portal/2020, residents … (default: all)")
    option("test", action="append", default=[], metavar="ID", help="run this test only; may be repeated")
    option("subject", default="both", choices=("system", "client", "both"), help="what is judged")
    option("allow-writes", action="store_true", help="let tests change a foreign system")
    option("test-host", action="append", default=[], metavar="HOST", help="a host under .gov.vn that is for tests")
    option("capabilities", default="", metavar="FILE.toml|module:Class", help="what the system can do")
    option("waivers", type=Path, default=None, metavar="FILE.toml", help="failures that are known, with reasons")
    option("report", type=Path, default=None, metavar="DIR", help="write report.json, report.xml and report.html")
    option("seed", type=int, default=0, help="makes dossier numbers; change it for each run against one system")
    option("client", default="", metavar="COMMAND", help="the client whose messages are judged")


def _keep_assertions_as_they_are(pluginmanager: pytest.PytestPluginManager) -> None:
    """Take our modules off pytest's list of those whose assertions it rewrites.

    pytest puts every package of a wheel that brings a plugin on that list, and would compile hundreds of modules
    anew that hold no assertion of a test: slow where bytecode cannot be kept, and first imports from several threads
    at once have crashed CPython 3.11 in it. No setting says otherwise, and the names are pytest's own: where it
    has others, nothing is changed.
    """
    hook: Any = getattr(pluginmanager, "rewrite_hook", None)
    marked, known = getattr(hook, "_must_rewrite", None), getattr(hook, "_marked_for_rewrite_cache", None)
    if isinstance(marked, set) and isinstance(known, dict):
        names: set[str] = marked  # pyright: ignore[reportUnknownVariableType] - checked as far as it can be
        names -= {name for name in names if name.partition(".")[0] == _OWN}
        known.clear()


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marks."""
    from gov_connect.contract_tests.marks import DECLARED  # noqa: PLC0415 - pytest itself, and nothing else

    for line in DECLARED:
        config.addinivalue_line("markers", line)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Hand contract tests to a session of the kit; other tests are left alone."""
    if any(item.get_closest_marker("gov_wire") for item in items):
        from gov_connect.contract_tests.session import start  # noqa: PLC0415 - only with contract tests

        start(config, items)


def selection_of(config: pytest.Config) -> Selection:
    """What the command line of pytest selects."""
    from gov_connect.contract_tests.capabilities import load  # noqa: PLC0415 - only with contract tests
    from gov_connect.contract_tests.selection import Selection  # noqa: PLC0415 - only with contract tests

    def given(name: str) -> Any:
        return config.getoption(f"--gov-connect-{name}")

    target = given("target")
    foreign = target not in {"fake", "mock"}
    return Selection(
        target=target,
        wires=tuple(given("wire")),
        tests=tuple(given("test")),
        # A foreign system is a system: what a client sends is judged by our own mock.
        subject="system" if foreign and given("subject") == "both" else given("subject"),
        allow_writes=given("allow-writes"),
        test_hosts=tuple(given("test-host")),
        capabilities=load(given("capabilities")) if given("capabilities") else None,
        waivers=given("waivers"),
        reports=given("report"),
        seed=given("seed"),
        client=given("client"),
    )
