"""Settings, from the environment (prefix GOV_CONNECT_, nested by `__`) or given in code.

A wrong environment is reported whole: `ConfigurationError` names every variable at once, never a
value.
"""

from __future__ import annotations

import base64
import json
import os
import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from gov_connect._signing_settings import (
    CscSettings,
    MySignSettings,
    SigningSettings,
    SmartCaSettings,
    TimestampSettings,
)
from gov_connect._system_settings import HttpUrl, Path, Seconds, SystemSettings
from gov_connect.errors import ConfigurationError, Problem, Rejected
from gov_connect.model import AgencyCode
from gov_connect.model._base import problems_of
from gov_connect.transport.gateways import Forwarder, Gateway, Plain

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pydantic_settings import PydanticBaseSettingsSource

PREFIX: Final = "GOV_CONNECT_"
_KEY_BYTES: Final = 32
_SWITCHES: Final = frozenset({"PEERS", "SIGNING_PASSWORD"})
"""Variables under our prefix that are no settings: for the test suite, and the password of `gov-connect sign --key`."""


def _store_key(key: SecretStr) -> SecretStr:
    """Refuse what is not base64 of 32 bytes."""
    try:
        raw = base64.b64decode(key.get_secret_value(), validate=True)
    except ValueError:
        raw = b""
    if len(raw) != _KEY_BYTES:
        raise Rejected("value.store_key")
    return key


def _decoded(value: object) -> object:
    """A table given as JSON text, as the environment has it."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise Rejected("value.invalid") from None


class Environment(StrEnum):
    """Which world the client lives in."""

    OFFLINE = "offline"
    TEST = "test"
    PRODUCTION = "production"


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
    password: Annotated[SecretStr, Field(min_length=1)]
    dstcode: str = ""
    """Provider code; blank on test systems, and then left out altogether."""
    dstcode_in: Literal["header", "query"] = "header"
    gateway: Gateway | None = None
    """Another way to the portal than the forwarder above (residents.md §5)."""
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
        raw: object = values
        given = cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}
        if given.get("generation") != "2026":
            return values
        return {"share_endpoint": "", "integration_endpoint": "", "username": "-", "password": "-", **given}

    @model_validator(mode="after")
    def _newer_with_2026(self) -> Self:
        if self.generation == "2026" and self.newer is None:
            raise Rejected("value.needed_with", other="generation 2026: NEWER__…")
        return self

    @property
    def way(self) -> Gateway:
        """How messages get to the portal."""
        if self.gateway is not None:
            return self.gateway
        return Forwarder(forward_path=self.forward_path, dstcode=self.dstcode, dstcode_in=self.dstcode_in)


class ResidentsSettings(SystemSettings):
    """The national residents database (residents.md §2, §3), every variant that was met.

    `base_url` is the full address posted to; behind an X-Road server or a forwarder it is theirs.
    """

    gateway: Gateway = Plain()
    """What stands between: X-Road, a forwarder, a bus with tokens, or nothing (§5)."""
    path: Path = ""
    """Below `base_url`, or the provider's path behind a gateway."""
    endpoint: str = ""
    """Service path that enters the hash; not the address that is posted to."""
    username: str = ""
    secret: SecretStr = SecretStr("")
    """With `endpoint` and `username`: not used over a bus that holds the credential itself (§5.4)."""
    verification: Literal["037", "003", "033"] = "037"
    """Which service answers `verify`; 033 does not compare the birth date (§2.3)."""
    verification_path: Path | None = None
    """Where 003 or 033 is posted, and ..."""
    verification_endpoint: str | None = None
    """... what enters its hash, where these differ from the look-up's."""
    verification_root: Literal["XacThucThongTinCongDan", "XacThucThongTinCongDanRequest"] = "XacThucThongTinCongDan"
    """Name of the message of 033; both are met."""
    kin_code: Annotated[str, Field(pattern=r"^[0-9]{0,20}$")] = ""
    """MaTichHop of XacMinhThongTinNhanThan; given by the operator, not publicly known."""
    dialect: Literal["soap", "opencps", "td"] = "soap"
    """SOAP, or the JSON that a provincial gateway takes instead (§5.6)."""
    procedure_codes: dict[str, Annotated[str, Field(max_length=20)]] = {}  # noqa: RUF012 - pydantic copies it
    """MaDVC for a procedure, where it is not the procedure's own code; `*` for all others (§9 row 22)."""
    officer_as: Literal["code", "account", "fixed"] = "code"
    """What MaCanBo carries: the officer's code (it may be the officer's own number), the account, or ..."""
    officer_fixed: Annotated[str, Field(max_length=20)] = ""
    """... one system account, e.g. `VDXP_VPCP`."""
    name_marks: bool = False
    """Whether the name keeps its diacritics, in capitals."""
    name_signs: bool = False
    """Whether the name keeps apostrophes and hyphens."""
    month_child: bool = False
    """Whether a month without day goes as ThangNam (a guess, §2.3 row 10); else as the year alone."""
    soap_action: bool = False
    """Whether SOAPAction is sent, as two quotes."""
    esb_headers: bool = False
    """Whether ESB_SOURCE_TYPE and ESB_SOURCE_USERNAME are sent."""
    api_key: SecretStr | None = None
    """Sent as the header ApiKey."""
    ethnicity_list: Literal["", "1979", "2008"] = ""
    """Which list decodes DanToc; "" leaves the raw code alone, since the lists conflict (§2.5)."""
    religion_list: Literal["", "opencps", "td"] = ""
    """The same for TonGiao."""
    quota_officer: Annotated[int, Field(ge=1)] | None = None
    """Look-ups one officer may make on one day; None for no limit of ours."""
    quota_agency: Annotated[int, Field(ge=1)] | None = None
    """The same for the whole agency."""
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
    per_second: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = 5.0

    @model_validator(mode="after")
    def _whole(self) -> Self:
        stamped = not self.gateway.takes_authorization
        if stamped and not (self.endpoint and self.username and self.secret.get_secret_value()):
            raise Rejected("settings.stamp_incomplete")
        if self.officer_as == "fixed" and not self.officer_fixed:
            raise Rejected("value.needed_with", other="officer_as=fixed")
        return self


