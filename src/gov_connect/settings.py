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
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self, TypeAlias, cast
from urllib.parse import urlsplit

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

from gov_connect.errors import ConfigurationError, Problem, Rejected
from gov_connect.model import AgencyCode
from gov_connect.model._base import problems_of
from gov_connect.resilience import BreakerPolicy, Limits, RetryPolicy
from gov_connect.resilience.guard import origin
from gov_connect.runtime import Timeouts, TlsFiles
from gov_connect.transport.gateways import Forwarder, Gateway, Plain

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pydantic_settings import PydanticBaseSettingsSource

PREFIX: Final = "GOV_CONNECT_"
_KEY_BYTES: Final = 32
_SWITCHES: Final = frozenset({"PEERS"})
"""Variables under our prefix that are no settings: what the test suite may use from outside."""


def _reachable(url: str) -> str:
    """Refuse what no transport could connect to: no host, or a port that does not exist."""
    try:
        parts = urlsplit(url)
        sound = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        sound = False
    if not sound:
        raise Rejected("value.not_a_url")
    return url


HttpUrl: TypeAlias = Annotated[
    str, Field(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$", max_length=2000), AfterValidator(_reachable)
]
Seconds: TypeAlias = Annotated[float, Field(gt=0, le=3600)]
FilePath: TypeAlias = Annotated[str, Field(max_length=1000)]
Path: TypeAlias = Annotated[str, Field(max_length=500, pattern=r"^[^\s?#]*$")]


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


class SystemSettings(BaseModel):
    """What every outside system has. Times are seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)

    base_url: HttpUrl
    connect_timeout: Seconds = 5.0
    read_timeout: Seconds = 30.0
    total_timeout: Seconds = 60.0
    """Bound of one exchange, retries and waits included."""
    attempts: Annotated[int, Field(ge=1, le=20)] = 4
    first_wait: Annotated[float, Field(ge=0, le=60)] = 0.2
    """Before the second attempt; doubles each time."""
    per_second: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """Calls a second; None for no limit of ours."""
    ca_file: FilePath = ""
    """PEM file of the authority that issued the gateway's certificate; "" for the public roots."""
    client_cert: FilePath = ""
    """PEM file of our own certificate, where the gateway wants one (mTLS)."""
    client_key: FilePath = ""
    """PEM file of its key; "" when it stands in `client_cert`."""
    client_key_password: SecretStr = SecretStr("")

    @model_validator(mode="after")
    def _key_with_certificate(self) -> Self:
        if self.client_key and not self.client_cert:
            raise Rejected("value.needed_with", other="client_key")
        return self

    @property
    def tls(self) -> TlsFiles | None:
        """Certificates of the connection; None where the usual checks do."""
        if not self.ca_file and not self.client_cert:
            return None
        return TlsFiles(
            ca_file=self.ca_file,
            client_cert=self.client_cert,
            client_key=self.client_key,
            password=self.client_key_password.get_secret_value(),
        )

    @property
    def hosts(self) -> frozenset[str]:
        """Where messages may go: the hosts of all addresses in these settings, and no other."""
        holders: list[BaseModel] = [self, *(value for _, value in self if isinstance(value, BaseModel))]
        addresses = [value for holder in holders for name, value in holder if name.endswith("_url") and value]
        return frozenset(origin(address) for address in addresses)

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
            tls=self.tls,
            hosts=self.hosts,
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
    procedure_codes: dict[str, Annotated[str, Field(max_length=20)]] = {}
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
    """The civil registry behind a gateway (civil_registry.md §1). Paths are configuration: provinces rename
    them, and those that are "" here are not public.
    """

    token_url: HttpUrl
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: Annotated[SecretStr, Field(min_length=1)]
    authorization: Literal["bearer", "none"] = "bearer"
    """`none` behind a proxy that adds the token itself; the three above are not needed then."""
    second_token: SecretStr | None = None
    """A further token that some gateways want (§7 row 15) ..."""
    second_token_header: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")] = "lgspaccesstoken"  # noqa: S105 - a name
    """... in this header."""
    generation: Literal["G1", "G2", "G3"] = "G1"
    """Of single events; bundles are always G2, copies without registration always G3."""
    register_path: Path = "/hotich/1.0/dangKyHoTich"
    status_path: Path = "/hotich/1.0/traTrangThaiHoSo"
    result_path: Path = "/hotich/1.0/ketQuaDangKyHS"
    catalogue_path: Path = "/hotich/1.0/danhMuc"
    changes_path: Path = "/hotich/1.0/dsHoSoDangKy"
    record_path: Path = "/hotich/1.0/traHoSo"
    records_path: Path = "/hotich/1.0/traDanhSachHoSo"
    bundle_path: Path = "/apiLienThongKSKT/1.0/nhanHoSoDKHT"
    bundle_result_path: Path = ""
    newer_path: Path = ""
    """G3 registration."""
    sync_path: Path = ""
    """G3 results."""
    province: Annotated[str, Field(pattern=r"^([0-9]{2})?$")] = ""
    """maTinh of the calls that want it; around the merger it differs from the one in unit codes (§7 row 14)."""
    codes_per_call: Annotated[int, Field(ge=1, le=100)] = 3
    """Dossiers in one question for results (§1.6, SEEN)."""
    modules: dict[str, Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,20}$")]] = {}
    """Event codes that are not public, by event: `{"marital_status": "HN"}`; `G2.birth` for one generation."""
    ethnic_codes: dict[str, Annotated[str, Field(max_length=20)]] = {}
    """Codes of G3 by name of the ethnic group; the registry's new list is not public."""
    country_codes: dict[str, Annotated[str, Field(max_length=20)]] = {}
    """Codes of G3 by name of the country, besides Viet Nam."""
    file_limit: Annotated[int, Field(ge=1)] = 20 << 20
    """Bytes of one enclosed file; the registry's own limit is not public."""
    files_limit: Annotated[int, Field(ge=1)] = 50 << 20
    """Bytes of all files of one message."""
    virus_scan: Annotated[str, Field(pattern=r"^([\w.]+:\w+)?$")] = ""
    """Hook that looks at each file, as `package.module:function`; "" for none."""

    @model_validator(mode="before")
    @classmethod
    def _no_token_needed(cls, values: Any) -> Any:
        """Behind a proxy that adds the token, the client's own stay blank."""
        raw: object = values
        given = cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}
        if given.get("authorization") != "none":
            return values
        return {"token_url": given.get("base_url", ""), "client_id": "-", "client_secret": "-", **given}


