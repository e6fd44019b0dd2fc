"""Settings, from the environment (prefix GOV_CONNECT_, nested by `__`) or given in code.

A wrong environment is reported whole: `ConfigurationError` names every variable at once, never a
value.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self, TypeAlias, cast

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from gov_connect.errors import ConfigurationError, Problem, Rejected
from gov_connect.model import AgencyCode
from gov_connect.model._base import problems_of
from gov_connect.resilience import BreakerPolicy, Limits, RetryPolicy
from gov_connect.runtime import Timeouts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_settings import PydanticBaseSettingsSource

PREFIX: Final = "GOV_CONNECT_"
HttpUrl: TypeAlias = Annotated[str, Field(pattern=r"^https?://[^\s/?#]+[^\s?#]*$", max_length=2000)]
Seconds: TypeAlias = Annotated[float, Field(gt=0, le=3600)]
Path: TypeAlias = Annotated[str, Field(max_length=500, pattern=r"^[^\s?#]*$")]


class Environment(StrEnum):
    """Which world the client lives in."""

    OFFLINE = "offline"
    TEST = "test"
    PRODUCTION = "production"


class SystemSettings(BaseModel):
    """What every outside system has. Times are seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    base_url: HttpUrl
    connect_timeout: Seconds = 5.0
    read_timeout: Seconds = 30.0
    total_timeout: Seconds = 60.0
    """Bound of one exchange, retries and waits included."""
    attempts: Annotated[int, Field(ge=1, le=20)] = 4
    first_wait: Annotated[float, Field(ge=0, le=60)] = 0.2
    """Before the second attempt; doubles each time."""
    per_second: Annotated[float, Field(gt=0)] | None = None
    """Calls a second; None for no limit of ours."""

    def limits(self) -> Limits:
        """The same as the guard wants it."""
        return Limits(
            timeouts=Timeouts(connect=self.connect_timeout, read=self.read_timeout, total=self.total_timeout),
            retry=RetryPolicy(
                attempts=self.attempts,
                first_wait=self.first_wait,
                jitter=self.first_wait,
                total=self.total_timeout,
            ),
            breaker=BreakerPolicy(),
            per_second=self.per_second,
        )


class NewerPortalSettings(BaseModel):
    """What the 2026 generation needs (national_portal.md §2.10, SEEN). Paths are given by its gateway."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    client_id: Annotated[str, Field(min_length=1)]
    client_secret: SecretStr
    token_path: Path
    number_path: Path
    upload_path: Path
    dossier_path: Path
    progress_path: Path
    status_path: Path
    service_suffix: Annotated[str, Field(max_length=20)] = ""
    """Appended to the procedure code to make MaDichVuCong (§4.3)."""


class PortalSettings(SystemSettings):
    """The national portal behind its integration adapter (national_portal.md §1)."""

    generation: Literal["2020", "2026"] = "2020"
    """Wire generation; 2026 needs `newer`, and nothing of 2020 but `base_url`."""
    newer: NewerPortalSettings | None = None
    forward_path: Path = "/XrdAdapter/RestService/forward"
    """`/VXPAdapter/RestService/forward` on newer adapters."""
    login_path: Path = "mapi/login"
    share_endpoint: Path
    """Path of the catalogue services; given by the portal, not publicly known (§9)."""
    integration_endpoint: Path
    """Path of all other services; given by the portal, not publicly known (§9)."""
    username: Annotated[str, Field(min_length=1)]
    password: SecretStr
    dstcode: str = ""
    """Provider code; blank on test systems, and then left out altogether."""
    dstcode_in: Literal["header", "query"] = "header"
    session_seconds: Seconds = 600.0
    """How long a session is reused; the portal's own life of it is not known."""
    fields: Annotated[int, Field(ge=1, le=2)] = 2
    """Field generation of DongBoHoSoMC (§2.2): 1 is that of 2020, 2 has the later fields as well."""
    submitted_at: Annotated[str, Field(pattern=r"^[0-9]{1,2}$")] = "2"
    """NoiNopHoSo, a constant in running clients (§2.2, SEEN)."""
    answer_codes: Literal["reduced", "plain"] = "reduced"
    """Codes of DongBoTrangThaiHoSo (§2.6): 2 and 5 only, or the plain ones with 11 for a refusal."""

    @model_validator(mode="before")
    @classmethod
    def _nothing_of_2020(cls, values: Any) -> Any:
        """What 2020 needs stays blank in 2026."""
        given = cast("dict[str, Any]", values) if isinstance(values, dict) else {}
        if given.get("generation") != "2026":
            return values
        return {"share_endpoint": "", "integration_endpoint": "", "username": "-", "password": "", **given}

    @model_validator(mode="after")
    def _newer_with_2026(self) -> Self:
        if self.generation == "2026" and self.newer is None:
            raise Rejected("value.needed_with", other="generation 2026: NEWER__…")
        return self


