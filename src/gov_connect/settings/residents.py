"""Settings of the residents database (residents.md)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator

from gov_connect.errors import Rejected
from gov_connect.settings.common import SystemSettings
from gov_connect.settings.fields import Path
from gov_connect.transport.gateways import Gateway, Plain


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
            raise Rejected("value.needed_with", at="officer_fixed", other="OFFICER_AS=fixed")
        return self
