"""Settings, from the environment (prefix GOV_CONNECT_, nested by `__`) or given in code.

A wrong environment is reported whole: `ConfigurationError` names every variable at once, never a
value.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
)
from pydantic_settings import BaseSettings, EnvSettingsSource, NoDecode, SettingsConfigDict, SettingsError

from gov_connect.errors import ConfigurationError, Problem
from gov_connect.model import AgencyCode
from gov_connect.model._base import problems_of
from gov_connect.settings.common import SystemSettings
from gov_connect.settings.fees import FeeSettings, FeeSignerSettings
from gov_connect.settings.fields import OnUse, decoded, names_alone
from gov_connect.settings.hosts import origins_in, wrong_hosts
from gov_connect.settings.payments import (
    CashSettings,
    KeypaySettings,
    NationalPaymentSettings,
    PaygovSettings,
    ReceiptSettings,
    VietqrSettings,
    ViettelReceiptSettings,
    VnpaySettings,
    VnptReceiptSettings,
)
from gov_connect.settings.portal import NewerPortalSettings, PortalSettings
from gov_connect.settings.process import Environment, ProcessSettings
from gov_connect.settings.registry import BundlePlatformSettings, CivilRegistrySettings, ReportLoginSettings
from gov_connect.settings.residents import ResidentsSettings
from gov_connect.settings.secrets import FILE, find, secret_variables
from gov_connect.settings.signing import (
    CscSettings,
    MySignSettings,
    SigningKeySettings,
    SigningSettings,
    SmartCaSettings,
    TimestampSettings,
)
from gov_connect.settings.systems import SystemsSettings
from gov_connect.settings.variables import PREFIX, is_switch, named, unknown_variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_settings import PydanticBaseSettingsSource

    from gov_connect.settings.secrets import Found

__all__ = [
    "PREFIX",
    "AgencySettings",
    "BundlePlatformSettings",
    "CashSettings",
    "CivilRegistrySettings",
    "CscSettings",
    "Environment",
    "FeeSettings",
    "FeeSignerSettings",
    "KeypaySettings",
    "MySignSettings",
    "NationalPaymentSettings",
    "NewerPortalSettings",
    "PaygovSettings",
    "PortalSettings",
    "ReceiptSettings",
    "ReportLoginSettings",
    "ResidentsSettings",
    "Settings",
    "SigningKeySettings",
    "SigningSettings",
    "SmartCaSettings",
    "SystemSettings",
    "TimestampSettings",
    "VietqrSettings",
    "ViettelReceiptSettings",
    "VnpaySettings",
    "VnptReceiptSettings",
]


class AgencySettings(SystemsSettings):
    """What one of several agencies in this process has of its own; the rest it shares."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)

    name: str = ""


