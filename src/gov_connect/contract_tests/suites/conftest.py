"""What the tests of the kit are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pytest

from gov_connect.contract_tests import rules
from gov_connect.contract_tests.levels import Level
from gov_connect.contract_tests.plugin import NAME

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.desk import Desk
    from gov_connect.contract_tests.judge import Traffic
    from gov_connect.contract_tests.session import Session


def _session(request: pytest.FixtureRequest) -> Session:
    session: Session | None = request.config.pluginmanager.get_plugin(NAME)
    assert session is not None
    return session


@pytest.fixture
def desk(request: pytest.FixtureRequest) -> Desk:
    """A client of the system under test."""
    wire, _ = rules.subject_of(request.node)
    return _session(request).desk(wire)


@pytest.fixture
def traffic(request: pytest.FixtureRequest) -> Traffic:
    """What the client under test sent; a test of what it never did is skipped."""
    wire, _ = rules.subject_of(request.node)
    return _session(request).traffic(wire)


@pytest.fixture
def warn(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Remark on a deviation that this library copes with."""
    return lambda vi, en: _session(request).note(request.node, Level.WARNING, vi, en)


@pytest.fixture
def skip(request: pytest.FixtureRequest) -> Callable[[str, str], NoReturn]:
    """Leave the test out: there is nothing to judge."""
    return lambda vi, en: _session(request).skip(request.node, vi, en)
