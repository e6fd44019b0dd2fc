"""Settings: the whole environment is judged at once, by name, without values."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest

from gov_connect import AsyncGovConnect, GovConnect, Settings
from gov_connect.errors import ConfigurationError
from gov_connect.mocks.systems import OTHER_WAYS, SYSTEMS, environment
from gov_connect.model import AgencyCode
from gov_connect.settings import Environment

if TYPE_CHECKING:
    from pathlib import Path

GOOD = environment({name: f"http://{name}.example.invalid" for name in SYSTEMS})


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start from an environment without any of our variables."""
    import os  # noqa: PLC0415

    for name in list(os.environ):
        if name.startswith("GOV_CONNECT_"):
            monkeypatch.delenv(name)


def test_a_good_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every variable that the mocks print is understood."""
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.environment is Environment.TEST
    assert settings.agency == AgencyCode("H99.201")
    for system in set(SYSTEMS) - set(OTHER_WAYS):
        assert settings.need(system).base_url.startswith(f"http://{system}.example.invalid")


def test_a_malformed_environment_names_every_wrong_setting_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five faults in four places give five problems, by variable name and without the values."""
    wrong = {
        "GOV_CONNECT_ENVIRONMENT": "moon",
        "GOV_CONNECT_AGENCY": "canary-agency",
        "GOV_CONNECT_PORTAL__BASE_URL": "ftp://canary",
        "GOV_CONNECT_RESIDENTS__TIMESTAMP_UNIT": "days",
        "GOV_CONNECT_NATIONAL_PAYMENT__TOTAL_TIMEOUT": "canary",
    }
    for name, value in {**GOOD, **wrong}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        GovConnect.from_env()
    assert {problem.path for problem in caught.value.problems} == set(wrong)
    for name in wrong:
        assert name in str(caught.value)
    assert "canary" not in str(caught.value) + repr(caught.value)


def test_missing_settings_are_named_too() -> None:
    """A half-configured system names every missing variable."""
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_mapping({"GOV_CONNECT_CIVIL_REGISTRY__BASE_URL": "http://registry.example.invalid"})
    assert {problem.path for problem in caught.value.problems} == {
        "GOV_CONNECT_CIVIL_REGISTRY__TOKEN_URL",
        "GOV_CONNECT_CIVIL_REGISTRY__CLIENT_ID",
        "GOV_CONNECT_CIVIL_REGISTRY__CLIENT_SECRET",
    }


def test_outside_offline_an_agency_is_required() -> None:
    """Somebody has to act."""
    with pytest.raises(ConfigurationError, match="AGENCY"):
        Settings.from_mapping({"GOV_CONNECT_ENVIRONMENT": "test"})


def test_a_system_that_is_not_set_is_named_when_it_is_used() -> None:
    """Using an unconfigured system says which variable to set."""
    settings = Settings.from_mapping({"GOV_CONNECT_ENVIRONMENT": "test", "GOV_CONNECT_AGENCY": "H99.201"})
    with GovConnect(settings) as gov, pytest.raises(ConfigurationError, match="GOV_CONNECT_PORTAL__BASE_URL"):
        _ = gov.portal


def test_production_refuses_to_start_without_a_key() -> None:
    """Stored messages are always sealed; production brings its own key."""
    without = {name: value for name, value in GOOD.items() if not name.endswith("STORE_KEY")}
    with pytest.raises(ConfigurationError, match="GOV_CONNECT_STORE_KEY"):
        Settings.from_mapping({**without, "GOV_CONNECT_ENVIRONMENT": "production"})


def test_a_file_is_never_sealed_with_a_key_that_dies() -> None:
    """Outside offline, records without a key are refused: the next process could not open them."""
    without = {name: value for name, value in GOOD.items() if not name.endswith("STORE_KEY")}
    with (
        GovConnect(Settings.from_mapping(without)) as gov,
        pytest.raises(ConfigurationError, match="GOV_CONNECT_STORE_KEY"),
    ):
        _ = gov.ledger


def test_the_next_process_opens_the_records(tmp_path: Path) -> None:
    """What one client stored with the printed variables, the next one reads."""
    variables = {**GOOD, "GOV_CONNECT_DATABASE_URL": f"sqlite:///{(tmp_path / 'a.db').as_posix()}"}
    with GovConnect(Settings.from_mapping(variables)) as gov:
        gov.ledger.receive(system="portal", key="X-1", path="/p", body="one")
    with GovConnect(Settings.from_mapping(variables)) as gov:
        assert [message.body for message in gov.ledger.unhandled("portal")] == ["one"]


@pytest.mark.parametrize("key", ["short", "not base64!", "QUJD"])
def test_a_bad_key_is_refused_without_being_shown(key: str) -> None:
    """A key that is not 32 bytes of base64 is refused by name."""
    with pytest.raises(ConfigurationError, match="GOV_CONNECT_STORE_KEY") as caught:
        Settings.from_mapping({**GOOD, "GOV_CONNECT_STORE_KEY": key})
    assert key not in str(caught.value)


