"""Faults beyond errors and time-outs, replies that are replayed, and the pytest fixtures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gov_connect import DossierCode, GovConnect, Settings
from gov_connect.errors import TimedOut, UnexpectedReply
from gov_connect.mocks import Fault, commune_day, running_mocks
from gov_connect.mocks.core import MovableClock
from gov_connect.mocks.recording import record, replay
from gov_connect.mocks.systems import in_process

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gov_connect.mocks import RunningMocks

CODE = DossierCode("H99.201-261120-0001")


@pytest.fixture(scope="module")
def mocks() -> Iterator[RunningMocks]:
    with running_mocks() as running:
        yield running


def client_of(mocks: RunningMocks) -> GovConnect:
    """An impatient client that tries once."""
    values = {
        **mocks.environment,
        "GOV_CONNECT_DATABASE_URL": "sqlite:///:memory:",
        "GOV_CONNECT_PORTAL__ATTEMPTS": "1",
        "GOV_CONNECT_PORTAL__READ_TIMEOUT": "0.5",
        "GOV_CONNECT_PORTAL__TOTAL_TIMEOUT": "1",
    }
    return GovConnect(Settings.from_mapping(values))


@pytest.fixture
def gov(mocks: RunningMocks) -> Iterator[GovConnect]:
    mocks.reset()
    with client_of(mocks) as client:
        client.portal.find(CODE)
        yield client


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.LOST, TimedOut),
        (Fault.LATE, TimedOut),
        (Fault.SLOW_DRIP, TimedOut),
        (Fault.WRONG_ENCODING, UnexpectedReply),
    ],
)
def test_a_fault_shows_as_what_it_is(
    fault: Fault, error: type[Exception], mocks: RunningMocks, gov: GovConnect
) -> None:
    """The client sees the error that such a fault means; the next call is well again."""
    mocks.portal.faults.script("TraCuuHoSo", [fault])
    with pytest.raises(error):
        gov.portal.find(CODE)
    assert gov.portal.find(CODE) is False
    assert mocks.portal.state()["faults"] == {fault.value: 1}


def test_a_lost_session_is_opened_again(mocks: RunningMocks, gov: GovConnect) -> None:
    """The answer comes all the same; the portal sees one more log-in."""
    mocks.portal.faults.script("TraCuuHoSo", [Fault.SESSION_LOST])
    assert gov.portal.find(CODE) is False


def test_maintenance_says_when_to_come_back(mocks: RunningMocks, gov: GovConnect) -> None:
    """A typed error names the system."""
    mocks.portal.faults.script("TraCuuHoSo", [Fault.MAINTENANCE])
    with pytest.raises(Exception, match=r"portal") as caught:
        gov.portal.find(CODE)
    assert getattr(caught.value, "code", "").startswith(("network.", "system."))


def test_each_system_can_have_its_own_weather() -> None:
    """A profile by system; the others stay calm."""
    with running_mocks(faults={"portal": "storm"}) as mocks:
        profiles = {name: system.faults.profile for name, system in mocks.systems.items()}
    assert profiles.pop("portal") == "storm"
    assert set(profiles.values()) == {"calm"}


def test_a_recording_answers_again(tmp_path: Path) -> None:
    """A dossier that exists only in the recording is found there."""
    file = tmp_path / "answers.jsonl"
    with running_mocks() as mocks, client_of(mocks) as gov:
        code = DossierCode(mocks.portal.submit(commune_day(0, 1)[0].to_portal()))
        assert gov.portal.find(code) is True
        written, left_out = record(mocks.journal, file)
        assert (written >= 1, left_out) == (True, 0)
    with running_mocks() as mocks, client_of(mocks) as gov:
        assert gov.portal.find(code) is False
        assert replay(file, mocks.systems) == written
        assert gov.portal.find(code) is True


@pytest.mark.parametrize(
    ("subject", "answered"), [("", b'{"a": "' + b"1" * 12 + b'"}'), ("1" * 12, b"{}")], ids=["answer", "subject"]
)
def test_what_holds_a_persons_number_is_not_recorded(
    tmp_path: Path, mocks: RunningMocks, subject: str, answered: bytes
) -> None:
    """A number that does not begin with 000 could be real, in an answer or as what was asked for."""
    mocks.reset()
    mocks.journal.add(
        at=mocks.clock(),
        system="portal",
        direction="in",
        method="POST",
        path="/",
        operation="x",
        subject=subject,
        status=200,
        answered=answered,
    )
    assert record(mocks.journal, tmp_path / "a.jsonl") == (0, 1)


@pytest.mark.parametrize("line", ["", "{}", '{"system": "nobody"}', "[]", "x"])
def test_what_is_no_recording_is_refused(line: str, tmp_path: Path) -> None:
    """The line is named."""
    file = tmp_path / "a.jsonl"
    file.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 1"):
        replay(file, in_process(now=MovableClock()))


def test_the_fixtures_come_with_the_package(pytestconfig: pytest.Config) -> None:
    """The test runner loads them by the entry point."""
    names = {plugin.__name__ for plugin in pytestconfig.pluginmanager.get_plugins() if hasattr(plugin, "__name__")}
    assert "gov_connect.mocks.fixtures" in names


def test_a_test_gets_running_mocks_and_their_settings(
    gov_mocks: RunningMocks, gov_mocks_environment: dict[str, str]
) -> None:
    """A client from the environment talks to them."""
    assert gov_mocks_environment["GOV_CONNECT_PORTAL__BASE_URL"] == gov_mocks.base_urls["portal"]
    with GovConnect.from_env() as client:
        assert client.portal.find(CODE) is False