class CivilRegistrySettings(SystemSettings):
    """The civil registry behind a gateway (civil_registry.md §1). Paths are configuration."""

    token_url: HttpUrl
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: Annotated[SecretStr, Field(min_length=1)]
    generation: Literal["G1"] = "G1"
    register_path: Path = "/hotich/1.0/dangKyHoTich"
    status_path: Path = "/hotich/1.0/traTrangThaiHoSo"
    result_path: Path = "/hotich/1.0/ketQuaDangKyHS"


class NationalPaymentSettings(SystemSettings):
    """The national payment platform (payment.md §1)."""

    partner_code: Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[^|]+$")]
    secret: Annotated[SecretStr, Field(min_length=1)]
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


class VnpaySettings(SystemSettings):
    """VNPAY 2.1.0 (payment.md §3). `base_url` holds the pay page and the web API."""

    pay_path: Path = "/paymentv2/vpcpay.html"
    api_path: Path = "/merchant_webapi/api/transaction"
    tmn_code: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{8}$")]
    hash_secret: Annotated[SecretStr, Field(min_length=1)]
    return_url: Annotated[str, Field(pattern=r"^https?://[^\s]+$", min_length=10, max_length=255)]
    """Where the payer's browser comes back to."""
    client_ip: Annotated[str, Field(pattern=r"^[0-9A-Fa-f.:]{7,45}$")] = "127.0.0.1"
    """Address put into vnp_IpAddr."""
    locale: Literal["vn", "en"] = "vn"
    order_type: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,100}$")] = "other"
    bank_code: Annotated[str, Field(pattern=r"^(?:[0-9A-Z]{3,20})?$")] = ""
    """VNPAYQR, VNBANK, INTCARD or a bank; blank lets the payer choose."""
    minutes_to_pay: Annotated[int, Field(ge=1, le=43200)] = 15


class VietqrSettings(SystemSettings):
    """The account of the agency that VietQR codes pay to (payment.md §4); nothing is called."""

    base_url: HttpUrl = "https://vietqr.invalid"
    """Never called: a QR code needs nobody."""
    bank: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    """BIN of the bank."""
    account: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,19}$")]
    to_card: bool = False