def test_a_misspelled_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that nothing reads is a mistake, not a wish; others are reported with it."""
    for name, value in {**GOOD, "GOV_CONNECT_PROTAL__BASE_URL": "x", "GOV_CONNECT_AGENCIES": "notjson"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        Settings()
    assert {problem.path for problem in caught.value.problems} == {
        "GOV_CONNECT_PROTAL__BASE_URL",
        "GOV_CONNECT_AGENCIES",
    }


def test_a_switch_is_no_setting() -> None:
    """What commands read by themselves stands in no one's way, in the environment and in a mapping."""
    assert Settings.from_mapping({**GOOD, "GOV_CONNECT_LANG": "vi"}).agency == "H99.201"


@pytest.mark.parametrize("rate", ["inf", "nan", "0", "-1"])
def test_an_impossible_rate_is_refused(rate: str) -> None:
    """A rate is a number of calls a second."""
    with pytest.raises(ConfigurationError, match="GOV_CONNECT_PORTAL__PER_SECOND"):
        Settings.from_mapping({**GOOD, "GOV_CONNECT_PORTAL__PER_SECOND": rate})


def test_shared_parts_are_made_once_by_many_threads() -> None:
    """Sixteen threads that come first together share one vault, one memory, one database."""
    with GovConnect.offline() as gov:
        start = threading.Barrier(16)
        seen: set[tuple[int, int, int]] = set()

        def look() -> None:
            start.wait()
            parts = gov._parts
            seen.add((id(parts.vault), id(parts.memory), id(parts.database)))

        threads = [threading.Thread(target=look) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(seen) == 1


def test_secrets_do_not_show() -> None:
    """The repr of the settings shows no password, secret or key."""
    settings = Settings.from_mapping(GOOD)
    secrets = [value for name, value in GOOD.items() if name.endswith(("PASSWORD", "SECRET", "STORE_KEY"))]
    assert secrets
    for secret in secrets:
        assert secret not in repr(settings)


def test_views_share_connections_and_limits() -> None:
    """`acting` gives a view: another agency, the same parts; the parent is unchanged."""
    with GovConnect.offline() as gov:
        view = gov.acting(agency="H99.12.7")
        assert view.acting().settings is gov.settings
        assert view._acting.agency == "H99.12.7"
        assert gov._acting.agency == "H99.201"
        assert view._parts is gov._parts


def test_several_agencies_have_their_own_credentials() -> None:
    """What an agency has of its own is used when it acts; the rest is shared."""
    prefix = "GOV_CONNECT_PORTAL__"
    own = {
        name.removeprefix(prefix).lower(): value
        for name, value in GOOD.items()
        if name.startswith(prefix) and "__" not in name.removeprefix(prefix)
    }
    agencies = {"H99.12.7": {"name": "UBND xã Thử", "portal": {**own, "username": "H99.12.7"}}}
    settings = Settings.from_mapping({**GOOD, "GOV_CONNECT_AGENCIES": json.dumps(agencies)})
    with GovConnect(settings) as gov:
        assert gov.portal.context.settings.username == "H99.201"
        assert gov.acting(agency="H99.12.7").portal.context.settings.username == "H99.12.7"
        assert gov.acting(agency="H99.12.7").residents.context.settings.username == "don_vi_mau"
    assert settings.name_of(AgencyCode("H99.12.7")) == "UBND xã Thử"


async def _awaited() -> bool:
    from gov_connect import DossierCode  # noqa: PLC0415

    async with AsyncGovConnect.offline() as gov:
        return await gov.portal.find(DossierCode("H99.201-261120-0001"))


def test_the_awaited_facade_works_offline() -> None:
    """The same names, awaited."""
    import asyncio  # noqa: PLC0415

    assert asyncio.run(_awaited()) is False


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"ENVIRONMENT": "prod"}, "GOV_CONNECT_ENVIRONMENT: must be one of: offline, test, production"),
        ({"DATABASE_URL": "mysql://x"}, "GOV_CONNECT_DATABASE_URL: must begin with sqlite:/// or postgresql://"),
        ({"PORTAL__BASEURL": "x"}, "GOV_CONNECT_PORTAL__BASEURL: is not a variable of the library"),
        ({"PORTAL__CLIENT_KEY": "k"}, "GOV_CONNECT_PORTAL__CLIENT_CERT: is required with CLIENT_KEY"),
        ({"PORTAL__INSERT_PATH": "a"}, "GOV_CONNECT_PORTAL__UPDATE_PATH: is required with INSERT_PATH"),
        ({"PORTAL__GENERATION": "2026"}, "GOV_CONNECT_PORTAL__NEWER: is required with GENERATION=2026"),
        ({"SIGNING__MANDATES": "file"}, "GOV_CONNECT_SIGNING__MANDATES_FILE: is required with MANDATES=file"),
        ({"SIGNING__PERSONAL__LIBRARY": "l"}, "GOV_CONNECT_SIGNING__PERSONAL__TOKEN: is required with LIBRARY"),
        ({"RESIDENTS__OFFICER_AS": "fixed"}, "GOV_CONNECT_RESIDENTS__OFFICER_FIXED: is required with OFFICER_AS=fixed"),
    ],
)
def test_a_problem_names_the_variable_that_mends_it(wrong: dict[str, str], told: str) -> None:
    """Also where a rule stands between two variables; and what may be chosen is said."""
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_mapping(GOOD | {f"GOV_CONNECT_{name}": value for name, value in wrong.items()})
    assert told in [problem.text("en") for problem in caught.value.problems]
