"""Settings of the civil registry and of the bundle platform (civil_registry.md)."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from gov_connect.settings.common import SystemSettings
from gov_connect.settings.fields import HttpUrl, Path, Seconds

_MODULES: Final = {
    "2.000986": "LTKS",
    "2.001023": "LTKS",
    "2.002621": "LTKS",
    "3.000722": "LTKS",
    "1.011733": "LTKT",
    "2.002622": "LTKT",
    "2.002913": "LTKT",
}
_LOCAL: Final = {
    "1.006714": "1.001193",
    "2.000986": "2.002621",
    "1.011733": "1.000656",
    "2.002622": "2.002622",
}


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
    modules: dict[str, Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,20}$")]] = Field(default_factory=dict)
    """Event codes that are not public, by event: `{"marital_status": "HN"}`; `G2.birth` for one generation."""
    ethnic_codes: dict[str, Annotated[str, Field(max_length=20)]] = Field(default_factory=dict)
    """Codes of G3 by name of the ethnic group; the registry's new list is not public."""
    country_codes: dict[str, Annotated[str, Field(max_length=20)]] = Field(default_factory=dict)
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


class ReportLoginSettings(BaseModel):
    """The token for status reports where it is another than the one for pulling (national_portal.md §7.1, SEEN)."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    token_path: Path
    secret_id: Annotated[str, Field(min_length=1)]
    secret_pass: Annotated[SecretStr, Field(min_length=1)]


class BundlePlatformSettings(SystemSettings):
    """The bundle platform of NĐ 63/2024 (civil_registry.md §1.8). Only the path of the detail is known."""

    login: Literal["account", "secret"] = "account"
    """Which of the two tokens: `{userName, password}` or `{SecretId, SecretPass}` (§1.2)."""
    username: Annotated[str, Field(min_length=1)]
    password: Annotated[SecretStr, Field(min_length=1)]
    token_path: Path
    reports: ReportLoginSettings | None = None
    """A login of its own for status reports; None takes the one above."""
    list_path: Path
    detail_path: Path = "/api/lienthongdvclt/hosolienthong/{id}"
    acknowledge_path: Path
    status_path: Path
    office: int = 5
    """coQuanXuLy, a constant in the running client."""
    token_seconds: Seconds = 600.0
    """How long a token is reused where the answer does not say; its life is not known (§9 row 5)."""
    procedures: dict[str, str] = Field(default_factory=lambda: dict(_MODULES))
    """maTTHC -> module; the sources contradict each other on 1.006714 and 1.011733 (§1.8)."""
    local_procedures: dict[str, str] = Field(default_factory=lambda: dict(_LOCAL))
    """maTTHC -> the commune's own procedure (§1.8, SEEN)."""