class Settings(BaseSettings, SystemsSettings, ProcessSettings):  # pyright: ignore[reportIncompatibleVariableOverride] - pydantic merges them
    """All settings of one client.

    Raises:
        ConfigurationError: with every missing or wrong setting at once.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        defer_build=True,  # importing is to be light; built by the first client
    )

    fees: OnUse[FeeSettings] = None
    """Signed law packs beside those of the package."""
    agencies: Annotated[dict[AgencyCode, AgencySettings], NoDecode, BeforeValidator(decoded)] = {}
    """Credentials of further agencies, by code; as JSON in the environment."""
    vendors: Annotated[
        dict[str, dict[str, Any]], NoDecode, BeforeValidator(decoded), Field(repr=False), PlainSerializer(names_alone)
    ] = {}
    """Settings of vendors' adapters, by system name."""

    def __init__(self, **values: Any) -> None:
        unknown = [] if isinstance(self, _Given) else self._surroundings()
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise ConfigurationError([*named(problems_of(error)), *unknown]) from None
        except SettingsError:
            problem = Problem(path=PREFIX + "*", code="value.invalid")
            raise ConfigurationError([problem, *unknown]) from None
        problems = [*self._missing(), *unknown]
        if problems:
            raise ConfigurationError(problems)

    @classmethod
    def elsewhere(cls) -> Found:
        """Secrets that stand in files or in systemd's credentials."""
        return find(os.environ, frozenset(secret_variables(cls)))

    @classmethod
    def _surroundings(cls) -> list[Problem]:
        """What is wrong with the variables as such: unknown names, files that cannot be read."""
        files = {name + FILE for name in secret_variables(cls)}
        mine = {name: value for name, value in os.environ.items() if name.upper() not in files}
        return [*unknown_variables(mine, cls.model_fields), *cls.elsewhere().problems]

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given in code, then the environment with the secrets that stand elsewhere."""
        del env_settings, dotenv_settings, file_secret_settings
        return (init_settings, _Environment(settings_cls))

    @classmethod
    def from_mapping(cls, variables: Mapping[str, str]) -> Settings:
        """Settings from a mapping of variables instead of the process's own environment."""
        values: dict[str, Any] = {}
        for name, value in variables.items():
            if is_switch(name):
                continue
            *path, last = name.removeprefix(PREFIX).lower().split("__")
            group = values
            for part in path:
                group = group.setdefault(part, {})
            group[last] = json.loads(value) if path and value.startswith("{") else value
        return _Given(**values)

    @property
    def offline(self) -> bool:
        """Whether the mocks answer in this process, and nothing is kept."""
        return self.environment is Environment.OFFLINE

    @property
    def production(self) -> bool:
        """Whether real systems are talked to."""
        return self.environment is Environment.PRODUCTION

    def _missing(self) -> list[Problem]:
        """What an environment needs beyond the fields' own rules."""
        problems: list[Problem] = []
        if not self.offline and self.agency is None:
            other = "ENVIRONMENT=test, production"
            problems.append(Problem(path=f"{PREFIX}AGENCY", code="value.needed_with", params={"other": other}))
        if self.production and self.store_key is None:
            other = "ENVIRONMENT=production"
            problems.append(Problem(path=f"{PREFIX}STORE_KEY", code="value.needed_with", params={"other": other}))
        if self.production and self.audit == "none":
            problems.append(Problem(path=f"{PREFIX}AUDIT", code="settings.audit_needed"))
        lists = self.production_hosts, self.test_hosts
        return [*problems, *wrong_hosts(self._origins(), *lists, production=self.production)]

    def _origins(self) -> dict[str, frozenset[str]]:
        """Where the messages of each system go, by the name of its variables."""
        holders = [("", self), *((f"agencies__{code}__", own) for code, own in self.agencies.items())]
        own = {
            f"{prefix}{name}": value.hosts
            for prefix, holder in holders
            for name, value in holder
            if isinstance(value, SystemSettings)
        }
        return {**own, **{f"vendors: {name}": origins_in(given) for name, given in self.vendors.items()}}

    def name_of(self, agency: AgencyCode) -> str:
        """The agency's name, as payment messages carry it."""
        own = self.agencies.get(agency)
        return self.agency_name if own is None else own.name or self.agency_name

    def receipts_of(self, agency: AgencyCode) -> ReceiptSettings:
        """How receipts of an agency are issued: its own settings before the common ones."""
        own = self.agencies.get(agency)
        return (None if own is None else own.receipts) or self.receipts or ReceiptSettings()

    def issues_receipts(self, agency: str) -> bool:
        """Whether an agency issues receipts: with numbers of its own, or through a service."""
        chosen = self.receipts_of(AgencyCode(agency))
        return bool(chosen.issuer or chosen.symbol)

    def signing_of(self, agency: AgencyCode) -> SigningSettings | None:
        """How an agency signs and verifies, its own settings before the common ones."""
        own = self.agencies.get(agency)
        return self.signing if own is None else own.signing or self.signing

    def need(self, system: str, agency: AgencyCode | None = None) -> SystemSettings:
        """Settings of one outside system, those of `agency` before the common ones.

        Raises:
            ConfigurationError: they are not set.
        """
        own = None if agency is None else self.agencies.get(agency)
        found = getattr(own, system, None) or getattr(self, system, None)
        if not isinstance(found, SystemSettings):
            name = f"{PREFIX}{system.upper()}__BASE_URL"
            raise ConfigurationError([Problem(path=name, code="value.not_configured")])
        return found


class _Environment(EnvSettingsSource):
    """The process's environment, with the secrets that stand in files and credentials."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        found = Settings.elsewhere().values
        files = {f"{name}{FILE}".lower() for name in secret_variables(Settings)}
        given = {name: value for name, value in super()._load_env_vars().items() if name not in files}
        return {**given, **{name.lower(): value for name, value in found.items()}}


class _Given(Settings):
    """Settings that read nothing but what they are given."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)