class KeypaySettings(SystemSettings):
    """KeyPay v3 behind the national portal (payment.md §1.8). SEEN: check against the operator's own text."""

    create_path: Path = "/create"
    client_id: Annotated[str, Field(pattern=r"^[^|]{1,100}$")]
    request_key: Annotated[SecretStr, Field(min_length=1)]
    callback_key: Annotated[SecretStr, Field(min_length=1)]
    return_url: HttpUrl
    beneficiary_account: str = ""
    beneficiary_bank: str = ""
    beneficiary_name: str = ""


class PaygovSettings(SystemSettings):
    """PayGov through a provincial platform (payment.md §2). SEEN: check against the operator's own text."""

    pay_path: Path = "/PayGov/paygate"
    partner_code: Annotated[str, Field(pattern=r"^PAYGOV-[0-9A-Za-z_-]{1,40}$")]
    access_key: Annotated[str, Field(min_length=1, max_length=200)]
    secret_key: Annotated[SecretStr, Field(min_length=1)]
    token: Annotated[SecretStr, Field(min_length=1)]
    """Token of the provincial platform."""
    return_url: HttpUrl
    client_ip: Annotated[str, Field(pattern=r"^[0-9.]{7,15}$")] = "127.0.0.1"


class CashSettings(SystemSettings):
    """The counter (payment.md §8); nothing is called."""

    base_url: HttpUrl = "https://cash.invalid"
    """Never called: the money is taken by an officer."""


class VnptReceiptSettings(SystemSettings):
    """VNPT e-receipts over SOAP (payment.md §6.4)."""

    publish_path: Path = "/PublishService.asmx"
    business_path: Path = "/BusinessService.asmx"
    portal_path: Path = "/PortalService.asmx"
    account: Annotated[str, Field(min_length=1)]
    """The staff account."""
    account_password: SecretStr
    username: Annotated[str, Field(min_length=1)]
    """The service account."""
    password: Annotated[SecretStr, Field(min_length=1)]
    pattern: str = ""
    serial: str = ""
    """Form symbol and receipt symbol: both or neither (ERR:20)."""
    tax_code: str = ""
    """Of the collecting body."""

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if bool(self.pattern) != bool(self.serial):
            raise Rejected("value.needed_with", other="pattern, serial")
        return self


class ViettelReceiptSettings(SystemSettings):
    """Viettel SInvoice over REST (payment.md §6.5)."""

    login_path: Path = "/auth/login"
    create_path: Path = "/InvoiceAPI/InvoiceWS/createInvoice"
    cancel_path: Path = "/InvoiceAPI/InvoiceWS/cancelTransactionInvoice"
    username: Annotated[str, Field(min_length=1)]
    password: Annotated[SecretStr, Field(min_length=1)]
    tax_code: Annotated[str, Field(pattern=r"^[0-9-]{10,14}$")]
    template: Annotated[str, Field(min_length=1, max_length=20)]
    serial: Annotated[str, Field(min_length=1, max_length=20)]
    invoice_type: Annotated[str, Field(min_length=1, max_length=10)] = "1"
    token_seconds: Seconds = 300.0