class BundlePlatformSettings(SystemSettings):
    """The bundle platform of NĐ 63/2024 (civil_registry.md §1.8). Only the path of the detail is known."""

    login: Literal["account", "secret"] = "account"
    """Which of the two tokens: `{userName, password}` or `{SecretId, SecretPass}` (§1.2)."""
    username: Annotated[str, Field(min_length=1)]
    password: Annotated[SecretStr, Field(min_length=1)]
    token_path: Path
    list_path: Path
    detail_path: Path = "/api/lienthongdvclt/hosolienthong/{id}"
    acknowledge_path: Path
    status_path: Path
    office: int = 5
    """coQuanXuLy, a constant in the running client."""
    token_seconds: Seconds = 600.0
    """How long a token is reused where the answer does not say; its life is not known (§9 row 5)."""
    procedures: dict[str, str] = {
        "2.000986": "LTKS",
        "2.001023": "LTKS",
        "2.002621": "LTKS",
        "3.000722": "LTKS",
        "1.011733": "LTKT",
        "2.002622": "LTKT",
        "2.002913": "LTKT",
    }
    """maTTHC -> module; the sources contradict each other on 1.006714 and 1.011733 (§1.8)."""
    local_procedures: dict[str, str] = {
        "1.006714": "1.001193",
        "2.000986": "2.002621",
        "1.011733": "1.000656",
        "2.002622": "2.002622",
    }
    """maTTHC -> the commune's own procedure (§1.8, SEEN)."""


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
    bundle_platform: BundlePlatformSettings | None = None
    national_payment: NationalPaymentSettings | None = None
    vnpay: VnpaySettings | None = None
    vietqr: VietqrSettings | None = None
    keypay: KeypaySettings | None = None
    paygov: PaygovSettings | None = None
    cash: CashSettings | None = None
    vnpt_receipt: VnptReceiptSettings | None = None
    viettel_receipt: ViettelReceiptSettings | None = None


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
    bundle_platform: BundlePlatformSettings | None = None
    national_payment: NationalPaymentSettings | None = None
    vnpay: VnpaySettings | None = None
    vietqr: VietqrSettings | None = None
    keypay: KeypaySettings | None = None
    paygov: PaygovSettings | None = None
    cash: CashSettings | None = None
    vnpt_receipt: VnptReceiptSettings | None = None
    viettel_receipt: ViettelReceiptSettings | None = None
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
