"""pytest fixtures: `gov_mocks` are running mock servers, `gov_mocks_environment` the settings of their client.

They come with the package as a pytest plugin and cost nothing until a test asks for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gov_connect.mocks.server import RunningMocks


@pytest.fixture(scope="session")
def gov_running_mocks() -> Iterator[RunningMocks]:
    """The mock servers, started once for all tests."""
    from gov_connect.mocks.server import running_mocks  # noqa: PLC0415 - starts servers, needs the extra

    with running_mocks() as mocks:
        yield mocks


@pytest.fixture
def gov_mocks(gov_running_mocks: RunningMocks) -> Iterator[RunningMocks]:
    """The mock servers, which have forgotten everything before each test."""
    gov_running_mocks.reset()
    yield gov_running_mocks
    for name in gov_running_mocks.systems:
        gov_running_mocks.start(name)


@pytest.fixture
def gov_mocks_environment(gov_mocks: RunningMocks, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The GOV_CONNECT_ variables of a client of these mocks, set; records stay in memory."""
    values = {**gov_mocks.environment, "GOV_CONNECT_DATABASE_URL": "sqlite:///:memory:"}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return values