class AgencySettings(BaseModel):
    """What one of several agencies in this process has of its own; the rest it shares."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)

    name: str = ""
    portal: PortalSettings | None = None
    residents: ResidentsSettings | None = None
    civil_registry: CivilRegistrySettings | None = None
    national_payment: NationalPaymentSettings | None = None
    vnpay: VnpaySettings | None = None
    vietqr: VietqrSettings | None = None
    keypay: KeypaySettings | None = None
    paygov: PaygovSettings | None = None
    cash: CashSettings | None = None
    vnpt_receipt: VnptReceiptSettings | None = None
    viettel_receipt: ViettelReceiptSettings | None = None
    smartca: SmartCaSettings | None = None
    mysign: MySignSettings | None = None
    csc: CscSettings | None = None
    timestamp: TimestampSettings | None = None
    signing: SigningSettings | None = None


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
        defer_build=True,  # importing is to be light; built by the first client
    )

    environment: Environment = Environment.OFFLINE
    agency: AgencyCode | None = None
    """The configured system account acts for it."""
    agency_name: str = ""
    database_url: Annotated[str, Field(pattern=r"^sqlite:///")] = "sqlite:///gov_connect.db"
    store_key: Annotated[SecretStr, AfterValidator(_store_key)] | None = None
    """Base64 of 32 bytes; encrypts stored messages. Required in production once records are kept."""
    portal: PortalSettings | None = None
    residents: ResidentsSettings | None = None
    civil_registry: CivilRegistrySettings | None = None
    national_payment: NationalPaymentSettings | None = None
    vnpay: VnpaySettings | None = None
    vietqr: VietqrSettings | None = None
    keypay: KeypaySettings | None = None
    paygov: PaygovSettings | None = None
    cash: CashSettings | None = None
    vnpt_receipt: VnptReceiptSettings | None = None
    viettel_receipt: ViettelReceiptSettings | None = None
    smartca: SmartCaSettings | None = None
    mysign: MySignSettings | None = None
    csc: CscSettings | None = None
    timestamp: TimestampSettings | None = None
    signing: SigningSettings | None = None
    agencies: Annotated[dict[AgencyCode, AgencySettings], NoDecode, BeforeValidator(_decoded)] = {}
    """Credentials of further agencies, by code; as JSON in the environment."""
    vendors: Annotated[dict[str, dict[str, Any]], NoDecode, BeforeValidator(_decoded)] = {}
    """Settings of vendors' adapters, by system name."""

    def __init__(self, **values: Any) -> None:
        unknown = [] if isinstance(self, _Given) else _unknown_variables(os.environ, type(self).model_fields)
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise ConfigurationError([*_named(problems_of(error)), *unknown]) from None
        except SettingsError:
            problem = Problem(path=PREFIX + "*", code="value.invalid")
            raise ConfigurationError([problem, *unknown]) from None
        problems = [*self._missing(), *unknown]
        if problems:
            raise ConfigurationError(problems)

    @classmethod
    def from_mapping(cls, variables: Mapping[str, str]) -> Settings:
        """Settings from a mapping of variables instead of the process's own environment."""
        values: dict[str, Any] = {}
        for name, value in variables.items():
            *path, last = name.removeprefix(PREFIX).lower().split("__")
            group = values
            for part in path:
                group = group.setdefault(part, {})
            group[last] = json.loads(value) if path and value.startswith("{") else value
        return _Given(**values)

    def _missing(self) -> list[Problem]:
        """What an environment needs beyond the fields' own rules."""
        problems: list[Problem] = []
        if self.environment is not Environment.OFFLINE and self.agency is None:
            other = "ENVIRONMENT=test, production"
            problems.append(Problem(path=f"{PREFIX}AGENCY", code="value.needed_with", params={"other": other}))
        if self.environment is Environment.PRODUCTION and self.store_key is None:
            other = "ENVIRONMENT=production"
            problems.append(Problem(path=f"{PREFIX}STORE_KEY", code="value.needed_with", params={"other": other}))
        return problems

    def name_of(self, agency: AgencyCode) -> str:
        """The agency's name, as payment messages carry it."""
        own = self.agencies.get(agency)
        return self.agency_name if own is None else own.name or self.agency_name

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


_TAG: Final = re.compile(r"gateway\.(?:plain|xroad|forwarder|lgspaccesstoken|lgsp)\b")
"""pydantic names the kind of a gateway in the path of a problem; the variable has no such part."""


def _unknown_variables(environment: Mapping[str, str], fields: Collection[str]) -> list[Problem]:
    """Variables under our prefix that nothing reads: a misspelled name must not be ignored."""
    names = sorted(name for name in environment if name.upper().startswith(PREFIX))
    first = {name: name.upper().removeprefix(PREFIX).partition("__")[0] for name in names}
    return [
        Problem(path=name, code="value.unknown_field")
        for name in names
        if first[name].lower() not in fields and first[name] not in _SWITCHES
    ]


def _named(problems: tuple[Problem, ...]) -> list[Problem]:
    return [
        Problem(
            path=PREFIX + (_TAG.sub("gateway", problem.path).upper().replace(".", "__") or "AGENCY"),
            code=problem.code,
            params=problem.params,
        )
        for problem in problems
    ]