class ResidentsSettings(SystemSettings):
    """The national residents database (residents.md §2, §3). `base_url` is the full address posted to."""

    endpoint: Annotated[str, Field(min_length=1)]
    """Service path that enters the hash; not the address that is posted to."""
    username: Annotated[str, Field(min_length=1)]
    secret: SecretStr
    timestamp_unit: Literal["ms", "s"] = "ms"
    clock_offset: Annotated[float, Field(ge=-86400, le=86400)] = 0.0
    """Seconds added to our clock before stamping."""
    agency_place: Literal["before_officer", "after_officer", "omit"] = "before_officer"
    """Where MaDonVi stands; systems differ (§2.3)."""
    date_format: Literal["yyyyMMdd", "yyyy-MM-dd"] = "yyyyMMdd"
    name_spaces: bool = False
    """Whether the normalised name keeps its blanks."""
    account_fields: bool = False
    """Whether TaiKhoan and SoDienThoai are sent."""
    per_second: Annotated[float, Field(gt=0)] | None = 5.0


class CivilRegistrySettings(SystemSettings):
    """The civil registry behind a gateway (civil_registry.md §1). Paths are configuration."""

    token_url: HttpUrl
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: SecretStr
    generation: Literal["G1"] = "G1"
    register_path: Path = "/hotich/1.0/dangKyHoTich"
    status_path: Path = "/hotich/1.0/traTrangThaiHoSo"
    result_path: Path = "/hotich/1.0/ketQuaDangKyHS"


class NationalPaymentSettings(SystemSettings):
    """The national payment platform (payment.md §1)."""

    partner_code: Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[^|]+$")]
    secret: SecretStr
    init_path: Path = "/init"
    query_path: Path = "/query"
    bill_path: Path = "/getbill"
    version: str = "1.0.6"
    client_ip: Annotated[str, Field(pattern=r"^[0-9.]{7,15}$")] = "127.0.0.1"
    """Address put into `Ip`; senders put their own server's."""
    service_suffix: str = ".01"
    """Appended to the procedure code to make MaDVC (§1.4)."""
    beneficiary_account: str = ""
    beneficiary_bank: str = ""
    beneficiary_name: str = ""


class AgencySettings(BaseModel):
    """What one of several agencies in this process has of its own; the rest it shares."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = ""
    portal: PortalSettings | None = None
    residents: ResidentsSettings | None = None
    civil_registry: CivilRegistrySettings | None = None
    national_payment: NationalPaymentSettings | None = None


class Settings(BaseSettings):
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
    )

    environment: Environment = Environment.OFFLINE
    agency: AgencyCode | None = None
    """The configured system account acts for it."""
    agency_name: str = ""
    database_url: Annotated[str, Field(pattern=r"^sqlite:///")] = "sqlite:///gov_connect.db"
    store_key: SecretStr | None = None
    """Base64 of 32 bytes; encrypts stored messages. Required in production once records are kept."""
    portal: PortalSettings | None = None
    residents: ResidentsSettings | None = None
    civil_registry: CivilRegistrySettings | None = None
    national_payment: NationalPaymentSettings | None = None
    agencies: dict[AgencyCode, AgencySettings] = {}
    """Credentials of further agencies, by code; as JSON in the environment."""
    vendors: dict[str, dict[str, Any]] = {}
    """Settings of vendors' adapters, by system name."""

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise ConfigurationError(_named(problems_of(error))) from None
        except SettingsError:
            problem = Problem(path=PREFIX + "*", code="value.invalid")
            raise ConfigurationError([problem]) from None

    @classmethod
    def from_mapping(cls, variables: Mapping[str, str]) -> Settings:
        """Settings from a mapping of variables instead of the process's own environment."""
        values: dict[str, Any] = {}
        for name, value in variables.items():
            *path, last = name.removeprefix(PREFIX).lower().split("__")
            target = values
            for part in path:
                target = target.setdefault(part, {})
            target[last] = json.loads(value) if value.startswith("{") else value
        return _Given(**values)

    @model_validator(mode="after")
    def _agency_outside_offline(self) -> Self:
        if self.environment is not Environment.OFFLINE and self.agency is None:
            raise Rejected("value.needed_with", other="environment test, production")
        return self

    def name_of(self, agency: AgencyCode) -> str:
        """The agency's name, as payment messages carry it."""
        own = self.agencies.get(agency)
        return self.agency_name if own is None else own.name or self.agency_name

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


def _named(problems: tuple[Problem, ...]) -> list[Problem]:
    return [
        Problem(
            path=PREFIX + (problem.path.upper().replace(".", "__") or "AGENCY"),
            code=problem.code,
            params=problem.params,
        )
        for problem in problems
    ]
